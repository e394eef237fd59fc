"""The gradient of a function whose value is one number, by the short way: no operator on a function of one argument between."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.autograd.arrays import F, ndarray
from unigrad.dialects.autograd.tracing import Function, arrays_in, conjugated, differentiable, is_complex
from unigrad.dialects.autograd.wrap_util import argument, argument_places, named_after


def grad(fun: Function, argnum: Any = 0) -> Function:
    """The gradient of `fun`, whose value is one real number, of any shape; it has the structure of the argument.

    Of a complex argument z = x + iy it is ``df/dx - i df/dy``, autograd's convention: a step downhill is along its conjugate.

    `argnum` is a position, counted from either end, or several for a tuple of gradients. Raises a TypeError for a value
    that is not one number, and for an argument that is none: an integer, None.
    """
    places = argument_places(argnum)
    scalar = _scalar(fun, places, "grad")

    def without_axes(*args: Any, **kwargs: Any) -> Any:
        out = scalar(*args, **kwargs)
        return F.reshape(out, ()) if out.shape else out

    transform = ug.grad(without_axes, argnum)

    def gradient(*args: Any, **kwargs: Any) -> Any:
        return conjugated(F.adopt(transform(*_inputs(args, places), **kwargs)))

    return named_after(gradient, "grad", fun, argnum)


def value_and_grad(fun: Function, argnum: Any = 0) -> Function:
    """The value, in the shape that `fun` gives it, and the gradient, in one run; see `grad`."""
    places = argument_places(argnum)
    scalar = _scalar(fun, places, "value_and_grad")

    def with_shape(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        out = scalar(*args, **kwargs)
        return (F.reshape(out, ()), out.shape) if out.shape else (out, ())

    transform = ug.value_and_grad(with_shape, argnum, has_aux=True)

    def value_and_gradient(*args: Any, **kwargs: Any) -> tuple[Any, Any]:
        (value, shape), gradient = transform(*_inputs(args, places), **kwargs)
        F.adopt((value, gradient))
        return (F.reshape(value, shape) if shape else value), conjugated(gradient)

    return named_after(value_and_gradient, "value_and_grad", fun, argnum)


def _inputs(args: tuple[Any, ...], places: tuple[int, ...]) -> list[Any]:
    given = list(args)
    for place in places:
        given[place] = differentiable(argument(args, place))
    return given


def _scalar(fun: Function, places: tuple[int, ...], name: str) -> Function:
    """`fun` for arguments that unigrad made, those at `places`; its value is an array of one element."""

    def run(*args: Any, **kwargs: Any) -> ndarray:
        for place in places:
            F.adopt(args[place])
        out: ndarray = arrays_in(fun(*args, **kwargs), watched=True)
        if not isinstance(out, ug.Tensor) or out.size != 1 or is_complex(out):
            raise ug.ArgumentError(
                f"{name} only applies to real scalar-output functions; try jacobian, elementwise_grad or holomorphic_grad"
            )
        return out

    return run
