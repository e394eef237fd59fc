"""The chapter's programs in each dialect: the same values, gradients and graphs, whatever the spelling.

A program yields what it computed, each with the closed form beside it; one that yields the primitives of its graph is
compared with the native program's.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import numpy

from unigrad.graph import ancestors
from unigrad_conformance import tolerances
from unigrad_conformance.case import Case
from unigrad_conformance.tally import Tally

Check = tuple[str, Any, Any]
Program = Callable[[], Iterator[Check]]

VALUES: Final = numpy.arange(4.0)
WEIGHTS: Final = numpy.array([1.0, 0.0, 2.0, -1.0])
POINTS: Final = (0.37, -1.9)
DOT, CUT = ["matmul", "multiply"], ["multiply"]
"""The primitives of 2 x·x, and of u * x where u is detached, oldest first."""

_PROGRAMS: Final[list[Program]] = []


def cases() -> Iterator[Case]:
    """A case a dialect."""
    return (Case("chapter", f"in {program.__name__}", partial(_check, program)) for program in _PROGRAMS)


def _program(program: Program) -> Program:
    _PROGRAMS.append(program)
    return program


def _check(program: Program, tally: Tally, backend: str, seed: int) -> None:
    label = f"the chapter in {program.__name__}"
    with tally.guarded(label, "the program"):
        for what, got, want in program():
            if isinstance(want, list):
                tally.same(label, what, got, want)
                continue
            tally.same(label, f"backend of {what}", got.backend.name, backend)
            array = got.detach().numpy() if hasattr(got, "detach") else got.numpy()
            tally.close(label, what, numpy.asarray(array), want, tolerances.kernel(str(array.dtype)))


def primitives_of(y: Any) -> list[str]:
    """The names of the primitives that `y` was recorded through, oldest first."""
    nodes, _, _ = ancestors((y.node,))
    return [node.pull.name for node in reversed(nodes) if node.pull.name != "input"]


@_program
def mxnet() -> Iterator[Check]:
    """``x.attach_grad()``, ``with autograd.record():``, ``y.backward()``."""
    from unigrad.dialects.mxnet import autograd, np

    def f(a: Any) -> Any:
        b = a * 2
        while np.linalg.norm(b) < 1000:
            b = b * 2
        return b if b.sum() > 0 else 100 * b

    x = np.arange(4.0)
    x.attach_grad()
    yield "the gradient before any arrives", x.grad, 0 * VALUES
    with autograd.record():
        y = 2 * np.dot(x, x)
    yield "the graph of 2 x·x", primitives_of(y), DOT
    y.backward()
    yield "the gradient of 2 x·x", x.grad, 4 * VALUES
    with autograd.record():
        y = x.sum()
    y.backward()
    yield "the gradient of the sum", x.grad, numpy.ones(4)
    with autograd.record():
        y = x * x
        u = y.detach()
        z = u * x
    yield "the graph of u x", primitives_of(z), CUT
    z.backward()
    yield "the gradient of u x", x.grad, VALUES**2
    y.backward()
    yield "the gradient of x * x", x.grad, 2 * VALUES
    with autograd.record():
        y = x * x
    y.backward(np.array(WEIGHTS.tolist()))
    yield "the weighted gradient of x * x", x.grad, 2 * VALUES * WEIGHTS
    for point in POINTS:
        a = np.array(point)
        a.attach_grad()
        with autograd.record():
            d = f(a)
        d.backward()
        yield f"the slope of f at {point}", a.grad, _expected_slope(point)


@_program
def torch() -> Iterator[Check]:
    """``x.requires_grad_()``, ``y.backward()``, which accumulates."""
    from unigrad.dialects import torch as dialect

    def f(a: Any) -> Any:
        b = a * 2
        while b.norm() < 1000:
            b = b * 2
        return b if b.sum() > 0 else 100 * b

    x = dialect.arange(4.0, requires_grad=True)
    y = 2 * dialect.dot(x, x)
    yield "the graph of 2 x·x", primitives_of(y), DOT
    y.backward()
    yield "the gradient of 2 x·x", x.grad, 4 * VALUES
    x.sum().backward()
    yield "the gradient of the sum, added", x.grad, 4 * VALUES + 1
    x.grad.zero_()
    y = x * x
    u = y.detach()
    z = u * x
    yield "the graph of u x", primitives_of(z), CUT
    z.sum().backward()
    yield "the gradient of u x", x.grad, VALUES**2
    x.grad.zero_()
    y.backward(gradient=dialect.tensor(WEIGHTS.tolist()))
    yield "the weighted gradient of x * x", x.grad, 2 * VALUES * WEIGHTS
    for point in POINTS:
        a = dialect.tensor(point, requires_grad=True)
        f(a).backward()
        yield f"the slope of f at {point}", a.grad, _expected_slope(point)


@_program
def jax() -> Iterator[Check]:
    """``jax.grad(f)(x)``."""
    from unigrad.dialects import jax as dialect
    from unigrad.dialects.jax import numpy as jnp

    graphs: list[list[str]] = []

    def noted(y: Any) -> Any:
        graphs.append(primitives_of(y))
        return y

    def f(a: Any) -> Any:
        b = a * 2
        while jnp.linalg.norm(b) < 1000:
            b = b * 2
        return b if b.sum() > 0 else 100 * b

    x = jnp.arange(4.0)
    yield "the gradient of 2 x·x", dialect.grad(lambda x: noted(2 * jnp.dot(x, x)))(x), 4 * VALUES
    yield "the graph of 2 x·x", graphs.pop(), DOT
    yield "the gradient of the sum", dialect.grad(lambda x: x.sum())(x), numpy.ones(4)
    held = lambda x: noted(dialect.lax.stop_gradient(x * x) * x).sum()
    yield "the gradient of u x", dialect.grad(held)(x), VALUES**2
    yield "the graph of u x", graphs.pop(), CUT
    _, pull = dialect.vjp(lambda x: x * x, x)
    yield "the weighted gradient of x * x", pull(jnp.array(WEIGHTS.tolist()))[0], 2 * VALUES * WEIGHTS
    for point in POINTS:
        yield f"the slope of f at {point}", dialect.grad(f)(jnp.array(point)), _expected_slope(point)


@_program
def tensorflow() -> Iterator[Check]:
    """``with tf.GradientTape() as t:``, ``t.gradient(y, x)``."""
    from unigrad.dialects import tensorflow as tf

    def f(a: Any) -> Any:
        b = a * 2
        while tf.norm(b) < 1000:
            b = b * 2
        return b if tf.reduce_sum(b) > 0 else 100 * b

    x = tf.Variable(tf.range(4, dtype=tf.float32))
    with tf.GradientTape() as t:
        y = 2 * tf.tensordot(x, x, axes=1)
    yield "the graph of 2 x·x", primitives_of(y), DOT
    yield "the gradient of 2 x·x", t.gradient(y, x), 4 * VALUES
    with tf.GradientTape() as t:
        y = tf.reduce_sum(x)
    yield "the gradient of the sum", t.gradient(y, x), numpy.ones(4)
    with tf.GradientTape(persistent=True) as t:
        y = x * x
        z = tf.stop_gradient(y) * x
    yield "the graph of u x", primitives_of(z), CUT
    yield "the gradient of u x", t.gradient(z, x), VALUES**2
    weights = tf.constant(WEIGHTS.tolist())
    yield "the weighted gradient of x * x", t.gradient(y, x, output_gradients=weights), 2 * VALUES * WEIGHTS
    for point in POINTS:
        a = tf.Variable(point)
        with tf.GradientTape() as t:
            d = f(a)
        yield f"the slope of f at {point}", t.gradient(d, a), _expected_slope(point)


@_program
def autograd() -> Iterator[Check]:
    """``grad(f)(x)`` over ``autograd.numpy``, in float64."""
    import unigrad.dialects.autograd.numpy as np
    from unigrad.dialects.autograd import elementwise_grad, grad, make_vjp

    graphs: list[list[str]] = []

    def noted(y: Any) -> Any:
        graphs.append(primitives_of(y))
        return y

    def f(a: Any) -> Any:
        b = a * 2
        while np.linalg.norm(b) < 1000:
            b = b * 2
        return b if np.sum(b) > 0 else 100 * b

    x = np.arange(4.0)
    yield "the gradient of 2 x·x", grad(lambda x: noted(2 * np.dot(x, x)))(x), 4 * VALUES
    yield "the graph of 2 x·x", graphs.pop(), DOT
    yield "the gradient of the sum", grad(np.sum)(x), numpy.ones(4)
    yield "the gradient of x * x", elementwise_grad(lambda x: noted(x * x))(x), 2 * VALUES
    pull, _ = make_vjp(lambda x: x * x)(x)
    yield "the weighted gradient of x * x", pull(np.array(WEIGHTS.tolist())), 2 * VALUES * WEIGHTS
    for point in POINTS:
        yield f"the slope of f at {point}", grad(f)(np.array(point)), _expected_slope(point)


def _expected_slope(point: float) -> numpy.ndarray[Any, Any]:
    """f(a) / a: what doubling and the branch have multiplied by."""
    factor = 2.0
    while abs(point) * factor < 1000:
        factor *= 2
    return numpy.array(factor if point > 0 else 100 * factor)
