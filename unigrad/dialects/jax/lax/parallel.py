"""Collectives of ``lax``: what a function under `vmap` asks of all examples, by the name of their axis."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from unigrad.dialects.jax.arrays import Array, F, strong
from unigrad.dialects.jax.pytrees import tree_map
from unigrad.dialects.jax.refusals import UnboundAxis
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.transforms import collectives
from unigrad.virtual.batch import BatchLevel
from unigrad.virtual.crossing import enter, leave

__all__ = [
    "all_gather",
    "all_to_all",
    "axis_index",
    "axis_size",
    "pbroadcast",
    "pmax",
    "pmean",
    "pmin",
    "ppermute",
    "pshuffle",
    "psum",
    "psum_scatter",
    "pswapaxes",
]


def _levels(axis_name: Any) -> list[BatchLevel]:
    try:
        return collectives.levels_named(axis_name)
    except ArgumentError as error:
        raise UnboundAxis(f"unbound axis name: {axis_name}; {error}") from None


def _level(axis_name: Any) -> BatchLevel:
    levels = _levels(axis_name)
    if len(levels) != 1:
        raise ArgumentError(f"this collective takes one axis name, not {axis_name!r}")
    return levels[0]


def _no_groups(groups: Any) -> None:
    if groups is not None:
        raise ArgumentError("collectives over groups of examples are not here; map over another axis and name that")


def _of_each(x: Any, change: Callable[[Array], Tensor]) -> Any:
    """The pytree with ``change(array)`` for each leaf."""
    return tree_map(lambda leaf: F.adopt(change(strong(leaf, "a collective"))), x)


def _gathered(x: Tensor, levels: Sequence[BatchLevel]) -> Tensor:
    """All examples along a new first axis, those of the last level side by side."""
    for level in reversed(levels):
        x = leave(x, level)
    shape: tuple[int, ...] = x.shape
    gathered: Tensor = F.reshape(x, (math.prod(shape[: len(levels)]), *shape[len(levels) :]))
    return gathered


def axis_size(axis_name: Any) -> int:
    """The number of examples of the map with this name, of several the product."""
    return math.prod(level.count for level in _levels(axis_name))


def axis_index(axis_name: Any) -> Array:
    """The place of each example, int32; of several names as if their axes were one."""
    place: Any = F.asarray(0, dtype="int32")
    for level in _levels(axis_name):
        place = place * level.count + F.adopt(enter(F.arange(level.count, dtype="int32"), level))
    index: Array = F.adopt(place)
    return index


def psum(x: Any, axis_name: Any, *, axis_index_groups: Any = None) -> Any:
    """The sum over all examples; of a Python number, which all share, that number times their count."""
    _no_groups(axis_index_groups)
    size = axis_size(axis_name)
    total = lambda array: collectives.psum(array, axis_name)
    return tree_map(lambda leaf: leaf * size if isinstance(leaf, (int, float)) else _of_each(leaf, total), x)


def pmean(x: Any, axis_name: Any, *, axis_index_groups: Any = None) -> Any:
    """The mean over all examples."""
    size = axis_size(axis_name)
    return tree_map(lambda total: total / size, psum(x, axis_name, axis_index_groups=axis_index_groups))


def pmax(x: Any, axis_name: Any, *, axis_index_groups: Any = None) -> Any:
    """The largest of all examples, element by element."""
    return _reduced(F.max, x, axis_name, axis_index_groups)


def pmin(x: Any, axis_name: Any, *, axis_index_groups: Any = None) -> Any:
    """The smallest of all examples, element by element."""
    return _reduced(F.min, x, axis_name, axis_index_groups)


def _reduced(reduce: Callable[..., Tensor], x: Any, axis_name: Any, axis_index_groups: Any) -> Any:
    _no_groups(axis_index_groups)
    levels = _levels(axis_name)
    return _of_each(x, lambda array: reduce(_gathered(array, levels), axis=0))


def all_gather(
    x: Any, axis_name: Any, *, axis_index_groups: Any = None, axis: int = 0, tiled: bool = False, **_: Any
) -> Any:
    """The arrays of all examples along a new axis, or, `tiled`, one after the other along an old one."""
    _no_groups(axis_index_groups)
    levels = _levels(axis_name)

    def gather(array: Array) -> Tensor:
        moved = F.moveaxis(_gathered(array, levels), 0, axis)
        return _merged(moved, axis) if tiled else moved

    return _of_each(x, gather)


def _merged(x: Tensor, axis: int) -> Tensor:
    """Two neighbouring axes as one."""
    axis = axis + x.ndim - 1 if axis < 0 else axis
    merged: Tensor = F.reshape(x, (*x.shape[:axis], x.shape[axis] * x.shape[axis + 1], *x.shape[axis + 2 :]))
    return merged


def _divided(x: Tensor, axis: int, count: int) -> Tensor:
    """An axis as two, of which the first has the length `count`."""
    if x.shape[axis] % count:
        raise ShapeError(
            f"a tiled collective over {count} examples needs a multiple of that along axis {axis}; got {x.shape}"
        )
    divided: Tensor = F.reshape(x, (*x.shape[:axis], count, x.shape[axis] // count, *x.shape[axis + 1 :]))
    return divided


def _given_out(x: Tensor, axis: int, level: BatchLevel) -> Tensor:
    """What all examples share, given out along an axis: one to each."""
    if x.shape[axis] != level.count:
        raise ShapeError(
            f"{level.count} examples need an axis of that length to share out; got axis {axis} of {x.shape}"
        )
    return enter(F.moveaxis(x, axis, 0), level)


def all_to_all(
    x: Any, axis_name: Any, split_axis: int, concat_axis: int, *, axis_index_groups: Any = None, tiled: bool = False
) -> Any:
    """Each example's part of all examples: the axis `split_axis` is given out, and who gave lies along `concat_axis`."""
    _no_groups(axis_index_groups)
    level = _level(axis_name)

    def exchange(array: Array) -> Tensor:
        split, concat = (axis % array.ndim for axis in (split_axis, concat_axis))
        parts = _divided(array, split, level.count) if tiled else array
        mine = F.moveaxis(_given_out(leave(parts, level), split + 1, level), 0, concat)
        return _merged(mine, concat) if tiled else mine

    return _of_each(x, exchange)


