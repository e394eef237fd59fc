"""Listing: ``unigrad conformance --list``, what there is to check, and how each function is differentiated in either mode."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

import unigrad.numpy as np
from unigrad.card import REGISTRY, Card
from unigrad_conformance.case import conditions
from unigrad_conformance.drawing import draw
from unigrad_conformance.subject import Subject, subjects
from unigrad_conformance.trial import Trial, floating

PULLS: Final = {"elementwise": "partial", "linear": "transpose", "constant": "zero", "primitive": "rule"}
PUSHES: Final = {"elementwise": "partial", "linear": "itself", "constant": "zero"}
HEADS: Final = ("function", "kind", "pull", "push", "samples", "conventions")


@dataclass(frozen=True)
class Listed:
    """A function: its kind, how a cotangent is pulled through it and a tangent pushed, and how much there is to check.

    ``pull`` and ``push`` are ``primitives`` where those that it is written with are asked, ``zero`` where there is nothing to
    differentiate; ``push`` is ``pull transposed`` where an argument has no rule of its own for that direction.
    """

    name: str
    kind: str
    pull: str
    push: str
    samples: int
    conventions: int
    shown: bool
    """Whether a sample has a real or complex array to differentiate with respect to, and a result that is recorded."""

    @property
    def differentiable(self) -> bool:
        """Whether it has both modes, as far as its card says."""
        return self.pull != "zero"


def command(select: str, report: Path | None) -> int:
    """Print the table and the count, write the report, and give the exit status. Raises click's exceptions."""
    if report is not None and report.suffix.lower() != ".json":
        raise click.UsageError(f"a list ends in .json; '{report.name}' does not")
    rows = [row for row in listed() if select in row.name]
    if not rows:
        raise click.UsageError(f"no function's name contains '{select}'")
    show(rows, Console())
    if report is not None:
        report.write_text(json.dumps([asdict(row) for row in rows], indent=1) + "\n", encoding="utf-8")
    return status(rows)


def listed() -> Iterator[Listed]:
    """Every subject of the suite, in its order."""
    return map(_listed, subjects())


def unsampled(rows: Sequence[Listed]) -> list[str]:
    """The differentiable functions that no sample shows to be so."""
    return [row.name for row in rows if row.differentiable and not row.shown]


def status(rows: Sequence[Listed]) -> int:
    """The exit status: 1 if a differentiable function has no sample."""
    return int(bool(unsampled(rows)))


def show(rows: Sequence[Listed], console: Console) -> None:
    """Print the table, on a terminal with colours and else with one function a line; what is missing; and the count."""
    if console.is_terminal:
        console.print(_table(rows))
    else:
        widths = [
            max(len(head), *(len(cell) for cell in column))
            for head, column in zip(HEADS, zip(*map(_cells, rows), strict=True), strict=True)
        ]
        for cells in (HEADS, *map(_cells, rows)):
            line = "  ".join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True)).rstrip()
            console.print(line, soft_wrap=True, markup=False, highlight=False)
    for name in unsampled(rows):
        console.print(Text(f"{name}: differentiable, and without a sample", "bold red"), soft_wrap=True)
    count = sum(row.differentiable and row.shown for row in rows)
    console.print(
        Text(f"{count} differentiable functions with both modes, of {len(rows)} functions", "bold"), soft_wrap=True
    )


def _table(rows: Sequence[Listed]) -> Table:
    table = Table(box=None, pad_edge=False)
    for head in HEADS:
        table.add_column(head, justify="right" if head in ("samples", "conventions") else "left")
    for row in rows:
        table.add_row(*map(Text, _cells(row)), style="" if row.differentiable else "dim")
    return table


def _cells(row: Listed) -> tuple[str, ...]:
    return row.name, row.kind, row.pull, row.push, str(row.samples), str(row.conventions)


def _listed(subject: Subject) -> Listed:
    card, shown = REGISTRY.get(subject.name), recorded(subject)
    kind = "composition" if card is None else card.kind
    if kind == "composition":
        # What it is written with may all be constant, which no card says: comparisons, the places of elements.
        pull = push = "primitives" if shown or not subject.samples else "zero"
    elif card is not None:
        pull, push = (PULLS[kind], _push(card)) if kind == "constant" or card.differentiable else ("zero", "zero")
    conventions = 0 if card is None else len(card.conventions)
    return Listed(subject.name, kind, pull, push, len(subject.samples), conventions, shown)


def _push(card: Card) -> str:
    whole = all(name in card.jvp for name in card.differentiable)
    return PUSHES.get(card.kind) or ("rule" if whole else "pull transposed")


def recorded(subject: Subject) -> bool:
    """Whether the results of some sample, on NumPy, depend on its arrays as far as the graph says."""
    for index, sample in enumerate(subject.samples):
        drawing = draw(subject.name, index, sample, 0)
        paths = subject.paths(drawing)
        if paths:
            with conditions("numpy"):
                trial = Trial(subject, drawing)
                arrays = trial.laid_out(np.asarray)
                arrays |= {path: arrays[path].attach_grad() for path in paths}
                if any(out.node is not None for out in floating(trial.outputs(arrays))):
                    return True
    return False
