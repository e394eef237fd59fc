"""Bundles: the cotangents of several outputs of one node, as what arrives at it."""

from __future__ import annotations

from typing import Any

from unigrad.graph import Pull
from unigrad.reverse import add_to


class Bundle:
    """Cotangents by the place of their output; raw arrays or Tensors."""

    __slots__ = ("parts",)

    def __init__(self, parts: dict[int, Any]) -> None:
        self.parts = parts

    def __add__(self, other: Bundle) -> Bundle:
        both = dict(self.parts)
        for place, part in other.parts.items():
            both[place] = both[place] + part if place in both else part
        return Bundle(both)


class Pick(Pull):
    """The pull of one of several outputs: its cotangent takes its place in the bundle.

    Pushed forward, a tangent is taken out of several.
    """

    __slots__ = ()

    def __init__(self, place: int) -> None:
        super().__init__("output", {}, {}, (), ("outs",))
        self.run = lambda xp, g, saved: (Bundle({place: g}),)
        self.step = lambda node, g: add_to(node.first, Bundle({place: g}))
        self.push = lambda xp, tangents, saved, options: tangents[0][place]
