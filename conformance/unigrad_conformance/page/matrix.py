"""Matrix: the cases of a document as rows of names by columns of backends, with a mark for each suite in a cell."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any, Final

Plain = dict[str, Any]

LETTERS: Final = {"kernels": "K", "rules": "R", "batching": "B", "conventions": "C", "deep": "D"}
"""The marks of the suites whose cases are primitives."""
SIGNS: Final = {"passed": "✓", "failed": "✗", "not run": "–"}
"""The marks of the other suites' cases, by their status."""
TITLES: Final = {"primitives": "Primitives", "transforms": "Transforms", "chapter": "Programs of a chapter"}
SAID: Final = {"passed": "passed", "failed": "failed", "not run": "was not run"}


@dataclass
class Cell:
    """What was checked of a name on one backend: the cases by their suites."""

    cases: dict[str, Plain] = field(default_factory=dict)

    @property
    def checks(self) -> int:
        """How many comparisons were made."""
        return sum(case["checks"] for case in self.cases.values())

    @property
    def said(self) -> str:
        """The cell in words."""
        return ", ".join(f"{suite} {SAID[case['status']]}" for suite, case in self.cases.items()) or "nothing to check"


@dataclass
class Line:
    """A name with its cells, by backend."""

    name: str
    cells: dict[str, Cell]

    @property
    def failed(self) -> bool:
        """Whether a case of it failed."""
        return any(case["status"] == "failed" for cell in self.cells.values() for case in cell.cases.values())


@dataclass
class Matrix:
    """Lines in groups, by the room they belong to; ``suites`` are the marks of a cell, none where there is one suite alone."""

    key: str
    title: str
    suites: list[str]
    rooms: dict[str, list[Line]] = field(default_factory=dict)


def matrices(document: Plain) -> list[Matrix]:
    """The matrices of a document, those alone that have a line."""
    backends = [column["backend"] for column in document["backends"]]
    found = (_matrix(key, title, document["cases"], backends) for key, title in TITLES.items())
    return [matrix for matrix in found if matrix.rooms]


def key_of(suite: str) -> str:
    """The matrix that a suite's cases belong to."""
    return suite if suite in TITLES else "primitives"


def _matrix(key: str, title: str, cases: Iterable[Plain], backends: list[str]) -> Matrix:
    own = [case for case in cases if key_of(case["suite"]) == key]
    present = {case["suite"] for case in own}
    matrix = Matrix(key, title, [suite for suite in LETTERS if suite in present])
    lines: dict[str, Line] = {}
    for case in own:
        line = lines.get(case["name"])
        if line is None:
            line = lines[case["name"]] = Line(case["name"], {backend: Cell() for backend in backends})
            matrix.rooms.setdefault(case["room"], []).append(line)
        line.cells[case["backend"]].cases[case["suite"]] = case
    return matrix
