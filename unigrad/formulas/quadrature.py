"""Gauss-Legendre quadrature of many integrals at once, each from 0 to an end of its own.

The nodes are the roots of the Legendre polynomial of degree 64, the weights those of DLMF 3.5.19 and 3.5.21.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from typing import Any, Final

NODES: Final = 64


def integrals(xp: Any, integrands: Callable[[Any], tuple[Any, ...]], end: Any) -> tuple[Any, ...]:
    """The integrals from 0 to ``end`` of the functions that ``integrands(s)`` gives; ``s`` has a last axis of nodes more.

    ``end`` is a constant of the derivative: integrands have to vanish there.
    """
    nodes, weights = (_beside(xp, numbers, end) for numbers in legendre())
    # A power of the eighth root of 2: no gradient flows through the ceiling.
    end = xp.exp2(0.125 * xp.ceil(8 * xp.log2(end)))
    values = integrands(column(xp, end) * nodes)
    return tuple(end * xp.sum(weights * value, axis=-1, keepdims=False) for value in values)


def column(xp: Any, x: Any) -> Any:
    """``x`` with a last axis of length 1, for the nodes."""
    return xp.expand_dims(x, axis=len(x.shape))


def _beside(xp: Any, numbers: tuple[float, ...], x: Any) -> Any:
    """The numbers as an array of the kind of ``x``: its library, its dtype, its device."""
    zero = xp.sum(xp.zeros_like(x), axis=None, keepdims=False)
    return xp.stack([zero + number for number in numbers], axis=0)


@functools.cache
def legendre(count: int = NODES) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """The nodes and the weights of an integral from 0 to 1."""
    pairs = [_root(count, k) for k in range(count)]
    return tuple(0.5 * (1 - x) for x, _ in pairs), tuple(1 / ((1 - x * x) * slope * slope) for x, slope in pairs)


def _root(count: int, k: int) -> tuple[float, float]:
    """The ``k``-th root of the Legendre polynomial from above, and the slope there, by Newton's method."""
    x = math.cos(math.pi * (k + 0.75) / (count + 0.5))
    for _ in range(8):
        before, value = 1.0, x
        for n in range(2, count + 1):
            before, value = value, ((2 * n - 1) * x * value - (n - 1) * before) / n
        slope = count * (x * value - before) / (x * x - 1)
        x -= value / slope
    return x, slope
