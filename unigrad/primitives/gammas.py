"""The gamma function and its relatives: its logarithm, that one's derivatives, the beta function, Hurwitz' zeta function.

Derivatives are those of the NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov, chapters 5 and 25.
"""

from __future__ import annotations

import functools
import math
import operator
from typing import Any, Final

from unigrad.card import composition, elementwise
from unigrad.errors import ArgumentError
from unigrad.formulas.operands import as_arrays, filled
from unigrad.formulas.stirling import digamma_rise
from unigrad.formulas.zeta import zeta_slope
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import add
from unigrad.primitives.choices import where
from unigrad.primitives.creation import asarray
from unigrad.samples import INF, NAN, Array, at, binary, sample, unary

__all__ = ["beta", "betaln", "digamma", "gamma", "gammaln", "multigammaln", "polygamma", "zeta"]

POSITIVE: Final = Array(low=0.3, high=3.0)
BELOW: Final = [sample(Array((3,), -0.8, -0.2)), sample(Array((3,), -1.8, -1.2))]
LARGE_TOO: Final = [*binary(POSITIVE, POSITIVE), sample(Array((3,), 11.0, 40.0), Array((3,), 0.3, 40.0))]


@elementwise(
    dx=lambda xp, x: xp.polygamma(x, n=1),
    floating=True,
    samples=[*unary(0.3, 4.0), *BELOW],
    conventions=[at(0.0, slope=INF, why="limit from both sides", agree="autograd jax torch")],
)
def digamma(x, /):
    """Logarithmic derivative of `gamma`."""


def _next_polygamma(xp: Any, x: Any, n: int) -> Any:
    return xp.polygamma(x, n=n + 1)


