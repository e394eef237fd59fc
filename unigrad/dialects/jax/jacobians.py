"""Jacobians and Hessians, with JAX's arguments, checks and results."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.jax.arrays import F, dtype_of
from unigrad.dialects.jax.differentiation import Flat, callable_only, conjugated, places_of
from unigrad.dialects.jax.transforms import Function, named_as

Blocks = list[list[Any]]
"""An array for each leaf of the value and, within it, for each of the arguments."""


def _jacobian(
    what: str, fun: Function, argnums: Any, has_aux: bool, holomorphic: bool = False, allow_int: bool = False
) -> Function:
    callable_only(fun)
    forward = what == "jacfwd"

    @named_as(fun)
    def jacobian_of_fun(*args: Any, **kwargs: Any) -> Any:
        flat = Flat(fun, args, kwargs, places_of(argnums, len(args)), has_aux, forward)
        if holomorphic or not allow_int:
            flat.check_inputs(what, holomorphic, forward)
        if any(dtype_of(x).kind == "complex" for x in flat.inputs):
            blocks, *aux = _by_columns(flat) if forward else _by_rows(flat)
        else:
            native = ug.jacfwd if forward else ug.jacrev
            found = native(flat, argnums=tuple(range(len(flat.inexact))), has_aux=has_aux)(*flat.inputs)
            blocks, *aux = found if has_aux else (found,)
        flat.check_outputs(what, holomorphic, forward)
        rows = [flat.parts(flat.cotangents(block)) for block in blocks]
        leaves = [row[0] if isinstance(argnums, int) else tuple(row) for row in rows]
        jacobian = flat.out_tree.unflatten(leaves)
        return (jacobian, flat.aux(aux[0])) if has_aux else jacobian

    return jacobian_of_fun


def _by_rows(flat: Flat) -> tuple[Any, ...]:
    """The blocks, of complex arguments, and the auxiliary value: a pullback for each element of the value."""
    outs, pull, *aux = ug.vjp(flat, *flat.inputs, has_aux=flat.has_aux)
    blocks: Blocks = []
    for place, out in enumerate(outs):
        rows = [list(map(conjugated, pull(unit))) for unit in _units(outs, place)]
        blocks.append([_stacked([row[i] for row in rows], out, x, axis=0) for i, x in enumerate(flat.inputs)])
    return (blocks, *aux)


def _by_columns(flat: Flat) -> tuple[Any, ...]:
    """The same of holomorphic functions: a pushforward for each element of the arguments."""
    outs, push, *aux = ug.linearize(flat, *flat.inputs, has_aux=flat.has_aux)
    blocks: Blocks = [[] for _ in outs]
    for place, x in enumerate(flat.inputs):
        columns = [push(*unit) for unit in _units(flat.inputs, place)]
        for i, out in enumerate(outs):
            blocks[i].append(_stacked([column[i] for column in columns], out, x, axis=-1))
    return (blocks, *aux)


def _units(arrays: Sequence[Any], place: int) -> list[list[Any]]:
    """Lists like `arrays`: zeros, but for a one in turn at each element of the array at `place`."""
    chosen = arrays[place]
    rest = [F.zeros_like(each) for each in arrays]
    units = F.eye(chosen.size, dtype=dtype_of(chosen))
    return [[*rest[:place], F.reshape(units[i], chosen.shape), *rest[place + 1 :]] for i in range(chosen.size)]


def _stacked(parts: Sequence[Any], out: Any, x: Any, axis: int) -> Any:
    shape = (*out.shape, *x.shape)
    if not parts:
        return F.zeros(shape, dtype=dtype_of(out))
    return F.reshape(F.stack(list(parts), axis=axis), shape)


def jacrev(
    fun: Function, argnums: Any = 0, has_aux: bool = False, holomorphic: bool = False, allow_int: bool = False
) -> Function:
    """The function that gives the Jacobian of `fun`, row by row: the value's structure, its leaves in the argument's."""
    return _jacobian("jacrev", fun, argnums, has_aux, holomorphic, allow_int)


def jacfwd(fun: Function, argnums: Any = 0, has_aux: bool = False, holomorphic: bool = False) -> Function:
    """The function that gives the Jacobian of `fun`, column by column; the same arrays as `jacrev`."""
    return _jacobian("jacfwd", fun, argnums, has_aux, holomorphic)


jacobian = jacrev


def hessian(fun: Function, argnums: Any = 0, has_aux: bool = False, holomorphic: bool = False) -> Function:
    """The function that gives the second derivatives of `fun`: the Jacobian of its Jacobian."""
    return jacrev(jacrev(fun, argnums, has_aux, holomorphic), argnums, has_aux, holomorphic)
