"""Keys: what stands between the brackets of ``x[…]``, as unigrad takes it; MXNet also takes floating arrays for places."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad import primitives
from unigrad.dialects.mxnet.errors import ArrayValueError, MXNetError
from unigrad.graph import make_tensor


class KeyIndexError(MXNetError, IndexError):
    """A place that the array does not have; MXNet raises IndexError for it."""


def whole(key: Any) -> bool:
    """Whether ``x[key]`` is all of x, so that MXNet gives x itself."""
    return (type(key) is slice and key == slice(None)) or (type(key) is tuple and not key)


def index_key(key: Any, shape: tuple[int, ...]) -> Any:
    """`key` with whole numbers for floating ones in arrays and lists; raises for what is no index, or out of range."""
    if type(key) is tuple:
        parts = tuple(map(_part, key))
        axes = sum(1 for part in parts if part is not None and part is not Ellipsis)
        if axes > len(shape):
            raise KeyIndexError(f"{axes} indices are too many for an array of {len(shape)} axes")
        if not any(part is None or part is Ellipsis or _is_mask(part) for part in parts):
            for axis, part in enumerate(parts):
                _in_range(part, axis, shape)
        return parts
    part = _part(key)
    if type(part) is int:
        if not shape:
            raise KeyIndexError("an array without axes has no places; use item() for its value")
        _in_range(part, 0, shape)
    return part


def _in_range(part: Any, axis: int, shape: tuple[int, ...]) -> None:
    if type(part) is int and not -shape[axis] <= part < shape[axis]:
        raise KeyIndexError(f"index {part} is out of bounds for axis {axis}, which has {shape[axis]} places")


def _is_mask(part: Any) -> bool:
    return getattr(part, "ndim", 0) > 1


def _part(part: Any) -> Any:
    if part is None or part is Ellipsis or isinstance(part, (int, slice)):
        return part
    if isinstance(part, ug.Tensor):
        return _whole_numbers(part)
    if isinstance(part, (float, str)):
        raise ArrayValueError(f"an array has no place {part!r}; an index is made of integers, slices and arrays")
    if isinstance(part, (list, tuple, range)):
        return _whole_numbers(primitives.asarray(list(part)))
    return part


def _whole_numbers(x: ug.Tensor) -> ug.Tensor:
    if x.dtype.kind != "real":
        return x
    return primitives.astype(make_tensor(x.raw, x.xp), "int64")
