"""Shapes: what a function gives, without its values."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.jax.arrays import Array, F, WeakArray, alias, dtype_of, operand
from unigrad.dialects.jax.compilation import Function
from unigrad.dialects.jax.differentiation import callable_only
from unigrad.dialects.jax.numpy.scalars import dtype as dtype_named
from unigrad.dialects.jax.precision import given_dtype, public_dtype
from unigrad.dialects.jax.pytrees import PyTreeDef, tree_flatten


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
    """The shapes and dtypes of the value of `fun`, found without computing it.

    Raises `ArgumentError`, a TypeError, where `fun` asks for a value. Raw keys of random numbers are themselves, or zeros
    where only a shape is given; what is drawn with them is drawn.
    """
    callable_only(fun)
    given: Any = (args, kwargs)
    leaves, tree = tree_flatten(given)
    models = [leaf if isinstance(leaf, ShapeDtypeStruct) else operand(leaf, "eval_shape") for leaf in leaves]
    out_trees: list[PyTreeDef] = []

    def flat(*arrays: Any) -> list[Any]:
        args, kwargs = tree.unflatten(_like(*each) for each in zip(arrays, models, strict=True))
        outs, out_tree = tree_flatten(fun(*args, **kwargs))
        out_trees.append(out_tree)
        return [operand(out, "eval_shape") for out in outs]

    found = ug.eval_shape(flat, *map(_abstract, models))
    return out_trees[0].unflatten(ShapeDtypeStruct(each.shape, public_dtype(each.dtype)) for each in found)


def _abstract(model: Any) -> Any:
    """What `ug.eval_shape` is given: a shape and a dtype; for what a key may be, None."""
    if isinstance(model, ShapeDtypeStruct):
        dtype = given_dtype(model.dtype, "eval_shape")
        return None if dtype.name == "uint32" else ug.ShapeDtype(model.shape, dtype)
    return None if dtype_of(model).name == "uint32" else ug.ShapeDtype(model.shape, dtype_of(model))


def _like(array: Any, model: Any) -> Array:
    """An Array as `model` is one, weak or not."""
    if array is None:
        made: Array = F.zeros(model.shape, dtype="uint32") if isinstance(model, ShapeDtypeStruct) else model
        return made
    return alias(array, WeakArray if isinstance(model, WeakArray) else Array)
