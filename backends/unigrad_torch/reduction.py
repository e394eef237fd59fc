"""Reductions on Torch: several axes or none, the widening of small integers, running sums, normalised exponentials."""

from __future__ import annotations

import math
from typing import Any

import torch

_WIDE = {torch.uint8: torch.uint64, torch.uint16: torch.uint64, torch.uint32: torch.uint64}


def _axes(x: Any, axis: Any) -> tuple[int, ...]:
    if axis is None:
        return tuple(range(x.ndim))
    return tuple(axis) if isinstance(axis, (tuple, list)) else (axis,)


def _widened(x: Any) -> Any:
    """Integers and booleans in the dtype of their sum."""
    return x if x.dtype.is_floating_point or x.dtype.is_complex else x.to(_WIDE.get(x.dtype, torch.int64))


def _signed(x: Any) -> Any:
    """Small unsigned integers as signed ones, which Torch can add and compare."""
    return x.to(torch.int64) if x.dtype in _WIDE else x


def sum(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum along ``axis``, small integers widened."""
    if axis == ():
        return _widened(x)
    if x.dtype in _WIDE:
        return torch.sum(_signed(x), axis, keepdims).to(_WIDE[x.dtype])
    return torch.sum(x, axis, keepdims)


def prod(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The product along ``axis``, small integers widened."""
    if x.dtype in _WIDE:
        return prod(_signed(x), axis=axis, keepdims=keepdims).to(_WIDE[x.dtype])
    if axis is None and not keepdims:
        return torch.prod(x)
    out = _widened(x)
    for each in sorted((each % x.ndim for each in _axes(x, axis)), reverse=True):
        out = torch.prod(out, each, keepdims)
    return out


def mean(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The mean along ``axis``, that of integers in double precision."""
    x = _floating(x)
    return x if axis == () else torch.mean(x, axis, keepdims)


def var(x: Any, *, axis: Any = None, correction: float = 0, keepdims: bool = False) -> Any:
    """The variance; ``correction`` is taken from the count that it divides by."""
    return (
        torch.var(_floating(x), axis, correction=correction, keepdim=keepdims)
        if x.numel()
        else _nothing(x, axis, keepdims)
    )


def std(x: Any, *, axis: Any = None, correction: float = 0, keepdims: bool = False) -> Any:
    """The standard deviation, the root of `var`."""
    return (
        torch.std(_floating(x), axis, correction=correction, keepdim=keepdims)
        if x.numel()
        else _nothing(x, axis, keepdims)
    )


def _nothing(x: Any, axis: Any, keepdims: bool) -> Any:
    """The variance of no element, NaN or no result at all: Torch's own warns of both."""
    return torch.mean(_floating(x).real, axis, keepdim=keepdims)


def _floating(x: Any) -> Any:
    return x if x.dtype.is_floating_point or x.dtype.is_complex else x.to(torch.float64)


def max(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The largest element along ``axis``."""
    return x if axis == () else torch.amax(x, () if axis is None else axis, keepdims)


def min(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The smallest element along ``axis``."""
    return x if axis == () else torch.amin(x, () if axis is None else axis, keepdims)


def any(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether one element along ``axis`` is not zero."""
    # Torch answers for uint8 in uint8, and reduces an empty tuple of axes to one number.
    holds = x if x.dtype is torch.bool else x != 0
    return holds if axis == () else torch.any(holds, axis, keepdims)


def all(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """Whether no element along ``axis`` is zero."""
    holds = x if x.dtype is torch.bool else x != 0
    return holds if axis == () else torch.all(holds, axis, keepdims)


def argmax(x: Any, *, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the first largest element along ``axis``, or of the flat tensor."""
    return torch.argmax(_ordered(x), axis, keepdims)


def argmin(x: Any, *, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the first smallest element along ``axis``, or of the flat tensor."""
    return torch.argmin(_ordered(x), axis, keepdims)


def _ordered(x: Any) -> Any:
    return x.to(torch.uint8) if x.dtype is torch.bool else x


def count_nonzero(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """How many elements differ from zero."""
    return sum(x != 0, axis=axis, keepdims=keepdims)


def cumulative_sum(x: Any, *, axis: int | None = None) -> Any:
    """The running sums along ``axis``."""
    return torch.cumsum(_signed(x), 0 if axis is None else axis).to(_widened(x).dtype)


def cumulative_prod(x: Any, *, axis: int | None = None) -> Any:
    """The running products along ``axis``."""
    return torch.cumprod(_signed(x), 0 if axis is None else axis).to(_widened(x).dtype)


def logsumexp(x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The logarithm of the sum of the exponentials."""
    axes = _axes(x, axis)
    return torch.logsumexp(x, axes, keepdims) if axes else x


def softmax(x: Any, *, axis: Any = -1) -> Any:
    """The exponentials of ``x`` over their sum along ``axis``."""
    return torch.softmax(x, axis) if isinstance(axis, int) else torch.exp(log_softmax(x, axis=axis))


def log_softmax(x: Any, *, axis: Any = -1) -> Any:
    """The logarithm of `softmax`."""
    if isinstance(axis, int):
        return torch.log_softmax(x, axis)
    return x - logsumexp(x, axis=axis, keepdims=True)


def vector_norm(x: Any, *, axis: Any = None, keepdims: bool = False, ord: float = 2) -> Any:
    """The ``ord``-norm of the vectors along ``axis``, or of all elements as one vector."""
    if (
        x.numel() == 0 and not 0 <= ord < math.inf
    ):  # by the formula, as Torch refuses a norm of nothing but for the usual orders
        total = torch.sum(torch.abs(x), _axes(x, axis), keepdims)
        return total if ord > 0 else total ** (1 / ord)
    return torch.linalg.vector_norm(x, ord, axis, keepdims)
