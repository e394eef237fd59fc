"""vmap, with JAX's arguments."""

from __future__ import annotations

import functools
from typing import Any, Final

import unigrad as ug
from unigrad.dialects.jax.arrays import F
from unigrad.dialects.jax.differentiation import array_leaf, callable_only
from unigrad.dialects.jax.pytrees import PyTreeDef, tree_flatten, tree_leaves, tree_map
from unigrad.dialects.jax.random.keys import KeyArray, words_as_array
from unigrad.dialects.jax.transforms import Function
from unigrad.errors import ArgumentError, ShapeError

_SHARED: Final = object()
"""What stands for None among axes, as None is no leaf."""


def vmap(
    fun: Function,
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_name: Any = None,
    axis_size: int | None = None,
    spmd_axis_name: Any = None,
) -> Function:
    """The function that computes `fun` for every example at once; ``in_axes`` and ``out_axes`` say where the examples lie.

    Keys of random numbers are mapped like arrays, and each example draws with its own: what JAX draws. By an
    ``axis_name`` the collectives of ``lax`` ask for what concerns all examples; ``spmd_axis_name`` is for arrays spread over
    devices, and says nothing here.
    """
    callable_only(fun)

    @functools.wraps(fun)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        given: Any = (args, kwargs)
        leaves, tree = tree_flatten(given, _is_key)
        axes = _axes_of(_for_arguments(in_axes, args, kwargs), given, "in_axes")
        flat = _Flat(fun, tree, leaves, out_axes)
        places = [_in_front(axis, leaf) for axis, leaf in zip(axes, leaves, strict=True)]
        arrays = [_array(leaf) for leaf in leaves]
        where: dict[str, Any] = {"in_axes": tuple(places), "out_axes": flat.axes, "axis_size": axis_size}
        found = ug.vmap(flat, **where, randomness="same", axis_name=axis_name)(*arrays)
        return flat.out_tree.unflatten(
            _as_was(F.adopt(each), model) for each, model in zip(found, flat.models, strict=True)
        )

    return mapped


class _Flat:
    """A function of pytrees as one of a list of arrays; running it finds the structure of the value, and its axes."""

    def __init__(self, fun: Function, tree: PyTreeDef, leaves: list[Any], out_axes: Any) -> None:
        self.fun, self.tree, self.leaves, self.out_axes = fun, tree, leaves, out_axes
        self.axes: list[Any] = []  # filled before they are asked for
        self.models: list[Any] = []
        self.out_tree: PyTreeDef

    def __call__(self, *arrays: Any) -> list[Any]:
        """The leaves of the value at these leaves of the arguments."""
        args, kwargs = self.tree.unflatten(
            _as_was(F.adopt(array), model) for array, model in zip(arrays, self.leaves, strict=True)
        )
        value = self.fun(*args, **kwargs)
        self.models, self.out_tree = tree_flatten(value, _is_key)
        axes = _axes_of(_marked(self.out_axes), value, "out_axes")
        self.axes[:] = [_in_front(axis, model) for axis, model in zip(axes, self.models, strict=True)]
        return [_array(model) for model in self.models]


def _is_key(x: Any) -> bool:
    return isinstance(x, KeyArray)


def _array(leaf: Any) -> Any:
    """A leaf as an Array, the words of keys; what has no dtype as it is."""
    if isinstance(leaf, KeyArray):
        return words_as_array(leaf)
    return array_leaf(leaf) if hasattr(leaf, "dtype") else leaf


def _as_was(array: Any, model: Any) -> Any:
    return KeyArray(array) if isinstance(model, KeyArray) else array


def _in_front(axis: Any, leaf: Any) -> Any:
    """An axis of a leaf; of keys one that is counted from the end comes before that of the words."""
    return axis - 1 if isinstance(leaf, KeyArray) and isinstance(axis, int) and axis < 0 else axis


def _for_arguments(in_axes: Any, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Any:
    """The axes of all arguments, with a mark in the place of None."""
    if in_axes is None or isinstance(in_axes, int):
        in_axes = (in_axes,) * len(args)
    if not isinstance(in_axes, (tuple, list)) or len(in_axes) != len(args):
        raise ShapeError(
            f"vmap in_axes must be an int, None, or a tuple of entries corresponding to the {len(args)} positional "
            f"arguments passed to the function, but got {in_axes!r}"
        )
    return _marked((tuple(in_axes), dict.fromkeys(kwargs, 0)))


def _marked(axes: Any) -> Any:
    return tree_map(lambda axis: _SHARED if axis is None else axis, axes, is_leaf=lambda x: x is None)


def _axes_of(axes: Any, tree: Any, what: str) -> list[Any]:
    """The axis of each leaf of `tree`: where `axes` has a number or the mark, that of all leaves below."""
    leaves, structure = tree_flatten(axes)
    try:
        parts = structure.flatten_up_to(tree)
    except ShapeError as error:
        raise ArgumentError(
            f"vmap {what} specification must be a tree prefix of the corresponding value, got {axes!r}"
        ) from error
    return [
        None if axis is _SHARED else axis
        for axis, part in zip(leaves, parts, strict=True)
        for _ in tree_leaves(part, _is_key)
    ]
