"""The special functions that JAX has wrong or inexact, put right; the other special functions are those of ``jax.scipy.special``.

But for `betaln`, off by 3e-7, and the Bessel functions that JAX lacks: they are left to unigrad's fallbacks.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
from jax.scipy import special as _special


def _incomplete(function: Callable[[Any, Any], Any], full: float) -> Callable[[Any, Any], Any]:
    """One of JAX's incomplete gamma functions, ``full`` where ``a`` is 0, in double precision: in single it is off by 1e-5."""

    def kernel(a: Any, x: Any) -> Any:
        dtype = jnp.result_type(a, x)
        a, x = jnp.asarray(a, jnp.float64), jnp.asarray(x, jnp.float64)
        value = jnp.where((a == 0) & (x > 0), full, function(a, x))
        endless = jnp.where(x == jnp.inf, jnp.nan, jnp.where(x >= 0, 1 - full, jnp.nan))
        return jnp.where(a == jnp.inf, endless, value).astype(dtype)

    kernel.__name__ = kernel.__qualname__ = function.__name__
    kernel.__doc__ = f"``jax.scipy.special.{function.__name__}``, in double precision, and right at infinity."
    return kernel


exact_gammainc, exact_gammaincc = _incomplete(_special.gammainc, 1.0), _incomplete(_special.gammaincc, 0.0)


def corrected_rel_entr(x1: Any, x2: Any) -> Any:
    """``x1 log(x1 / x2)``, 0 where ``x1`` is 0 and ``x2`` is not negative, infinite outside of positive arguments.

    NaN where an argument is, for which JAX's own is infinite.
    """
    inside = (x1 > 0) & (x2 > 0)
    one, two = jnp.where(inside, x1, 1.0), jnp.where(inside, x2, 1.0)
    unknown = jnp.isnan(x1) | jnp.isnan(x2)
    outside = jnp.where((x1 == 0) & (x2 >= 0), 0.0, jnp.where(unknown, jnp.nan, jnp.inf))
    return jnp.where(inside, one * jnp.log(one / two), outside)


def corrected_digamma(x: Any) -> Any:
    """The logarithmic derivative of the gamma function, with the pole at 0 that JAX takes for one without a sign."""
    return jnp.where(x == 0, -jnp.copysign(jnp.inf, x), _special.digamma(x))


def exact_log_ndtr(x: Any) -> Any:
    """The logarithm of the normal distribution function.

    JAX's usual three terms of its series are worth 2e-11 at -20, and its logarithm of a number near 1 as little at 5.
    """
    below, above = jnp.minimum(x, 0), jnp.maximum(x, 0)
    return jnp.where(x > 0, jnp.log1p(-_special.ndtr(-above)), _special.log_ndtr(below, series_order=10))


def corrected_polygamma(x: Any, *, n: int) -> Any:
    """The ``n``-th derivative of `digamma`; below 0 by reflection (DLMF 5.15.6), where JAX's own is wrong without bounds."""
    if n == 0:
        return corrected_digamma(x)
    below = x < 0
    mirrored = jnp.where(below, 1 - x, x)
    far = mirrored == jnp.inf
    value = (-1) ** (n + 1) * math.factorial(n) * _special.zeta(n + 1.0, jnp.where(far, 1.0, mirrored))
    value = jnp.where(far, 0.0, value)
    value = jnp.where(below, (-1) ** n * value - _cotangent(x, n), value)
    return jnp.where((x <= 0) & (x == jnp.floor(x)), (-1) ** (n + 1) * jnp.inf, value)


def _cotangent(x: Any, n: int) -> Any:
    """The ``n``-th derivative of π cot(πx), a polynomial in the cotangent c, as c' = -π (1 + c²)."""
    coefficients = [0.0, math.pi]
    for _ in range(n):
        slopes = [-math.pi * i * coefficient for i, coefficient in enumerate(coefficients)][1:]
        coefficients = [
            (slopes[i] if i < len(slopes) else 0.0) + (slopes[i - 2] if i >= 2 else 0.0) for i in range(len(slopes) + 2)
        ]
    within = math.pi * (x - jnp.round(x))
    return jnp.polyval(jnp.asarray(coefficients[::-1], x.dtype), jnp.cos(within) / jnp.sin(within))


def corrected_zeta(x: Any, q: Any) -> Any:
    """Hurwitz' zeta function; ``q`` up to 0 are raised by its recurrence (DLMF 25.11.3).

    JAX's own is off by some percent where ``q`` is negative, and NaN for odd ``x`` where it is 0.
    """
    dtype = jnp.result_type(x, q)
    x, q = jnp.broadcast_arrays(jnp.asarray(x, dtype), jnp.asarray(q, dtype))
    start = jnp.where(jnp.isfinite(q), q, 1.0)

    def climb(state: Any) -> Any:
        at, total = state
        return jnp.where(at <= 0, at + 1, at), total + jnp.where(at <= 0, jnp.power(at, -x), 0)

    raised, total = jax.lax.while_loop(lambda state: jnp.any(state[0] <= 0), climb, (start, jnp.zeros_like(start)))
    value = total + _special.zeta(x, raised)
    return jnp.where(jnp.isfinite(q), value, jnp.where((q > 0) & (x > 1), 0.0, jnp.nan))
