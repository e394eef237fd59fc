"""A rule that an author writes for one call of a function: run on Tensors, checked, and transposed where that is asked for."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import ModuleType
from typing import Any, NamedTuple, NoReturn

from unigrad import primitives
from unigrad.conversion import format_of, is_complex, lifted_to, namespace_of
from unigrad.errors import ArgumentError, MissingRule, ShapeError
from unigrad.forward import device_beside, transpose
from unigrad.graph import Pull, Tensor, make_tensor
from unigrad.leaving import watch
from unigrad.recorder import add_node
from unigrad.recording import pause, recording_flag
from unigrad.reverse import conjugate
from unigrad.virtual.axes import knowing, named_axes

Function = Callable[..., Any]
Linear = Callable[[Sequence[Any], Any, int], Sequence[Tensor]]


@dataclass(frozen=True)
class Rule:
    """What an author says of the derivative, in one direction or in both; ``label`` is what errors call it.

    ``pullback(saved, *cotangents)`` gives a cotangent, or None, for each input; ``pushforward(saved, *tangents)``, which gets
    None for an input without a tangent, gives a tangent, or None, for each result. ``restore`` makes of the saved values
    what both get for ``saved``. With ``gaps`` the pullback gets None for a result whose cotangent did not arrive, else zeros.
    """

    name: str
    label: str
    pullback: Function | None = None
    pushforward: Function | None = None
    restore: Function = list
    gaps: bool = False


class Facts(NamedTuple):
    """What a cotangent or a tangent has to fit."""

    xp: ModuleType
    shape: tuple[int, ...]
    dtype: Any

    def zeros(self, like: Tensor) -> Tensor:
        """Zeros on the device of `like`, or, on another backend than its, on the default one."""
        device = device_beside(like) if like.xp.__backend__ is self.xp.__backend__ else None
        return make_tensor(self.xp.zeros(self.shape, dtype=self.dtype, device=device), self.xp)


def facts_of(x: Tensor) -> Facts:
    """The facts of a Tensor, which do not keep its array alive."""
    return Facts(x.xp, tuple(x.raw.shape), x.raw.dtype)


class RuleOfCall:
    """A rule, with the inputs that are tracked in one call, at which of how many places, and the facts of the results."""

    def __init__(
        self, rule: Rule, count: int, tracked: list[int], parents: Sequence[Tensor], outs: Sequence[Tensor]
    ) -> None:
        self.rule = rule
        self.count = count
        self.tracked = tracked
        self.nodes = tuple([x.node for x in parents])
        self.ins = list(map(facts_of, parents))
        self.outs = list(map(facts_of, outs))
        self.axes = named_axes()

    def pulled(self, cotangents: Sequence[Tensor | None], saved: Any, floor: int = 0) -> Sequence[Tensor]:
        """The cotangents of the tracked inputs. Values that are not older than `floor` must not leave the graph."""
        pullback = self.rule.pullback
        full = cotangents if self.rule.gaps and pullback else _without_gaps(cotangents, self.outs)
        if pullback is None:
            return self._transposed(self.pushed, self.ins, full, saved)
        given = self._called(pullback, saved, [None if g is None else conjugate(g) for g in full], floor)
        parts = tuple(given) if isinstance(given, (tuple, list)) else (given,)
        if len(parts) != self.count:
            raise ArgumentError(f"{self.rule.label} gave {len(parts)} cotangents for {self.count} inputs")
        like = next(g for g in full if g is not None)
        return [
            conjugate(fact.zeros(like) if parts[i] is None else self._fitting(parts[i], fact, f"input {i}"))
            for i, fact in zip(self.tracked, self.ins, strict=True)
        ]

    def pushed(self, tangents: Sequence[Tensor | None], saved: Any, floor: int = 0) -> Sequence[Tensor]:
        """The tangents of the results, given those of the tracked inputs; `floor` as for `pulled`."""
        pushforward = self.rule.pushforward
        if pushforward is None:
            return self._transposed(self.pulled, self.outs, tangents, saved)
        full: list[Tensor | None] = [None] * self.count
        for i, t in zip(self.tracked, tangents, strict=True):
            full[i] = t
        given = self._called(pushforward, saved, full, floor)
        like = next(t for t in tangents if t is not None)
        return [
            fact.zeros(like) if t is None else self._fitting(t, fact, f"result {place}")
            for place, (t, fact) in enumerate(zip(given, self.outs, strict=True))
        ]

    def _transposed(self, linear: Linear, facts: list[Facts], heads: Any, saved: Any) -> Sequence[Tensor]:
        recorded = recording_flag.get()

        def at(*leaves: Tensor) -> Sequence[Tensor]:
            oldest = min(leaf.node.id for leaf in leaves if leaf.node is not None)
            return linear(leaves, saved, 0 if recorded else oldest)  # unrecorded, only what comes of the leaves counts

        return transpose(at, facts, heads)

    def _called(self, function: Function, saved: Any, given: list[Any], floor: int) -> Any:
        if named_axes() is not self.axes:
            with knowing(self.axes):
                return self._called(function, saved, given, floor)
        if is_once_differentiable(function) and recording_flag.get():
            with pause():
                found = function(saved, *given)
            tracked = [x.node for x in given if isinstance(x, Tensor) and x.node is not None]
            return _behind_barrier(self.rule.label, found, (*self.nodes, *tracked))
        return watch(self.rule.label, given, floor, lambda: function(saved, *given))

    def _fitting(self, part: Any, fact: Facts, of: str) -> Any:
        """A part of what the rule gave, at all levels of what it is for, and in its dtype."""
        if not isinstance(part, Tensor):
            raise ArgumentError(
                f"{self.rule.label} gave a '{type(part).__name__}' for {of}; it is to give Tensors, or None"
            )
        if tuple(part.raw.shape) != fact.shape:
            raise ShapeError(
                f"{self.rule.label} gave a cotangent of shape {tuple(part.shape)} for {of} of shape {fact.shape}"
            )
        if part.xp is not fact.xp:
            part = lifted_to(namespace_of((part, make_tensor(None, fact.xp))), part)
        if part.raw.dtype == fact.dtype:
            return part
        drops = is_complex(part.raw.dtype) and not is_complex(fact.dtype)
        return primitives.astype(primitives.real(part) if drops else part, format_of(fact.dtype))


def _without_gaps(cotangents: Sequence[Tensor | None], outs: list[Facts]) -> list[Tensor]:
    like = next(g for g in cotangents if g is not None)
    return [fact.zeros(like) if g is None else g for g, fact in zip(cotangents, outs, strict=True)]


def _behind_barrier(label: str, found: Any, parents: tuple[Any, ...]) -> Any:
    """What a rule gave, as depending on `parents` in a way that cannot be differentiated."""
    several = isinstance(found, (tuple, list))
    parts = [
        make_tensor(part.raw, part.xp, add_node(_barrier(label), parents, (), part.xp))
        if isinstance(part, Tensor)
        else part
        for part in (found if several else (found,))
    ]
    return parts if several else parts[0]


def _barrier(label: str) -> Pull:
    def refuse(*_: Any) -> NoReturn:
        raise MissingRule(
            f"{label} is marked once_differentiable, so that what it gives has no derivative; "
            "write it with unigrad's functions, without the mark"
        )

    pull = Pull("once_differentiable", {}, {}, (), ())
    pull.run = pull.step = pull.push = refuse
    return pull


def once_differentiable(rule: Function) -> Function:
    """Mark `rule`, the pullback of a custom rule or a `Function`'s ``backward``, as one that has no derivative in turn.

    It may then leave unigrad: take values out with ``numpy()``, call other libraries. It always runs on constants; a second
    derivative through what it gave, or a tangent pushed by transposing it, raises `MissingRule` instead of being zero.
    """

    @functools.wraps(rule)
    def marked(*args: Any, **kwargs: Any) -> Any:
        return rule(*args, **kwargs)

    marked.once_differentiable = True  # type: ignore[attr-defined]
    return marked


def is_once_differentiable(rule: Any) -> bool:
    """Whether a rule has the mark of `once_differentiable`."""
    return getattr(rule, "once_differentiable", False) is True