def pswapaxes(x: Any, axis_name: Any, axis: int, *, axis_index_groups: Any = None) -> Any:
    """The array with `axis` and the axis of the examples exchanged, which are of one length."""
    return all_to_all(x, axis_name, axis, axis, axis_index_groups=axis_index_groups)


def psum_scatter(
    x: Any, axis_name: Any, *, scatter_dimension: int = 0, axis_index_groups: Any = None, tiled: bool = False
) -> Any:
    """The sum over all examples, given out along an axis: one part to each."""
    _no_groups(axis_index_groups)
    level = _level(axis_name)

    def scatter(array: Array) -> Tensor:
        total, axis = collectives.psum(array, axis_name), scatter_dimension % array.ndim
        return _given_out(_divided(total, axis, level.count) if tiled else total, axis, level)

    return _of_each(x, scatter)


def pbroadcast(x: Any, axis_name: Any, source: int) -> Any:
    """What the example at the place `source` has, for all."""
    level = _level(axis_name)
    return _of_each(x, lambda array: leave(array, level)[source])


def ppermute(x: Any, axis_name: Any, perm: Sequence[tuple[int, int]]) -> Any:
    """What goes from place to place: a pair (from, to) for each; where nothing goes, zeros are."""
    level = _level(axis_name)
    pairs = [(int(source), int(goal)) for source, goal in perm]
    for what in (0, 1):
        places = [pair[what] for pair in pairs]
        if len(set(places)) != len(places) or not all(0 <= place < level.count for place in places):
            raise ShapeError(f"ppermute takes each of {level.count} places once at most; got {perm}")
    sources = {goal: source for source, goal in pairs}

    def permuted(array: Array) -> Tensor:
        moved = leave(array, level)[[sources.get(place, 0) for place in range(level.count)]]
        there = F.reshape(F.asarray([place in sources for place in range(level.count)]), (-1, *(1,) * array.ndim))
        return enter(F.where(there, moved, F.zeros_like(moved)), level)

    return _of_each(x, permuted)


def pshuffle(x: Any, axis_name: Any, perm: Sequence[int]) -> Any:
    """What the example at the place ``perm[i]`` has, for that at ``i``."""
    level = _level(axis_name)
    if sorted(perm) != list(range(level.count)):
        raise ShapeError(f"`perm` does not represent a permutation of {level.count} places: {perm}")
    return ppermute(x, axis_name, [(source, goal) for goal, source in enumerate(perm)])
