"""Activations: the nonlinear functions between the layers of a network, each of one element by itself.

Their slopes at a kink are in ``docs/reference/conventions.md``.
"""

from __future__ import annotations

import math
from typing import Any

from unigrad.card import elementwise
from unigrad.errors import ArgumentError
from unigrad.samples import Array, at, sample, unary

__all__ = ["elu", "gelu", "hardswish", "leaky_relu", "log_sigmoid", "mish", "selu", "silu", "softplus"]

SELU_ALPHA, SELU_SCALE = 1.6732632423543772848170429916717, 1.0507009873554804934193349852946
"""The two numbers of Klambauer et al., "Self-Normalizing Neural Networks" (2017), appendix A.1."""
AWAY = unary(away=(0.0,))


def _leaky_slope(xp: Any, g: Any, x: Any, negative_slope: float) -> Any:
    """At 0 the slope nearest to zero of those between both sides'."""
    steep = g if negative_slope > 1 else g * max(negative_slope, 0.0)
    return xp.where(x > 0, g, xp.where(x == 0, steep, g * negative_slope))


@elementwise(
    dx=_leaky_slope,
    floating=True,
    samples=[*AWAY, *(sample(Array((4,), away=(0.0,)), negative_slope=slope) for slope in (0.3, -0.5))],
    conventions=[
        at(0.0, slope=0.01, why="smallest of [0.01, 1]", agree="torch", jax=1.0),
        at(0.0, slope=0.0, why="smallest of [-0.5, 1]", negative_slope=-0.5),
        at(0.0, slope=1.0, why="smallest of [1, 1.5]", negative_slope=1.5),
        at(0.0, slope=0.02, why="smallest of [0.01, 1], times the cotangent", cotangent=2.0, agree="torch", jax=2.0),
    ],
)
def leaky_relu(x, /, negative_slope=0.01):
    """``x`` where it is positive, else ``negative_slope`` times ``x``; at 0 the slope is the smaller one."""


@elementwise(
    dx=lambda xp, g, x, out, alpha: xp.where(x > 0, g, g * (out + alpha)),
    floating=True,
    samples=[*AWAY, sample(Array((4,), away=(0.0,)), alpha=0.5)],
    conventions=[at(0.0, alpha=2.0, slope=2.0, why="of the branch below", agree="jax torch")],
)
def elu(x, /, alpha=1.0):
    """``x`` where it is positive, else ``alpha * (exp(x) - 1)``; its slope at 0 is ``alpha``."""


@elementwise(
    dx=lambda xp, g, x, out: xp.where(x > 0, g * SELU_SCALE, g * (out + SELU_SCALE * SELU_ALPHA)),
    floating=True,
    samples=AWAY,
    conventions=[at(0.0, slope=SELU_SCALE * SELU_ALPHA, why="of the branch below", agree="jax torch")],
)
def selu(x, /):
    """The scaled `elu` that keeps mean 0 and variance 1 (Klambauer et al. 2017); its slope at 0 is that below it."""


def _gelu_slope(xp: Any, x: Any, approximate: str) -> Any:
    if approximate == "none":
        return xp.ndtr(x) + x * (xp.exp(-0.5 * x * x) / math.sqrt(2 * math.pi))
    share = xp.sigmoid(2 * math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x))
    return share + x * share * (1 - share) * (2 * math.sqrt(2 / math.pi) * (1 + 3 * 0.044715 * x * x))


def _known_form(_arrays: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    if options["approximate"] not in ("none", "tanh"):
        raise ArgumentError(f"'gelu' takes approximate='none' or 'tanh'; got {options['approximate']!r}")
    return options


@elementwise(
    dx=_gelu_slope,
    floating=True,
    prepare=_known_form,
    samples=[*unary(), sample(Array((2, 3)), approximate="tanh"), sample(Array(()), approximate="tanh")],
)
def gelu(x, /, approximate="none"):
    """``x`` times the share of the normal distribution below it, or, with ``approximate="tanh"``, the usual formula for it.

    Hendrycks and Gimpel, "Gaussian Error Linear Units" (2016).
    """


def _silu_slope(xp: Any, x: Any) -> Any:
    share = xp.sigmoid(x)
    return share * (1 + x * (1 - share))


@elementwise(dx=_silu_slope, floating=True, samples=unary())
def silu(x, /):
    """``x`` times its `sigmoid`, also known as swish."""


@elementwise(
    dx=lambda xp, g, x, beta, threshold: xp.where(beta * x > threshold, g, g * xp.sigmoid(beta * x)),
    floating=True,
    samples=[
        *unary(),
        sample(Array((4,)), beta=2.0),
        sample(Array((4,), away=(0.5,)), beta=2.0, threshold=1.0),
        sample(Array((3,), 0.36, 0.45), beta=2.0, threshold=1.0),
    ],
    conventions=[
        at(1.0, slope=1 / (1 + math.exp(-1)), why="of the curve, up to the threshold", threshold=1.0, agree="torch"),
        at([1000.0, -1000.0], slope=[1.0, 0.0], why="limit", agree="jax torch"),
    ],
)
def softplus(x, /, beta=1.0, threshold=20.0):
    """``log(1 + exp(beta * x)) / beta`` without overflow, and ``x`` itself where ``beta * x`` is above ``threshold``."""


@elementwise(
    dx=lambda xp, x: xp.sigmoid(-x),
    floating=True,
    samples=unary(),
    conventions=[at(-1000.0, slope=1.0, why="limit", agree="jax torch")],
)
def log_sigmoid(x, /):
    """Logarithm of `sigmoid`, without taking it of a rounded zero."""


def _mish_slope(xp: Any, x: Any) -> Any:
    share = xp.tanh(xp.softplus(x, beta=1.0, threshold=20.0))
    return share + x * (1 - share * share) * xp.sigmoid(x)


@elementwise(dx=_mish_slope, floating=True, samples=unary())
def mish(x, /):
    """``x`` times tanh of its `softplus` (Misra 2019)."""


@elementwise(
    dx=lambda xp, x: xp.where(x <= -3, 0.0, xp.where(x >= 3, 1.0, x / 3 + 0.5)),
    floating=True,
    samples=[*unary(-4.0, 4.0, away=(-3.0, 3.0)), sample(Array((3,), 3.1, 3.9))],
    conventions=[
        at([-3.0, 0.0, 3.0], slope=[0.0, 0.5, 1.0], why="smallest of [-0.5, 0]; exists; of [1, 1.5]", agree="jax torch")
    ],
)
def hardswish(x, /):
    """``x * clip(x + 3, 0, 6) / 6`` (Howard et al. 2019); its slope is 0 at -3 and 1 at 3."""
