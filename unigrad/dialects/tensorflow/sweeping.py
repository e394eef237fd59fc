"""The sweep behind a tape: back through what was recorded while the tape was recording, and no further.

A tape treats values made before it began as constants, though another tape may have recorded how they were made. So the
walk ends at nodes that are older than the tape, and at those from a time when it was stopped; `unigrad.gradients`, which
goes back to the leaves, would give a wrong gradient there.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.graph import Leaf, Node, ancestors, leading_to, make_tensor
from unigrad.reverse import conjugate, sweep, sweep_by_table, sweep_recorded

Spans = list[list[float]]
"""For each time that a tape was recording the first and the last node number."""


def within(node: Node | Leaf, spans: Spans) -> bool:
    """Whether `node` was made while the tape was recording."""
    for first, last in spans:  # noqa: SIM110 - for each target of each gradient
        if first < node.id < last:
            return True
    return False


def swept(heads: dict[Any, ug.Tensor], places: Sequence[Any], spans: Spans, *, keep: bool, recorded: bool) -> list[Any]:
    """The gradient at each of `places` (nodes, leaves, or None), as EagerTensors, given the weights of `heads`; None for nothing."""
    heads = {node: conjugate(weights) for node, weights in heads.items()}
    nodes, ends, _ = ancestors(heads, floor=int(spans[0][0]))
    if len(spans) > 1:
        ends += [node for node in nodes if not within(node, spans)]
        nodes = [node for node in nodes if within(node, spans)]
    goals = {place for place in places if place is not None}
    if recorded:
        with ug.record():
            arrived = sweep_recorded(leading_to(nodes, goals), dict(heads), goals, through=True)
        return [F.adopt(conjugate(arrived[place]) if place in arrived else None) for place in places]
    if any(
        g.xp is not node.xp for node, g in heads.items()
    ):  # weights within vmap: on Tensors both sides come together
        with ug.pause():
            arrived = sweep_recorded(leading_to(nodes, goals), dict(heads), goals, through=True)
        return [F.adopt(conjugate(arrived[place])) if place in arrived else None for place in places]
    raw = {node: g.raw for node, g in heads.items()}
    arrays = sweep(nodes, ends, raw, keep) if goals.isdisjoint(nodes) else sweep_by_table(nodes, raw, keep, goals)
    return [_adopted(arrays[place], place.xp) if place in arrays else None for place in places]


def _adopted(array: Any, xp: Any) -> Any:
    tensor = conjugate(make_tensor(array, xp))
    tensor.__class__ = EagerTensor
    return tensor
