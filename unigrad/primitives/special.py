"""Special functions: error functions, gamma functions, Bessel functions, entropies, the normal distribution.

Derivatives are those of the NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov, unless they are one
line of school mathematics; its chapters are 5 (gamma), 7 (error functions) and 10 (Bessel functions).
"""

from __future__ import annotations

import functools
import math
import operator
from typing import Any

from unigrad.card import composition, elementwise
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor
from unigrad.primitives.creation import asarray
from unigrad.primitives.elementwise import add, exp, logaddexp
from unigrad.samples import INF, NAN, Array, at, binary, sample, unary

__all__ = [
    "beta",
    "betaln",
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfinv",
    "gamma",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "kl_div",
    "log_expit",
    "log_ndtr",
    "logit",
    "multigammaln",
    "ndtr",
    "ndtri",
    "polygamma",
    "rel_entr",
    "xlog1py",
    "xlogy",
]

POSITIVE = Array(low=0.3, high=3.0)


@elementwise(dx=lambda xp, x: (2 / math.sqrt(math.pi)) * xp.exp(-x * x), floating=True, samples=unary())
def erf(x, /):
    """Error function of ``x``: 2/√π times the integral of exp(-t²) from 0."""


@elementwise(dx=lambda xp, x: (-2 / math.sqrt(math.pi)) * xp.exp(-x * x), floating=True, samples=unary())
def erfc(x, /):
    """``1 - erf(x)``, accurate for large ``x``."""


@elementwise(
    dx=lambda xp, out: (math.sqrt(math.pi) / 2) * xp.exp(out * out),
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
    dx=lambda xp, x: xp.polygamma(x, n=1),
    floating=True,
    samples=unary(0.3, 4.0),
    conventions=[at(0.0, slope=INF, why="limit from both sides", agree="autograd jax torch")],
)
def digamma(x, /):
    """Logarithmic derivative of `gamma`."""


def _next_polygamma(xp: Any, x: Any, n: int) -> Any:
    return xp.polygamma(x, n=n + 1)


