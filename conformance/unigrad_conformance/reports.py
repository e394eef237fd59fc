"""Report: the results in a file, whose ending says the format.

``.json``: the run as one object, which ``report.schema.json`` beside this file describes.

``.xml``: JUnit, a test suite for each suite and backend, a test case for each case; *not run* is ``skipped``.

``.html``: one page to read that needs nothing else.
"""

from __future__ import annotations

import itertools
import json
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from unigrad_conformance import page
from unigrad_conformance.case import Outcome
from unigrad_conformance.document import document
from unigrad_conformance.results import Results, Row

Rates = dict[str, Any] | None

_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(results: Results, path: Path, rates: Rates = None) -> None:
    """Write the report that the ending of `path` asks for, with mutants' kill rates; raises ValueError for another ending, OSError."""
    path.write_text(writer(path)(results, rates), encoding="utf-8")


def writer(path: Path) -> Callable[[Results, Rates], str]:
    """What renders the format that the ending of `path` names; raises ValueError for another."""
    try:
        return WRITERS[path.suffix.lower()]
    except KeyError:
        raise ValueError(f"a report ends in {', '.join(WRITERS)}; '{path.name}' does not") from None


def to_json(results: Results, rates: Rates = None) -> str:
    """The results as a JSON object."""
    return json.dumps(document(results, rates), indent=1, allow_nan=False) + "\n"


def to_junit(results: Results, rates: Rates = None) -> str:
    """The results as JUnit's XML, which has no place for kill rates."""
    count = results.count()
    root = ElementTree.Element(
        "testsuites",
        name="unigrad conformance",
        tests=str(count.total()),
        failures=str(count["failed"]),
        skipped=str(count["not run"]),
        errors="0",
    )
    for suite, group in itertools.groupby(results.rows, key=lambda row: row.suite):
        rows = list(group)
        for column in results.columns:
            root.append(_suite(suite, column.backend, [(row, row.outcomes[column.backend]) for row in rows]))
    ElementTree.indent(root)
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=False) + "\n"


def to_html(results: Results, rates: Rates = None) -> str:
    """The results as a page of its own: no script, no font, no image from elsewhere."""
    return page.render(document(results, rates))


WRITERS: Final[Mapping[str, Callable[[Results, Rates], str]]] = {".json": to_json, ".xml": to_junit, ".html": to_html}


def _suite(suite: str, backend: str, outcomes: list[tuple[Row, Outcome]]) -> ElementTree.Element:
    statuses = [outcome.status for _, outcome in outcomes]
    element = ElementTree.Element(
        "testsuite",
        name=f"{suite} on {backend}",
        tests=str(len(statuses)),
        failures=str(statuses.count("failed")),
        skipped=str(statuses.count("not run")),
        errors="0",
        time=f"{sum(o.seconds for _, o in outcomes):.6f}",
    )
    for row, outcome in outcomes:
        case = ElementTree.SubElement(
            element,
            "testcase",
            classname=f"unigrad_conformance.{suite}.{backend}",
            name=row.name,
            time=f"{outcome.seconds:.6f}",
        )
        if outcome.status == "failed":
            failure = ElementTree.SubElement(case, "failure", message=_printable(str(outcome.findings[0])))
            failure.text = _printable("\n".join(map(str, outcome.findings)))
        elif outcome.status == "not run":
            ElementTree.SubElement(case, "skipped", message=_printable(outcome.reason))
    return element


def _printable(text: str) -> str:
    """`text` without the characters that XML forbids."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
