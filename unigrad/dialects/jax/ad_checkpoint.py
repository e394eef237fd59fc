"""``jax.ad_checkpoint``: functions whose values between are computed again in the reverse sweep."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.jax import checkpoint_policies
from unigrad.dialects.jax.arrays import is_arraylike, operand
from unigrad.dialects.jax.differentiation import callable_only
from unigrad.dialects.jax.notes import MISSING
from unigrad.dialects.jax.pytrees import tree_flatten, tree_map, tree_unflatten

__all__ = ["checkpoint", "checkpoint_name", "checkpoint_policies", "remat"]


def checkpoint(
    fun: Any = None,
    /,
    *,
    prevent_cse: bool = True,
    policy: Any = None,
    static_argnums: Any = (),
    concrete: bool = False,
) -> Any:
    """`fun`, whose values between are not kept for the reverse sweep but computed again, but for those that `policy` keeps.

    Arguments may be static or not: Python runs with the values in either case. Without `fun`, a decorator.
    """
    if fun is None:
        return functools.partial(checkpoint, policy=policy, static_argnums=static_argnums)
    callable_only(fun)

    @functools.wraps(fun)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        leaves, structure = tree_flatten((args, kwargs))
        structures = []

        def flat(*values: Any) -> list[Any]:
            args, kwargs = tree_unflatten(structure, values)
            outs, out_structure = tree_flatten(tree_map(_array, fun(*args, **kwargs)))
            structures.append(out_structure)
            return list(outs)

        flat.__name__ = getattr(fun, "__name__", "fun")
        outs = ug.checkpoint(flat, policy)(*leaves)
        return tree_unflatten(structures[0], outs)

    return checkpointed


def _array(value: Any) -> Any:
    if is_arraylike(value):
        return operand(value, "checkpoint")
    if hasattr(value, "dtype"):
        return value
    raise ug.ArgumentError(
        f"checkpoint: the function gave a value of type {type(value)}, which is not a valid JAX type"
    )


remat: Callable[..., Any] = checkpoint


def checkpoint_name(x: Any, name: str) -> Any:
    """`x` itself, whose arrays policies such as ``save_only_these_names`` know by `name`."""
    return tree_map(lambda leaf: ug.checkpoint_name(operand(leaf, "checkpoint_name"), name), x)


__getattr__ = absent("jax.ad_checkpoint", lambda: __all__, MISSING)