def _order(_arrays: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    n = _whole("polygamma", "n", options["n"])
    if n < 0:
        raise ArgumentError(f"'polygamma' takes n from 0 on; got {n}")
    return {**options, "n": n}


def _whole(function: str, name: str, number: Any) -> int:
    try:
        return operator.index(number)
    except TypeError:
        raise ArgumentError(f"'{function}' takes a whole number for {name}; got {number!r}") from None


@elementwise(
    dx=_next_polygamma,
    floating=True,
    prepare=_order,
    samples=[sample(Array((2, 3), 0.4, 4.0), n=n) for n in (0, 1, 2, 3)]
    + [sample(Array((), 1.0, 3.0), n=1), sample(Array((3,), -0.7, -0.3), n=1)],
)
def polygamma(x, /, n):
    """The ``n``-th derivative of `digamma`, ``n`` a whole number from 0 on."""


@elementwise(
    dx=lambda xp, x: xp.digamma(x),
    floating=True,
    samples=[*unary(0.3, 4.0), *BELOW],
    conventions=[
        at(0.0, slope=-INF, why="limit from the right", agree="autograd torch", jax=NAN),
        at(-1.0, slope=NAN, why="a pole, with no limit", agree="autograd jax torch"),
    ],
)
def gammaln(x, /):
    """Logarithm of the size of `gamma`."""


@elementwise(dx=lambda xp, x, out: out * xp.digamma(x), floating=True, samples=[*unary(0.4, 4.0), *BELOW])
def gamma(x, /):
    """Gamma function of ``x``, the factorial of ``x - 1``."""


def _digamma_fall(xp: Any, x: Any, step: Any) -> Any:
    """``ψ(x) - ψ(x + step)``, without cancellation where both are positive."""
    x, step = as_arrays(xp, x, step)
    positive = (x > 0) & (step > 0) & (step < math.inf)
    rise = digamma_rise(xp, *filled(xp, positive, x, step))
    return xp.where(positive, -rise, xp.digamma(x) - xp.digamma(x + step))


@elementwise(
    dx1=lambda xp, x1, x2: _digamma_fall(xp, x1, x2),
    dx2=lambda xp, x1, x2: _digamma_fall(xp, x2, x1),
    floating=True,
    samples=[
        *LARGE_TOO,
        sample(Array((3,), -0.8, -0.6), Array((3,), 2.0, 3.0)),
        sample(Array((3,), -8.8, -8.6), Array((3,), 0.4, 0.5)),
    ],
    conventions=[
        at(0.0, 2.0, slope=(-math.inf, 0.0), why="limit"),
        at(2.0, math.inf, slope=(-math.inf, 0.0), why="limit"),
        at(
            1e-6,
            1e-12,
            slope=(-1 / (1 + 1e-6) - 1e-12 * math.pi**2 / 6, 1 / (1e-6 + 1e-12) - 1e12),
            why="exists: without cancellation",
        ),
    ],
)
def betaln(x1, x2, /):
    """Logarithm of the size of `beta` (5.12.1)."""


@elementwise(
    dx1=lambda xp, x1, x2, out: out * _digamma_fall(xp, x1, x2),
    dx2=lambda xp, x1, x2, out: out * _digamma_fall(xp, x2, x1),
    floating=True,
    samples=[*binary(POSITIVE, POSITIVE), sample(Array((3,), -0.8, -0.6), Array((3,), 2.0, 3.0))],
)
def beta(x1, x2, /):
    """Beta function Γ(x1) Γ(x2) / Γ(x1 + x2)."""


@composition(samples=[sample(Array((3,), 1.2, 4.0), d=1), sample(Array((2, 2), 1.2, 4.0), d=3)])
def multigammaln(x, /, d) -> Tensor:
    """Logarithm of the gamma function of ``d`` dimensions: π^(d(d-1)/4) Π Γ(x - j/2), j from 0 to below ``d``.

    NaN unless ``x`` is above (d - 1) / 2. Raises `ArgumentError` unless ``d`` is a whole number from 1 on.
    """
    d = _whole("multigammaln", "d", d)
    if d < 1:
        raise ArgumentError(f"'multigammaln' takes d from 1 on; got {d}")
    x = asarray(x)
    inside = where(x > 0.5 * (d - 1), x, math.nan)
    start: Tensor = inside * 0 + d * (d - 1) / 4 * math.log(math.pi)
    return functools.reduce(add, [gammaln(inside - 0.5 * j) for j in range(d)], start)


def _zeta_x(xp: Any, x: Any, q: Any) -> Any:
    """By the Euler-Maclaurin formula, infinite at the poles, NaN where ``q`` is negative; 0 at an infinite ``q``."""
    x, q = as_arrays(xp, x, q)
    inside = (x >= 1) & (q != math.inf)
    slope = zeta_slope(xp, xp.where(inside, x, 2.0), xp.where(inside, q, 1.0))
    return xp.where(inside, slope, xp.where(x > 1, xp.zeros_like(x), math.nan))


def _zeta_q(xp: Any, x: Any, q: Any) -> Any:
    x, q = as_arrays(xp, x, q)
    return xp.where(x >= 1, -x * xp.zeta(x + 1, q), math.nan)


@elementwise(
    dx=_zeta_x,
    dq=_zeta_q,
    floating=True,
    samples=[
        *binary(Array(low=1.5, high=4.0), Array(low=0.3, high=3.0)),
        sample(Array((3,), 2.0, 6.0), Array((3,), 8.0, 20.0)),
        sample(3.0, Array((3,), -0.8, -0.2)),
        sample(Array((3,), 1.5, 4.0), 1.0),
    ],
    conventions=[
        at(1.0, 2.0, slope=(-math.inf, 1 - math.pi**2 / 6), why="limit from the right; exists"),
        at(2.0, math.inf, slope=(0.0, 0.0), why="limit"),
        at(2.0, 0.0, slope=(math.inf, -math.inf), why="limit from the right"),
        at(1.0, math.inf, slope=(math.nan, 0.0), why="no limit; limit"),
        at(3.0, -0.5, slope=(math.nan, -3 * (16 + math.pi**4 / 6)), why="powers of negative numbers; exists"),
        at(0.5, 2.0, slope=(math.nan, math.nan), why="outside of the domain"),
    ],
)
def zeta(x, q, /):
    """Hurwitz' zeta function, the sum of ``(q + k)**-x`` over k from 0 on, for ``x`` above 1 (25.11.1, 25.11.17).

    Where ``q`` is negative it has a value for whole numbers ``x`` only, and so no slope in ``x``: NaN.
    """
