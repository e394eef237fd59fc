"""Functions of ``jnp`` that compare arrays, and treat them as sets."""

from __future__ import annotations

from typing import Any

from unigrad import settings
from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, promoted, strong
from unigrad.dialects.jax.numpy.creation import array
from unigrad.dialects.jax.numpy.joining import concatenate
from unigrad.dialects.jax.numpy.manipulation import ravel
from unigrad.dialects.jax.numpy.reduction import sum as total
from unigrad.dialects.jax.numpy.searching import index_array
from unigrad.dialects.jax.precision import default_dtype, inexact
from unigrad.dialects.jax.updates import At
from unigrad.errors import ShapeError

__all__ = [
    "allclose",
    "array_equal",
    "array_equiv",
    "bincount",
    "histogram",
    "intersect1d",
    "isclose",
    "isin",
    "setdiff1d",
    "union1d",
    "unique",
]


def unique(
    ar: Any,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    *,
    equal_nan: bool = True,
    size: int | None = None,
    fill_value: Any = None,
    sorted: bool = True,
) -> Any:
    """The distinct elements in order, and if asked where each first stands, which one each element is, how often each comes."""
    x = strong(ar, "unique")
    flags = (return_index, return_inverse, return_counts)
    found = settings.host().unique(x.numpy(), *flags, axis=axis, equal_nan=equal_nan)
    parts = list(found) if any(flags) else [found]
    values = F.asarray(parts[0])
    if size is not None:
        missing = size - values.shape[0]
        filler = values[:1] if fill_value is None else F.full_like(values[:1], fill_value)
        values = concatenate([values[:size], *[filler] * max(missing, 0)])
    rest = tuple(index_array(part) for part in parts[1:])
    return (values, *rest) if any(flags) else values


def union1d(ar1: Any, ar2: Any) -> Array:
    """The distinct elements of both, in order."""
    result: Array = unique(concatenate([ravel(ar1), ravel(ar2)]))
    return result


def intersect1d(ar1: Any, ar2: Any) -> Array:
    """The distinct elements that are in both, in order."""
    first, second = promoted(ar1, ar2, what="intersect1d")
    result: Array = F.asarray(settings.host().intersect1d(first.numpy(), second.numpy()))
    return result


def setdiff1d(ar1: Any, ar2: Any) -> Array:
    """The distinct elements of the first that are not in the second, in order."""
    first, second = promoted(ar1, ar2, what="setdiff1d")
    result: Array = F.asarray(settings.host().setdiff1d(first.numpy(), second.numpy()))
    return result


def isin(element: Any, test_elements: Any, assume_unique: bool = False, invert: bool = False) -> Array:
    """Whether each element is among the others."""
    first, second = promoted(element, test_elements, what="isin")
    result: Array = F.asarray(settings.host().isin(first.numpy(), second.numpy(), invert=invert))
    return result


def isclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Array:
    """Whether each pair differs by no more than ``atol + rtol * |b|``."""
    first, second = promoted(a, b, what="isclose")
    wide = inexact(dtype_of(first))
    first, second = cast(first, wide), cast(second, wide)
    near = F.less_equal(F.abs(first - second), atol + rtol * F.abs(second))
    result = F.logical_or(F.equal(first, second), F.logical_and(near, F.isfinite(second)))
    if equal_nan:
        result = F.logical_or(result, F.logical_and(F.isnan(first), F.isnan(second)))
    found: Array = result
    return found


def allclose(a: Any, b: Any, rtol: Any = 1e-05, atol: Any = 1e-08, equal_nan: bool = False) -> Array:
    """Whether all pairs are close; see `isclose`."""
    result: Array = F.all(isclose(a, b, rtol, atol, equal_nan))
    return result


def array_equal(a1: Any, a2: Any, equal_nan: bool = False) -> Array:
    """Whether shapes and elements are the same."""
    first, second = array(a1, copy=False), array(a2, copy=False)
    if first.shape != second.shape:
        return array(False)
    same = F.equal(*promoted(first, second, what="array_equal"))
    if equal_nan:
        same = F.logical_or(same, F.logical_and(F.isnan(first), F.isnan(second)))
    result: Array = F.all(same)
    return result


def array_equiv(a1: Any, a2: Any) -> Array:
    """Whether elements are the same after broadcasting."""
    try:
        result: Array = F.all(F.equal(*promoted(a1, a2, what="array_equiv")))
    except ShapeError:
        return array(False)
    return result


def bincount(x: Any, weights: Any = None, minlength: int = 0, *, length: int | None = None) -> Array:
    """How often each whole number from 0 on comes, or the sum of its weights, which is recorded."""
    places = strong(x, "bincount")
    count = max(int(places.numpy().max()) + 1 if places.size else 0, minlength) if length is None else length
    ones = F.ones(places.shape, dtype=default_dtype("integer"))
    added = ones if weights is None else strong(weights, "bincount", 1)
    start = F.zeros((count,), dtype=dtype_of(added))
    return At(start)[places].add(added)


def histogram(
    a: Any, bins: Any = 10, range: Any = None, weights: Any = None, density: bool | None = None
) -> tuple[Array, Array]:
    """How many elements fall into each bin, and the bins' edges."""
    x = ravel(a)
    host = settings.host()
    limits = range if range is None else tuple(float(each) for each in range)
    edges = host.histogram_bin_edges(
        x.numpy(), bins if isinstance(bins, int) else strong(bins, "histogram").numpy(), limits
    )
    line = cast(F.asarray(edges), inexact(dtype_of(x)))
    values = F.ones(x.shape, dtype=inexact(dtype_of(x))) if weights is None else ravel(weights)
    places = host.searchsorted(line.numpy(), x.numpy(), side="right") - 1
    places = host.where(x.numpy() == line.numpy()[-1], len(edges) - 2, places)
    inside = host.asarray(((places >= 0) & (places < len(edges) - 1)).nonzero()[0])
    counts = bincount(index_array(places[inside]), F.getitem(values, key=(inside,)), length=len(edges) - 1)
    if density:
        counts = counts / (total(counts) * (line[1:] - line[:-1]))
    return counts, line
