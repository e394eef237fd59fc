"""Jacobians and Hessians, with JAX's arguments, checks and results."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.jax.differentiation import Flat, callable_only, places_of
from unigrad.dialects.jax.transforms import Function, named_as, real_only
from unigrad.errors import DTypeError


def _jacobian(native: Function, what: str, fun: Function, argnums: Any, has_aux: bool, allow_int: bool) -> Function:
    callable_only(fun)

    @named_as(fun)
    def jacobian_of_fun(*args: Any, **kwargs: Any) -> Any:
        flat = Flat(fun, args, kwargs, places_of(argnums, len(args)), has_aux)
        if not allow_int:
            flat.require_real(what)
        found = native(flat, argnums=tuple(range(len(flat.real))), has_aux=has_aux)(*flat.inputs)
        blocks, *aux = found if has_aux else (found,)
        if len(flat.real_outs) < len(flat.outs):
            raise DTypeError(f"{what} requires real-valued outputs; cast integers among them with astype")
        rows = [flat.parts(flat.cotangents(block)) for block in blocks]
        leaves = [row[0] if isinstance(argnums, int) else tuple(row) for row in rows]
        jacobian = flat.out_tree.unflatten(leaves)
        return (jacobian, flat.aux(aux[0])) if has_aux else jacobian

    return jacobian_of_fun


def jacrev(
    fun: Function, argnums: Any = 0, has_aux: bool = False, holomorphic: bool = False, allow_int: bool = False
) -> Function:
    """The function that gives the Jacobian of `fun`, row by row: the value's structure, its leaves in the argument's."""
    real_only(holomorphic, "jacrev")
    return _jacobian(ug.jacrev, "jacrev", fun, argnums, has_aux, allow_int)


def jacfwd(fun: Function, argnums: Any = 0, has_aux: bool = False, holomorphic: bool = False) -> Function:
    """The function that gives the Jacobian of `fun`, column by column; the same arrays as `jacrev`."""
    real_only(holomorphic, "jacfwd")
    return _jacobian(ug.jacfwd, "jacfwd", fun, argnums, has_aux, False)


jacobian = jacrev


def hessian(fun: Function, argnums: Any = 0, has_aux: bool = False, holomorphic: bool = False) -> Function:
    """The function that gives the second derivatives of `fun`: the Jacobian of its Jacobian."""
    return jacrev(jacrev(fun, argnums, has_aux, holomorphic), argnums, has_aux, holomorphic)
