"""Training: the rows of `unigrad.optim`, three steps of each optimizer, against its formula as a loop in NumPy."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

import numpy
import optree

from unigrad import optim
from unigrad_conformance.transforms.known import Known
from unigrad_conformance.transforms.row import Point, Row

SCALES: Final = (1.0, -0.5, 2.0)
"""What a step's gradient is, times one and the same direction."""
RATE: Final = 0.1

Array = numpy.ndarray
Formula = Callable[[Array, Sequence[Array]], Array]


def _steps(optimizer: Any) -> Callable[[Any, Point], Any]:
    """Three updates of both arguments as parameters in a container."""

    def run(t: Any, p: Point) -> Any:
        params = {"x": p.x, "y": p.y}
        state = optimizer.init(params)
        for scale in SCALES:
            gradients = optree.tree_map(lambda leaf, s=scale: s * leaf, {"x": p.tx, "y": p.ty})
            params, state = optimizer.update(params, gradients, state)
        return params

    return run


def _each(formula: Formula) -> Callable[[Known], Any]:
    """What a formula makes of every array, given its gradients."""

    def want(k: Known) -> Any:
        return optree.tree_map(
            lambda leaf, t: formula(leaf, [scale * t for scale in SCALES]), {"x": k.x, "y": k.y}, {"x": k.tx, "y": k.ty}
        )

    return want


def _sgd(x: Array, gradients: Sequence[Array]) -> Array:
    return x - RATE * sum(gradients)


def _momentum(x: Array, gradients: Sequence[Array], nesterov: bool = False) -> Array:
    velocity = numpy.zeros_like(x)
    for g in gradients:
        velocity = 0.9 * velocity + g
        x = x - RATE * (g + 0.9 * velocity if nesterov else velocity)
    return x


def _adagrad(x: Array, gradients: Sequence[Array]) -> Array:
    for count, g in enumerate(gradients, start=1):
        x = x - RATE * g / (numpy.sqrt(sum(each**2 for each in gradients[:count])) + 1e-10)
    return x


def _rmsprop(x: Array, gradients: Sequence[Array]) -> Array:
    for g, square in zip(gradients, _means([g**2 for g in gradients], 0.99), strict=True):
        x = x - RATE * g / (numpy.sqrt(square) + 1e-8)
    return x


def _adadelta(x: Array, gradients: Sequence[Array]) -> Array:
    moved = numpy.zeros_like(x)
    for g, square in zip(gradients, _means([g**2 for g in gradients], 0.9), strict=True):
        step = numpy.sqrt(moved + 1e-6) / numpy.sqrt(square + 1e-6) * g
        x, moved = x - RATE * step, 0.9 * moved + 0.1 * step**2
    return x


def _adam(x: Array, gradients: Sequence[Array], decay: float = 0.0) -> Array:
    means = zip(_means(gradients, 0.9), _means([g**2 for g in gradients], 0.999), strict=True)
    for count, (mean, square) in enumerate(means, start=1):
        root = numpy.sqrt(square / (1 - 0.999**count))
        x = (1 - RATE * decay) * x - RATE * mean / (1 - 0.9**count) / (root + 1e-8)
    return x


def _means(values: Sequence[Array], kept: float) -> Iterator[Array]:
    """The running means, which begin at zero."""
    mean = numpy.zeros_like(values[0])
    for value in values:
        mean = kept * mean + (1 - kept) * value
        yield mean


def _descent(t: Any, p: Point) -> Any:
    """Three steps down the program's own gradient."""
    optimizer = optim.sgd(RATE)
    x, state = p.x, optimizer.init(p.x)
    for _ in SCALES:
        _, gradient = t.value_and_grad(p.scalar)(x, p.y)
        x, state = optimizer.update(x, gradient, state)
    return x


def _descended(k: Known) -> Array:
    for _ in SCALES:
        k = k.at(k.x - RATE * k.gradient)
    return k.x


def _row(name: str, optimizer: Any, formula: Formula) -> Row:
    return Row(name, _steps(optimizer), _each(formula), 0, own=True)


TRAINING: Final[Mapping[str, Sequence[Row]]] = {
    "optim": (
        _row("sgd", optim.sgd(RATE), _sgd),
        _row("sgd with momentum", optim.sgd(RATE, momentum=0.9), _momentum),
        _row(
            "sgd of Nesterov's",
            optim.sgd(RATE, momentum=0.9, nesterov=True),
            lambda x, gradients: _momentum(x, gradients, nesterov=True),
        ),
        _row("adagrad", optim.adagrad(RATE), _adagrad),
        _row("rmsprop", optim.rmsprop(RATE), _rmsprop),
        _row("adadelta", optim.adadelta(RATE), _adadelta),
        _row("adam", optim.adam(RATE), _adam),
        _row("adamw", optim.adamw(RATE), lambda x, gradients: _adam(x, gradients, decay=1e-2)),
        Row("descent by value_and_grad", _descent, _descended, own=True),
    ),
}
