"""Fallbacks for elementwise functions that a library may lack."""

from __future__ import annotations

from typing import Any

__all__ = [
    "clip",
    "copysign",
    "exp2",
    "hypot",
    "logaddexp",
    "maximum",
    "minimum",
    "reciprocal",
    "relu",
    "sigmoid",
    "signbit",
    "square",
]


def clip(xp: Any, x: Any, min: Any = None, max: Any = None) -> Any:
    """``x`` limited to at least ``min`` and at most ``max``, elementwise."""
    if min is not None:
        x = xp.maximum(x, min)
    if max is not None:
        x = xp.minimum(x, max)
    return x


def copysign(xp: Any, x1: Any, x2: Any) -> Any:
    """The magnitude of ``x1`` with the sign of ``x2``, which may be that of a zero."""
    x1, x2 = _arrays(xp, x1, x2)
    size = xp.abs(x1)
    return xp.where(xp.signbit(x2), -size, size)


def exp2(xp: Any, x: Any) -> Any:
    """Two to the power of ``x``."""
    return xp.pow(2.0, x)


def hypot(xp: Any, x1: Any, x2: Any) -> Any:
    """The length of the vector (``x1``, ``x2``), scaled so that the squares do not overflow."""
    x1, x2 = _arrays(xp, x1, x2)
    one, two = xp.abs(x1), xp.abs(x2)
    large, small = xp.maximum(one, two), xp.minimum(one, two)
    ratio = small / xp.where((large == 0) | xp.isinf(large), 1.0, large)
    return xp.where(xp.isinf(large), large, large * xp.sqrt(1 + ratio * ratio))


def logaddexp(xp: Any, x1: Any, x2: Any) -> Any:
    """The logarithm of ``exp(x1) + exp(x2)``."""
    large = xp.maximum(x1, x2)
    # Equal infinities have no difference.
    apart = x1 != x2
    distance = xp.where(apart, x1, xp.zeros_like(large)) - xp.where(apart, x2, xp.zeros_like(large))
    return large + xp.log1p(xp.exp(-xp.abs(distance)))


def maximum(xp: Any, x1: Any, x2: Any) -> Any:
    """The larger of ``x1`` and ``x2``; NaN where either is."""
    return xp.where((x1 >= x2) | (x1 != x1), x1, x2)


def minimum(xp: Any, x1: Any, x2: Any) -> Any:
    """The smaller of ``x1`` and ``x2``; NaN where either is."""
    return xp.where((x1 <= x2) | (x1 != x1), x1, x2)


def reciprocal(_xp: Any, x: Any) -> Any:
    """One over ``x``."""
    return 1 / x


def relu(xp: Any, x: Any) -> Any:
    """``x`` where it is positive, else zero."""
    return xp.maximum(x, 0)


def sigmoid(xp: Any, x: Any) -> Any:
    """One over ``1 + exp(-x)``, without overflow and with full relative accuracy at both ends."""
    small = xp.exp(-xp.abs(x))
    return xp.where(x >= 0, 1.0, small) / (1 + small)


def signbit(xp: Any, x: Any) -> Any:
    """Whether the sign bit of ``x`` is set, by the sign of its reciprocal where it is zero."""
    return xp.where(x == 0, 1 / xp.where(x == 0, x, 1.0), x) < 0


def square(_xp: Any, x: Any) -> Any:
    """``x`` times itself."""
    return x * x


def _arrays(xp: Any, x1: Any, x2: Any) -> tuple[Any, Any]:
    """Both as arrays: a number takes the other's dtype."""
    if not hasattr(x1, "dtype"):
        return xp.full_like(x2, x1), x2
    if not hasattr(x2, "dtype"):
        return x1, xp.full_like(x1, x2)
    return x1, x2
