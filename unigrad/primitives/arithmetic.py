"""Arithmetic, powers and roots of each element."""

from __future__ import annotations

import cmath
import math
from typing import Any

from unigrad.card import elementwise
from unigrad.conversion import is_complex
from unigrad.samples import INF, NAN, Array, at, binary, sample, unary

__all__ = [
    "add",
    "cbrt",
    "divide",
    "fmod",
    "multiply",
    "negative",
    "nextafter",
    "positive",
    "pow",
    "reciprocal",
    "remainder",
    "sqrt",
    "square",
    "subtract",
]

POSITIVE = Array(low=0.3, high=3.0)

AWAY_FROM_ZERO = Array(away=(0.0,))


@elementwise(dx1=1, dx2=1, operator="+", samples=binary(complex=True))
def add(x1, x2, /):
    """Sum of ``x1`` and ``x2``, elementwise, with broadcasting."""


@elementwise(dx1=1, dx2=-1, operator="-", samples=binary(complex=True))
def subtract(x1, x2, /):
    """Difference of ``x1`` and ``x2``, elementwise, with broadcasting."""


@elementwise(
    dx1=lambda x2: x2,
    dx2=lambda x1: x1,
    operator="*",
    samples=[*binary(complex=True), sample(Array((1,)), Array((1, 3)))],
)
def multiply(x1, x2, /):
    """Product of ``x1`` and ``x2``, elementwise, with broadcasting."""


@elementwise(
    dx1=lambda g, x2: g / x2,
    dx2=lambda g, out, x2: -g * out / x2,
    operator="/",
    floating=True,
    samples=binary(second=POSITIVE, complex=True),
    conventions=[
        at(1.0, 0.0, slope=(INF, -INF), why="limit from the right", agree="autograd jax torch"),
        at(0.0, 0.0, slope=(INF, NAN), why="limit from the right, and 0 / 0", agree="autograd jax torch"),
    ],
)
def divide(x1, x2, /):
    """Quotient of ``x1`` and ``x2``, elementwise, with broadcasting."""


def _pow_x1(xp: Any, g: Any, x1: Any, x2: Any) -> Any:
    if type(x2) in (int, float):
        return g * 0 if x2 == 0 else g if x2 == 1 else g * (x2 * x1) if x2 == 2 else g * (x2 * xp.pow(x1, x2 - 1))
    zero = x2 == 0
    return xp.where(zero, 0.0, g * x2 * xp.pow(x1, xp.where(zero, 1.0, x2 - 1)))


def _pow_x2(xp: Any, g: Any, out: Any, x1: Any, x2: Any, x2_dtype: Any) -> Any:
    rising = (xp.real(x2) if is_complex(x2_dtype) else x2) >= 0
    if type(x1) in (int, float):
        if x1 == 0:  # 0 ** x2 is 0 or 1 for x2 >= 0, and its slope there is 0; below, it falls from infinity
            return xp.where(rising, 0.0, g * -math.inf)
        return g * (out * (math.log(x1) if x1 > 0 else cmath.log(x1) if is_complex(x2_dtype) else math.nan))
    flat = (x1 == 0) & rising
    return xp.where(flat, 0.0, g * out * xp.log(xp.where(flat, 1.0, x1)))


@elementwise(
    dx1=_pow_x1,
    dx2=_pow_x2,
    samples=[
        *binary(first=POSITIVE, complex=True),
        sample(Array((3,)), 2),
        sample(Array((3,)), 3.0),
        sample(Array((3,)), 0),
        sample(Array((3,)), 1),
        sample(2.0, Array((3,))),
        sample(0.5, Array((3,))),
        sample(Array((3,), away=(0.0,)), -2),
        sample(Array((3,), away=(0.0,), dtype="complex"), -1.5),
        sample(2.0, Array((3,), dtype="complex")),
        sample(-0.7, Array((3,), dtype="complex")),
    ],
    conventions=[
        at(
            0.0,
            0.0,
            slope=(0.0, 0.0),
            why="`x**0` is 1 everywhere, `0**y` is flat for y ≥ 0",
            value=1.0,
            agree="autograd torch",
            jax=(NAN, 0.0),
            mxnet=(NAN, -INF),
        ),
        at(0.0, 1.0, slope=(1.0, 0.0), why="exists", agree="autograd jax torch"),
        at(0.0, 2.0, slope=(0.0, 0.0), why="exists", agree="autograd jax torch"),
        at(0.0, 0.5, slope=(INF, 0.0), why="limit", agree="autograd jax torch"),
        at(0.0, -1.0, slope=(-INF, -INF), why="limit", agree="torch", autograd=(-INF, NAN), jax=(-INF, NAN)),
        at(1.0, 0.0, slope=(0.0, 0.0), why="exists", agree="autograd jax torch"),
        at(-1.0, 2.0, slope=(-2.0, NAN), why="not real for exponents beside 2", agree="autograd jax torch"),
        at(-2.0, 0.5, slope=(NAN, NAN), why="not real", agree="autograd jax torch"),
        at(0.0, 0, slope=(0.0, None), why="`x**0` is 1 everywhere", second=(0.0, None), agree="autograd jax torch"),
        at(
            0.0,
            0.0,
            slope=(0.0, None),
            why="`x**0.0` is 1 everywhere",
            second=(0.0, None),
            agree="autograd torch",
            jax=NAN,
            tf=NAN,
            mxnet=NAN,
        ),
        at(0.0, 1.0, slope=(1.0, None), why="exists", second=(0.0, None), agree="autograd jax torch"),
        at(0.0, 2.0, slope=(0.0, None), why="exists", second=(2.0, None), agree="autograd jax torch"),
        at(0.0, 0.5, slope=(INF, None), why="limit", second=(-INF, None), agree="autograd jax torch"),
        at(0.0, -1, slope=(-INF, None), why="limit from both sides", agree="autograd jax torch"),
        at(0.0, 0.0, slope=(None, 0.0), why="`0**y` is flat for y ≥ 0", agree="autograd jax torch tf", mxnet=-INF),
        at(0.0, 2.0, slope=(None, 0.0), why="`0**y` is flat for y ≥ 0", agree="autograd jax torch"),
        at(-2.0, 2.0, slope=(None, NAN), why="not real beside 2", agree="autograd jax torch mxnet", tf=0.0),
        at(0.0, [-1.0, 2.0], slope=(None, [-INF, 0.0]), why="limit; flat for y > 0"),
    ],
)
def pow(x1, x2, /):
    """``x1`` to the power ``x2``, elementwise, with broadcasting.

    The partial with respect to ``x1`` is 0 wherever ``x2`` is 0, and with respect to ``x2`` wherever ``x1`` is 0 and ``x2 >= 0``.
    """


