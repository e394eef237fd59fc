"""Fallbacks for pooling: one pass over the array for each element of the window, and no copy of the windows."""

from __future__ import annotations

import math
from typing import Any

from unigrad.fallbacks.convolution import Edges, Shape, padded, positions, taps

__all__ = ["max_pool", "sum_pool"]


def max_pool(xp: Any, x: Any, *, size: Shape, stride: Shape, padding: Edges, dilation: Shape) -> Any:
    """The largest of what the window shows."""
    x = padded(xp, x, padding, -math.inf)
    lengths = positions(x.shape[2:], size, stride, dilation)
    shown = (x[key] for _, key in taps(size, lengths, stride, dilation))
    out = next(shown)
    for each in shown:
        out = xp.maximum(out, each)
    return xp.positive(out) if math.prod(size) == 1 else out


def sum_pool(xp: Any, x: Any, *, size: Shape, stride: Shape, padding: Edges) -> Any:
    """The sum of what the window shows."""
    x = padded(xp, x, padding)
    plain = (1,) * len(size)
    lengths = positions(x.shape[2:], size, stride, plain)
    shown = (x[key] for _, key in taps(size, lengths, stride, plain))
    out = xp.positive(next(shown))
    for each in shown:
        out = out + each
    return out
