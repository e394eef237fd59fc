"""Statistics: covariances and correlations, and how many elements fall into which bin."""

from __future__ import annotations

import operator
from typing import Any

from unigrad import dtypes
from unigrad.card import composition
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import divide, sqrt
from unigrad.primitives.choices import clip, where
from unigrad.primitives.constant import searchsorted
from unigrad.primitives.creation import asarray, astype, ones_like, stop_gradient
from unigrad.primitives.indexing import scatter
from unigrad.primitives.layout import ravel
from unigrad.primitives.linalg import diagonal, matmul
from unigrad.primitives.magnitudes import conj
from unigrad.primitives.manipulation import concat, flip, matrix_transpose, reshape, squeeze
from unigrad.primitives.ranges import fractions
from unigrad.primitives.reduction import max, min, sum
from unigrad.primitives.rounding import floating
from unigrad.primitives.sorting import diff
from unigrad.samples import Array, sample

__all__ = ["bincount", "corrcoef", "cov", "digitize", "histogram"]

SCATTERED = Array((2, 5), distinct=True)


def _variables(x: Any, rowvar: bool) -> Tensor:
    """The variables as rows."""
    x = floating(x)
    if x.ndim > 2:
        raise ShapeError(f"'cov' takes a vector or a matrix; got an array of shape {tuple(x.shape)}")
    if x.ndim < 2:
        return reshape(x, shape=(1, -1))
    return x if rowvar else matrix_transpose(x)


def _weights(name: str, given: Any, count: int) -> Tensor | None:
    if given is None:
        return None
    weights = floating(given)
    if tuple(weights.shape) != (count,):
        raise ShapeError(
            f"'cov' needs {name} to be a vector of length {count}, one for each observation; got {tuple(weights.shape)}"
        )
    return weights


@composition(
    samples=[
        sample(SCATTERED, None),
        sample(Array((4,), distinct=True), Array((4,), distinct=True)),
        sample(Array((5, 2), distinct=True), None, rowvar=False, bias=True),
        sample(SCATTERED, Array((5,), distinct=True), ddof=0),
        sample(SCATTERED, None, fweights=[1, 2, 1, 3, 1]),
        sample(SCATTERED, None, aweights=[0.5, 1.0, 2.0, 1.0, 1.5]),
        sample(SCATTERED, None, fweights=[1, 2, 1, 3, 1], aweights=[0.5, 1.0, 2.0, 1.0, 1.5], ddof=1),
        sample(Array((2, 4), dtype="complex"), None),
    ]
)
def cov(x, y=None, /, rowvar=True, bias=False, ddof=None, fweights=None, aweights=None) -> Tensor:
    """The covariances of the variables that are the rows of ``x`` and ``y`` (with ``rowvar=False`` the columns).

    The sums are divided by the number of observations less ``ddof``, which is 1 unless given or, with ``bias``, 0.
    ``fweights`` says how often each observation counts, ``aweights`` how much. A vector is one variable.
    """
    rows = _variables(x, rowvar)
    if y is not None:
        rows = concat([rows, _variables(y, rowvar)], axis=0)
    n = rows.shape[1]
    often, much = _weights("fweights", fweights, n), _weights("aweights", aweights, n)
    weights = much if often is None else often if much is None else often * much
    freedom = (0 if bias else 1) if ddof is None else ddof
    return squeeze(_covariance(rows, weights, much, freedom))


def _covariance(rows: Tensor, weights: Tensor | None, much: Tensor | None, freedom: float) -> Tensor:
    n = rows.shape[1]
    if weights is None:
        divisor: Any = n - freedom if n > freedom else 0
        off = rows - sum(rows, axis=1, keepdims=True) / n
        weighted = off
    else:
        total = sum(weights)
        divisor = total - freedom * (1 if much is None else sum(weights * much) / total)
        off = rows - sum(rows * weights, axis=1, keepdims=True) / total
        weighted = off * weights
    turned = matrix_transpose(weighted)
    product = matmul(off, conj(turned) if turned.dtype.kind == "complex" else turned)
    return divide(product, asarray(divisor, product.dtype) if isinstance(divisor, (int, float)) else divisor)


@composition(
    samples=[
        sample(SCATTERED, None),
        sample(Array((4,), distinct=True), Array((4,), distinct=True)),
        sample(Array((2, 4), dtype="complex"), None),
    ]
)
def corrcoef(x, y=None, /, rowvar=True) -> Tensor:
    """The correlation coefficients of the variables that are the rows of ``x`` and ``y``, or the columns; see `cov`."""
    found = cov(x, y, rowvar=rowvar)
    if found.ndim == 0:
        return divide(found, found)
    spread = sqrt(diagonal(found))
    result: Tensor = found / reshape(spread, shape=(-1, 1)) / reshape(spread, shape=(1, -1))
    return clip(result, -1.0, 1.0) if result.dtype.kind == "real" else result


