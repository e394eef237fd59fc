"""Watching: a run of the user's program with the value and the line of every node that it records."""

from __future__ import annotations

import linecache
from collections.abc import Callable, Sequence
from types import FrameType
from typing import TYPE_CHECKING, Any

from unigrad.graph import Node, Tensor
from unigrad.observing import ObservedNode, Observer, here

if TYPE_CHECKING:
    from unigrad.card import Card

__all__ = ["Watch", "in_words", "users_frame"]


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


def users_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame of the user's program, from `frame` outwards."""
    while frame is not None and _is_ours(frame):
        frame = frame.f_back
    return frame


def in_words(error: BaseException) -> str:
    """What a program raised, and at which of its lines."""
    place, trace = "", error.__traceback__
    while trace is not None:
        if not _is_ours(trace.tb_frame):
            file = trace.tb_frame.f_code.co_filename
            place = f", at {file}, line {trace.tb_lineno}: {linecache.getline(file, trace.tb_lineno).strip()}"
        trace = trace.tb_next
    return f"{type(error).__name__}: {error}{place}"


def _is_ours(frame: FrameType) -> bool:
    module = frame.f_globals.get("__name__") or "unigrad"  # what unigrad writes itself has no name
    return bool(module == "unigrad" or module.startswith(("unigrad.", "unigrad_")))
