"""The checkpointed chain: many layers on one array, of which the reverse sweep keeps a part and computes the others again."""

from __future__ import annotations

import math
import tracemalloc
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np

from benchmarks.peers import Array, Call
from benchmarks.transforms import Task, Way, of_numpy

NAME = "checkpoint_sequential"


def layers(names: Any, count: int) -> list[Callable[[Array], Array]]:
    """So many layers, all the same."""
    return [lambda x: names.tanh(x) * 1.01] * count


def plain(count: int, x: Array) -> Call:
    """The gradient of the sum, with every layer's result kept."""
    ug, names, enter = of_numpy()
    functions, given = layers(names, count), enter(x)

    def chain(x: Array) -> Array:
        for function in functions:
            x = function(x)
        return x.sum()

    gradient = ug.grad(chain)
    return lambda: gradient(given).data


def checkpointed(count: int, x: Array) -> Call:
    """The same, with the result of every so many layers kept, whose number is the root of theirs."""
    ug, names, enter = of_numpy()
    run = ug.checkpoint_sequential(layers(names, count), math.isqrt(count))
    gradient, given = ug.grad(lambda x: run(x).sum()), enter(x)
    return lambda: gradient(given).data


def by_hand(count: int, x: Array) -> Array:
    """The gradient, with every layer's result kept."""
    kept = []
    for _ in range(count):
        kept.append(np.tanh(x))
        x = kept[-1] * 1.01
    g = np.ones_like(x)
    for y in reversed(kept):
        g = g * 1.01 * (1 - y * y)
    return g


def peak(make: Callable[[int, Array], Call], count: int, x: Array) -> float:
    """The most bytes that Python and NumPy hold at once in a call, beyond those before it, for each layer."""
    run = make(count, x)
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / count
    finally:
        tracemalloc.stop()


def chain(count: int = 10_000, size: int = 1000) -> Task:
    """The chain with and without checkpoints, and with a quarter of the layers, whose memory should be half as much."""
    x, quarter = np.linspace(-1.0, 1.0, size), count // 4

    def way(title: str, make: Callable[[int, Array], Call], name: str, layers: int = count) -> Way:
        expected = partial(by_hand, layers, x)
        return Way(title, ("unigrad",), partial(make, layers, x), name, partial(peak, make, layers, x), expected)

    return Task(
        "checkpoint",
        f"checkpointed chain of {count:,} layers, {size} float64",
        f"grad(lambda x: checkpoint_sequential({count:,} times tanh(x) * 1.01, {math.isqrt(count)})(x).sum())(x)",
        partial(by_hand, count, x),
        {
            "by-hand": Way("NumPy by hand, all kept", (), lambda: lambda: by_hand(count, x)),
            "unigrad-numpy": way("unigrad on NumPy, all kept", plain, "grad"),
            "unigrad-numpy-checkpoint": way("unigrad on NumPy, checkpointed", checkpointed, NAME),
            "unigrad-numpy-quarter": way("the same, a quarter of the layers", checkpointed, NAME, quarter),
        },
        operations=count,
        unit="layer",
        long=True,
    )
