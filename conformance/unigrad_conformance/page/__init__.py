"""The page: a run as one HTML file that needs nothing else, made of the same document as the JSON report.

Everything is on the page as it is opened; its script filters what is shown and spells out a row that is asked for. The
page forbids all other scripts and every request, by a policy that names its own script and style by their digests.
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from importlib import resources
from typing import Any, Final

from jinja2 import Environment, PackageLoader
from markupsafe import Markup

from unigrad_conformance.page.matrix import LETTERS, SIGNS, matrices

WORST: Final = 25
"""How many of the worst errors are listed."""


def render(document: dict[str, Any]) -> str:
    """The page of a `document`."""
    environment = Environment(
        loader=PackageLoader("unigrad_conformance", "page"), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"percent": _percent, "error": _error, "share": _share, "anchor": _anchor}
    style, script = _source("page.css"), _source("page.js")
    return environment.get_template("page.html.jinja").render(
        document=document,
        matrices=matrices(document),
        letters=LETTERS,
        signs=SIGNS,
        failed=[case for case in document["cases"] if case["status"] == "failed"],
        idle=_idle(document),
        worst=_worst(document),
        tried=_tried(document),
        rooms=list(dict.fromkeys(case["room"] for case in document["cases"])),
        suites=list(dict.fromkeys(case["suite"] for case in document["cases"])),
        seconds=sum(case["seconds"] for case in document["cases"]),
        style=Markup(style),
        script=Markup(script),
        policy=f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}",
        data=_embedded(document),
    )


def _source(name: str) -> str:
    return resources.files("unigrad_conformance.page").joinpath(name).read_text(encoding="utf-8")


def _digest(text: str) -> str:
    """What a policy calls a script or style of this text."""
    return f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'"


def _embedded(document: dict[str, Any]) -> Markup:
    """JSON that may stand in an element of a page, whatever its strings hold."""
    text = json.dumps(document, separators=(",", ":"))
    return Markup(re.sub("[<>&]", lambda found: f"\\u{ord(found[0]):04x}", text))


def _idle(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The reasons why cases were not run, each with its backend and the names of the cases."""
    found: dict[tuple[str, str], list[str]] = {}
    for case in document["cases"]:
        if case["status"] == "not run":
            found.setdefault((case["backend"], case["reason"]), []).append(f"{case['suite']}/{case['name']}")
    return [{"backend": backend, "reason": reason, "cases": names} for (backend, reason), names in found.items()]


def _worst(document: dict[str, Any]) -> list[dict[str, Any]]:
    """The cases whose worst error takes the largest share of its tolerance."""
    compared = [case for case in document["cases"] if case["sample"]]
    return sorted(compared, key=lambda case: -_size(case["share"]))[:WORST]


def _tried(document: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The cases of the suite *conventions* by their primitive."""
    found: dict[str, list[dict[str, Any]]] = {}
    for case in document["cases"]:
        if case["suite"] == "conventions":
            found.setdefault(case["name"], []).append(case)
    return found


def _size(number: float | None) -> float:
    return float("inf") if number is None else number


def _percent(rate: float | None) -> str:
    return "–" if rate is None else f"{100 * rate:.1f} %"


def _error(size: float | None) -> str:
    return "∞" if size is None else f"{size:.1e}"


def _share(share: float | None) -> str:
    """A share of a tolerance, in as many digits as tell it from 0."""
    return "∞" if share is None else f"{100 * share:.3g} %" if share < 10 else f"{share:.1e} ×"


def _anchor(case: dict[str, Any]) -> str:
    return re.sub(r"[^\w]+", "-", f"{case['suite']}-{case['name']}-{case['backend']}")