def _order(_arrays: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    n = operator.index(options["n"])
    if n < 0:
        raise ArgumentError(f"'polygamma' takes n from 0 on; got {n}")
    return {**options, "n": n}


@elementwise(
    dx=_next_polygamma,
    floating=True,
    prepare=_order,
    samples=[sample(Array((2, 3), 0.4, 4.0), n=n) for n in (0, 1, 2, 3)] + [sample(Array((), 1.0, 3.0), n=1)],
)
def polygamma(x, /, n):
    """The ``n``-th derivative of `digamma`, ``n`` a whole number from 0 on."""


@elementwise(
    dx=lambda xp, x: xp.digamma(x),
    floating=True,
    samples=unary(0.3, 4.0),
    conventions=[
        at(0.0, slope=-INF, why="limit from the right", agree="autograd torch", jax=NAN),
        at(-1.0, slope=NAN, why="a pole, with no limit", agree="autograd jax torch"),
    ],
)
def gammaln(x, /):
    """Logarithm of the size of `gamma`."""


@elementwise(
    dx=lambda xp, x, out: out * xp.digamma(x),
    floating=True,
    samples=[*unary(0.4, 4.0), sample(Array((3,), -0.8, -0.2)), sample(Array((3,), -1.8, -1.2))],
)
def gamma(x, /):
    """Gamma function of ``x``, the factorial of ``x - 1``."""


@elementwise(
    dx1=lambda xp, x1, x2: xp.digamma(x1) - xp.digamma(x1 + x2),
    dx2=lambda xp, x1, x2: xp.digamma(x2) - xp.digamma(x1 + x2),
    floating=True,
    samples=binary(POSITIVE, POSITIVE),
)
def betaln(x1, x2, /):
    """Logarithm of the size of `beta`."""


@composition(samples=binary(POSITIVE, POSITIVE))
def beta(x1, x2, /) -> Tensor:
    """Beta function Γ(x1) Γ(x2) / Γ(x1 + x2) of positive arguments."""
    return exp(betaln(x1, x2))


@composition(samples=[sample(Array((3,), 1.2, 4.0), d=1), sample(Array((2, 2), 1.2, 4.0), d=3)])
def multigammaln(x, /, d) -> Tensor:
    """Logarithm of the gamma function of ``d`` dimensions: π^(d(d-1)/4) Π Γ(x - j/2), j from 0 to below ``d``."""
    x = asarray(x)
    start: Tensor = x * 0 + d * (d - 1) / 4 * math.log(math.pi)
    return functools.reduce(add, [gammaln(x - 0.5 * j) for j in range(d)], start)


@elementwise(
    dx=lambda g, x: g / (x * (1 - x)),
    floating=True,
    samples=unary(0.1, 0.9),
    conventions=[
        at(0.0, slope=INF, why="limit", agree="autograd jax torch"),
        at(1.0, slope=INF, why="limit", agree="autograd jax torch"),
    ],
)
def logit(x, /):
    """``log(x / (1 - x))``, the inverse of `sigmoid`; its slope at 0 and 1 is infinite."""


@composition(samples=unary())
def log_expit(x, /) -> Tensor:
    """Logarithm of `sigmoid`, without taking it of a rounded zero."""
    return -logaddexp(-asarray(x), 0.0)


def _log_or_nothing(xp: Any, g: Any, x1: Any, argument: Any, logarithm: Any) -> Any:
    """``g log x2``; 0 where both are 0, as xlogy(0, x2) is 0 for every x2."""
    nothing = (x1 == 0) & (argument == 0)
    return xp.where(nothing, 0.0, g * xp.where(nothing, 0.0, logarithm))


@elementwise(
    dx1=lambda xp, g, x1, x2: _log_or_nothing(xp, g, x1, x2, xp.log(x2)),
    dx2=lambda g, x1, x2: g * (x1 / x2),
    floating=True,
    samples=binary(second=POSITIVE),
    conventions=[
        at(0.0, 0.0, slope=(0.0, NAN), why="0 for every x2; 0 / 0", value=0.0, agree="torch", jax=(-INF, NAN)),
        at(0.0, 2.0, slope=(math.log(2), 0.0), why="exists", agree="jax torch"),
    ],
)
def xlogy(x1, x2, /):
    """``x1 * log(x2)``, and 0 where ``x1`` is 0; the slopes at (0, 0) are 0 and NaN."""


@elementwise(
    dx1=lambda xp, g, x1, x2: _log_or_nothing(xp, g, x1, 1 + x2, xp.log1p(x2)),
    dx2=lambda g, x1, x2: g * (x1 / (1 + x2)),
    floating=True,
    samples=binary(second=Array(low=-0.7, high=3.0)),
    conventions=[
        at(0.0, -1.0, slope=(0.0, NAN), why="0 for every x2; 0 / 0", value=0.0, agree="torch", jax=(-INF, NAN))
    ],
)
def xlog1py(x1, x2, /):
    """``x1 * log1p(x2)``, and 0 where ``x1`` is 0; the slopes at (0, -1) are 0 and NaN."""


@elementwise(
    dx=lambda xp, x: -1 - xp.log(x),
    floating=True,
    samples=unary(0.1, 3.0),
    conventions=[at(0.0, slope=INF, why="limit", value=0.0, agree="jax torch")],
)
def entr(x, /):
    """``-x log(x)``, 0 at 0, -∞ below; its slope at 0 is infinite."""


@elementwise(
    dx1=lambda xp, x1, x2: 1 + xp.log(x1 / x2),
    dx2=lambda g, x1, x2: -g * (x1 / x2),
    floating=True,
    samples=binary(POSITIVE, POSITIVE),
    conventions=[at(0.0, 1.0, slope=(-INF, 0.0), why="limit", value=0.0, jax=(0.0, 0.0))],
)
def rel_entr(x1, x2, /):
    """``x1 log(x1 / x2)``, 0 where ``x1`` is 0 and ``x2`` is not negative, ∞ elsewhere outside of positive arguments."""


@composition(samples=binary(POSITIVE, POSITIVE))
def kl_div(x1, x2, /) -> Tensor:
    """`rel_entr` ``- x1 + x2``, which is convex and nowhere negative."""
    result: Tensor = rel_entr(x1, x2) - x1 + x2
    return result


def _i1_x(xp: Any, x: Any, out: Any) -> Any:
    """DLMF 10.29.2; ``I1(x) / x`` is ½ at 0."""
    origin = x == 0
    return xp.i0(x) - xp.where(origin, 0.5, out / xp.where(origin, 1.0, x))


def _i1e_x(xp: Any, x: Any, out: Any) -> Any:
    origin = x == 0
    return xp.i0e(x) - xp.sign(x) * out - xp.where(origin, 0.5, out / xp.where(origin, 1.0, x))


@elementwise(
    dx=lambda xp, x: xp.i1(x),
    floating=True,
    samples=unary(away=(0.0,)),
    conventions=[at(0.0, slope=0.0, why="exists", second=0.5, agree="autograd jax torch")],
)
def i0(x, /):
    """Modified Bessel function of order 0."""


@elementwise(
    dx=_i1_x,
    floating=True,
    samples=unary(away=(0.0,)),
    conventions=[at(0.0, slope=0.5, why="exists", second=0.0, agree="autograd jax torch")],
)
def i1(x, /):
    """Modified Bessel function of order 1."""


@elementwise(
    dx=lambda xp, x, out: xp.i1e(x) - xp.sign(x) * out,
    floating=True,
    samples=unary(away=(0.0,)),
    conventions=[at(0.0, slope=0.0, why="smallest of [-1, 1]: a maximum", agree="jax torch")],
)
def i0e(x, /):
    """``exp(-|x|) * i0(x)``, without overflow; its slope at 0 is 0."""


@elementwise(
    dx=_i1e_x,
    floating=True,
    samples=unary(away=(0.0,)),
    conventions=[at(0.0, slope=0.5, why="exists", agree="jax torch")],
)
def i1e(x, /):
    """``exp(-|x|) * i1(x)``, without overflow."""


@elementwise(dx=lambda xp, x: xp.exp(-0.5 * x * x) / math.sqrt(2 * math.pi), floating=True, samples=unary())
def ndtr(x, /):
    """The normal distribution function: the share of it below ``x``."""


@elementwise(dx=lambda xp, x, out: xp.exp(-0.5 * x * x - out) / math.sqrt(2 * math.pi), floating=True, samples=unary())
def log_ndtr(x, /):
    """Logarithm of `ndtr`, accurate far below 0."""


@elementwise(
    dx=lambda xp, out: math.sqrt(2 * math.pi) * xp.exp(0.5 * out * out),
    floating=True,
    samples=unary(0.1, 0.9),
    conventions=[at(0.0, slope=INF, why="limit", agree="torch", jax=0.0)],
)
def ndtri(x, /):
    """The number whose `ndtr` is ``x``; its slope at 0 and 1 is infinite."""
