"""Padding: more elements at the ends of the axes, by any of NumPy's modes."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from unigrad import dtypes
from unigrad.card import composition
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor, make_tensor
from unigrad.primitives.constant import floor, round
from unigrad.primitives.creation import asarray, astype, full_like
from unigrad.primitives.indexing import getitem, scatter, take
from unigrad.primitives.manipulation import broadcast_to, concat, flip, reshape
from unigrad.primitives.quantiles import median
from unigrad.primitives.ranges import fractions
from unigrad.primitives.reduction import max, mean, min
from unigrad.samples import Array, sample

__all__ = ["pad"]

Widths = tuple[tuple[int, int], ...]


def _widths(given: Any, ndim: int) -> Widths:
    """NumPy's ``pad_width`` as a pair for each axis: a number, one pair for all, a pair for each, or a pair by axis."""
    try:
        if isinstance(given, dict):
            given = tuple(_ends("pad_width", given.get(i, given.get(i - ndim, 0)), 1)[0] for i in range(ndim))
        pairs = _ends("pad_width", given, ndim)
        widths = tuple((operator.index(low), operator.index(high)) for low, high in pairs)
    except (TypeError, ValueError):
        raise ArgumentError(
            f"'pad' takes a width, a pair of them, or a pair for each of the {ndim} axes; got pad_width={given!r}"
        ) from None
    if any(low < 0 or high < 0 for low, high in widths):
        raise ArgumentError(f"'pad' takes widths from 0 on; got pad_width={given!r}")
    return widths


def _ends(name: str, given: Any, ndim: int) -> tuple[tuple[Any, Any], ...]:
    """What stands for the two ends of each axis: one thing, a pair for all, or a pair for each."""
    if not isinstance(given, Sequence):
        return ((given, given),) * ndim
    if not any(isinstance(each, Sequence) for each in given):
        ends = tuple(given)
        if len(ends) in (1, 2):
            return ((ends[0], ends[-1]),) * ndim
    pairs = tuple(tuple(each) if isinstance(each, Sequence) else (each,) for each in given)
    if len(pairs) not in (1, ndim) or any(len(pair) not in (1, 2) for pair in pairs):
        raise ArgumentError(
            f"'pad' takes one {name}, a pair of them, or a pair for each of the {ndim} axes; got {name}={given!r}"
        )
    return tuple((pair[0], pair[-1]) for pair in (pairs * ndim if len(pairs) == 1 else pairs))


def _sources(mode: str, n: int, before: int, after: int) -> list[int]:
    """Which of ``n`` elements stands at each place of the padded axis."""
    places = range(-before, n + after)
    if mode == "edge":
        return [0 if i < 0 else n - 1 if i >= n else i for i in places]
    if mode == "wrap":
        return [i % n for i in places]
    period = 2 * n if mode == "symmetric" else 2 * (n - 1) or 1
    folded = [i % period for i in places]
    return [i if i < n else period - i - (mode == "symmetric") for i in folded]


COPIED: Final = ("edge", "reflect", "symmetric", "wrap")
STATISTICS: Final[dict[str, Callable[..., Tensor]]] = {"maximum": max, "mean": mean, "median": median, "minimum": min}


@composition(
    samples=[
        sample(Array((2, 3)), pad_width=1),
        sample(Array((2, 3)), pad_width=((0, 2), (1, 0))),
        sample(Array((3,)), pad_width=(1, 2), constant_values=1.5),
        sample(Array((2, 3)), pad_width=(1, 2), constant_values=((0.5, 1.5), (2.0, 3.0))),
        sample(Array((2, 3)), pad_width=((1, 2), (0, 1)), mode="edge"),
        sample(Array((3,)), pad_width=4, mode="reflect"),
        sample(Array((1, 3)), pad_width=(1, 2), mode="symmetric"),
        sample(Array((3,)), pad_width=(2, 4), mode="wrap"),
        sample(Array((2, 3), distinct=True), pad_width=((1, 0), (2, 1)), mode="maximum"),
        sample(Array((2, 4), distinct=True), pad_width=1, mode="minimum", stat_length=2),
        sample(Array((2, 4)), pad_width=((0, 1), (1, 1)), mode="mean", stat_length=((1, 2), (3, 2))),
        sample(Array((5,), distinct=True), pad_width=2, mode="median"),
        sample(Array((2, 3)), pad_width=((2, 0), (1, 3)), mode="linear_ramp", end_values=(1.0, -1.0)),
        sample(Array(()), pad_width=0),
        sample(Array((3,), dtype="complex"), pad_width=(1, 2), mode="reflect"),
    ]
)
def pad(x, /, pad_width, mode="constant", constant_values=0.0, end_values=0.0, stat_length=None) -> Tensor:
    """``x`` with ``pad_width`` more elements at the ends of its axes: one number, a pair, or a pair for each axis.

    They hold ``constant_values``; or are copied by the ``mode``: the ``"edge"``, the inside mirrored at the edge element
    (``"reflect"``) or behind it (``"symmetric"``), or the other end (``"wrap"``); or are the ``"maximum"``, ``"mean"``,
    ``"median"`` or ``"minimum"`` of the ``stat_length`` nearest elements (None: all); or lead from the edge to
    ``end_values`` (``"linear_ramp"``); or do not matter (``"empty"``: zeros). Each of these options is one thing for all
    ends, a pair, or a pair for each axis.
    """
    result = asarray(x)
    widths = _widths(pad_width, result.ndim)
    if mode == "empty":
        return _constant(result, widths, ((0.0, 0.0),) * result.ndim)
    if mode == "constant":
        return _constant(result, widths, _ends("constant_values", constant_values, result.ndim))
    if mode not in (*COPIED, *STATISTICS, "linear_ramp"):
        known = ", ".join(map(repr, ("constant", *COPIED, *STATISTICS, "linear_ramp")))
        raise ArgumentError(f"'pad' knows mode={known} and 'empty'; got {mode!r}")
    name, given = ("stat_length", stat_length) if mode in STATISTICS else ("end_values", end_values)
    ends = _ends(name, given, result.ndim)
    for axis, ((low, high), each) in enumerate(zip(widths, ends, strict=True)):
        if low or high:
            if result.shape[axis] == 0:
                raise ArgumentError(f"'pad' with mode={mode!r} has nothing to copy along axis {axis}, of length 0")
            result = _along(result, axis, (low, high), mode, each)
    return result