@elementwise(
    dx1=1,
    dx2=lambda xp, g, x1, x2: -g * xp.floor(x1 / x2),
    samples=[
        *binary(Array(low=0.2, high=0.9), Array(low=1.1, high=1.9)),
        *binary(Array(low=3.3, high=3.7), Array(low=1.25, high=1.55)),
        *binary(Array(low=-3.7, high=-3.3), Array(low=1.25, high=1.55)),
    ],
    conventions=[
        at(3.0, 1.5, slope=(1.0, -2.0), why="of the piece to its right", agree="autograd jax torch"),
        at(5.0, 2.0, slope=(None, -2.0), why="exists", agree="autograd jax tf mxnet", torch="error"),
    ],
)
def remainder(x1, x2, /):
    """Remainder of ``x1 / x2`` with the sign of ``x2``, elementwise; at a jump the slope of the branch taken."""


@elementwise(
    dx1=1,
    dx2=lambda xp, g, x1, x2: -g * xp.trunc(x1 / x2),
    samples=[
        *binary(Array(low=0.2, high=0.9), Array(low=1.1, high=1.9)),
        *binary(Array(low=-3.7, high=-3.3), Array(low=1.25, high=1.55)),
    ],
    conventions=[
        at(3.0, 1.5, slope=(1.0, -2.0), why="of the piece that begins there", agree="jax torch", autograd="error")
    ],
)
def fmod(x1, x2, /):
    """Remainder of ``x1 / x2`` with the sign of ``x1``, elementwise; at a jump the slope of the branch taken."""


@elementwise(dx1=1, dx2=0, floating=True, samples=binary())
def nextafter(x1, x2, /):
    """The representable number next to ``x1`` on the way to ``x2``: ``x1``, as far as a slope can tell."""


@elementwise(dx=-1, operator="-", samples=unary(complex=True))
def negative(x, /):
    """``x`` with the opposite sign."""


@elementwise(dx=1, samples=unary(complex=True))
def positive(x, /):
    """``x`` itself."""


@elementwise(dx=lambda x: 2 * x, samples=unary(complex=True))
def square(x, /):
    """``x`` times itself."""


@elementwise(
    dx=lambda out: 0.5 / out,
    floating=True,
    samples=unary(0.2, 4.0, complex=True),
    conventions=[
        at(0.0, slope=INF, why="limit", second=-INF, agree="autograd jax torch"),
        at(-1.0, slope=NAN, why="not real", agree="autograd jax torch"),
    ],
)
def sqrt(x, /):
    """Square root of ``x``; its slope at 0 is infinite."""


@elementwise(
    dx=lambda g, out: g / (3 * out * out),
    floating=True,
    samples=unary(away=(0.0,)),
    conventions=[at(0.0, slope=INF, why="limit from both sides", agree="jax", autograd="error")],
)
def cbrt(x, /):
    """Cube root of ``x``, negative for negative ``x``; its slope at 0 is infinite."""


@elementwise(
    dx=lambda out: -(out * out),
    floating=True,
    samples=unary(0.3, 3.0, complex=True),
    conventions=[at(0.0, slope=-INF, why="limit from both sides", agree="autograd jax torch")],
)
def reciprocal(x, /):
    """1 / ``x``."""
