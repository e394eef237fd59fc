"""Fallbacks for elementwise functions that a library may lack."""

from __future__ import annotations

import math
from typing import Any

__all__ = [
    "cbrt",
    "clip",
    "copysign",
    "deg2rad",
    "exp2",
    "fmax",
    "fmin",
    "fmod",
    "heaviside",
    "hypot",
    "ldexp",
    "logaddexp",
    "logaddexp2",
    "maximum",
    "minimum",
    "rad2deg",
    "reciprocal",
    "relu",
    "sigmoid",
    "signbit",
    "sinc",
    "square",
]


#: The least and the greatest power of 2 that is an ordinary number of each dtype.
_EXPONENTS = {"float16": (-14, 15), "bfloat16": (-126, 127), "float32": (-126, 127), "float64": (-1022, 1023)}


def cbrt(xp: Any, x: Any) -> Any:
    """The cube root, of the sign of ``x``; one third is no binary number, which costs a few units in the last place."""
    return xp.copysign(xp.pow(xp.abs(x), 1 / 3), x)


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


def deg2rad(_xp: Any, x: Any) -> Any:
    """Degrees in radians."""
    return x * (math.pi / 180)


def rad2deg(_xp: Any, x: Any) -> Any:
    """Radians in degrees."""
    return x * (180 / math.pi)


def fmax(xp: Any, x1: Any, x2: Any) -> Any:
    """The larger of ``x1`` and ``x2``, or the one that is not NaN."""
    x1, x2 = _arrays(xp, x1, x2)
    return xp.where((x1 >= x2) | (x2 != x2), x1, x2)


def fmin(xp: Any, x1: Any, x2: Any) -> Any:
    """The smaller of ``x1`` and ``x2``, or the one that is not NaN."""
    x1, x2 = _arrays(xp, x1, x2)
    return xp.where((x1 <= x2) | (x2 != x2), x1, x2)


def fmod(xp: Any, x1: Any, x2: Any) -> Any:
    """The remainder of ``x1 / x2`` with the sign of ``x1``: that of the magnitudes, which is exact."""
    x1, x2 = _arrays(xp, x1, x2)
    size = xp.remainder(xp.abs(x1), xp.abs(x2))
    return xp.where(x1 < 0, -size, size)


def heaviside(xp: Any, x1: Any, x2: Any) -> Any:
    """0 below 0, 1 above, ``x2`` at 0; NaN of NaN."""
    x1, x2 = _arrays(xp, x1, x2)
    step = xp.where(x1 != x1, x1, xp.where(x1 > 0, 1.0, xp.zeros_like(x1)))
    return xp.where(x1 == 0, x2, step)


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


def ldexp(xp: Any, x1: Any, x2: Any) -> Any:
    """``x1`` times 2 to the power of the integers ``x2``, in steps of which none but the last can be rounded."""
    low, high = _EXPONENTS.get(xp.dtype_name(x1.dtype), _EXPONENTS["float64"])
    left = xp.asarray(x2, dtype=x1.dtype, device=xp.device_of(x1))
    steps = []
    for _ in range(2):
        steps.append(xp.clip(left, low, high))
        left = left - steps[-1]
    for step in (xp.clip(left, low, high), *reversed(steps)):
        x1 = x1 * xp.pow(2.0, step)
    return x1


def logaddexp(xp: Any, x1: Any, x2: Any) -> Any:
    """The logarithm of ``exp(x1) + exp(x2)``."""
    large = xp.maximum(x1, x2)
    # Equal infinities have no difference.
    apart = x1 != x2
    distance = xp.where(apart, x1, xp.zeros_like(large)) - xp.where(apart, x2, xp.zeros_like(large))
    return large + xp.log1p(xp.exp(-xp.abs(distance)))


def logaddexp2(xp: Any, x1: Any, x2: Any) -> Any:
    """The logarithm to base 2 of ``2**x1 + 2**x2``."""
    x1, x2 = _arrays(xp, x1, x2)
    return xp.logaddexp(x1 * math.log(2), x2 * math.log(2)) / math.log(2)


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


def sinc(xp: Any, x: Any) -> Any:
    """``sin(πx) / (πx)``, and 1 at 0."""
    angle = math.pi * xp.where(x == 0, 1.0, x)
    return xp.where(x == 0, 1.0, xp.sin(angle) / angle)


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
