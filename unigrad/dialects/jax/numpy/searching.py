"""Functions of ``jnp`` that sort, search, count and pick."""

from __future__ import annotations

from typing import Any

from unigrad import settings
from unigrad.dialects.jax.arrays import Array, F, cast, promoted, strong
from unigrad.dialects.jax.numpy.manipulation import ravel, reshape
from unigrad.dialects.jax.numpy.rearranging import flip
from unigrad.dialects.jax.precision import default_dtype

__all__ = ["argsort", "argwhere", "digitize", "flatnonzero", "lexsort", "nonzero", "searchsorted", "sort"]


def index_array(values: Any) -> Array:
    """A host array of positions as an Array of the default integer dtype."""
    return cast(F.asarray(settings.host().asarray(values)), default_dtype("integer"))


def sort(
    a: Any,
    axis: int | None = -1,
    *,
    kind: None = None,
    order: None = None,
    stable: bool = True,
    descending: bool = False,
) -> Array:
    """The elements in order along ``axis``, of the flattened array without one."""
    x = strong(a, "sort")
    x, place = (ravel(x), 0) if axis is None else (x, axis)
    result: Array = F.sort(x, axis=place, descending=descending)
    return result


def argsort(
    a: Any,
    axis: int | None = -1,
    *,
    kind: None = None,
    order: None = None,
    stable: bool = True,
    descending: bool = False,
) -> Array:
    """The positions that put the elements in order along ``axis``."""
    x = strong(a, "argsort")
    x, place = (ravel(x), 0) if axis is None else (x, axis)
    return cast(F.argsort(x, axis=place, descending=descending), default_dtype("integer"))


def lexsort(keys: Any, axis: int = -1) -> Array:
    """The positions that sort by the last key, where it ties by the one before, and so on."""
    return index_array(settings.host().lexsort([strong(each, "lexsort").numpy() for each in keys], axis=axis))


def searchsorted(a: Any, v: Any, side: str = "left", sorter: Any = None, *, method: str = "scan") -> Array:
    """Where the elements of ``v`` belong in the sorted vector ``a``; int32."""
    line, values = promoted(a, v, what="searchsorted")
    if sorter is not None:
        line = F.take(line, strong(sorter, "searchsorted"))
    shape = values.shape
    found = F.searchsorted(line, reshape(values, (-1,)), side=side)
    return cast(reshape(found, shape), default_dtype("integer") if line.size > 2**31 else _int32())


def _int32() -> Any:
    from unigrad import dtypes

    return dtypes.int32


def digitize(x: Any, bins: Any, right: bool = False) -> Array:
    """The number of the bin that each element falls into."""
    edges = strong(bins, "digitize", 1)
    if edges.size and edges[0].item() > edges[-1].item():
        found = searchsorted(flip(edges), x, side="left" if not right else "right")
        return cast(edges.size - found, default_dtype("integer"))
    return searchsorted(edges, x, side="left" if right else "right")


def nonzero(a: Any, *, size: int | None = None, fill_value: Any = None) -> tuple[Array, ...]:
    """The positions of the elements that are not zero, an array for each axis; with `size` cut off or filled up to it."""
    x = strong(a, "nonzero")
    if not x.ndim:
        x = reshape(x, (1,))
    found = [each.astype("int64") for each in x.numpy().nonzero()]
    if size is not None:
        fills = fill_value if isinstance(fill_value, (list, tuple)) else [fill_value or 0] * len(found)
        host = settings.host()
        found = [
            host.concatenate([each[:size], host.full(max(size - len(each), 0), int(fill))])
            for each, fill in zip(found, fills, strict=True)
        ]
    return tuple(map(index_array, found))


def flatnonzero(a: Any, *, size: int | None = None, fill_value: Any = None) -> Array:
    """The positions in the flattened array of the elements that are not zero."""
    return nonzero(ravel(a), size=size, fill_value=fill_value)[0]


def argwhere(a: Any, *, size: int | None = None, fill_value: Any = None) -> Array:
    """The positions of the elements that are not zero, a row for each."""
    x = strong(a, "argwhere")
    if not x.ndim:
        found: Array = F.reshape(index_array([]), shape=(int(bool(x)), 0))
        return found
    result: Array = F.stack(nonzero(x, size=size, fill_value=fill_value), axis=1)
    return result
