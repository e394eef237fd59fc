"""Table: the results for a reader, a row a case and a column a backend, and below it every failure in full."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from unigrad_conformance.case import Outcome
from unigrad_conformance.results import Results, Row

SHOWN: Final = 5
"""How many failures of one case on one backend are spelled out, and cases not run for one reason named; the reports hold all."""
HEADS: Final = {"chapter": "program", "transforms": "transform"}
"""What a suite's cases are called, where these are no primitives."""
_GAP: Final = 2
_STYLES: Final = {"passed": "green", "failed": "bold red", "not run": "yellow"}


def show(results: Results, console: Console) -> None:
    """Print the results: a table for each suite, side by side as many backends as fit, then details and a summary."""
    for suite, rows in itertools.groupby(results.rows, key=lambda row: row.suite):
        listed = list(rows)
        for backends in _bands(listed, [column.backend for column in results.columns], console.width):
            console.print(_table(suite, listed, backends))
    for row, backend, outcome in results.outcomes():
        if outcome.status == "failed":
            _show_failure(row, backend, outcome, console)
    for line in _not_run(results):
        _say(console, line, "yellow")
    for line in summary(results):
        _say(console, line, "bold")


def cell(outcome: Outcome) -> str:
    """An outcome in a few letters: ``passed``, ``failed 3.1e-02`` (the worst error; without one nothing could be measured), ``not run``."""
    if outcome.status != "failed":
        return outcome.status
    sizes = [finding.error for finding in outcome.findings if finding.error != float("inf")]
    return f"failed {max(sizes):.1e}" if sizes else "failed"


def summary(results: Results) -> Iterator[str]:
    """A line for each backend, and one for what the exit status says beyond them."""
    for column in results.columns:
        count = results.count(column.backend)
        version = f" {column.version}" if column.version else ""
        counted = ", ".join(f"{count[status]} {status}" for status in ("passed", "failed", "not run") if count[status])
        yield f"{column.backend}{version}: {counted}"
    idle = results.idle()
    if len(idle) == len(results.columns):
        yield "nothing ran, so nothing has been shown to conform"
    elif missing := sorted(results.named.intersection(idle)):
        yield f"asked for by name, but could not run: {', '.join(missing)}"


def _bands(rows: Sequence[Row], backends: Sequence[str], width: int) -> Iterator[Sequence[str]]:
    """The backends in groups that fit side by side, at least one a group."""
    room = width - max(len(row.name) for row in rows)
    band: list[str] = []
    left = room
    for backend in backends:
        needed = _GAP + max(len(backend), *(len(cell(row.outcomes[backend])) for row in rows))
        if band and needed > left:
            yield band
            band, left = [], room
        band.append(backend)
        left -= needed
    yield band


def _table(suite: str, rows: Sequence[Row], backends: Sequence[str]) -> Table:
    table = Table(
        title=suite, title_justify="left", title_style="bold", box=None, pad_edge=False, padding=(0, _GAP, 0, 0)
    )
    table.add_column(HEADS.get(suite, "primitive"), overflow="fold")
    for backend in backends:
        table.add_column(backend, overflow="fold")
    for row in rows:
        outcomes = [row.outcomes[backend] for backend in backends]
        table.add_row(Text(row.name), *(Text(cell(outcome), _STYLES[outcome.status]) for outcome in outcomes))
    return table


def _show_failure(row: Row, backend: str, outcome: Outcome, console: Console) -> None:
    _say(console, f"{row.id} on {backend}: {len(outcome.findings)} of {outcome.checks} checks failed", "bold red")
    for finding in outcome.findings[:SHOWN]:
        _say(console, f"  {finding}")
    if len(outcome.findings) > SHOWN:
        _say(console, f"  and {len(outcome.findings) - SHOWN} more; --report lists them all")
    if outcome.reason:
        _say(console, f"  {outcome.reason}")


def _not_run(results: Results) -> Iterator[str]:
    for column in results.columns:
        if column.reason:
            yield f"{column.backend}: not run: {column.reason}"
            continue
        idle: dict[str, list[str]] = {}
        for row in results.rows:
            if row.outcomes[column.backend].status == "not run":
                idle.setdefault(row.outcomes[column.backend].reason, []).append(row.id)
        for reason, names in idle.items():
            if len(names) > SHOWN:
                yield f"{len(names)} cases on {column.backend}: not run: {reason}"
            else:
                yield from (f"{name} on {column.backend}: not run: {reason}" for name in names)


def _say(console: Console, line: str, style: str = "") -> None:
    """A line that is never broken, so that it can be searched for in a pipe."""
    console.print(Text(line, style), soft_wrap=True)
