"""Shapes: what a function gives, without its values."""

from __future__ import annotations

from typing import Any

from unigrad import pause
from unigrad.dialects.jax.arrays import Array, F, dtype_of, operand
from unigrad.dialects.jax.compilation import Function
from unigrad.dialects.jax.differentiation import callable_only
from unigrad.dialects.jax.numpy.creation import zeros_like
from unigrad.dialects.jax.numpy.scalars import dtype as dtype_named
from unigrad.dialects.jax.precision import given_dtype, public_dtype
from unigrad.dialects.jax.pytrees import tree_map


class ShapeDtypeStruct:
    """A shape and a dtype, in place of an array."""

    __slots__ = ("dtype", "shape")

    def __init__(self, shape: Any, dtype: Any, **_: Any) -> None:
        self.shape = tuple(shape)
        self.dtype = public_dtype(given_dtype(dtype_named(dtype), "ShapeDtypeStruct"))

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        count = 1
        for n in self.shape:
            count *= n
        return count

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ShapeDtypeStruct) and (self.shape, self.dtype) == (other.shape, other.dtype)

    def __hash__(self) -> int:
        return hash((self.shape, str(self.dtype)))

    def __repr__(self) -> str:
        return f"ShapeDtypeStruct(shape={self.shape}, dtype={self.dtype})"


def eval_shape(fun: Function, *args: Any, **kwargs: Any) -> Any:
    """The shapes and dtypes of the value of `fun`, found by running it on zeros."""
    callable_only(fun)
    with pause():
        value = fun(*tree_map(_zeros, args), **tree_map(_zeros, kwargs))
    return tree_map(_struct, value)


def _zeros(leaf: Any) -> Array:
    if isinstance(leaf, ShapeDtypeStruct):
        made: Array = F.zeros(leaf.shape, dtype=given_dtype(leaf.dtype, "eval_shape"))
        return made
    return zeros_like(leaf)


def _struct(leaf: Any) -> ShapeDtypeStruct:
    array = operand(leaf, "eval_shape")
    return ShapeDtypeStruct(array.shape, public_dtype(dtype_of(array)))
