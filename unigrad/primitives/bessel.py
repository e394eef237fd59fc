"""Bessel functions of order 0 and 1, and the modified ones.

Derivatives are those of the NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov, chapter 10.
"""

from __future__ import annotations

import math
from typing import Any, Final

from unigrad.card import elementwise
from unigrad.formulas.stirling import polynomial
from unigrad.samples import Array, at, sample, unary

__all__ = ["i0", "i0e", "i1", "i1e", "j0", "j1"]

NEAR: Final = 2.0
"""Up to here the series of the quotients below is exact to double precision, and so are its derivatives."""
_QUOTIENT: Final = tuple(1 / (2 * 4**k * math.factorial(k) * math.factorial(k + 1)) for k in range(14))
SAMPLES: Final = [*unary(), sample(Array((4,), -0.1, 0.1)), sample(Array((4,), 2.2, 6.0))]
BESIDE_ZERO: Final = [*unary(away=(0.0,)), sample(Array((4,), 2.2, 6.0)), sample(Array((4,), -6.0, -2.2))]


def _over_x(xp: Any, x: Any, out: Any, sign: int, scale: Any = 1) -> Any:
    """``out / x``, of ``out = scale * I₁(x)`` for sign 1 (10.25.2), J₁ for sign -1 (10.2.2): their series near 0."""
    near = xp.abs(x) < NEAR
    inside = xp.where(near, x, 0.0)
    series = polynomial(sign * (inside * inside), _QUOTIENT)
    return xp.where(near, scale * series, out / xp.where(near, 1.0, x))


def _i1e_x(xp: Any, x: Any, out: Any) -> Any:
    return xp.i0e(x) - xp.sign(x) * out - _over_x(xp, x, out, 1, xp.exp(-xp.abs(x)))


@elementwise(
    dx=lambda xp, x: xp.i1(x),
    floating=True,
    samples=SAMPLES,
    conventions=[at(0.0, slope=0.0, why="exists", second=0.5, agree="autograd jax torch")],
)
def i0(x, /):
    """Modified Bessel function of order 0."""


@elementwise(
    dx=lambda xp, x, out: xp.i0(x) - _over_x(xp, x, out, 1),
    floating=True,
    samples=SAMPLES,
    conventions=[at(0.0, slope=0.5, why="exists", second=0.0, agree="autograd jax torch")],
)
def i1(x, /):
    """Modified Bessel function of order 1 (10.29.2)."""


@elementwise(
    dx=lambda xp, x, out: xp.i1e(x) - xp.sign(x) * out,
    floating=True,
    samples=BESIDE_ZERO,
    conventions=[at(0.0, slope=0.0, why="smallest of [-1, 1]: a maximum", agree="jax torch")],
)
def i0e(x, /):
    """``exp(-|x|) * i0(x)``, without overflow; its slope at 0 is 0."""


@elementwise(
    dx=_i1e_x, floating=True, samples=BESIDE_ZERO, conventions=[at(0.0, slope=0.5, why="exists", agree="jax torch")]
)
def i1e(x, /):
    """``exp(-|x|) * i1(x)``, without overflow."""


@elementwise(dx=lambda xp, x: -xp.j1(x), floating=True, samples=SAMPLES, conventions=[at(0.0, slope=0.0, why="exists")])
def j0(x, /):
    """Bessel function of order 0 (10.6.3)."""


@elementwise(
    dx=lambda xp, x, out: xp.j0(x) - _over_x(xp, x, out, -1),
    floating=True,
    samples=SAMPLES,
    conventions=[at(0.0, slope=0.5, why="exists")],
)
def j1(x, /):
    """Bessel function of order 1 (10.6.2)."""
