"""Functions that take elements by position, and put them in."""

from __future__ import annotations

import math
from typing import Any

from unigrad import settings
from unigrad.dialects.tensorflow import formats
from unigrad.dialects.tensorflow.conversion import convert, read
from unigrad.dialects.tensorflow.creation import lengths_of, number
from unigrad.dialects.tensorflow.errors import InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.manipulation import strict
from unigrad.dialects.tensorflow.tensor import EagerTensor


def gather(
    params: Any, indices: Any, validate_indices: Any = None, axis: Any = None, batch_dims: int = 0, name: Any = None
) -> EagerTensor:
    """The sub-tensors along `axis` (0) at the positions `indices`; with ``batch_dims`` each batch at its own.

    Raises `InvalidArgumentError` for a position that is not there; negative ones are not.
    """
    x, positions = convert(params), convert(indices)
    axis = batch_dims if axis is None else int(number(axis)) % max(len(x.shape), 1)
    _in_range(positions, x.shape[axis])
    if not batch_dims:
        return F.take(x, positions, axis=axis)
    key: list[Any] = []
    trailing = len(positions.shape) - batch_dims
    for i, length in enumerate(x.shape[:batch_dims]):
        line = F.arange(length, dtype=formats.int64)
        key.append(F.reshape(line, (1,) * i + (-1,) + (1,) * (batch_dims - 1 - i + trailing)))
    key += [slice(None)] * (axis - batch_dims)
    if axis > batch_dims:  # the axes between keep their place before those of the positions
        moved = F.moveaxis(x, axis, batch_dims)
        taken = gather(moved, positions, axis=batch_dims, batch_dims=batch_dims)
        return F.moveaxis(taken, tuple(range(batch_dims, batch_dims + trailing)), tuple(range(axis, axis + trailing)))
    return F.getitem(x, key=(*key, positions))


def _in_range(positions: EagerTensor, length: int) -> None:
    array = settings.host().asarray(positions.numpy())
    if array.size and (array.min() < 0 or array.max() >= length):
        raise InvalidArgumentError(
            f"the positions go from {array.min()} to {array.max()}, and must be in [0, {length})"
        )


def _rows(indices: Any) -> tuple[tuple[EagerTensor, ...], int]:
    """The last axis of `indices` taken apart, as a key, and its length."""
    positions = convert(indices)
    depth = positions.shape[-1]
    return tuple(F.getitem(positions, key=(Ellipsis, i)) for i in range(depth)), depth


def gather_nd(
    params: Any, indices: Any, batch_dims: int = 0, name: Any = None, bad_indices_policy: str = ""
) -> EagerTensor:
    """The sub-tensors whose positions stand along the last axis of `indices`."""
    x = convert(params)
    if batch_dims:
        parts = [gather_nd(a, b, batch_dims - 1) for a, b in zip(x, convert(indices), strict=True)]
        return F.stack(parts)
    key, depth = _rows(indices)
    for each, length in zip(key, x.shape[:depth], strict=True):
        _in_range(each, length)
    return F.getitem(x, key=key) if depth else F.broadcast_to(x, (*convert(indices).shape[:-1], *x.shape))


@strict
def boolean_mask(tensor: Any, mask: Any, axis: Any = None, name: Any = "boolean_mask") -> EagerTensor:
    """The elements at which `mask` holds, whose axes are the first of the tensor's, or those from `axis` on."""
    x, held = convert(tensor), F.astype(convert(mask), formats.bool)
    before = 0 if axis is None else int(number(axis)) % max(len(x.shape), 1)
    if held.shape != x.shape[before : before + len(held.shape)]:
        raise BooleanMaskError(
            f"Shapes {x.shape[before:]} and {held.shape} are incompatible: the mask must fit the tensor"
        )
    return F.getitem(x, key=(*([slice(None)] * before), held))


class BooleanMaskError(InvalidArgumentError):
    """A mask that does not fit."""


