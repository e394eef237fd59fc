"""Sets: arrays as collections of distinct elements, in order; they are found on the host."""

from __future__ import annotations

from typing import Any, NamedTuple

from unigrad import dtypes, settings
from unigrad.card import composition
from unigrad.conversion import constant
from unigrad.graph import Tensor
from unigrad.primitives.choices import minimum
from unigrad.primitives.constant import logical_not, searchsorted
from unigrad.primitives.creation import asarray, astype, stop_gradient, zeros_like
from unigrad.primitives.indexing import take
from unigrad.primitives.layout import ravel
from unigrad.primitives.manipulation import concat, reshape
from unigrad.primitives.sorting import sort
from unigrad.samples import Array, sample

__all__ = [
    "intersect1d",
    "isin",
    "setdiff1d",
    "setxor1d",
    "union1d",
    "unique_all",
    "unique_counts",
    "unique_inverse",
    "unique_values",
]


class UniqueAllResult(NamedTuple):
    """What `unique_all` gives."""

    values: Tensor
    indices: Tensor
    inverse_indices: Tensor
    counts: Tensor


class UniqueCountsResult(NamedTuple):
    """What `unique_counts` gives."""

    values: Tensor
    counts: Tensor


class UniqueInverseResult(NamedTuple):
    """What `unique_inverse` gives."""

    values: Tensor
    inverse_indices: Tensor


APART = [sample(Array((2, 3), distinct=True)), sample(Array((0,))), sample(Array((), distinct=True))]


@composition(samples=APART)
def unique_all(x, /) -> UniqueAllResult:
    """The distinct elements in order, where each first stands, which each element is, and how often it comes; NaN differs from NaN.

    The positions are those in the flattened ``x``. The gradient goes to the first of equal elements.
    """
    x = asarray(x)
    found = settings.host().unique_all(x.numpy())
    indices, inverse, counts = (
        constant(part, x.xp, dtype=dtypes.int64, device=x.xp.device_of(x.raw))
        for part in (found.indices, found.inverse_indices, found.counts)
    )
    return UniqueAllResult(take(reshape(x, shape=(-1,)), indices), indices, inverse, counts)


@composition(samples=APART)
def unique_values(x, /) -> Tensor:
    """The distinct elements of ``x`` in order; NaN differs from NaN, and the gradient goes to the first of equal elements."""
    return unique_all(x).values


@composition(samples=APART)
def unique_counts(x, /) -> UniqueCountsResult:
    """`unique_values`, and how often each comes."""
    found = unique_all(x)
    return UniqueCountsResult(found.values, found.counts)


@composition(samples=APART)
def unique_inverse(x, /) -> UniqueInverseResult:
    """`unique_values`, and which of them each element of ``x`` is, in the shape of ``x``."""
    found = unique_all(x)
    return UniqueInverseResult(found.values, found.inverse_indices)


@composition(
    samples=[
        sample(Array((2, 3), 0, 4, dtype="int"), Array((3,), 0, 4, dtype="int")),
        sample(Array((4,), 0, 4, dtype="int"), Array((2, 1), 0, 4, dtype="int"), invert=True),
        sample(Array((3,)), Array((0,))),
    ]
)
def isin(x1, x2, /, invert=False) -> Tensor:
    """Whether each element of ``x1`` is one of those of ``x2``, or is not with ``invert``; NaN is never one."""
    x1, x2 = (stop_gradient(asarray(each)) for each in (x1, x2))
    common = dtypes.promote(x1.dtype, x2.dtype)
    common = dtypes.int64 if common.kind == "bool" else common
    x1, x2 = astype(x1, common), astype(reshape(x2, shape=(-1,)), common)
    n = x2.shape[0]
    if n == 0:
        found: Tensor = zeros_like(x1) != 0
        return logical_not(found) if invert else found
    ordered = sort(x2)
    there = take(ordered, minimum(searchsorted(ordered, x1), n - 1)) == x1
    return logical_not(there) if invert else there


def _of_two(name: str, x1: Any, x2: Any) -> Tensor:
    """The elements of both that NumPy's function of this `name` picks, each where it stands first."""
    first = ravel(x1)
    both = concat([first, ravel(x2)])
    host, numbers = settings.host(), stop_gradient(both).numpy()
    found = getattr(host, name)(numbers[: first.size], numbers[first.size :])
    distinct, places = host.unique(numbers, return_index=True)
    return take(both, places[host.searchsorted(distinct, found)])


PAIRS = [
    sample(Array((2, 3), 0, 5, dtype="int"), Array((4,), 0, 5, dtype="int")),
    sample(Array((2, 2), distinct=True), Array((3,), distinct=True)),
]


@composition(samples=PAIRS)
def union1d(x1, x2, /) -> Tensor:
    """The distinct elements of both, in order."""
    return _of_two("union1d", x1, x2)


@composition(samples=PAIRS)
def intersect1d(x1, x2, /) -> Tensor:
    """The distinct elements that both have, in order."""
    return _of_two("intersect1d", x1, x2)


@composition(samples=PAIRS)
def setdiff1d(x1, x2, /) -> Tensor:
    """The distinct elements of ``x1`` that ``x2`` has not, in order."""
    return _of_two("setdiff1d", x1, x2)


@composition(samples=PAIRS)
def setxor1d(x1, x2, /) -> Tensor:
    """The distinct elements that one of both has, in order."""
    return _of_two("setxor1d", x1, x2)
