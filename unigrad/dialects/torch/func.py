"""torch.func: functions of functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.torch.autograd.functional import adopting
from unigrad.dialects.torch.errors import in_torchs_types
from unigrad.dialects.torch.notes import MISSING
from unigrad.dialects.torch.tensor import F

__all__ = ["grad", "grad_and_value", "hessian", "jacfwd", "jacrev", "jvp", "linearize", "vjp", "vmap"]


def _transformed(
    transform: Callable[..., Any], func: Callable[..., Any], *options: Any, **named: Any
) -> Callable[..., Any]:
    made = in_torchs_types(transform(adopting(func), *options, **named))
    return lambda *args, **kwargs: F.adopt(made(*args, **kwargs))


def grad(func: Callable[..., Any], argnums: Any = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that gives the gradient of `func`, whose value is a tensor without axes."""
    return _transformed(ug.grad, func, argnums, has_aux)


def grad_and_value(func: Callable[..., Any], argnums: Any = 0, has_aux: bool = False) -> Callable[..., Any]:
    """The function that gives ``(gradient, value)``, ``(gradient, (value, aux))`` with `has_aux`."""
    both = _transformed(ug.value_and_grad, func, argnums, has_aux)

    def reversed_order(*args: Any, **kwargs: Any) -> Any:
        value, gradient = both(*args, **kwargs)
        return gradient, value

    return reversed_order


@in_torchs_types
def vjp(func: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """``(value, pullback)`` at `primals`; the pullback gives a tuple, a cotangent for each."""
    out, pullback, *aux = ug.vjp(adopting(func), *primals, has_aux=has_aux)
    return (F.adopt(out), lambda *g: F.adopt(pullback(g[0] if len(g) == 1 else g)), *F.adopt(aux))


@in_torchs_types
def jvp(func: Callable[..., Any], primals: Any, tangents: Any, *, has_aux: bool = False) -> Any:
    """``(value, tangent)`` at `primals` in the direction `tangents`."""
    return F.adopt(ug.jvp(adopting(func), primals, tangents, has_aux))


@in_torchs_types
def linearize(func: Callable[..., Any], *primals: Any) -> Any:
    """``(value, push)``, where ``push(*tangents)`` gives the value's tangent."""
    out, push = ug.linearize(adopting(func), *primals)
    return F.adopt(out), lambda *tangents: F.adopt(push(*tangents))


def vmap(
    func: Callable[..., Any],
    in_dims: Any = 0,
    out_dims: Any = 0,
    randomness: str = "error",
    *,
    chunk_size: int | None = None,
) -> Callable[..., Any]:
    """The function that computes `func` for every example at once.

    ``randomness`` says what random numbers inside are: an error, the ``"same"`` for all examples, or ``"different"``.
    """
    return _transformed(ug.vmap, func, in_dims, out_dims, chunk_size=chunk_size, randomness=randomness)


def jacrev(
    func: Callable[..., Any], argnums: Any = 0, *, has_aux: bool = False, chunk_size: int | None = None
) -> Callable[..., Any]:
    """The function that gives the Jacobian, in reverse mode, all rows at once or ``chunk_size`` at a time."""
    return _transformed(ug.jacrev, func, argnums, has_aux, chunk_size=chunk_size)


def jacfwd(
    func: Callable[..., Any], argnums: Any = 0, has_aux: bool = False, *, randomness: str = "error"
) -> Callable[..., Any]:
    """The function that gives the Jacobian, in forward mode; `func` runs once, so that its draws are the same for all columns."""
    return _transformed(ug.jacfwd, func, argnums, has_aux)


def hessian(func: Callable[..., Any], argnums: Any = 0) -> Callable[..., Any]:
    """The function that gives the second derivatives, of every element of what `func` gives."""
    return _transformed(ug.hessian, func, argnums)


__getattr__ = absent("torch.func", lambda: __all__, MISSING)
