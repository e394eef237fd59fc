"""Slices of ``lax``: static ones, and those whose place is found as the program runs."""

from __future__ import annotations

import builtins
from collections.abc import Sequence
from typing import Any

from unigrad.dialects.jax.arrays import Array, strong
from unigrad.dialects.jax.lax.shaping import squeeze
from unigrad.dialects.jax.numpy import manipulation, rearranging
from unigrad.dialects.jax.refusals import IncompatibleShapes
from unigrad.errors import ArgumentError, ShapeError

__all__ = [
    "dynamic_index_in_dim",
    "dynamic_slice",
    "dynamic_slice_in_dim",
    "dynamic_update_index_in_dim",
    "dynamic_update_slice",
    "dynamic_update_slice_in_dim",
    "index_in_dim",
    "pad",
    "slice",
    "slice_in_dim",
]


def pad(operand: Any, padding_value: Any, padding_config: Any) -> Array:
    """More elements before and behind along each axis; ``(low, high, interior)``, of which the last has to be 0."""
    if any(inside for _, _, inside in padding_config):
        raise ArgumentError("lax.pad here puts nothing between elements; interior has to be 0")
    x = operand
    for axis, (low, high, _) in enumerate(padding_config):
        n = manipulation.shape(x)[axis]
        x = slice_in_dim(x, builtins.max(0, -low), n - builtins.max(0, -high), axis=axis)
    widths = [(builtins.max(0, low), builtins.max(0, high)) for low, high, _ in padding_config]
    value = padding_value.item() if hasattr(padding_value, "item") else padding_value
    return rearranging.pad(x, widths, constant_values=value)


def slice(operand: Any, start_indices: Any, limit_indices: Any, strides: Any = None) -> Array:
    """The elements from a corner to another, at strides."""
    steps = strides or (1,) * len(start_indices)
    key = tuple(builtins.slice(a, b, c) for a, b, c in zip(start_indices, limit_indices, steps, strict=True))
    shape = manipulation.shape(operand)
    if any(b > n or a < 0 for a, b, n in zip(start_indices, limit_indices, shape, strict=True)):
        raise IncompatibleShapes(f"slice limits {tuple(limit_indices)} must lie within the shape {shape}")
    result: Array = lax_array(operand)[key]
    return result


def lax_array(x: Any) -> Array:
    return strong(x, "lax")


def slice_in_dim(operand: Any, start_index: Any, limit_index: Any, stride: int = 1, axis: int = 0) -> Array:
    """The elements from one place to another along an axis."""
    x = lax_array(operand)
    result: Array = x[(*((builtins.slice(None),) * (axis % x.ndim)), builtins.slice(start_index, limit_index, stride))]
    return result


def index_in_dim(operand: Any, index: int, axis: int = 0, keepdims: bool = True) -> Array:
    """The sub-array at one place along an axis."""
    x = lax_array(operand)
    place = index % x.shape[axis]
    found = slice_in_dim(x, place, place + 1, axis=axis)
    return found if keepdims else squeeze(found, axis)


def _starts(x: Array, starts: Any, sizes: Sequence[int]) -> list[int]:
    """Where a block starts along each axis, moved so that it lies within the array."""
    given = [int(each) for each in starts]
    if len(given) != x.ndim:
        raise ShapeError(f"a dynamic slice needs a start for each of {x.ndim} axes, not {len(given)}")
    counted = [start + n if start < 0 else start for start, n in zip(given, x.shape, strict=True)]
    return [
        builtins.max(0, start if start < n - size else n - size)
        for start, n, size in zip(counted, x.shape, sizes, strict=True)
    ]


def dynamic_slice(operand: Any, start_indices: Any, slice_sizes: Any, **_: Any) -> Array:
    """The block of these lengths at a place, which is moved so that the block lies within the array."""
    x, sizes = lax_array(operand), tuple(slice_sizes)
    if any(size > n for size, n in zip(sizes, x.shape, strict=True)):
        raise IncompatibleShapes(f"slice_sizes {sizes} must be less than or equal to the shape {x.shape}")
    starts = _starts(x, start_indices, sizes)
    result: Array = x[tuple(builtins.slice(a, a + n) for a, n in zip(starts, sizes, strict=True))]
    return result


def dynamic_slice_in_dim(operand: Any, start_index: Any, slice_size: int, axis: int = 0, **_: Any) -> Array:
    """`dynamic_slice` along one axis."""
    x = lax_array(operand)
    place = axis % x.ndim
    starts = [start_index if i == place else 0 for i in range(x.ndim)]
    return dynamic_slice(x, starts, [slice_size if i == place else n for i, n in enumerate(x.shape)])


def dynamic_index_in_dim(operand: Any, index: Any, axis: int = 0, keepdims: bool = True, **_: Any) -> Array:
    """The sub-array at one place along an axis."""
    found = dynamic_slice_in_dim(operand, index, 1, axis)
    return found if keepdims else squeeze(found, axis)


def dynamic_update_slice(operand: Any, update: Any, start_indices: Any, **_: Any) -> Array:
    """A copy with a block put at a place, which is moved so that the block lies within the array."""
    x, block = lax_array(operand), lax_array(update)
    if any(size > n for size, n in zip(block.shape, x.shape, strict=True)):
        raise IncompatibleShapes(f"the update's shape {block.shape} must be less than or equal to {x.shape}")
    starts = _starts(x, start_indices, block.shape)
    result: Array = x.at[tuple(builtins.slice(a, a + n) for a, n in zip(starts, block.shape, strict=True))].set(block)
    return result


def dynamic_update_slice_in_dim(operand: Any, update: Any, start_index: Any, axis: int, **_: Any) -> Array:
    """`dynamic_update_slice` along one axis."""
    x = lax_array(operand)
    return dynamic_update_slice(x, update, [start_index if i == axis % x.ndim else 0 for i in range(x.ndim)])


def dynamic_update_index_in_dim(operand: Any, update: Any, index: Any, axis: int, **_: Any) -> Array:
    """A copy with a sub-array put at one place along an axis."""
    x, block = lax_array(operand), lax_array(update)
    block = manipulation.expand_dims(block, axis) if block.ndim < x.ndim else block
    return dynamic_update_slice_in_dim(x, block, index, axis)
