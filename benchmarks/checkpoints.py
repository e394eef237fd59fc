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


WIDTH = 64
"""The length of a row of the array, and of the matrix that multiplies it."""


def numbers(rows: int) -> tuple[Array, Array]:
    """The array, and a rotation for its rows, so that no layer makes them longer or shorter."""
    draw = np.random.default_rng(0)
    return draw.normal(size=(rows, WIDTH)), np.linalg.qr(draw.normal(size=(WIDTH, WIDTH)))[0]


def layers(names: Any, count: int) -> list[Callable[[Any], Any]]:
    """So many layers, all the same: functions of the array and the matrix."""
    return [lambda pair: (names.abs(pair[0] @ pair[1]), pair[1])] * count


def plain(count: int, given: tuple[Array, Array]) -> Call:
    """The gradients of the sum, with every layer's result kept."""
    ug, names, enter = of_numpy()
    functions, arrays = layers(names, count), tuple(map(enter, given))

    def chain(pair: Any) -> Array:
        for function in functions:
            pair = function(pair)
        return pair[0].sum()

    return partial(ug.grad(chain), arrays)


def checkpointed(count: int, given: tuple[Array, Array]) -> Call:
    """The same, with the result of every so many layers kept, whose number is the root of theirs."""
    ug, names, enter = of_numpy()
    run = ug.checkpoint_sequential(layers(names, count), math.isqrt(count))
    return partial(ug.grad(lambda pair: run(pair)[0].sum()), tuple(map(enter, given)))


def by_hand(count: int, given: tuple[Array, Array]) -> Array:
    """The gradients, with every layer's result kept."""
    x, matrix = given
    kept = []
    for _ in range(count):
        z = x @ matrix
        kept.append((x, z))
        x = np.abs(z)
    g, slope = np.ones_like(x), np.zeros_like(matrix)
    for x, z in reversed(kept):
        g = g * np.sign(z)
        slope += x.T @ g
        g = g @ matrix.T
    return np.concatenate([g.ravel(), slope.ravel()])


def peak(make: Callable[[int, tuple[Array, Array]], Call], count: int, given: tuple[Array, Array]) -> float:
    """The most bytes that Python and NumPy hold at once in a call, beyond those before it, for each layer."""
    run = make(count, given)
    tracemalloc.start()
    try:
        run()
        return tracemalloc.get_traced_memory()[1] / count
    finally:
        tracemalloc.stop()


def chain(count: int = 10_000, rows: int = 32) -> Task:
    """The chain with and without checkpoints, and with a quarter of the layers, whose memory should be half as much.

    To compute the layers again costs the time of one more forward pass, a third of the whole where a layer is a product of
    matrices, whose reverse is two.
    """
    given, quarter = numbers(rows), count // 4

    def way(title: str, make: Callable[[int, tuple[Array, Array]], Call], name: str, layers: int = count) -> Way:
        expected = partial(by_hand, layers, given)
        return Way(
            title, ("unigrad",), partial(make, layers, given), name, partial(peak, make, layers, given), expected
        )

    return Task(
        "checkpoint",
        f"checkpointed chain of {count:,} layers, {rows}×{WIDTH} float64",
        f"grad(lambda x, w: checkpoint_sequential({count:,} times abs(x @ w), {math.isqrt(count)})(x, w).sum())(x, w)",
        partial(by_hand, count, given),
        {
            "by-hand": Way("NumPy by hand, all kept", (), lambda: lambda: by_hand(count, given)),
            "unigrad-numpy": way("unigrad on NumPy, all kept", plain, "grad"),
            "unigrad-numpy-checkpoint": way("unigrad on NumPy, checkpointed", checkpointed, NAME),
            "unigrad-numpy-quarter": way("the same, a quarter of the layers", checkpointed, NAME, quarter),
        },
        operations=count,
        unit="layer",
        long=True,
    )
