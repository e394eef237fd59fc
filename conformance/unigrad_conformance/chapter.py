"""The suite *chapter*: the worked examples of an autograd chapter, as small programs with their closed-form gradients.

A program yields what it computed, each with the closed form beside it; it is run in float32 and in float64. The
programs use public names only, so they are also a reading of the interface.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import numpy

import unigrad as ug
import unigrad.numpy as np
from unigrad_conformance import tolerances
from unigrad_conformance.case import Case, default_dtype
from unigrad_conformance.tally import Tally

Check = tuple[str, Any, Any]
Program = Callable[[], Iterator[Check]]

_PROGRAMS: Final[list[Program]] = []
POINTS: Final = (0.37, -1.9, 512.0, 1e-3, -700.0)
"""Where the program with control flow is tried: both branches, no round of the loop and many."""
VALUES: Final = numpy.arange(4.0)
WEIGHTS: Final = numpy.array([1.0, 0.0, 2.0, -1.0])


def cases() -> Iterator[Case]:
    """A case a program."""
    return (Case("chapter", _title(program), partial(_check, program)) for program in _PROGRAMS)


def _title(program: Program) -> str:
    return program.__name__.replace("_", " ")


def _check(program: Program, tally: Tally, backend: str, seed: int) -> None:
    for dtype in ("float32", "float64"):
        label = f"{_title(program)} ({dtype})"
        with tally.guarded(label, "the program"), default_dtype(dtype):
            for what, got, want in program():
                tally.same(label, f"dtype of the {what}", str(got.dtype), dtype)
                tally.same(label, f"backend of the {what}", got.backend.name, backend)
                tally.close(label, what, got.detach().numpy(), want, tolerances.kernel(dtype))


def _program(program: Program) -> Program:
    _PROGRAMS.append(program)
    return program


def _vector() -> Any:
    """The chapter's x: 0, 1, 2, 3 in the default dtype, with a place for its gradient."""
    return np.arange(4.0).attach_grad()


def control_flow(a: Any) -> Any:
    """Doubled until it is large, and multiplied by 100 if it is negative: linear in ``a`` along whatever path was taken."""
    b = a * 2
    while np.linalg.norm(b) < 1000:
        b = b * 2
    return b if b.sum() > 0 else 100 * b


@_program
def twice_the_dot_product() -> Iterator[Check]:
    """2 x·x has the gradient 4x, and before it arrives the gradient is zeros."""
    x = _vector()
    yield "gradient before any arrives", x.grad, 0 * VALUES
    y = 2 * np.dot(x, x)
    yield "value of 2 x·x", y, numpy.array(28.0)
    y.backward()
    yield "gradient of 2 x·x", x.grad, 4 * VALUES
    yield "gradient by grad", ug.grad(lambda v: 2 * np.dot(v, v))(np.arange(4.0)), 4 * VALUES


@_program
def sum_after_a_reset() -> Iterator[Check]:
    """Once the gradient is zeroed, that of the sum is ones and holds nothing of what came before."""
    x = _vector()
    (2 * np.dot(x, x)).backward()
    x.grad.zero_()
    yield "gradient after zero_()", x.grad, 0 * VALUES
    x.sum().backward()
    yield "gradient of the sum", x.grad, numpy.ones(4)
    x.zero_grad()
    yield "gradient after zero_grad()", x.grad, 0 * VALUES
    x.sum().backward()
    yield "gradient of the sum, once more", x.grad, numpy.ones(4)


@_program
def gradients_accumulate() -> Iterator[Check]:
    """Without a reset a second gradient is added to the first."""
    x = _vector()
    (2 * np.dot(x, x)).backward()
    x.sum().backward()
    yield "4x and then ones", x.grad, 4 * VALUES + 1
    y = np.dot(x, x)
    y.backward(retain_graph=True)
    y.backward()
    yield "and 2x, twice over one graph", x.grad, 8 * VALUES + 1


@_program
def gradients_overwrite() -> Iterator[Check]:
    """With grad_req="write" the last gradient stands, and one sweep that arrives twice still adds up."""
    x = np.arange(4.0).attach_grad(grad_req="write")
    (x * 3).backward()
    yield "gradient of 3x", x.grad, numpy.full(4, 3.0)
    (x * 5).backward()
    yield "gradient of 5x in its place", x.grad, numpy.full(4, 5.0)
    (x * x + x).backward()
    yield "gradient of x·x + x in its place", x.grad, 2 * VALUES + 1


@_program
def square_not_summed() -> Iterator[Check]:
    """x·x elementwise is no number: backward() pulls ones back, which is the gradient of its sum."""
    x = _vector()
    (x * x).backward()
    yield "gradient of x·x", x.grad, 2 * VALUES


@_program
def square_with_weights() -> Iterator[Check]:
    """With weights, each element's gradient counts as often as its weight says."""
    x = _vector()
    (x * x).backward(np.asarray(WEIGHTS.tolist()))
    yield "weighted gradient of x·x", x.grad, 2 * VALUES * WEIGHTS
    _, pull = ug.vjp(lambda v: v * v, np.arange(4.0))
    yield "the same by vjp", pull(np.asarray(WEIGHTS.tolist()))[0], 2 * VALUES * WEIGHTS
    yield "the pullback once more, with ones", pull(np.ones(4))[0], 2 * VALUES


