"""The command: ``unigrad conformance``, which is also ``python -m unigrad_conformance``."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import click
from rich.console import Console

from unigrad import UnigradError
from unigrad_conformance import depth, document, listing, parallel, reports, table
from unigrad_conformance.case import SUITES, Case
from unigrad_conformance.deep import trying
from unigrad_conformance.mutants import trying as mutants_trying
from unigrad_conformance.progress import bar
from unigrad_conformance.results import Results, known_backends, run
from unigrad_conformance.suites import cases
from unigrad_conformance.worker import Errand, WorkerLost


@click.command(name="conformance", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--backend",
    "backends",
    multiple=True,
    metavar="NAME",
    help="A backend to run on, or 'all'; repeatable.  [default: all]",
)
@click.option(
    "--suite",
    "suites",
    multiple=True,
    metavar="NAME",
    help="chapter, conventions, kernels, rules, batching, transforms, or 'all'; repeatable.  [default: all]",
)
@click.option(
    "--select", default="", metavar="TEXT", help="Run only the cases whose name, such as rules/multiply, contains TEXT."
)
@click.option(
    "--seed",
    default=0,
    show_default=True,
    type=click.IntRange(min=0),
    help="Where the samples' numbers are drawn from.",
)
@click.option(
    "--report",
    "report",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Also write FILE: .json, .xml (JUnit) or .html.",
)
@click.option(
    "--list", "listed", is_flag=True, help="Run nothing: list the functions, and count the differentiable ones."
)
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="COUNT",
    help="Processes that share the cases.  [default: one a processor, for few cases this one alone]",
)
@click.option("--quick", is_flag=True, help="Run a part that takes less than a minute.")
@click.option(
    "--deep",
    is_flag=False,
    flag_value=trying.SECONDS,
    type=click.FloatRange(min=0, min_open=True),
    metavar="[SECONDS]",
    help=f"Draw calls with hypothesis around every sample for so long.  [without a number: {trying.SECONDS:.0f}]",
)
@click.option("--replay", metavar="CALL", help="With --deep: examine this one call, which a failure printed.")
@click.option(
    "--mutants-of",
    "mutants_of",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help="With --report: also show the kill rates in FILE, the .json report of a run with --mutants.",
)
@click.option(
    "--mutants",
    is_flag=True,
    help="Test the suite: break every rule and kernel in turn, and name the mistakes that it does not notice.",
)
@click.pass_context
def command(
    context: click.Context,
    backends: tuple[str, ...],
    suites: tuple[str, ...],
    select: str,
    seed: int,
    report: Path | None,
    listed: bool,
    jobs: int | None,
    quick: bool,
    deep: float | None,
    replay: str | None,
    mutants_of: Path | None,
    mutants: bool,
) -> None:
    """Check values and gradients on every backend.

    Seven suites: chapter (programs with closed-form gradients), conventions (the slopes that are declared for singular
    points), kernels (forward values against NumPy), rules (derivatives against differences, first and second order, and
    against the engines' own), batching (functions mapped over examples against each example alone), compiling (functions as
    programs, on other numbers, against themselves) and transforms (each transform, and what they give composed, against
    differences or a loop, and against JAX's and Torch's).

    With more than one job, processes of their own share the cases, and the results are the same; a case whose process dies
    has failed.

    With --quick each takes the largest sample of a function only, nothing in float32, and on JAX, which compiles every shape
    anew, one function in 16, others with another --seed. Without it batching takes the largest sample only, but on NumPy,
    rules, on JAX, the largest of those that differ in shape alone, and transforms, there, one program each.

    A backend that cannot run is 'not run', with the reason, and never counts as passed.

    Exit status: 0 if all that ran passed; 1 if something failed, if nothing ran at all, or if a backend that was asked
    for by its name could not run; 2 for bad usage.

    With --list: 0 unless a differentiable function is without a sample; the last line counts those that can be
    differentiated in both modes.

    With --deep a further suite, deep, runs alone: compositions of transforms, and of every differentiable function calls of
    other shapes, axes, layouts and magnitudes than its samples', as --seed draws them, with an equal part of the time for
    each backend. Gradients are compared with differences where these are exact, the two sweeps with each other, and the
    recorded gradient with the other. A call that fails is made as simple as can be, and printed with the line that runs it
    again. What NumPy does not take, or unigrad refuses with an error of its own, is discarded.

    With --mutants, on NumPy unless a backend is named: 0 if every mistake was noticed, or is listed with the reason why
    it changes nothing; 1 otherwise, or if a listed one is noticed after all.
    """
    if listed:
        context.exit(listing.command(select, report))
    try:
        asked = _chosen("backend", backends, known_backends())
    except UnigradError as error:  # a plugin that spoils discovery for all
        raise click.ClickException(str(error)) from error
    named = [name for name in backends if name != "all"]
    if replay is not None and deep is None:
        raise click.UsageError("--replay takes a call that --deep printed; give both")
    if mutants:
        wanted = [suite for suite in _chosen("suite", suites, list(SUITES)) if suite not in ("chapter", "conventions")]
        context.exit(mutants_trying.command(wanted, asked if backends else ["numpy"], select, seed, report))
    if report is not None:
        _check_report(report)
    rates = _rates(mutants_of, report)
    said: list[str] = [depth.SAID] if quick and deep is None else []
    if replay is not None:
        results = trying.replay(replay, asked, named)
    elif deep is not None:
        results, said = trying.search(asked, select, seed, deep, named)
    else:
        errand = Errand(tuple(_chosen("suite", suites, list(SUITES))), select, quick, seed)
        results = _run(_selected(errand), asked, errand, jobs, named)
    console = Console()
    table.show(results, console)
    for line in said:
        console.print(line, soft_wrap=True, markup=False, highlight=False)
    if report is not None:
        reports.write(results, report, rates)
        console.print(f"report: {report}", soft_wrap=True, markup=False, highlight=False)
    context.exit(results.status)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command with these arguments (None: the process's own) and give its exit status."""
    try:
        command.main(None if argv is None else list(argv), prog_name="unigrad conformance")
    except SystemExit as exit:  # click leaves by this door, always with a number
        return int(exit.code or 0)


