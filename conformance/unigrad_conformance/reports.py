"""Report: the results in a file, whose ending says the format.

``.json``: one object with ``made_with``, ``seed``, ``status`` (the exit status), ``backends`` (each with its ``backend``,
``version``, ``reason`` why it could not run, and counts) and ``cases`` (each with ``suite``, ``name``, ``backend``, ``status``,
``checks``, ``error`` (the worst relative error), ``sample`` (the call that showed it), ``findings``, ``reason``, ``seconds``).
An infinite error, which JSON has no number for, is null.

``.xml``: JUnit, a test suite for each suite and backend, a test case for each case; *not run* is ``skipped``.

``.html``: one page that needs nothing else.
"""

from __future__ import annotations

import itertools
import json
import math
import re
from collections.abc import Callable, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any, Final
from xml.etree import ElementTree

from jinja2 import Environment, PackageLoader

from unigrad_conformance.case import Outcome
from unigrad_conformance.results import Column, Results, Row
from unigrad_conformance.table import cell

_UNPRINTABLE: Final = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def write(results: Results, path: Path) -> None:
    """Write the report that the ending of `path` asks for; raises ValueError for another ending, OSError."""
    path.write_text(writer(path)(results), encoding="utf-8")


def writer(path: Path) -> Callable[[Results], str]:
    """What renders the format that the ending of `path` names; raises ValueError for another."""
    try:
        return WRITERS[path.suffix.lower()]
    except KeyError:
        raise ValueError(f"a report ends in {', '.join(WRITERS)}; '{path.name}' does not") from None


def to_json(results: Results) -> str:
    """The results as a JSON object."""
    cases = [
        {"suite": row.suite, "name": row.name, "backend": backend, **asdict(outcome)}
        for row, backend, outcome in results.outcomes()
    ]
    document = {
        "made_with": results.made_with,
        "seed": results.seed,
        "status": results.status,
        "backends": [{**asdict(column), **_counts(results, column)} for column in results.columns],
        "cases": cases,
    }
    return json.dumps(_finite(document), indent=1, allow_nan=False) + "\n"


def to_junit(results: Results) -> str:
    """The results as JUnit's XML."""
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


def to_html(results: Results) -> str:
    """The results as a page of its own: no script, no font, no image from elsewhere."""
    environment = Environment(
        loader=PackageLoader("unigrad_conformance", "."), autoescape=True, trim_blocks=True, lstrip_blocks=True
    )
    suites = [(suite, list(rows)) for suite, rows in itertools.groupby(results.rows, key=lambda row: row.suite)]
    failed = [(row, backend, outcome) for row, backend, outcome in results.outcomes() if outcome.status == "failed"]
    counts = {column.backend: _counts(results, column) for column in results.columns}
    return environment.get_template("report.html.jinja").render(
        results=results, suites=suites, failed=failed, counts=counts, cell=cell
    )


WRITERS: Final[Mapping[str, Callable[[Results], str]]] = {".json": to_json, ".xml": to_junit, ".html": to_html}


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


def _counts(results: Results, column: Column) -> dict[str, int]:
    count = results.count(column.backend)
    return {"passed": count["passed"], "failed": count["failed"], "not_run": count["not run"]}


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value


def _printable(text: str) -> str:
    """`text` without the characters that XML forbids."""
    return _UNPRINTABLE.sub("\N{REPLACEMENT CHARACTER}", text)
