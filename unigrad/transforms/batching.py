"""Batching: the examples of a map as arrays with an axis, for functions that compute them in a way of their own."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unigrad.conversion import open_levels
from unigrad.graph import Leaf, Node, Tensor, ancestors
from unigrad.transforms.differentiation import IDENTITY, tensor_of
from unigrad.virtual.batch import BatchLevel
from unigrad.virtual.crossing import enter, leave
from unigrad.virtual.levels import levels_of


def innermost_map(leaves: Sequence[Any]) -> BatchLevel | None:
    """The innermost map that some of `leaves` are in."""
    found = [
        level for x in leaves if isinstance(x, Tensor) for level in levels_of(x.xp) if isinstance(level, BatchLevel)
    ]
    return max(found, key=lambda level: level.id, default=None)


def is_differentiated_within(leaves: Sequence[Any], level: BatchLevel) -> bool:
    """Whether a derivative with respect to something that some of `leaves` depend on is taken for each example."""
    nodes = [x.node for x in leaves if isinstance(x, Tensor) and x.node]
    inside, ends, _ = ancestors(nodes, level.id)
    return any(isinstance(end, Leaf) and end.id > level.id for end in ends) or any(
        isinstance(node, Node) and node.pull is IDENTITY for node in inside
    )


def over_examples(level: BatchLevel, leaves: Sequence[Any], run: Callable[[list[bool], list[Any]], Any]) -> Any:
    """``run(mapped, arrays)`` outside the map: which of `leaves` differ from example to example, and all, these along axis 0."""
    mapped = [isinstance(x, Tensor) and level in levels_of(x.xp) for x in leaves]
    arrays = [leave(x, level) if there else x for x, there in zip(leaves, mapped, strict=True)]
    token = open_levels.set(tuple(each for each in open_levels.get() if each is not level))
    try:
        return run(mapped, arrays)
    finally:
        open_levels.reset(token)


def as_example(x: Any, level: BatchLevel) -> Tensor:
    """An array with the examples along axis 0, as the one for each example."""
    return enter(tensor_of(x), level)
