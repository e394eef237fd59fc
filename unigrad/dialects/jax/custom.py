"""Custom pullbacks: functions whose gradient is written by hand, and what all functions with a rule have in common."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.jax.arrays import Array, alias, cast, dtype_of, is_arraylike, operand
from unigrad.dialects.jax.differentiation import callable_only, conjugated, nothing
from unigrad.dialects.jax.forward_mode import pushes, running
from unigrad.dialects.jax.precision import INEXACT
from unigrad.dialects.jax.pytrees import PyTreeDef, tree_flatten, tree_leaves
from unigrad.dialects.jax.refusals import NoRule
from unigrad.dialects.jax.symbolic import CustomVJPPrimal, SymbolicZero
from unigrad.errors import ArgumentError, ShapeError
from unigrad.transforms.custom import is_tracked

Function = Callable[..., Any]


class Call:
    """One call of a function with a rule: what its differentiable arguments, and its value, are apart from their leaves."""

    out_tree: PyTreeDef
    kept_tree: PyTreeDef
    zeros: Sequence[SymbolicZero] = ()

    def __init__(self, args: Sequence[Any], fixed: Sequence[int]) -> None:
        given = tuple(x for i, x in enumerate(args) if i not in fixed)
        self.fixed = {i: args[i] for i in fixed if i < len(args)}
        self.count = len(args)
        leaves, self.tree = tree_flatten(given)
        self.leaves = [operand(leaf, "an argument") if is_arraylike(leaf) else leaf for leaf in leaves]
        self.tracked = is_tracked(self.leaves)
        self.perturbed = [isinstance(leaf, Array) and leaf.node is not None for leaf in self.leaves]
        self.facts = [(tuple(leaf.shape), dtype_of(leaf)) if isinstance(leaf, Array) else None for leaf in self.leaves]

    def arguments(self, leaves: Sequence[Any]) -> list[Any]:
        """All arguments by position, the differentiable ones of these leaves."""
        given = iter(self.trees(leaves))
        return [self.fixed[i] if i in self.fixed else next(given) for i in range(self.count)]

    def trees(self, leaves: Sequence[Any]) -> tuple[Any, ...]:
        """The differentiable arguments, of these leaves."""
        return tuple(self.tree.unflatten(leaves))

    def cotangents(self, found: Any) -> list[Any]:
        """What a pullback gave, an entry for each leaf; None stands for zeros of all below it, and of integers."""
        parts, prefix = tree_flatten(tuple(found) if isinstance(found, list) else found, lambda x: x is None)
        wanted = self.trees(range(len(self.facts)))
        given: dict[int, Any] = {}
        try:
            for part, place in zip(parts, prefix.flatten_up_to(wanted), strict=True):
                if part is not None and not isinstance(place, int):
                    raise ShapeError(f"{part!r} stands in the place of {place!r}")
                given.update(dict.fromkeys(tree_leaves(place), part))
        except ShapeError as error:
            raise ArgumentError(
                "Custom VJP bwd rule must produce an output with the same container (pytree) structure as the args tuple of "
                f"the primal function, and in particular must produce a tuple of length {len(wanted)}, but got {found!r}"
            ) from error
        return [_cotangent(given[i], fact) for i, fact in enumerate(self.facts)]

    def taken(self) -> list[Any]:
        """The leaves, which are the graph's from then on."""
        leaves, self.leaves = self.leaves, []
        return leaves


