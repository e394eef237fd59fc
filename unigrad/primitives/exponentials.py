"""Exponentials and logarithms of each element, and the logistic function."""

from __future__ import annotations

import math

from unigrad.card import elementwise
from unigrad.samples import INF, NAN, at, binary, unary

__all__ = ["exp", "exp2", "expm1", "log", "log1p", "log2", "log10", "logaddexp", "logaddexp2", "sigmoid"]


@elementwise(
    dx=lambda out: out,
    floating=True,
    samples=unary(complex=True),
    conventions=[at(1000.0, slope=INF, why="limit: the value is infinite too", agree="autograd jax torch")],
)
def exp(x, /):
    """E to the power ``x``."""


@elementwise(dx=lambda out: out * math.log(2), floating=True, samples=unary(complex=True))
def exp2(x, /):
    """2 to the power ``x``."""


@elementwise(dx=lambda out: out + 1, floating=True, samples=unary(complex=True))
def expm1(x, /):
    """``exp(x) - 1``, accurate for small ``x``."""


@elementwise(
    dx=lambda g, x: g / x,
    floating=True,
    samples=unary(0.2, 4.0, complex=True),
    conventions=[at(0.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def log(x, /):
    """Natural logarithm of ``x``."""


@elementwise(
    dx=lambda g, x: g / (x * math.log(2)),
    floating=True,
    samples=unary(0.2, 4.0, complex=True),
    conventions=[at(0.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def log2(x, /):
    """Logarithm of ``x`` to base 2."""


@elementwise(
    dx=lambda g, x: g / (x * math.log(10)),
    floating=True,
    samples=unary(0.2, 4.0, complex=True),
    conventions=[at(0.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def log10(x, /):
    """Logarithm of ``x`` to base 10."""


@elementwise(
    dx=lambda g, x: g / (1 + x),
    floating=True,
    samples=unary(-0.7, 3.0, complex=True),
    conventions=[at(-1.0, slope=INF, why="limit", agree="autograd jax torch")],
)
def log1p(x, /):
    """``log(1 + x)``, accurate for small ``x``."""


@elementwise(
    dx1=lambda xp, x1, out: xp.exp(x1 - out),
    dx2=lambda xp, x2, out: xp.exp(x2 - out),
    floating=True,
    samples=binary(),
    conventions=[
        at(
            -INF,
            -INF,
            slope=(NAN, NAN),
            why="no limit: any two shares of 1, as logsumexp",
            value=-INF,
            agree="autograd jax torch",
        ),
        at(-INF, 0.0, slope=(0.0, 1.0), why="limit", agree="autograd jax torch"),
        at(INF, INF, slope=(NAN, NAN), why="no limit: any two shares of 1", agree="autograd torch", jax=(1.0, 1.0)),
    ],
)
def logaddexp(x1, x2, /):
    """``log(exp(x1) + exp(x2))`` without overflow."""


@elementwise(
    dx1=lambda xp, x1, out: xp.exp2(x1 - out),
    dx2=lambda xp, x2, out: xp.exp2(x2 - out),
    floating=True,
    samples=binary(),
    conventions=[at(-INF, -INF, slope=(NAN, NAN), why="no limit: any two shares of 1", agree="autograd jax torch")],
)
def logaddexp2(x1, x2, /):
    """``log2(2**x1 + 2**x2)`` without overflow."""


@elementwise(dx=lambda out: out * (1 - out), floating=True, samples=unary())
def sigmoid(x, /):
    """``1 / (1 + exp(-x))``, without overflow."""
