"""Captures: Tensors from outside that are being differentiated, and that a function under jit uses without being given them.

They become further arguments of its program, so that gradients flow to them, and a new value needs no new program. While the
program is written, each stands for its argument; nothing remains of that.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from contextvars import ContextVar
from typing import Any, Final

import optree

from unigrad.errors import TraceError
from unigrad.graph import Tensor
from unigrad.virtual.trace import changed_in_place

References = tuple["weakref.ref[Tensor]", ...]


class Captured(TraceError):
    """A function under jit uses `tensors` from outside that are being differentiated."""

    def __init__(self, tensors: Sequence[Tensor]) -> None:
        shapes = f" of shape {tuple(tensors[0].raw.shape)}" if tensors else ""
        super().__init__(
            f"a function under jit uses a Tensor{shapes} from outside that is being differentiated; "
            "pass it as an argument, or detach() it if it is a constant"
        )
        self.references: References = tuple(map(weakref.ref, tensors))


def all_there(references: References) -> list[Tensor] | None:
    """The Tensors that are referred to; None where one is gone."""
    found = [x for x in (reference() for reference in references) if x is not None]
    return found if len(found) == len(references) else None


def with_captures(function: Callable[..., Any], references: References) -> Callable[..., Any]:
    """`function`, which takes what it captures as its last arguments too: they stand in until `captures_stand_in` ends."""
    if not references:
        return function

    def run(*tensors: Tensor) -> Any:
        own, given = tensors[: -len(references)], tensors[-len(references) :]
        captured = all_there(references)
        if captured is None:
            raise TraceError("a Tensor from outside that a function under jit uses is gone; pass it as an argument")
        _scope.get().enter_context(_standing_for(captured, given))
        out = function(*own)
        places = {id(x): place for place, x in enumerate(captured)}
        return optree.tree_map(lambda leaf: given[places[id(leaf)]] if id(leaf) in places else leaf, out)

    return run


_scope: Final[ContextVar[ExitStack]] = ContextVar("unigrad captures")


@contextmanager
def captures_stand_in() -> Iterator[None]:
    """A scope in which arguments may stand for what functions capture, also while they are pulled back."""
    with ExitStack() as stack:
        token = _scope.set(stack)
        try:
            yield
        finally:
            _scope.reset(token)


@contextmanager
def _standing_for(captured: Sequence[Tensor], given: Sequence[Tensor]) -> Iterator[None]:
    """A scope in which the `captured` are what is `given`; raises `InPlaceError` where they were changed in it."""
    before = [(x.raw, x.xp, x.node, x.form) for x in captured]
    for x, stand_in in zip(captured, given, strict=True):
        x.raw, x.xp, x.node, x.form = stand_in.raw, stand_in.xp, stand_in.node, stand_in.form
    changed = False
    try:
        yield
        changed = any(x.raw is not each.raw for x, each in zip(captured, given, strict=True))
    finally:
        for x, (raw, xp, node, form) in zip(captured, before, strict=True):
            x.raw, x.xp, x.node, x.form = raw, xp, node, form
    if changed:
        raise changed_in_place()
