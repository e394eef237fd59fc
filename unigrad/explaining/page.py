"""The page: an explanation as one HTML file that stands alone, and as a frame in a notebook."""

from __future__ import annotations

import base64
import dataclasses
from html import escape
from importlib import resources
from typing import Any, Final

import jinja2
from jinja2.utils import htmlsafe_json_dumps
from markupsafe import Markup

from unigrad.explaining.arrays import Sketch
from unigrad.explaining.explanation import Explanation, Fold, Line
from unigrad.explaining.layout import VERSION, bundle
from unigrad.explaining.scenes import HEIGHT, WIDTH, scenes, to_dot

__all__ = ["frame", "html"]

_FRAME_HEIGHT: Final = 760


def html(explanation: Explanation) -> str:
    """The page; whatever a name or a string of the program holds is escaped."""
    environment = jinja2.Environment(
        loader=jinja2.FunctionLoader(_read), autoescape=True, trim_blocks=True, undefined=jinja2.StrictUndefined
    )
    environment.filters["lengths"] = _lengths
    return environment.get_template("page.html.jinja").render(
        e=explanation,
        data=htmlsafe_json_dumps(_data(explanation), separators=(",", ":"), ensure_ascii=False, allow_nan=False),
        style=Markup(_read("page.css")),
        script=Markup(_script()),
        graphviz=base64.b64encode(bundle()).decode("ascii"),
        version=VERSION,
    )


def frame(explanation: Explanation) -> str:
    """The page in a frame, for a notebook's output."""
    return (
        f'<iframe title="{escape(explanation.title)}, explained" srcdoc="{escape(html(explanation))}" '
        f'style="width: 100%; height: {_FRAME_HEIGHT}px; border: 0"></iframe>'
    )


def _script() -> str:
    """The script: its parts see each other, and nothing else sees them."""
    parts = (_read(f"script/{name}.js") for name in ("data", "elements", "panel", "picture", "controls"))
    return '"use strict";\n(() => {\n' + "\n".join(parts) + "})();\n"


def _read(name: str) -> str:
    return (resources.files("unigrad.explaining") / name).read_text(encoding="utf-8")


def _data(explanation: Explanation) -> dict[str, Any]:
    """What the script reads: the explanation and what each picture shows; what occurs again is a number in a table.

    Sketches, lines and files of rules are in tables of their own, which the script puts back into their places.
    """
    table = _Table()
    data = _compact(dataclasses.replace(explanation, folds=Fold("", ()), versions={}), table)
    for point, whole in zip(data["points"], explanation.points, strict=True):
        point["title"] = whole.title
    pictures = [{**dataclasses.asdict(scene), "dot": to_dot(scene)} for scene in scenes(explanation)]
    return {**data, "scenes": pictures, "box": [WIDTH, HEIGHT], "table": table.entries}


class _Table:
    """Values that are written once; `number` gives the place of one."""

    def __init__(self) -> None:
        self.entries: list[Any] = []
        self._places: dict[Any, int] = {}

    def number(self, key: Any, value: Any) -> int:
        if key not in self._places:
            self._places[key] = len(self.entries)
            self.entries.append(value)
        return self._places[key]


def _compact(value: Any, table: _Table) -> Any:
    if isinstance(value, (Sketch, Line)):
        return {"#": table.number(repr(value), dataclasses.asdict(value))}
    if dataclasses.is_dataclass(value):
        return {each.name: _compact(getattr(value, each.name), table) for each in dataclasses.fields(value)}
    return [_compact(each, table) for each in value] if isinstance(value, tuple) else value


def _lengths(shape: tuple[int, ...] | None) -> str:
    return "" if shape is None else "×".join(map(str, shape)) or "scalar"
