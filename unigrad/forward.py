"""The forward sweep: tangents pushed through the recorded graph, oldest node first.

A tangent says how an array changes; a node turns its parents' tangents into its own with the same rules, and the same saved
arrays, as the reverse sweep. A primitive of somebody else's that has no rule for this direction is pushed by transposing
its pull, which is linear in the cotangent.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from types import ModuleType
from typing import Any

from unigrad import primitives
from unigrad.graph import HookedPull, Leaf, Node, Tensor, ancestors, make_tensor
from unigrad.observing import observers
from unigrad.recording import pause, record
from unigrad.reverse import explain, lifted, sweep_recorded

Tangents = dict[Any, Any]


def push(nodes: Iterable[Node], tangents: Tangents) -> Tangents:
    """Push `tangents` (raw arrays, by node) through `nodes`, oldest first; returns them with those of the nodes they reach."""
    return _swept(nodes, tangents, _pushed_raw)


def push_recorded(nodes: Iterable[Node], tangents: dict[Any, Tensor]) -> dict[Any, Tensor]:
    """The same sweep with the rules run on Tensors, so that it is itself recorded; saved arrays keep their place in the graph."""
    return _swept(nodes, tangents, _pushed)


def _swept(nodes: Iterable[Node], tangents: Tangents, step: Callable[[Node, tuple[Any, ...]], Any]) -> Tangents:
    node: Any = None
    watching = observers.get()
    try:
        for node in nodes:
            given = tuple([tangents.get(parent) for parent in node.parents])
            if node not in tangents and any(t is not None for t in given):
                tangents[node] = step(node, given)
                for observer in watching:
                    observer.pushed(node, given, tangents[node])
    except Exception as error:
        explain(error, node, "push")
        raise
    return tangents


def _pushed_raw(node: Node, given: tuple[Any, ...]) -> Any:
    pushed = node.pull.push
    return _transposed_raw(node, given) if pushed is None else pushed(node.xp, given, node.saved, node.options)


def _pushed(node: Node, given: tuple[Tensor | None, ...]) -> Any:
    saved, pushed = lifted(node), node.pull.push
    return _transposed(node, given, saved) if pushed is None else pushed(primitives, given, saved, node.options)


def _transposed_raw(node: Node, given: tuple[Any, ...]) -> Any:
    tensors = tuple(None if t is None else make_tensor(t, node.xp) for t in given)
    with pause():
        return _transposed(node, tensors, lifted(node)).raw


def _transposed(node: Node, given: tuple[Tensor | None, ...], saved: tuple[Any, ...]) -> Tensor:
    """The tangent of a node whose pull says nothing of tangents but saves its result's shape and dtype, at the end."""
    shape, dtype = node.saved[-2:]
    pull = node.pull.inner if isinstance(node.pull, HookedPull) else node.pull  # hooks wait for gradients, not for this
    (result,) = transpose(lambda g: pull.run(primitives, g, saved), [(node.xp, shape, dtype)], given)
    return result


def device_beside(x: Tensor) -> Any:
    """The device for arrays beside `x`, in its library's words; None, the default one, where a tracer knows none."""
    return getattr(x.raw, "device", None)


def transpose(
    pull: Callable[..., Sequence[Tensor]],
    outs: Sequence[tuple[ModuleType, tuple[int, ...], Any]],
    tangents: Sequence[Tensor | None],
) -> list[Tensor]:
    """What the transpose of ``pull(*cotangents)`` makes of `tangents`, an entry for each of its results.

    `outs` are the namespace, shape and native dtype of each cotangent that the pull takes. It runs once, at zero, where a
    linear function's slope is that of everywhere.
    """
    device = next(device_beside(t) for t in tangents if t is not None)
    leaves = [Leaf(*facts) for facts in outs]
    zeros = [make_tensor(leaf.xp.zeros(leaf.shape, dtype=leaf.dtype, device=device), leaf.xp, leaf) for leaf in leaves]
    with record():
        parts = pull(*zeros)
    heads: dict[Any, Tensor] = {}
    for part, t in zip(parts, tangents, strict=True):
        if t is not None and part.node is not None:
            heads[part.node] = heads[part.node] + t if part.node in heads else t
    nodes, _, _ = ancestors(heads, min(leaf.id for leaf in leaves))
    arrived = sweep_recorded(nodes, heads, set(leaves))
    return [arrived.get(leaf, make_tensor(zero.raw, zero.xp)) for leaf, zero in zip(leaves, zeros, strict=True)]
