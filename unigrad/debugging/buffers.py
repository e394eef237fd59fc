"""Buffers: fingerprints of the arrays that a graph keeps, and of those that it shares with its caller."""

from __future__ import annotations

import weakref
from typing import Any, NamedTuple

from unigrad.debugging.values import fingerprint
from unigrad.errors import InPlaceError
from unigrad.graph import Node
from unigrad.observing import ObservedNode, saved_arrays
from unigrad.places import Place


class _Shared(NamedTuple):
    """A caller's buffer: the array, its fingerprint when it was handed over, whose it is, and the line."""

    raw: weakref.ref[Any]
    xp: Any
    print: int | None
    what: str
    place: Place | None


class Buffers:
    """The fingerprints of one scope."""

    def __init__(self) -> None:
        self._shared: list[_Shared] = []

    def share(self, raw: Any, xp: Any, what: str, place: Place | None) -> None:
        """Remember a buffer that stays its caller's."""
        self._shared = [each for each in self._shared if each.raw() is not None]
        self._shared.append(_Shared(weakref.ref(raw), xp, fingerprint(raw, xp), what, place))

    def keep(self, node: ObservedNode) -> None:
        """Remember what a new node has saved."""
        node.prints = [fingerprint(raw, node.xp) for _, raw, _ in saved_arrays(node)]

    def check(self, node: Node) -> None:
        """Raise `InPlaceError` where what `node` has saved is no longer what it was."""
        if not isinstance(node, ObservedNode) or node.prints is None or node.unpack is not None:  # packing may be lossy
            return
        for (name, raw, _), before in zip(saved_arrays(node), node.prints, strict=True):
            if before is not None and fingerprint(raw, node.xp) != before:
                raise InPlaceError(
                    f"the array that '{node.pull.name}' keeps as '{name}' was changed between the sweeps"
                    f"{self._culprits()}; the gradient would be wrong: hand over a copy"
                )

    def _culprits(self) -> str:
        changed = [
            each.what + (f" ({each.place})" if each.place else "")
            for each in self._shared
            if (raw := each.raw()) is not None and fingerprint(raw, each.xp) != each.print
        ]
        return f", as was {' and '.join(changed)}" if changed else ""
