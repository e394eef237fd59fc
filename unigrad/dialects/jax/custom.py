"""Custom derivatives: functions whose pullback, or pushforward, is written by hand."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.jax.arrays import Array, alias, dtype_of, is_arraylike, operand
from unigrad.dialects.jax.differentiation import callable_only, conjugated
from unigrad.dialects.jax.precision import INEXACT
from unigrad.dialects.jax.pytrees import PyTreeDef, tree_flatten
from unigrad.errors import ArgumentError, NotRecorded, ShapeError

Function = Callable[..., Any]


class Arguments:
    """The arguments of a call, the differentiable ones taken apart into leaves."""

    def __init__(self, args: Sequence[Any], fixed: Sequence[int]) -> None:
        self.args = list(args)
        self.places = [i for i in range(len(self.args)) if i not in fixed]
        self.trees: list[PyTreeDef] = []
        self.leaves: list[Any] = []
        for place in self.places:
            leaves, tree = tree_flatten(self.args[place])
            self.trees.append(tree)
            self.leaves += [operand(leaf, "an argument") if is_arraylike(leaf) else leaf for leaf in leaves]

    def tracked(self) -> bool:
        """Whether a gradient flows through some argument, and is being recorded."""
        return ug.is_recording() and any(isinstance(leaf, Array) and leaf.node is not None for leaf in self.leaves)

    def parts(self, leaves: Sequence[Any]) -> list[Any]:
        """The differentiable arguments, of these leaves."""
        parts, start = [], 0
        for tree in self.trees:
            parts.append(tree.unflatten(leaves[start : start + tree.num_leaves]))
            start += tree.num_leaves
        return parts

    def filled(self, leaves: Sequence[Any]) -> list[Any]:
        """All arguments, with these leaves."""
        given = list(self.args)
        for place, part in zip(self.places, self.parts(leaves), strict=True):
            given[place] = part
        return given

    def constants(self) -> list[Any]:
        """The leaves with no gradient flowing through them."""
        return [leaf.detach() if isinstance(leaf, Array) else leaf for leaf in self.leaves]


class Custom:
    """What both decorators have in common: the function, its name, and the arguments that are never differentiated."""

    def __init__(self, fun: Function, nondiff_argnums: Any = (), nondiff_argnames: Any = ()) -> None:
        callable_only(fun)
        functools.update_wrapper(self, fun)
        self.fun = fun
        names = list(inspect.signature(fun).parameters) if nondiff_argnames else []
        self.nondiff_argnums = tuple(nondiff_argnums) + tuple(names.index(name) for name in nondiff_argnames)

    def _positional(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> list[Any]:
        """The arguments by position, defaults included, as the rules take them."""
        try:
            bound = inspect.signature(self.fun).bind(*args, **kwargs)
        except ValueError:  # a function written in C has no signature
            return list(args)
        bound.apply_defaults()
        if bound.kwargs:
            raise ArgumentError(
                f"{self.fun} takes keyword-only arguments, which a custom rule cannot; make them positional"
            )
        return list(bound.args)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's value, recorded with the custom rule."""
        given = Arguments(self._positional(args, kwargs), self.nondiff_argnums)
        if not given.tracked():
            return self.fun(*args, **kwargs)
        return self._recorded(given)

    def _recorded(self, given: Arguments) -> Any:
        raise NotRecorded(f"no rule has been defined for {self.fun}")


