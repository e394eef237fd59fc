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

from unigrad import primitives, settings
from unigrad.conversion import NUMBERS, constant, is_complex
from unigrad.errors import ArgumentError, DTypeError
from unigrad.graph import Tensor, make_tensor
from unigrad.transforms.differentiation import is_one, ones_of, positions, tensor_of, zeros_of
from unigrad.transforms.gradient import grad
from unigrad.transforms.mapping import vmap
from unigrad.transforms.naming import Names, by_name
from unigrad.transforms.pullback import pulled, vjp
from unigrad.transforms.pushforward import jvp, linearize, push_of

Argnums = int | Sequence[int]


def jacrev(
    f: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    chunk_size: int | None = None,
    *,
    argnames: Names | None = None,
) -> Callable[..., Any]:
    """The function that gives the Jacobian of `f`, a row for each element of its output: for outputs smaller than inputs.

    ``argnums``, ``argnames`` and ``has_aux`` are those of `grad`. An array of shape ``out.shape + x.shape`` for each output and input.
    All rows are pulled back at once, or ``chunk_size`` at a time, which takes as much less memory.
    """
    compute = functools.partial(_by_rows, chunk_size=chunk_size)
    return _jacobian(f, argnums, has_aux, argnames, "jacrev", compute)


def jacfwd(
    f: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    chunk_size: int | None = None,
    *,
    argnames: Names | None = None,
) -> Callable[..., Any]:
    """The function that gives the Jacobian of `f`, a column for each element of its inputs: for inputs smaller than outputs.

    The same arrays as `jacrev`; all columns are pushed forward at once, or ``chunk_size`` at a time.
    """
    compute = functools.partial(_by_columns, chunk_size=chunk_size)
    return _jacobian(f, argnums, has_aux, argnames, "jacfwd", compute)


def jacobian(
    f: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    chunk_size: int | None = None,
    *,
    argnames: Names | None = None,
) -> Callable[..., Any]:
    """The function that gives the Jacobian of `f`, as `jacrev` or as `jacfwd` does: whichever takes fewer, rows or columns.

    Of as many it takes the rows, and of complex outputs the columns, which have both parts.
    """
    compute = functools.partial(_by_fewer, chunk_size=chunk_size)
    return _jacobian(f, argnums, has_aux, argnames, "jacobian", compute)


def hessian(
    f: Callable[..., Any],
    argnums: Argnums = 0,
    has_aux: bool = False,
    chunk_size: int | None = None,
    *,
    argnames: Names | None = None,
) -> Callable[..., Any]:
    """The function that gives the second derivatives of `f`: the axes of its output, then those of the input, twice.

    It is the Jacobian of `jacrev`, of a number for a value that of its gradient, pushed forward along all axes of the input at
    once, or ``chunk_size`` at a time. ``argnums``, ``argnames`` and ``has_aux`` are those of `grad`.
    """
    if argnames is not None:
        again = functools.partial(hessian, chunk_size=chunk_size)
        return by_name(again, f, argnums, argnames, has_aux, "hessian")
    return jacfwd(jacrev(f, argnums, has_aux, chunk_size), argnums, has_aux, chunk_size)


def hvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any]) -> Any:
    """The product of the Hessian of `f` at `primals` with `tangents`, with the structure of the primals.

    `f` takes all primals as arguments and gives a real number; the product is a tuple where there are several.
    """
    _paired("hvp", primals, "tangent", tangents)
    argnums: Argnums = 0 if len(primals) == 1 else tuple(range(len(primals)))
    return jvp(grad(f, argnums), primals, tangents)[1]


def vhp(f: Callable[..., Any], primals: Sequence[Any], cotangents: Sequence[Any]) -> Any:
    """The product of `cotangents` with the Hessian of `f` at `primals`, as `hvp`, by a pull: for rules that cannot be pushed.

    Raises `ArgumentError` where there is not a cotangent for each primal; the errors are else those of `grad` and `vjp`.
    """
    _paired("vhp", primals, "cotangent", cotangents)
    single = len(primals) == 1
    _, pullback = vjp(grad(f, 0 if single else tuple(range(len(primals)))), *primals)
    products = pullback(cotangents[0] if single else tuple(cotangents))
    return products[0] if single else products


def _paired(what: str, primals: Any, name: str, vectors: Any) -> None:
    """Raise `ArgumentError` unless there is a vector, which is called `name`, for each primal."""
    if not isinstance(primals, (tuple, list)) or not isinstance(vectors, (tuple, list)):
        raise ArgumentError(f"{what} needs its primals and its {name}s as tuples, one entry for each argument of f")
    if len(primals) != len(vectors):
        raise ArgumentError(
            f"{what} needs a {name} for each primal; got {len(primals)} primals and {len(vectors)} {name}s"
        )


Blocks = list[list[Tensor]]
"""An array for each output and, within it, for each input."""


