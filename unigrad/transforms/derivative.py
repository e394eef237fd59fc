"""Derivatives of functions of one argument among others, under the names of ``autograd.differential_operators``.

``argnum`` is the argument's position, or several for a tuple of what there is otherwise one of. What is not chosen, and the
keyword arguments, are passed on.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from unigrad.conversion import is_complex
from unigrad.errors import DTypeError
from unigrad.transforms.differentiation import Differentiation, ones_of, output_tensors, positions
from unigrad.transforms.gradient import grad
from unigrad.transforms.pullback import vjp
from unigrad.transforms.pushforward import linearize

Function = Callable[..., Any]
Argnum = int | Sequence[int]


def elementwise_grad(f: Function, argnum: Argnum = 0) -> Function:
    """The function that gives the sum of each column of the Jacobian: the slopes of `f`, where it treats each element by itself.

    Raises `DTypeError` for a complex value, of which there is no one slope; the errors are else those of `vjp`.
    """

    @functools.wraps(f)
    def slopes(*args: Any, **kwargs: Any) -> Any:
        run = Differentiation(f, args, kwargs, argnum, False, "elementwise_grad", copy=False)
        outs, _ = output_tensors(run.out, "elementwise_grad")
        for out in outs:
            if is_complex(out.raw.dtype):
                raise DTypeError(
                    f"elementwise_grad needs a function with real values, not '{out.dtype}'; use make_vjp with a cotangent"
                )
        heads = [(out.node, ones_of(out)) for out in outs if out.node is not None]
        return run.shaped(run.pull(heads, keep=False), isinstance(argnum, int))

    return slopes


def deriv(f: Function, argnum: Argnum = 0) -> Function:
    """The function that gives the derivative of `f` in the direction of ones, by a push: of a number, its derivative.

    The result has the structure and the shapes of the value of `f`. For a complex number it is the derivative along the real
    axis, which for a holomorphic function is the derivative; autograd takes the direction 1 + i.
    """

    @functools.wraps(f)
    def derivative(*args: Any, **kwargs: Any) -> Any:
        run = Differentiation(f, args, kwargs, argnum, False, "deriv", copy=False)
        outs, structure = output_tensors(run.out, "deriv")
        return structure.unflatten(run.push(outs, [ones_of(x) for x in run.inputs]))

    return derivative


def grad_and_aux(f: Function, argnum: Argnum = 0) -> Function:
    """The function that gives ``(gradient, aux)`` of `f`, which gives ``(value, aux)``: `grad` with ``has_aux``."""
    return grad(f, argnum, has_aux=True)


def make_vjp(f: Function, argnum: Argnum = 0) -> Function:
    """The function that gives ``(pullback, value)`` at its arguments: ``pullback(g)`` is the product of ``g`` with the Jacobian.

    The pullback can be called again. Errors are those of `vjp`.
    """

    @functools.wraps(f)
    def at(*args: Any, **kwargs: Any) -> Any:
        out, pullback = vjp(*_of_chosen(f, args, kwargs, argnum, "make_vjp"))
        return (lambda g: pullback(g)[0]) if isinstance(argnum, int) else pullback, out

    return at


def make_jvp(f: Function, argnum: Argnum = 0) -> Function:
    """The function that gives a pushforward at its arguments: ``push(t)`` is the value, and the product of the Jacobian with ``t``.

    The pushforward can be called again. ``t`` is a tuple where ``argnum`` is several. Errors are those of `linearize`.
    """

    @functools.wraps(f)
    def at(*args: Any, **kwargs: Any) -> Any:
        out, push = linearize(*_of_chosen(f, args, kwargs, argnum, "make_jvp"))
        return lambda t: (out, push(t) if isinstance(argnum, int) else push(*t))

    return at


def _of_chosen(
    f: Function, args: Sequence[Any], kwargs: dict[str, Any], argnum: Argnum, what: str
) -> tuple[Function, *tuple[Any, ...]]:
    """`f` as a function of the chosen arguments alone, and these."""
    places = positions(argnum, len(args), what)

    def flat(*chosen: Any) -> Any:
        given = list(args)
        for place, value in zip(places, chosen, strict=True):
            given[place] = value
        return f(*given, **kwargs)

    return flat, *(args[place] for place in places)
