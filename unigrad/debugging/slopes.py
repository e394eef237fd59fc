"""Slopes: where on its way through a recorded graph a cotangent becomes zero."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unigrad import primitives
from unigrad.debugging.edges import ZERO, Edge
from unigrad.debugging.values import plain
from unigrad.graph import Node, Tensor, ancestors, leading_to, make_tensor
from unigrad.observing import place_of
from unigrad.recording import pause
from unigrad.reverse import lifted, sweep_recorded


class Slopes:
    """The cotangents of all nodes behind `outs`, whose own are ones; the graph is kept."""

    def __init__(self, outs: Sequence[Tensor], floor: int = 0) -> None:
        heads: dict[Any, Tensor] = {}
        for out in outs:
            ones = make_tensor(out.xp.ones_like(out.raw), out.xp)
            heads[out.node] = heads[out.node] + ones if out.node in heads else ones
        self.nodes, self.ends, _ = ancestors(heads, floor)
        with pause():
            self.arrived = sweep_recorded(self.nodes, heads, set(self.nodes), through=True)

    def live(self, x: Any) -> set[Any]:
        """The nodes from which `x` can be reached, its own included."""
        return {x.node, *leading_to(self.nodes, {x.node})}

    def zero_edges(self, x: Tensor, partly: bool) -> list[Edge]:
        """The edges towards `x` at which a cotangent becomes zero: everywhere or, `partly`, somewhere."""
        found = []
        live = self.live(x)
        given: dict[Any, bool] = {}  # whether something that is not zero arrives
        for node in self.nodes:
            g = self.arrived.get(node)
            if node not in live or g is None or node is x.node:
                continue
            if _zeros(g) == _size(g):
                if given.get(node):
                    found.append(_cancelled(node))
                continue
            with pause():
                parts = node.pull.run(primitives, g, lifted(node))
            names = node.pull.argument_names
            for place, (parent, part) in enumerate(zip(node.parents, parts, strict=True)):
                name = names[place] if len(names) == len(parts) else names[0]
                zeros = _zeros(part)
                given[parent] = given.get(parent, False) or zeros < _size(part)
                if parent in live and (zeros == _size(part) or (partly and zeros > 0 and not _zeros(g))):
                    found.append(_flat(node, name, zeros == _size(part)))
        arrived = self.arrived.get(x.node)
        if arrived is not None and _zeros(arrived) == _size(arrived) and given.get(x.node):
            found.append(_cancelled(None))
        return found


def _flat(node: Node, name: str, everywhere: bool) -> Edge:
    primitive = node.pull.name
    kind, sentence = ZERO.get(primitive, ("flat", f"the slope of '{primitive}' with respect to '{name}' is zero"))
    return Edge(kind, primitive, name, place_of(node), sentence + ("" if everywhere else ", for some elements"))


def _cancelled(node: Any) -> Edge:
    name = "" if node is None else node.pull.name
    at = "the input" if node is None else f"the result of '{name}'"
    sentence = f"what arrives at {at} along several paths cancels"
    return Edge("cancellation", name, "", place_of(node), sentence)


def _zeros(g: Any) -> int:
    """How many elements are zero; none of what stands for several arrays."""
    if not isinstance(g, Tensor):
        return 0
    raw, xp, _ = plain(g.raw, g.xp)
    return int(xp.to_numpy(raw == 0).sum())


def _size(g: Any) -> int:
    if not isinstance(g, Tensor):
        return 1
    raw, _, _ = plain(g.raw, g.xp)
    size = 1
    for length in raw.shape:
        size *= int(length)
    return size


def zeros_and_size(g: Tensor) -> tuple[int, int]:
    """How many elements of a gradient are zero, and of how many."""
    return _zeros(g), _size(g)
