"""Oracle: what NumPy itself says a primitive's value is, by the primitive's name.

Most names are NumPy's own. The table spells those that NumPy lacks or spells differently, by their definition and not
by any backend's kernel: ``softmax`` is exp(x) over its sum, with no shift, because samples are small numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy

Function = Callable[..., Any]
Axis = int | tuple[int, ...] | None


def find(name: str) -> Function | None:
    """NumPy's function for the primitive `name`, taking arrays by position and options by unigrad's names; None if there is none."""
    return _TABLE.get(name) or getattr(numpy, name, None) or getattr(numpy.linalg, name, None)


def _clip(x: Any, low: Any = None, high: Any = None, /) -> Any:
    above = x if low is None else numpy.maximum(x, low)
    return above if high is None else numpy.minimum(above, high)


def _logsumexp(x: Any, *, axis: Axis = None, keepdims: bool = False) -> Any:
    return numpy.log(numpy.sum(numpy.exp(x), axis=axis, keepdims=keepdims))


def _softmax(x: Any, *, axis: int = -1) -> Any:
    return numpy.exp(x) / numpy.sum(numpy.exp(x), axis=axis, keepdims=True)


def _argsort(x: Any, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    if not descending:
        return numpy.argsort(x, axis=axis, stable=True)
    backwards = numpy.argsort(numpy.flip(x, axis), axis=axis, stable=True)
    return numpy.flip(numpy.asarray(x).shape[axis] - 1 - backwards, axis)


def _sort(x: Any, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    return numpy.flip(numpy.sort(x, axis=axis), axis) if descending else numpy.sort(x, axis=axis)


def _index_set(x: Any, values: Any, *, key: Any) -> Any:
    out = numpy.array(x)
    out[key] = values
    return out


def _scatter(g: Any, *, key: Any, shape: tuple[int, ...]) -> Any:
    out = numpy.zeros(shape, numpy.asarray(g).dtype)
    numpy.add.at(out, key, g)
    return out


def _einsum(operands: Sequence[Any], *, subscripts: str) -> Any:
    return numpy.einsum(subscripts, *operands)


_TABLE: Final[dict[str, Function]] = {
    "argsort": _argsort,
    "astype": lambda x, *, dtype: numpy.asarray(x).astype(dtype),
    "clip": _clip,
    "contract": _einsum,
    "einsum": _einsum,
    "getitem": lambda x, *, key: x[key],
    "index_set": _index_set,
    "log_softmax": lambda x, *, axis=-1: numpy.log(_softmax(x, axis=axis)),
    "logsumexp": _logsumexp,
    "relu": lambda x: numpy.where(x > 0, x, 0 * x),
    "scatter": _scatter,
    "sigmoid": lambda x: 1 / (1 + numpy.exp(-x)),
    "softmax": _softmax,
    "sort": _sort,
    "take_along_axis": lambda x, *, indices, axis=-1: numpy.take_along_axis(x, numpy.asarray(indices), axis=axis),
    "to_device": lambda x: x,
    "tile": lambda x, *, repetitions: numpy.tile(x, repetitions),
}
