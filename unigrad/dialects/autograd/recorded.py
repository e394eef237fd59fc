"""Recording of users' primitives: one operation in the graph, whose rule is what their author declared for the function."""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable
from typing import Any

import optree

import unigrad as ug
from unigrad.dialects.autograd.arrays import F, asarray, handle
from unigrad.dialects.autograd.tracing import arrays_in, conjugated, fitted, mapped

Function = Callable[..., Any]


def primitive(f_raw: Function) -> Function:
    """`f_raw` as a primitive, whose rules `defvjp` or `defjvp` declare: it sees constants, and is recorded as one operation.

    Raises `MissingRule`, a NotImplementedError, where it is called on a tracked array before it has a rule.
    """

    @functools.wraps(f_raw, updated=())
    def f_wrapped(*args: Any, **kwargs: Any) -> Any:
        places = tuple(i for i, arg in enumerate(args) if _tracked(arg)) if ug.is_recording() else ()
        return _recorded(f_wrapped, f_raw, places, args, kwargs) if places else f_raw(*args, **kwargs)

    f_wrapped.fun = f_raw  # type: ignore[attr-defined]
    f_wrapped.rules = {}  # type: ignore[attr-defined]
    return f_wrapped


def _tracked(value: Any) -> bool:
    return any(isinstance(leaf, ug.Tensor) and leaf.node is not None for leaf in _leaves(value))


def _leaves(tree: Any) -> list[Any]:
    return optree.tree_leaves(tree)


def constants(value: Any) -> Any:
    """`value` with every Tensor in it as a constant of the dialect."""
    if isinstance(value, (list, tuple, dict)):
        return mapped(constants, value)
    return F.stop_gradient(handle(value)) if isinstance(value, ug.Tensor) else value


def _recorded(f: Function, f_raw: Function, places: tuple[int, ...], args: tuple[Any, ...], kwargs: Any) -> Any:
    name, rules = getattr(f_raw, "__name__", "primitive"), f.rules  # type: ignore[attr-defined]
    if not rules:
        raise ug.MissingRule(f"VJP of {name} wrt argnums {places} not defined; declare it with defvjp({name}, …)")
    plain = tuple(constants(arg) for arg in args)
    with ug.pause():
        ans = arrays_in(f_raw(*plain, **kwargs))
    given, structure = optree.tree_flatten(ans)
    outs = [handle(out) for out in given]
    inputs = [leaf for place in places for leaf in _leaves(args[place])]

    def pullback(saved: Any, *cotangents: Any) -> list[Any]:
        g = optree.tree_unflatten(structure, F.adopt(list(cotangents)))  # a gradient, as unigrad has it
        # Where the sweep is recorded the rule sees the arguments, and the answer, at their places in the graph.
        recording = ug.is_recording()
        answer: Any = optree.tree_unflatten(structure, F.adopt(list(saved)))
        with ug.record():  # on constants this records nothing, but what a rule differentiates inside is recorded there
            parts = _pulled(rules, places, g, answer, args if recording else plain, kwargs)
        return [leaf for place, part in zip(places, parts, strict=True) for leaf in _shaped(part, args[place])]

    results = ug.custom_rule(outs, inputs, pullback, name, saved=outs)
    return optree.tree_unflatten(structure, F.adopt(list(results)))


def _shaped(part: Any, arg: Any) -> list[Any]:
    if part is None:
        return [None] * len(_leaves(arg))
    if isinstance(arg, (list, tuple, dict)):
        return [None if each is None else asarray(each) for each in _leaves(part)]
    array = asarray(part)
    return [fitted(array, asarray(arg)) if not array.shape else array]


def _pulled(rules: Any, places: tuple[int, ...], g: Any, ans: Any, args: tuple[Any, ...], kwargs: Any) -> Iterable[Any]:
    if "vjp" in rules:
        return map(conjugated, rules["vjp"](places, ans, args, kwargs)(conjugated(g)))

    def push(*tangents: Any) -> Any:
        return arrays_in(rules["jvp"](places, F.adopt(list(tangents)), ans, args, kwargs))

    zeros = [mapped(lambda x: F.zeros_like(asarray(x)), args[place]) for place in places]
    parts: Iterable[Any] = F.adopt(ug.vjp(push, *zeros)[1](g))  # the push is linear: its pullback transposes it
    return parts


def notrace_primitive(f_raw: Function) -> Function:
    """`f_raw` on constants: what it gives has no derivative."""

    @functools.wraps(f_raw, updated=())
    def f_wrapped(*args: Any, **kwargs: Any) -> Any:
        return f_raw(*map(constants, args), **kwargs)

    return f_wrapped
