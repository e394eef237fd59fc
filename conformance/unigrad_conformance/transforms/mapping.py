"""Mapping: the rows of `vmap`, alone and composed with other transforms, against the same of each example alone."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy
import optree

import unigrad as ug
from unigrad_conformance.transforms.known import Known
from unigrad_conformance.transforms.row import TORCH_SOLVES, Point, Row
from unigrad_conformance.transforms.sides import NUMPY


def stacked(get: Callable[[Known], Any], of: str = "examples", axis: int = 0) -> Callable[[Known], Any]:
    """What a loop over examples gives: each array of ``get(example)`` stacked along `axis`."""

    def want(k: Known) -> Any:
        each = [optree.tree_leaves(get(example)) for example in getattr(k, of)]
        return [numpy.stack(leaves, axis=axis) for leaves in zip(*each, strict=True)]

    return want


def _value(k: Known) -> Any:
    return k.value


def _nested(t: Any, p: Point) -> Any:
    """Every ``x`` with every ``y``."""
    return t.vmap(t.vmap(p.value, in_axes=(0, None)), in_axes=(None, 0))(p.xs, p.ys)


def _every_pair(k: Known) -> Any:
    return numpy.stack([numpy.stack([Known(k.program, x.x, y.y, k.seed).value for x in k.examples]) for y in k.pairs])


def _from_the_last_axis(t: Any, p: Point) -> Any:
    return t.vmap(p.value, in_axes=(-1, None), out_axes=-1)(p.np.stack([p.x, p.x * 0.9, p.x * 1.1], -1), p.y)


def _axis_in_a_container(t: Any, p: Point) -> Any:
    """The examples of ``y`` along the axis that a container of its structure says, and results in a container."""
    f = lambda pair: {"value": p.value(pair["x"], pair["y"]), "twice": (2 * p.value(pair["x"], pair["y"]),)}
    return t.vmap(f, in_axes=({"x": None, "y": 0},), out_axes={"value": 0, "twice": 0})({"x": p.x, "y": p.ys})


def _refused(t: Any, p: Point) -> Any:
    """Whether a decision on values is an error, where the program takes one; else what it gives."""
    if not p.program.branches:
        return p.np.asarray(1.0)
    try:
        t.vmap(p.value, in_axes=(0, None))(p.xs, p.y)
    except ug.ArgumentError:
        return p.np.asarray(1.0)
    return p.np.asarray(0.0)


def _mapped(t: Any, p: Point) -> Callable[[Any], Any]:
    """The sum over all examples of their scalars."""
    return lambda xs: p.np.sum(t.vmap(p.scalar, in_axes=(0, None))(xs, p.y))


_row: Final = functools.partial(Row, looks=False)
"""Of a function that is mapped over examples, and so cannot look at values."""


_collective: Final = functools.partial(_row, needs=("psum",))


def _sum_of(get: Callable[[Known], Any]) -> Callable[[Known], Any]:
    return lambda k: [
        sum(leaves) for leaves in zip(*(optree.tree_leaves(get(each)) for each in k.examples), strict=True)
    ]


def _beside_all(t: Any, p: Point) -> Any:
    """The value of each example less the mean of all, and their sum."""

    def f(x: Any) -> Any:
        value = p.value(x, p.y)
        every = t.all_gather(value, "i")
        return value - t.pmean(value, "i"), p.np.sum(every, axis=0) + 0 * value

    return t.vmap(f, axis_name="i")(p.xs)


def _values_beside_all(k: Known) -> list[numpy.ndarray]:
    values = numpy.stack([each.value for each in k.examples])
    return [values - values.mean(0), numpy.broadcast_to(values.sum(0), values.shape)]


def _times_all(t: Any, p: Point) -> Callable[[Any], Any]:
    """The scalar of an example, times the sum of those of all."""

    def f(x: Any) -> Any:
        own = p.scalar(x, p.y)
        return own * t.psum(own, "i")

    return f


def _of_the_square(k: Known) -> numpy.ndarray:
    """The gradient of the square of the sum of all scalars, by each example."""
    total = sum(each.scalar for each in k.examples)
    return numpy.stack([2 * total * each.gradient for each in k.examples])


def _blocks(k: Known) -> numpy.ndarray:
    """The Hessian of a sum over examples, which do not know each other."""
    count, shape = len(k.examples), k.x.shape
    found = numpy.zeros((count, *shape, count, *shape))
    for place, example in enumerate(k.examples):
        found[(place, *(slice(None),) * len(shape), place)] = example.hessian
    return found


MAPPING: Final[Mapping[str, Sequence[Row]]] = {
    "vmap": (
        _row("shared y", lambda t, p: t.vmap(p.value, in_axes=(0, None))(p.xs, p.y), stacked(_value), 0),
        _row("an example of each", lambda t, p: t.vmap(p.value)(p.xs, p.ys), stacked(_value, "pairs"), 0),
        _row("in_axes=(-1, None), out_axes=-1", _from_the_last_axis, stacked(_value, axis=-1), 0),
        _row(
            "axes in containers",
            _axis_in_a_container,
            lambda k: [f * numpy.stack([k.program.run(NUMPY.np, k.x, each.y) for each in k.pairs]) for f in (2, 1)],
            0,
        ),
        _row(
            "chunk_size=2",
            lambda t, p: t.vmap(p.value, in_axes=(0, None), chunk_size=2)(p.xs, p.y),
            stacked(_value),
            0,
            own=True,
        ),
        _row("nested", _nested, _every_pair, 0),
        Row("a decision on values is refused", _refused, lambda k: numpy.asarray(1.0), 0, own=True),
    ),
    "psum": (
        _collective("each beside all", _beside_all, _values_beside_all, 0),
        _collective("grad of each", lambda t, p: t.vmap(t.grad(_times_all(t, p)), axis_name="i")(p.xs), _of_the_square),
        _collective(
            "grad of all",
            lambda t, p: t.grad(lambda xs: p.np.sum(t.vmap(_times_all(t, p), axis_name="i")(xs)))(p.xs),
            _of_the_square,
        ),
    ),
    "vmap of a derivative": (
        _row(
            "grad", lambda t, p: t.vmap(t.grad(p.scalar), in_axes=(0, None))(p.xs, p.y), stacked(lambda k: k.gradient)
        ),
        _row(
            "grad of what all share",
            lambda t, p: t.vmap(t.grad(p.scalar, argnums=1), in_axes=(0, None))(p.xs, p.y),
            stacked(lambda k: k.gradient_y),
        ),
        _row(
            "jvp",
            lambda t, p: t.vmap(lambda x: t.jvp(lambda x: p.value(x, p.y), (x,), (p.tx,)))(p.xs),
            stacked(lambda k: (k.value, k.pushed(k.tx))),
        ),
        _row(
            "vjp",
            lambda t, p: t.vmap(lambda x: t.vjp(lambda x: p.value(x, p.y), x)[1](p.g)[0])(p.xs),
            stacked(lambda k: k.gradient),
        ),
        _row(
            "jacfwd",
            lambda t, p: t.vmap(t.jacfwd(p.value), in_axes=(0, None))(p.xs, p.y),
            stacked(lambda k: k.jacobian),
            faults=TORCH_SOLVES,
        ),
        _row(
            "hessian",
            lambda t, p: t.vmap(t.hessian(p.scalar), in_axes=(0, None))(p.xs, p.y),
            stacked(lambda k: k.hessian),
            2,
            faults=TORCH_SOLVES,
        ),
    ),
    "derivative of a vmap": (
        _row("grad", lambda t, p: t.grad(_mapped(t, p))(p.xs), stacked(lambda k: k.gradient)),
        _row(
            "grad of what all share",
            lambda t, p: t.grad(lambda y: p.np.sum(t.vmap(p.scalar, in_axes=(0, None))(p.xs, y)))(p.y),
            _sum_of(lambda k: k.gradient_y),
        ),
        _row(
            "grad of what no example has a part in",
            lambda t, p: t.grad(lambda x: p.np.sum(t.vmap(lambda _: p.scalar(x, p.y))(p.xs)))(p.x),
            lambda k: len(k.examples) * k.gradient,
        ),
        _row(
            "jvp",
            lambda t, p: t.jvp(t.vmap(lambda x: p.value(x, p.y)), (p.xs,), (p.xs * p.tx,)),
            stacked(lambda k: (k.value, k.pushed(k.x * k.tx))),
        ),
        _row("hessian", lambda t, p: t.hessian(_mapped(t, p))(p.xs), _blocks, 2),
        _row(
            "vmap of grad of vmap",
            lambda t, p: t.vmap(t.grad(_mapped(t, p)))(p.np.stack([p.xs, p.xs])),
            lambda k: numpy.stack([stacked(lambda k: k.gradient)(k)[0]] * 2),
        ),
    ),
}
