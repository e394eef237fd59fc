"""The command line of the benchmark."""

from __future__ import annotations

import json
import sys
from pathlib import Path

import click
from rich.console import Console

from benchmarks import dialects, report
from benchmarks.session import Settings, measure, record
from benchmarks.tasks import tasks
from benchmarks.workloads import workloads

NAMES = (*workloads(), *tasks())
QUICK = (5, 5.0, 1)


@click.command(context_settings={"help_option_names": ["-h", "--help"], "show_default": True})
@click.option(
    "--workload", "-w", "names", multiple=True, type=click.Choice(NAMES), help="One workload; repeatable. Without: all."
)
@click.option("--rounds", type=click.IntRange(min=1), default=40, help="Rounds of each workload, at most.")
@click.option(
    "--budget", type=float, default=15.0, help="Seconds after which a workload's rounds end, once there are two."
)
@click.option("--quick", is_flag=True, help="A first look: at most 5 rounds or 5 seconds, once there is one round.")
@click.option("--slow", is_flag=True, help="Run the combinations, too, that are left out as too slow.")
@click.option("--scale", type=click.FloatRange(min=0, min_open=True), default=1.0, help="Times the operations.")
@click.option(
    "--memory/--no-memory", default=True, help="Measure bytes an operation, a fresh process for each library."
)
@click.option(
    "--json", "file", type=click.Path(dir_okay=False, path_type=Path), help="Write every figure to this file."
)
@click.option("--markdown", is_flag=True, help="Print the tables as Markdown.")
@click.option("--dialects", "of_dialects", is_flag=True, help="Time the dialects beside the native interface instead.")
def main(
    names: tuple[str, ...],
    rounds: int,
    budget: float,
    quick: bool,
    slow: bool,
    scale: float,
    memory: bool,
    file: Path | None,
    markdown: bool,
    of_dialects: bool,
) -> None:
    """Time gradients by unigrad, its peers and NumPy by hand, side by side, on one thread.

    Each gradient is compared with the one by hand before it is timed. Exit status: 0 all gradients were right, 1 one
    was not.
    """
    if of_dialects:
        Console().print(dialects.table(rounds))
        return
    amount = QUICK if quick else (rounds, budget, 2)
    settings = Settings(names or NAMES, *amount, scale, slow, memory)
    errors = Console(stderr=True)
    with errors.status("starting") as status:
        cells = measure(settings, status.update)
    session = record(cells, settings)
    if file is not None:
        file.write_text(json.dumps(session, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    if markdown:
        click.echo(report.markdown(session))
    else:
        report.show(session, Console(width=None if sys.stdout.isatty() else 100))
    if any(cell.failed for cell in cells):
        raise SystemExit(1)
