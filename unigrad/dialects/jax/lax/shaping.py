"""Shapes of ``lax``: reshaping, broadcasting, products, and arrays of one value."""

from __future__ import annotations

import math
import operator
from collections.abc import Sequence
from typing import Any

from unigrad.dialects.jax.arrays import Array, F, promoted, strong
from unigrad.dialects.jax.numpy import joining, manipulation, products, rearranging
from unigrad.dialects.jax.precision import given_dtype
from unigrad.dialects.jax.refusals import IncompatibleShapes

__all__ = [
    "batch_matmul",
    "broadcast",
    "broadcast_in_dim",
    "broadcast_shapes",
    "broadcasted_iota",
    "collapse",
    "concatenate",
    "dot",
    "dot_general",
    "expand_dims",
    "full",
    "full_like",
    "iota",
    "reshape",
    "rev",
    "split",
    "squeeze",
    "transpose",
]


def dot(lhs: Any, rhs: Any, *, precision: Any = None, preferred_element_type: Any = None, **_: Any) -> Array:
    """Product of vectors and matrices, of one or two axes each."""
    first, second = strong(lhs, "dot"), strong(rhs, "dot", 1)
    if not (1 <= first.ndim <= 2 and 1 <= second.ndim <= 2 and first.shape[-1] == second.shape[0]):
        raise IncompatibleShapes(f"Incompatible shapes for dot: got {first.shape} and {second.shape}.")
    return products.dot(first, second)


def batch_matmul(lhs: Any, rhs: Any, precision: Any = None) -> Array:
    """Products of stacks of matrices."""
    return products.matmul(lhs, rhs)


def dot_general(lhs: Any, rhs: Any, dimension_numbers: Any, precision: Any = None, **_: Any) -> Array:
    """Sum of products over contracted axes, side by side over batch axes: ``((contract, contract), (batch, batch))``."""
    (c1, c2), (b1, b2) = dimension_numbers
    first, second = promoted(lhs, rhs, what="dot_general")
    letters = iter("abcdefghijklmnopqrstuvwxyz")
    names1 = [next(letters) for _ in range(first.ndim)]
    shared = dict(zip((*b2, *c2), (names1[i] for i in (*b1, *c1)), strict=True))
    names2 = [shared.get(i) or next(letters) for i in range(second.ndim)]
    kept1 = [name for i, name in enumerate(names1) if i not in (*b1, *c1)]
    kept2 = [name for i, name in enumerate(names2) if i not in (*b2, *c2)]
    out = "".join([names1[i] for i in b1] + kept1 + kept2)
    return products.einsum(f"{''.join(names1)},{''.join(names2)}->{out}", first, second)


def reshape(operand: Any, new_sizes: Any, dimensions: Any = None, **_: Any) -> Array:
    """The same elements in another shape."""
    return manipulation.reshape(operand if dimensions is None else transpose(operand, dimensions), new_sizes)


def transpose(operand: Any, permutation: Any) -> Array:
    """The axes in another order."""
    return manipulation.transpose(operand, permutation)


def squeeze(array: Any, dimensions: Any) -> Array:
    """The array without axes of length 1."""
    return manipulation.squeeze(array, tuple(dimensions) if not isinstance(dimensions, int) else dimensions)


def expand_dims(array: Any, dimensions: Any) -> Array:
    """New axes of length 1."""
    return manipulation.expand_dims(array, dimensions)


def rev(operand: Any, dimensions: Any) -> Array:
    """The elements in reverse order along axes."""
    return rearranging.flip(operand, tuple(dimensions))


def collapse(operand: Any, start_dimension: int, stop_dimension: int | None = None) -> Array:
    """A row of axes as one."""
    shape = manipulation.shape(operand)
    place, stop, _ = slice(start_dimension, stop_dimension).indices(len(shape))
    return manipulation.reshape(operand, (*shape[:place], math.prod(shape[place:stop]), *shape[stop:]))


def concatenate(operands: Any, dimension: int) -> Array:
    """The arrays joined along an axis."""
    return joining.concatenate(list(operands), dimension)


def split(operand: Any, sizes: Sequence[int], axis: int = 0) -> list[Array]:
    """Parts of these lengths along an axis."""
    cuts = [sum(sizes[:i]) for i in range(1, len(sizes))]
    return joining.split(operand, cuts, axis)


def broadcast(operand: Any, sizes: Any, **_: Any) -> Array:
    """The array repeated along new leading axes of these lengths."""
    return manipulation.broadcast_to(operand, (*sizes, *manipulation.shape(operand)))


def broadcast_in_dim(operand: Any, shape: Any, broadcast_dimensions: Any, **_: Any) -> Array:
    """The array with its axes at `broadcast_dimensions` of a new shape, repeated along the others."""
    own = manipulation.shape(operand)
    placed = [1] * len(shape)
    for place, n in zip(broadcast_dimensions, own, strict=True):
        placed[place] = n
    return manipulation.broadcast_to(manipulation.reshape(operand, tuple(placed)), tuple(shape))


broadcast_shapes = manipulation.broadcast_shapes


def full(shape: Any, fill_value: Any, dtype: Any = None, **_: Any) -> Array:
    """An array that holds one value."""
    from unigrad.dialects.jax.numpy.creation import full as filled

    return filled(tuple(shape), fill_value, dtype)


def full_like(x: Any, fill_value: Any, dtype: Any = None, shape: Any = None, **_: Any) -> Array:
    """An array like `x` that holds one value."""
    from unigrad.dialects.jax.numpy.creation import full_like as filled

    return filled(x, fill_value, dtype, shape)


def iota(dtype: Any, size: int, **_: Any) -> Array:
    """The numbers from 0 to below `size`."""
    result: Array = F.arange(operator.index(size), dtype=given_dtype(dtype, "iota"))
    return result


def broadcasted_iota(dtype: Any, shape: Any, dimension: int, **_: Any) -> Array:
    """The numbers from 0 up along one axis of an array of this shape."""
    line = iota(dtype, shape[dimension])
    return broadcast_in_dim(line, shape, (dimension,))
