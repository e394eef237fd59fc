"""How far numbers lie from their mean: variance and standard deviation over axes."""

from __future__ import annotations

import math
from typing import Any

from unigrad.card import primitive
from unigrad.primitives.axes import reduction_axes
from unigrad.primitives.magnitudes import conjugate, real_part
from unigrad.primitives.reduction import COMPLEX, Shape, count, kept, reduced
from unigrad.samples import NAN, Array, at, sample

__all__ = [
    "std",
    "var",
]


def _deviation(xp: Any, x: Any, axis: Shape) -> Any:
    return x - xp.mean(x, axis=axis, keepdims=True)


def _freedom(x_shape: Shape, axis: Shape, correction: float) -> float:
    """The divisor of a variance; where it is not positive the value is NaN or infinite, and so is the slope."""
    left = count(x_shape, axis) - correction
    return left if left > 0 else math.nan


def _var_x(xp: Any, g: Any, x: Any, x_shape: Shape, axis: Shape, correction: float) -> Any:
    deviation = conjugate(xp, _deviation(xp, x, axis))
    return kept(xp, g, x_shape, axis) * (deviation * (2 / _freedom(x_shape, axis, correction)))


def _var_tangent(xp: Any, t: Any, x: Any, x_shape: Shape, axis: Shape, correction: float, keepdims: bool) -> Any:
    deviation = conjugate(xp, _deviation(xp, x, axis))
    moved = xp.sum(real_part(xp, deviation * t), axis=axis, keepdims=keepdims)
    return moved * (2 / _freedom(x_shape, axis, correction))


def _over_spread(xp: Any, numerator: Any, out: Any, x_shape: Shape, axis: Shape, correction: float) -> Any:
    """The numerator over a standard deviation and its divisor; 0 where all elements are equal."""
    flat = out == 0
    return xp.where(flat, 0.0, numerator / (xp.where(flat, 1.0, out) * _freedom(x_shape, axis, correction)))


def _std_x(xp: Any, g: Any, out: Any, x: Any, x_shape: Shape, axis: Shape, correction: float) -> Any:
    slope = _over_spread(xp, g, out, x_shape, axis, correction)
    return kept(xp, slope, x_shape, axis) * conjugate(xp, _deviation(xp, x, axis))


def _std_tangent(
    xp: Any, t: Any, out: Any, x: Any, x_shape: Shape, axis: Shape, correction: float, keepdims: bool
) -> Any:
    moved = xp.sum(real_part(xp, conjugate(xp, _deviation(xp, x, axis)) * t), axis=axis, keepdims=keepdims)
    return _over_spread(xp, moved, out, x_shape, axis, correction)


SPREADS = [
    *reduced(Array((3, 4)))[:-1],
    sample(Array((3, 4)), axis=0, correction=1),
    sample(Array((5,)), correction=1.5),
    sample(Array((2,), distinct=True), correction=1.5),
    sample(COMPLEX, axis=1),
]


@primitive(
    vjp={"x": _var_x},
    jvp={"x": _var_tangent},
    prepare=reduction_axes,
    floating=True,
    samples=SPREADS,
    conventions=[
        at([], slope=[], why="of nothing", value=NAN, agree="autograd jax torch"),
        at([2.0, 2.0, 2.0], slope=[0.0, 0.0, 0.0], why="exists", agree="autograd jax torch"),
        at([2.0], slope=[0.0], why="exists: 0 for every number", value=0.0, agree="autograd jax torch"),
        at([2.0], correction=1, slope=[NAN], why="0 / 0", value=NAN, agree="autograd jax torch"),
    ],
)
def var(x, /, axis=None, correction=0, keepdims=False):
    """Variance over ``axis``: squared deviations from the mean, divided by their number less ``correction``."""


@primitive(
    vjp={"x": _std_x},
    jvp={"x": _std_tangent},
    prepare=reduction_axes,
    floating=True,
    samples=[*SPREADS, sample(Array((2, 3), 2.0, 2.0), axis=1, smooth=False)],
    conventions=[
        at([], slope=[], why="of nothing", value=NAN, agree="autograd jax torch"),
        at(
            [2.0, 2.0, 2.0],
            slope=[0.0, 0.0, 0.0],
            why="smallest",
            second=[0.0, 0.0, 0.0],
            agree="torch",
            autograd=[NAN, NAN, NAN],
            jax=[NAN, NAN, NAN],
        ),
        at(
            [1.0, 1.0],
            slope=[0.0, 0.0],
            why="smallest",
            agree="torch mxnet",
            autograd=[NAN, NAN],
            jax=[NAN, NAN],
            tf=[NAN, NAN],
        ),
        at([2.0], slope=[0.0], why="exists: 0 for every number", value=0.0, agree="autograd torch", jax=[NAN]),
        at([2.0], correction=1, slope=[NAN], why="0 / 0", value=NAN, agree="jax torch", autograd=[0.0]),
    ],
)
def std(x, /, axis=None, correction=0, keepdims=False):
    """Standard deviation over ``axis``, the square root of `var`; its slope is 0 where all elements are equal."""
