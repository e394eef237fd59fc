"""Walking: the two sweeps over a recorded graph, a node at a time, with nothing freed and nothing changed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from unigrad import primitives
from unigrad.conversion import is_complex
from unigrad.errors import ArgumentError, DTypeError, NotRecorded
from unigrad.forward import push_recorded
from unigrad.graph import Leaf, Node, Tensor, ancestors, make_tensor
from unigrad.imperative import weights_for
from unigrad.recording import pause
from unigrad.reverse import FREED, conjugate, explain, lifted

__all__ = ["Contribution", "Push", "Step", "heads_of", "name_of", "pull_steps", "push_steps"]


@dataclass(frozen=True, slots=True)
class Contribution:
    """What one node adds to the cotangent of one of its parents, and what the parent has got with it."""

    parent: Node | Leaf
    argument: str
    part: Any
    total: Any


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the reverse sweep: the node, the cotangent ``g`` that arrived at it, and what its rule makes of that."""

    number: int
    node: Node
    g: Any
    contributions: tuple[Contribution, ...]

    @property
    def name(self) -> str:
        """The name of the node's primitive."""
        return self.node.pull.name


@dataclass(frozen=True, slots=True)
class Push:
    """One step of the forward sweep: the node, its parents' tangents, what each contributes, and the node's tangent."""

    number: int
    node: Node
    given: tuple[Tensor | None, ...]
    parts: tuple[Tensor | None, ...]
    t: Tensor


def name_of(place: Node | Leaf) -> str:
    """What a node is called where nothing else is known of it: its primitive."""
    return "leaf" if isinstance(place, Leaf) else "freed" if place.pull is FREED else place.pull.name


def heads_of(outputs: Any, weights: Any, what: str) -> dict[Any, Tensor]:
    """The cotangent that each output's node starts with: ones, or `weights`, a gradient for each output.

    Raises `NotRecorded` for a Tensor that is a constant, `DTypeError` for complex numbers without weights, `ArgumentError`.
    """
    several = isinstance(outputs, (tuple, list))
    outs = list(outputs) if several else [outputs]
    given = [weights] if not several else [None] * len(outs) if weights is None else list(weights)
    if len(given) != len(outs):
        raise ArgumentError(f"{what}: there are {len(outs)} outputs and {len(given)} weights; give one for each output")
    heads: dict[Any, Tensor] = {}
    for y, each in zip(outs, given, strict=True):
        g = _start(y, each, what)
        heads[y.node] = heads[y.node] + g if y.node in heads else g
    return heads


def _start(y: Any, weights: Any, what: str) -> Tensor:
    if not isinstance(y, Tensor):
        raise ArgumentError(
            f"{what} needs a Tensor, not a '{type(y).__name__}'; give it what unigrad's functions returned"
        )
    if y.node is None:
        raise NotRecorded(
            f"{what}: this Tensor was not recorded: it does not depend on any Tensor with attach_grad(), "
            "or it was computed under pause() or detached"
        )
    if weights is not None:
        return conjugate(weights_for(y, weights, "the weights"))
    if is_complex(y.raw.dtype):
        raise DTypeError(
            f"{what}: a Tensor of dtype '{y.dtype}' needs weights; or take real(), imag() or abs() of it first"
        )
    return make_tensor(y.xp.ones_like(y.raw), y.xp)


def pull_steps(heads: dict[Any, Tensor], nodes: Sequence[Node] | None = None) -> Iterator[Step]:
    """The reverse sweep from `heads`, youngest node first, through `nodes` (None: all that they were made from).

    The rules are those of every sweep, run on Tensors with recording off. An exception of a rule carries a note that names
    it; `GraphFreed` where a sweep before has freed a node.
    """
    cotangents: dict[Any, Any] = dict(heads)
    number = 0
    for node in ancestors(heads)[0] if nodes is None else nodes:
        if node not in cotangents:
            continue
        g = cotangents.pop(node)
        try:
            with pause():
                contributions = tuple(_contributions(node, g, cotangents))
        except Exception as error:
            explain(error, node)
            raise
        number += 1
        yield Step(number, node, g, contributions)


def _contributions(node: Node, g: Any, cotangents: dict[Any, Any]) -> Iterator[Contribution]:
    parts = node.pull.run(primitives, g, lifted(node))
    for place, (parent, part) in enumerate(zip(node.parents, parts, strict=True)):
        total = cotangents[parent] + part if parent in cotangents else part
        cotangents[parent] = total
        yield Contribution(parent, argument_of(node, place), part, total)


def argument_of(node: Node, place: int) -> str:
    """The name of the argument that a node's parent at `place` is."""
    names = node.pull.argument_names
    return f"{names[0]}[{place}]" if place >= len(names) or len(names) < len(node.parents) else names[place]


def push_steps(nodes: Sequence[Node], tangents: dict[Any, Tensor]) -> Iterator[Push]:
    """The forward sweep from `tangents`, through `nodes` given youngest first; nodes that no tangent reaches are passed over."""
    reached = dict(tangents)
    number = 0
    for node in reversed(nodes):
        given = tuple(reached.get(parent) for parent in node.parents)
        if node in reached or all(t is None for t in given):
            continue
        with pause():
            t = push_recorded([node], dict(_known(node, given)))[node]
            parts = tuple(None if each is None else _alone(node, place, given, t) for place, each in enumerate(given))
        reached[node] = t
        number += 1
        yield Push(number, node, given, parts, t)


def _known(node: Node, given: Sequence[Tensor | None]) -> Iterator[tuple[Any, Tensor]]:
    return ((parent, t) for parent, t in zip(node.parents, given, strict=True) if t is not None)


def _alone(node: Node, place: int, given: Sequence[Tensor | None], t: Tensor) -> Any:
    """What the parent at `place` alone contributes to the node's tangent; None where the transpose of the pull gives only all."""
    if sum(each is not None for each in given) == 1:
        return t
    only = tuple(each if i == place else None for i, each in enumerate(given))
    return None if node.pull.push is None else node.pull.push(primitives, only, lifted(node), node.options)
