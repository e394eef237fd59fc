"""Call: a sample of a function and what is varied in it, as plain data that a command line can hold."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from typing import Any, Final

from unigrad.samples import Array, Sample
from unigrad_conformance.drawing import APART, Drawing, draw
from unigrad_conformance.subject import Subject, subjects

Shapes = tuple[tuple[int, ...], ...]

LAYOUTS: Final = ("contiguous", "strided")
TINY: Final = 1e-12
"""What numbers are multiplied with that are to be tiny, where zero lies in their domain and is no kink."""


class BadCall(ValueError):
    """What was to be replayed is no call, or none of a function that is there."""


@dataclass(frozen=True)
class Call:
    """The sample at ``sample`` of the card of ``function``, its arrays of other ``shapes``, and ``options`` before its own.

    ``layout`` is one of `LAYOUTS`, ``magnitude`` one of `MAGNITUDES`; ``seed`` is where the numbers are drawn from.
    """

    function: str
    sample: int
    shapes: Shapes
    options: Mapping[str, Any] = field(default_factory=dict)
    layout: str = "contiguous"
    magnitude: str = "ordinary"
    seed: int = 0

    def drawing(self, subject: Subject) -> Drawing:
        """The call's numbers. Raises ValueError where a domain has no room for them."""
        own = subject.samples[self.sample]
        shapes = iter(self.shapes)

        def varied(spec: Any) -> Any:
            if isinstance(spec, tuple):
                return tuple(map(varied, spec))
            return _at(replace(spec, shape=next(shapes)), self.magnitude) if isinstance(spec, Array) else spec

        sample = Sample(tuple(map(varied, own.arrays)), {**own.options, **self.options}, own.smooth)
        drawing = draw(subject.name, self.sample, sample, self.seed)
        if self.magnitude == "tiny":
            small = {path: array * TINY for path, spec, array in drawing.arrays() if _may_be_tiny(spec)}
            drawing = replace(drawing, operands=drawing.replaced(small))
        facts = [fact for fact in (self.layout, self.magnitude) if fact not in ("contiguous", "ordinary")]
        return replace(drawing, label=", ".join([drawing.label, *facts]))

    def text(self) -> str:
        """The call as JSON, which `parse` reads."""
        return json.dumps(asdict(self))


def parse(text: str) -> tuple[Call, Subject]:
    """The call that `text` stands for, and its function; raises BadCall."""
    try:
        given = json.loads(text)
        call = Call(**{name: _tuples(value) for name, value in given.items()})
        subject = next(each for each in subjects() if each.name == call.function)
        count = len(shapes_of(subject.samples[call.sample]))
    except (ValueError, TypeError, AttributeError) as error:
        names = ", ".join(each.name for each in fields(Call))
        raise BadCall(f"--replay takes a JSON object of {names}, as a failure prints it; {error}") from None
    except StopIteration:
        raise BadCall(f"--replay has a call of '{call.function}', which is no function of the suite") from None
    except IndexError:
        raise BadCall(
            f"--replay has sample {call.sample} of '{call.function}', which has {len(subject.samples)}"
        ) from None
    if len(call.shapes) != count or call.layout not in LAYOUTS or call.magnitude not in MAGNITUDES:
        raise BadCall(
            f"--replay takes {count} shapes for sample {call.sample} of '{call.function}', a layout of {', '.join(LAYOUTS)}, "
            f"and a magnitude of {', '.join(MAGNITUDES)}; got {len(call.shapes)} shapes, '{call.layout}', '{call.magnitude}'"
        )
    return call, subject


def shapes_of(sample: Sample) -> Shapes:
    """The shapes of all arrays of a sample, in order."""
    parts = (part for spec in sample.arrays for part in (spec if isinstance(spec, tuple) else (spec,)))
    return tuple(part.shape for part in parts if isinstance(part, Array))


def _tuples(value: Any) -> Any:
    """Lists as tuples, also those within: the axes and the shapes."""
    if isinstance(value, dict):
        return {name: _tuples(part) for name, part in value.items()}
    return tuple(map(_tuples, value)) if isinstance(value, list) else value


def _continuous(spec: Array) -> bool:
    return spec.dtype in ("float", "complex") and not spec.distinct


def _may_be_tiny(spec: Array) -> bool:
    return _continuous(spec) and spec.low <= 0 <= spec.high and all(abs(point) > APART for point in spec.away)


def _at(spec: Array, magnitude: str) -> Array:
    return MAGNITUDES[magnitude](spec) if _continuous(spec) else spec


_EDGE: Final = 0.05
MAGNITUDES: Final[Mapping[str, Callable[[Array], Array]]] = {
    "ordinary": lambda spec: spec,
    "low": lambda spec: replace(spec, high=spec.low + _EDGE * (spec.high - spec.low)),
    "high": lambda spec: replace(spec, low=spec.high - _EDGE * (spec.high - spec.low)),
    "tiny": lambda spec: spec,
}
"""The part of its domain that the numbers of an array are drawn from; those of distinct arrays need all of it."""
