"""The formulas of an explanation: each is written once, however many nodes it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unigrad.explaining import rules
from unigrad.explaining.explanation import Formula
from unigrad.explaining.notation import written
from unigrad.explaining.styles import LATEX, MATHML, TEXT
from unigrad.explaining.walking import Push, Step
from unigrad.graph import Node

__all__ = ["Formulas"]


class Formulas:
    """A table of formulas; what asks for one gets its number, or None where there is none."""

    def __init__(self) -> None:
        self.entries: list[Formula] = []
        self._known: dict[Any, tuple[int, ...] | None] = {}

    def pulled(self, step: Step) -> tuple[int | None, ...]:
        """What the node of a step of the reverse sweep gives to each parent."""
        node = step.node
        found = self._kept(("pull", *_key(node)), lambda: rules.pulled(node, step.g))
        return (None,) * len(node.parents) if found is None else found

    def pushed(self, step: Push) -> int | None:
        """The tangent of the node of a step of the forward sweep."""
        given = tuple(t is not None for t in step.given)
        return self._one(("push", given, *_key(step.node)), lambda: rules.pushed(step.node, step.given))

    def output(self, node: Node) -> int | None:
        """The node's own result."""
        return self._one(("output", *_key(node)), lambda: rules.output(node))

    def _one(self, key: Any, make: Callable[[], Any]) -> int | None:
        def alone() -> Any:
            formula = make()
            return None if formula is None else (formula,)

        found = self._kept(key, alone)
        return None if found is None else found[0]

    def _kept(self, key: Any, make: Callable[[], Any]) -> tuple[int, ...] | None:
        if key not in self._known:
            made = make()
            first = len(self.entries)
            self.entries += map(_formula, made or ())
            self._known[key] = None if made is None else tuple(range(first, len(self.entries)))
        return self._known[key]


def _key(node: Node) -> tuple[Any, ...]:
    """What a node's formulas depend on; of a rule that looks at values, the way that it took first is written down."""
    saved = (tuple(value.shape) if hasattr(value, "shape") else repr(value) for value in node.saved)
    return (id(node.pull), *saved, repr(node.options))


def _formula(formula: Any) -> Formula:
    text, text_parts = written(formula, TEXT)
    mathml, parts = written(formula, MATHML)
    latex, _ = written(formula, LATEX)
    return Formula(text, mathml, latex, tuple(parts), tuple(f"{name} = {part}" for name, part in text_parts))
