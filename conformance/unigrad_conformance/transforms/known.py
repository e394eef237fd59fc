"""Known: what the derivatives of a program are, by differences of NumPy's own values, in the shapes that transforms give."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, Final

import numpy
import optree

from unigrad_conformance import differences
from unigrad_conformance.transforms.programs import Program
from unigrad_conformance.transforms.sides import NUMPY

SCALES: Final = (1.0, 0.9, 1.1)
"""What the arguments of each example are multiplied with: no number changes its sign."""


class Known:
    """A program at ``x`` and ``y``, directions ``tx`` and ``ty`` there, and weights ``g`` of its values, all NumPy's.

    ``scalar`` is the sum of the values, each times its weight.
    """

    def __init__(self, program: Program, x: numpy.ndarray, y: Any, seed: int) -> None:
        self.program, self.x, self.y, self.seed = program, x, y, seed
        generator = numpy.random.default_rng(seed)
        self.value = program.run(NUMPY.np, x, y)
        self.tx, self.ty, self.g = (_normal(generator, tree) for tree in (x, y, self.value))

    @functools.cached_property
    def jacobian(self) -> numpy.ndarray:
        """By ``x``: the axes of the value, then those of ``x``."""
        return _jacobian(lambda x: self.program.run(NUMPY.np, x, self.y), self.x)

    @functools.cached_property
    def jacobian_y(self) -> list[numpy.ndarray]:
        """By each array of ``y``."""
        leaves, structure = optree.tree_flatten(self.y)

        def at(place: int, leaf: numpy.ndarray) -> numpy.ndarray:
            moved = structure.unflatten([*leaves[:place], leaf, *leaves[place + 1 :]])
            return numpy.asarray(self.program.run(NUMPY.np, self.x, moved))

        return [_jacobian(functools.partial(at, place), leaf) for place, leaf in enumerate(leaves)]

    @property
    def scalar(self) -> numpy.ndarray:
        """The weighted sum of the values."""
        return numpy.sum(self.g * self.value)

    @property
    def gradient(self) -> numpy.ndarray:
        """Of ``scalar`` by ``x``."""
        return self.pulled(self.g)

    @property
    def gradient_y(self) -> list[numpy.ndarray]:
        """Of ``scalar`` by each array of ``y``."""
        return [numpy.tensordot(self.g, block, self.g.ndim) for block in self.jacobian_y]

    @functools.cached_property
    def hessian(self) -> numpy.ndarray:
        """Of ``scalar`` by ``x``, twice."""
        units = numpy.eye(self.x.size)

        def scalar(flat: numpy.ndarray) -> numpy.ndarray:
            return numpy.sum(self.g * self.program.run(NUMPY.np, flat.reshape(self.x.shape), self.y))

        found = numpy.zeros((self.x.size, self.x.size))
        for i, j in zip(*numpy.tril_indices(self.x.size), strict=True):
            found[i, j] = found[j, i] = differences.mixed(scalar, self.x.ravel(), units[i], units[j])
        return found.reshape(*self.x.shape, *self.x.shape)

    def pulled(self, g: numpy.ndarray) -> numpy.ndarray:
        """``g`` times the Jacobian by ``x``."""
        return numpy.tensordot(g, self.jacobian, self.value.ndim)

    def pushed(self, tx: numpy.ndarray) -> numpy.ndarray:
        """The Jacobian by ``x`` times ``tx``."""
        return numpy.tensordot(self.jacobian, tx, self.x.ndim)

    @property
    def pushed_both(self) -> numpy.ndarray:
        """The value's tangent, given those of both arguments."""
        parts = zip(self.jacobian_y, optree.tree_leaves(self.ty), strict=True)
        return self.pushed(self.tx) + sum(numpy.tensordot(block, t, t.ndim) for block, t in parts)

    @property
    def curvature(self) -> numpy.ndarray:
        """The Hessian times ``tx``."""
        return numpy.tensordot(self.hessian, self.tx, self.x.ndim)

    @functools.cached_property
    def examples(self) -> list[Known]:
        """The program at other ``x``, with the same ``y`` and the same weights."""
        return [self._at(scale * self.x, self.y) for scale in SCALES]

    @functools.cached_property
    def pairs(self) -> list[Known]:
        """The program at other ``x`` and ``y``."""
        return [self._at(scale * self.x, optree.tree_map(lambda leaf, s=scale: s * leaf, self.y)) for scale in SCALES]

    def at(self, x: numpy.ndarray) -> Known:
        """The program at another ``x``."""
        return self._at(x, self.y)

    def _at(self, x: numpy.ndarray, y: Any) -> Known:
        return Known(self.program, x, y, self.seed)


def _normal(generator: numpy.random.Generator, tree: Any) -> Any:
    return optree.tree_map(lambda leaf: generator.normal(size=numpy.shape(leaf)), tree)


def _jacobian(function: Callable[[numpy.ndarray], numpy.ndarray], at: numpy.ndarray) -> numpy.ndarray:
    columns = [
        differences.directional(lambda flat: function(flat.reshape(at.shape)), at.ravel(), unit)
        for unit in numpy.eye(at.size)
    ]
    shape = columns[0].shape
    return numpy.moveaxis(numpy.asarray(columns), 0, -1).reshape(*shape, *at.shape)
