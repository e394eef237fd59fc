"""Fallbacks for linear algebra: products, norms, diagonals and triangles."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["diagonal", "matrix_transpose", "outer", "trace", "tril", "triu", "vecdot", "vector_norm"]


def vecdot(xp: Any, x1: Any, x2: Any, *, axis: int = -1) -> Any:
    """The sum along ``axis`` of the conjugate of ``x1`` times ``x2``, with broadcasting; it keeps the dtype."""
    rows, columns = xp.moveaxis(x1, source=axis, destination=-1), xp.moveaxis(x2, source=axis, destination=-1)
    product = xp.matmul(xp.expand_dims(xp.conj(rows), axis=-2), xp.expand_dims(columns, axis=-1))
    return xp.reshape(product, shape=tuple(product.shape[:-2]))


def vector_norm(xp: Any, x: Any, *, axis: Any = None, keepdims: bool = False, ord: float = 2) -> Any:
    """The ``ord``-norm of the vectors along ``axis``, or of all elements as one vector."""
    over = {"axis": axis, "keepdims": keepdims}
    size = xp.abs(x)
    if ord == math.inf:
        return xp.max(size, **over)
    if ord == -math.inf:
        return xp.min(size, **over)
    if ord == 0:
        return xp.sum(xp.astype(size != 0, dtype=size.dtype), **over)
    if ord == 1:
        return xp.sum(size, **over)
    if ord == 2:
        return xp.sqrt(xp.sum(size * size, **over))
    return xp.sum(size**ord, **over) ** (1 / ord)


def outer(xp: Any, x1: Any, x2: Any) -> Any:
    """Each element of ``x1`` times each of ``x2``, both taken flat."""
    return xp.reshape(x1, shape=(-1, 1)) * xp.reshape(x2, shape=(1, -1))


def diagonal(xp: Any, x: Any, *, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonal of the matrices in ``axis1`` and ``axis2``, as the last axis."""
    x = xp.moveaxis(x, source=(axis1, axis2), destination=(-2, -1))
    *batch, rows, columns = x.shape
    first = offset if offset >= 0 else -offset * columns
    count = max(0, min(rows + min(offset, 0), columns - max(offset, 0)))
    places = first + (columns + 1) * xp.arange(count, device=xp.device_of(x))
    return xp.take(xp.reshape(x, shape=(*batch, rows * columns)), places, axis=-1)


def trace(xp: Any, x: Any, *, offset: int = 0) -> Any:
    """The sum of the diagonal of the matrices in the last two axes."""
    return xp.sum(xp.diagonal(x, offset=offset, axis1=-2, axis2=-1), axis=-1)


def matrix_transpose(xp: Any, x: Any) -> Any:
    """``x`` with its last two axes exchanged."""
    return xp.moveaxis(x, source=-1, destination=-2)


def tril(xp: Any, x: Any, *, k: int = 0) -> Any:
    """``x`` with zeros above the ``k``-th diagonal of its last two axes."""
    return xp.where(_distance(xp, x) <= k, x, xp.zeros_like(x))


def triu(xp: Any, x: Any, *, k: int = 0) -> Any:
    """``x`` with zeros below the ``k``-th diagonal of its last two axes."""
    return xp.where(_distance(xp, x) >= k, x, xp.zeros_like(x))


def _distance(xp: Any, x: Any) -> Any:
    """How far to the right of the main diagonal each place of the last two axes is."""
    rows, columns = (xp.arange(n, device=xp.device_of(x)) for n in x.shape[-2:])
    return xp.reshape(columns, shape=(1, -1)) - xp.reshape(rows, shape=(-1, 1))
