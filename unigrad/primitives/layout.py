"""Layouts: arrays turned over, flattened, brought to one shape, laid out in blocks."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from typing import Any

from unigrad.card import composition
from unigrad.errors import AxisError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.axes import axis_in_range
from unigrad.primitives.creation import asarray
from unigrad.primitives.indexing import take
from unigrad.primitives.manipulation import broadcast_to, concat, flip, moveaxis, reshape
from unigrad.samples import Array, sample

__all__ = [
    "block",
    "broadcast_arrays",
    "broadcast_shapes",
    "fliplr",
    "flipud",
    "ravel",
    "resize",
    "rollaxis",
]

Shape = tuple[int, ...]


def broadcast_shape(*shapes: Sequence[int]) -> Shape | None:
    """The shape that all ``shapes`` can be broadcast to, or None where there is none."""
    found: list[int] = []
    for lengths in itertools.zip_longest(*(tuple(reversed(shape)) for shape in shapes), fillvalue=1):
        longer = {n for n in lengths if n != 1}
        if len(longer) > 1:
            return None
        found.append(longer.pop() if longer else 1)
    return tuple(reversed(found))


def broadcast_shapes(*shapes: int | Sequence[int]) -> Shape:
    """The shape that arrays of these ``shapes`` are broadcast to. Raises `ShapeError` where there is none."""
    given = [tuple(shape) if isinstance(shape, Sequence) else (shape,) for shape in shapes]
    found = broadcast_shape(*given)
    if found is None:
        raise ShapeError(f"the shapes {' and '.join(map(str, given))} cannot be broadcast together")
    return found


@composition(
    samples=[
        sample((Array((2, 3)), Array((3,)))),
        sample((Array((2, 1)), Array(()), Array((1, 3)))),
        sample((Array(()),)),
        sample((Array((2, 1), dtype="complex"), Array((3,)))),
    ]
)
def broadcast_arrays(arrays, /) -> tuple[Tensor, ...]:
    """The ``arrays`` in the shape that they are broadcast to."""
    given = [asarray(each) for each in arrays]
    shape = broadcast_shapes(*(tuple(each.shape) for each in given))
    return tuple(each if tuple(each.shape) == shape else broadcast_to(each, shape=shape) for each in given)


@composition(
    samples=[sample(Array((2, 3))), sample(Array(())), sample(Array((0, 2))), sample(Array((2, 2), dtype="complex"))]
)
def ravel(x, /) -> Tensor:
    """All elements of ``x`` along one axis, in order."""
    return reshape(asarray(x), shape=(-1,) if asarray(x).size else (0,))


def _turned(name: str, x: Any, axis: int) -> Tensor:
    x = asarray(x)
    if x.ndim <= axis:
        raise ShapeError(f"'{name}' needs at least {axis + 1} axes; got an array of shape {tuple(x.shape)}")
    return flip(x, axis=axis)


@composition(samples=[sample(Array((2, 3))), sample(Array((3,)))])
def flipud(x, /) -> Tensor:
    """``x`` upside down: its first axis in reverse order."""
    return _turned("flipud", x, 0)


@composition(samples=[sample(Array((2, 3)))])
def fliplr(x, /) -> Tensor:
    """``x`` with left and right exchanged: its second axis in reverse order."""
    return _turned("fliplr", x, 1)


@composition(samples=[sample(Array((2, 3, 4)), axis=2), sample(Array((2, 3, 4)), axis=0, start=3)])
def rollaxis(x, /, axis, start=0) -> Tensor:
    """``x`` with ``axis`` moved before the axis ``start``."""
    x = asarray(x)
    place = axis_in_range(axis, x.ndim)
    before = start + x.ndim if start < 0 else start
    if not 0 <= before <= x.ndim:
        raise AxisError(
            f"'rollaxis' takes start from {-x.ndim} to {x.ndim} for an array with {x.ndim} axes; got {start}"
        )
    return moveaxis(x, place, before - 1 if place < before else before)


@composition(
    samples=[
        sample(Array((2, 3)), new_shape=(4, 2)),
        sample(Array((2, 3)), new_shape=(2, 2)),
        sample(Array((2,)), new_shape=5),
        sample(Array((2, 2), dtype="complex"), new_shape=(3, 2)),
    ]
)
def resize(x, /, new_shape) -> Tensor:
    """An array of ``new_shape`` with the elements of ``x`` in order, again and again, or as many as fit."""
    x = asarray(x)
    shape = tuple(new_shape) if isinstance(new_shape, Sequence) else (new_shape,)
    count = 1
    for n in shape:
        count *= n
    if count and not x.size:
        raise ShapeError(f"'resize' has no elements to fill the shape {shape} with")
    return reshape(take(ravel(x), [i % x.size for i in range(count)]), shape=shape)


def block(arrays: Any, /) -> Tensor:
    """An array laid out of blocks: the innermost lists are joined along the last axis, those around them along the one before."""
    depth, ndim = _depths(arrays)
    return _joined(arrays, depth, ndim if ndim > depth else depth)


def _depths(arrays: Any) -> tuple[int, int]:
    """How deep the lists are nested, and how many axes the arrays in them have at most."""
    if not isinstance(arrays, list):
        return 0, asarray(arrays).ndim
    if not arrays:
        raise ShapeError("'block' needs at least one array in each list")
    parts = [_depths(each) for each in arrays]
    if len({depth for depth, _ in parts}) > 1:
        raise ShapeError("'block' needs lists that are nested to one depth")
    return parts[0][0] + 1, sorted(ndim for _, ndim in parts)[-1]


def _joined(arrays: Any, depth: int, ndim: int) -> Tensor:
    if depth == 0:
        x = asarray(arrays)
        return reshape(x, shape=(1,) * (ndim - x.ndim) + tuple(x.shape)) if x.ndim < ndim else x
    return concat([_joined(each, depth - 1, ndim) for each in arrays], axis=ndim - depth)
