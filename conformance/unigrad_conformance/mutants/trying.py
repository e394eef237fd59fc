"""Trying: ``unigrad conformance --mutants``, from the options to the exit status."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import click
from rich.console import Console

from unigrad_conformance.mutants.source import SourceLost
from unigrad_conformance.mutants.verdict import Verdict, judge, show, to_json
from unigrad_conformance.progress import bar


def command(suites: Sequence[str], backends: Sequence[str], select: str, seed: int, report: Path | None) -> int:
    """Try the mutants, print what came of it, write the report, and give the exit status. Raises click's exceptions."""
    if report is not None and report.suffix.lower() != ".json":
        raise click.UsageError(f"a report on mutants ends in .json; '{report.name}' does not")
    verdict = _judged(suites, backends, select, seed)
    if not verdict.fates and not verdict.reasons:
        raise click.UsageError(f"no mutant's cases or place contain '{select}'")
    console = Console()
    show(verdict, console)
    if report is not None:
        report.write_text(to_json(verdict), encoding="utf-8")
        console.print(f"report: {report}", soft_wrap=True, markup=False, highlight=False)
    return verdict.status


def _judged(suites: Sequence[str], backends: Sequence[str], select: str, seed: int) -> Verdict:
    try:
        with bar() as start:
            return judge(suites, backends, select, seed, start=start)
    except (SourceLost, ValueError) as error:
        raise click.ClickException(str(error)) from error
