"""The transforms: grad, vjp, jvp, Jacobians and Hessians, with JAX's arguments, checks and results."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.jax.arrays import Array, F, dtype_of
from unigrad.dialects.jax.differentiation import Flat, array_leaf, callable_only, conjugated, like, places_of
from unigrad.dialects.jax.pytrees import tree_flatten
from unigrad.dialects.jax.refusals import MismatchedCotangent
from unigrad.errors import ArgumentError

Function = Callable[..., Any]


def grad(
    fun: Function,
    argnums: Any = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    reduce_axes: Any = (),
) -> Function:
    """The function that gives the gradient of `fun`, whose value is a real number, in the structure of its argument.

    With respect to z = x + iy it is ``df/dx - i df/dy``: a step downhill is along its conjugate. With ``holomorphic`` the
    value is complex, and the gradient the complex derivative. ``argnums`` says with respect to which positional arguments:
    a number, or several for a tuple. With ``has_aux`` `fun` gives ``(value, aux)``, and the new function ``(gradient, aux)``.
    Raises `TypeError` as JAX does for a value that is not scalar, for integers, for a complex value without ``holomorphic``,
    and for a position that there is not.
    """
    callable_only(fun)

    @named_as(fun)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        flat = Flat(fun, args, kwargs, places_of(argnums, len(args)), has_aux)
        found, _, aux = _gradients(flat, allow_int, holomorphic, with_value=False)
        shaped = _shaped(flat, found, argnums)
        return (shaped, flat.aux(aux)) if has_aux else shaped

    return gradient


def value_and_grad(
    fun: Function,
    argnums: Any = 0,
    has_aux: bool = False,
    holomorphic: bool = False,
    allow_int: bool = False,
    reduce_axes: Any = (),
) -> Function:
    """The function that gives ``(value, gradient)`` of `fun`, ``((value, aux), gradient)`` with ``has_aux``; see `grad`."""
    callable_only(fun)

    @named_as(fun)
    def value_and_gradient(*args: Any, **kwargs: Any) -> Any:
        flat = Flat(fun, args, kwargs, places_of(argnums, len(args)), has_aux)
        found, value, aux = _gradients(flat, allow_int, holomorphic, with_value=True)
        out = like(value, flat.outs[0])
        return ((out, flat.aux(aux)) if has_aux else out), _shaped(flat, found, argnums)

    return value_and_gradient


def _gradients(flat: Flat, allow_int: bool, holomorphic: bool, with_value: bool) -> tuple[Sequence[Any], Any, Any]:
    """The gradients of the floating leaves, the value if asked for, and the auxiliary value's arrays."""
    if holomorphic or not allow_int:
        flat.check_inputs("grad", holomorphic)
    if holomorphic:
        return _derivatives(flat)

    def scalar(*inputs: Any) -> Any:
        flat(*inputs)
        return (_scalar(flat), flat.aux_arrays()) if flat.has_aux else _scalar(flat)

    if not flat.inexact:
        out = scalar()
        return (), out[0] if flat.has_aux else out, flat.aux_arrays()
    count = len(flat.inexact)
    transform = ug.value_and_grad if with_value else ug.grad
    result = transform(scalar, 0 if count == 1 else tuple(range(count)), flat.has_aux)(*flat.inputs)
    value = aux = None
    if with_value:
        value, result = result
        value, aux = value if flat.has_aux else (value, None)
    elif flat.has_aux:
        result, aux = result
    return list(map(conjugated, [result] if count == 1 else result)), value, aux


def _derivatives(flat: Flat) -> tuple[Sequence[Any], Any, Any]:
    """`_gradients` of a complex value: what the pullback gives for 1."""
    outs, pull, *aux = ug.vjp(flat, *flat.inputs, has_aux=flat.has_aux)
    value = _scalar(flat, holomorphic=True)
    return list(map(conjugated, pull([F.ones_like(value)]))), outs[0], aux[0] if aux else None


def _shaped(flat: Flat, found: Sequence[Any], argnums: Any) -> Any:
    """The gradients in the structure of the argument, or in a tuple of those of several."""
    parts = flat.parts(flat.cotangents(found))
    return parts[0] if isinstance(argnums, int) else tuple(parts)


def _scalar(flat: Flat, holomorphic: bool = False) -> Any:
    """The one value of the function, checked as JAX checks it."""
    value = flat.out_tree.unflatten(flat.outs)
    if len(flat.outs) != 1 or value is not flat.outs[0]:
        raise ArgumentError(f"Gradient only defined for scalar-output functions. Output was {value}; use vjp.")
    if value.shape:
        raise ArgumentError(
            f"Gradient only defined for scalar-output functions. Output had shape: {value.shape}; sum it up, or use vjp."
        )
    flat.check_outputs("grad", holomorphic)
    return value


def named_as(fun: Any) -> Callable[[Function], Function]:
    """Give a function the name and the docstring of `fun`, where it has them (a partial has none)."""

    def decorate(made: Function) -> Function:
        return functools.update_wrapper(made, fun)

    return decorate


def vjp(fun: Function, *primals: Any, has_aux: bool = False, reduce_axes: Any = ()) -> Any:
    """``(value, pullback)`` of `fun` at `primals`: ``pullback(g)`` gives a tuple, for each primal the product of `g` with the Jacobian.

    With ``has_aux`` the auxiliary value is a third part. Raises `ValueError` for a cotangent that does not fit the value.
    """
    callable_only(fun)
    flat = Flat(fun, primals, {}, range(len(primals)), has_aux)
    outs, pull, *aux = ug.vjp(flat, *flat.inputs, has_aux=has_aux)
    value = flat.value(outs)

    def pullback(g: Any) -> tuple[Any, ...]:
        found = pull([conjugated(_fitting(each, model)) for each, model in _paired(flat, g)])
        return tuple(flat.parts(flat.cotangents(list(map(conjugated, found)))))

    return (value, pullback, *map(flat.aux, aux))


def _paired(flat: Flat, g: Any) -> list[tuple[Any, Array]]:
    """The cotangents of the floating leaves of the value, each with its leaf."""
    leaves, tree = tree_flatten(g)
    if tree != flat.out_tree:
        raise MismatchedCotangent(
            f"unexpected tree structure: the argument to a VJP function must match the value's, {flat.out_tree}, not {tree}"
        )
    return [(leaves[i], flat.outs[i]) for i in flat.inexact_outs]


def _fitting(g: Any, model: Array) -> Any:
    given = array_leaf(g)
    if given.shape != model.shape or dtype_of(given) is not dtype_of(model):
        raise MismatchedCotangent(
            f"unexpected JAX type for argument to VJP function: got {dtype_of(given)}{list(given.shape)}, but expected "
            f"{dtype_of(model)}{list(model.shape)}, the type of the corresponding output"
        )
    return given
