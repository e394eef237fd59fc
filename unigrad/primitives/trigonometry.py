"""Trigonometric and hyperbolic functions of each element, with their inverses."""

from __future__ import annotations

import math
from typing import Any

from unigrad.card import elementwise
from unigrad.conversion import is_complex
from unigrad.primitives.arithmetic import AWAY_FROM_ZERO
from unigrad.samples import INF, NAN, Array, at, binary, sample, unary

__all__ = [
    "acos",
    "acosh",
    "asin",
    "asinh",
    "atan",
    "atan2",
    "atanh",
    "cos",
    "cosh",
    "deg2rad",
    "rad2deg",
    "sin",
    "sinc",
    "sinh",
    "tan",
    "tanh",
]


@elementwise(dx=lambda xp, x: xp.cos(x), floating=True, samples=unary(complex=True))
def sin(x, /):
    """Sine of ``x`` in radians."""


@elementwise(dx=lambda xp, x: -xp.sin(x), floating=True, samples=unary(complex=True))
def cos(x, /):
    """Cosine of ``x`` in radians."""


@elementwise(dx=lambda out: 1 + out * out, floating=True, samples=unary(-1.2, 1.2, complex=True))
def tan(x, /):
    """Tangent of ``x`` in radians."""


@elementwise(
    dx=lambda xp, g, x: g / xp.sqrt((1 - x) * (1 + x)),
    floating=True,
    samples=unary(-0.9, 0.9, complex=True),
    conventions=[at(1.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def asin(x, /):
    """Inverse sine of ``x``, in [-π/2, π/2]; its slope at ±1 is infinite."""


@elementwise(
    dx=lambda xp, g, x: -g / xp.sqrt((1 - x) * (1 + x)),
    floating=True,
    samples=unary(-0.9, 0.9, complex=True),
    conventions=[at(1.0, slope=-INF, why="limit", agree="autograd jax torch tf mxnet")],
)
def acos(x, /):
    """Inverse cosine of ``x``, in [0, π]; its slope at ±1 is infinite."""


@elementwise(
    dx=lambda g, x: g / (1 + x * x),
    floating=True,
    samples=[*unary(), sample(Array((2, 3), -0.7, 0.7, dtype="complex"))],
)
def atan(x, /):
    """Inverse tangent of ``x``, in [-π/2, π/2]."""


@elementwise(dx=lambda g: g * (math.pi / 180), floating=True, samples=unary(-200.0, 200.0))
def deg2rad(x, /):
    """The angle ``x``, given in degrees, in radians."""


@elementwise(dx=lambda g: g * (180 / math.pi), floating=True, samples=unary())
def rad2deg(x, /):
    """The angle ``x``, given in radians, in degrees."""


def _sinc_x(xp: Any, x: Any, out: Any) -> Any:
    """``(cos πx - sinc x) / x``; within ½ of 0, where that cancels, the derivative's Taylor polynomial.

    The degree is 21, where the next term is below 1e-17, so that further derivatives are exact there too.
    """
    near = xp.abs(x) < 0.5
    inside = xp.where(near, x, 0.0)
    square = inside * inside
    series = 0.0
    for coefficient in _SINC_SLOPE:
        series = series * square + coefficient
    away = xp.where(near, 1.0, x)
    return xp.where(near, series * inside, (xp.cos(math.pi * away) - out) / away)


_SINC_SLOPE = [(-1) ** k * 2 * k * math.pi ** (2 * k) / math.factorial(2 * k + 1) for k in range(11, 0, -1)]


@elementwise(
    dx=_sinc_x,
    floating=True,
    samples=[*unary(away=(-0.5, 0.5)), sample(Array((4,), -0.1, 0.1)), sample(Array((3,), 0.49, 0.499))],
    conventions=[
        at(
            0.0,
            slope=0.0,
            why="exists; by its series near 0",
            value=1.0,
            second=-(math.pi**2) / 3,
            agree="jax torch",
            autograd=NAN,
        )
    ],
)
def sinc(x, /):
    """``sin(πx) / (πx)``, and 1 at 0."""


@elementwise(dx=lambda xp, x: xp.cosh(x), floating=True, samples=unary(complex=True))
def sinh(x, /):
    """Hyperbolic sine of ``x``."""


@elementwise(dx=lambda xp, x: xp.sinh(x), floating=True, samples=unary(complex=True))
def cosh(x, /):
    """Hyperbolic cosine of ``x``."""


@elementwise(
    dx=lambda out: 1 - out * out,
    floating=True,
    samples=unary(complex=True),
    conventions=[at(1000.0, slope=0.0, why="limit: exact where the value is rounded to 1", agree="autograd jax torch")],
)
def tanh(x, /):
    """Hyperbolic tangent of ``x``."""


def _asinh_x(xp: Any, g: Any, x: Any, x_dtype: Any) -> Any:
    return g / (xp.sqrt(x * x + 1) if is_complex(x_dtype) else xp.hypot(x, 1.0))


@elementwise(dx=_asinh_x, floating=True, samples=unary(complex=True))
def asinh(x, /):
    """Inverse hyperbolic sine of ``x``."""


@elementwise(
    dx=lambda xp, g, x: g / (xp.sqrt(x - 1) * xp.sqrt(x + 1)),
    floating=True,
    samples=[*unary(1.2, 4.0), sample(Array((2, 3), 0.2, 2.0, dtype="complex"))],
    conventions=[at(1.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def acosh(x, /):
    """Inverse hyperbolic cosine of ``x``; its slope at 1 is infinite."""


@elementwise(
    dx=lambda g, x: g / ((1 - x) * (1 + x)),
    floating=True,
    samples=unary(-0.9, 0.9, complex=True),
    conventions=[at(1.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def atanh(x, /):
    """Inverse hyperbolic tangent of ``x``; its slope at ±1 is infinite."""


def _per_square(xp: Any, x1: Any, x2: Any) -> Any:
    """``1 / (x1² + x2²)``, and 0 at the origin."""
    square = x1 * x1 + x2 * x2
    origin = square == 0
    return xp.where(origin, 0.0, 1 / xp.where(origin, 1.0, square))


@elementwise(
    dx1=lambda xp, x1, x2: x2 * _per_square(xp, x1, x2),
    dx2=lambda xp, x1, x2: -x1 * _per_square(xp, x1, x2),
    floating=True,
    samples=binary(AWAY_FROM_ZERO, AWAY_FROM_ZERO),
    conventions=[
        at(
            0.0,
            0.0,
            slope=(0.0, 0.0),
            why="no limit: the smallest",
            agree="torch",
            autograd=(NAN, NAN),
            jax=(NAN, NAN),
            tf=(NAN, NAN),
            mxnet=(NAN, NAN),
        )
    ],
)
def atan2(x1, x2, /):
    """Angle of the point with ordinate ``x1`` and abscissa ``x2``, in [-π, π]; both slopes at the origin are 0."""
