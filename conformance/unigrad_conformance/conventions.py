"""The suite *conventions*: the slopes that cards declare for singular points, on every backend.

In float64 and float32, by each mode of differentiation; and in float64 by the same rules on Tensors, whose own slope is
compared where the card declares it. There is no tolerance for NaN and infinity: they stand where they are declared.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import numpy

import unigrad as ug
import unigrad.numpy as np
from unigrad.card import REGISTRY, Card
from unigrad.samples import Convention
from unigrad_conformance import tolerances
from unigrad_conformance.case import Case, default_dtype
from unigrad_conformance.tally import Tally
from unigrad_conformance.trial import cast, floating

Slopes = Sequence[numpy.ndarray]
_TOLERANCE: Final = {"float64": tolerances.kernel("float64"), "float32": tolerances.SINGLE}


def cases(quick: bool = False) -> Iterator[Case]:
    """A case for every card that declares a convention; a quick one in float64 alone."""
    return (
        Case("conventions", card.name, partial(_check, card, quick)) for card in REGISTRY.values() if card.conventions
    )


def describe(name: str, convention: Convention) -> str:
    """The call at the point: ``clip([0.0, 1.0], 0.0, 1.0)``."""
    options = [f"{option}={value!r}" for option, value in convention.options.items()]
    return f"{name}({', '.join([*map(repr, convention.point), *options])})"


@dataclass(frozen=True)
class Point:
    """A card at the point of one of its conventions, with the numbers in one dtype."""

    card: Card
    convention: Convention
    dtype: str

    @property
    def tracked(self) -> list[int]:
        """The positions of the arguments whose slopes are declared."""
        return [i for i, slope in enumerate(self.convention.slopes) if slope is not None]

    def primals(self) -> list[Any]:
        """The arguments at these positions, as Tensors."""
        return [np.asarray(cast(_numbers(self.convention.point[i]), self.dtype)) for i in self.tracked]

    def outputs(self, *primals: Any) -> tuple[Any, ...]:
        """The floating results of the card, with `primals` in the places of the tracked arguments."""
        given = dict(zip(self.tracked, primals, strict=True))
        operands = [given.get(i, _untracked(each, self.dtype)) for i, each in enumerate(self.convention.point)]
        result = self.card.function(*operands, **self.convention.options)
        return floating(result if isinstance(result, (tuple, list)) else (result,))

    def cotangents(self, outs: Sequence[Any]) -> tuple[Any, ...]:
        """What the results are weighted with."""
        given = self.convention.cotangent
        weights = given if isinstance(given, tuple) else (given,) * len(outs)
        return tuple(_weight(each, out) for each, out in zip(weights, outs, strict=True))

    def pulled(self, *primals: Any) -> tuple[Any, ...]:
        """The cotangents pulled back to `primals`."""
        outs, pull = ug.vjp(self.outputs, *primals)
        return tuple(pull(self.cotangents(outs)))


def pull(point: Point) -> Slopes:
    """The slopes by the reverse sweep, with rules on raw arrays."""
    return [slope.numpy() for slope in point.pulled(*point.primals())]


def push(point: Point) -> Slopes | None:
    """The slopes by the forward sweep, a unit tangent for each number; None where a zero beside would meet an infinite slope.

    A tangent of zero times an infinite slope is NaN, so that no unit tangent tells the other slopes there; and the slopes of
    complex numbers are two for each.
    """
    declared = [_numbers(point.convention.slopes[i]) for i in point.tracked]
    weights = [_numbers(each) for each in _each(point.convention.cotangent)]
    numbers = [*declared, *weights]
    alone = sum(slope.size for slope in declared) == 1
    if any(each.dtype.kind == "c" for each in numbers) or not (
        alone or all(bool(numpy.isfinite(each).all()) for each in numbers)
    ):
        return None
    primals = point.primals()
    return [_pushed_along(point, primals, place) for place in range(len(primals))]


def _each(cotangent: Any) -> tuple[Any, ...]:
    return cotangent if isinstance(cotangent, tuple) else () if cotangent is None else (cotangent,)


def _pushed_along(point: Point, primals: Sequence[Any], place: int) -> numpy.ndarray:
    shape = tuple(primals[place].shape)
    found = []
    for unit in numpy.eye(int(numpy.prod(shape)), dtype=str(primals[place].dtype)):
        tangents = [np.zeros_like(each) for each in primals]
        tangents[place] = np.asarray(unit.reshape(shape))
        outs, pushed = ug.jvp(point.outputs, primals, tangents)
        weights = (g.numpy() for g in point.cotangents(outs))
        parts = zip(weights, pushed, strict=True)  # what weighs nothing takes no part, be it NaN
        found.append(sum(numpy.where(g == 0, 0.0, g * t.numpy()).sum() for g, t in parts))
    return numpy.asarray(found, dtype=str(primals[place].dtype)).reshape(shape)


MODES: Final[Mapping[str, Callable[[Point], Slopes | None]]] = {"pull": pull, "push": push}
"""How slopes are found, by what a failure calls it."""


def _check(card: Card, quick: bool, tally: Tally, backend: str, seed: int) -> None:
    for convention in card.conventions:
        for dtype in ("float64",) if quick else ("float64", "float32"):
            label, point = f"{describe(card.name, convention)} in {dtype}", Point(card, convention, dtype)
            with tally.guarded(label, "slope"), default_dtype(dtype):
                if convention.refused:
                    _check_refused(point, tally, label)
                else:
                    _check_point(point, tally, label)


def _check_point(point: Point, tally: Tally, label: str) -> None:
    convention, primals = point.convention, point.primals()
    if convention.value is not None:
        value = point.outputs(*primals)[0].numpy()
        tally.close(label, "value", value, _numbers(convention.value), tolerances.kernel(point.dtype))
    for mode, slopes in MODES.items():
        found = slopes(point)
        if found is not None:
            _compare(point, tally, label, f"slope by {mode}", found, convention.slopes)
    if point.dtype == "float64":
        _check_recorded(point, tally, label)


def _check_recorded(point: Point, tally: Tally, label: str) -> None:
    convention = point.convention
    recorded, pull_again = ug.vjp(point.pulled, *point.primals())
    _compare(point, tally, label, "recorded slope", [slope.numpy() for slope in recorded], convention.slopes)
    if convention.second is not None:
        again = pull_again(tuple(map(np.ones_like, recorded)))
        _compare(point, tally, label, "second slope", [slope.numpy() for slope in again], convention.second)


def _check_refused(point: Point, tally: Tally, label: str) -> None:
    """The library's own error, or nothing finite."""
    for mode, slopes in MODES.items():
        try:
            finite = any(bool(numpy.isfinite(slope).any()) for slope in slopes(point) or ())
        except Exception as error:
            if not type(error).__name__.endswith("LinAlgError"):  # NumPy's, Torch's: there is no class for both
                raise
            finite = False
        tally.same(label, f"whether a slope by {mode} is finite", finite, False)


def _compare(point: Point, tally: Tally, label: str, what: str, got: Slopes, declared: Sequence[Any]) -> None:
    for i, slope in zip(point.tracked, got, strict=True):
        want, name = _numbers(declared[i]), f"{what}, argument {i + 1}"
        wanted = str(cast(_numbers(point.convention.point[i]), point.dtype).dtype)
        tally.same(label, f"dtype of the {name}", str(slope.dtype), wanted)
        tally.close(label, name, slope, want, _TOLERANCE[point.dtype])


def _numbers(given: Any) -> numpy.ndarray:
    """Numbers of a card as an array, float64 or complex128: an empty list too."""
    array = numpy.asarray(given)
    return array if array.dtype.kind == "c" else array.astype("float64")


def _untracked(given: Any, dtype: str) -> Any:
    """An argument without a slope: lists are arrays of numbers, or of booleans; all else is passed as it stands."""
    if not isinstance(given, list):
        return given
    array = numpy.asarray(given)
    return np.asarray(array if array.dtype.kind == "b" else cast(_numbers(given), dtype))


def _weight(given: Any, out: Any) -> Any:
    return np.ones_like(out) if given is None else np.asarray(_numbers(given).astype(str(out.dtype)))
