"""Values of nodes: a graph keeps those that rules need, and some others follow from them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from unigrad.card import REGISTRY
from unigrad.graph import OUT, Leaf, Node, Tensor, make_tensor
from unigrad.reverse import FREED

__all__ = ["follow", "saved_values"]

Values = dict[Any, Tensor]


def saved_values(nodes: Iterable[Node]) -> Values:
    """The values that the nodes have saved for their rules, by the node or leaf that they belong to."""
    found: Values = {}
    for node in nodes:
        if node.pull is FREED:
            continue
        for value, kept in zip(node.saved, node.pull.kept, strict=True):
            if isinstance(kept, tuple):
                for place, parent in zip(kept, node.parents, strict=True):
                    found.setdefault(parent, make_tensor(value[place], node.xp))
            elif kept == OUT or kept >= 0:
                found.setdefault(node if kept == OUT else node.parents[kept], make_tensor(value, node.xp))
    return found


def follow(nodes: Iterable[Node], values: Values) -> None:
    """Add the values that follow from others: where all operands are known the kernel gives the result again.

    `nodes` come oldest first.
    """
    for node in nodes:
        if node in values or node.pull is FREED:
            continue
        raw = _again(node, values)
        if raw is not None:
            values[node] = make_tensor(raw, node.xp)


def _again(node: Node, values: Values) -> Any:
    """The result of `node`'s kernel, None where an operand is not known."""
    name, parents = node.pull.name, node.parents
    if name in ("input", "astype"):
        x = values.get(parents[0])
        if x is None or x.xp is not node.xp:
            return None
        return x.raw if name == "input" or node.options is None else node.xp.astype(x.raw, **node.options)
    card = REGISTRY.get(name)
    if card is None or card.sequence or not node.pull.sources or card.kind == "composition":
        return None
    operands = []
    for argument in card.arrays:
        operand = _operand(node, argument, values)
        if operand is None:
            return None
        operands.append(operand)
    return getattr(node.xp, name)(*operands, **(node.options or {}))


def _operand(node: Node, argument: str, values: Values) -> Any:
    pull = node.pull
    if argument in pull.argument_names:
        parent: Node | Leaf = node.parents[pull.argument_names.index(argument)]
        x = values.get(parent)
        return x.raw if x is not None and x.xp is node.xp else None
    return node.saved[pull.saved.index(argument)] if argument in pull.saved else None
