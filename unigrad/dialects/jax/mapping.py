"""vmap, with JAX's arguments."""

from __future__ import annotations

import functools
from typing import Any

import unigrad as ug
from unigrad.dialects.jax.arrays import F
from unigrad.dialects.jax.differentiation import array_leaf, callable_only
from unigrad.dialects.jax.pytrees import tree_flatten
from unigrad.dialects.jax.transforms import Function


def vmap(
    fun: Function,
    in_axes: Any = 0,
    out_axes: Any = 0,
    axis_name: Any = None,
    axis_size: int | None = None,
    spmd_axis_name: Any = None,
) -> Function:
    """The function that computes `fun` for every example at once; ``in_axes`` and ``out_axes`` say where the examples lie.

    The names of axes are for collective operations, which unigrad has not.
    """
    callable_only(fun)

    def adopted(*args: Any, **kwargs: Any) -> Any:
        return fun(*F.adopt(args), **F.adopt(kwargs))

    run = ug.vmap(adopted, in_axes=_listed(in_axes), out_axes=out_axes, axis_size=axis_size, randomness="same")

    @functools.wraps(fun)
    def mapped(*args: Any, **kwargs: Any) -> Any:
        given: Any = (args, kwargs)
        leaves, tree = tree_flatten(given)
        arrays = [array_leaf(leaf) if hasattr(leaf, "dtype") else leaf for leaf in leaves]
        args, kwargs = tree.unflatten(arrays)
        return F.adopt(run(*args, **kwargs))

    return mapped


def _listed(in_axes: Any) -> Any:
    return tuple(in_axes) if isinstance(in_axes, list) else in_axes
