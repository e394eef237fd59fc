"""Interleaved timing: in each round every library takes its turn, so that a ratio compares neighbours in time."""

from __future__ import annotations

import gc
import math
import time
from collections.abc import Callable, Iterable
from typing import Any

from benchmarks.cells import Cell

BLOCK = 0.01
"""Seconds of CPU time that a timed block lasts at least: it is as many calls as that takes."""

WARM = 10**5
"""Operations in one call from which on nothing is left to warm up: the checked call counts as the first round."""


def timed(call: Callable[[], Any], calls: int = 1) -> tuple[float, Any]:
    """Return the CPU seconds of one call, as the mean of a block of them, and what the last one returned."""
    start = time.process_time()
    for _ in range(calls):
        result = call()
    return (time.process_time() - start) / calls, result


def admit(cell: Cell) -> Callable[[], Any] | None:
    """Check the cell's gradient, decide how many calls fill a block, and return its call; None if it failed."""
    gc.collect()
    try:
        call = cell.make()
        seconds, gradient = timed(call)
    except Exception as error:  # noqa: BLE001 - a library that fails has its own row, and the others go on
        cell.failed = f"{type(error).__name__}: {error}"
        return None
    cell.compare(gradient)
    if cell.failed:
        return None
    if cell.workload.operations >= WARM:
        cell.seconds[1] = seconds
    elif not cell.workload.long:  # the first call may have compiled; the second shows what a call takes
        cell.calls = max(1, math.ceil(BLOCK / max(timed(call)[0], 1e-7)))
    return call


def interleave(cells: Iterable[Cell], rounds: int, budget: float, at_least: int = 2) -> None:
    """Check each cell, then time all of them in each round; stop at ``rounds``, or after ``budget`` wall seconds.

    ``at_least`` rounds are kept in any case. A library that alone has spent a quarter of the budget sits out the rounds
    after that.
    """
    admitted = [(cell, admit(cell)) for cell in cells if cell.not_run is None]
    running = [(cell, call) for cell, call in admitted if call is not None]
    start = time.perf_counter()
    for number in range(1, rounds + 1):
        if number > at_least and time.perf_counter() - start > budget:
            break
        for place in range(len(running)):
            cell, call = running[(place + number) % len(running)]
            if number not in cell.seconds and (number <= at_least or cell.spent < budget / 4):
                if cell.workload.long:
                    gc.collect()
                cell.seconds[number] = timed(call, cell.calls)[0]
