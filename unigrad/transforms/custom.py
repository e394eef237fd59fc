"""Custom rules in the graph: results of any computation, with a node whose rule their author writes."""

from __future__ import annotations

import functools
import weakref
from collections.abc import Callable, Sequence
from typing import Any, Final

from unigrad import primitives
from unigrad.conversion import lifted_to, namespace_of
from unigrad.graph import CONSTANT, OUT, PLAIN, UNRECORDED, Node, Pull, Tensor, class_beside, make_tensor, placed
from unigrad.observing import observers
from unigrad.recorder import add_node, unrecorded
from unigrad.recording import pause, recording_flag
from unigrad.reverse import add_to
from unigrad.transforms.bundles import Pick
from unigrad.transforms.rule import Rule, RuleOfCall, is_once_differentiable, once_differentiable


def custom_rule(
    outs: Any,
    inputs: Sequence[Any],
    pullback: Callable[..., Any],
    name: str = "custom",
    *,
    saved: Sequence[Any] | None = None,
    pushforward: Callable[..., Any] | None = None,
) -> Any:
    """`outs` as results of `inputs`: in a reverse sweep ``pullback(*cotangents)`` gives a cotangent, or None, for each input.

    `outs` is a Tensor or a sequence of Tensors, computed under `pause`; they come back recorded, as a Tensor or a tuple.
    The pullback gets a Tensor for each of them, zeros where none arrived: gradients, as users see them. Where it is written
    with Tensor functions it can be differentiated in turn, and is transposed to push tangents. With `saved` it is
    ``pullback(saved, *cotangents)``: the node keeps these values until its turn is over, and inputs and outputs among them
    come back at their places in the graph, where an output in a closure would be a constant. ``pushforward(*tangents)``, or
    ``pushforward(saved, *tangents)``, gives a sequence with a tangent, or None, for each output, in place of the transposed
    pullback; it gets None for an input without one. `custom_vjp`, `custom_jvp` and `Function` are made of this. Raises
    `ArgumentError` where it gives another number of cotangents than there are inputs, `ShapeError` for one that has not its
    input's shape, `NotRecorded` where it is to be differentiated and takes values out of the graph.
    """
    single = isinstance(outs, Tensor)
    results: list[Tensor] = [outs] if single else list(outs)
    if is_tracked(inputs):
        pull, push = (_without_saved(each) if saved is None else each for each in (pullback, pushforward))
        results = recorded(results, inputs, Rule(name, f"the pullback of '{name}'", pull, push), saved or ())
    elif recording_flag.get() is UNRECORDED:
        results = [placed(out, unrecorded(inputs)) for out in results]
    return results[0] if single else tuple(results)


def _without_saved(function: Callable[..., Any] | None) -> Callable[..., Any] | None:
    """`function` of cotangents or tangents as one that is handed saved values too."""
    if function is None:
        return None
    given = lambda saved, *parts: function(*parts)
    return once_differentiable(given) if is_once_differentiable(function) else given


def is_tracked(inputs: Sequence[Any]) -> bool:
    """Whether a gradient flows through one of `inputs`, and is being recorded."""
    return bool(recording_flag.get()) and any(isinstance(x, Tensor) and x.node is not None for x in inputs)


def recorded(
    outs: Sequence[Tensor],
    inputs: Sequence[Any],
    rule: Rule,
    saved: Sequence[Any] = (),
    known: Sequence[Any] | None = None,
) -> list[Tensor]:
    """`outs` as results of `inputs`, of which some are tracked, by `rule`, which is handed the `saved` values in each sweep.

    What is saved and is one of `known` (as many as the inputs, which they are unless given) or of `outs` comes back at its
    place in the graph. All operands meet at the levels of all, as those of a primitive do.
    """
    tracked = [i for i, x in enumerate(inputs) if isinstance(x, Tensor) and x.node is not None]
    operands = [*outs, *(inputs[i] for i in tracked)]
    xp: Any = outs[0].xp
    if saved or all(each.xp.__backend__ is xp.__backend__ for each in operands):
        xp = namespace_of(operands)
        operands = [lifted_to(xp, each) for each in operands]
    results, parents = operands[: len(outs)], operands[len(outs) :]
    kinds = _Kinds(saved, inputs if known is None else known, outs, tracked, xp)
    held = [
        results[kinds.outputs[k]].raw if kind == OUT else parents[kind].raw if kind >= 0 else kinds.value(kind, x, xp)
        for k, (kind, x) in enumerate(zip(kinds.kept, saved, strict=True))
    ]
    for observer in observers.get():
        observer.ruled(inputs)
    call = RuleOfCall(rule, len(inputs), tracked, parents, results)
    node = add_node(_CustomPull(call, kinds), call.nodes, held[0] if len(held) == 1 else tuple(held), xp)
    nodes = [node] if len(results) == 1 else [kinds.output(place, node) for place in range(len(results))]
    return [
        _of_class(placed(lifted, each), class_beside(type(out)))
        for lifted, each, out in zip(results, nodes, outs, strict=True)
    ]


