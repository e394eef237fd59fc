"""Functions of the gamma family that some libraries lack or have inexactly: their logarithms and their incomplete integrals.

Torch's incomplete gamma functions are off by 1e-9 in double precision, and it has no incomplete beta function; its own
logarithm of the beta function could only be a difference of large numbers.
"""

from __future__ import annotations

import math
from typing import Any

from unigrad.formulas.incomplete import beta_tail, gamma_tail
from unigrad.formulas.stirling import stirling_rest

__all__ = ["betainc", "betaln", "gammainc", "gammaincc"]


def _arrays(xp: Any, *operands: Any) -> tuple[Any, ...]:
    """The operands, with Python numbers as arrays like the array beside them."""
    like = next(each for each in operands if hasattr(each, "dtype"))
    return tuple(each if hasattr(each, "dtype") else xp.zeros_like(like) + each for each in operands)


def _filled(xp: Any, inside: Any, *operands: Any) -> list[Any]:
    """The operands, with ½ wherever one of them is outside of the domain, in their common shape."""
    return [xp.where(inside, each, 0.5) for each in operands]


def betaln(xp: Any, x1: Any, x2: Any) -> Any:
    """The logarithm of the size of the beta function, in which no large logarithms cancel (DLMF 5.12.1, 5.11.1)."""
    x1, x2 = _arrays(xp, x1, x2)
    inside = (x1 > 0) & (x2 > 0) & (x1 < math.inf) & (x2 < math.inf)
    one, two = _filled(xp, inside, x1, x2)
    both = one + two
    rest = stirling_rest(xp, one) + stirling_rest(xp, two) - stirling_rest(xp, both)
    value = rest - one * xp.log1p(two / one) - two * xp.log1p(one / two) + xp.log(both) - xp.log(one) - xp.log(two)
    return xp.where(inside, value, xp.gammaln(x1) + xp.gammaln(x2) - xp.gammaln(x1 + x2))


def gammainc(xp: Any, a: Any, x: Any) -> Any:
    """The lower incomplete gamma function over Γ(a); NaN for negative arguments, and where both are 0 or both infinite."""
    a, x = _arrays(xp, a, x)
    inside, edge = _gamma_domain(xp, a, x)
    tail = gamma_tail(xp, *_filled(xp, inside, a, x))
    return xp.where(inside, xp.where(tail.below, tail.mass, 1 - tail.mass), edge)


def gammaincc(xp: Any, a: Any, x: Any) -> Any:
    """The upper incomplete gamma function over Γ(a); NaN where `gammainc` is."""
    a, x = _arrays(xp, a, x)
    inside, edge = _gamma_domain(xp, a, x)
    tail = gamma_tail(xp, *_filled(xp, inside, a, x))
    return xp.where(inside, xp.where(tail.below, 1 - tail.mass, tail.mass), 1 - edge)


def _gamma_domain(xp: Any, a: Any, x: Any) -> tuple[Any, Any]:
    """Where P(a, x) is an integral, and what it is elsewhere."""
    inside = (a > 0) & (x > 0) & (a < math.inf) & (x < math.inf)
    zero = ((x == 0) & (a > 0)) | ((a == math.inf) & (x >= 0) & (x < math.inf))
    one = ((a == 0) & (x > 0)) | ((x == math.inf) & (a >= 0) & (a < math.inf))
    return inside, xp.where(zero, 0.0, xp.where(one, 1.0, math.nan * xp.ones_like(a + x)))


def betainc(xp: Any, a: Any, b: Any, x: Any) -> Any:
    """The incomplete beta function over B(a, b).

    NaN for negative parameters, where both are 0 or both infinite, and outside of 0 ≤ x ≤ 1.
    """
    a, b, x = _arrays(xp, a, b, x)
    inside = (a > 0) & (b > 0) & (a < math.inf) & (b < math.inf) & (x > 0) & (x < 1)
    one, two, z = _filled(xp, inside, a, b, x)
    tail = beta_tail(xp, one, two, z, 1 - z)
    return xp.where(inside, xp.where(tail.below, tail.mass, 1 - tail.mass), _beta_edge(xp, a, b, x))


def _beta_edge(xp: Any, a: Any, b: Any, x: Any) -> Any:
    """I(a, b, x) where it is no integral."""
    known = (a >= 0) & (b >= 0) & (x >= 0) & (x <= 1)
    unset = ((a == 0) & (b == 0)) | ((a == math.inf) & (b == math.inf))
    within = xp.where((a == 0) | (b == math.inf), 1.0, xp.zeros_like(a + b + x))
    value = xp.where(x == 0, 0.0, xp.where(x == 1, 1.0, xp.where(unset, math.nan, within)))
    return xp.where(known, value, math.nan)
