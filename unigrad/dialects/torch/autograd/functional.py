"""torch.autograd.functional: Jacobians, Hessians and products with them, at tensors."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.torch.errors import GradientError, in_torchs_types
from unigrad.dialects.torch.notes import MISSING
from unigrad.dialects.torch.tensor import F

__all__ = ["hessian", "hvp", "jacobian", "jvp", "vhp", "vjp"]


def _inputs(inputs: Any) -> tuple[Any, ...]:
    return tuple(inputs) if isinstance(inputs, (tuple, list)) else (inputs,)


def adopting(func: Callable[..., Any]) -> Callable[..., Any]:
    """`func`, whose arguments are made this dialect's tensors first, whatever containers they are in."""
    return lambda *args, **kwargs: func(*F.adopt(args), **kwargs)


def _settled(result: Any, create_graph: bool) -> Any:
    return F.adopt(result) if create_graph else _constants(F.adopt(result))


def _constants(result: Any) -> Any:
    if isinstance(result, ug.Tensor):
        return result.detach()
    return tuple(map(_constants, result)) if isinstance(result, (tuple, list)) else result


@in_torchs_types
def jacobian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    strategy: str = "reverse-mode",
) -> Any:
    """The derivatives of every element of what `func` gives by every element of the inputs.

    One tensor for one input; for several inputs, or several outputs, tuples of them, the outputs outermost.
    """
    given = _inputs(inputs)
    numbers = tuple(range(len(given))) if isinstance(inputs, (tuple, list)) else 0
    transform = ug.jacfwd if strategy == "forward-mode" else ug.jacrev
    return _settled(transform(adopting(func), numbers)(*given), create_graph)


@in_torchs_types
def hessian(
    func: Callable[..., Any],
    inputs: Any,
    create_graph: bool = False,
    strict: bool = False,
    vectorize: bool = False,
    outer_jacobian_strategy: str = "reverse-mode",
) -> Any:
    """The second derivatives of a function with one element for its value; tuples of tuples for several inputs."""
    given = _inputs(inputs)
    numbers = tuple(range(len(given))) if isinstance(inputs, (tuple, list)) else 0

    def single(*args: Any) -> Any:
        out = func(*args)
        if not isinstance(out, ug.Tensor) or out.numel() != 1:  # type: ignore[attr-defined]
            raise GradientError("hessian() is of a function whose value is a tensor of one element")
        return F.reshape(out, shape=())

    return _settled(ug.hessian(adopting(single), numbers)(*given), create_graph)


@in_torchs_types
def vjp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """``(outputs, products)``: the product of `v` with the Jacobian; without `v` the value must have one element."""
    given = _inputs(inputs)
    outputs, pullback = ug.vjp(adopting(func), *given)
    if v is None:
        if not isinstance(outputs, ug.Tensor) or (len(outputs.shape) and outputs.shape != (1,)):
            raise GradientError("vjp() needs v unless the value of the function has one element")
        v = F.ones_like(F.adopt(outputs))
    products = pullback(v)
    return _settled((outputs, products if isinstance(inputs, (tuple, list)) else products[0]), create_graph)


@in_torchs_types
def jvp(func: Callable[..., Any], inputs: Any, v: Any = None, create_graph: bool = False, strict: bool = False) -> Any:
    """``(outputs, products)``: the product of the Jacobian with `v`; without `v` the input must have one element."""
    given = _inputs(inputs)
    if v is None:
        if len(given) > 1 or given[0].numel() != 1:
            raise GradientError("jvp() needs v unless there is one input of one element")
        v = F.ones_like(given[0])
    return _settled(ug.jvp(adopting(func), given, _inputs(v)), create_graph)


@in_torchs_types
def hvp(func: Callable[..., Any], inputs: Any, v: Any, create_graph: bool = False, strict: bool = False) -> Any:
    """``(value, products)``: the product of the Hessian with `v`."""
    given = _inputs(inputs)
    products = ug.hvp(adopting(func), given, _inputs(v))
    several = tuple(products) if isinstance(products, (tuple, list)) else (products,)
    with ug.pause():
        value = func(*given)
    return _settled((value, several if isinstance(inputs, (tuple, list)) else several[0]), create_graph)


def vhp(func: Callable[..., Any], inputs: Any, v: Any, create_graph: bool = False, strict: bool = False) -> Any:
    """``(value, products)``: the product of `v` with the Hessian, which is symmetric."""
    return hvp(func, inputs, v, create_graph, strict)


__getattr__ = absent("torch.autograd.functional", lambda: __all__, MISSING)
