"""Pushforwards: jvp and linearize, with JAX's arguments, checks and results."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.jax.arrays import Array, dtype_of
from unigrad.dialects.jax.differentiation import Flat, array_leaf, callable_only, float0, like, nothing
from unigrad.dialects.jax.precision import INEXACT
from unigrad.dialects.jax.pytrees import tree_flatten
from unigrad.dialects.jax.transforms import Function
from unigrad.errors import ArgumentError, ShapeError


def jvp(fun: Function, primals: Any, tangents: Any, has_aux: bool = False) -> Any:
    """``(value, tangent)`` of `fun` at `primals`: the product of its Jacobian with `tangents`.

    Primals and tangents are tuples or lists, with the same structure, shapes and dtypes. With ``has_aux`` the auxiliary
    value is a third part.
    """
    callable_only(fun)
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise ArgumentError(
            "primal and tangent arguments to jax.jvp must be tuples or lists; "
            f"found {type(primals).__name__} and {type(tangents).__name__}."
        )
    flat = Flat(fun, primals, {}, range(len(primals)), has_aux, forward=True)
    given = _tangents(flat, tuple(primals), tuple(tangents), "jvp")
    outs, found, *aux = ug.jvp(flat, flat.inputs, given, has_aux=has_aux)
    tangent = _tangent_of_value(flat, found)
    value = flat.value(outs)
    return (value, tangent, *map(flat.aux, aux))


def _tangents(flat: Flat, primals: Any, tangents: Any, what: str) -> list[Any]:
    leaves, tree = tree_flatten(tangents)
    wanted = tree_flatten(primals)[1]
    if tree != wanted:
        raise ArgumentError(
            f"primal and tangent arguments to jax.{what} must have the same tree structure; primals have tree structure "
            f"{wanted} whereas tangents have tree structure {tree}."
        )
    return [
        _tangent(leaves[i], flat.leaves[i], what)
        for i in range(len(leaves))
        if _has_tangent(leaves[i], flat.leaves[i], what)
    ]


def _has_tangent(t: Any, primal: Array, what: str) -> bool:
    if dtype_of(primal).kind in INEXACT:
        return True
    if getattr(t, "dtype", None) == float0():
        return False
    raise ArgumentError(f"an integer primal of jax.{what} needs a tangent of dtype float0; make the primal a float")


def _tangent(t: Any, primal: Array, what: str) -> Any:
    given = array_leaf(t)
    if given.shape != primal.shape:
        raise ShapeError(
            f"{what} called with different primal and tangent shapes: primal {primal.shape}, tangent {given.shape}"
        )
    if dtype_of(given) is not dtype_of(primal):
        raise ArgumentError(
            f"primal and tangent arguments to jax.{what} do not match: primal dtype {dtype_of(primal)}, "
            f"tangent dtype {dtype_of(given)}; cast the tangent with astype"
        )
    return given


def _tangent_of_value(flat: Flat, found: Any) -> Any:
    leaves: list[Any] = list(flat.outs)
    if len(flat.inexact_outs) < len(flat.outs):
        leaves = list(map(nothing, flat.outs))
    for i, each in zip(flat.inexact_outs, found, strict=True):
        leaves[i] = like(each, flat.outs[i])
    return flat.out_tree.unflatten(leaves)


def linearize(fun: Function, *primals: Any, has_aux: bool = False) -> Any:
    """``(value, push)`` of `fun` at `primals`: ``push(*tangents)`` gives the product of the Jacobian with tangents, as often as asked."""
    callable_only(fun)
    flat = Flat(fun, primals, {}, range(len(primals)), has_aux, forward=True)
    outs, run, *aux = ug.linearize(flat, *flat.inputs, has_aux=has_aux)
    value = flat.value(outs)

    def push(*tangents: Any) -> Any:
        return _tangent_of_value(flat, run(*_tangents(flat, primals, tangents, "linearize")))

    return (value, push, *map(flat.aux, aux))
