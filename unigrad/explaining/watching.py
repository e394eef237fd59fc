"""Watching: a run of the user's program with the value and the line of every node that it records."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from unigrad.graph import Node, Tensor
from unigrad.observing import ObservedNode, Observer
from unigrad.places import here, is_own

if TYPE_CHECKING:
    from unigrad.card import Card

__all__ = ["Watch", "in_words"]


class Watch(Observer):
    """Keeps what a scope of `unigrad.observing` sees; `began` is called with the cotangents that a reverse sweep begins with."""

    def __init__(self, began: Callable[[dict[Any, Tensor]], None] | None = None) -> None:
        self.values: dict[Any, Tensor] = {}
        """The result of each recorded operation, by its node."""
        self._nodes: dict[Node, None] = {}
        self._began = began

    def called(self, card: Card, operands: Sequence[Any], options: dict[str, Any], result: Tensor) -> None:
        """Keep the result, and what of the operands is at a leaf."""
        for x in (*operands, result):
            if isinstance(x, Tensor) and x.node is not None:
                self.values[x.node] = x

    def changed(self, name: str, x: Any, result: Tensor) -> None:
        """Keep the result."""
        if result.node is not None:
            self.values.setdefault(result.node, result)

    def recorded(self, node: ObservedNode) -> None:
        """Note the line."""
        self._nodes[node] = None
        if node.place is None:
            node.place = here()

    def began(self, heads: dict[Any, Tensor]) -> None:
        """A sweep begins."""
        if self._began is not None:
            self._began(heads)

    def forget(self) -> None:
        """Let go of what has been seen so far."""
        self.values.clear()
        self._nodes.clear()

    def ends(self) -> list[Node]:
        """The nodes that no other one was made from: where the program had come to."""
        used = {parent for node in self._nodes for parent in node.parents}
        return [node for node in self._nodes if node not in used]


def in_words(error: BaseException) -> str:
    """What a program raised, and at which of its lines."""
    place, trace = "", error.__traceback__
    while trace is not None:
        if not is_own(trace.tb_frame):
            file = trace.tb_frame.f_code.co_filename
            place = f", at {file}, line {trace.tb_lineno}: {linecache.getline(file, trace.tb_lineno).strip()}"
        trace = trace.tb_next
    return f"{type(error).__name__}: {error}{place}"