@_program
def detached_factor() -> Iterator[Check]:
    """Z = u x with u = x·x detached has the gradient u; y = x·x itself is still connected, and gives 2x."""
    x = _vector()
    y = x * x
    u = y.detach()
    (u * x).backward()
    yield "gradient of u x", x.grad, VALUES**2
    x.zero_grad()
    y.backward()
    yield "gradient of y", x.grad, 2 * VALUES
    held = ug.grad(lambda v: (ug.stop_gradient(v * v) * v).sum())(np.arange(4.0))
    yield "gradient of u x by stop_gradient and grad", held, VALUES**2


@_program
def control_flow_decided_by_data() -> Iterator[Check]:
    """The gradient of a loop and a branch that look at the data is f(a)/a, at any a."""
    for point in POINTS:
        a = np.asarray(point).attach_grad()
        d = control_flow(a)
        d.backward()
        yield f"gradient at a = {point}", a.grad, d.detach().numpy() / a.detach().numpy()
        yield (
            f"gradient at a = {point} by grad",
            ug.grad(control_flow)(np.asarray(point)),
            d.detach().numpy() / a.detach().numpy(),
        )


@_program
def twice_the_dot_product_second_order() -> Iterator[Check]:
    """The gradient 4x has the gradient 4 in every element, by backward() twice and by grad of grad."""
    x = _vector()
    (2 * np.dot(x, x)).backward(create_graph=True)
    first = x.grad
    yield "first gradient", first, 4 * VALUES
    total = (first * np.asarray(WEIGHTS.tolist())).sum()
    x.attach_grad()
    yield "weighted sum of the gradient", total, (4 * VALUES * WEIGHTS).sum()
    gradient = ug.grad(lambda v: 2 * np.dot(v, v))
    weighted = ug.grad(lambda v: (gradient(v) * np.asarray(WEIGHTS.tolist())).sum())
    yield "second gradient, weighted", weighted(np.arange(4.0)), 4 * WEIGHTS
    yield "third gradient", ug.grad(lambda v: weighted(v).sum())(np.arange(4.0)), 0 * VALUES


@_program
def backward_of_a_gradient() -> Iterator[Check]:
    """backward(create_graph=True) leaves a gradient that can be pulled back itself: of x³ it is 3x², and 6x follows."""
    x = _vector()
    (x * x * x).backward(create_graph=True)
    first = x.grad
    yield "gradient of x³", first, 3 * VALUES**2
    kept = first + 0
    x.zero_grad()
    kept.sum().backward()
    yield "gradient of 3x²", x.grad, 6 * VALUES


@_program
def sum_second_order() -> Iterator[Check]:
    """The gradient of the sum does not depend on x: its own gradient is zeros."""
    gradient = ug.grad(lambda v: v.sum())
    yield "gradient of the sum", gradient(np.arange(4.0)), numpy.ones(4)
    yield "second gradient", ug.grad(lambda v: gradient(v).sum())(np.arange(4.0)), 0 * VALUES


@_program
def square_with_weights_second_order() -> Iterator[Check]:
    """The weighted gradient 2wx has the gradient 2w in x, and 2x in the weights."""

    def weighted(v: Any, w: Any) -> Any:
        _, pull = ug.vjp(lambda inner: inner * inner, v)
        return pull(w)[0].sum()

    in_x, in_weights = ug.grad(weighted, argnums=(0, 1))(np.arange(4.0), np.asarray(WEIGHTS.tolist()))
    yield "gradient in x", in_x, 2 * WEIGHTS
    yield "gradient in the weights", in_weights, 2 * VALUES


@_program
def detached_factor_second_order() -> Iterator[Check]:
    """The gradient u of u x is a constant, u being detached; around it y = x·x has the second gradient 2."""
    held = ug.grad(lambda v: (ug.stop_gradient(v * v) * v).sum())
    yield "gradient of the held gradient", ug.grad(lambda v: held(v).sum())(np.arange(4.0)), 0 * VALUES
    both = ug.grad(lambda v: (ug.stop_gradient(v * v) * v + v * v).sum())
    yield "gradient of u + 2x", ug.grad(lambda v: both(v).sum())(np.arange(4.0)), numpy.full(4, 2.0)


@_program
def control_flow_second_order() -> Iterator[Check]:
    """F is linear along its path, so its second derivative is 0, and that of its square is 2 (f(a)/a)²."""
    for point in POINTS:
        slope = float(control_flow(np.asarray(point, dtype="float64")).numpy()) / point
        second = ug.grad(ug.grad(control_flow))(np.asarray(point))
        yield f"second derivative at a = {point}", second, numpy.array(0.0)
        squared = ug.grad(ug.grad(lambda a: control_flow(a) ** 2))(np.asarray(point))
        yield f"second derivative of the square at a = {point}", squared, numpy.array(2 * slope**2)
