"""The rules of a node as formulas: its pull and its push, run at the symbol level on what the node saved."""

from __future__ import annotations

import inspect
import warnings
from collections.abc import Sequence
from typing import Any

from unigrad.card import REGISTRY
from unigrad.graph import NUMBER, PLAIN, Node, Pull, Tensor
from unigrad.virtual.formula import Call, Constant, Formula, Name
from unigrad.virtual.symbol import SymbolArray, SymbolLevel

__all__ = ["output", "place_of_rule", "pulled", "pushed"]


def pulled(node: Node, g: Tensor) -> tuple[Formula, ...] | None:
    """For each parent the formula of what the node's pull gives it, in terms of ``g``, the arguments and ``out``.

    None where the pull is no rule of a card: a crossing of levels, an author's own pullback.
    """
    if not _is_written(node) or getattr(g, "xp", None) is not node.xp:
        return None
    xp: Any = SymbolLevel().namespace(node.xp)
    with warnings.catch_warnings(action="ignore"):  # what there is to warn of, the sweep itself warns of
        parts = node.pull.run(xp, xp.named(g.raw, "g"), _saved(node, xp))
    return tuple(_formula(part) for part in parts)


def pushed(node: Node, tangents: Sequence[Tensor | None]) -> Formula | None:
    """The formula of the tangent that the node's push makes of its parents' ``t0``, ``t1``, … (``t`` for a single one).

    None where the pull is no rule of a card, or where the push is the transpose of the pull.
    """
    if not _is_written(node) or node.pull.push is None:
        return None
    if any(t is not None and t.xp is not node.xp for t in tangents):
        return None
    xp: Any = SymbolLevel().namespace(node.xp)
    names = ["t"] if len(tangents) == 1 else [f"t{place}" for place in range(1, len(tangents) + 1)]
    given = tuple(None if t is None else xp.named(t.raw, name) for t, name in zip(tangents, names, strict=True))
    with warnings.catch_warnings(action="ignore"):
        return _formula(node.pull.push(xp, given, _saved(node, xp), node.options))


def output(node: Node) -> Formula:
    """The formula of the node's own result, in terms of its arguments."""
    card = REGISTRY.get(node.pull.name)
    names = node.pull.argument_names if card is None else card.arrays
    known = dict(zip(node.pull.saved, zip(node.pull.kept, node.saved, strict=True), strict=True))
    options = {} if node.options is None or card is None else node.options
    return Call(
        node.pull.name,
        tuple(_operand(name, known.get(name)) for name in names),
        tuple((word, Constant(value)) for word, value in options.items()),
    )


def _operand(name: str, known: Any) -> Formula:
    """An argument: a number that is known is shown as one."""
    if known is not None and (known[0] == NUMBER or not hasattr(known[1], "shape")) and not isinstance(known[1], tuple):
        value = known[1]
        return Constant(value.item() if hasattr(value, "item") else value)
    return Name(name)


def place_of_rule(node: Node, argument: str, push: bool = False) -> str:
    """The file and line of the rule for an argument; empty where it is no function."""
    rule = (push and node.pull.scope.get(f"j{argument}")) or node.pull.scope.get(f"d{argument}")
    return f"{inspect.getsourcefile(rule)}:{rule.__code__.co_firstlineno}" if inspect.isfunction(rule) else ""


def _is_written(node: Node) -> bool:
    return type(node.pull) is Pull and "run" in node.pull.sources


def _saved(node: Node, xp: Any) -> tuple[Any, ...]:
    """What the node saved, its arrays under the rules' own names."""
    return tuple(
        _named(value, kept, name, node, xp)
        for value, kept, name in zip(node.saved, node.pull.kept, node.pull.saved, strict=True)
    )


def _named(value: Any, kept: Any, name: str, node: Node, xp: Any) -> Any:
    if kept == PLAIN or not hasattr(value, "dtype"):
        if isinstance(kept, tuple):
            return tuple(xp.named(array, f"{name}{place}") for place, array in enumerate(value, 1))
        return value
    return node.xp.item(value) if kept == NUMBER else xp.named(value, name)


def _formula(value: Any) -> Formula:
    return value.formula if isinstance(value, SymbolArray) else Constant(value)
