"""Shapes: what a function gives, without its values."""

from __future__ import annotations

import functools
from typing import Any

import unigrad as ug
from unigrad.dialects.jax.arrays import Array, F, WeakArray, alias, dtype_of, operand
from unigrad.dialects.jax.compilation import Function, Jitted
from unigrad.dialects.jax.differentiation import callable_only
from unigrad.dialects.jax.numpy.scalars import dtype as dtype_named
from unigrad.dialects.jax.precision import given_dtype, public_dtype
from unigrad.dialects.jax.pytrees import PyTreeDef, tree_flatten, tree_map


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

    Raises `ArgumentError`, a TypeError, where `fun` asks for a value.
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


def _abstract(model: Any) -> ug.ShapeDtype:
    dtype = given_dtype(model.dtype, "eval_shape") if isinstance(model, ShapeDtypeStruct) else dtype_of(model)
    return ug.ShapeDtype(model.shape, dtype)


def _like(array: Any, model: Any) -> Array:
    """An Array as `model` is one, weak or not."""
    return alias(array, WeakArray if isinstance(model, WeakArray) else Array)


def make_jaxpr(
    fun: Function,
    static_argnums: Any = (),
    axis_env: Any = None,
    return_shape: bool = False,
    abstracted_axes: Any = None,
) -> Function:
    """The function that gives the program of `fun` for its arguments, arrays or shapes, as JAX prints it.

    Its equations are of unigrad's primitives. With ``return_shape`` it gives the shapes of the value too.
    """
    callable_only(fun)
    jitted = Jitted(fun, static_argnums, None)

    @functools.wraps(fun)
    def made(*args: Any, **kwargs: Any) -> Any:
        given, named = tree_map(_example, (args, kwargs))
        jaxpr = jitted.trace(*given, **named).jaxpr
        return (jaxpr, eval_shape(fun, *args, **kwargs)) if return_shape else jaxpr

    return made


def _example(leaf: Any) -> Any:
    if not isinstance(leaf, ShapeDtypeStruct):
        return leaf
    return F.zeros(leaf.shape, dtype=given_dtype(leaf.dtype, "make_jaxpr"))
