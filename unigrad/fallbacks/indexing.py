"""Fallbacks for indexing, of any kind that NumPy knows, on a library that knows less.

The index is worked out on the host, over the positions of the flat array; the array itself is only ever rearranged with
``take`` and ``where``, so nothing is written in place.
"""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

__all__ = ["getitem", "index_set", "scatter"]

# NumPy is the host of every backend; it is named here, so that the static imports of unigrad stay free of it.
_numpy = import_module("numpy")


def getitem(xp: Any, x: Any, *, key: Any) -> Any:
    """``x[key]``, by the library's own indexing where that can do it."""
    try:
        return x[key]
    except (IndexError, NotImplementedError, TypeError, ValueError):
        places = _places(xp, key, x.shape)
        return _take(xp, x, places.ravel(), tuple(places.shape))


def index_set(xp: Any, x: Any, values: Any, *, key: Any) -> Any:
    """A copy of ``x`` with ``values`` at ``x[key]``; the last of several values for one place counts."""
    places = _places(xp, key, x.shape)
    if isinstance(values, (bool, int, float, complex)):
        values = xp.full((), values, dtype=x.dtype, device=xp.device_of(x))
    spare = len(values.shape) - places.ndim
    if spare > 0:  # axes of length 1 that NumPy does without
        values = xp.reshape(values, shape=tuple(values.shape[spare:]))
    values = xp.astype(xp.broadcast_to(values, shape=tuple(places.shape)), dtype=x.dtype)
    return _put(xp, x, values, places.ravel())


def scatter(xp: Any, g: Any, *, key: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of ``shape`` with ``g`` added at ``[key]``, as often as a place is named: the transpose of `getitem`."""
    places = _places(xp, key, shape).ravel()
    order = _numpy.argsort(places, kind="stable")
    places, g = places[order], _take(xp, g, order, order.shape)
    # Neighbours of one place are added in pairs until each place has one value left.
    while (places[1:] == places[:-1]).any():
        starts = _numpy.flatnonzero(_numpy.r_[True, places[1:] != places[:-1]])
        rank = _numpy.arange(places.size) - _numpy.repeat(starts, _numpy.diff(_numpy.r_[starts, places.size]))
        kept = _numpy.flatnonzero(rank % 2 == 0)
        partner = _numpy.minimum(kept + 1, places.size - 1)
        paired = (partner != kept) & (places[partner] == places[kept])
        other = _take(xp, g, partner, partner.shape)
        g = _take(xp, g, kept, kept.shape) + xp.where(_asarray(xp, paired, g), other, xp.zeros_like(other))
        places = places[kept]
    return _put(xp, xp.zeros(shape, dtype=g.dtype, device=xp.device_of(g)), g, places)


def _places(xp: Any, key: Any, shape: tuple[int, ...]) -> Any:
    """The flat positions that ``[key]`` takes from an array of ``shape``, on the host, in the shape of the result."""
    return _numpy.asarray(_numpy.arange(math.prod(shape)).reshape(shape)[_on_host(xp, key)])


def _on_host(xp: Any, key: Any) -> Any:
    if isinstance(key, tuple):
        return tuple(_on_host(xp, each) for each in key)
    if key is None or key is Ellipsis or isinstance(key, (bool, int, slice, list, _numpy.generic, _numpy.ndarray)):
        return key
    return xp.to_numpy(key)


def _take(xp: Any, x: Any, places: Any, shape: tuple[int, ...]) -> Any:
    taken = xp.take(xp.reshape(x, shape=(-1,)), _asarray(xp, places, x), axis=0)
    return xp.reshape(taken, shape=shape)


def _put(xp: Any, x: Any, values: Any, places: Any) -> Any:
    """``x`` with the flat ``values`` at the flat ``places``."""
    if not places.size:
        return x
    source = _numpy.full(math.prod(x.shape), -1)
    source[places] = _numpy.arange(places.size)
    shape = tuple(x.shape)
    new = _take(xp, values, _numpy.maximum(source, 0), shape)
    return xp.where(_asarray(xp, (source >= 0).reshape(shape), x), new, x)


def _asarray(xp: Any, array: Any, like: Any) -> Any:
    return xp.from_numpy(array, device=xp.device_of(like))
