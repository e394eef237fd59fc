"""Scenes: what one picture shows, boxes and the arrows between them; a fold is a box, and has a scene of its own."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from unigrad.explaining.explanation import Explanation, Fold, Point

__all__ = ["HEIGHT", "WIDTH", "Box", "Scene", "scenes", "to_dot"]

WIDTH: Final = 172
HEIGHT: Final = 84
"""The size of a box, in points."""
_NEIGHBOURS: Final = 16
"""The number of boxes outside a fold that its scene shows."""


@dataclass(frozen=True, slots=True)
class Box:
    """A point, a fold (``"fold"``), or what lies outside the scene and is joined to it (``"outside"``)."""

    kind: str
    ref: int
    """Which point, or which scene."""
    title: str
    detail: str
    more: str = ""


@dataclass(frozen=True, slots=True)
class Scene:
    """One picture: its name, the scene that it is a box of, and what is in it."""

    label: str
    above: int | None
    boxes: tuple[Box, ...]
    arrows: tuple[tuple[int, int], ...]


def scenes(explanation: Explanation) -> tuple[Scene, ...]:
    """The scene of the whole graph, and one for each fold."""
    folds: list[tuple[Fold, int | None]] = [(explanation.folds, None)]
    places: dict[int, int] = {}
    for fold, _ in folds:  # grows while it is read
        here = places.setdefault(id(fold), len(places))
        for member in fold.members:
            if isinstance(member, Fold):
                places.setdefault(id(member), len(folds))
                folds.append((member, here))
    return tuple(_scene(explanation, fold, above, places) for fold, above in folds)


def _scene(explanation: Explanation, fold: Fold, above: int | None, places: dict[int, int]) -> Scene:
    points = explanation.points
    boxes: list[Box] = []
    box_of: dict[int, int] = {}
    for member in fold.members:
        if isinstance(member, Fold):
            inside = tuple(_points(member))
            box_of |= dict.fromkeys(inside, len(boxes))
            boxes.append(Box("fold", places[id(member)], member.label, f"{len(inside):,} nodes", "open"))
        else:
            box_of[member] = len(boxes)
            boxes.append(box(points[member]))
    arrows: dict[tuple[int, int], None] = {}
    inner = set(box_of)
    for point in points:
        for parent in point.parents:
            if point.index not in inner and parent not in inner:
                continue
            for each in (parent, point.index):
                if each not in box_of and len(boxes) - len(fold.members) < _NEIGHBOURS:
                    box_of[each] = len(boxes)
                    boxes.append(replace(box(points[each]), kind="outside"))
            if parent in box_of and point.index in box_of and box_of[parent] != box_of[point.index]:
                arrows[box_of[parent], box_of[point.index]] = None
    return Scene(fold.label, above, tuple(boxes), tuple(arrows))


def box(point: Point) -> Box:
    """The box of a point."""
    shape = "" if point.shape is None else "×".join(map(str, point.shape)) or "scalar"
    kind = "" if point.name == "" or point.kind != "node" else point.op
    detail = " · ".join(filter(None, (kind, shape, point.dtype)))
    value = "" if point.value is None else point.value.brief
    return Box(point.kind, point.index, point.title, detail or point.kind, value)


def to_dot(scene: Scene) -> str:
    """The scene in Graphviz's language, with sizes and without words: only for where things go."""
    width, height = WIDTH / 72, HEIGHT / 72
    lines = [f'node [shape=box, fixedsize=true, width={width:.3f}, height={height:.3f}, label=""]']
    lines += [f"b{place}" for place in range(len(scene.boxes))]
    lines += [f"b{one} -> b{two}" for one, two in scene.arrows]
    return "digraph { rankdir=TB; nodesep=0.3; ranksep=0.42; " + "; ".join(lines) + " }"


def _points(fold: Fold) -> Iterator[int]:
    for member in fold.members:
        if isinstance(member, Fold):
            yield from _points(member)
        else:
            yield member
