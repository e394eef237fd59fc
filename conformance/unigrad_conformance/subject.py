"""Subject: something whose values and derivatives are checked, a primitive's card or a public function that has none."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import unigrad as ug
import unigrad.numpy as np
from unigrad.card import REGISTRY
from unigrad.samples import Array, Sample, sample
from unigrad_conformance.drawing import Drawing, Path
from unigrad_conformance.public import PUBLIC
from unigrad_conformance.spectra import COMPOSED, PARTS


@dataclass(frozen=True, eq=False)
class Subject:
    """A function of arrays by position and options by name, with its samples.

    ``constant`` says that its derivative is zero wherever there is one, ``unruled`` which argument positions have no
    rule at all, ``sequence`` that its one array argument is a sequence of arrays.
    """

    name: str
    function: Callable[..., Any]
    samples: tuple[Sample, ...]
    constant: bool = False
    unruled: frozenset[int] = frozenset()

    @property
    def differentiable(self) -> bool:
        """Whether some sample has an array to differentiate with respect to."""
        return any(self.tracks(i, part) for each in self.samples for i, part in _parts(each))

    def paths(self, drawing: Drawing) -> list[Path]:
        """The places of the arrays to differentiate with respect to."""
        return [path for path, spec, _ in drawing.arrays() if self.tracks(path[0], spec)]

    def tracks(self, position: int, spec: Array) -> bool:
        """Whether the array argument at `position` is real or complex floating and has a rule, be it zero."""
        return spec.dtype in ("float", "complex") and position not in self.unruled


def subjects() -> Iterator[Subject]:
    """Every registered primitive, in the order of the registry, then the public functions that are written with them."""
    described = {subject.name for subject in FUNCTIONS} | PARTS
    for card in REGISTRY.values():
        if card.name in described:
            continue
        constant = card.kind == "constant"
        ruled = {card.arrays[0]} if card.sequence else set(card.rules)
        unruled = () if constant else (i for i, name in enumerate(card.arrays) if name not in ruled)
        yield Subject(card.name, card, card.samples, constant, frozenset(unruled))
    yield from FUNCTIONS


def _parts(each: Sample) -> Iterator[tuple[int, Array]]:
    for i, spec in enumerate(each.arrays):
        for part in spec if isinstance(spec, tuple) else (spec,):
            if isinstance(part, Array):
                yield i, part


def _to_device(x: Any) -> Any:
    """`to_device` with the default device of the backend in force: which there are, a card's samples cannot know."""
    return np.to_device(x, device=ug.get_backend().default_device())


def _einsum(operands: Any, *, subscripts: str) -> Any:
    return np.einsum(subscripts, *operands)


_MATRIX: Final = Array((3, 4), distinct=True, away=(0.0,))
_NORMS: Final = (
    sample(_MATRIX),
    sample(_MATRIX, ord="fro"),
    sample(_MATRIX, ord=1),
    sample(_MATRIX, ord=-1),
    sample(_MATRIX, ord=float("inf")),
    sample(_MATRIX, ord=3, axis=0),
    sample(_MATRIX, axis=1, keepdims=True),
    sample(Array((2, 3, 2), distinct=True, away=(0.0,)), ord="fro", axis=(0, 2)),
    sample(Array((4,), 0.5, 2.0), ord=-float("inf")),
    sample(Array((), away=(0.0,))),
)
_SUMS: Final = (
    sample((Array((2, 3)), Array((3, 2))), subscripts="ij,jk"),
    sample((Array((2, 2, 3)), Array((3, 2))), subscripts="...ij,jk->...ik"),
    sample((Array((2, 3)), Array((1, 3))), subscripts="ij,ij->j"),
    sample((Array((3, 3)),), subscripts="ii"),
    sample((Array((2,)), Array((2, 3)), Array((3,))), subscripts="i,ij,j->"),
    sample((Array((0, 3)), Array((3,))), subscripts="ij,j->i"),
)

_KNOTS: Final = (-1.0, 0.0, 1.0)
_SHIFT: Final = Array((3,), -0.02, 0.02)

FUNCTIONS: Final = (
    *(Subject(name, partial(each.function, np), each.samples) for name, each in (COMPOSED | PUBLIC).items()),
    Subject(
        "astype",
        lambda x, *, dtype: np.astype(x, dtype),
        (
            sample(Array((2, 3)), smooth=False, dtype="float32"),
            sample(Array((2, 3)), dtype="float64"),
            sample(Array((2, 3)), dtype="complex128"),
            sample(Array((2,), dtype="complex"), dtype="complex128"),
        ),
    ),
    Subject("einsum", _einsum, _SUMS),
    Subject(
        "interp",
        lambda x, shift, values, **options: np.interp(x, np.asarray(_KNOTS) + shift, values, **options),
        (
            sample(Array((4,), -2.0, 2.0, away=_KNOTS), _SHIFT, Array((3,))),
            sample(Array((2, 3), -2.0, 2.0, away=_KNOTS), _SHIFT, Array((3,)), left=0.5, right=-0.5),
            sample(Array((), 0.2, 0.8), _SHIFT, Array((3,))),
        ),
    ),
    Subject(
        "meshgrid",
        lambda *arrays, **options: np.meshgrid(*arrays, **options),
        (sample(Array((2,)), Array((3,))), sample(Array((2,)), Array((3,)), Array((1,)), indexing="ij")),
    ),
    Subject("norm", lambda x, **options: np.linalg.norm(x, **options), _NORMS),
    Subject("to_device", _to_device, (sample(Array((2, 3))), sample(Array(())))),
    Subject(
        "unstack",
        lambda x, **options: np.unstack(x, **options),
        (sample(Array((2, 3))), sample(Array((2, 3)), axis=1), sample(Array((3,)))),
    ),
)
