"""Results: cases run on backends, and what came of it."""

from __future__ import annotations

import platform
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from importlib import metadata
from typing import Literal

import numpy

from unigrad import plugins
from unigrad_conformance.case import Case, Outcome, Status, obstacle

Depth = Literal["whole", "quick", "deep"]


@dataclass(frozen=True)
class Column:
    """A backend of a run: its library's version, and why it could not run (empty if it could)."""

    backend: str
    version: str
    reason: str


@dataclass(frozen=True)
class Row:
    """A case, and its outcome on each backend by name."""

    suite: str
    name: str
    outcomes: dict[str, Outcome]

    @property
    def id(self) -> str:
        """The case's id."""
        return f"{self.suite}/{self.name}"


@dataclass(frozen=True)
class Results:
    """All outcomes of one run; ``named`` are the backends that were asked for by name, and so must be able to run.

    ``depth`` says how much was run: ``"whole"`` is what a run does of itself.
    """

    seed: int
    columns: tuple[Column, ...]
    rows: tuple[Row, ...]
    named: frozenset[str] = frozenset()
    depth: Depth = "whole"
    made_with: dict[str, str] = field(
        default_factory=lambda: {
            "unigrad": metadata.version("unigrad"),
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "platform": platform.platform(),
        }
    )

    def count(self, backend: str | None = None) -> Counter[Status]:
        """How many cases passed, failed and were not run, on one backend or on all."""
        return Counter(outcome.status for _, name, outcome in self.outcomes() if backend in (None, name))

    def outcomes(self) -> Iterator[tuple[Row, str, Outcome]]:
        """Every outcome with its row and backend."""
        return ((row, backend, outcome) for row in self.rows for backend, outcome in row.outcomes.items())

    def idle(self) -> list[str]:
        """The backends on which nothing ran."""
        return [column.backend for column in self.columns if not sum(self._ran(column.backend))]

    def _ran(self, backend: str) -> tuple[int, int]:
        count = self.count(backend)
        return count["passed"], count["failed"]

    @property
    def status(self) -> int:
        """The exit status: 0 if all that ran passed; 1 if something failed, nothing ran, or a backend asked for by name did not run."""
        nothing = len(self.idle()) == len(self.columns)
        return int(bool(self.count()["failed"]) or nothing or not self.named.isdisjoint(self.idle()))


def run(
    cases: Sequence[Case],
    backends: Sequence[str],
    seed: int = 0,
    *,
    named: Sequence[str] = (),
    depth: Depth = "whole",
    progress: Callable[[str], None] | None = None,
) -> Results:
    """Run every case on every backend; `progress` is told the id of each before it is run.

    A backend that cannot run has *not run* in its whole column, with the reason.
    """
    rows = tuple(Row(case.suite, case.name, {}) for case in cases)
    for backend in backends:
        for case, row in zip(cases, rows, strict=True):
            if progress is not None:
                progress(f"{backend} {case.id}")
            row.outcomes[backend] = case.run(backend, seed)
    return Results(seed, tuple(map(column, backends)), rows, frozenset(named), depth)


def known_backends() -> list[str]:
    """Every backend that a plugin declares, the broken ones last."""
    return list(dict.fromkeys([*plugins.backends(), *plugins.failures()]))


def column(backend: str) -> Column:
    """The column of a backend."""
    version = None if backend in plugins.failures() else plugins.backend(backend).version()
    return Column(backend, version or "", obstacle(backend) or "")
