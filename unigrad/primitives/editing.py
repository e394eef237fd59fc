"""Editing: arrays with parts put in, left out, or put behind."""

from __future__ import annotations

import operator
from typing import Any

from unigrad import settings
from unigrad.card import composition
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.axes import axis_in_range
from unigrad.primitives.creation import asarray, astype
from unigrad.primitives.indexing import take
from unigrad.primitives.layout import ravel
from unigrad.primitives.manipulation import broadcast_to, concat, moveaxis, reshape
from unigrad.samples import Array, sample

__all__ = ["append", "delete", "insert"]


@composition(
    samples=[
        sample(Array((2, 3)), Array((2,))),
        sample(Array((2, 3)), Array((1, 3)), axis=0),
        sample(Array((3,)), 1.5),
        sample(Array((2,), dtype="complex"), Array((3,), dtype="complex")),
    ]
)
def append(x, values, /, axis=None) -> Tensor:
    """``x`` with ``values`` behind it along ``axis``; None flattens both first."""
    x = asarray(x)
    values = asarray(values, x.dtype if type(values) in (int, float) and x.dtype.kind == "real" else None)
    return concat([ravel(x), ravel(values)]) if axis is None else concat([x, values], axis=axis)


def _lined_up(x: Any, axis: int | None) -> tuple[Tensor, int]:
    """``x`` and the axis counted from the front, flattened for None."""
    x = ravel(x) if axis is None else asarray(x)
    return x, 0 if axis is None else axis_in_range(axis, x.ndim)


def _positions(name: str, obj: Any, n: int, last: int) -> tuple[list[int], bool]:
    """The positions that ``obj`` names among ``n`` (an integer, a slice, integers or booleans), and whether it is one integer."""
    if isinstance(obj, slice):
        return list(range(*obj.indices(n))), False
    host = settings.host()
    given = host.asarray(obj.tolist() if isinstance(obj, Tensor) else obj)
    if given.dtype.kind == "b" and given.ndim == 1:
        if name == "delete" and given.shape[0] != n:
            raise ShapeError(f"'delete' needs as many booleans as the axis is long, {n}; got {given.shape[0]}")
        return [int(i) for i in host.flatnonzero(given)], False
    found = []
    for each in host.ravel(given).tolist():
        position = operator.index(int(each) if given.size and float(each).is_integer() else each)
        if not -n <= position < last:
            raise ArgumentError(f"'{name}' has no position {position} along an axis of length {n}")
        found.append(position + n if position < 0 else position)
    return found, given.ndim == 0


@composition(
    samples=[
        sample(Array((4,)), 1),
        sample(Array((3, 4)), -1, axis=1),
        sample(Array((3, 2)), Array((2,), 0, 3, dtype="int")),
        sample(Array((4,), dtype="complex"), 1),
    ]
)
def delete(x, obj, /, axis=None) -> Tensor:
    """``x`` without what stands at ``obj`` along ``axis``: an integer, a slice, integers or booleans; None flattens first."""
    x, place = _lined_up(x, axis)
    gone, _ = _positions("delete", obj, x.shape[place], x.shape[place])
    return take(x, [i for i in range(x.shape[place]) if i not in set(gone)], axis=place)


@composition(
    samples=[
        sample(Array((4,)), 1, Array(())),
        sample(Array((4,)), 4, Array((2,))),
        sample(Array((2, 3)), -1, Array((2,)), axis=1),
        sample(Array((2, 3)), 1, Array((3,)), axis=0),
        sample(Array((2, 2)), Array((3,), 0, 4, dtype="int"), Array((3,))),
        sample(Array((3, 2)), Array((2,), 0, 3, dtype="int"), Array((2, 2)), axis=0),
        sample(Array((4,), dtype="complex"), 1, Array((2,), dtype="complex")),
    ]
)
def insert(x, obj, values, /, axis=None) -> Tensor:
    """``x`` with ``values`` put in before the positions ``obj`` along ``axis``; None flattens first.

    The positions are an integer, a slice, integers or booleans. Before one position all ``values`` are put in; for several, one for each.
    """
    x, place = _lined_up(x, axis)
    n = x.shape[place]
    positions, alone = _positions("insert", obj, n, n + 1)
    values = astype(asarray(values), x.dtype)
    if len(positions) == 1:
        values = _layers(values, x, place, alone)
        positions = positions * values.shape[place]
    shape = tuple(len(positions) if i == place else length for i, length in enumerate(x.shape))
    both = concat([x, broadcast_to(values, shape=shape)], axis=place)
    return take(both, _order(n, positions), axis=place)


def _layers(values: Tensor, x: Tensor, axis: int, alone: bool) -> Tensor:
    """``values`` with as many axes as ``x``; before one integer, its first axis is the one to put in along, as in NumPy."""
    if values.ndim < x.ndim:
        values = reshape(values, shape=(1,) * (x.ndim - values.ndim) + tuple(values.shape))
    return moveaxis(values, 0, axis) if alone else values


def _order(n: int, positions: list[int]) -> list[int]:
    """Where each element of the result stands among the ``n`` given ones and those put in, which follow them."""
    order: list[int] = []
    waiting = sorted(range(len(positions)), key=positions.__getitem__)
    for i in range(n + 1):
        while waiting and positions[waiting[0]] == i:
            order.append(n + waiting.pop(0))
        order += [i] if i < n else []
    return order
