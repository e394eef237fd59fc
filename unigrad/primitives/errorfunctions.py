"""Error functions, and the normal distribution's, which are the same in other units.

Derivatives are those of the NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov, chapter 7.
"""

from __future__ import annotations

import math
from typing import Any, Final

from unigrad.card import elementwise
from unigrad.formulas.stirling import polynomial
from unigrad.samples import INF, Array, at, sample, unary

__all__ = ["erf", "erfc", "erfcinv", "erfcx", "erfinv", "log_ndtr", "ndtr", "ndtri"]

ROOT_OF_PI: Final = math.sqrt(math.pi)
ROOT_OF_TWO_PI: Final = math.sqrt(2 * math.pi)
FAR: Final = 10.0
"""From here on fourteen terms of the asymptotic series of `erfcx` (7.12.1) are exact to double precision."""
_ERFCX_SLOPE: Final = tuple(
    -((-1) ** m) * (2 * m + 1) * math.gamma(m + 0.5) / math.gamma(0.5) / ROOT_OF_PI for m in range(14)
)


@elementwise(dx=lambda xp, x: (2 / ROOT_OF_PI) * xp.exp(-x * x), floating=True, samples=unary())
def erf(x, /):
    """Error function of ``x``: 2/√π times the integral of exp(-t²) from 0."""


@elementwise(dx=lambda xp, x: (-2 / ROOT_OF_PI) * xp.exp(-x * x), floating=True, samples=unary())
def erfc(x, /):
    """``1 - erf(x)``, accurate for large ``x``."""


def _erfcx_x(xp: Any, x: Any, out: Any) -> Any:
    """``2x erfcx(x) - 2/√π``; for large ``x``, where that cancels, the derivative of the asymptotic series."""
    far = x > FAR
    square = 1 / xp.square(xp.where(far, x, FAR))
    near = 2 * xp.where(far, 0.0, x) * out - 2 / ROOT_OF_PI
    return xp.where(far, square * polynomial(square, _ERFCX_SLOPE), near)


@elementwise(
    dx=_erfcx_x,
    floating=True,
    samples=[*unary(), sample(Array((4,), 10.5, 14.0))],
    conventions=[at(0.0, slope=-2 / ROOT_OF_PI, why="exists"), at(math.inf, slope=0.0, why="limit")],
)
def erfcx(x, /):
    """``exp(x²) * erfc(x)``, without underflow."""


@elementwise(
    dx=lambda xp, out: (ROOT_OF_PI / 2) * xp.exp(out * out),
    floating=True,
    samples=unary(-0.9, 0.9),
    conventions=[
        at(1.0, slope=INF, why="limit", agree="autograd jax torch"),
        at(-1.0, slope=INF, why="limit", agree="autograd jax torch"),
    ],
)
def erfinv(x, /):
    """The number whose `erf` is ``x``; its slope at ±1 is infinite."""


@elementwise(
    dx=lambda xp, out: (-ROOT_OF_PI / 2) * xp.exp(out * out),
    floating=True,
    samples=unary(0.1, 1.9),
    conventions=[at(0.0, slope=-math.inf, why="limit"), at(2.0, slope=-math.inf, why="limit")],
)
def erfcinv(x, /):
    """The number whose `erfc` is ``x``; its slope at 0 and 2 is infinite."""


@elementwise(dx=lambda xp, x: xp.exp(-0.5 * x * x) / ROOT_OF_TWO_PI, floating=True, samples=unary())
def ndtr(x, /):
    """The normal distribution function: the share of it below ``x``."""


def _log_ndtr_x(xp: Any, x: Any, out: Any) -> Any:
    """The density over the share below; below 0, where both vanish, by `erfcx` (7.2.3)."""
    below = x < 0
    tail = math.sqrt(2 / math.pi) / xp.erfcx(xp.where(below, x, 0.0) * -math.sqrt(0.5))
    above = xp.where(below, 0.0, x)
    return xp.where(below, tail, xp.exp(-0.5 * above * above - xp.where(below, 0.0, out)) / ROOT_OF_TWO_PI)


@elementwise(
    dx=_log_ndtr_x,
    floating=True,
    samples=[*unary(), sample(Array((4,), -20.0, -15.0))],
    conventions=[
        at(0.0, slope=math.sqrt(2 / math.pi), why="exists"),
        at(-math.inf, slope=math.inf, why="limit"),
        at(math.inf, slope=0.0, why="limit"),
    ],
)
def log_ndtr(x, /):
    """Logarithm of `ndtr`, accurate far below 0."""


@elementwise(
    dx=lambda xp, out: ROOT_OF_TWO_PI * xp.exp(0.5 * out * out),
    floating=True,
    samples=unary(0.1, 0.9),
    conventions=[at(0.0, slope=INF, why="limit", agree="torch", jax=0.0)],
)
def ndtri(x, /):
    """The number whose `ndtr` is ``x``; its slope at 0 and 1 is infinite."""
