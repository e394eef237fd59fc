"""Cells: one library on one workload each, with its call, its gradient's check and what was measured."""

from __future__ import annotations

import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import numpy as np

from benchmarks.libraries import Library, to_numpy
from benchmarks.workloads import Workload

TOLERANCE = {"float32": 1e-5, "float64": 1e-9}
"""Relative difference from the gradient by hand that rounding may bring, over as many as 10⁶ operations."""


@dataclass
class Cell:
    """One library on one workload: what it measured, or why it did not.

    ``make()`` gives the call, whose gradient must equal ``expected()``; ``seconds`` holds the CPU seconds of one call
    by the round's number, ``calls`` the calls in a timed block. ``peak()``, where there is one, gives the bytes an operation;
    ``read`` makes an array of NumPy's of what the call gives.
    """

    library: str
    title: str
    workload: Any
    make: Callable[[], Callable[[], Any]]
    expected: Callable[[], Any]
    not_run: str | None = None
    failed: str | None = None
    calls: int = 1
    seconds: dict[int, float] = field(default_factory=dict)
    bytes_per_operation: float | None = None
    tolerance: float | None = None
    peak: Callable[[], float] | None = None
    read: Callable[[Any], Any] = to_numpy

    @property
    def status(self) -> str:
        """``measured``, ``not run`` or ``failed``."""
        return "failed" if self.failed else "not run" if self.not_run else "measured"

    @property
    def spent(self) -> float:
        """CPU seconds spent in timed calls."""
        return sum(self.seconds.values()) * self.calls

    @property
    def median(self) -> float | None:
        """Median over the rounds of the CPU seconds of a call; None where nothing was measured."""
        return statistics.median(self.seconds.values()) if self.seconds else None

    def compare(self, gradient: Any) -> None:
        """Fail unless the gradient is the one by hand, in shape, dtype and value."""
        found, expected = self.read(gradient), np.asarray(self.expected())
        if (found.shape, found.dtype) != (expected.shape, expected.dtype):
            self.failed = f"gradient {found.dtype}{list(found.shape)}, expected {expected.dtype}{list(expected.shape)}"
        elif not np.allclose(
            found, expected, rtol=self.tolerance or TOLERANCE[expected.dtype.name], atol=self.near(expected)
        ):
            self.failed = f"gradient wrong by {np.max(np.abs(found - expected)):.2e}"

    def near(self, expected: Any) -> float:
        """The distance that counts as none: nothing for one gradient, a share of the largest number for many results."""
        return 0.0 if self.tolerance is None else self.tolerance * float(np.max(np.abs(expected), initial=0.0))


def cell(library: Library, workload: Workload, slow: bool = False) -> Cell:
    """Return the library's cell for the workload; it says so if the library is not run on it."""
    make, reason = partial(library.gradient, workload), library.reason_not_run(workload, slow)
    return Cell(library.name, library.title, workload, make, workload.gradient_by_hand, reason)


def cell_in_pieces(library: Library, workload: Workload, piece: Workload) -> Cell:
    """Return a cell that does the workload's operations as many calls of a shorter one."""
    pieces = range(workload.operations // piece.operations)

    def make() -> Callable[[], Any]:
        gradient = library.gradient(piece)

        def call() -> Any:
            for _ in pieces:
                last = gradient()
            return last

        return call

    name, title = f"{library.name}-in-pieces", f"the same in {len(pieces)} pieces"
    return Cell(name, title, workload, make, piece.gradient_by_hand, library.reason_not_run(piece))


def paired(first: Cell, second: Cell) -> float | None:
    """Return the median over shared rounds of the first one's seconds over the second one's; None if none is shared."""
    shared = first.seconds.keys() & second.seconds.keys()
    return statistics.median(first.seconds[number] / second.seconds[number] for number in shared) if shared else None
