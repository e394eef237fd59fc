"""NumPy's spellings: functions with its names and argument order, over the primitives of the standard's names."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unigrad import primitives, settings
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives import *
from unigrad.primitives import (
    abs,
    acos,
    acosh,
    asarray,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    bitwise_invert,
    bitwise_left_shift,
    bitwise_right_shift,
    conj,
    deg2rad,
    divide,
    max,
    min,
    moveaxis,
    nonzero,
    permute_dims,
    rad2deg,
    ravel,
    remainder,
    stack,
    vstack,
)
from unigrad.primitives.axes import axis_in_range
from unigrad.primitives.choosing import wrapped

__all__ = [
    "absolute",
    "amax",
    "amin",
    "apply_along_axis",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "argpartition",
    "asanyarray",
    "ascontiguousarray",
    "bitwise_not",
    "concatenate",
    "conjugate",
    "copy",
    "degrees",
    "invert",
    "left_shift",
    "lexsort",
    "mod",
    "ndim",
    "partition",
    "power",
    "radians",
    "right_shift",
    "round_",
    "row_stack",
    "shape",
    "size",
    "transpose",
    "true_divide",
]
__all__ += primitives.__all__

absolute = abs
amax, amin = max, min
arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh = acos, acosh, asin, asinh, atan, atan2, atanh
asanyarray = ascontiguousarray = asarray
bitwise_not = invert = bitwise_invert
conjugate = conj
degrees, radians = rad2deg, deg2rad
left_shift, right_shift = bitwise_left_shift, bitwise_right_shift
mod = remainder
power = pow
row_stack = vstack
true_divide = divide


def copy(x: Any, /) -> Tensor:
    """``x`` as another Tensor, recorded."""
    return primitives.positive(asarray(x))


def shape(x: Any, /) -> tuple[int, ...]:
    """The length of each axis of ``x``."""
    return tuple(asarray(x).shape)


def ndim(x: Any, /) -> int:
    """The number of axes of ``x``."""
    return len(shape(x))


def size(x: Any, /, axis: int | None = None) -> int:
    """The number of elements of ``x``, or along one axis."""
    lengths = shape(x)
    return asarray(x).size if axis is None else lengths[axis_in_range(axis, len(lengths))]


def round(x: Any, /, decimals: int = 0) -> Tensor:
    """``x`` rounded to the nearest whole numbers, or to so many ``decimals``; a half goes to the even one."""
    return primitives.round(x) if decimals == 0 else primitives.around(x, decimals)


round_ = round


def concat(arrays: Sequence[Any], /, axis: int | None = 0) -> Tensor:
    """The ``arrays`` joined along an ``axis`` that they have; None flattens them first."""
    if axis is None:
        return primitives.concat([ravel(each) for each in arrays])
    return primitives.concat(arrays, axis)


concatenate = concat


def clip(x: Any, /, min: Any = None, max: Any = None) -> Tensor:
    """``x`` kept within ``min`` and ``max``, which may be given by name; None is no bound. The dtype is that of ``x``."""
    return primitives.clip(x, min, max)


def where(condition: Any, x1: Any = None, x2: Any = None, /) -> Any:
    """``x1`` where ``condition`` holds, else ``x2``; with the condition alone, the positions where it holds, as `nonzero`."""
    if x1 is None and x2 is None:
        return nonzero(condition)
    if x1 is None or x2 is None:
        raise ArgumentError("'where' takes a condition and two arrays, or a condition alone")
    return primitives.where(condition, x1, x2)


def average(x: Any, /, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    """Mean over ``axis`` with ``weights``; with ``returned`` also the sum of these, in the shape of the mean."""
    result = primitives.average(x, weights, axis=axis, keepdims=keepdims)
    if not returned:
        return result
    ones = primitives.ones_like(result if weights is None else asarray(x))
    if weights is None:
        return result, ones * (asarray(x).size / (result.size or 1))
    given = asarray(weights)
    if given.shape != ones.shape:
        place = axis_in_range(axis, ones.ndim)
        given = primitives.reshape(given, shape=tuple(-1 if i == place else 1 for i in range(ones.ndim)))
    return result, primitives.sum(ones * given, axis=axis, keepdims=keepdims)


def trapezoid(y: Any, /, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Tensor:
    """The integral of ``y`` along ``axis`` by the trapezoidal rule, at the points ``x``, which may be given by name, or ``dx`` apart."""
    return primitives.trapezoid(y, x, dx=dx, axis=axis)


def transpose(x: Any, /, axes: Any = None) -> Tensor:
    """``x`` with its axes in the order ``axes``, reversed if none is given."""
    return permute_dims(x, tuple(reversed(range(ndim(x)))) if axes is None else axes)


def gradient(x: Any, /, *spacing: Any, axis: Any = None, edge_order: int = 1) -> Any:
    """The slopes of values on a grid along ``axis`` (None: along each, as a tuple); see `unigrad.primitives.gradient`."""
    return primitives.gradient(x, spacing=spacing or 1.0, axis=axis, edge_order=edge_order)


def broadcast_arrays(*arrays: Any) -> tuple[Tensor, ...]:
    """The ``arrays`` in the shape that they are broadcast to."""
    return primitives.broadcast_arrays(arrays)


def cov(
    x: Any,
    /,
    y: Any = None,
    rowvar: bool = True,
    bias: bool = False,
    ddof: int | None = None,
    fweights: Any = None,
    aweights: Any = None,
) -> Tensor:
    """The covariances of the variables that are the rows of ``x`` and ``y``; see `unigrad.primitives.cov`."""
    return primitives.cov(x, y, rowvar=rowvar, bias=bias, ddof=ddof, fweights=fweights, aweights=aweights)


def corrcoef(x: Any, /, y: Any = None, rowvar: bool = True) -> Tensor:
    """The correlation coefficients of the variables that are the rows of ``x`` and ``y``, or the columns."""
    return primitives.corrcoef(x, y, rowvar=rowvar)


def bincount(x: Any, /, weights: Any = None, minlength: int = 0) -> Tensor:
    """How often each whole number from 0 on comes in the vector ``x``, or the sum of the ``weights`` that stand beside it."""
    return primitives.bincount(x, weights, minlength=minlength)


def histogram(
    x: Any, /, bins: Any = 10, range: Any = None, density: bool = False, weights: Any = None
) -> tuple[Tensor, Tensor]:
    """How many elements fall into each of the ``bins``, then their edges; see `unigrad.primitives.histogram`."""
    return primitives.histogram(x, weights, bins=bins, range=range, density=density)


def searchsorted(x1: Any, x2: Any, /, side: str = "left", sorter: Any = None) -> Tensor:
    """Where the elements of ``x2`` belong in the vector ``x1``, which is sorted, or is when taken in the order ``sorter``."""
    if side not in ("left", "right"):
        raise ArgumentError(f"'searchsorted' takes side='left' or 'right'; got {side!r}")
    return primitives.searchsorted(x1 if sorter is None else primitives.take(x1, sorter), x2, side=side)


def take(x: Any, indices: Any, /, axis: int | None = None, mode: str = "raise") -> Tensor:
    """The sub-arrays of ``x`` along ``axis`` at ``indices``, of the flattened ``x`` for None; ``mode`` says what becomes of those beyond.

    They are refused (``"raise"``), counted round and round (``"wrap"``) or moved to the ends (``"clip"``).
    """
    if mode != "raise":
        indices = wrapped(indices, size(x, axis), mode, "take")
    return primitives.take(x, indices, axis=axis)


def repeat(x: Any, repeats: Any, /, axis: int | None = None) -> Tensor:
    """Each element of ``x`` several times in a row along ``axis`` (None flattens first): ``repeats`` times, or one number for each."""
    if isinstance(repeats, int):
        return primitives.repeat(x, repeats, axis=axis)
    given, place = (ravel(x), 0) if axis is None else (asarray(x), axis)
    counts = settings.host().ravel(asarray(repeats).numpy())
    n = given.shape[axis_in_range(place, given.ndim)]
    if len(counts) == 1:
        return primitives.repeat(given, int(counts[0]), axis=place)
    if len(counts) != n or (counts < 0).any() or counts.dtype.kind not in "iu":
        raise ArgumentError(
            f"'repeat' takes a whole number from 0 on, or {n} of them, one for each element; got {repeats!r}"
        )
    return primitives.take(given, settings.host().repeat(settings.host().arange(n), repeats=counts), axis=place)


def partition(x: Any, /, kth: Any, axis: int | None = -1) -> Tensor:
    """``x`` with the element of rank ``kth`` along ``axis`` in its place, smaller ones before it, larger ones behind: all in order."""
    flat = ravel(x) if axis is None else x
    return primitives.sort(flat, axis=-1 if axis is None else axis)


def argpartition(x: Any, /, kth: Any, axis: int | None = -1) -> Tensor:
    """The positions that do what `partition` does: those that sort ``x``."""
    flat = ravel(x) if axis is None else x
    return primitives.argsort(flat, axis=-1 if axis is None else axis)


def lexsort(keys: Sequence[Any], /) -> Tensor:
    """The positions that sort by several ``keys``, vectors of one length, of which the last counts most."""
    order: Any = None
    for key in keys:
        given = asarray(key)
        if given.ndim != 1:
            raise ShapeError(f"'lexsort' needs vectors; got an array of shape {tuple(given.shape)}")
        found = primitives.argsort(given if order is None else primitives.take(given, order))
        order = found if order is None else primitives.take(order, found)
    if order is None:
        raise ShapeError("'lexsort' needs at least one key")
    return order  # type: ignore[no-any-return]


def apply_along_axis(function: Callable[..., Any], axis: int, x: Any, /, *args: Any, **options: Any) -> Tensor:
    """What ``function`` makes of each vector of ``x`` along ``axis``; the axes of its results stand where ``axis`` stood."""
    given = asarray(x)
    place = axis_in_range(axis, given.ndim)
    rest = tuple(n for i, n in enumerate(given.shape) if i != place)
    lines = primitives.reshape(moveaxis(given, place, -1), shape=(-1, given.shape[place]))
    if 0 in rest:
        raise ShapeError(
            f"'apply_along_axis' has no vector along axis {axis} of an array of shape {tuple(given.shape)}"
        )
    parts = stack([asarray(function(lines[i], *args, **options)) for i in range(lines.shape[0])])
    inner = tuple(parts.shape[1:])
    whole = primitives.reshape(parts, shape=rest + inner)
    sources = tuple(range(len(rest), len(rest) + len(inner)))
    return moveaxis(whole, sources, tuple(range(place, place + len(inner)))) if inner else whole
