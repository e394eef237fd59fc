"""Functions of ``jnp`` that pick by position, and those that give positions."""

from __future__ import annotations

from typing import Any

from unigrad import settings
from unigrad.dialects.jax.arrays import Array, F, dtype_of, promoted, settled, strong
from unigrad.dialects.jax.numpy.creation import array
from unigrad.dialects.jax.numpy.manipulation import ravel, reshape
from unigrad.dialects.jax.numpy.searching import index_array, nonzero
from unigrad.dialects.jax.updates import At
from unigrad.errors import ArgumentError, ShapeError

__all__ = [
    "choose",
    "compress",
    "diag_indices",
    "extract",
    "fill_diagonal",
    "ix_",
    "put",
    "put_along_axis",
    "ravel_multi_index",
    "take",
    "take_along_axis",
    "tril_indices",
    "triu_indices",
    "unravel_index",
]


def extract(condition: Any, arr: Any) -> Array:
    """The elements of ``arr`` where ``condition`` holds, along one axis."""
    return compress(ravel(condition), ravel(arr))


def compress(condition: Any, a: Any, axis: int | None = None) -> Array:
    """The sub-arrays along ``axis`` where ``condition`` holds."""
    x = strong(a, "compress", 1)
    x, place = (ravel(x), 0) if axis is None else (x, axis)
    result: Array = F.take(x, nonzero(strong(condition, "compress"))[0], axis=place)
    return result


def take(a: Any, indices: Any, axis: int | None = None, out: None = None, mode: str | None = None, **_: Any) -> Array:
    """The sub-arrays along ``axis`` at the positions ``indices``; out of bounds NaN, unless ``mode`` says "clip" or "wrap"."""
    x, places = strong(a, "take"), strong(indices, "take", 1)
    x, place = (ravel(x), 0) if axis is None else (x, axis % x.ndim)
    key = (*((slice(None),) * place), places)
    return At(x)[key].get(mode=mode or "fill")


def take_along_axis(arr: Any, indices: Any, axis: int | None = -1, mode: str | None = None, **_: Any) -> Array:
    """For each line along ``axis`` the elements at that line's own ``indices``."""
    x, places = strong(arr, "take_along_axis"), strong(indices, "take_along_axis", 1)
    if axis is None:
        x, places, axis = ravel(x), ravel(places), 0
    if dtype_of(places).kind != "integer":
        raise ArgumentError(f"take_along_axis indices must be integers, got {dtype_of(places)}")
    result: Array = F.take_along_axis(x, places, axis=axis)
    return result


def put_along_axis(
    arr: Any, indices: Any, values: Any, axis: int | None, inplace: bool = True, *, mode: str | None = None
) -> Array:
    """A copy with ``values`` at each line's own ``indices``; ``inplace=False`` has to be said, as arrays do not change."""
    if inplace:
        raise ShapeError("jnp.put_along_axis cannot modify arrays in place: give inplace=False and bind the result")
    x, places = strong(arr, "put_along_axis"), strong(indices, "put_along_axis", 1)
    if axis is None:
        return reshape(At(ravel(x))[ravel(places)].set(ravel(values)), x.shape)
    spot = axis % x.ndim
    key = [
        places if i == spot else array(settings.host().arange(n).reshape([-1 if j == i else 1 for j in range(x.ndim)]))
        for i, n in enumerate(x.shape)
    ]
    return At(x)[tuple(key)].set(values)


def put(a: Any, ind: Any, v: Any, mode: str | None = None, *, inplace: bool = True) -> Array:
    """A copy with `v` at the positions `ind` of the flattened array; ``inplace=False`` has to be said."""
    if inplace:
        raise ShapeError("jnp.put cannot modify arrays in place: give inplace=False and bind the result")
    x = strong(a, "put")
    return reshape(At(ravel(x))[ravel(strong(ind, "put", 1))].set(ravel(v)), x.shape)


def fill_diagonal(a: Any, val: Any, wrap: bool = False, *, inplace: bool = True) -> Array:
    """A copy with `val` on the diagonal; ``inplace=False`` has to be said."""
    if inplace:
        raise ShapeError("jnp.fill_diagonal cannot modify arrays in place: give inplace=False and bind the result")
    x = strong(a, "fill_diagonal")
    line = array(settings.host().arange(min(x.shape)))
    return At(x)[(line,) * x.ndim].set(val)


def choose(a: Any, choices: Any, out: None = None, mode: str = "raise") -> Array:
    """At each place the element of the choice that ``a`` names there."""
    places = strong(a, "choose")
    rows = F.stack(promoted(*choices, what="choose"))
    clipped = F.clip(places, 0, len(choices) - 1) if mode == "clip" else places
    found: Array = F.take_along_axis(rows, F.expand_dims(clipped, axis=0), axis=0)
    return found[0]


def ix_(*args: Any) -> tuple[Array, ...]:
    """The vectors, each along an axis of its own, for picking out a sub-grid."""
    return tuple(
        settled(F.asarray(each)) for each in settings.host().ix_(*(strong(each, "ix_").numpy() for each in args))
    )


def tril_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Array, Array]:
    """The positions at and below the diagonal `k`."""
    rows, columns = settings.host().tril_indices(n, k, m)
    return index_array(rows), index_array(columns)


def triu_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Array, Array]:
    """The positions at and above the diagonal `k`."""
    rows, columns = settings.host().triu_indices(n, k, m)
    return index_array(rows), index_array(columns)


def diag_indices(n: int, ndim: int = 2) -> tuple[Array, ...]:
    """The positions on the diagonal."""
    return (index_array(settings.host().arange(n)),) * ndim


def unravel_index(indices: Any, shape: Any) -> tuple[Array, ...]:
    """The positions in an array of this shape, given those in its flattened form."""
    lengths = (shape,) if isinstance(shape, int) else tuple(shape)
    return tuple(map(index_array, settings.host().unravel_index(strong(indices, "unravel_index").numpy(), lengths)))


def ravel_multi_index(multi_index: Any, dims: Any, mode: str = "clip", order: str = "C") -> Array:
    """The positions in the flattened form of an array, given those along each axis."""
    places = tuple(strong(each, "ravel_multi_index").numpy() for each in multi_index)
    return index_array(settings.host().ravel_multi_index(places, dims, mode=mode, order=order))
