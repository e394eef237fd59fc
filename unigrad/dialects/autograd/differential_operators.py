"""autograd.differential_operators: gradients, Jacobians and products with them, of functions of any arguments."""

from __future__ import annotations

import inspect
import warnings
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import optree

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.autograd import tracing
from unigrad.dialects.autograd.arrays import F, asarray, ndarray
from unigrad.dialects.autograd.extend import vspace
from unigrad.dialects.autograd.gradient import grad, value_and_grad
from unigrad.dialects.autograd.notes import MISSING
from unigrad.dialects.autograd.tracing import Function, conjugated, differentiable, is_complex, traced
from unigrad.dialects.autograd.wrap_util import unary_to_nary

__all__ = [
    "checkpoint",
    "deriv",
    "elementwise_grad",
    "grad",
    "grad_and_aux",
    "grad_named",
    "hessian",
    "hessian_tensor_product",
    "hessian_vector_product",
    "holomorphic_grad",
    "jacobian",
    "make_ggnvp",
    "make_hvp",
    "make_jvp",
    "make_jvp_reversemode",
    "make_vjp",
    "multigrad_dict",
    "tensor_jacobian_product",
    "value_and_grad",
    "vector_jacobian_product",
]


@unary_to_nary
def grad_and_aux(fun: Function, x: Any) -> tuple[Any, Any]:
    """The gradient of the sum of the first value of `fun`, and the second one as it is."""

    def scalar(x: Any) -> tuple[Any, Any]:
        out, aux = fun(F.adopt(x))
        return F.sum(tracing.arrays_in(out, watched=True)), aux

    gradient, aux = F.adopt(ug.grad(scalar, has_aux=True)(differentiable(x)))
    return conjugated(gradient), aux


@unary_to_nary
def elementwise_grad(fun: Function, x: Any) -> Any:
    """The sum of each column of the Jacobian: its diagonal, where `fun` treats each element by itself."""
    pull, out = tracing.vjp(fun, x)
    if any(map(is_complex, optree.tree_leaves(out))):
        raise ug.ArgumentError(
            "elementwise_grad only applies to real-output functions; use holomorphic_grad, or make_vjp with a cotangent"
        )
    return pull(F.ones_like(out))


@unary_to_nary
def deriv(fun: Function, x: Any) -> Any:
    """The derivative in the direction of ones: of 1 + i for each complex number, as autograd has it."""
    return tracing.jvp(fun, x)(vspace(x).ones())[1]


@unary_to_nary
def jacobian(fun: Function, x: Any) -> Any:
    """All partial derivatives of `fun`, which is real: the axes of its value, then those of its argument.

    Of a complex argument they are gradients in autograd's convention, see `grad`. Raises `ShapeError` for a complex value.
    """
    point = differentiable(x)
    if not isinstance(point, ndarray) or not is_complex(point):
        return F.adopt(ug.jacobian(_real_valued(traced(fun)))(point))
    pull, out = tracing.vjp(_real_valued(fun), x)
    rows = [pull(unit) for unit in vspace(out).standard_basis()]
    return F.reshape(F.stack(rows), (*out.shape, *point.shape))


def _real_valued(fun: Function) -> Function:
    def run(x: Any) -> Any:
        out = tracing.arrays_in(fun(x))
        if isinstance(out, ndarray) and is_complex(out):
            raise ug.ShapeError(
                "jacobian has two rows for each complex value, and no shape; take real() and imag() of it, or use make_vjp"
            )
        return out

    return run


@unary_to_nary
def holomorphic_grad(fun: Function, x: Any) -> Any:
    """The derivative of `fun`, one complex number of a complex one: the gradient of its real part."""
    if not any(map(is_complex, optree.tree_leaves(x))):
        warnings.warn("Input to holomorphic_grad is not complex", stacklevel=3)
    return grad(lambda x: F.real(asarray(fun(x))))(x)


@unary_to_nary
def hessian(fun: Function, x: Any) -> Any:
    """All second derivatives of `fun`: the axes of its value, then those of its argument, twice."""
    return jacobian(jacobian(fun))(x)


