"""Callbacks: functions of NumPy arrays as functions of Arrays, also within jitted ones."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad.dialects.jax.arrays import F, is_arraylike, operand
from unigrad.dialects.jax.precision import given_dtype
from unigrad.dialects.jax.pytrees import tree_flatten


def pure_callback(
    callback: Callable[..., Any],
    result_shape_dtypes: Any,
    *args: Any,
    sharding: Any = None,
    vmap_method: str | None = None,
    **kwargs: Any,
) -> Any:
    """``callback(*args, **kwargs)`` on NumPy arrays, by `unigrad.pure_callback`; in a program it is called in each run.

    ``result_shape_dtypes`` is a pytree of shapes and dtypes. Under vmap it is called once for each example, unless
    ``vmap_method`` is ``"expand_dims"`` or ``"broadcast_all"``.
    """
    announced, out_tree = tree_flatten(result_shape_dtypes)
    given: Any = (args, kwargs)
    leaves, tree = tree_flatten(given)
    arrays = [operand(leaf, "pure_callback") if is_arraylike(leaf) else leaf for leaf in leaves]

    def on_host(*values: Any) -> list[Any]:
        positional, named = tree.unflatten(values)
        return list(out_tree.flatten_up_to(callback(*positional, **named)))

    on_host.__name__ = getattr(callback, "__name__", "the callback")
    like = [ug.ShapeDtype(each.shape, given_dtype(each.dtype, "pure_callback")) for each in announced]
    method: Any = "sequential" if vmap_method in (None, "sequential_unrolled") else vmap_method
    return out_tree.unflatten(F.adopt(ug.pure_callback(on_host, like, *arrays, vmap_method=method)))