def _chosen(what: str, given: Sequence[str], known: Sequence[str]) -> list[str]:
    """The names that were given, each once; all that are known for none, or for 'all'. Raises click.UsageError."""
    for name in given:
        if name not in (*known, "all"):
            raise click.UsageError(f"no {what} named '{name}'; known: {', '.join(known) or 'none'}, or 'all'")
    return list(known) if not given or "all" in given else list(dict.fromkeys(given))


def _selected(errand: Errand) -> list[Case]:
    """The cases to run. Raises click.UsageError where there is none."""
    selected = cases(errand.suites, errand.select, errand.quick)
    if not selected:
        raise click.UsageError(f"no case's name contains '{errand.select}'")
    return selected


def _check_report(path: Path) -> None:
    """Refuse before the run what could not be written after it."""
    try:
        reports.writer(path)
    except ValueError as error:
        raise click.UsageError(str(error)) from error
    if not path.absolute().parent.is_dir():
        raise click.UsageError(f"the folder of the report '{path}' does not exist")


def _rates(path: Path | None, report: Path | None) -> dict[str, Any] | None:
    """What a run of mutants wrote, in the form that a report has it. Raises click.UsageError for another file."""
    if path is None:
        return None
    if report is None:
        raise click.UsageError("--mutants-of adds to a report; give --report too")
    try:
        return document.kill_rates(json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError) as error:
        raise click.UsageError(f"'{path}' is no report of a run with --mutants: {error!r}") from error


def _run(
    selected: Sequence[Case], backends: Sequence[str], errand: Errand, jobs: int | None, named: Sequence[str]
) -> Results:
    """The results, from `jobs` processes. Raises click.ClickException where these do not start."""
    count = len(selected) * len(backends)
    jobs = parallel.default_jobs(count) if jobs is None else jobs
    with bar() as start:
        if jobs == 1:
            return run(selected, backends, errand.seed, named=named, depth=errand.depth, progress=start(count))
        try:
            return parallel.run(selected, backends, errand, jobs, named=named, progress=start(count))
        except WorkerLost as error:
            raise click.ClickException(f"a process for the cases did not start: {error}; try: --jobs 1") from error
