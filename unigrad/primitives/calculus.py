"""Calculus by differences: slopes of values on a grid, angles without jumps."""

from __future__ import annotations

import math
from typing import Any

from unigrad.card import composition
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import add, remainder
from unigrad.primitives.axes import axes_in_range, axis_in_range
from unigrad.primitives.choices import where
from unigrad.primitives.constant import logical_and
from unigrad.primitives.creation import asarray, stop_gradient
from unigrad.primitives.indexing import getitem
from unigrad.primitives.magnitudes import abs
from unigrad.primitives.manipulation import concat, reshape
from unigrad.primitives.rounding import floating
from unigrad.primitives.running import cumulative_sum
from unigrad.primitives.sorting import diff
from unigrad.samples import Array, sample

__all__ = ["gradient", "unwrap"]


def _spacings(spacing: Any, count: int) -> list[Any]:
    given = list(spacing) if isinstance(spacing, tuple) else [spacing]
    if len(given) not in (1, count):
        raise ArgumentError(f"'gradient' takes one spacing, or one for each of {count} axes; got {len(given)}")
    return given * count if len(given) == 1 else given


@composition(
    samples=[
        sample(Array((4,))),
        sample(Array((3, 4))),
        sample(Array((3, 4)), axis=1, spacing=0.5),
        sample(Array((5,)), edge_order=2),
        sample(Array((4,)), spacing=([0.0, 0.5, 2.0, 2.5],), edge_order=2),
        sample(Array((3, 4)), spacing=(2.0, [0.0, 1.0, 1.5, 3.0])),
        sample(Array((4,), dtype="complex"), spacing=0.5),
    ]
)
def gradient(x, /, spacing=1.0, axis=None, edge_order=1) -> Tensor | tuple[Tensor, ...]:
    """The slopes of values on a grid along ``axis`` (None: along each, as a tuple), by differences of the second order.

    ``spacing`` is the distance of the points or a vector of their places, or a tuple of these, one for each axis. At the
    ends they are one-sided, of ``edge_order`` 1 or 2.
    """
    x = floating(x)
    axes = tuple(range(x.ndim)) if axis is None else axes_in_range(axis, x.ndim)
    if edge_order not in (1, 2):
        raise ArgumentError(f"'gradient' takes edge_order=1 or 2; got {edge_order!r}")
    slopes = [_slope(x, i, h, edge_order) for i, h in zip(axes, _spacings(spacing, len(axes)), strict=True)]
    return slopes[0] if len(slopes) == 1 else tuple(slopes)


def _part(x: Tensor, axis: int, first: int | None, last: int | None) -> Tensor:
    return getitem(x, key=(*((slice(None),) * axis), slice(first, last)))


def _slope(x: Tensor, axis: int, spacing: Any, edge_order: int) -> Tensor:
    n = x.shape[axis]
    if n < edge_order + 1:
        raise ShapeError(f"'gradient' needs at least {edge_order + 1} points along an axis; axis {axis} has {n}")
    steps = asarray(spacing, x.dtype) if not isinstance(spacing, Tensor) else spacing
    if steps.ndim == 0:
        return _even(x, axis, steps, edge_order)
    if tuple(steps.shape) != (n,):
        raise ShapeError(
            f"'gradient' needs a place for each of the {n} points along axis {axis}; got {tuple(steps.shape)}"
        )
    shape = tuple(-1 if i == axis else 1 for i in range(x.ndim))
    return _uneven(x, axis, reshape(diff(steps), shape=shape), edge_order)


def _even(x: Tensor, axis: int, step: Tensor, edge_order: int) -> Tensor:
    inner = (_part(x, axis, 2, None) - _part(x, axis, None, -2)) / (2 * step)
    if edge_order == 1:
        ends = [_part(x, axis, 1, 2) - _part(x, axis, 0, 1), _part(x, axis, -1, None) - _part(x, axis, -2, -1)]
        return concat([ends[0] / step, inner, ends[1] / step], axis=axis)
    ends = [
        -1.5 * _part(x, axis, 0, 1) + 2 * _part(x, axis, 1, 2) - 0.5 * _part(x, axis, 2, 3),
        0.5 * _part(x, axis, -3, -2) - 2 * _part(x, axis, -2, -1) + 1.5 * _part(x, axis, -1, None),
    ]
    return concat([ends[0] / step, inner, ends[1] / step], axis=axis)


def _uneven(x: Tensor, axis: int, steps: Tensor, edge_order: int) -> Tensor:
    """The slope of the parabola through three neighbours."""
    slopes = (_part(x, axis, 1, None) - _part(x, axis, None, -1)) / steps
    before, behind = _part(steps, axis, None, -1), _part(steps, axis, 1, None)
    low, high = _part(slopes, axis, None, -1), _part(slopes, axis, 1, None)
    inner = (low * behind + high * before) / (before + behind)
    first, last = _part(slopes, axis, 0, 1), _part(slopes, axis, -1, None)
    if edge_order == 2:
        bend = (high - low) / (before + behind)  # half the second derivative
        first = first - _part(bend, axis, 0, 1) * _part(steps, axis, 0, 1)
        last = last + _part(bend, axis, -1, None) * _part(steps, axis, -1, None)
    return concat([first, inner, last], axis=axis)


@composition(
    samples=[
        sample(Array((5,), -9.0, 9.0)),
        sample(Array((2, 4), -9.0, 9.0), axis=0),
        sample(Array((5,), -9.0, 9.0), discont=4.0),
        sample(Array((5,), -9.0, 9.0), period=3.0),
    ]
)
def unwrap(x, /, discont=None, axis=-1, period=2 * math.pi) -> Tensor:
    """Angles ``x`` along ``axis`` without jumps: where neighbours are more than ``discont`` apart, whole periods are added.

    ``discont`` is at least half the ``period``, which is what None stands for. The slope is 1.
    """
    given = asarray(x)
    place = axis_in_range(axis, given.ndim)
    if given.shape[place] < 2:
        return given
    steps = diff(stop_gradient(given), axis=place)
    half = period // 2 if given.dtype.kind == "integer" else period / 2
    near = remainder(steps + half, period) - half
    near = where(logical_and(near == -half, steps > 0), half, near)
    jump = where(abs(steps) < (half if discont is None else discont), 0, near - steps)
    behind = add(_part(given, place, 1, None), cumulative_sum(jump, axis=place))
    return concat([_part(given, place, 0, 1), behind], axis=place)
