"""autograd.test_util: derivatives compared with finite differences, in random directions."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Sequence
from typing import Any, Final

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.autograd import tracing
from unigrad.dialects.autograd.tracing import arrays_in
from unigrad.dialects.autograd.vspaces import vspace
from unigrad.dialects.autograd.wrap_util import get_name, unary_to_nary

__all__ = [
    "EPS",
    "RTOL",
    "TOL",
    "CheckFailed",
    "check_equivalent",
    "check_grads",
    "check_jvp",
    "check_vjp",
    "combo_check",
    "make_numerical_jvp",
    "scalar_close",
]

TOL: Final = 1e-6
RTOL: Final = 1e-6
EPS: Final = 1e-6

Function = Callable[..., Any]


class CheckFailed(ug.UnigradError, AssertionError):
    """A derivative that differs from the finite difference."""


def scalar_close(a: Any, b: Any) -> bool:
    """Whether two numbers agree, absolutely or beside their size."""
    first, second = float(a), float(b)
    return abs(first - second) < TOL or abs(first - second) < RTOL * abs(first + second)


def make_numerical_jvp(f: Function, x: Any) -> Function:
    """The derivative of `f` at `x` by a central difference: ``jvp(v)``."""
    space, values = vspace(x), vspace(arrays_in(f(x)))

    def jvp(v: Any) -> Any:
        above, below = (arrays_in(f(space.add(x, space.scalar_mul(v, sign * EPS / 2)))) for sign in (1.0, -1.0))
        return values.scalar_mul(values.add(above, values.scalar_mul(below, -1.0)), 1.0 / EPS)

    return jvp


def check_vjp(f: Function, x: Any) -> None:
    """Raise `CheckFailed` unless the pullback of `f` at `x` agrees with the central difference."""
    pull, y = tracing.vjp(f, x)
    space, values = vspace(x), vspace(y)
    direction, cotangent = space.randn(), values.randn()
    pulled = space.covector(pull(values.covector(cotangent)))
    if vspace(pulled) != space:
        raise CheckFailed(f"the VJP of {get_name(f)} gives {vspace(pulled)} for an argument of {space}")
    exact = space.inner_prod(direction, pulled)
    numeric = values.inner_prod(cotangent, make_numerical_jvp(f, x)(direction))
    if not scalar_close(numeric, exact):
        raise CheckFailed(
            f"Derivative (VJP) check of {get_name(f)} failed with arg {x}:\nanalytic: {exact}\nnumeric:  {numeric}"
        )


def check_jvp(f: Function, x: Any) -> None:
    """Raise `CheckFailed` unless the pushforward of `f` at `x` agrees with the central difference."""
    direction = vspace(x).randn()
    check_equivalent(tracing.jvp(f, x)(direction)[1], make_numerical_jvp(f, x)(direction))


def check_equivalent(x: Any, y: Any) -> None:
    """Raise `CheckFailed` unless two values have one structure and agree in a random direction."""
    if vspace(x) != vspace(y):
        raise CheckFailed(f"VSpace mismatch:\nx: {vspace(x)}\ny: {vspace(y)}")
    direction = vspace(x).randn()
    if not scalar_close(vspace(x).inner_prod(x, direction), vspace(x).inner_prod(y, direction)):
        raise CheckFailed(f"Value mismatch:\nx: {x}\ny: {y}")


@unary_to_nary
def check_grads(f: Function, x: Any, modes: Sequence[str] = ("fwd", "rev"), order: int = 2) -> None:
    """Raise `CheckFailed` unless the derivatives of `f` at `x` agree with finite differences, up to `order`."""
    if not set(modes) <= {"fwd", "rev"}:
        raise ug.ArgumentError(f"modes are 'fwd' and 'rev', not {modes!r}")
    if "fwd" in modes:
        check_jvp(f, x)
        if order > 1:
            check_grads(lambda x, v: tracing.jvp(f, x)(v)[1], (0, 1), modes, order=order - 1)(x, vspace(x).randn())
    if "rev" in modes:
        check_vjp(f, x)
        if order > 1:
            cotangent = vspace(arrays_in(f(x))).randn()
            check_grads(lambda x, g: tracing.vjp(f, x)[0](g), (0, 1), modes, order=order - 1)(x, cotangent)


def combo_check(fun: Function, *args: Any, **kwargs: Any) -> Function:
    """`check_grads` with these settings, for every combination of the arguments that are then given in lists."""
    check = check_grads(fun, *args, **kwargs)

    def combinations(*choices: Any, **named: Any) -> None:
        words = [[(name, value) for value in values] for name, values in named.items()]
        for given in itertools.product(*choices):
            for options in itertools.product(*words):
                check(*given, **dict(options))

    return combinations


__getattr__ = absent("autograd.test_util", lambda: __all__)