def where(condition: Any, x: Any = None, y: Any = None, name: Any = None) -> EagerTensor:
    """Elements of `x` where the condition holds, else of `y`; without both the positions where it holds, int64, a row each."""
    holds = convert(condition)
    if x is None and y is None:
        found = [F.astype(each, formats.int64) for each in F.nonzero(holds)]
        return F.stack(found, axis=-1) if found else F.zeros((0, 0), dtype=formats.int64)
    if x is None or y is None:
        raise InvalidArgumentError("x and y must both be non-None or both be None.")
    x, y = read(x), read(y)
    like = next((each.dtype for each in (x, y) if isinstance(each, EagerTensor)), None)
    one = convert(x, like=like)
    return F.where(holds, one, convert(y, like=one.dtype))


@strict
def tensor_scatter_nd_update(tensor: Any, indices: Any, updates: Any, name: Any = None) -> EagerTensor:
    """A copy of the tensor with `updates` at the positions that stand along the last axis of `indices`."""
    x = convert(tensor)
    return F.index_set(x, convert(updates, like=x.dtype), key=_rows(indices)[0])


def tensor_scatter_nd_add(tensor: Any, indices: Any, updates: Any, name: Any = None) -> EagerTensor:
    """The tensor with `updates` added at positions; those for one position add up."""
    x = convert(tensor)
    return F.add(x, scatter_nd(indices, convert(updates, like=x.dtype), x.shape))


def tensor_scatter_nd_sub(tensor: Any, indices: Any, updates: Any, name: Any = None) -> EagerTensor:
    """The tensor with `updates` subtracted at positions."""
    x = convert(tensor)
    return F.subtract(x, scatter_nd(indices, convert(updates, like=x.dtype), x.shape))


@strict
def scatter_nd(indices: Any, updates: Any, shape: Any, name: Any = None) -> EagerTensor:
    """Zeros of `shape` with `updates` added at positions."""
    return F.scatter(convert(updates), key=_rows(indices)[0], shape=lengths_of(shape))


def segment_sum(data: Any, segment_ids: Any, name: Any = None) -> EagerTensor:
    """The sums of the rows of one number each."""
    ids = convert(segment_ids)
    return unsorted_segment_sum(data, ids, int(ids.numpy().max()) + 1)


def unsorted_segment_sum(data: Any, segment_ids: Any, num_segments: Any, name: Any = None) -> EagerTensor:
    """The sums of the elements of one number each, for the numbers below `num_segments`."""
    x, ids = convert(data), convert(segment_ids)
    shape = (int(number(num_segments)), *x.shape[len(ids.shape) :])
    return F.scatter(x, key=(ids,), shape=shape)


def unsorted_segment_mean(data: Any, segment_ids: Any, num_segments: Any, name: Any = None) -> EagerTensor:
    """The means of the elements of one number each."""
    x, ids = convert(data), convert(segment_ids)
    total = unsorted_segment_sum(x, ids, num_segments)
    ones = F.ones((*ids.shape, *(1,) * (len(x.shape) - len(ids.shape))), dtype=x.dtype)
    return F.divide(total, F.maximum(unsorted_segment_sum(ones, ids, num_segments), 1.0))


def sequence_mask(lengths: Any, maxlen: Any = None, dtype: Any = formats.bool, name: Any = None) -> EagerTensor:
    """For each length a row that holds up to it."""
    counts = convert(lengths)
    top = int(counts.numpy().max()) if maxlen is None else int(number(maxlen))
    return F.astype(F.less(F.arange(top, dtype=counts.dtype), F.expand_dims(counts, axis=-1)), dtype)


def unravel_index(indices: Any, dims: Any, name: Any = None) -> EagerTensor:
    """Positions in the flattened array as positions in one of shape `dims`, a row an axis."""
    flat, lengths = convert(indices), lengths_of(dims)
    rows = []
    for i, length in enumerate(lengths):
        rows.append(F.remainder(F.floor_divide(flat, math.prod(lengths[i + 1 :])), length))
    return F.stack(rows)


NAMES = """gather gather_nd boolean_mask where tensor_scatter_nd_update tensor_scatter_nd_add tensor_scatter_nd_sub scatter_nd
sequence_mask unravel_index""".split()
