"""Rewriting: the rows of transforms that change how a function is computed and differentiated, and not what comes of it."""

from __future__ import annotations

import inspect
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, Final

import numpy

from unigrad_conformance.transforms.known import Known
from unigrad_conformance.transforms.mapping import stacked
from unigrad_conformance.transforms.row import Point, Row

Change = Callable[[Any, Callable[..., Any]], Callable[..., Any]]
"""``change(transforms, f)`` gives the function that computes the same as `f` in another way."""


def _jit(t: Any, f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` as a program that is not handed to the library's compiler, which takes seconds for each."""
    return t.jit(f, **({"compile": False} if "compile" in inspect.signature(t.jit).parameters else {}))


def _captured(t: Any, f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` as a program that is given nothing of its arguments: it has them from outside."""
    return lambda *args: _jit(t, lambda zero: f(*args))(0.0)


def _checkpoint(t: Any, f: Callable[..., Any]) -> Callable[..., Any]:
    return t.checkpoint(f)


def _custom_vjp(t: Any, f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` with the rule of its own pullback."""
    changed = t.custom_vjp(f)
    changed.defvjp(lambda *args: (f(*args), args), lambda args, g: t.vjp(f, *args)[1](g))
    return changed


def _custom_jvp(t: Any, f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` with the rule of its own pushforward."""
    changed = t.custom_jvp(f)
    changed.defjvp(lambda primals, tangents: t.jvp(f, primals, tangents))
    return changed


def _pure_callback(t: Any, f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, whose value goes to the host and comes back, which a rule tells derivatives."""

    @t.custom_jvp
    def there_and_back(x: Any) -> Any:
        return t.pure_callback(numpy.asarray, x, x, vmap_method="sequential")

    there_and_back.defjvp(lambda primals, tangents: (there_and_back(primals[0]), tangents[0]))
    return lambda *args: there_and_back(f(*args))


def _inside(change: Change, t: Any, p: Point) -> Callable[[Any], Any]:
    """The scalar as a function of ``x``, computed in the other way."""
    return lambda x: change(t, p.scalar)(x, p.y)


def rows(name: str, change: Change, pushed: bool = True) -> tuple[Row, ...]:
    """What is differentiated, mapped and composed after a change by a transform; ``pushed`` says whether tangents pass it."""
    row = partial(Row, needs=(name,), looks=name != "jit")
    mapped = partial(row, looks=False)
    found = [
        row("value", lambda t, p: change(t, p.value)(p.x, p.y), lambda k: k.value, 0),
        row("grad of it", lambda t, p: t.grad(_inside(change, t, p))(p.x), lambda k: k.gradient),
        row(
            "grad of it in both arguments",
            lambda t, p: t.grad(change(t, p.scalar), argnums=(0, 1))(p.x, p.y),
            lambda k: (k.gradient, *k.gradient_y),
        ),
        row("grad of grad of it", partial(_twice, change), lambda k: k.curvature, 2),
        mapped(
            "vmap of it",
            lambda t, p: t.vmap(change(t, p.value), in_axes=(0, None))(p.xs, p.y),
            stacked(lambda k: k.value),
            0,
        ),
        mapped(
            "vmap of grad of it",
            lambda t, p: t.vmap(t.grad(_inside(change, t, p)))(p.xs),
            stacked(lambda k: k.gradient),
        ),
    ]
    tangents = [
        row("jvp of it", lambda t, p: t.jvp(_inside(change, t, p), (p.x,), (p.tx,))[1], _slope),
        row("hessian of it", lambda t, p: t.hessian(_inside(change, t, p))(p.x), lambda k: k.hessian, 2),
    ]
    return (*found, *tangents) if pushed else tuple(found)


def _twice(change: Change, t: Any, p: Point) -> Any:
    return t.grad(lambda x: p.np.sum(p.tx * t.grad(_inside(change, t, p))(x)))(p.x)


def _slope(k: Known) -> numpy.ndarray:
    return numpy.sum(k.gradient * k.tx)


def _compiled(t: Any, p: Point) -> Any:
    """A program of the library's compiler, called twice."""
    gradient = t.jit(t.value_and_grad(p.scalar))
    return gradient(p.x, p.y), gradient(p.xs[1], p.y)


def _of_derivatives(change: Change) -> tuple[Row, ...]:
    """The change of what other transforms give: of gradients, Hessians, gradients of each example, a training step."""
    row = partial(Row, needs=("jit",), looks=False)
    return (
        row("of grad", lambda t, p: change(t, t.grad(p.scalar))(p.x, p.y), lambda k: k.gradient),
        row(
            "of value_and_grad in both arguments",
            lambda t, p: change(t, t.value_and_grad(p.scalar, argnums=(0, 1)))(p.x, p.y),
            lambda k: (k.scalar, k.gradient, *k.gradient_y),
        ),
        row("of hessian", lambda t, p: change(t, t.hessian(p.scalar))(p.x, p.y), lambda k: k.hessian, 2),
        row(
            "of vmap of grad",
            lambda t, p: change(t, t.vmap(t.grad(p.scalar), in_axes=(0, None)))(p.xs, p.y),
            stacked(lambda k: k.gradient),
        ),
        row("of a step", lambda t, p: change(t, partial(_step, t, p))(p.x, p.y), lambda k: k.x - 0.1 * k.gradient),
        row("called twice", partial(_called_twice, change), lambda k: (k.gradient, k.examples[1].gradient)),
        row(
            "of value_and_grad, compiled",
            _compiled,
            lambda k: (k.scalar, k.gradient, k.examples[1].scalar, k.examples[1].gradient),
            once=True,
        ),
    )


def _step(t: Any, p: Point, x: Any, y: Any) -> Any:
    return x - 0.1 * t.grad(p.scalar)(x, y)


def _called_twice(change: Change, t: Any, p: Point) -> Any:
    """The second call, with other numbers, finds the first one's program."""
    gradient = change(t, t.grad(p.scalar))
    return gradient(p.x, p.y), gradient(p.xs[1], p.y)


CHANGES: Final[Mapping[str, Change]] = {
    "jit": _jit,
    "captured": _captured,
    "checkpoint": _checkpoint,
    "custom_vjp": _custom_vjp,
    "custom_jvp": _custom_jvp,
    "pure_callback": _pure_callback,
}
REWRITING: Final[Mapping[str, Sequence[Row]]] = {
    "jit": (*rows("jit", _jit), *_of_derivatives(_jit)),
    "captured": rows("jit", _captured),
    "checkpoint": rows("checkpoint", _checkpoint),
    "custom_vjp": rows("custom_vjp", _custom_vjp, pushed=False),
    "custom_jvp": rows("custom_jvp", _custom_jvp),
    "pure_callback": rows("pure_callback", _pure_callback),
}
