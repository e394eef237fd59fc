"""Functions of the gamma family that some libraries lack or have inexactly: their logarithms and their incomplete integrals.

Torch's incomplete gamma functions are off by 1e-9 in double precision, and it has no incomplete beta function; its own
logarithm of the beta function could only be a difference of large numbers.
"""

from __future__ import annotations

import math
from typing import Any

from unigrad.formulas.incomplete import beta_edge, beta_tail, gamma_edge, gamma_tail
from unigrad.formulas.operands import as_arrays, filled
from unigrad.formulas.stirling import stirling_rest

__all__ = ["beta", "betainc", "betaln", "gammainc", "gammaincc"]


def beta(xp: Any, x1: Any, x2: Any) -> Any:
    """The beta function, by its logarithm and the signs of three gamma functions (DLMF 5.12.1)."""
    x1, x2 = as_arrays(xp, x1, x2)
    return _sign(xp, x1) * _sign(xp, x2) * _sign(xp, x1 + x2) * xp.exp(xp.betaln(x1, x2))


def _sign(xp: Any, x: Any) -> Any:
    """The sign of the gamma function, which changes at every whole number from 0 down; 1 at its poles."""
    below = xp.floor(xp.where((x < 0) & (x > -math.inf), x, 0.0))
    return xp.where((x == below) | (xp.remainder(below, 2) == 0), xp.ones_like(x), -1.0)


def betaln(xp: Any, x1: Any, x2: Any) -> Any:
    """The logarithm of the size of the beta function, in which no large logarithms cancel (DLMF 5.12.1, 5.11.1)."""
    x1, x2 = as_arrays(xp, x1, x2)
    inside = (x1 > 0) & (x2 > 0) & (x1 < math.inf) & (x2 < math.inf)
    one, two = filled(xp, inside, x1, x2)
    both = one + two
    rest = stirling_rest(xp, one) + stirling_rest(xp, two) - stirling_rest(xp, both)
    value = rest - one * xp.log1p(two / one) - two * xp.log1p(one / two) + xp.log(both) - xp.log(one) - xp.log(two)
    end = (x1 > 0) & (x2 > 0) & ((x1 == math.inf) != (x2 == math.inf))
    edge = xp.where((x1 == 0) | (x2 == 0), math.inf, xp.where(end, -math.inf, xp.zeros_like(both)))
    between = ~inside & (edge == 0)
    one, two = xp.where(between, x1, 1.0), xp.where(between, x2, 1.0)
    outside = xp.where(between, xp.gammaln(one) + xp.gammaln(two) - xp.gammaln(one + two), edge)
    return xp.where(inside, value, outside)


def gammainc(xp: Any, a: Any, x: Any) -> Any:
    """The lower incomplete gamma function over Γ(a); NaN for negative arguments, and where both are 0 or both infinite."""
    a, x = as_arrays(xp, a, x)
    inside = (a > 0) & (x > 0) & (a < math.inf) & (x < math.inf)
    tail = gamma_tail(xp, *filled(xp, inside, a, x))
    return xp.where(inside, xp.where(tail.below, tail.mass, 1 - tail.mass), gamma_edge(xp, a, x))


def gammaincc(xp: Any, a: Any, x: Any) -> Any:
    """The upper incomplete gamma function over Γ(a); NaN where `gammainc` is."""
    a, x = as_arrays(xp, a, x)
    inside = (a > 0) & (x > 0) & (a < math.inf) & (x < math.inf)
    tail = gamma_tail(xp, *filled(xp, inside, a, x))
    return xp.where(inside, xp.where(tail.below, 1 - tail.mass, tail.mass), 1 - gamma_edge(xp, a, x))


def betainc(xp: Any, a: Any, b: Any, x: Any) -> Any:
    """The incomplete beta function over B(a, b).

    NaN for negative parameters, where both are 0 or both infinite, and outside of 0 ≤ x ≤ 1.
    """
    a, b, x = as_arrays(xp, a, b, x)
    inside = (a > 0) & (b > 0) & (a < math.inf) & (b < math.inf) & (x > 0) & (x < 1)
    one, two, z = filled(xp, inside, a, b, x)
    tail = beta_tail(xp, one, two, z, 1 - z)
    return xp.where(inside, xp.where(tail.below, tail.mass, 1 - tail.mass), beta_edge(xp, a, b, x))
