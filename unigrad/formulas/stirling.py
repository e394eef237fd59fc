"""What Stirling's formula leaves of the gamma function and of its logarithmic derivative, and differences made of it.

Numbers of formulas are those of the NIST Digital Library of Mathematical Functions, https://dlmf.nist.gov.
"""

from __future__ import annotations

import math
from typing import Any, Final

LARGE: Final = 10.0
"""From here on seven terms of an asymptotic series are exact to double precision."""
BERNOULLI: Final = (1 / 6, -1 / 30, 1 / 42, -1 / 30, 5 / 66, -691 / 2730, 7 / 6)
"""The Bernoulli numbers B₂, B₄ … (24.2)."""
_LOGARITHM: Final = tuple(b / (2 * k * (2 * k - 1)) for k, b in enumerate(BERNOULLI, 1))
_DIGAMMA: Final = tuple(b / (2 * k) for k, b in enumerate(BERNOULLI, 1))


def polynomial(x: Any, coefficients: tuple[float, ...]) -> Any:
    """The polynomial in ``x`` whose coefficients these are, the constant first."""
    *rest, value = coefficients
    result: Any = value
    for coefficient in reversed(rest):
        result = result * x + coefficient
    return result


def stirling_rest(xp: Any, x: Any) -> Any:
    """``log(Γ(x+1) eˣ / xˣ)`` for ``x`` from 0 on: about ½ log 2πx where ``x`` is large (5.11.1), and 0 at 0."""
    large = x >= LARGE
    few, many = xp.where(large, 1.0, x), xp.where(large, x, LARGE)
    series = 0.5 * xp.log(2 * math.pi * many) + polynomial(1 / (many * many), _LOGARITHM) / many
    return xp.where(large, series, xp.gammaln(few + 1) + few - xp.xlogy(few, few))


def digamma_less_log(x: Any) -> Any:
    """``ψ(x) - log x`` for ``x`` from 10 on (5.11.2)."""
    return -0.5 / x - _even_terms(x)


def _even_terms(x: Any) -> Any:
    square = 1 / (x * x)
    return square * polynomial(square, _DIGAMMA)


def digamma_rise(xp: Any, x: Any, step: Any) -> Any:
    """``ψ(x + step) - ψ(x)`` for positive ``x`` and ``x + step``, to its own precision be ``step`` ever so small.

    By the recurrence 5.5.2 up to where the series 5.11.2 holds, whose terms are subtracted one by one.
    """
    few = x < LARGE
    low, start = xp.where(few, x, 1.0), xp.where(few, x + LARGE, x)
    end, climbed = start + step, 0.0
    beside = xp.where(few, step, 1.0)
    for k in range(int(LARGE)):
        climbed = climbed + 1 / ((low + k) * (low + k + beside))
    series = xp.log1p(step / start) + 0.5 * step / start / end + _even_terms(start) - _even_terms(end)
    return series + xp.where(few, climbed * step, 0.0)
