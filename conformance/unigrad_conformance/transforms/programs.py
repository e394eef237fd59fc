"""Programs: small functions that the transforms are tried on, each written once over any library's names.

A program takes an array ``x`` and a container ``y`` of arrays, and gives an array. They are written with the array API
standard's names, and ``log_softmax`` and ``conv1d``, for which each side has its own (`unigrad_conformance.transforms.sides`).
"""

from __future__ import annotations

import zlib
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import numpy

Shape = tuple[int, ...]
Draw = Callable[[numpy.random.Generator], Any]


@dataclass(frozen=True)
class Program:
    """``run(np, x, y)``, and how its numbers are drawn; ``branches`` says that it looks at values, which no level can tell it."""

    name: str
    run: Callable[[Any, Any, Any], Any]
    x: Draw
    y: Draw
    branches: bool = False

    def numbers(self, seed: int) -> tuple[numpy.ndarray, Any]:
        """The arguments, the same for one seed whatever else is drawn."""
        generator = numpy.random.default_rng((seed, zlib.crc32(self.name.encode())))
        return self.x(generator), self.y(generator)


def of_shape(*shape: int) -> Draw:
    """Numbers between 0.4 and 1.4, with a sign each that stays the same however they are scaled."""
    return lambda generator: generator.uniform(0.4, 1.4, shape) * generator.choice((-1.0, 1.0), shape)


def _positive(*shape: int) -> Draw:
    return lambda generator: generator.uniform(0.4, 1.4, shape)


def _layers(generator: numpy.random.Generator) -> Any:
    return {"b": of_shape(3)(generator), "v": of_shape(3)(generator), "w": of_shape(2, 3)(generator)}


def _dominant(generator: numpy.random.Generator) -> Any:
    """A matrix whose diagonal outweighs what is beside it, with anything that `_solve` adds."""
    return 6.0 * numpy.eye(3) + generator.uniform(-0.5, 0.5, (3, 3))


def _chain(np: Any, x: Any, y: Any) -> Any:
    return np.tanh(x) * np.sin(y) + np.exp(-x * x) / y


def _perceptron(np: Any, x: Any, y: Any) -> Any:
    return np.tanh(x @ y["w"] + y["b"]) @ y["v"]


def _cross_entropy(np: Any, x: Any, y: Any) -> Any:
    return -np.sum(np.log_softmax(x) * y, axis=-1)


def _indexing(np: Any, x: Any, y: Any) -> Any:
    return x[np.asarray([2, 0, 2])] * y[1] + x[1:][0] * y[:, -1] * x


def _cumulative(np: Any, x: Any, y: Any) -> Any:
    return np.cumulative_sum(x * x * y, axis=0) * np.cumulative_prod(y, axis=0)


def _solve(np: Any, x: Any, y: Any) -> Any:
    return np.linalg.solve(y + x[:, None] * x[None, :], x)


def _choice(np: Any, x: Any, y: Any) -> Any:
    return np.where(x > 0, x * x * y, np.exp(x) - y)


def _control_flow(np: Any, x: Any, y: Any) -> Any:
    z = signs = x * y
    for place in range(3):
        z = z * signs[place] if signs[place] > 0 else np.tanh(z) - signs[place]
    while z[0] * z[0] < 0:  # never, and the decision is taken all the same
        z = 2 * z
    return z


def _convolution(np: Any, x: Any, y: Any) -> Any:
    return np.tanh(np.conv1d(x[None, None, :], y)[0])


PROGRAMS: Final = (
    Program("elementwise chain", _chain, of_shape(3), _positive(3)),
    Program("perceptron", _perceptron, of_shape(2, 2), _layers),
    Program("softmax cross-entropy", _cross_entropy, of_shape(2, 3), _positive(2, 3)),
    Program("indexing", _indexing, of_shape(3), of_shape(3, 3)),
    Program("cumulative", _cumulative, of_shape(3), of_shape(3)),
    Program("linear solve", _solve, of_shape(3), _dominant),
    Program("where", _choice, of_shape(3), of_shape(3)),
    Program("control flow", _control_flow, of_shape(3), of_shape(3), branches=True),
    Program("convolution", _convolution, of_shape(5), of_shape(2, 1, 3)),
)