class Custom:
    """A function with a rule of its own, which one of the library's runs on the leaves of each call's arguments."""

    kind = ""

    def __init__(self, fun: Function, nondiff_argnums: Any = (), nondiff_argnames: Any = ()) -> None:
        callable_only(fun)
        functools.update_wrapper(self, fun, updated=())
        self.fun = fun
        self.name: str = getattr(fun, "__name__", type(fun).__name__)
        try:
            self._signature: inspect.Signature | None = inspect.signature(fun)
        except ValueError:  # a function written in C has none
            self._signature = None
        names = list(self._signature.parameters) if self._signature else []
        self.nondiff_argnums = tuple(sorted({*nondiff_argnums, *map(names.index, nondiff_argnames)}))

    def _positional(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> Sequence[Any]:
        """The arguments by position, defaults included, as the rules take them."""
        if self._signature is None or (not kwargs and len(args) == len(self._signature.parameters)):
            return args
        bound = self._signature.bind(*args, **kwargs)
        bound.apply_defaults()
        if bound.kwargs:
            raise ArgumentError(
                f"The input arguments to the {type(self).__name__}-decorated function {self.name} could not be resolved to "
                f"positional-only arguments: {', '.join(bound.kwargs)} can only be given by keyword."
            )
        return bound.args

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's value, recorded with the rule where an argument is tracked."""
        run = self._ruled()
        call = Call(self._positional(args, kwargs), self.nondiff_argnums)
        if is_tracked(tree_leaves(list(call.fixed.values()))):
            raise ArgumentError(
                f"a tracked array was passed to the {type(self).__name__} function {self.name} in a position indicated by "
                "nondiff_argnums; arrays that are differentiated can only be differentiable arguments"
            )
        if not call.tracked:
            return self.fun(*args, **kwargs)
        outs = run(call, *call.taken())
        return call.out_tree.unflatten(outs)

    def _ruled(self) -> Function:
        """The library's function, which takes a call and its leaves and gives the leaves of the value."""
        raise NoRule(
            f"No {self.kind} defined for {type(self).__name__} function {self.name} using def{self.kind.lower()}."
        )

    def _value(self) -> Function:
        def value(call: Call, *leaves: Any) -> Any:
            return self.fun(*call.arguments(leaves))

        value.__name__ = self.name
        return value


class custom_vjp(Custom):  # noqa: N801 - JAX's name, read as a decorator
    """A function with a pullback of its own: ``f.defvjp(fwd, bwd)``.

    ``fwd(*args)`` gives the value and residuals, ``bwd(*nondiff, residuals, g)`` a cotangent, or None, for each other
    argument. It can be differentiated again: the rule is then run on recorded arrays. Tangents are not pushed through it.
    """

    kind = "VJP"
    fwd: Function | None = None
    bwd: Function | None = None

    def defvjp(self, fwd: Function, bwd: Function, symbolic_zeros: bool = False, optimize_remat: bool = False) -> None:
        """Set the rule; with ``symbolic_zeros`` it gets `CustomVJPPrimal` leaves, and a `SymbolicZero` where nothing arrived."""
        self.fwd, self.bwd, self._symbolic = fwd, bwd, symbolic_zeros
        self._run = ug.custom_vjp(self._value(), nondiff_argnums=(0,))
        self._run.defvjp(
            functools.partial(self._forward, fwd), functools.partial(self._backward, bwd), gaps=symbolic_zeros
        )

    def _ruled(self) -> Function:
        return super()._ruled() if self.fwd is None else self._checked

    def _checked(self, call: Call, *leaves: Any) -> Any:
        if pushes(leaves):
            raise ArgumentError("can't apply forward-mode autodiff (jvp) to a custom_vjp function.")
        return self._run(call, *leaves)

    def _forward(self, fwd: Function, call: Call, *leaves: Any) -> tuple[list[Array], list[Any]]:
        given = list(map(CustomVJPPrimal, leaves, call.perturbed)) if self._symbolic else leaves
        with running(
            False, None
        ):  # the value and the residuals are the pullback's, also where a sweep asks for them again
            pair = fwd(*call.arguments(given))
        if not isinstance(pair, (tuple, list)) or len(pair) != 2:
            raise ArgumentError(
                f"Custom VJP fwd rule for function {self.name} must produce a pair (list or tuple of length two) "
                f"representing primal outputs and residuals, but got {pair!r}"
            )
        outs, call.out_tree = tree_flatten(pair[0])
        kept, call.kept_tree = tree_flatten(pair[1])
        values = [operand(each, "a value") for each in outs]
        call.zeros = list(map(SymbolicZero, values))
        return values, kept

    def _backward(self, bwd: Function, call: Call, kept: list[Any], parts: list[Any]) -> list[Any]:
        symbolic = self._symbolic
        g = [_arrived(each, zero, symbolic) for each, zero in zip(parts, call.zeros, strict=True)]
        found = bwd(*call.fixed.values(), call.kept_tree.unflatten(kept), call.out_tree.unflatten(g))
        return call.cotangents(found)


def _arrived(g: Any, zero: SymbolicZero, symbolic: bool) -> Any:
    """A cotangent of the value as JAX has it."""
    if g is None:
        return zero
    given = alias(g)
    if dtype_of(given).kind in INEXACT:
        return conjugated(given)
    return zero if symbolic else nothing(given)


def _cotangent(g: Any, fact: tuple[tuple[int, ...], Any] | None) -> Any:
    """A cotangent that a pullback gave, as unigrad has it; `fact` is the shape and the dtype of the argument."""
    if g is None or isinstance(g, SymbolicZero) or fact is None or fact[1].kind not in INEXACT:
        return None
    shape, dtype = fact
    found = operand(g, "a cotangent")
    if tuple(found.shape) != shape:
        raise ShapeError(
            "Custom VJP bwd rule must produce an output with the same type as the args tuple of the primal function, but it "
            f"produced a cotangent of shape {tuple(found.shape)} for an argument of shape {shape}"
        )
    return cast(conjugated(found), dtype) if dtype_of(found).kind == dtype.kind else conjugated(found)


def custom_gradient(fun: Function) -> Function:
    """A function that gives its value and its pullback, as one with that gradient."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        return fun(*args, **kwargs)[0]

    made = custom_vjp(functools.wraps(fun)(wrapped))

    def backward(pull: Any, g: Any) -> Any:
        found = pull(g)
        return found if isinstance(found, tuple) else (found,)

    made.defvjp(fun, backward)
    return made
