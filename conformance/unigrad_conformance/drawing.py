"""Drawing: the numbers that stand for a card's samples, the same for one seed wherever and in whatever order they are drawn."""

from __future__ import annotations

import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy

from unigrad.samples import Array, Sample

APART: Final = 0.1
"""How far a number stays from a point named in ``away``, and numbers of a ``distinct`` array from each other."""

Operand = Any
Path = tuple[int, ...]


@dataclass(frozen=True)
class Drawing:
    """Operands for one call: NumPy arrays (float64, complex128, int64 or bool), tuples of them, Python numbers; and the options.

    ``origin`` is what seeded the numbers; whatever else is random about a call is seeded with it too.
    """

    operands: tuple[Operand, ...]
    options: dict[str, Any]
    sample: Sample
    label: str
    origin: tuple[int, ...]

    def arrays(self) -> Iterator[tuple[Path, Array, numpy.ndarray]]:
        """Every array with its place: (argument,), or (argument, position) within a sequence of arrays."""
        for i, (spec, operand) in enumerate(zip(self.sample.arrays, self.operands, strict=True)):
            if isinstance(spec, Array):
                yield (i,), spec, operand
            elif isinstance(spec, tuple):
                yield from (((i, j), part, operand[j]) for j, part in enumerate(spec))

    def replaced(self, arrays: dict[Path, Any]) -> tuple[Operand, ...]:
        """The operands with others in the places named in `arrays`."""
        return tuple(
            tuple(arrays.get((i, j), part) for j, part in enumerate(operand))
            if isinstance(operand, tuple)
            else arrays.get((i,), operand)
            for i, operand in enumerate(self.operands)
        )


def draw(primitive: str, index: int, sample: Sample, seed: int) -> Drawing:
    """Numbers for `sample`, the one at `index` on the card of `primitive`: they depend on these three and the seed alone.

    Arrays that are ``distinct`` and share a domain are distinct from each other too: ``maximum(x1, x2)`` has its kink
    between its operands. Raises ValueError where a domain is too narrow for what is asked of it.
    """
    origin = (seed, zlib.crc32(primitive.encode()), index)
    generator = numpy.random.default_rng(origin)
    pools: dict[Array, Iterator[numpy.ndarray]] = {}
    for domain, shapes in _shared(sample).items():
        sizes = [numpy.prod(shape, dtype=int) for shape in shapes]
        numbers = _numbers(domain, int(sum(sizes)), generator)
        pools[domain] = iter(numpy.split(numbers, numpy.cumsum(sizes)[:-1]))

    def one(spec: Array) -> numpy.ndarray:
        numbers = (
            next(pools[_domain(spec)]) if spec.distinct else _numbers(spec, int(numpy.prod(spec.shape)), generator)
        )
        return numbers.reshape(spec.shape)

    operands = tuple(
        one(spec) if isinstance(spec, Array) else tuple(map(one, spec)) if isinstance(spec, tuple) else spec
        for spec in sample.arrays
    )
    return Drawing(operands, dict(sample.options), sample, describe(primitive, sample), origin)


def describe(primitive: str, sample: Sample) -> str:
    """The call a sample stands for, with shapes in the place of arrays: ``take([4, 3], int [2], axis=0)``."""
    arguments = [_text(spec) for spec in sample.arrays] + [
        f"{name}={value!r}" for name, value in sample.options.items()
    ]
    return f"{primitive}({', '.join(arguments)})"


def _text(spec: Any) -> str:
    if isinstance(spec, tuple):
        return "(" + ", ".join(map(_text, spec)) + ")"
    if not isinstance(spec, Array):
        return repr(spec)
    shape = str(list(spec.shape)) if spec.shape else "0-d"
    return shape if spec.dtype == "float" else f"{spec.dtype} {shape}"


def _domain(spec: Array) -> Array:
    return Array((), spec.low, spec.high, spec.away, True, spec.dtype)


def _shared(sample: Sample) -> dict[Array, list[tuple[int, ...]]]:
    """The shapes of the distinct arrays, by the domain they share."""
    shapes: dict[Array, list[tuple[int, ...]]] = {}
    for spec in sample.arrays:
        for part in spec if isinstance(spec, tuple) else (spec,):
            if isinstance(part, Array) and part.distinct:
                shapes.setdefault(_domain(part), []).append(part.shape)
    return shapes


def _numbers(spec: Array, count: int, generator: numpy.random.Generator) -> numpy.ndarray:
    if spec.dtype == "bool":
        return generator.integers(0, 2, count).astype(bool)
    if spec.dtype == "int":
        return _integers(spec, count, generator)
    if spec.dtype == "complex":
        return _reals(spec, count, generator) + 1j * _reals(spec, count, generator)
    if spec.dtype != "float":
        raise ValueError(f"a sample's dtype is 'float', 'complex', 'int' or 'bool', not '{spec.dtype}'")
    return _reals(spec, count, generator)


def _integers(spec: Array, count: int, generator: numpy.random.Generator) -> numpy.ndarray:
    allowed = [
        number
        for number in range(int(numpy.ceil(spec.low)), int(numpy.floor(spec.high)) + 1)
        if number not in spec.away
    ]
    if count and len(allowed) < (count if spec.distinct else 1):
        raise ValueError(
            f"the domain {spec.low}..{spec.high} holds {len(allowed)} integers, too few for {count} of them"
        )
    return generator.choice(numpy.array(allowed, dtype=numpy.int64), count, replace=not spec.distinct)


def _reals(spec: Array, count: int, generator: numpy.random.Generator) -> numpy.ndarray:
    """Uniform draws from what is left of the domain: drawn along the joined pieces, then moved to their places."""
    pieces = _pieces(spec.low, spec.high, spec.away)
    room = sum(high - low for low, high in pieces) - (APART * max(count - 1, 0) if spec.distinct else 0.0)
    if (count and room < 0) or not pieces:
        raise ValueError(
            f"the domain {spec.low}..{spec.high} away from {spec.away} is too narrow for {count} distinct numbers"
        )
    along = generator.uniform(0.0, room, count)
    if spec.distinct:
        along = generator.permutation(numpy.sort(along) + APART * numpy.arange(count))
    return _placed(along, pieces)


def _pieces(low: float, high: float, away: Sequence[float]) -> list[tuple[float, float]]:
    pieces, start = [], low
    for point in sorted(away):
        pieces.append((start, min(point - APART, high)))
        start = max(start, point + APART)
    return [(first, last) for first, last in [*pieces, (start, high)] if first <= last]


def _placed(along: numpy.ndarray, pieces: list[tuple[float, float]]) -> numpy.ndarray:
    numbers = numpy.empty_like(along)
    start = 0.0
    for low, high in pieces:
        here = along >= start
        numbers[here] = low + (along[here] - start)
        start += high - low
    return numbers
