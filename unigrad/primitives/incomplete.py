"""The incomplete gamma and beta functions, with slopes in every argument.

Derivatives in ``x`` are those of the NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov (8.8.13, 8.17.1);
those in the parameters are integrals, which `unigrad.formulas.incomplete` describes.
"""

from __future__ import annotations

import math
from typing import Any, Final

from unigrad.card import elementwise
from unigrad.formulas.incomplete import beta_edge, beta_scale, beta_tail, gamma_edge, gamma_scale, gamma_tail
from unigrad.formulas.operands import as_arrays, filled
from unigrad.samples import Array, Sample, at, binary, sample

__all__ = ["betainc", "gammainc", "gammaincc"]

POSITIVE: Final = Array(low=0.3, high=3.0)
GAMMA: Final = [
    *binary(POSITIVE, POSITIVE),
    sample(Array((3,), 12.0, 20.0), Array((3,), 6.0, 11.0)),
    sample(Array((3,), 12.0, 20.0), Array((3,), 22.0, 30.0)),
    sample(2.5, Array((3,), 0.3, 6.0)),
    sample(Array((3,), 0.3, 6.0), 1.5),
]

_EXPONENTIAL_INTEGRAL_AT_2: Final = 0.048900510708061119567
"""E₁(2) (6.2.1)."""
ENDS: Final = (
    ((0.5, 0.0), (0.0, math.inf), "limit"),
    ((1.0, 0.0), (0.0, 1.0), "limit"),
    ((2.0, 0.0), (0.0, 0.0), "exists"),
    ((2.0, math.inf), (0.0, 0.0), "limit"),
    ((math.inf, 2.0), (0.0, 0.0), "limit"),
    ((0.0, 2.0), (-_EXPONENTIAL_INTEGRAL_AT_2, 0.0), "limit from the right"),
    ((0.0, 0.0), (math.nan, math.nan), "no limit"),
    ((math.inf, math.inf), (math.nan, math.nan), "no limit"),
    ((-1.0, 2.0), (math.nan, math.nan), "outside of the domain"),
    ((2.0, -1.0), (math.nan, math.nan), "outside of the domain"),
    ((-0.5, 0.0), (math.nan, math.nan), "outside of the domain"),
)
"""Points at the ends of the domain, the slopes of `gammainc` there, and why."""


def _within(a: Any, x: Any) -> Any:
    """Where the formulas hold; those for negative ``a`` give NaN themselves."""
    return (x > 0) & (a < math.inf) & (x < math.inf)


def _gammainc_a(xp: Any, a: Any, x: Any) -> Any:
    a, x = as_arrays(xp, a, x)
    inside = _within(a, x)
    return xp.where(inside, gamma_tail(xp, *filled(xp, inside, a, x)).slope, 0 * gamma_edge(xp, a, x))


def _gammainc_x(xp: Any, a: Any, x: Any) -> Any:
    """The density ``xᵃ⁻¹ e⁻ˣ / Γ(a)``; at 0 as a power, whose own slopes are right there."""
    a, x = as_arrays(xp, a, x)
    inside, start = _within(a, x), (x == 0) & (a > 0)
    one, z = filled(xp, inside, a, x)
    density = one * gamma_scale(xp, one, z) / z
    first, zero = xp.where(start, a, 1.0), xp.where(start, x, 1.0)
    power = xp.pow(zero, first - 1) * xp.exp(-zero - xp.gammaln(first))
    return xp.where(inside, density, xp.where(start, power, 0 * gamma_edge(xp, a, x)))


@elementwise(
    da=_gammainc_a,
    dx=_gammainc_x,
    floating=True,
    samples=GAMMA,
    conventions=[
        *(at(*point, slope=slopes, why=why) for point, slopes, why in ENDS),
        at(1.0, 0.0, slope=(None, 1.0), second=(None, -1.0), why="limit"),
    ],
)
def gammainc(a, x, /):
    """Lower incomplete gamma function over Γ(a): the share below ``x`` of the gamma distribution of shape ``a`` (8.2.4)."""


@elementwise(
    da=lambda xp, a, x: -_gammainc_a(xp, a, x),
    dx=lambda xp, a, x: -_gammainc_x(xp, a, x),
    floating=True,
    samples=GAMMA,
    conventions=[at(*point, slope=(-slopes[0], -slopes[1]), why=why) for point, slopes, why in ENDS],
)
def gammaincc(a, x, /):
    """``1 - gammainc(a, x)``, accurate for large ``x``."""


def _betainc_a(xp: Any, a: Any, b: Any, x: Any) -> Any:
    a, b, x = as_arrays(xp, a, b, x)
    return _parameter_slope(xp, a, b, x, 1 - x)


def _betainc_b(xp: Any, a: Any, b: Any, x: Any) -> Any:
    """By symmetry (8.17.4)."""
    a, b, x = as_arrays(xp, a, b, x)
    return -_parameter_slope(xp, b, a, 1 - x, x)


