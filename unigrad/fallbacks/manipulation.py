"""Fallbacks that rearrange elements."""

from __future__ import annotations

import math
from typing import Any

__all__ = ["convolve", "moveaxis", "repeat", "roll", "searchsorted", "take_along_axis", "tile", "unstack"]


def convolve(xp: Any, x1: Any, x2: Any, *, mode: str = "full") -> Any:
    """The convolution of two vectors, as the product of one with the matrix of the other's shifts."""
    long, short = (x1, x2) if x1.shape[0] >= x2.shape[0] else (x2, x1)
    m, n = long.shape[0], short.shape[0]
    start = {"full": 0, "same": (n - 1) // 2, "valid": n - 1}[mode]
    length = {"full": m + n - 1, "same": m, "valid": m - n + 1}[mode]
    zeros = xp.zeros((n - 1,), dtype=long.dtype, device=xp.device_of(long))
    padded = xp.concat([zeros, long, zeros], axis=0)
    places = [start + i + n - 1 - j for i in range(length) for j in range(n)]
    shifts = xp.reshape(xp.take(padded, _indices(xp, places, long), axis=0), shape=(length, n))
    return xp.matmul(shifts, short)


def moveaxis(xp: Any, x: Any, *, source: Any, destination: Any) -> Any:
    """``x`` with the axes of ``source`` at the places of ``destination``, the others in their order."""
    sources, destinations = _axes(source, x.ndim), _axes(destination, x.ndim)
    order = [axis for axis in range(x.ndim) if axis not in sources]
    for place, axis in sorted(zip(destinations, sources, strict=True)):
        order.insert(place, axis)
    return xp.permute_dims(x, axes=tuple(order))


def repeat(xp: Any, x: Any, *, repeats: Any, axis: int | None = None) -> Any:
    """``x`` with each element along ``axis`` as often as ``repeats`` says (one number, or one for each)."""
    if axis is None:
        x, axis = xp.reshape(x, shape=(-1,)), 0
    counts = [repeats] * x.shape[axis] if isinstance(repeats, int) else [int(each) for each in repeats]
    places = [place for place, count in enumerate(counts) for _ in range(count)]
    return xp.take(x, _indices(xp, places, x), axis=axis)


def tile(xp: Any, x: Any, *, repetitions: tuple[int, ...]) -> Any:
    """``x`` laid side by side, ``repetitions`` times along each axis."""
    missing = len(repetitions) - x.ndim
    shape = (1,) * missing + tuple(x.shape)
    times = (1,) * -missing + tuple(repetitions)
    paired = xp.reshape(x, shape=tuple(size for n in shape for size in (1, n)))
    laid = xp.broadcast_to(paired, shape=tuple(size for pair in zip(times, shape, strict=True) for size in pair))
    return xp.reshape(laid, shape=tuple(map(math.prod, zip(times, shape, strict=True))))


def roll(xp: Any, x: Any, *, shift: Any, axis: Any = None) -> Any:
    """``x`` moved by ``shift`` places along ``axis``, what leaves at one end coming in at the other."""
    if axis is None:
        return xp.reshape(roll(xp, xp.reshape(x, shape=(-1,)), shift=shift, axis=0), shape=tuple(x.shape))
    axes = axis if isinstance(axis, tuple) else (axis,)
    shifts = shift if isinstance(shift, tuple) else (shift,) * len(axes)
    for each, places in zip(axes, shifts, strict=True):
        n = x.shape[each]
        x = xp.take(x, _indices(xp, [(place - places) % n for place in range(n)], x), axis=each)
    return x


def unstack(xp: Any, x: Any, *, axis: int = 0) -> tuple[Any, ...]:
    """The arrays that lie along ``axis``."""
    first = xp.moveaxis(x, source=axis, destination=0)
    return tuple(first[row, ...] for row in range(first.shape[0]))


def take_along_axis(xp: Any, x: Any, indices: Any, *, axis: int = -1) -> Any:
    """The elements of ``x`` that ``indices`` names along ``axis``, the other axes taken in step, with broadcasting."""
    axis %= x.ndim
    lengths = [max(n, m) if min(n, m) else 0 for n, m in zip(x.shape, indices.shape, strict=True)]
    lengths[axis] = x.shape[axis]
    x = xp.broadcast_to(x, shape=tuple(lengths))
    n = x.shape[axis]
    places, step = xp.zeros_like(indices), 1
    for each in reversed(range(x.ndim)):
        if each == axis:
            there = xp.where(indices < 0, indices + n, indices)
        else:
            along = tuple(-1 if other == each else 1 for other in range(x.ndim))
            there = xp.reshape(xp.arange(x.shape[each], dtype=indices.dtype, device=xp.device_of(x)), shape=along)
        places, step = places + step * there, step * x.shape[each]
    taken = xp.take(xp.reshape(x, shape=(-1,)), xp.reshape(places, shape=(-1,)), axis=0)
    return xp.reshape(taken, shape=tuple(places.shape))


def searchsorted(xp: Any, x1: Any, x2: Any, *, side: str = "left", sorter: Any = None) -> Any:
    """Where each of ``x2`` belongs in the sorted ``x1``: before its equals (``"left"``) or after them."""
    ordered = x1 if sorter is None else xp.take(x1, sorter, axis=0)
    values = xp.expand_dims(x2, axis=-1)
    before = ordered < values if side == "left" else ordered <= values
    return xp.count_nonzero(before, axis=-1)


def _axes(axis: Any, ndim: int) -> tuple[int, ...]:
    return tuple(each % ndim for each in (axis if isinstance(axis, (tuple, list)) else (axis,)))


def _indices(xp: Any, places: list[int], like: Any) -> Any:
    return xp.asarray(places, dtype=xp.native_dtype("int64"), device=xp.device_of(like))
