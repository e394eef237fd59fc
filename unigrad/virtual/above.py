"""Above: sweeps of batched cotangents and tangents through a graph that lies one level below them.

So a whole basis passes through a graph at once, as for a Jacobian. The rules are run on arrays of the level, to which what the
nodes saved is shared by all examples; nothing of it is recorded, and so nothing needs to be a Tensor.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import Any

from unigrad.graph import PLAIN, Node, Pull, Tensor
from unigrad.observing import observers
from unigrad.reverse import explain
from unigrad.virtual.batch import BatchNamespace


def batch_above(tensors: Sequence[Tensor], nodes: Sequence[Node]) -> Any:
    """The one `BatchNamespace` of `tensors`, if it lies right above all `nodes`, and their rules are primitives' own; else None.

    Some of the tensors may lie where the nodes do.
    """
    found: Any = (x.xp for x in tensors)
    batch: Any = next((xp for xp in found if type(xp) is BatchNamespace), None)
    if batch is None or observers.get():
        return None
    below: Any = batch.__inner__
    if any(x.xp is not batch and x.xp is not below for x in tensors):
        return None
    return batch if all(node.xp is below and type(node.pull) is Pull for node in nodes) else None


def pull_batched(
    nodes: Iterable[Node], cotangents: dict[Any, Tensor], goals: Collection[Any], batch: Any
) -> dict[Any, Any]:
    """Pull `cotangents` through `nodes`, youngest first; returns the raw arrays that arrive at `goals`. The graph is kept."""
    raw, arrived = _raised(cotangents, batch), {}
    node: Any = None
    try:
        for node in nodes:
            g = raw.pop(node, None)
            if g is None:
                continue
            if node in goals:
                arrived[node] = g
                continue
            parts = node.pull.run(batch, g, _shared(node, batch))
            for parent, part in zip(node.parents, parts, strict=True):
                raw[parent] = raw[parent] + part if parent in raw else part
    except Exception as error:
        explain(error, node)
        raise
    return raw | arrived


def push_batched(nodes: Iterable[Node], tangents: dict[Any, Tensor], batch: Any) -> dict[Any, Any] | None:
    """Push `tangents` through `nodes`, oldest first; returns the raw arrays by node, None where a rule has to be transposed."""
    raw = _raised(tangents, batch)
    node: Any = None
    try:
        for node in nodes:
            given = tuple([raw.get(parent) for parent in node.parents])
            if node in raw or all(t is None for t in given):
                continue
            pushed = node.pull.push
            if pushed is None:
                return None
            raw[node] = pushed(batch, given, _shared(node, batch), node.options)
    except Exception as error:
        explain(error, node, "push")
        raise
    return raw


def _raised(tensors: dict[Any, Tensor], batch: Any) -> dict[Any, Any]:
    return {node: x.raw if x.xp is batch else batch.constant(x.raw) for node, x in tensors.items()}


def _shared(node: Node, batch: BatchNamespace) -> tuple[Any, ...]:
    """What `node` saved, its arrays as the level's, which all examples share."""
    return tuple(
        [
            value
            if kept == PLAIN
            else tuple(map(batch.constant, value))
            if type(kept) is tuple
            else batch.constant(value)
            if hasattr(value, "dtype")
            else value
            for value, kept in zip(node.saved, node.pull.kept, strict=True)
        ]
    )
