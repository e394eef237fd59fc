"""`step`: the reverse sweep as an iterator, and as a stepper in a terminal."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from rich.console import Console

from unigrad.explaining.arrays import sketch
from unigrad.explaining.asking import variables
from unigrad.explaining.walking import Step, heads_of, name_of, pull_steps
from unigrad.graph import Leaf, Node, Tensor

__all__ = ["Stepper", "step"]


def step(y: Any, weights: Any = None, *, names: Mapping[str, Any] | None = None) -> Stepper:
    """The reverse sweep from `y`, a recorded Tensor or several, one node at a time; nothing is freed or changed.

    Iterating gives a `Step` for each node: its cotangent ``g`` and the contributions to its parents. `weights` are what the
    sweep starts with, ones if none are given. In a terminal, ``ug.step(y).interact()`` asks what to do at each step: go on,
    go on until a node, until a NaN, or look at a cotangent. `names` says what Tensors are called; others go by the names of
    the caller's variables. Iterating raises `NotRecorded` for a constant, `GraphFreed` for a graph that a sweep has freed.
    """
    caller = sys._getframe(1)
    found = {**variables(caller.f_globals), **variables(caller.f_locals)}
    found |= {id(x): (name, x) for name, x in (names or {}).items()}
    called = {x.node: name for name, x in found.values() if isinstance(x, Tensor) and x.node is not None}
    return Stepper(lambda: heads_of(y, weights, "step"), called)


class Stepper:
    """The reverse sweep, as far as it has been asked for; see `step`."""

    def __init__(self, heads: Callable[[], dict[Any, Tensor]], names: dict[Any, str]) -> None:
        self._heads = heads
        self._steps: Iterator[Step] | None = None
        self.names = names
        """What nodes and leaves are called."""
        self.cotangents: dict[Any, Any] = {}
        """What has arrived at each node and leaf so far."""
        self.current: Step | None = None
        """The step that was made last."""

    def __iter__(self) -> Stepper:
        return self

    def __next__(self) -> Step:
        """The next step."""
        if self._steps is None:
            heads = self._heads()
            self.cotangents = dict(heads)
            self._steps = pull_steps(heads)
        self.current = step = next(self._steps)
        self.cotangents |= {each.parent: each.total for each in step.contributions}
        return step

    def until(self, stop: Callable[[Step], bool]) -> Step | None:
        """Go on to the first step of which `stop` says so; None where there is none."""
        return next((step for step in self if stop(step)), None)

    def until_node(self, name: str) -> Step | None:
        """Go on to the node that is called so, or whose primitive is, or whose number is."""
        return self.until(lambda step: name in (step.name, self.names.get(step.node), str(step.node.id)))

    def until_not_finite(self) -> Step | None:
        """Go on to the first step at which a contribution holds a NaN or an infinity."""
        return self.until(lambda step: not all(sketch(each.part).finite for each in step.contributions))

    def title(self, place: Node | Leaf) -> str:
        """What a node or leaf is called: by the program, or its primitive and number."""
        return self.names.get(place) or f"{name_of(place)} {place.id}"

    def interact(self, read: Callable[[], str] | None = None, console: Console | None = None) -> None:
        """Ask for commands and show each step, until the sweep ends or the answer is quit.

        `read` gives the next command (None: the terminal is asked), `console` is rich's, for where it goes.
        """
        from unigrad.explaining.terminal import Terminal

        Terminal(self, read, console or Console()).run()
