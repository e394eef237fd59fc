"""Dependence: how values come of one another in a run, by recorded edges and by those that cut the graph.

A value is known by its array. That tells a detached Tensor from the one that it was made of, with which it shares the array,
and follows what is computed of it although nothing is recorded.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from unigrad.debugging.edges import Edge, Kind
from unigrad.graph import Leaf, Node, Tensor, ancestors, leading_to
from unigrad.observing import ObservedNode, Observer
from unigrad.places import Place, here
from unigrad.recording import recording_flag

if TYPE_CHECKING:
    from unigrad.card import Card


class Value(NamedTuple):
    """A Tensor as it was when it was used: its argument's name, its array, its node."""

    argument: str
    raw: Any
    node: Node | Leaf | None


class Step(NamedTuple):
    """One operation of a run; ``card`` is None for what is no primitive, ``out`` for what left unigrad."""

    name: str
    card: Card | None
    operands: tuple[Value, ...]
    out: Value | None
    place: Place | None
    recording: bool


class Run(Observer):
    """The steps of a run, in order. Their arrays are kept, so that none has the identity of another."""

    def __init__(self) -> None:
        self.steps: list[Step] = []

    def _add(self, name: str, card: Card | None, operands: Iterable[tuple[str, Any]], result: Tensor | None) -> None:
        values = tuple(
            Value(name, x.raw, x.node) if isinstance(x, Tensor) else Value(name, x, None)
            for name, x in operands
            if hasattr(x, "dtype")  # arrays among the options are the library's own
        )
        out = None if result is None else Value("out", result.raw, result.node)
        self.steps.append(Step(name, card, values, out, here(), recording_flag.get()))

    def called(self, card: Card, operands: Sequence[Any], options: dict[str, Any], result: Tensor) -> None:
        """Note a primitive, and the Tensors among its operands and options."""
        names = card.arrays * len(operands) if card.sequence else card.arrays
        key = options.get("key", ())
        among = [("key", each) for each in (key if isinstance(key, tuple) else (key,))]
        self._add(card.name, card, [*zip(names, operands, strict=False), *among], result)

    def changed(self, name: str, x: Any, result: Tensor) -> None:
        """Note what is no primitive."""
        self._add(name, None, [("x", x)], result)

    def recorded(self, node: ObservedNode) -> None:
        """Let a node know its line."""
        node.place = here()

    def left(self, name: str, x: Tensor) -> None:
        """Note that values left unigrad."""
        self._add(name, None, [("x", x)], None)

    def cuts(self, x: Any, outs: Sequence[Tensor]) -> list[Edge]:
        """The edges at which what depends on the input `x` goes on unrecorded, on the way to `outs`."""
        needed = self._leading_to(outs)
        live = self._live(x, outs)
        recorded, unrecorded = {id(x.raw)}, set()
        detached: set[int] = set()
        found = []
        for step in self.steps:
            goes_on = step.out is not None and step.out.node in live
            for value in step.operands:
                key = id(value.raw)
                alive = value.node in live
                if step.out is None:
                    continue
                if alive and (not goes_on or _takes_no_gradient(step, value)) and id(step.out.raw) in needed:
                    found.append(_cut(step, value))
                elif key in recorded and not alive and key not in detached and id(step.out.raw) in needed:
                    found.append(Edge("detach", step.name, value.argument, step.place, _DETACHED.format(step.name)))
                if alive or key in recorded or key in unrecorded:
                    unrecorded.add(id(step.out.raw))
            if step.name == "stop_gradient" and step.out is not None:
                detached.add(id(step.out.raw))
            if goes_on and step.out is not None:
                recorded.add(id(step.out.raw))
        return found or self._ends(live, id(x.raw), unrecorded)

    def _live(self, x: Any, outs: Sequence[Tensor]) -> set[Any]:
        """The nodes of the run from which the input `x` can be reached."""
        found: list[Any] = [value for step in self.steps for value in (*step.operands, step.out)]
        roots = [each.node for each in (*found, *outs) if each is not None and each.node is not None]
        nodes, _, _ = ancestors(roots, x.node.id)
        return {x.node, *leading_to(nodes, {x.node})}

    def _leading_to(self, outs: Sequence[Tensor]) -> set[int]:
        """The arrays that `outs` came of."""
        needed = {id(out.raw) for out in outs}
        for step in reversed(self.steps):
            if step.out is not None and id(step.out.raw) in needed:
                needed.update(id(value.raw) for value in step.operands)
        return needed

    def _ends(self, live: set[Any], x: int, unrecorded: set[int]) -> list[Edge]:
        """What there is to say where nothing leads from the input to the outputs."""
        left = [
            Edge("left", step.name, "x", step.place, _LEFT.format(step.name))
            for step in self.steps
            if step.out is None
            and any(v.node in live or id(v.raw) in unrecorded or id(v.raw) == x for v in step.operands)
        ]
        if left:
            return left
        used = any(v.node in live or id(v.raw) == x for step in self.steps for v in step.operands)
        return [
            Edge("unread", "", "", _last_use(self.steps, live), _UNREAD)
            if used
            else Edge("unused", "", "", None, _UNUSED)
        ]


_DETACHED = "what '{0}' takes is detached from the graph: it has the values of a recorded Tensor, but not its place"
_LEFT = "the values leave unigrad by {0}, and what is computed of them outside is a constant"
_UNREAD = "what is computed of it does not lead to the result"
_UNUSED = "the result does not depend on it: no operation takes it"


def _last_use(steps: Sequence[Step], live: set[Any]) -> Place | None:
    return next((step.place for step in reversed(steps) if any(value.node in live for value in step.operands)), None)


def _takes_no_gradient(step: Step, value: Value) -> bool:
    """Whether the rule for this argument is that there is none."""
    if step.card is None or step.card.kind == "constant":
        return step.card is not None
    return value.argument == "key" or step.card.rules.get(value.argument, 0) == 0


def _cut(step: Step, value: Value) -> Edge:
    kind, sentence = _kind(step, value)
    return Edge(kind, step.name, value.argument, step.place, sentence)


def _kind(step: Step, value: Value) -> tuple[Kind, str]:
    name = step.name
    if name == "stop_gradient":
        return "detach", "it is detached: its values go on as a constant"
    if not step.recording:
        return "pause", f"'{name}' is called where recording is off, under pause()"
    if name == "astype":
        return "cast", "it is cast to integers or booleans, which have no gradient"
    if step.card is not None and step.card.kind == "constant":
        return "constant", f"'{name}' has the derivative zero wherever it has one"
    if value.argument == "key":
        return "argument", f"'{name}' takes it as an index, which has no gradient"
    return "argument", f"'{name}' has no gradient for its argument '{value.argument}'"
