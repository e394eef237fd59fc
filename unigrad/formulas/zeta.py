"""The slope of Hurwitz' zeta function in its exponent, by the Euler-Maclaurin formula (DLMF 25.11.9, 2.10.1)."""

from __future__ import annotations

import math
from typing import Any, Final

from unigrad.formulas.stirling import BERNOULLI

TERMS: Final = 10
"""So many terms of the sum are added one by one; from there on seven terms of the formula are exact to double precision."""
_WEIGHTS: Final = tuple(number / math.factorial(2 * j) for j, number in enumerate(BERNOULLI, 1))


def zeta_slope(xp: Any, x: Any, q: Any) -> Any:
    """The derivative of Σ (q + k)⁻ˣ with respect to ``x``, for ``x`` above 1 and positive ``q``, both finite."""
    slope = 0.0
    for k in range(TERMS):
        slope = slope - xp.pow(q + k, -x) * xp.log(q + k)
    end = q + TERMS
    return slope + xp.pow(end, -x) * _rest(x, end, xp.log(end))


def _rest(x: Any, end: Any, log_end: Any) -> Any:
    """The derivative of the formula for the terms from ``end`` on, over the first of them."""
    below = x - 1
    rest = -end * (log_end * below + 1) / (below * below) - 0.5 * log_end
    product, slope, power = x, 1.0, 1 / end  # x (x + 1) … (x + 2j - 2), its derivative, and end¹⁻²ʲ
    for j, weight in enumerate(_WEIGHTS, 1):
        rest = rest + weight * power * (slope - log_end * product)
        for factor in (x + (2 * j - 1), x + 2 * j):
            product, slope = product * factor, slope * factor + product
        power = power / (end * end)
    return rest