def _parameter_slope(xp: Any, a: Any, b: Any, x: Any, y: Any) -> Any:
    """The slope of I(a, b, x) in ``a``, of ``y = 1 - x``: one of the two may be the more precise.

    For negative parameters, and where both are 0, the formula gives NaN itself.
    """
    inside = (a < math.inf) & (b < math.inf) & (x > 0) & (y > 0)
    return xp.where(inside, beta_tail(xp, *filled(xp, inside, a, b, x, y)).slope, 0 * beta_edge(xp, a, b, x))


def _betainc_x(xp: Any, a: Any, b: Any, x: Any) -> Any:
    """The density ``xᵃ⁻¹ (1-x)ᵇ⁻¹ / B(a, b)``; at 0 and 1 as powers, whose own slopes are right there."""
    a, b, x = as_arrays(xp, a, b, x)
    known = (a > 0) & (b > 0) & (a < math.inf) & (b < math.inf)
    inside, end = known & (x > 0) & (x < 1), known & ((x == 0) | (x == 1))
    one, two, z = filled(xp, inside, a, b, x)
    density = one * two * beta_scale(xp, one, two, z, 1 - z) / (z * (1 - z))
    first, second, edge = (xp.where(end, each, 1.0) for each in (a, b, x))
    powers = xp.pow(edge, first - 1) * xp.pow(1 - edge, second - 1) * xp.exp(-xp.betaln(first, second))
    return xp.where(inside, density, xp.where(end, powers, 0 * beta_edge(xp, a, b, x)))


def _beta_samples() -> list[Sample]:
    shares = Array(low=0.1, high=0.9)
    pairs = [each.arrays for each in binary(POSITIVE, POSITIVE)]
    places = [(), (2, 3), (3,), (2, 3), (1, 3), (3,), (), (2,)]
    return [
        *(sample(a, b, Array(shape, 0.1, 0.9)) for (a, b), shape in zip(pairs, places, strict=True)),
        sample(Array((3,), 12.0, 20.0), Array((3,), 11.0, 15.0), shares),
        sample(Array((3,), 12.0, 20.0), 0.7, Array((3,), 0.9, 0.97)),
        sample(0.7, Array((3,), 12.0, 20.0), Array((3,), 0.02, 0.2)),
        sample(Array((3,), 0.3, 3.0), Array((3,), 0.3, 3.0), 0.3),
    ]


NOWHERE: Final = (math.nan, math.nan, math.nan)


@elementwise(
    da=_betainc_a,
    db=_betainc_b,
    dx=_betainc_x,
    floating=True,
    samples=_beta_samples(),
    conventions=[
        at(0.5, 2.0, 0.0, slope=(0.0, 0.0, math.inf), why="limit"),
        at(1.0, 3.0, 0.0, slope=(0.0, 0.0, 3.0), why="limit"),
        at(2.0, 3.0, 0.0, slope=(0.0, 0.0, 0.0), why="exists"),
        at(2.0, 0.5, 1.0, slope=(0.0, 0.0, math.inf), why="limit"),
        at(3.0, 1.0, 1.0, slope=(0.0, 0.0, 3.0), why="limit"),
        at(2.0, 3.0, 1.0, slope=(0.0, 0.0, 0.0), why="exists"),
        at(math.inf, 2.0, 0.5, slope=(0.0, 0.0, 0.0), why="limit"),
        at(2.0, math.inf, 0.5, slope=(0.0, 0.0, 0.0), why="limit"),
        at(0.0, 1.0, 0.5, slope=(-math.log(2), 0.0, 0.0), why="limit from the right"),
        at(1.0, 0.0, 0.5, slope=(0.0, math.log(2), 0.0), why="limit from the right"),
        at(0.0, 2.0, 0.0, slope=(0.0, 0.0, 0.0), why="constant on either side of the jump"),
        at(2.0, 0.0, 1.0, slope=(0.0, 0.0, 0.0), why="constant on either side of the jump"),
        at(0.0, 0.0, 0.5, slope=NOWHERE, why="no limit"),
        at(-0.5, 2.0, 0.0, slope=NOWHERE, why="outside of the domain"),
        at(2.0, -0.5, 1.0, slope=NOWHERE, why="outside of the domain"),
        at(-1.0, 2.0, 0.5, slope=NOWHERE, why="outside of the domain"),
        at(2.0, -1.0, 0.5, slope=NOWHERE, why="outside of the domain"),
        at(2.0, 3.0, 1.5, slope=NOWHERE, why="outside of the domain"),
        at(2.0, 3.0, -0.5, slope=NOWHERE, why="outside of the domain"),
    ],
)
def betainc(a, b, x, /):
    """Incomplete beta function over B(a, b): the share below ``x`` of the beta distribution, for 0 ≤ ``x`` ≤ 1 (8.17.2)."""
