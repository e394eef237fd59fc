"""Derivative by differences: central differences of a function of one number, with Richardson extrapolation.

The tableau is C. J. F. Ridders', "Accurate computation of F'(x) and F'(x) F''(x)", Advances in Engineering Software 4
(1982) 75-76: each row halves the step, each column removes one more even power of it, and an entry's distance from its
neighbours estimates its error. The best entry is taken for each element by itself. In float64 the first derivative of
a smooth function comes out to about 1e-12, the second to about 1e-9.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable
from typing import Final

import numpy

STEP: Final = 0.04
"""The first and longest step. Drawn numbers keep 0.1 from a kink and from each other, so two of them may both move by it."""
ROWS: Final = {1: 8, 2: 6}
"""How many steps are taken, by the order of the derivative: rounding spoils a second difference sooner."""
EPSILON: Final = 2.0**-52

Curve = Callable[[float], numpy.ndarray]


def first(curve: Curve) -> numpy.ndarray:
    """The derivative of `curve` at 0, an array of the shape of its values; NaN where no step gave a finite difference."""
    return _extrapolated(curve, lambda high, low, h: (high - low) / (2 * h), order=1)[0]


def second(curve: Curve) -> numpy.ndarray:
    """The second derivative of `curve` at 0, an array of the shape of its values; NaN where no step gave a finite difference."""
    middle = 2 * curve(0.0)
    return _extrapolated(curve, lambda high, low, h: (high - middle + low) / (h * h), order=2)[0]


def _extrapolated(
    curve: Curve, difference: Callable[[numpy.ndarray, numpy.ndarray, float], numpy.ndarray], order: int
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """The best entry of Ridders' tableau and its estimated error: at least the values' rounding error over the shortest step."""
    column, rounding = [], []
    with numpy.errstate(all="ignore"):
        for row in range(ROWS[order]):
            h = STEP / 2**row
            high, low = numpy.asarray(curve(h), numpy.float64), numpy.asarray(curve(-h), numpy.float64)
            column.append(difference(high, low, h))
            rounding.append(EPSILON * numpy.maximum(abs(high), abs(low)) / h**order)
        best, error = column[-1], numpy.full(column[-1].shape, numpy.inf)
        for power in range(1, len(column)):
            finer = [low + (low - high) / (4**power - 1) for high, low in itertools.pairwise(column)]
            for (high, low), entry, floor in zip(itertools.pairwise(column), finer, rounding[power:], strict=True):
                distance = numpy.maximum(numpy.maximum(abs(entry - low), abs(entry - high)), floor)
                better = distance < error
                best, error = numpy.where(better, entry, best), numpy.where(better, distance, error)
            column = finer
    return numpy.asarray(best), error


def directional(
    function: Callable[[numpy.ndarray], numpy.ndarray], point: numpy.ndarray, direction: numpy.ndarray
) -> numpy.ndarray:
    """The derivative of `function` of a flat array at `point` along `direction`; the direction's length counts."""
    unit, length = _scaled(direction)
    return first(lambda t: function(point + t * unit)) * length


def estimated(
    function: Callable[[numpy.ndarray], numpy.ndarray], point: numpy.ndarray, direction: numpy.ndarray
) -> tuple[numpy.ndarray, numpy.ndarray]:
    """`directional`, and an estimate of its error."""
    unit, length = _scaled(direction)
    slope, error = _extrapolated(
        lambda t: function(point + t * unit), lambda high, low, h: (high - low) / (2 * h), order=1
    )
    return slope * length, error * length


def mixed(
    function: Callable[[numpy.ndarray], numpy.ndarray], point: numpy.ndarray, one: numpy.ndarray, two: numpy.ndarray
) -> numpy.ndarray:
    """The second derivative of `function` along `one` and `two`: a quarter of that along their sum less their difference."""
    total = numpy.zeros(())
    for sign in (1.0, -1.0):
        unit, length = _scaled(one + sign * two)
        total = total + sign * length**2 / 4 * second(lambda t, unit=unit: function(point + t * unit))  # type: ignore[misc]
    return total


def _scaled(direction: numpy.ndarray) -> tuple[numpy.ndarray, float]:
    """`direction` over its largest entry, and that entry: no number moves by more than the step."""
    length = float(numpy.max(abs(direction), initial=0.0))
    return (direction / length, length) if length else (direction, 0.0)
