"""Fallbacks for the activations of networks."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["elu", "gelu", "hardswish", "leaky_relu", "log_sigmoid", "mish", "selu", "silu", "softplus"]


def leaky_relu(xp: Any, x: Any, *, negative_slope: float) -> Any:
    """``x`` where it is positive, else ``negative_slope`` times ``x``."""
    return xp.where(x > 0, x, negative_slope * x)


def elu(xp: Any, x: Any, *, alpha: float) -> Any:
    """``x`` where it is positive, else ``alpha`` times ``exp(x) - 1``."""
    return xp.where(x > 0, x, alpha * xp.expm1(xp.minimum(x, 0.0)))


def selu(xp: Any, x: Any) -> Any:
    """The scaled exponential linear unit."""
    return 1.0507009873554804934193349852946 * xp.elu(x, alpha=1.6732632423543772848170429916717)


def gelu(xp: Any, x: Any, *, approximate: str) -> Any:
    """``x`` times the normal distribution's share below it, or the formula with tanh for it, as a sigmoid."""
    if approximate == "none":
        return x * xp.ndtr(x)
    return x * xp.sigmoid(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))


def silu(xp: Any, x: Any) -> Any:
    """``x`` times its sigmoid."""
    return x * xp.sigmoid(x)


def softplus(xp: Any, x: Any, *, beta: float, threshold: float) -> Any:
    """``log(1 + exp(beta * x)) / beta``; ``x`` above the threshold."""
    scaled = beta * x
    smooth = (xp.maximum(scaled, 0.0) + xp.log1p(xp.exp(-xp.abs(scaled)))) / beta
    return xp.where(scaled > threshold, x, smooth)


def log_sigmoid(xp: Any, x: Any) -> Any:
    """The logarithm of the sigmoid, from the side that does not overflow."""
    return xp.minimum(x, 0.0) - xp.log1p(xp.exp(-xp.abs(x)))


def mish(xp: Any, x: Any) -> Any:
    """``x`` times tanh of the logarithm of ``1 + exp(x)``."""
    return x * xp.tanh(xp.softplus(x, beta=1.0, threshold=20.0))


def hardswish(xp: Any, x: Any) -> Any:
    """``x`` times a ramp from 0 at -3 to 1 at 3."""
    return x * (xp.clip(x + 3.0, 0.0, 6.0) / 6.0)