def _counted(x: Any) -> Tensor:
    given = stop_gradient(x)
    if given.ndim != 1 or given.dtype.kind != "integer":
        raise DTypeError(
            f"'bincount' needs a vector of integers; got dtype '{given.dtype}' and shape {tuple(given.shape)}"
        )
    return given


@composition(
    samples=[
        sample(Array((6,), 0, 4, dtype="int"), Array((6,))),
        sample(Array((6,), 0, 4, dtype="int"), None, minlength=7),
        sample(Array((0,), 0, 1, dtype="int"), None, minlength=2),
    ]
)
def bincount(x, weights=None, /, minlength=0) -> Tensor:
    """How often each whole number from 0 on comes in the vector ``x``, or the sum of the ``weights`` that stand beside it.

    Where the numbers are not known, inside ``jax.jit`` and under `vmap`, the length of the result is ``minlength``, and
    without one there is an `ArgumentError`.
    """
    x = _counted(x)
    length = operator.index(minlength)
    if x.xp.is_traced(x.raw) and not length:
        raise ArgumentError("'bincount' needs a minlength where the numbers are not known, as under vmap and jit")
    if x.size and not x.xp.is_traced(x.raw):
        if int(min(x)) < 0:
            raise ArgumentError(f"'bincount' counts numbers from 0 on; got {int(min(x))}")
        top = int(max(x)) + 1
        length = top if top > length else length
    each = astype(ones_like(x), dtypes.int64) if weights is None else asarray(weights)
    if tuple(each.shape) != tuple(x.shape):
        raise ShapeError(f"'bincount' needs a weight for each element; got {tuple(each.shape)} for {tuple(x.shape)}")
    return scatter(each, key=(x,), shape=(length,))


@composition(
    samples=[
        sample(Array((2, 3)), Array((1,))),
        sample(Array((4,)), Array((1,)), right=True),
    ]
)
def digitize(x, bins, /, right=False) -> Tensor:
    """The number of the bin that each element falls into: below the first of the ``bins`` 0, from the last on their number.

    The vector ``bins`` increases or decreases; with ``right`` an element at an edge belongs to the bin that ends there.
    """
    x, bins = stop_gradient(asarray(x)), stop_gradient(asarray(bins))
    side = "left" if right else "right"
    n = bins.shape[0]
    if n > 1 and not bins.xp.is_traced(bins.raw) and bool(bins[0] > bins[n - 1]):
        result: Tensor = n - searchsorted(flip(bins), x, side=side)
        return result
    return searchsorted(bins, x, side=side)


@composition(
    samples=[
        sample(Array((8,), 0.02, 0.98, away=(0.25, 0.5, 0.75)), None, bins=4, range=(0.0, 1.0)),
        sample(Array((8,), 0.02, 0.98, away=(1 / 3, 2 / 3)), Array((8,), 0.5, 2.0), bins=3, range=(0.0, 1.0)),
        sample(Array((8,), 0.02, 0.98, away=(0.5,)), Array((8,), 0.5, 2.0), bins=[0.0, 0.5, 1.0], density=True),
    ]
)
def histogram(x, weights=None, /, bins=10, range=None, density=False) -> tuple[Tensor, Tensor]:
    """How many elements fall into each of the ``bins``, or the sum of their ``weights``; then the edges of the bins.

    ``bins`` is a number of equal bins over ``range`` (None: from the smallest to the largest element), or their edges. The
    last bin includes its end. With ``density`` the result is that of a density, with an integral of 1.
    """
    x = stop_gradient(ravel(x))
    edges = _edges(x, bins, range)
    n = edges.shape[0] - 1
    place = searchsorted(edges, x, side="right") - 1
    place = where(x == edges[n], n - 1, place)
    inside = (place >= 0) & (place < n)
    each = astype(inside, dtypes.int64) if weights is None else where(inside, ravel(weights), 0)
    counts = bincount(clip(place, 0, n - 1), each, minlength=n)
    if density:
        counts = floating(counts)
        return counts / sum(counts) / diff(edges), edges
    return counts, edges


def _edges(x: Tensor, bins: Any, limits: Any) -> Tensor:
    if not isinstance(bins, int):
        return stop_gradient(asarray(bins))
    if bins < 1:
        raise ArgumentError(f"'histogram' needs at least one bin; got bins={bins}")
    x = floating(x)
    low, high = (min(x), max(x)) if limits is None and x.size else limits or (0.0, 1.0)
    if limits is None and not x.xp.is_traced(x.raw) and x.size and bool(low == high):
        low, high = low - 0.5, high + 0.5
    way = fractions(bins + 1, x, x.dtype, endpoint=True)
    result: Tensor = low * (1 - way) + high * way
    return result
