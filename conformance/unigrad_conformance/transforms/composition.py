"""Composition: transforms one around the other on a program, as plain data that a command line can hold."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, Final

import numpy

from unigrad_conformance import differences, tolerances
from unigrad_conformance.case import conditions, default_dtype
from unigrad_conformance.tally import Tally
from unigrad_conformance.transforms import rewriting
from unigrad_conformance.transforms.known import SCALES, Known
from unigrad_conformance.transforms.programs import PROGRAMS
from unigrad_conformance.transforms.row import Point
from unigrad_conformance.transforms.sides import UNIGRAD, Side, compiler, engine

Function = Callable[[Any], Any]
Layer = Callable[[Any, Point, Function], Function]
"""``layer(transforms, point, f)``: of a function of a vector that gives one of the same length, another."""


def _weighted(p: Point, f: Function) -> Function:
    return lambda x: p.np.sum(p.g * f(x))


def _hessian(t: Any, p: Point, f: Function) -> Function:
    return lambda x: t.hessian(_weighted(p, f))(x) @ p.tx


def _vmap(t: Any, p: Point, f: Function) -> Function:
    return lambda x: p.np.sum(t.vmap(f)(p.np.stack([scale * x for scale in SCALES])), axis=0)


LAYERS: Final[Mapping[str, Layer]] = {
    "grad": lambda t, p, f: lambda x: t.grad(_weighted(p, f))(x),
    "vjp": lambda t, p, f: lambda x: t.vjp(f, x)[1](p.g)[0],
    "jvp": lambda t, p, f: lambda x: t.jvp(f, (x,), (p.tx,))[1],
    "linearize": lambda t, p, f: lambda x: t.linearize(f, x)[1](p.tx),
    "jacrev": lambda t, p, f: lambda x: t.jacrev(f)(x) @ p.tx,
    "jacfwd": lambda t, p, f: lambda x: p.g @ t.jacfwd(f)(x),
    "hessian": _hessian,
    "vmap": _vmap,
    **{
        name: functools.partial(lambda change, t, p, f: change(t, f), change)
        for name, change in rewriting.CHANGES.items()
    },
}
"""Transforms, each with the vectors that make a vector of what it gives."""
SQUARE: Final = tuple(
    program
    for program in PROGRAMS
    if program.name in ("elementwise chain", "indexing", "cumulative", "where", "linear solve")
)
"""Programs from a vector to one of the same length, which look at no values."""


@dataclass(frozen=True)
class Composition:
    """``layers`` around the program of this name, the outermost first; ``seed`` is where the numbers are drawn from."""

    program: str
    layers: tuple[str, ...]
    seed: int = 0

    def __str__(self) -> str:
        return " of ".join((*self.layers, self.program))

    def text(self) -> str:
        """The composition as JSON, which `parse` reads."""
        return json.dumps(asdict(self))

    def known(self) -> Known:
        """The program's numbers. Raises ValueError for an unknown program or layer."""
        program = next((each for each in SQUARE if each.name == self.program), None)
        unknown = [name for name in self.layers if name not in LAYERS]
        if program is None or unknown:
            names = ", ".join(each.name for each in SQUARE)
            raise ValueError(f"a composition has a program of {names}, and layers of {', '.join(LAYERS)}; got {self}")
        return Known(program, *program.numbers(self.seed), self.seed)

    def function(self, side: Side, point: Point, layers: tuple[str, ...]) -> Function:
        """`layers` around the program, on a side. What a peer lacks, which changes no values, it does without."""
        function: Function = lambda x: point.value(x, point.y)
        for name in reversed(layers):
            if side is UNIGRAD or name not in rewriting.CHANGES:
                function = LAYERS[name](side.transforms, point, function)
        return function


def read_composition(text: str) -> Composition | None:
    """The composition that `text` stands for, as `Composition.text` writes it; None where it is none."""
    try:
        given = json.loads(text)
        composition = Composition(given["program"], tuple(given["layers"]), int(given["seed"]))
        composition.known()
    except (ValueError, TypeError, KeyError):
        return None
    return composition


def examine(composition: Composition, backend: str) -> Tally:
    """What a composition gives on a backend, against what JAX gives, or Torch; where neither is there, against differences."""
    tally = Tally()
    with conditions(backend), default_dtype("float64"), tally.guarded(str(composition), "composition"):
        known = composition.known()
        point = Point(UNIGRAD, known)
        (got,) = UNIGRAD.left(compiler(backend)(composition.function(UNIGRAD, point, composition.layers))(point.x))
        other = engine("jax", "torch")
        if other is None:
            want, tolerance = _by_differences(composition, known), tolerances.DIFFERENCES[2]
        else:
            there = Point(other, known)
            (want,) = other.left(other.compile(composition.function(other, there, composition.layers))(there.x))
            tolerance = tolerances.ENGINE
        what = f"result, against {other.name if other else 'differences of what is within'}"
        tally.close(str(composition), what, got, want, tolerance)
    return tally


def _by_differences(composition: Composition, known: Known) -> numpy.ndarray:
    """The outermost layer of what the others give on unigrad."""
    point = Point(UNIGRAD, known)
    outermost, *inner = composition.layers
    if outermost == "hessian":
        outermost, inner = "jvp", ["grad", *inner]
    function = composition.function(UNIGRAD, point, tuple(inner))

    def within(x: numpy.ndarray) -> numpy.ndarray:
        return UNIGRAD.left(function(UNIGRAD.enter(x)))[0]

    if outermost in rewriting.CHANGES:
        return within(known.x)
    if outermost == "vmap":
        return numpy.sum([within(scale * known.x) for scale in SCALES], axis=0)
    along = functools.partial(differences.directional, within, known.x)
    if outermost in ("jvp", "linearize", "jacrev"):
        return along(known.tx)
    return numpy.asarray([known.g @ along(unit) for unit in numpy.eye(known.x.size)])
