"""Nesting: the rows of derivatives of derivatives, by both modes in either order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy

from unigrad_conformance.transforms.known import Known
from unigrad_conformance.transforms.row import TORCH_SOLVES, Point, Row

RATE: Final = 0.05


def _gradient(t: Any, p: Point) -> Any:
    return t.grad(lambda x: p.scalar(x, p.y))


def _slope(t: Any, p: Point, x: Any) -> Any:
    """The derivative of the scalar along the tangent, at `x`."""
    return t.jvp(lambda x: p.scalar(x, p.y), (x,), (p.tx,))[1]


def _linear_map(t: Any, p: Point) -> Any:
    """The tangent of the gradient by what `linearize` remembers of it."""
    return t.linearize(_gradient(t, p), p.x)[1](p.tx)


def _one_step(t: Any, p: Point) -> Any:
    """The gradient of the scalar after one step of gradient descent: through the step, and so through its gradient."""
    return t.grad(lambda x: p.scalar(x - RATE * _gradient(t, p)(x), p.y))(p.x)


def _after_a_step(k: Known) -> Any:
    after = k.at(k.x - RATE * k.gradient)
    return after.gradient - RATE * numpy.tensordot(k.hessian, after.gradient, k.x.ndim)


NESTING: Final[Mapping[str, Sequence[Row]]] = {
    "derivative of a derivative": (
        Row(
            "jvp of grad", lambda t, p: t.jvp(_gradient(t, p), (p.x,), (p.tx,)), lambda k: (k.gradient, k.curvature), 2
        ),
        Row(
            "grad of jvp",
            lambda t, p: t.grad(lambda x: _slope(t, p, x))(p.x),
            lambda k: k.curvature,
            2,
            faults=TORCH_SOLVES,
        ),
        Row("linearize of grad", _linear_map, lambda k: k.curvature, 2),
        Row(
            "grad of grad",
            lambda t, p: t.grad(lambda x: p.np.sum(p.tx * _gradient(t, p)(x)))(p.x),
            lambda k: k.curvature,
            2,
        ),
        Row("jacfwd of jacrev", lambda t, p: t.jacfwd(t.jacrev(p.scalar))(p.x, p.y), lambda k: k.hessian, 2),
        Row(
            "jacrev of jacfwd",
            lambda t, p: t.jacrev(t.jacfwd(p.scalar))(p.x, p.y),
            lambda k: k.hessian,
            2,
            faults=TORCH_SOLVES,
        ),
        Row(
            "jvp of jvp",
            lambda t, p: t.jvp(lambda x: _slope(t, p, x), (p.x,), (p.tx,))[1],
            lambda k: numpy.sum(k.curvature * k.tx),
            2,
            faults=TORCH_SOLVES,
        ),
        Row(
            "vjp of vjp",
            lambda t, p: t.vjp(
                lambda x: t.vjp(lambda x: p.scalar(x, p.y), x)[1](p.np.ones_like(p.scalar(x, p.y)))[0], p.x
            )[1](p.tx)[0],
            lambda k: k.curvature,
            2,
        ),
        Row("grad through a step of gradient descent", _one_step, _after_a_step, 2),
    ),
}
