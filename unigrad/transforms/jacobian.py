"""Jacobians and Hessians as arrays, and the Hessian's product with a vector.

A Jacobian has the axes of the output, then those of the input. Where outputs or inputs are containers it is a container of
the outputs' structure whose leaves have the inputs'.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Callable, Sequence
from typing import Any

import optree

from unigrad import primitives
from unigrad.conversion import constant, is_complex, namespace_of
from unigrad.errors import DTypeError
from unigrad.graph import Tensor, make_tensor
from unigrad.transforms.differentiation import positions, zeros_of
from unigrad.transforms.gradient import grad
from unigrad.transforms.pullback import vjp
from unigrad.transforms.pushforward import jvp, linearize

Argnums = int | Sequence[int]


def jacrev(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that gives the Jacobian of `f`, a row for each element of its output: for outputs smaller than inputs.

    ``argnums`` and ``has_aux`` are those of `grad`. An array of shape ``out.shape + x.shape`` for each output and input.
    """
    return _jacobian(f, argnums, has_aux, "jacrev", _by_rows)


def jacfwd(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that gives the Jacobian of `f`, a column for each element of its inputs: for inputs smaller than outputs.

    The same arrays as `jacrev`.
    """
    return _jacobian(f, argnums, has_aux, "jacfwd", _by_columns)


def jacobian(f: Callable[..., Any], argnums: Argnums = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that gives the Jacobian of `f`, as `jacrev` does."""
    return _jacobian(f, argnums, has_aux, "jacobian", _by_rows)


def hessian(f: Callable[..., Any], argnums: Argnums = 0) -> Callable[..., Any]:
    """The function that gives the second derivatives of `f`, whose value is a real number: axes of the input, twice."""
    return jacobian(grad(f, argnums), argnums)


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The product of the Hessian of `f` at `primals` with `tangents`, with the structure of the primals.

    `f` takes all primals as arguments and gives a real number; the product is a tuple where there are several.
    """
    argnums: Argnums = 0 if len(primals) == 1 else tuple(range(len(primals)))
    return jvp(grad(f, argnums), primals, tangents)[1]


Blocks = list[list[Tensor]]
"""An array for each output and, within it, for each input."""


def _jacobian(
    f: Callable[..., Any], argnums: Argnums, has_aux: bool, what: str, compute: Callable[..., tuple[Any, ...]]
) -> Callable[..., Any]:
    @functools.wraps(f)
    def jacobian_of_f(*args: Any, **kwargs: Any) -> Any:
        places = positions(argnums, len(args), what)
        chosen: Any = tuple(args[place] for place in places)
        leaves, inputs = optree.tree_flatten(chosen)
        outputs: list[Any] = []

        def flat(*leaves: Any) -> Any:
            given = list(args)
            for place, value in zip(places, optree.tree_unflatten(inputs, leaves), strict=True):
                given[place] = value
            result, *aux = f(*given, **kwargs) if has_aux else (f(*given, **kwargs),)
            outs, structure = optree.tree_flatten(result)
            outputs[:] = [structure]
            return (outs, *aux) if has_aux else outs

        for leaf in leaves:
            if is_complex(_tensor(leaf).raw.dtype):
                raise DTypeError(
                    f"{what} of complex numbers is no single array; take their parts, or use vjp and jvp, which take complex ones"
                )
        blocks, *aux = compute(flat, [_tensor(leaf) for leaf in leaves], has_aux)
        rows = [optree.tree_unflatten(inputs, block) for block in blocks]
        result = optree.tree_unflatten(outputs[0], [row[0] for row in rows] if isinstance(argnums, int) else rows)
        return (result, *aux) if has_aux else result

    return jacobian_of_f


def _by_rows(f: Callable[..., Any], leaves: list[Tensor], has_aux: bool) -> tuple[Blocks, Any]:
    outs, pullback, *aux = vjp(f, *leaves, has_aux=has_aux)
    blocks = []
    for place, out in enumerate(outs):
        rows = [
            pullback([unit if i == place else zeros_of(each) for i, each in enumerate(outs)]) for unit in _units(out)
        ]
        blocks.append([_stacked([row[i] for row in rows], out, x, axis=0) for i, x in enumerate(leaves)])
    return (blocks, *aux)


def _by_columns(f: Callable[..., Any], leaves: list[Tensor], has_aux: bool) -> tuple[Blocks, Any]:
    outs, push, *aux = linearize(f, *leaves, has_aux=has_aux)
    blocks: Blocks = [[] for _ in outs]
    for place, x in enumerate(leaves):
        columns = [
            push(*(unit if i == place else zeros_of(each) for i, each in enumerate(leaves))) for unit in _units(x)
        ]
        for i, out in enumerate(outs):
            blocks[i].append(_stacked([column[i] for column in columns], out, x, axis=-1))
    return (blocks, *aux)


def _stacked(parts: list[Tensor], out: Tensor, x: Tensor, axis: int) -> Tensor:
    """The block of an output and an input, from its rows (``axis=0``) or its columns (``axis=-1``)."""
    shape = (*out.raw.shape, *x.raw.shape)
    if not parts:
        return primitives.zeros(shape, dtype=out.dtype)
    return primitives.reshape(primitives.stack(parts, axis=axis), shape=shape)


def _units(x: Tensor) -> list[Tensor]:
    """The unit vectors of the shape of `x`, one for each element, in order."""
    size = math.prod(x.raw.shape)
    if not size:
        return []
    one = x.xp.reshape(x.xp.ones_like(x.raw), shape=(-1,))[:1]
    flat = (x.xp.scatter(one, key=(slice(place, place + 1),), shape=(size,)) for place in range(size))
    return [make_tensor(x.xp.reshape(unit, shape=tuple(x.raw.shape)), x.xp) for unit in flat]


def _tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else constant(x, namespace_of((x,)))
