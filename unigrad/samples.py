"""Sample: arguments for one call of a primitive, as plain data.

Cards carry samples; the conformance suite, the documentation and the benchmarks draw numbers for them with a seed of
their own. Nothing here imports an array library, so a card costs nothing until somebody runs it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Array:
    """An array to be drawn: its shape, and the domain that its numbers come from.

    ``low`` and ``high`` bound a uniform draw; ``away`` lists points that every number keeps a distance of 0.1 from (the
    kinks of ``abs`` or ``round``); ``distinct`` keeps the numbers of the array at least 0.1 apart (``max``, ``sort``);
    ``dtype`` is ``"float"`` (the floating dtype under test), ``"complex"``, ``"int"`` (bounds inclusive) or ``"bool"``.
    """

    shape: tuple[int, ...] = ()
    low: float = -2.0
    high: float = 2.0
    away: tuple[float, ...] = ()
    distinct: bool = False
    dtype: str = "float"


@dataclass(frozen=True)
class Sample:
    """Arguments for one call: what stands for each array argument, and the options by name.

    An array argument is an `Array` to be drawn, a tuple of them (for an argument that is a sequence of arrays), or a
    Python number or None, passed as it is. A sample with ``smooth=False`` sits on a kink: values are compared, differences are not.
    """

    arrays: tuple[Array | tuple[Array, ...] | float | None, ...]
    options: Mapping[str, Any] = field(default_factory=dict)
    smooth: bool = True


def sample(*arrays: Array | tuple[Array, ...] | float | None, smooth: bool = True, **options: Any) -> Sample:
    """A `Sample` written as the call itself would be: ``sample(Array((2, 3)), axis=0)``."""
    return Sample(arrays, options, smooth)


def unary(low: float = -2.0, high: float = 2.0, away: tuple[float, ...] = ()) -> tuple[Sample, ...]:
    """Samples for an elementwise function of one argument: a 0-d, a matrix and an empty array of the domain."""
    return tuple(sample(Array(shape, low, high, away)) for shape in ((), (2, 3), (0, 2)))


def binary(first: Array | None = None, second: Array | None = None) -> tuple[Sample, ...]:
    """Samples for an elementwise function of two arguments: equal shapes, and broadcasting in every position."""
    one, two = first or Array(), second or Array()
    shapes = [
        ((), ()),
        ((2, 3), (2, 3)),
        ((2, 3), (3,)),
        ((3,), (2, 3)),
        ((2, 1), (1, 3)),
        ((), (2, 3)),
        ((2, 3), ()),
        ((0, 2), (2,)),
    ]
    return tuple(sample(_shaped(one, left), _shaped(two, right)) for left, right in shapes)


def _shaped(array: Array, shape: tuple[int, ...]) -> Array:
    return Array(shape, array.low, array.high, array.away, array.distinct, array.dtype)
