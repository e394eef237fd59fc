"""Strategies: how hypothesis draws calls of a function around the samples on its card."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import numpy
from hypothesis import strategies as st
from hypothesis.extra.numpy import mutually_broadcastable_shapes

from unigrad.card import REGISTRY
from unigrad_conformance import rules
from unigrad_conformance.deep.call import LAYOUTS, MAGNITUDES, Call, Shapes, shapes_of
from unigrad_conformance.drawing import draw
from unigrad_conformance.reference import values
from unigrad_conformance.subject import Subject

SIDES: Final = (1, 2, 3, 0, 4)
"""The lengths that axes are given."""
BATCHES: Final = ((), (1,), (2,), (0,), (2, 1))
"""What is put before the shapes of all arrays, or of some."""

Drawn = Callable[[st.SearchStrategy[Any]], Any]


@st.composite
def calls(draw: Drawn, subject: Subject) -> Call:
    """Calls of a function with something to differentiate; the simplest is its first such sample."""
    index = draw(st.sampled_from(tracked(subject)))
    own = shapes_of(subject.samples[index])
    shapes = draw(_broadcasting(len(own)) if broadcasts(subject) else _renamed(own))
    options = draw(_options(subject, index, len(shapes[0])))
    layout, magnitude = draw(st.sampled_from(LAYOUTS)), draw(st.sampled_from(list(MAGNITUDES)))
    return Call(subject.name, index, shapes, options, layout, magnitude, draw(st.integers(0, 2**16)))


@functools.cache
def tracked(subject: Subject) -> list[int]:
    """The samples with an array to differentiate with respect to."""
    drawings = (draw(subject.name, index, sample, 0) for index, sample in enumerate(subject.samples))
    return [index for index, drawing in enumerate(drawings) if subject.paths(drawing)]


@functools.cache
def broadcasts(subject: Subject) -> bool:
    """Whether the function is one of each element by itself: by its card, or as each result has its arguments' joint shape.

    A scalar must be among the samples: many functions along an axis give a result of the same shape.
    """
    card = REGISTRY.get(subject.name)
    if card is not None and card.kind == "elementwise":
        return True
    every = [shapes_of(sample) for sample in subject.samples]
    return ((),) in every and all(map(functools.partial(_is_joint, subject), range(len(every))))


def _is_joint(subject: Subject, index: int) -> bool:
    drawing = draw(subject.name, index, subject.samples[index], 0)
    if drawing.options or any(len(path) > 1 for path, _, _ in drawing.arrays()):
        return False
    with numpy.errstate(all="ignore"):
        results = values(rules.function(subject), drawing, {})
    joint = numpy.broadcast_shapes(*shapes_of(drawing.sample))
    return len(results) == 1 and results[0].shape == joint


def _broadcasting(count: int) -> st.SearchStrategy[Shapes]:
    drawn = mutually_broadcastable_shapes(num_shapes=count, max_dims=3, min_side=0, max_side=3)
    return drawn.map(lambda each: each.input_shapes)


@st.composite
def _renamed(draw: Drawn, own: Shapes) -> Shapes:
    """The shapes with other lengths, equal ones in the place of equal ones; and axes before all shapes, or before some."""
    lengths = {
        side: draw(st.sampled_from((side, *SIDES))) for side in sorted({side for shape in own for side in shape})
    }
    batch, alone = draw(st.sampled_from(BATCHES)), draw(st.booleans())
    shapes = [tuple(lengths[side] for side in shape) for shape in own]
    given = [batch if not alone or draw(st.booleans()) else () for _ in shapes]
    return tuple((*front, *shape) for front, shape in zip(given, shapes, strict=True))


@st.composite
def _options(draw: Drawn, subject: Subject, index: int, rank: int) -> dict[str, Any]:
    """Another axis, or several, where samples have one, or several; results that keep them, where samples have such."""
    options: dict[str, Any] = {}
    seen = [sample.options for sample in subject.samples]
    axes = [each["axis"] for each in seen if "axis" in each]
    if axes and rank and draw(st.booleans()):
        kinds = sorted({type(axis) for axis in axes}, key=lambda kind: kind.__name__)
        options["axis"] = draw(st.one_of([_AXES[kind](rank) for kind in kinds]))
    if any("keepdims" in each for each in seen) and draw(st.booleans()):
        options["keepdims"] = draw(st.booleans())
    return options


def _several(rank: int) -> st.SearchStrategy[tuple[int, ...]]:
    """Some of the axes, each counted from either end, in any order."""
    places = st.lists(st.integers(0, rank - 1), min_size=1, max_size=rank, unique=True)
    return places.flatmap(lambda axes: st.tuples(*(st.sampled_from((axis, axis - rank)) for axis in axes)))


_AXES: Final[dict[type, Callable[[int], st.SearchStrategy[Any]]]] = {
    int: lambda rank: st.integers(0, rank - 1).flatmap(lambda axis: st.sampled_from((axis, axis - rank))),
    tuple: _several,
    type(None): lambda rank: st.none(),
}
