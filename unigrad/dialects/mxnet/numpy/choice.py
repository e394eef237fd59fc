"""Choice and order: functions of ``mx.np`` that pick elements, put them in order, or keep them within bounds."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.mxnet.errors import translated
from unigrad.dialects.mxnet.keys import index_key
from unigrad.dialects.mxnet.numpy import shapes
from unigrad.dialects.mxnet.numpy.arrays import F, ndarray
from unigrad.dialects.mxnet.writes import put

__all__ = [
    "argsort",
    "argwhere",
    "around",
    "clip",
    "flatnonzero",
    "nonzero",
    "round",
    "round_",
    "sort",
    "take",
    "take_along_axis",
    "unique",
    "where",
]


@translated
def where(condition: ndarray, x: Any = None, y: Any = None) -> Any:
    """The elements of `x` where the condition holds, else those of `y`; without them the places where it holds."""
    if x is None and y is None:
        return nonzero(condition)
    condition = condition if condition.dtype.kind == "bool" else F.not_equal(condition, 0)
    return F.where(condition, x, y)


@translated
def nonzero(a: ndarray) -> tuple[Any, ...]:
    """The places of the elements that are not zero, an array for each axis."""
    return tuple(F.nonzero(a))


def argwhere(a: ndarray) -> Any:
    """The places of the elements that are not zero, one in a row."""
    return F.stack(list(nonzero(a)), axis=1)


def flatnonzero(a: ndarray) -> Any:
    """The places of the elements that are not zero in the flat array."""
    return nonzero(shapes.ravel(a))[0]


@translated
def unique(ar: ndarray, return_index: bool = False, return_inverse: bool = False, return_counts: bool = False) -> Any:
    """The values that occur, in order."""
    return F.unique(ar, return_index=return_index, return_inverse=return_inverse, return_counts=return_counts)


@translated
def sort(a: ndarray, axis: int | None = -1, kind: Any = None, order: Any = None) -> Any:
    """The elements in order along `axis`."""
    return F.sort(shapes.ravel(a) if axis is None else a, axis=-1 if axis is None else axis)


@translated
def argsort(a: ndarray, axis: int | None = -1, kind: Any = None, order: Any = None) -> Any:
    """The places that put the elements in order, int64."""
    return F.argsort(shapes.ravel(a) if axis is None else a, axis=-1 if axis is None else axis)


@translated
def take(a: ndarray, indices: Any, axis: int | None = None, mode: str = "raise", out: Any = None) -> Any:
    """The parts at `indices` along `axis`; `mode` says what a place beyond the end means: an error, the last, or around."""
    places = F.asarray(index_key(F.asarray(indices) if not isinstance(indices, ndarray) else indices, a.shape))
    length = a.size if axis is None else a.shape[axis]
    if mode == "clip":
        places = F.clip(places, 0, length - 1)
    elif mode == "wrap":
        places = F.remainder(places, length)
    result = F.take(a, places, axis=axis)
    return result if out is None else put(out, result)


@translated
def take_along_axis(arr: ndarray, indices: ndarray, axis: int) -> Any:
    """The elements that `indices` names along `axis`."""
    return F.take_along_axis(arr, index_key(indices, arr.shape), axis=axis)


@translated
def clip(a: ndarray, a_min: Any = None, a_max: Any = None, out: Any = None) -> Any:
    """The values kept within bounds."""
    result = F.clip(a, a_min, a_max)
    result = F.astype(result, a.dtype) if a.form is None else result
    return result if out is None else put(out, result)


@translated
def around(x: ndarray, decimals: int = 0, out: Any = None) -> Any:
    """The values rounded to so many decimal places."""
    result = F.round(x) if not decimals else F.divide(F.round(F.multiply(x, 10.0**decimals)), 10.0**decimals)
    return result if out is None else put(out, result)


round = round_ = around