def _along(x: Tensor, axis: int, widths: tuple[int, int], mode: str, ends: tuple[Any, Any]) -> Tensor:
    """``x`` padded along one axis."""
    if mode in COPIED:
        return take(x, _sources(mode, x.shape[axis], *widths), axis=axis)
    piece = _ramp if mode == "linear_ramp" else _statistic
    before, behind = (
        piece(x, axis, width, mode, end, i) for i, (width, end) in enumerate(zip(widths, ends, strict=True))
    )
    return concat([before, x, behind], axis=axis)


def _near(x: Tensor, axis: int, count: int, last: int) -> Tensor:
    """The ``count`` elements at one end of an axis."""
    n = x.shape[axis]
    return getitem(x, key=(*((slice(None),) * axis), slice(n - count, n) if last else slice(0, count)))


def _spread(x: Tensor, axis: int, width: int) -> Tensor:
    return broadcast_to(x, shape=tuple(width if i == axis else n for i, n in enumerate(x.shape)))


def _statistic(x: Tensor, axis: int, width: int, mode: str, length: Any, last: int) -> Tensor:
    n = x.shape[axis]
    count = n if length is None or length > n else operator.index(length)
    if count < 1:
        raise ArgumentError(f"'pad' takes a stat_length from 1 on, or None; got {length!r}")
    value = STATISTICS[mode](_near(x, axis, count, last), axis=axis, keepdims=True)
    if x.dtype.kind != "real" and value.dtype is not x.dtype:
        value = astype(round(value), x.dtype)
    return _spread(value, axis, width)


def _ramp(x: Tensor, axis: int, width: int, _mode: str, end: Any, last: int) -> Tensor:
    """From ``end`` towards the edge, which itself is left out."""
    shape = tuple(-1 if i == axis else 1 for i in range(x.ndim))
    dtype = x.dtype if x.dtype.kind == "real" else dtypes.float64
    way = reshape(fractions(width, x, dtype), shape=shape)
    ramp = end * (1 - way) + astype(_near(x, axis, 1, last), dtype) * way
    ramp = ramp if x.dtype.kind == "real" else astype(floor(ramp), x.dtype)
    return flip(ramp, axis=axis) if last else ramp


def _constant(x: Tensor, widths: Widths, values: tuple[tuple[Any, Any], ...]) -> Tensor:
    if all(type(value) in (int, float) and value == 0 for pair in values for value in pair):
        key = tuple(slice(low, low + n) for (low, _), n in zip(widths, x.shape, strict=True))
        return scatter(x, key=key, shape=tuple(low + n + high for (low, high), n in zip(widths, x.shape, strict=True)))
    result = x
    for axis, (pair, (low, high)) in enumerate(zip(values, widths, strict=True)):
        before, behind = (_filled(result, axis, width, value) for width, value in zip((low, high), pair, strict=True))
        result = concat([before, result, behind], axis=axis)
    return result


def _filled(x: Tensor, axis: int, width: int, value: Any) -> Tensor:
    shape = tuple(width if i == axis else n for i, n in enumerate(x.shape))
    blank = x.xp.zeros(shape, dtype=x.raw.dtype, device=x.xp.device_of(x.raw))
    return full_like(make_tensor(blank, x.xp), value)
