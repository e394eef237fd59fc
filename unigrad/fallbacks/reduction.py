"""Fallbacks for reductions, normalised exponentials and running sums."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

__all__ = ["count_nonzero", "cumulative_prod", "cumulative_sum", "log_softmax", "logsumexp", "softmax"]


def logsumexp(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The logarithm of the sum of the exponentials; exact at infinities, -inf over nothing."""
    if 0 in x.shape:
        return xp.sum(x, axis=axis, keepdims=keepdims) - math.inf
    top = xp.max(x, axis=axis, keepdims=True)
    finite = xp.isfinite(top)
    # An infinite or NaN maximum is the answer itself; a zero in its place keeps warnings of inf - inf away.
    shifted = xp.where(finite, x - xp.where(finite, top, 0.0), 0.0)
    total = xp.log(xp.sum(xp.exp(shifted), axis=axis, keepdims=True))
    out = xp.where(finite, total + top, top)
    return out if keepdims else xp.reshape(out, shape=_reduced(x.shape, axis))


def softmax(xp: Any, x: Any, *, axis: Any = -1) -> Any:
    """The exponentials of ``x`` over their sum along ``axis``."""
    if 0 in x.shape:
        return x
    powers = xp.exp(_below_top(xp, x, axis))
    return powers / xp.sum(powers, axis=axis, keepdims=True)


def log_softmax(xp: Any, x: Any, *, axis: Any = -1) -> Any:
    """The logarithm of `softmax`, without taking it of a rounded zero."""
    if 0 in x.shape:
        return x
    shifted = _below_top(xp, x, axis)
    return shifted - xp.log(xp.sum(xp.exp(shifted), axis=axis, keepdims=True))


def count_nonzero(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """How many elements differ from zero."""
    return xp.sum(xp.astype(x != 0, dtype=xp.native_dtype("int64")), axis=axis, keepdims=keepdims)


def cumulative_sum(xp: Any, x: Any, *, axis: int | None = None) -> Any:
    """The running sums along ``axis``."""
    return _running(xp, operator.add, xp.sum(x, axis=()), axis)


def cumulative_prod(xp: Any, x: Any, *, axis: int | None = None) -> Any:
    """The running products along ``axis``."""
    return _running(xp, operator.mul, xp.prod(x, axis=()), axis)


def _running(xp: Any, combine: Callable[[Any, Any], Any], x: Any, axis: int | None) -> Any:
    axis = 0 if axis is None else axis
    rows: list[Any] = []
    for row in xp.unstack(x, axis=axis):
        rows.append(combine(rows[-1], row) if rows else row)
    return xp.stack(rows, axis=axis) if rows else x


def _below_top(xp: Any, x: Any, axis: Any) -> Any:
    top = xp.max(x, axis=axis, keepdims=True)
    return x - xp.where(xp.isfinite(top), top, 0.0)


def _reduced(shape: tuple[int, ...], axis: Any) -> tuple[int, ...]:
    if axis is None:
        return ()
    axes = {each % len(shape) for each in (axis if isinstance(axis, tuple) else (axis,))}
    return tuple(n for position, n in enumerate(shape) if position not in axes)