class _Kinds:
    """What each value that a node of a custom rule saves is (see `unigrad.graph.Pull`), and its outputs among them.

    A node that held its own output's node would hold itself. So that of one among several outputs is found while it is
    alive, and else made anew.
    """

    def __init__(
        self, saved: Sequence[Any], known: Sequence[Any], outs: Sequence[Tensor], tracked: list[int], xp: Any
    ) -> None:
        inputs = {id(x): i for i, x in enumerate(known) if isinstance(x, Tensor)}
        results = {id(out): place for place, out in enumerate(outs)}
        parents = {i: place for place, i in enumerate(tracked)}

        def kind(x: Any) -> int:
            if not isinstance(x, Tensor) or x.xp.__backend__ is not xp.__backend__:
                return PLAIN
            if id(x) in inputs:
                return parents.get(inputs[id(x)], CONSTANT)
            return OUT if id(x) in results else CONSTANT if x.node is None else PLAIN

        self.kept = tuple(map(kind, saved))
        self.classes = [class_beside(type(x)) if isinstance(x, Tensor) else None for x in saved]
        self.outputs = {k: results[id(x)] for k, x in enumerate(saved) if self.kept[k] == OUT}
        self.several = len(outs) > 1
        self._alive: dict[int, weakref.ref[Node]] = {}

    @staticmethod
    def value(kind: int, x: Any, xp: Any) -> Any:
        """What is held of a value that is neither a tracked input nor an output."""
        return lifted_to(xp, x).raw if kind == CONSTANT else x

    def constants(self, node_xp: Any, values: Sequence[Any]) -> list[Any]:
        """What is saved, its arrays as constants."""
        found = zip(values, self.kept, self.classes, strict=True)
        return [x if kind == PLAIN else _of_class(make_tensor(x, node_xp), made) for x, kind, made in found]

    def in_graph(self, values: Sequence[Any]) -> list[Any]:
        """What is saved, as a recorded sweep lifts it, outputs moved from the node that stands for all to their own."""
        moved = list(values)
        for k, place in self.outputs.items() if self.several else ():
            moved[k] = make_tensor(moved[k].raw, moved[k].xp, self.output(place, moved[k].node))
        found = zip(moved, self.kept, self.classes, strict=True)
        return [x if kind == PLAIN else _of_class(x, made) for x, kind, made in found]

    def output(self, place: int, node: Any) -> Node:
        """The node of the output at `place`, above `node`, which stands for all."""
        found = self._alive[place]() if place in self._alive else None
        if found is None:
            found = add_node(_pick(place), (node,), (), node.xp, kind=_Output)
            self._alive[place] = weakref.ref(found)
        return found


def _of_class(x: Tensor, array_class: Any) -> Tensor:
    x.__class__ = array_class
    return x


class _Output(Node):
    """The node of one of several outputs."""

    __slots__ = ("__weakref__",)


_pick: Final = functools.cache(Pick)


class _CustomPull(Pull):
    """The pull of all outputs: the author's rule, on Tensors in either sweep."""

    __slots__ = ()

    def __init__(self, call: RuleOfCall, kinds: _Kinds) -> None:
        super().__init__(call.rule.name, {}, {}, kinds.kept, tuple(f"input {i}" for i in call.tracked))

        def cotangents(g: Any) -> list[Any]:
            return [g.parts.get(place) for place in range(len(call.outs))] if kinds.several else [g]

        def run(_xp: Any, g: Any, saved: Any) -> tuple[Tensor, ...]:
            return tuple(call.pulled(cotangents(g), call.rule.restore(kinds.in_graph(saved))))

        def step(node: Node, g: Any) -> None:
            with pause():
                heads = _tensors(cotangents(g), call.outs)
                parts = call.pulled(heads, call.rule.restore(kinds.constants(node.xp, node.saved)))
            for parent, part in zip(node.parents, parts, strict=True):
                add_to(parent, part.raw)

        def push(xp: Any, tangents: tuple[Any, ...], saved: Any, _options: Any) -> Any:
            if xp is primitives:
                pushed: list[Any] = list(call.pushed(tangents, call.rule.restore(kinds.in_graph(saved))))
            else:
                with pause():
                    given = _tensors(tangents, call.ins)
                    pushed = [t.raw for t in call.pushed(given, call.rule.restore(kinds.constants(xp, saved)))]
            return pushed if kinds.several else pushed[0]

        self.run, self.step, self.push = run, step, push


def _tensors(arrays: Sequence[Any], facts: Sequence[Any]) -> list[Tensor | None]:
    return [None if x is None else make_tensor(x, fact.xp) for x, fact in zip(arrays, facts, strict=True)]
