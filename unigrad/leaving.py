"""Leaving: values that a rule takes out of the graph while the rule itself is being differentiated.

A rule that goes through ``x.numpy()``, or gives back another library's array, is right for a gradient and has no derivative
of its own. Where the sweep is recorded, or transposed, that would be a gradient of zero without a word; here it is an error.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from typing import Any, Final, NamedTuple, TypeVar

from unigrad.errors import NotRecorded
from unigrad.graph import Tensor
from unigrad.recording import recording_flag

T = TypeVar("T")


REMEDY: Final = "write it with unigrad's functions, or mark it with once_differentiable"


class Watched(NamedTuple):
    """The rule that is running, and the number of the oldest node whose values it has to leave in the graph.

    ``linear`` says whether what it gives has to depend on something tracked: the cotangents, or tangents, are.
    """

    label: str
    floor: int
    linear: bool
    remedy: str


_watched: Final[ContextVar[Watched | None]] = ContextVar("unigrad rule under way", default=None)


def watch(label: str, given: list[Any], floor: int, run: Callable[[], T], remedy: str = REMEDY) -> T:
    """``run()``, a call of the rule `label` on the Tensors `given`; while it is recorded, only what is older than `floor` may leave."""
    if not recording_flag.get():
        return run()
    linear = any(isinstance(x, Tensor) and x.node is not None and x.node.id >= floor for x in given)
    token = _watched.set(Watched(label, floor, linear, remedy))
    try:
        return run()
    finally:
        _watched.reset(token)


def check_value(x: Tensor, how: str) -> None:
    """Raise `NotRecorded` where a rule that is watched reads the values of `x`, through which a derivative flows."""
    rule = _watched.get()
    if rule is not None and x.node is not None and x.node.id >= rule.floor and recording_flag.get():
        raise NotRecorded(
            f"{rule.label} takes a value out of the graph with {how}, so that it has no derivative in turn; "
            f"{rule.remedy}; where the value is only looked at, use x.detach()"
        )


def check_array(kind: str) -> None:
    """Raise `NotRecorded` where a rule that is watched gives an array of the type `kind`, which has no derivative."""
    rule = _watched.get()
    if rule is not None and rule.linear and recording_flag.get():
        raise NotRecorded(f"{rule.label} gave a '{kind}', which has no derivative in turn; {rule.remedy}")
