"""A session: the chosen workloads measured on all libraries, as cells, and the record of it that goes into the JSON."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from benchmarks import facts, memory
from benchmarks.ceilings import compare
from benchmarks.cells import Cell, cell, cell_in_pieces, paired
from benchmarks.libraries import LIBRARIES
from benchmarks.one_thread import ENVIRONMENT
from benchmarks.tasks import tasks
from benchmarks.timing import interleave
from benchmarks.transforms import Task
from benchmarks.workloads import Workload, workloads

LONGEST, PIECE = "products-1e6", "products-1e4"
"""The workload that is also done in pieces, and the piece: whether an operation is dearer in a longer chain."""


@dataclass(frozen=True)
class Settings:
    """How much to measure."""

    names: tuple[str, ...]
    rounds: int = 40
    budget: float = 15.0
    at_least: int = 2
    scale: float = 1.0
    slow: bool = False
    memory: bool = True


def measure(settings: Settings, say: Callable[[str], None] = lambda text: None) -> list[Cell]:
    """Measure the chosen workloads and return their cells; ``say`` is told what is under way."""
    known, further = workloads(settings.scale), tasks(settings.scale)
    cells = []
    for name in settings.names:
        say((known.get(name) or further[name]).title)
        if name in known:
            cells += measure_one(known[name], known[PIECE], settings, say)
        else:
            cells += measure_task(further[name], settings, say)
    return cells


def measure_task(task: Task, settings: Settings, say: Callable[[str], None]) -> list[Cell]:
    """Measure one task in all ways, and the memory of those that say how."""
    cells = task.cells()
    interleave(cells, settings.rounds, settings.budget, settings.at_least)
    for one in cells if settings.memory else ():
        if one.peak is not None and one.status == "measured":
            say(f"{task.title}: memory of {one.title}")
            one.bytes_per_operation = one.peak()
    return cells


def measure_one(workload: Workload, piece: Workload, settings: Settings, say: Callable[[str], None]) -> list[Cell]:
    """Measure one workload on all libraries; memory only on the longest chain that a library runs."""
    cells = [cell(library, workload, settings.slow) for library in LIBRARIES.values()]
    if workload.name == LONGEST:
        cells.append(cell_in_pieces(LIBRARIES["unigrad-numpy"], workload, piece))
    interleave(cells, settings.rounds, settings.budget, settings.at_least)
    if settings.memory:
        for one in cells:
            if longest(one.library, settings) == workload.name:
                add_memory(one, settings.scale, say)
    return cells


def longest(name: str, settings: Settings) -> str | None:
    """Return the name of the longest chain among those chosen that the library runs."""
    known, library = workloads(settings.scale), LIBRARIES.get(name)
    chains = [known[chosen] for chosen in settings.names if chosen in known and known[chosen].long]
    runs = [chain for chain in chains if library and library.reason_not_run(chain, settings.slow) is None]
    return max(runs, key=lambda chain: chain.operations).name if runs else None


def add_memory(cell: Cell, scale: float, say: Callable[[str], None]) -> None:
    """Measure the cell's recorded graph in a fresh process, where the library can record one."""
    if LIBRARIES[cell.library].record is not None and cell.status == "measured":
        say(f"{cell.workload.title}: memory of {cell.title}")
        cell.bytes_per_operation = memory.measure(cell.library, cell.workload.name, scale) / cell.workload.operations


def record(cells: list[Cell], settings: Settings) -> dict[str, Any]:
    """Return the session as plain data, for the JSON file."""
    return {
        "date": datetime.datetime.now(datetime.UTC).isoformat(timespec="seconds"),
        "command": ["python", "-m", "benchmarks", *sys.argv[1:]],
        "settings": {**vars(settings), "clock": "time.process_time", "environment": ENVIRONMENT},
        "machine": facts.machine(),
        "versions": facts.versions(),
        "workloads": [workload_record(name, cells) for name in settings.names],
        "ceilings": compare(cells),
    }


def workload_record(name: str, cells: list[Cell]) -> dict[str, Any]:
    """Return one workload and its results."""
    own = [cell for cell in cells if cell.workload.name == name]
    workload = own[0].workload
    return {
        "name": name,
        "title": workload.title,
        "program": workload.text,
        "operations": workload.operations,
        "results": [result_record(cell, own) for cell in own],
    }


def result_record(cell: Cell, own: list[Cell]) -> dict[str, Any]:
    """Return one result: its figures, or why there are none."""
    ratios = {other.library: paired(cell, other) for other in own}
    return {
        "library": cell.library,
        "title": cell.title,
        "status": cell.status,
        "reason": cell.failed or cell.not_run,
        "median_seconds": cell.median,
        "microseconds_per_operation": cell.median and cell.median / cell.workload.operations * 1e6,
        "bytes_per_operation": cell.bytes_per_operation,
        "calls_per_round": cell.calls,
        "seconds": list(cell.seconds.values()),
        "ratio_to": {library: ratio for library, ratio in ratios.items() if ratio is not None},
    }
