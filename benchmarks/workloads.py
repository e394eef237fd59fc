"""Workloads: programs written once, over any namespace with NumPy's names, with inputs and the gradient by hand."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np

from benchmarks import by_hand

Array = Any


@dataclass(frozen=True)
class Workload:
    """A program whose gradient is timed: ``program(np, x)`` gives a scalar; ``start`` is ``x`` as a NumPy array."""

    name: str
    title: str
    text: str
    program: Callable[[Any, Array], Array]
    forward: Callable[[Array], tuple[Array, ...]]
    reverse: Callable[..., Array]
    start: np.ndarray[Any, Any]
    operations: int
    unit: str = "op"
    imperative: bool = False
    long: bool = False

    def gradient_by_hand(self) -> Array:
        """Return the gradient that every library must give."""
        return self.reverse(*self.forward(self.start))


def mix(np: Any, x: Array, turns: int) -> Array:
    """Four elementwise operations a turn; ``x`` takes part in two of them, so that it is used all along the chain."""
    y = x
    for _ in range(turns):
        y = y * x
        y = y + x
        y = np.sin(y)
        y = y * 0.5
    return y.sum()


def chapter(np: Any, x: Array) -> Array:
    """The chapter's first program."""
    return 2 * np.dot(x, x)


def fan_out(np: Any, x: Array, uses: int) -> Array:
    """One value used many times, each time with another number; all uses are alive until they are summed up."""
    parts = [x * float(use) for use in range(uses)]
    total = parts[0]
    for part in parts[1:]:
        total = total + part
    return total


def products(np: Any, x: Array, operations: int) -> Array:
    """A chain of scalar products, the shape of a long recurrence; ``x`` takes part in each."""
    y = x
    for _ in range(operations):
        y = y * x
    return y


def mixed_chain(operations: int = 100) -> Workload:
    """Return the chain of elementwise operations on 4 numbers."""
    turns = operations // 4
    return Workload(
        "chain",
        f"chain of {4 * turns} elementwise operations, 4 float64",
        f"{turns} times: y = y * x; y = y + x; y = sin(y); y = y * 0.5; then y.sum()",
        partial(mix, turns=turns),
        partial(by_hand.mix_forward, turns=turns),
        by_hand.mix_reverse,
        np.linspace(0.5, 1.5, 4),
        4 * turns,
    )


def chapter_program(imperative: bool = False) -> Workload:
    """Return the chapter's program, as ``grad(f)(x)`` or as ``y.backward(); x.grad``."""
    return Workload(
        "chapter-imperative" if imperative else "chapter",
        "the chapter's y = 2 x·x, whole call, 4 float32" + (", y.backward()" if imperative else ""),
        "y = 2 * dot(x, x); y.backward(); x.grad" if imperative else "grad(lambda x: 2 * dot(x, x))(x)",
        chapter,
        by_hand.chapter_forward,
        by_hand.chapter_reverse,
        np.arange(4, dtype="float32"),
        1,
        unit="call",
        imperative=imperative,
    )


def wide_fan_out(uses: int = 10_000) -> Workload:
    """Return the fan-out: a product and an addition for each use."""
    return Workload(
        "fan-out",
        f"fan-out of {uses:,}, float64",
        f"parts = [x * 0.0, x * 1.0, … {uses:,} of them], added up one after the other",
        partial(fan_out, uses=uses),
        partial(by_hand.fan_out_forward, uses=uses),
        by_hand.fan_out_reverse,
        np.asarray(0.7),
        2 * uses,
    )


def long_chain(operations: int, name: str) -> Workload:
    """Return the chain of scalar products; ``x`` is near enough to 1 for the result to stay finite."""
    return Workload(
        name,
        f"chain of {operations:,} scalar products, float64",
        f"{operations:,} times: y = y * x",
        partial(products, operations=operations),
        partial(by_hand.products_forward, operations=operations),
        by_hand.products_reverse,
        np.asarray(1 + 1e-7),
        operations,
        long=True,
    )


def workloads(scale: float = 1.0) -> dict[str, Workload]:
    """Return all workloads by name, with ``scale`` times their operations (at least 4)."""

    def scaled(operations: int) -> int:
        return max(4, round(operations * scale))

    chosen = [
        mixed_chain(scaled(100)),
        chapter_program(),
        chapter_program(imperative=True),
        wide_fan_out(scaled(10_000)),
        *(long_chain(scaled(10**power), f"products-1e{power}") for power in (4, 5, 6)),
    ]
    return {workload.name: workload for workload in chosen}
