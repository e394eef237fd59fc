"""Explanation: a recorded graph and the two sweeps over it, as plain data that a page, a picture or a text shows."""

from __future__ import annotations

import dataclasses
import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from unigrad.errors import ArgumentError
from unigrad.explaining.arrays import Sketch

__all__ = ["Explanation", "Fold", "Formula", "Line", "Part", "Point", "Pulled", "Pushed", "Rule", "Saved", "ending"]

_ENDINGS: Final = (".html", ".svg", ".dot", ".txt", ".json")


@dataclass(frozen=True, slots=True)
class Formula:
    """A formula as a line of text, as MathML and as LaTeX, each with its definitions of the parts that occur twice."""

    text: str
    mathml: str
    latex: str
    where: tuple[tuple[str, str], ...] = ()
    """The names and formulas of these parts, in MathML."""
    where_text: tuple[str, ...] = ()

    @property
    def line(self) -> str:
        """The formula in one line of text."""
        return self.text + (f"  where {', '.join(self.where_text)}" if self.where_text else "")


@dataclass(frozen=True, slots=True)
class Line:
    """The line of the user's program that recorded a node."""

    file: str
    number: int
    text: str
    function: str


@dataclass(frozen=True, slots=True)
class Rule:
    """How a node pulls a cotangent back to one of its arguments."""

    argument: str
    parent: int
    formula: int | None
    """Which of the explanation's formulas; None where no card has a rule: the words are in the node's ``about``."""
    source: str
    """The file and line of the rule, where it is a function."""


@dataclass(frozen=True, slots=True)
class Saved:
    """One thing that a node keeps for the sweeps."""

    name: str
    what: str
    text: str
    bytes: int


@dataclass(frozen=True, slots=True)
class Point:
    """One node, or one leaf, of the graph."""

    index: int
    kind: str
    """``"node"``, ``"leaf"``, ``"freed"`` or ``"beyond"``, where the picture ends before the graph does."""
    op: str
    name: str
    """What the program calls it; empty where that is not known."""
    shape: tuple[int, ...] | None
    dtype: str
    value: Sketch | None
    parents: tuple[int, ...] = ()
    line: Line | None = None
    formula: int | None = None
    rules: tuple[Rule, ...] = ()
    saved: tuple[Saved, ...] = ()
    bytes: int = 0
    """What the arrays that the node saves take, shared ones counted at each node that keeps them."""
    about: str = ""

    @property
    def title(self) -> str:
        """The name, or the operation and the number."""
        return self.name or f"{self.op} {self.index}"


@dataclass(frozen=True, slots=True)
class Part:
    """A contribution: of a node to its parent's cotangent, or of a parent to the node's tangent."""

    argument: str
    parent: int
    value: Sketch | None
    total: Sketch | None = None
    """The sum so far."""


@dataclass(frozen=True, slots=True)
class Pulled:
    """A step of the reverse sweep: the cotangent that arrived at a node, and what each parent got."""

    point: int
    g: Sketch
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Pushed:
    """A step of the forward sweep: what each parent's tangent contributes, and the node's tangent."""

    point: int
    given: tuple[Part, ...]
    """The parents' tangents."""
    parts: tuple[Part, ...]
    t: Sketch
    formula: int | None = None


@dataclass(frozen=True, slots=True)
class Fold:
    """Points that a picture shows as one: a loop, one of its rounds, a function, a stretch; its members are points and folds."""

    label: str
    members: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """What there is to say of a recorded graph; `unigrad.explain` makes it, and a notebook shows it in place."""

    title: str
    backend: str
    points: tuple[Point, ...]
    outputs: tuple[int, ...]
    reverse: tuple[Pulled, ...]
    forward: tuple[Pushed, ...]
    gradients: tuple[tuple[int, Sketch], ...]
    """What arrived at the leaves: gradients, as users see them."""
    formulas: tuple[Formula, ...]
    folds: Fold
    endings: tuple[str, ...] = ()
    """Why there is no more to see; empty where the graph is whole and both sweeps came to their ends."""
    versions: dict[str, str] = field(default_factory=dict)

    def data(self) -> dict[str, Any]:
        """All of it as dictionaries, lists, numbers and words, which `json.dumps` takes."""
        return dataclasses.asdict(self)

    def text(self) -> str:
        """The graph and the reverse sweep as lines for a terminal."""
        from unigrad.explaining.listing import listing

        return listing(self)

    def dot(self) -> str:
        """The graph in Graphviz's language."""
        from unigrad.explaining.drawing import dot

        return dot(self)

    def svg(self) -> str:
        """The graph as a picture that stands alone, light and dark; it needs Graphviz or ``pip install 'unigrad[explain]'``."""
        from unigrad.explaining.drawing import svg

        return svg(self)

    def html(self) -> str:
        """The page: one HTML file that stands alone, with the graph, each node and both sweeps step by step."""
        from unigrad.explaining.page import html

        return html(self)

    def save(self, path: str | Path) -> Path:
        """Write a file of the kind that its name's ending says: .html, .svg, .dot, .txt or .json; returns its path."""
        write = {".html": self.html, ".svg": self.svg, ".dot": self.dot, ".txt": self.text, ".json": self._json}
        file = Path(path)
        file.write_text(write[ending(file)](), encoding="utf-8")
        return file

    def _json(self) -> str:
        return json.dumps(self.data(), ensure_ascii=False, allow_nan=False)

    def _repr_html_(self) -> str:
        """The page in a notebook, in a frame of its own so that neither's styles touch the other's."""
        from unigrad.explaining.page import frame

        return frame(self)

    def __repr__(self) -> str:
        ends = f", {'; '.join(self.endings)}" if self.endings else ""
        steps = f"{len(self.reverse)} steps back, {len(self.forward)} forward"
        return f"<Explanation of {self.title}: {len(self.points)} points, {steps}{ends}>"


def ending(path: str | Path) -> str:
    """The ending of a file's name; `ArgumentError` where it is none that says how to show an explanation."""
    suffix = Path(path).suffix
    if suffix not in _ENDINGS:
        raise ArgumentError(f"save() knows the endings {', '.join(_ENDINGS)}, not {suffix!r} of {str(path)!r}")
    return suffix
