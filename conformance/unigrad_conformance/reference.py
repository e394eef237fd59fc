"""Reference: the derivatives of a drawing by differences of NumPy's own function, the same for every backend."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import cached_property
from typing import Final

import numpy

from unigrad_conformance import differences
from unigrad_conformance.drawing import Drawing, Path
from unigrad_conformance.oracle import Function

ALL_AXES: Final = 24
"""Up to so many numbers a difference is taken along each of them, beyond along some random directions."""
RANDOM: Final = 6

_known: dict[tuple[Function, tuple[int, ...], str, tuple[Path, ...]], Reference] = {}


def reference(drawing: Drawing, function: Function, paths: Sequence[Path], directions: int | None = None) -> Reference:
    """The reference for these numbers, worked out once a process; along so many random directions, or the axes for None."""
    key = (function, drawing.origin, repr(drawing.sample), tuple(paths))
    if key not in _known:
        _known[key] = Reference(drawing, function, paths, directions)
    return _known[key]


class Reference:
    """Derivatives with respect to the arrays at `paths`, along ``directions``; everything is flat, the arrays end to end.

    A complex number counts as two, its parts side by side: a gradient whose parts are the slopes along the parts of its
    argument is then compared like any other.

    ``cotangents`` and ``tangent`` are random: the first derivative is that of their product with the outputs, the
    second that of the first along ``tangent``.
    """

    def __init__(
        self, drawing: Drawing, function: Function, paths: Sequence[Path], directions: int | None = None
    ) -> None:
        self.drawing = drawing
        self._function = function
        self._places = [(path, array) for path, _, array in drawing.arrays() if path in paths]
        sizes = [self.flat([array]).size for _, array in self._places]
        ends = itertools.accumulate(sizes)
        self._slices = [slice(end - size, end) for end, size in zip(ends, sizes, strict=True)]
        self.point = self.flat([array for _, array in self._places])
        generator = numpy.random.default_rng((*drawing.origin, len(paths)))
        self.cotangents = [_weights(out, generator) for out in self._outputs(self.point)]
        self.tangent = generator.uniform(-1.0, 1.0, self.point.size)
        self.by_axis = directions is None and self.point.size <= ALL_AXES
        """Whether the directions are the axes, so that entries of the result are entries of the gradient."""
        count = RANDOM if directions is None else directions
        self.directions = (
            numpy.eye(self.point.size) if self.by_axis else generator.uniform(-1.0, 1.0, (count, self.point.size))
        )
        self._weights = self.flat(self.cotangents)

    @staticmethod
    def flat(arrays: Sequence[numpy.ndarray]) -> numpy.ndarray:
        """The arrays end to end, complex numbers as pairs."""
        parts = [numpy.ravel(numpy.ascontiguousarray(array)) for array in arrays]
        pairs = [part.view(part.real.dtype) if part.dtype.kind == "c" else part for part in parts]
        return numpy.concatenate(pairs) if pairs else numpy.zeros(0)

    def unflat(self, point: numpy.ndarray) -> list[numpy.ndarray]:
        """A flat array as arrays of the shapes of those at the paths."""
        return [
            (point[part].view(complex) if array.dtype.kind == "c" else point[part]).reshape(array.shape)
            for part, (_, array) in zip(self._slices, self._places, strict=True)
        ]

    @cached_property
    def first(self) -> numpy.ndarray:
        """The derivatives of the weighted outputs along each direction."""
        return numpy.array(
            [differences.directional(self.weighted, self.point, direction) for direction in self.directions]
        )

    @cached_property
    def second(self) -> numpy.ndarray:
        """The derivatives along each direction of the derivative along the tangent."""
        return numpy.array(
            [differences.mixed(self.weighted, self.point, self.tangent, direction) for direction in self.directions]
        )

    @cached_property
    def pushed(self) -> numpy.ndarray:
        """The derivative of the outputs themselves along the tangent: what the cotangents' own gradient must be."""
        return differences.directional(lambda point: self.flat(self._outputs(point)), self.point, self.tangent)

    def weighted(self, point: numpy.ndarray) -> numpy.ndarray:
        """The product of the cotangents with the outputs, at a flat point."""
        return numpy.asarray(numpy.dot(self._weights, self.flat(self._outputs(point))))

    def _outputs(self, point: numpy.ndarray) -> tuple[numpy.ndarray, ...]:
        arrays = {path: part for (path, _), part in zip(self._places, self.unflat(point), strict=True)}
        return outputs(self._function, self.drawing, arrays)


def _weights(out: numpy.ndarray, generator: numpy.random.Generator) -> numpy.ndarray:
    """Random weights of the shape and kind of `out`."""
    weights = generator.uniform(-1.0, 1.0, out.shape)
    return weights + 1j * generator.uniform(-1.0, 1.0, out.shape) if out.dtype.kind == "c" else weights


def outputs(function: Function, drawing: Drawing, arrays: dict[Path, numpy.ndarray]) -> tuple[numpy.ndarray, ...]:
    """The real and complex floating outputs of NumPy's function, as arrays."""
    return tuple(out for out in values(function, drawing, arrays) if out.dtype.kind in "fc")


def values(function: Function, drawing: Drawing, arrays: dict[Path, numpy.ndarray]) -> tuple[numpy.ndarray, ...]:
    """All outputs of NumPy's function, as arrays."""
    result = function(*drawing.replaced(arrays), **drawing.options)
    return tuple(map(numpy.asarray, result)) if isinstance(result, (tuple, list)) else (numpy.asarray(result),)
