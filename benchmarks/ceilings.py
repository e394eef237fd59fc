"""Ceilings: the ratios that unigrad must not exceed, and what was measured beside each."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from benchmarks.cells import Cell, paired


@dataclass(frozen=True)
class Ceiling:
    """``on`` takes at most ``at_most`` times what ``against`` takes on the workload, in time or in bytes per op."""

    workload: str
    on: str
    against: str
    at_most: float
    quantity: str = "time"


CEILINGS = (
    Ceiling("chain", "unigrad-numpy", "torch", 0.40),
    Ceiling("chain", "unigrad-numpy", "autograd", 0.20),
    Ceiling("chain", "unigrad-numpy", "by-hand", 2.0),
    Ceiling("chain", "unigrad-torch", "torch", 0.85),
    Ceiling("chain", "unigrad-jax", "jax", 0.14),
    Ceiling("chain", "unigrad-jax-jit", "jax-jit", 1.25),
    Ceiling("chapter", "unigrad-numpy", "torch", 0.45),
    Ceiling("chapter", "unigrad-numpy", "autograd", 0.20),
    Ceiling("chapter-imperative", "unigrad-numpy", "torch", 0.45),
    Ceiling("fan-out", "unigrad-numpy", "torch", 0.20),
    Ceiling("products-1e6", "unigrad-numpy", "torch", 0.33),
    Ceiling("products-1e6", "unigrad-numpy", "torch", 0.25, "bytes"),
    Ceiling("products-1e6", "unigrad-numpy", "unigrad-numpy-in-pieces", 1.3),
    Ceiling("hessian", "unigrad-numpy", "torch", 0.3),
    Ceiling("hessian", "unigrad-jax-jit", "jax-jit", 1.2),
    Ceiling("chain-jit", "unigrad-numpy-jit", "by-hand", 0.85),
    Ceiling("per-example", "unigrad-numpy", "unigrad-numpy-loop", 0.1),
    Ceiling("per-example", "unigrad-torch", "torch", 1.15),
    Ceiling("per-example", "unigrad-jax-jit", "jax-jit", 1.05),
    Ceiling("network", "unigrad-jax-jit", "jax-jit", 1.03),
    Ceiling("network", "unigrad-torch-jit", "torch-compile", 1.05),
    Ceiling("network", "unigrad-numpy-jit", "by-hand", 1.0),
    Ceiling("checkpoint", "unigrad-numpy-checkpoint", "unigrad-numpy", 1.5),
    Ceiling(
        "checkpoint", "unigrad-numpy-checkpoint", "unigrad-numpy-quarter", 0.55, "bytes"
    ),  # twice as much for 4 times
)


def ratio(ceiling: Ceiling, cells: dict[tuple[str, str], Cell]) -> float | None:
    """Return the measured ratio; None where one side was not measured, or is too small for the memory to grow."""
    first, second = (cells.get((ceiling.workload, name)) for name in (ceiling.on, ceiling.against))
    if first is None or second is None:
        return None
    if ceiling.quantity == "time":
        return paired(first, second)
    if first.bytes_per_operation is None or not second.bytes_per_operation:
        return None
    return first.bytes_per_operation / second.bytes_per_operation


def compare(cells: Iterable[Cell]) -> list[dict[str, Any]]:
    """Return a row for each ceiling whose workload was chosen; ``holds`` is None where it could not be measured."""
    by_name = {(cell.workload.name, cell.library): cell for cell in cells}
    chosen = {workload for workload, _ in by_name}
    rows = []
    for ceiling in CEILINGS:
        if ceiling.workload in chosen:
            measured = ratio(ceiling, by_name)
            holds = None if measured is None else measured <= ceiling.at_most
            rows.append({**vars(ceiling), "measured": measured, "holds": holds})
    return rows
