"""Drawing: the graph as a picture that stands alone, and in Graphviz's language for other tools."""

from __future__ import annotations

from collections.abc import Iterator
from html import escape
from typing import Any, Final

from unigrad.explaining.explanation import Explanation
from unigrad.explaining.layout import laid_out
from unigrad.explaining.scenes import HEIGHT, WIDTH, Box, box, scenes, to_dot

__all__ = ["dot", "svg"]

_MARGIN: Final = 12

_STYLE: Final = """
.paper { fill: #ffffff } text { font: 13px system-ui, sans-serif; fill: #1c1e2b } .quiet { font-size: 11px; fill: #565a6e }
.title { font-weight: 600 } .mono { font: 11px ui-monospace, monospace; fill: #33374a }
.box { fill: #f5f6fb; stroke: #9a9fb8 } .leaf .box { fill: #e6f4ee; stroke: #3d8f6c } .output .box { stroke: #4b4fd0; stroke-width: 2 }
.fold .box { fill: #eeeafd; stroke: #7d62d9 } .freed .box, .beyond .box, .outside .box { stroke-dasharray: 4 3 }
.arrow { fill: none; stroke: #9a9fb8; stroke-width: 1.2 } .head { fill: #9a9fb8 }
@media (prefers-color-scheme: dark) {
.paper { fill: #14151d } text { fill: #ececf4 } .quiet { fill: #a4a8bd } .mono { fill: #c9cce0 }
.box { fill: #1f212e; stroke: #5d627c } .leaf .box { fill: #17302a; stroke: #4fae88 } .output .box { stroke: #8f93ff }
.fold .box { fill: #2a2540; stroke: #9d86ee } .arrow { stroke: #6d728c } .head { fill: #6d728c } }
"""


def dot(explanation: Explanation) -> str:
    """All points with their labels."""
    lines = ["digraph unigrad {", "  node [shape=box, style=rounded, fontname=sans];"]
    for point in explanation.points:
        each = box(point)
        label = "\n".join(filter(None, (each.title, each.detail, each.more)))
        lines.append(f"  n{point.index} [label={_quoted(label)}, class={_quoted(point.kind)}];")
    lines += [
        f"  n{rule.parent} -> n{point.index} [tooltip={_quoted(rule.argument)}];"
        for point in explanation.points
        for rule in point.rules
    ]
    return "\n".join([*lines, "}", ""])


def _quoted(text: str) -> str:
    escaped = text.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
    return f'"{escaped}"'


def svg(explanation: Explanation) -> str:
    """The scene of the whole graph; what is folded stays so."""
    scene = scenes(explanation)[0]
    placed = laid_out(to_dot(scene))
    _, _, width, height = (float(number) for number in placed["bb"].split(","))
    objects = {each["name"]: each for each in placed.get("objects", ())}
    title = f"The graph of {explanation.title}" + (f": {'; '.join(explanation.endings)}" if explanation.endings else "")
    wide, high = width + 2 * _MARGIN, height + 2 * _MARGIN
    outputs = set(explanation.outputs)
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {wide:g} {high:g}" width="{wide:g}" height="{high:g}" role="img">',
        f"<title>{escape(title)}</title><style>{_STYLE}</style>",
        '<defs><marker id="tip" viewBox="0 0 10 10" refX="9" refY="5" markerWidth="7" markerHeight="7" orient="auto">'
        '<path class="head" d="M0 0 10 5 0 10z"/></marker></defs>',
        f'<rect class="paper" width="{wide:g}" height="{high:g}"/><g transform="translate({_MARGIN} {height + _MARGIN:g})">',
    ]
    parts += [
        f'<path class="arrow" marker-end="url(#tip)" d="{_curve(edge["pos"])}"/>' for edge in placed.get("edges", ())
    ]
    for place, each in enumerate(scene.boxes):
        parts += _box(each, objects[f"b{place}"], each.kind != "fold" and each.ref in outputs)
    return "\n".join([*parts, "</g></svg>", ""])


def _curve(position: str) -> str:
    """A path from Graphviz's points: the end of the arrow first, then a chain of Bézier curves."""
    end, *points = [tuple(map(float, word.removeprefix("e,").split(","))) for word in position.split()]
    (x, y), *curve = points
    steps = " ".join(f"{px:g} {-py:g}" for px, py in curve)
    return f"M{x:g} {-y:g} C{steps} L{end[0]:g} {-end[1]:g}"


def _box(each: Box, placed: dict[str, Any], is_output: bool) -> Iterator[str]:
    x, y = (float(number) for number in placed["pos"].split(","))
    yield f'<g class="{each.kind}{" output" if is_output else ""}" transform="translate({x:g} {-y:g})">'
    yield f'<rect class="box" x="{-WIDTH / 2:g}" y="{-HEIGHT / 2:g}" width="{WIDTH}" height="{HEIGHT}" rx="9"/>'
    for words, kind, down in ((each.title, "title", -16), (each.detail, "quiet", 4), (each.more, "mono", 24)):
        yield f'<text class="{kind}" text-anchor="middle" y="{down}">{escape(_cut(words))}</text>'
    yield "</g>"


def _cut(words: str, most: int = 25) -> str:
    return words if len(words) <= most else words[: most - 1] + "…"
