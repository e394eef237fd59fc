"""Sample: arguments for one call of a primitive, as plain data; Convention: the gradient at one singular point of it.

Cards carry samples; the conformance suite, the documentation and the benchmarks draw numbers for them with a seed of
their own. Nothing here imports an array library, so a card costs nothing until somebody runs it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any, Final

INF: Final = math.inf
NAN: Final = math.nan
ENGINES: Final = ("autograd", "jax", "torch", "tf", "mxnet")
"""The engines that a convention is compared with."""


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


@dataclass(frozen=True)
class Convention:
    """The gradient that is declared for one point, where there is none in the strict sense or where engines differ.

    ``point`` and ``slopes`` have an entry for each argument: a number, nested lists of numbers, or None. An argument whose
    slope is None is handed over as it stands, a Python number, a condition or no argument at all; the others as arrays.
    """

    point: tuple[Any, ...]
    slopes: tuple[Any, ...]
    why: str
    """The reason, in a few words."""
    options: Mapping[str, Any] = field(default_factory=dict)
    cotangent: Any = None
    """What the results are weighted with: None for ones, numbers in the shape of the one result, or a tuple for several."""
    value: Any = None
    """The first result, where it is part of what is declared."""
    second: tuple[Any, ...] | None = None
    """The gradient of the sum of all slopes, where it is declared: in one variable the second derivative."""
    refused: bool = False
    """Whether a library may raise its own error at this point, so that ``slopes`` holds where it answers."""
    agree: tuple[str, ...] = ()
    """The `ENGINES` that give the same slopes; one that is named nowhere has no such function, or was not measured."""
    differ: Mapping[str, Any] = field(default_factory=dict)
    """What others of the `ENGINES` give: slopes, a tuple where there are several that are asked for, or what happens in words."""


def at(
    *point: Any,
    slope: Any,
    why: str,
    second: Any = None,
    agree: str = "",
    cotangent: Any = None,
    value: Any = None,
    refused: bool = False,
    **options: Any,
) -> Convention:
    """A `Convention` written as the call itself would be: ``at(0.0, slope=0.0, why="smallest of [-1, 1]", jax=1.0)``.

    ``slope`` and ``second`` are tuples where there are several arguments. ``agree`` has the names of engines with spaces
    between them; an engine that differs is an argument, by its name. Raises ValueError unless there is one slope for each
    argument, and where a name in ``agree`` is none of `ENGINES`.
    """
    unknown = [engine for engine in agree.split() if engine not in ENGINES]
    if unknown:
        raise ValueError(f"a convention compares with {', '.join(ENGINES)}; got '{unknown[0]}'")
    differ: dict[str, Any] = {engine: options.pop(engine) for engine in ENGINES if engine in options}
    seconds = None if second is None else _each(second, point)
    return Convention(
        point, _each(slope, point), why, options, cotangent, value, seconds, refused, tuple(agree.split()), differ
    )


def _each(slope: Any, point: tuple[Any, ...]) -> tuple[Any, ...]:
    slopes = slope if isinstance(slope, tuple) else (slope,)
    if len(slopes) != len(point):
        raise ValueError(f"a convention needs a slope for each argument; got {len(slopes)} for the point {point}")
    return slopes


def unary(
    low: float = -2.0, high: float = 2.0, away: tuple[float, ...] = (), complex: bool = False
) -> tuple[Sample, ...]:
    """Samples for an elementwise function of one argument: a 0-d, a matrix and an empty array of the domain.

    With ``complex`` also a 0-d and a matrix of numbers whose parts lie in the domain.
    """
    real = [sample(Array(shape, low, high, away)) for shape in ((), (2, 3), (0, 2))]
    return (*real, *(sample(Array(shape, low, high, away, dtype="complex")) for shape in ((), (2, 3)) if complex))


def binary(first: Array | None = None, second: Array | None = None, complex: bool = False) -> tuple[Sample, ...]:
    """Samples for an elementwise function of two arguments: equal shapes, and broadcasting in every position.

    With ``complex`` also complex numbers in either place, beside complex and beside real ones.
    """
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
    real = [sample(_shaped(one, left), _shaped(two, right)) for left, right in shapes]
    if not complex:
        return tuple(real)
    kinds = [
        ("complex", "complex", (2, 3), (3,)),
        ("float", "complex", (2, 1), (3,)),
        ("complex", "float", (3,), (2, 3)),
    ]
    return (
        *real,
        *(sample(_shaped(one, left, kind), _shaped(two, right, other)) for kind, other, left, right in kinds),
    )


def _shaped(array: Array, shape: tuple[int, ...], dtype: str | None = None) -> Array:
    return replace(array, shape=shape, dtype=dtype or array.dtype)
