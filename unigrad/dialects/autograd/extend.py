"""autograd.extend: users' own primitives, with their own rules, to any order."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Callable, Iterable, Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import ndarray as Box  # noqa: N812 - autograd's name
from unigrad.dialects.autograd.notes import MISSING
from unigrad.dialects.autograd.recorded import notrace_primitive, primitive
from unigrad.dialects.autograd.vspaces import VSpace, vspace

__all__ = [
    "Box",
    "VSpace",
    "def_linear",
    "defjvp",
    "defjvp_argnum",
    "defjvp_argnums",
    "defvjp",
    "defvjp_argnum",
    "defvjp_argnums",
    "notrace_primitive",
    "primitive",
    "vspace",
]

Function = Callable[..., Any]


def _rules_of(fun: Function) -> dict[str, Any]:
    rules: dict[str, Any] | None = getattr(fun, "rules", None)
    if rules is None:
        raise ug.ArgumentError(
            f"{getattr(fun, '__name__', fun)!r} is no function made by primitive(); what autograd.numpy has, has its rule already"
        )
    return rules


def _makers(fun: Function, kind: str, rules: Sequence[Any], argnums: Iterable[int] | None) -> dict[int, Any]:
    for rule in rules:
        if rule is not None and not callable(rule) and (kind, rule) != ("JVP", "same"):
            raise ug.ArgumentError(
                f"Bad {kind} '{rule}' for '{getattr(fun, '__name__', fun)}'; give a function, or None for zero"
            )
    return dict(zip(itertools.count() if argnums is None else argnums, rules, strict=False))


def _rule(makers: dict[int, Any], argnum: int, kind: str, fun: Function) -> Any:
    if argnum not in makers:
        raise ug.MissingRule(f"{kind} of {getattr(fun, '__name__', fun)} wrt argnum {argnum} not defined")
    return makers[argnum]


def defvjp_argnums(fun: Function, vjpmaker: Function) -> None:
    """Declare the rule ``vjpmaker(argnums, ans, args, kwargs)``, which gives ``vjp(g)`` with a cotangent for each of `argnums`."""
    _rules_of(fun)["vjp"] = vjpmaker


def defvjp_argnum(fun: Function, vjpmaker: Function) -> None:
    """Declare the rule ``vjpmaker(argnum, ans, args, kwargs)``, which gives ``vjp(g)`` for one argument."""

    def maker(argnums: Sequence[int], *call: Any) -> Function:
        pulls = [vjpmaker(argnum, *call) for argnum in argnums]
        return lambda g: [pull(g) for pull in pulls]

    defvjp_argnums(fun, maker)


def defvjp(fun: Function, *vjpmakers: Any, argnums: Iterable[int] | None = None) -> None:
    """Declare the rules of the arguments `argnums` (all in order): ``vjpmaker(ans, *args, **kwargs)`` gives ``vjp(g)``; None is zero."""
    makers = _makers(fun, "VJP", vjpmakers, argnums)

    def maker(argnum: int, ans: Any, args: tuple[Any, ...], kwargs: Any) -> Function:
        rule = _rule(makers, argnum, "VJP", fun)
        made: Function = (lambda g: None) if rule is None else rule(ans, *args, **kwargs)
        return made

    defvjp_argnum(fun, maker)


def defjvp_argnums(fun: Function, jvpmaker: Function) -> None:
    """Declare the rule ``jvpmaker(argnums, gs, ans, args, kwargs)``, which gives the tangent of `ans`."""
    _rules_of(fun)["jvp"] = jvpmaker


def defjvp_argnum(fun: Function, jvpmaker: Function) -> None:
    """Declare the rule ``jvpmaker(argnum, g, ans, args, kwargs)``; the tangents of several arguments add up."""

    def maker(argnums: Sequence[int], gs: Sequence[Any], *call: Any) -> Any:
        return functools.reduce(vspace(call[0]).add, (jvpmaker(i, g, *call) for i, g in zip(argnums, gs, strict=True)))

    defjvp_argnums(fun, maker)


def defjvp(fun: Function, *jvpfuns: Any, argnums: Iterable[int] | None = None) -> None:
    """Declare the rules of the arguments `argnums`: ``jvpfun(g, ans, *args, **kwargs)``; ``"same"`` for linear, None for zero."""
    makers = _makers(fun, "JVP", jvpfuns, argnums)

    def maker(argnum: int, g: Any, ans: Any, args: tuple[Any, ...], kwargs: Any) -> Any:
        rule = _rule(makers, argnum, "JVP", fun)
        if rule is None:
            return vspace(ans).zeros()
        return _replaced(fun, argnum, g, args, kwargs) if rule == "same" else rule(g, ans, *args, **kwargs)

    defjvp_argnum(fun, maker)


def def_linear(fun: Function) -> None:
    """Declare that `fun` is linear in each of its arguments."""
    defjvp_argnum(fun, lambda argnum, g, ans, args, kwargs: _replaced(fun, argnum, g, args, kwargs))


def _replaced(fun: Function, argnum: int, g: Any, args: tuple[Any, ...], kwargs: Any) -> Any:
    # The raw function: it is written with recorded functions, or is linear in a way that needs none.
    return fun.fun(*args[:argnum], g, *args[argnum + 1 :], **kwargs)  # type: ignore[attr-defined]


__getattr__ = absent("autograd.extend", lambda: __all__, MISSING)
