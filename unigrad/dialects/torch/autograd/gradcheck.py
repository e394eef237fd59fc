"""torch.autograd.gradcheck: the derivatives of a function against central differences."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import optree

import unigrad as ug
from unigrad.dialects.torch.tensor import F, Tensor

__all__ = ["GradcheckError", "gradcheck", "gradgradcheck"]


class GradcheckError(ug.GradientMismatch, RuntimeError):
    """A derivative that is not what the differences say: a RuntimeError, as in torch."""


def gradcheck(
    func: Callable[..., Any],
    inputs: Any,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    check_forward_ad: bool = False,
    check_backward_ad: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_batched_forward_grad: bool = False,
    fast_mode: bool = False,
    masked: bool | None = None,
) -> bool:
    """Whether the derivatives of `func` are what differences say, for each of `inputs` that requires grad.

    ``eps`` is the step, and ``atol + rtol * |difference|`` what a number may be off. Otherwise raises `GradcheckError`, or
    with ``raise_exception=False`` gives False. Inputs should be of float64. Every entry is compared; the further checks that
    torch makes, from ``nondet_tol`` on, are not made. Raises `ValueError` where no input requires grad, or no mode is chosen.
    """
    modes = ["rev"] * check_backward_ad + ["fwd"] * check_forward_ad
    if not modes:
        raise ValueError("Expected at least one of check_forward_ad and check_backward_ad to be True")
    return _checked(func, inputs, 1, modes, (eps, atol, rtol), raise_exception)


def gradgradcheck(
    func: Callable[..., Any],
    inputs: Any,
    grad_outputs: Any = None,
    *,
    eps: float = 1e-6,
    atol: float = 1e-5,
    rtol: float = 1e-3,
    raise_exception: bool = True,
    nondet_tol: float = 0.0,
    check_undefined_grad: bool = True,
    check_grad_dtypes: bool = False,
    check_batched_grad: bool = False,
    check_fwd_over_rev: bool = False,
    check_rev_over_rev: bool = True,
    fast_mode: bool = False,
    masked: bool = False,
) -> bool:
    """As `gradcheck`, of the second derivatives too, along fixed random cotangents in the place of ``grad_outputs``."""
    return _checked(func, inputs, 2, ["rev"], (eps, atol, rtol), raise_exception)


def _checked(
    func: Callable[..., Any],
    inputs: Any,
    order: int,
    modes: list[str],
    bounds: tuple[float, float, float],
    raise_exception: bool,
) -> bool:
    given = tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)
    places = [place for place, x in enumerate(given) if isinstance(x, Tensor) and x.requires_grad]
    if not places:
        raise ValueError(
            "gradcheck expects at least one input tensor to require gradient, and none has requires_grad=True"
        )
    for place in places:
        if given[place].dtype.name not in ("float64", "complex128"):
            warnings.warn(
                f"Input #{place} requires gradient and is not a double precision floating point or complex; the check will "
                "likely fail",
                stacklevel=3,
            )

    def of_chosen(*chosen: Any) -> list[Any]:
        full = list(given)
        for place, x in zip(places, chosen, strict=True):
            full[place] = F.adopt(x)
        outs = optree.tree_leaves(func(*full))
        return [out for out in outs if isinstance(out, Tensor) and out.dtype.kind in ("real", "complex")]

    eps, atol, rtol = bounds
    try:
        for mode in modes:
            ug.check_grads(of_chosen, tuple(given[place].detach() for place in places), order, mode, atol, rtol, eps)
    except ug.GradientMismatch as error:
        if not raise_exception:
            return False
        raise GradcheckError(str(error)) from error
    return True
