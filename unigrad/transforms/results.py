"""The results of a function with a rule of its own, and what the rule keeps between the sweeps."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, Final

import optree

from unigrad import draws
from unigrad.backend import Backend
from unigrad.conversion import NUMBERS, constant, format_of, namespace_of
from unigrad.dtypes import DType
from unigrad.errors import ArgumentError, NotRecorded
from unigrad.graph import UNRECORDED, Tensor
from unigrad.recording import Recording, Scope, recording_flag, training_flag
from unigrad.transforms.arguments import Arguments, fitted, is_array, matched
from unigrad.transforms.custom import recorded
from unigrad.transforms.rule import Rule, facts_of

Function = Callable[..., Any]

CLOSED_OVER: Final = (
    "{label} depends on a tracked Tensor that is none of the arguments, whose gradient would be lost; "
    "make it an argument, or detach() it"
)
_PLAIN: Final = (bool, int, str, bytes, slice, range, type, type(None), ModuleType, DType, Backend)


class Results:
    """The leaves of what a function gave, as Tensors: those that have a derivative, and the others."""

    def __init__(self, value: Any, given: Arguments, label: str, constants: Sequence[Any] = ()) -> None:
        self.given, self.structure = optree.tree_flatten(value)
        xp = namespace_of([x for x in self.given if isinstance(x, Tensor)] or given.leaves)
        self.leaves = [_as_result(x, xp, label) for x in self.given]
        self.facts = list(map(facts_of, self.leaves))
        skipped = set(map(id, constants))
        self.able = [
            i
            for i, x in enumerate(self.leaves)
            if format_of(x.raw.dtype).kind in ("real", "complex") and id(self.given[i]) not in skipped
        ]
        if any(x.node is not None for x in self.leaves):
            raise NotRecorded(CLOSED_OVER.format(label=label))

    def recorded(self, given: Arguments, rule: Rule, saved: Sequence[Any]) -> Any:
        """The results in their containers, those with a derivative recorded; arrays that are no more needed are let go."""
        leaves = list(self.leaves)
        if self.able:
            outs = [self.leaves[i] for i in self.able]
            for i, out in zip(self.able, recorded(outs, given.leaves, rule, saved, given.stand_ins), strict=True):
                leaves[i] = out
        given.forget()
        self.given, self.leaves = [], []
        return optree.tree_unflatten(self.structure, leaves)

    def whole(self, parts: Sequence[Tensor | None], gaps: bool = False) -> Any:
        """One part for each result that has a derivative, in the results' containers; for the others zeros, or None with `gaps`."""
        full = dict(zip(self.able, parts, strict=True))
        like: Any = next(g for g in parts if g is not None)
        leaves = [full[i] if i in full else None if gaps else fact.zeros(like) for i, fact in enumerate(self.facts)]
        return optree.tree_unflatten(self.structure, leaves)

    def tangents(self, tree: Any, label: str, like: Tensor) -> list[Tensor]:
        """The tangents that a rule gave of the results that have a derivative, zeros for None; checked as cotangents are."""
        found = matched(tree, self.structure, f"{label} gave a tangent", "for its value")
        return [
            self.facts[i].zeros(like)
            if found[i] is None
            else fitted(found[i], self.facts[i], f"{label} gave a tangent", f"for its value{self._path(i)}")
            for i in self.able
        ]

    def _path(self, i: int) -> str:
        return "".join(f"[{each!r}]" for each in self.structure.paths()[i])


def _as_result(x: Any, xp: Any, label: str) -> Tensor:
    if isinstance(x, Tensor):
        return x
    if type(x) not in NUMBERS and not is_array(x):
        raise ArgumentError(f"{label} gave a '{type(x).__name__}' among its results; give Tensors, arrays or numbers")
    return constant(x, xp, copy=True)


def unrecorded(run: Callable[[], Any]) -> Any:
    """``run()`` with nothing recorded, and what it makes of tracked Tensors marked."""
    with Recording(UNRECORDED):
        return run()


def repeatable(run: Callable[[], Any]) -> tuple[Any, Callable[[Callable[[], Any]], Any]]:
    """As `unrecorded`, and what runs something later as it would be run now: with the same draws, training or not."""
    with draws.remembered() as drawn:
        value = unrecorded(run)
    trained = training_flag.get()

    def as_then(again: Callable[[], Any]) -> Any:
        with draws.repeated(drawn), Scope(training_flag, trained):
            return again()

    return value, as_then


def untracked(run: Callable[[], Any], leaves: Sequence[Any]) -> Any:
    """``run()`` where no rule is needed: as it is, but for its results in an inference mode, which are marked."""
    value = run()
    if recording_flag.get() is UNRECORDED and any(isinstance(x, Tensor) and x.node is not None for x in leaves):
        for x in optree.tree_leaves(value):
            if isinstance(x, Tensor) and x.node is None and format_of(x.raw.dtype).kind in ("real", "complex"):
                x.node = UNRECORDED
    return value


def residuals(tree: Any, given: Arguments, results: Results, again: Function | None) -> tuple[list[Any], Function]:
    """What a node saves of `tree`, containers of what a rule keeps, and the function that makes `tree` of that in a sweep.

    Arguments and results among it come back at their places in the graph. Where something else was computed, and the rule
    is itself differentiated, ``again(leaves)`` computes it anew from the arguments, recorded; for this they are saved too.
    """
    leaves, structure = optree.tree_flatten(tree)
    made = {id(x): results.leaves[i] for i, x in enumerate(results.given)}
    leaves = [made.get(id(x), x) for x in leaves]
    placed = {id(x) for x in (*given.stand_ins, *results.leaves, *given.numbers())}
    computed = [k for k, x in enumerate(leaves) if id(x) not in placed and _has_derivative(x)] if again else []
    count = len(leaves)

    def restored(saved: Sequence[Any]) -> Any:
        found = list(saved[:count])
        if computed and again and recording_flag.get():
            fresh = optree.tree_leaves(again(saved[count:]))
            for k in computed:
                found[k] = fresh[k]
        return optree.tree_unflatten(structure, found)

    return [*leaves, *(given.stand_ins if computed else ())], restored


def _has_derivative(x: Any) -> bool:
    """Whether what was computed may depend on the arguments in a way that has a derivative: a function may, too."""
    if isinstance(x, _PLAIN):
        return False
    return format_of(x.dtype).kind in ("real", "complex") if is_array(x) else True
