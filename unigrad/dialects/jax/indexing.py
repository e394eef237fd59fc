"""Indexing: ``x[key]`` and ``x.at[key]``, with JAX's ways of an index out of bounds (reads keep to the edge, writes are dropped)."""

from __future__ import annotations

from typing import Any

from unigrad import settings
from unigrad.dialects.jax.arrays import Array, F, WeakArray, dtype_of, strong
from unigrad.errors import ArgumentError, AxisError, DTypeError


def getitem(x: Array, key: Any) -> Array:
    """``x[key]``: integers, slices, ``...``, None, and arrays of integers or booleans; lists are refused as JAX does."""
    check_key(x, key)
    try:
        result: Array = F.getitem(x, key=key)
    except IndexError:
        result = F.getitem(x, key=in_bounds(x, key, "clip"))
    if type(x) is WeakArray:
        result.__class__ = WeakArray
    return result


def check_key(x: Array, key: Any) -> None:
    """Raise as JAX does for an index that it does not take: a list, a string, a fraction, or one too many."""
    if type(key) is int and len(x.raw.shape):
        return
    parts = key if isinstance(key, tuple) else (key,)
    used = 0
    for part in parts:
        if part is None or part is Ellipsis:
            continue
        used += _axes_of(part)
    if used > x.ndim:
        raise AxisError(f"Too many indices: array is {x.ndim}-dimensional, but {used} were indexed")


def _axes_of(part: Any) -> int:
    """How many axes a part of a key stands for."""
    if isinstance(part, slice):
        return 1
    if isinstance(part, (list, tuple)):
        raise ArgumentError(
            "Using a non-tuple sequence for multidimensional indexing is not allowed; use arr[jnp.array(seq)]"
        )
    if isinstance(part, str):
        raise ArgumentError(f"JAX does not support string indexing; got idx={part!r}")
    if isinstance(part, bool):
        return 0
    if type(part) is int or not hasattr(part, "dtype"):
        if not hasattr(part, "__index__"):
            raise DTypeError(f"Indexer must have integer or boolean type, got indexer of type {type(part).__name__}")
        return 1
    kind = strong(part, "an index")
    if dtype_of(kind).kind not in ("bool", "integer"):
        raise DTypeError(f"Indexer must have integer or boolean type, got indexer with type {dtype_of(kind)}")
    return kind.ndim if dtype_of(kind).kind == "bool" else 1


def _expanded(x: Array, key: Any) -> list[Any]:
    """The parts of a key with ``...`` written out, so that each stands at its axis."""
    parts = list(key) if isinstance(key, tuple) else [key]
    used = sum(_axes_of(part) for part in parts if part is not None and part is not Ellipsis)
    fill = [slice(None)] * (x.ndim - used)
    places = [i for i, part in enumerate(parts) if part is Ellipsis]
    if places:
        parts[places[0] : places[0] + 1] = fill
        return parts
    return parts + fill


def _host_index(part: Any) -> Any:
    """An index of integers as a host array; None for any other part of a key."""
    if part is None or isinstance(part, (slice, bool)):
        return None
    values = part.numpy() if isinstance(part, Array) else settings.host().asarray(part)
    return None if values.dtype == bool else values


def in_bounds(x: Array, key: Any, mode: str) -> tuple[Any, ...]:
    """The key with its integers kept within their axes: at the edge, or wrapped round."""
    host, axis, parts = settings.host(), 0, []
    for part in _expanded(x, key):
        values = _host_index(part)
        if values is None:
            parts.append(part)
        else:
            n = x.shape[axis]
            counted = host.where(values < 0, values + n, values)
            parts.append(values % n if mode == "wrap" else host.clip(counted, 0, n - 1))
        axis += 0 if part is None else _axes_of(part)
    return tuple(int(part) if getattr(part, "ndim", 1) == 0 and hasattr(part, "dtype") else part for part in parts)


def positions(x: Array, key: Any) -> Any:
    """For each element of ``x[key]`` its place in the flattened `x`, -1 where the key is out of bounds; a host array."""
    host = settings.host()
    room = host.full(tuple(n + 1 for n in x.shape), -1)
    room[tuple(slice(n) for n in x.shape)] = host.arange(x.size).reshape(x.shape)
    axis, parts = 0, []
    for part in _expanded(x, key):
        parts.append(_within(part, x.shape[axis : axis + 1]))
        if isinstance(part, Array) and dtype_of(part).kind == "bool":
            parts[-1:] = part.numpy().nonzero()
        axis += 0 if part is None else _axes_of(part)
    return room[tuple(parts)]


def _within(part: Any, lengths: tuple[int, ...]) -> Any:
    """A part of a key for an array that has one more place on each axis, which stands for all that is out of bounds."""
    if part is None or isinstance(part, bool):
        return part
    (n,) = lengths
    if isinstance(part, slice):
        start, stop, step = part.indices(n)
        return slice(start, stop if stop >= 0 else None, step)
    values = _host_index(part)
    if values is None:
        return part.numpy() if isinstance(part, Array) else part
    counted = settings.host().where(values < 0, values + n, values)
    return settings.host().where((counted < 0) | (counted >= n), n, counted)