def _jacobian(
    f: Callable[..., Any],
    argnums: Argnums,
    has_aux: bool,
    argnames: Names | None,
    what: str,
    compute: Callable[..., tuple[Any, ...]],
) -> Callable[..., Any]:
    if argnames is not None:
        again = lambda f, argnums, has_aux: _jacobian(f, argnums, has_aux, None, what, compute)
        return by_name(again, f, argnums, argnames, has_aux, what)

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
            outs = [constant(out, settings.choice().xp) if type(out) in NUMBERS else out for out in outs]
            outputs[:] = [structure]
            return (outs, *aux) if has_aux else outs

        for leaf in leaves:
            if is_complex(tensor_of(leaf).raw.dtype):
                raise DTypeError(
                    f"{what} of complex numbers is no single array; take their parts, or use vjp and jvp, which take complex ones"
                )
        blocks, *aux = compute(flat, [tensor_of(leaf) for leaf in leaves], has_aux)
        rows = [optree.tree_unflatten(inputs, block) for block in blocks]
        result = optree.tree_unflatten(outputs[0], [row[0] for row in rows] if is_one(argnums) else rows)
        return (result, *aux) if has_aux else result

    return jacobian_of_f


def _by_rows(f: Callable[..., Any], leaves: list[Tensor], has_aux: bool, chunk_size: int | None) -> tuple[Any, ...]:
    outs, pullback, *aux = vjp(f, *leaves, has_aux=has_aux)
    for out in outs:
        if is_complex(out.raw.dtype):
            raise DTypeError(f"jacrev has one row for a value, of '{out.dtype}' it takes two; use jacfwd or jacobian")
    return (_rows(outs, pullback, leaves, chunk_size), *aux)


def _by_columns(f: Callable[..., Any], leaves: list[Tensor], has_aux: bool, chunk_size: int | None) -> tuple[Any, ...]:
    outs, push, *aux = linearize(f, *leaves, has_aux=has_aux)
    return (_columns(outs, push, leaves, chunk_size), *aux)


def _by_fewer(f: Callable[..., Any], leaves: list[Tensor], has_aux: bool, chunk_size: int | None) -> tuple[Any, ...]:
    run, outs, pullback = pulled(f, leaves, has_aux, "jacobian")
    if _size(leaves) < _size(outs) or any(is_complex(out.raw.dtype) for out in outs):
        blocks = _columns(outs, push_of(run, leaves, "jacobian"), leaves, chunk_size)
    else:
        blocks = _rows(outs, pullback, leaves, chunk_size)
    return (blocks, run.aux) if has_aux else (blocks,)


def _size(tensors: Sequence[Tensor]) -> int:
    return sum(math.prod(x.raw.shape) for x in tensors)


def _rows(outs: list[Tensor], pullback: Callable[..., Any], leaves: list[Tensor], chunk_size: int | None) -> Blocks:
    blocks = []
    for place, out in enumerate(outs):

        def row(unit: Tensor, place: int = place) -> Any:
            return pullback([unit if i == place else zeros_of(each) for i, each in enumerate(outs)])

        if not out.raw.shape:  # one row, which is the gradient
            blocks.append(list(row(ones_of(out))))
            continue
        rows = vmap(row, chunk_size=chunk_size)
        blocks.append([_block(row, out, x) for row, x in zip(_of_units(rows, out, leaves), leaves, strict=True)])
    return blocks


def _columns(outs: list[Tensor], push: Callable[..., Any], leaves: list[Tensor], chunk_size: int | None) -> Blocks:
    blocks: Blocks = [[] for _ in outs]
    for place, x in enumerate(leaves):
        columns = vmap(
            lambda unit, place=place: push(*(unit if i == place else zeros_of(each) for i, each in enumerate(leaves))),
            chunk_size=chunk_size,
        )
        for block, column, out in zip(blocks, _of_units(columns, x, outs), outs, strict=True):
            behind = _block(column, x, out)
            axes = range(len(behind.shape))
            split = len(x.shape)
            block.append(primitives.permute_dims(behind, axes=(*axes[split:], *axes[:split])))
    return blocks


def _block(rows: Tensor, out: Tensor, x: Tensor) -> Tensor:
    """The block of an output and an input, whose rows are along one axis."""
    return primitives.reshape(rows, shape=(*out.raw.shape, *x.raw.shape))


def _of_units(function: Callable[..., Any], x: Tensor, results: Sequence[Tensor]) -> Sequence[Tensor]:
    """What a mapped function makes of the unit vectors of the shape of `x`, one for each element, in order."""
    shape = tuple(x.raw.shape)
    size = math.prod(shape)
    if not size:  # the function cannot be run for no example
        return [primitives.zeros_like(each[None])[:0] for each in results]
    eye = x.xp.eye(size, dtype=x.raw.dtype, device=x.xp.device_of(x.raw))
    units: Sequence[Tensor] = function(make_tensor(x.xp.reshape(eye, shape=(size, *shape)), x.xp))
    return units