@unary_to_nary
def make_vjp(fun: Function, x: Any) -> tuple[Function, Any]:
    """``(vjp, value)`` at a point: ``vjp(g)`` is the product of `g` with the Jacobian, as often as asked."""
    return tracing.vjp(fun, x)


@unary_to_nary
def make_jvp(fun: Function, x: Any) -> Function:
    """``jvp(v)`` at a point: the value, and the product of the Jacobian with `v`."""
    return tracing.jvp(fun, x)


@unary_to_nary
def make_jvp_reversemode(fun: Function, x: Any) -> Function:
    """``jvp(v)`` at a point: the product of the Jacobian with `v`, without the value."""
    push = tracing.jvp(fun, x)
    return lambda v: push(v)[1]


@unary_to_nary
def make_hvp(fun: Function, x: Any) -> tuple[Function, Any]:
    """``(hvp, gradient)`` at a point: ``hvp(v)`` is the product of the Hessian with `v`, as often as asked."""
    return tracing.vjp(grad(fun), x)


def _halved_square(x: Any) -> Any:
    return 0.5 * F.sum(x * x, axis=-1)


def make_ggnvp(f: Function, g: Function = _halved_square, f_argnum: int = 0) -> Function:
    """``ggnvp(v)`` at a point: the product of the generalised Gauss-Newton matrix of ``g(f(x))`` with `v`."""

    @unary_to_nary
    def ggnvp(f: Function, x: Any) -> Function:
        pull, value = tracing.vjp(f, x)
        push, (hvp, _) = tracing.jvp(f, x), tracing.vjp(grad(g), value)
        return lambda v: pull(hvp(push(v)[1]))

    return ggnvp(f, f_argnum)  # type: ignore[no-any-return]


def hessian_tensor_product(fun: Function, argnum: int = 0) -> Function:
    """The product of the Hessian with a tensor, which comes last among the arguments: ``(*args, tensor, **kwargs)``."""
    gradient = grad(fun, argnum)

    def directional(*args: Any, **kwargs: Any) -> Any:
        tensor = asarray(args[-1])
        return F.tensordot(gradient(*args[:-1], **kwargs), tensor, axes=tensor.ndim)

    return grad(directional, argnum)


hessian_vector_product = hessian_tensor_product


def tensor_jacobian_product(fun: Function, argnum: int = 0) -> Function:
    """The product of a tensor with the Jacobian; the tensor comes last among the arguments: ``(*args, tensor, **kwargs)``."""

    def weighed(*args: Any, **kwargs: Any) -> Any:
        tensor = asarray(args[-1])
        return F.tensordot(tensor, tracing.arrays_in(fun(*args[:-1], **kwargs)), axes=tensor.ndim)

    return jacobian(weighed, argnum)  # type: ignore[no-any-return]


vector_jacobian_product = tensor_jacobian_product


def grad_named(fun: Function, argname: str) -> Function:
    """The gradient with respect to the argument of that name."""
    names = list(inspect.signature(fun).parameters)
    if argname not in names:
        raise ug.ShapeError(f"{argname!r} is no argument of the function, which has {', '.join(names)}")
    return grad(fun, names.index(argname))


def multigrad_dict(fun: Function) -> Function:
    """The gradients with respect to all arguments, defaults included, in a dictionary by name."""
    signature = inspect.signature(fun)

    def gradients(*args: Any, **kwargs: Any) -> OrderedDict[str, Any]:
        bound = signature.bind(*args, **kwargs)
        bound.apply_defaults()

        def of_dictionary(values: dict[str, Any]) -> Any:
            call = inspect.BoundArguments(signature, OrderedDict(values))
            return fun(*call.args, **call.kwargs)

        found = grad(of_dictionary)(dict(bound.arguments))
        return OrderedDict((name, found[name]) for name in bound.arguments)

    return gradients


def checkpoint(fun: Callable[..., Any]) -> Function:
    """`fun`, without what it computes on the way being kept: it is run again in the reverse sweep."""
    return ug.checkpoint(fun)  # type: ignore[no-any-return]


__getattr__ = absent("autograd.differential_operators", lambda: __all__, MISSING)
