"""autograd.misc.flatten: nested containers of arrays as one vector, and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import F, asarray, floating, ndarray

__all__ = ["flatten", "flatten_func"]


def flatten(value: Any) -> tuple[ndarray, Callable[[Any], Any]]:
    """``(vector, unflatten)``: all numbers in `value`, lists in order, dictionaries by sorted key; both ways are recorded."""
    leaves = list(_leaves(value))
    vector = F.concat([F.reshape(leaf, (-1,)) for leaf in leaves]) if leaves else floating([])

    def unflatten(flat: Any) -> Any:
        return _filled(value, _Reader(asarray(flat)))

    return vector, unflatten


def _leaves(value: Any) -> Iterator[ndarray]:
    if isinstance(value, dict):
        value = [value[key] for key in sorted(value)]
    if isinstance(value, (list, tuple)):
        for each in value:
            yield from _leaves(each)
    else:
        yield floating(value)


class _Reader:
    """A vector that is read from its beginning, a shape at a time."""

    def __init__(self, flat: ndarray) -> None:
        self._flat, self._place = flat, 0

    def next(self, shape: tuple[int, ...]) -> ndarray:
        """The next numbers, in `shape`."""
        start, self._place = self._place, self._place + math.prod(shape)
        made: ndarray = F.reshape(self._flat[start : self._place], shape)
        return made


def _filled(like: Any, reader: _Reader) -> Any:
    if isinstance(like, dict):
        parts = {key: _filled(like[key], reader) for key in sorted(like)}
        return {key: parts[key] for key in like}
    if isinstance(like, tuple) and hasattr(like, "_fields"):
        return type(like)(*(_filled(each, reader) for each in like))
    if isinstance(like, (list, tuple)):
        return type(like)([_filled(each, reader) for each in like])
    return reader.next(asarray(like).shape)


def flatten_func(func: Callable[..., Any], example: Any) -> tuple[Callable[..., Any], Callable[[Any], Any], ndarray]:
    """`func` as a function of vectors, what turns a vector into a container like `example`, and the vector of `example`."""
    vector, unflatten = flatten(example)

    def flat_func(flat: Any, *args: Any) -> ndarray:
        return flatten(func(unflatten(flat), *args))[0]

    return flat_func, unflatten, vector


__getattr__ = absent("autograd.misc.flatten", lambda: __all__)
