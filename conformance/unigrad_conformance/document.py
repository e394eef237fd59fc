"""Document: a run as plain data, which the JSON report is and the page is made of; ``report.schema.json`` describes it."""

from __future__ import annotations

import math
import os
import platform
import shlex
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from importlib import resources
from pathlib import Path
from typing import Any, Final

from unigrad.card import REGISTRY
from unigrad_conformance.case import Outcome
from unigrad_conformance.conventions import describe
from unigrad_conformance.declared import declared, shown
from unigrad_conformance.results import Column, Results, Row

VERSION: Final = 1
"""Of the schema: a reader of one may refuse another."""
AGAIN: Final = "again: "
"""How the reason of an outcome begins that says how a call is run again."""
PUBLIC: Final = "numpy"
"""The room of functions without a card, which are written in `unigrad.numpy`."""

Plain = dict[str, Any]


def document(results: Results, rates: Plain | None = None) -> Plain:
    """The run, with the kill rates of a run of mutants if there are any. An infinite error, for which JSON has no number, is None."""
    found: Plain = _finite(
        {
            "schema": VERSION,
            "written": datetime.now(UTC).isoformat(timespec="seconds"),
            "made_with": results.made_with,
            "machine": machine(),
            "depth": results.depth,
            "seed": results.seed,
            "status": results.status,
            "backends": [{**asdict(column), **counts(results, column)} for column in results.columns],
            "cases": [_case(results, row, backend, outcome) for row, backend, outcome in results.outcomes()],
            "conventions": list(_conventions(results)),
            "mutants": rates,
        }
    )
    return found


def schema() -> str:
    """The JSON Schema of a document."""
    return resources.files("unigrad_conformance").joinpath("report.schema.json").read_text(encoding="utf-8")


def counts(results: Results, column: Column) -> dict[str, int]:
    """How many cases passed, failed and were not run on a backend."""
    count = results.count(column.backend)
    return {"passed": count["passed"], "failed": count["failed"], "not_run": count["not run"]}


def machine() -> dict[str, Any]:
    """What the run took place on."""
    return {
        "processor": _processor(),
        "architecture": platform.machine(),
        "cores": os.cpu_count(),
        "system": platform.platform(),
    }


def _processor() -> str:
    """The processor's own name, where the system gives one."""
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def replay(results: Results, row: Row, backend: str, outcome: Outcome) -> str:
    """The line that runs a case again, with the same numbers."""
    if outcome.reason.startswith(AGAIN):
        return outcome.reason.removeprefix(AGAIN)
    suite = ["--deep"] if row.suite == "deep" else ["--suite", row.suite]
    words = ["unigrad", "conformance", *suite, "--select", row.id, "--backend", backend, "--seed", str(results.seed)]
    return shlex.join([*words, *(["--quick"] if results.depth == "quick" else [])])


def room(suite: str, name: str) -> str:
    """The file that a function is written in, without its ending; for programs and transforms, their suite."""
    if suite in ("chapter", "transforms"):
        return suite
    card = REGISTRY.get(name)
    return PUBLIC if card is None else card.module.rpartition(".")[2]


def kill_rates(report: Mapping[str, Any]) -> Plain:
    """What a report of ``--mutants`` says of each family, and its survivors. Raises KeyError or TypeError for another document."""
    words = ("key", "where", "before", "after", "backend", "status")
    survivors = [each for each in report["mutants"] if each["status"] in ("survived", "not run")]
    families = [{**each, "rate": _rate(each)} for each in report["families"]]
    total = {name: sum(each[name] for each in families) for name in ("killed", "equivalent", "survived", "not_run")}
    return {
        "seed": report["seed"],
        "families": families,
        "total": {**total, "rate": _rate(total)},
        "survivors": [{word: each[word] for word in words} for each in survivors],
    }


def _rate(family: Mapping[str, int]) -> float | None:
    """The share of the mutants that can be told from the original which were killed."""
    able = family["killed"] + family["survived"] + family["not_run"]
    return family["killed"] / able if able else None


def _case(results: Results, row: Row, backend: str, outcome: Outcome) -> Plain:
    return {
        "suite": row.suite,
        "name": row.name,
        "room": room(row.suite, row.name),
        "backend": backend,
        **asdict(outcome),
        "replay": replay(results, row, backend, outcome),
    }


def _conventions(results: Results) -> Iterable[Plain]:
    """The conventions of the primitives that the run has cases of."""
    names = dict.fromkeys(row.name for row in results.rows if row.name in REGISTRY)
    for name in names:
        for convention in REGISTRY[name].conventions:
            yield {
                "primitive": name,
                "point": describe(name, convention),
                "slope": declared(convention),
                "why": convention.why,
                "agree": list(convention.agree),
                "differ": {engine: shown(answer) for engine, answer in convention.differ.items()},
            }


def _finite(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(part) for part in value]
    return None if isinstance(value, float) and not math.isfinite(value) else value
