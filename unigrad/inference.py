"""The inference mode: nothing is recorded, and what should have been remembers it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from unigrad.errors import NotRecorded
from unigrad.graph import UNRECORDED
from unigrad.recording import Recording


def inference_mode() -> Recording:
    """A scope, or a decorator, in which nothing is recorded or kept, and no result can pass for a constant later.

    Operations cost what they do under `pause`. There a result of tracked Tensors is a constant, and a later gradient passes
    it by without a word: for what is meant so. Here it remembers that it came of something tracked. It can be computed with,
    printed and compared as any other; a gradient whose graph reaches it, whatever that was computed from it for, raises
    `NotRecorded`. ``x.detach()`` makes a constant of it, ``x.attach_grad()`` a leaf. What `grad` and other transforms give
    inside the scope are constants.
    """
    return Recording(UNRECORDED)


def check_reached(ends: Collection[Any], what: str) -> None:
    """Raise `NotRecorded` where a graph ends at a value that was computed in an inference mode."""
    if UNRECORDED in ends:
        raise NotRecorded(
            f"{what} reaches a value that was computed in inference_mode() from something tracked, which kept no graph; "
            "compute it outside that scope, or use x.detach() where a constant is meant"
        )