class custom_vjp(Custom):  # noqa: N801 - JAX's name, read as a decorator
    """A function with a pullback of its own: ``f.defvjp(fwd, bwd)``.

    ``fwd(*args)`` gives the value and residuals, ``bwd(*nondiff, residuals, g)`` a cotangent, or None, for each other
    argument. It can be differentiated again: the rule is then run on recorded arrays.
    """

    fwd: Function | None = None
    bwd: Function | None = None

    def defvjp(self, fwd: Function, bwd: Function, symbolic_zeros: bool = False, optimize_remat: bool = False) -> None:
        """Set the rule."""
        if symbolic_zeros:
            raise ArgumentError("defvjp here knows no symbolic_zeros; cotangents that did not arrive are zeros")
        self.fwd, self.bwd = fwd, bwd

    def _recorded(self, given: Arguments) -> Any:
        if self.fwd is None or self.bwd is None:
            raise NotRecorded(f"No VJP defined for custom_vjp function {self.__name__} using defvjp.")  # type: ignore[attr-defined]
        with ug.pause():
            outs, tree, kept = self._forward(given, given.constants())

        def pullback(*g: Any) -> list[Any]:
            residuals = self._forward(given, given.leaves)[2] if ug.is_recording() else kept
            return self._pulled(given, residuals, tree.unflatten([conjugated(alias(each)) for each in g]))

        return recorded_value(outs, tree, given, pullback, self.__name__)  # type: ignore[attr-defined]

    def _forward(self, given: Arguments, leaves: Sequence[Any]) -> tuple[list[Array], PyTreeDef, Any]:
        pair = self.fwd(*given.filled(leaves)) if self.fwd else None
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise ArgumentError(
                f"Custom VJP fwd rule for function {self.fun} must produce a pair (list or tuple of length two) "
                "representing primal outputs and residuals"
            )
        outs, tree = tree_flatten(pair[0])
        return [operand(each, "a value") for each in outs], tree, pair[1]

    def _pulled(self, given: Arguments, residuals: Any, g: Any) -> list[Any]:
        fixed = [given.args[i] for i in self.nondiff_argnums]
        found = self.bwd(*fixed, residuals, g) if self.bwd else ()
        if not isinstance(found, (tuple, list)) or len(found) != len(given.trees):
            raise ArgumentError(
                f"Custom VJP bwd rule for function {self.fun} must produce a tuple with a cotangent for each of its "
                f"{len(given.trees)} differentiable arguments, but it gave {found!r}"
            )
        parts: list[Any] = []
        for tree, each in zip(given.trees, found, strict=True):
            parts += [None] * tree.num_leaves if each is None else tree.flatten_up_to(each)
        return [_cotangent(each, leaf) for each, leaf in zip(parts, given.leaves, strict=True)]


def _cotangent(g: Any, leaf: Any) -> Any:
    if g is None or not isinstance(leaf, Array) or dtype_of(leaf).kind not in INEXACT:
        return None
    found = operand(g, "a cotangent")
    if found.shape != leaf.shape:
        raise ShapeError(
            f"Custom VJP bwd rule must produce a cotangent of shape {leaf.shape}, but it gave one of shape {found.shape}"
        )
    return conjugated(found)


def recorded_value(outs: list[Array], tree: PyTreeDef, given: Arguments, pullback: Function, name: str) -> Any:
    """The value, its floating leaves recorded with the pullback, which takes gradients in unigrad's convention."""
    inexact = [i for i, each in enumerate(outs) if dtype_of(each).kind in INEXACT]

    def whole(*g: Any) -> list[Any]:
        full: list[Any] = [each.detach() for each in outs]
        for i, each in zip(inexact, g, strict=True):
            full[i] = each
        return pullback(*full)  # type: ignore[no-any-return]

    recorded = ug.custom_rule(tuple(outs[i] for i in inexact), given.leaves, whole, name)
    for i, each in zip(inexact, recorded, strict=True):
        outs[i] = alias(each, type(outs[i]))
    return tree.unflatten(outs)


def custom_gradient(fun: Function) -> Function:
    """A function that gives its value and its pullback, as one with that gradient."""

    def wrapped(*args: Any) -> Any:
        return fun(*args)[0]

    made = custom_vjp(functools.wraps(fun)(wrapped))

    def backward(pull: Any, g: Any) -> Any:
        found = pull(g)
        return found if isinstance(found, tuple) else (found,)

    made.defvjp(fun, backward)
    return made
