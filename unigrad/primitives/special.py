"""The logistic function's logarithm and inverse, and the entropies: special functions that are made of logarithms."""

from __future__ import annotations

import math
from typing import Any, Final

from unigrad.card import elementwise
from unigrad.samples import INF, NAN, Array, at, binary, unary

__all__ = ["entr", "kl_div", "log_expit", "logit", "rel_entr", "xlog1py", "xlogy"]

POSITIVE: Final = Array(low=0.3, high=3.0)


@elementwise(
    dx=lambda g, x: g / (x * (1 - x)),
    floating=True,
    samples=unary(0.1, 0.9),
    conventions=[
        at(0.0, slope=INF, why="limit", agree="autograd jax torch"),
        at(1.0, slope=INF, why="limit", agree="autograd jax torch"),
    ],
)
def logit(x, /):
    """``log(x / (1 - x))``, the inverse of `sigmoid`; its slope at 0 and 1 is infinite."""


@elementwise(dx=lambda xp, x: xp.sigmoid(-x), floating=True, samples=unary())
def log_expit(x, /):
    """Logarithm of `sigmoid`, without taking it of a rounded zero."""


def _log_or_nothing(xp: Any, g: Any, x1: Any, argument: Any, logarithm: Any) -> Any:
    """``g log x2``; 0 where both are 0, as xlogy(0, x2) is 0 for every x2."""
    nothing = (x1 == 0) & (argument == 0)
    return xp.where(nothing, 0.0, g * xp.where(nothing, 0.0, logarithm))


@elementwise(
    dx1=lambda xp, g, x1, x2: _log_or_nothing(xp, g, x1, x2, xp.log(x2)),
    dx2=lambda g, x1, x2: g * (x1 / x2),
    floating=True,
    samples=binary(second=POSITIVE),
    conventions=[
        at(0.0, 0.0, slope=(0.0, NAN), why="0 for every x2; 0 / 0", value=0.0, agree="torch", jax=(-INF, NAN)),
        at(0.0, 2.0, slope=(math.log(2), 0.0), why="exists", agree="jax torch"),
        at(1.0, 0.0, slope=(-INF, INF), why="limit"),
    ],
)
def xlogy(x1, x2, /):
    """``x1 * log(x2)``, and 0 where ``x1`` is 0; the slopes at (0, 0) are 0 and NaN."""


@elementwise(
    dx1=lambda xp, g, x1, x2: _log_or_nothing(xp, g, x1, 1 + x2, xp.log1p(x2)),
    dx2=lambda g, x1, x2: g * (x1 / (1 + x2)),
    floating=True,
    samples=binary(second=Array(low=-0.7, high=3.0)),
    conventions=[
        at(0.0, -1.0, slope=(0.0, NAN), why="0 for every x2; 0 / 0", value=0.0, agree="torch", jax=(-INF, NAN))
    ],
)
def xlog1py(x1, x2, /):
    """``x1 * log1p(x2)``, and 0 where ``x1`` is 0; the slopes at (0, -1) are 0 and NaN."""


@elementwise(
    dx=lambda xp, x: -1 - xp.log(x),
    floating=True,
    samples=unary(0.1, 3.0),
    conventions=[at(0.0, slope=INF, why="limit", value=0.0, agree="jax torch")],
)
def entr(x, /):
    """``-x log(x)``, 0 at 0, -∞ below; its slope at 0 is infinite."""


@elementwise(
    dx1=lambda xp, x1, x2: 1 + xp.log(x1 / x2),
    dx2=lambda g, x1, x2: -g * (x1 / x2),
    floating=True,
    samples=binary(POSITIVE, POSITIVE),
    conventions=[at(0.0, 1.0, slope=(-INF, 0.0), why="limit", value=0.0, jax=(0.0, 0.0))],
)
def rel_entr(x1, x2, /):
    """``x1 log(x1 / x2)``, 0 where ``x1`` is 0 and ``x2`` is not negative, ∞ elsewhere outside of positive arguments."""


@elementwise(
    dx1=lambda xp, x1, x2: xp.log(x1 / x2),
    dx2=lambda g, x1, x2: g * ((x2 - x1) / x2),
    floating=True,
    samples=binary(POSITIVE, POSITIVE),
    conventions=[at(0.0, 2.0, slope=(-math.inf, 1.0), why="limit")],
)
def kl_div(x1, x2, /):
    """`rel_entr` ``- x1 + x2``, which is convex and nowhere negative."""
