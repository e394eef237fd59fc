"""The activations of networks on Torch: its fused kernels."""

from __future__ import annotations

from typing import Any

from torch.nn import functional

hardswish, log_sigmoid, mish, selu, silu = (
    functional.hardswish,
    functional.logsigmoid,
    functional.mish,
    functional.selu,
    functional.silu,
)


def leaky_relu(x: Any, *, negative_slope: float) -> Any:
    """``x`` where it is positive, else ``negative_slope`` times ``x``."""
    return functional.leaky_relu(x, negative_slope)


def elu(x: Any, *, alpha: float) -> Any:
    """``x`` where it is positive, else ``alpha`` times ``exp(x) - 1``."""
    return functional.elu(x, alpha)


def gelu(x: Any, *, approximate: str) -> Any:
    """``x`` times the normal distribution's share below it."""
    return functional.gelu(x, approximate=approximate)


def softplus(x: Any, *, beta: float, threshold: float) -> Any:
    """``log(1 + exp(beta * x)) / beta``; ``x`` above the threshold."""
    return functional.softplus(x, beta, threshold)
