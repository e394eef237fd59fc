"""The gradient of a function with a scalar value, as a function."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from unigrad.graph import Tensor
from unigrad.transforms.differentiation import Differentiation, is_one, scalar
from unigrad.transforms.naming import Names, by_name


def grad(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    *,
    argnames: Names | None = None,
) -> Callable[..., Any]:
    """The function that gives the gradient of `f`, whose value is a real number (a Tensor without axes).

    ``argnums`` says with respect to which positional arguments: a number, or several for a tuple of gradients; in its place
    ``argnames`` says it by name, one or several, for arguments that the call gives by keyword or by position. An argument
    may be a Tensor, an array of any backend, a number, or nested containers of them; its gradient has the same structure.
    With ``has_aux`` `f` gives ``(value, aux)``, and the new function ``(gradient, aux)``. It can itself be differentiated.
    Raises `ShapeError` for a value that is not scalar, `DTypeError` for an input that is not floating, `ArgumentError`.
    """
    if argnames is not None:
        return by_name(grad, f, argnums, argnames, has_aux, "grad")

    @functools.wraps(f)
    def gradient(*args: Any, **kwargs: Any) -> Any:
        run = Differentiation(f, args, kwargs, argnums, has_aux, "grad", copy=False)
        gradients = _gradients(run, scalar(run.out, "grad"), argnums)
        return (gradients, run.aux) if has_aux else gradients

    return gradient


def value_and_grad(
    f: Callable[..., Any],
    argnums: int | Sequence[int] = 0,
    has_aux: bool = False,
    *,
    argnames: Names | None = None,
) -> Callable[..., Any]:
    """The function that gives ``(value, gradient)`` of `f` in one go, ``((value, aux), gradient)`` with ``has_aux``; see `grad`."""
    if argnames is not None:
        return by_name(value_and_grad, f, argnums, argnames, has_aux, "value_and_grad")

    @functools.wraps(f)
    def value_and_gradient(*args: Any, **kwargs: Any) -> Any:
        run = Differentiation(f, args, kwargs, argnums, has_aux, "value_and_grad", copy=False)
        out = scalar(run.out, "value_and_grad")
        value = run.released(out)
        gradients = _gradients(run, out, argnums)
        return ((value, run.aux) if has_aux else value), gradients

    return value_and_gradient


def _gradients(run: Differentiation, out: Tensor, argnums: int | Sequence[int]) -> Any:
    cotangents = run.pull([], keep=False) if out.node is None else run.pull_one(out)
    return run.shaped(cotangents, is_one(argnums))
