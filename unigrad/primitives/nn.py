"""Functions of neural networks that are worth a rule of their own."""

from __future__ import annotations

from typing import Any

from unigrad.card import primitive
from unigrad.primitives.axes import one_axis
from unigrad.samples import INF, NAN, Array, at, sample

__all__ = ["log_softmax", "softmax"]

LINES = [sample(Array((3,))), sample(Array((2, 3))), sample(Array((2, 3)), axis=0), sample(Array((2, 3, 2)), axis=1)]


def _softmax_x(xp: Any, g: Any, out: Any, axis: int) -> Any:
    return out * (g - xp.sum(g * out, axis=(axis,), keepdims=True))


@primitive(
    vjp={"x": _softmax_x},
    jvp={"x": lambda xp, t, out, axis: _softmax_x(xp, t, out, axis)},  # its matrix is symmetric
    prepare=one_axis,
    floating=True,
    samples=LINES,
    conventions=[
        at([-INF, -INF], slope=[NAN, NAN], cotangent=[1.0, 0.0], why="no limit: any shares of 1", agree="jax torch"),
        at([-INF, 0.0], slope=[0.0, 0.0], cotangent=[1.0, 0.0], why="limit", agree="jax torch"),
        at([INF, 0.0], slope=[NAN, NAN], cotangent=[1.0, 0.0], why="∞ less ∞", agree="jax torch"),
    ],
)
def softmax(x, /, axis=-1):
    """``exp(x)`` divided by its sum along ``axis``, without overflow."""


def _log_softmax_x(xp: Any, g: Any, out: Any, axis: int) -> Any:
    return g - xp.exp(out) * xp.sum(g, axis=(axis,), keepdims=True)


@primitive(
    vjp={"x": _log_softmax_x},
    jvp={"x": lambda xp, t, out, axis: t - xp.sum(xp.exp(out) * t, axis=(axis,), keepdims=True)},
    prepare=one_axis,
    floating=True,
    samples=LINES,
    conventions=[at([-INF, 0.0], slope=[0.0, 0.0], cotangent=[0.0, 1.0], why="limit", agree="jax torch")],
)
def log_softmax(x, /, axis=-1):
    """The logarithm of `softmax`, without loss of accuracy."""
