"""Gathering: from cotangents at the ends of a recorded graph to the explanation of it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from unigrad.conversion import format_of
from unigrad.errors import UnigradError
from unigrad.explaining import rules
from unigrad.explaining.arrays import Sketch, sketch
from unigrad.explaining.explanation import Explanation, Line, Part, Point, Pulled, Pushed, Rule, Saved
from unigrad.explaining.folding import fold
from unigrad.explaining.formulas import Formulas
from unigrad.explaining.values import follow, saved_values
from unigrad.explaining.walking import Contribution, argument_of, name_of, pull_steps, push_steps
from unigrad.graph import CONSTANT, GONE, NUMBER, OUT, PLAIN, Leaf, Node, Tensor, ancestors, make_tensor
from unigrad.observing import place_of
from unigrad.reverse import FREED, conjugate

__all__ = ["Sources", "gather"]

_FREED: Final = "a sweep has freed it: its saved values and its parents are gone"
_WORDS: Final = {
    "enter": "passes into a map: the first axis becomes the examples",
    "leave": "passes out of a map: the examples become the first axis",
    "lift": "is shared by the examples of a map; its cotangent is the sum of theirs",
    "sum of the examples": "adds up the examples of a map",
    "input": "stands between a function's input and the graph outside",
    "output": "is one of several results of a custom rule",
}


@dataclass
class Sources:
    """What is known besides the graph itself."""

    title: str
    names: dict[Any, str] = field(default_factory=dict)
    """What the program calls the values of nodes and leaves."""
    values: dict[Any, Tensor] = field(default_factory=dict)
    endings: list[str] = field(default_factory=list)
    tangents: dict[Any, Tensor] | None = None
    """What the forward sweep begins with; None: ones at every leaf."""
    limit: int = 5000
    """The number of nodes, counted from the youngest, beyond which the explanation ends."""


def gather(heads: dict[Any, Tensor], sources: Sources) -> Explanation:
    """The explanation of what `heads`, nodes with the cotangents that they start with, were made from."""
    with warnings.catch_warnings(action="ignore", category=RuntimeWarning):  # of NumPy's, for the NaNs that are shown
        return _Gathering(heads, sources).explanation()


class _Gathering:
    def __init__(self, heads: dict[Any, Tensor], sources: Sources) -> None:
        self.heads, self.sources = heads, sources
        self.endings = list(sources.endings)
        nodes, _, _ = ancestors(heads)
        self.nodes = nodes[: sources.limit]
        if len(nodes) > len(self.nodes):
            left = f"{len(nodes) - len(self.nodes):,} older nodes"
            self.endings.append(f"the graph goes on: {left} are left out; limit={len(nodes)} shows them")
        places: dict[Any, None] = dict.fromkeys(self.nodes)
        places |= dict.fromkeys(head for head in heads if isinstance(head, Leaf))
        for node in self.nodes:
            places |= dict.fromkeys(parent for parent in node.parents if parent is not GONE)
        self.places = sorted(places, key=lambda place: place.id)
        self.index = {place: index for index, place in enumerate(self.places)}
        self.inside = set(self.nodes)
        self.cells = 24 if len(self.places) <= 200 else 8
        self.formulas = Formulas()
        self.pulled_rules: dict[Node, tuple[int | None, ...]] = {}

    def explanation(self) -> Explanation:
        values = saved_values(self.nodes) | self.sources.values
        follow(reversed(self.nodes), values)
        self.shapes: dict[Any, tuple[tuple[int, ...], str]] = {}
        self.totals: dict[Any, Any] = {place: g for place, g in self.heads.items() if isinstance(place, Leaf)}
        reverse = tuple(self._reverse())
        forward = tuple(self._forward())
        points = tuple(self._point(place, values) for place in self.places)
        titles = [point.title for point in points]
        functions = [None if point.line is None else point.line.function for point in points]
        return Explanation(
            self.sources.title,
            str(next(iter(self.heads)).xp.__backend__.name) if self.heads else "",
            points,
            tuple(self.index[head] for head in self.heads),
            reverse,
            forward,
            tuple((self.index[p], self.sketch(_gradient(g))) for p, g in self.totals.items() if isinstance(p, Leaf)),
            tuple(self.formulas.entries),
            fold([(point.op, point.shape) for point in points], titles, functions),
            tuple(self.endings),
        )

    def sketch(self, x: Any) -> Sketch:
        return sketch(x, self.cells)

    # The sweeps

    def _reverse(self) -> Iterator[Pulled]:
        try:
            for step in pull_steps(self.heads, self.nodes):
                self._note_shape(step.node, step.g)
                self.pulled_rules[step.node] = self.formulas.pulled(step)
                self.totals |= {each.parent: each.total for each in step.contributions}
                yield Pulled(self.index[step.node], self.sketch(step.g), tuple(map(self._part, step.contributions)))
        except Exception as error:  # noqa: BLE001 - whatever a rule raises, the page shows what came before it and says so
            self.endings.append(f"the reverse sweep ended early: {_sentence(error)}")

    def _part(self, each: Contribution) -> Part:
        self._note_shape(each.parent, each.total)
        return Part(each.argument, self.index[each.parent], self.sketch(each.part), self.sketch(each.total))

    def _forward(self) -> Iterator[Pushed]:
        try:
            for step in push_steps(self.nodes, self._tangents()):
                parents = [
                    (argument_of(step.node, place), self.index[parent])
                    for place, parent in enumerate(step.node.parents)
                ]
                yield Pushed(
                    self.index[step.node],
                    self._parts(parents, step.given),
                    self._parts(parents, step.parts),
                    self.sketch(step.t),
                    self.formulas.pushed(step),
                )
        except Exception as error:  # noqa: BLE001 - as above
            self.endings.append(f"the forward sweep ended early: {_sentence(error)}")

    def _tangents(self) -> dict[Any, Tensor]:
        if self.sources.tangents is not None:
            return self.sources.tangents
        leaves = [place for place in self.places if isinstance(place, Leaf)]
        return {leaf: make_tensor(leaf.xp.ones(leaf.shape, dtype=leaf.dtype), leaf.xp) for leaf in leaves}

    def _parts(self, parents: Sequence[tuple[str, int]], tensors: Sequence[Any]) -> tuple[Part, ...]:
        return tuple(
            Part(argument, parent, self.sketch(t))
            for (argument, parent), t in zip(parents, tensors, strict=True)
            if t is not None
        )

    def _note_shape(self, place: Any, g: Any) -> None:
        if isinstance(g, Tensor):
            self.shapes[place] = (tuple(g.raw.shape), str(format_of(g.raw.dtype)))

    # The points

    def _point(self, place: Node | Leaf, values: dict[Any, Tensor]) -> Point:
        value = values.get(place)
        if isinstance(place, Leaf):
            self.shapes.setdefault(place, (tuple(place.shape), str(format_of(place.dtype))))
        elif value is not None:
            self._note_shape(place, value)
        shape, dtype = self.shapes.get(place, (None, ""))
        point: dict[str, Any] = {
            "index": self.index[place],
            "op": name_of(place),
            "name": self.sources.names.get(place, ""),
            "shape": shape,
            "dtype": dtype,
            "value": None if value is None else self.sketch(value),
            "line": _line(place),
        }
        if isinstance(place, Leaf):
            return Point(kind="leaf", about="gradients arrive here", **point)
        if place.pull is FREED:
            return Point(kind="freed", about=_FREED, **point)
        if place not in self.inside:
            return Point(kind="beyond", about="the graph goes on from here", **point)
        saved = tuple(_saved(place))
        return Point(
            kind="node",
            parents=tuple(self.index[parent] for parent in place.parents),
            formula=self.formulas.output(place),
            rules=tuple(self._rules(place)),
            saved=saved,
            bytes=sum(each.bytes for each in saved),
            about=_WORDS.get(place.pull.name, "" if place.pull.sources else "has a rule that its author wrote"),
            **point,
        )

    def _rules(self, node: Node) -> Iterator[Rule]:
        found = self.pulled_rules.get(node, (None,) * len(node.parents))
        for place, (parent, formula) in enumerate(zip(node.parents, found, strict=True)):
            argument = argument_of(node, place)
            yield Rule(argument, self.index[parent], formula, rules.place_of_rule(node, argument.partition("[")[0]))


def _saved(node: Node) -> Iterator[Saved]:
    names = node.pull.saved or ("saved",) * len(node.pull.kept)
    for name, kept, value in zip(names, node.pull.kept, node.saved, strict=True):
        if isinstance(kept, tuple):
            for place, array in enumerate(value, 1):
                yield Saved(f"{name}[{place}]", "argument", sketch(make_tensor(array, node.xp)).text, _bytes(array))
        elif kept in (PLAIN, NUMBER) or not hasattr(value, "dtype"):
            yield Saved(name, "number" if kept == NUMBER else "fact", str(value)[:200], 0)
        else:
            what = "its own result" if kept == OUT else "a constant" if kept == CONSTANT else "argument"
            yield Saved(name, what, sketch(make_tensor(value, node.xp)).text, _bytes(value))


def _bytes(array: Any) -> int:
    while hasattr(array, "__level__"):
        array = array.data
    size = int(array.dtype.itemsize)
    for length in array.shape:
        size *= int(length)
    return size


def _line(place: Any) -> Line | None:
    found = place_of(place)
    return None if found is None else Line(found.file, found.line, found.text, found.function)


def _gradient(g: Any) -> Any:
    return conjugate(g) if isinstance(g, Tensor) else g


def _sentence(error: BaseException) -> str:
    notes = "".join(f"; {note}" for note in getattr(error, "__notes__", ()))
    kind = "" if isinstance(error, UnigradError) else f"{type(error).__name__}: "
    return f"{kind}{error}{notes}"
