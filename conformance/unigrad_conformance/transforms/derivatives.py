"""Derivatives: the rows of the transforms that differentiate one function once or twice."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

import numpy

import unigrad as ug
from unigrad_conformance.transforms.known import Known
from unigrad_conformance.transforms.row import Point, Row


def _pulled_twice(t: Any, p: Point) -> Any:
    out, pull = t.vjp(p.value, p.x, p.y)
    return out, pull(p.g), pull(2 * p.g)


def _pushed_twice(t: Any, p: Point) -> Any:
    out, push = t.linearize(p.value, p.x, p.y)
    return out, push(p.tx, p.ty), push(2 * p.tx, p.ty)


def _product(t: Any, p: Point) -> Any:
    """The Hessian's product with a tangent, as a library without `hvp` spells it."""
    if hasattr(t, "hvp"):
        return t.hvp(lambda x: p.scalar(x, p.y), (p.x,), (p.tx,))
    return t.jvp(t.grad(lambda x: p.scalar(x, p.y)), (p.x,), (p.tx,))[1]


def _transposed_product(t: Any, p: Point) -> Any:
    if hasattr(t, "vhp"):
        return t.vhp(lambda x: p.scalar(x, p.y), (p.x,), (p.tx,))
    return t.vjp(t.grad(lambda x: p.scalar(x, p.y)), p.x)[1](p.tx)[0]


def _ones(p: Point, x: Any) -> Any:
    return p.np.ones_like(x)


def _column_sums(t: Any, p: Point) -> Any:
    if hasattr(t, "elementwise_grad"):
        return t.elementwise_grad(p.value)(p.x, p.y)
    out, pull = t.vjp(p.value, p.x, p.y)
    return pull(_ones(p, out))[0]


def _along_ones(t: Any, p: Point) -> Any:
    if hasattr(t, "deriv"):
        return t.deriv(p.value)(p.x, p.y)
    return t.jvp(lambda x: p.value(x, p.y), (p.x,), (_ones(p, p.x),))[1]


def _made_vjp(t: Any, p: Point) -> Any:
    pull, out = t.make_vjp(p.value)(p.x, p.y)
    several, _ = t.make_vjp(p.value, (0, 1))(p.x, p.y)
    return out, pull(p.g), several(p.g)


def _made_jvp(t: Any, p: Point) -> Any:
    out, pushed = t.make_jvp(p.value)(p.x, p.y)(p.tx)
    return out, pushed, t.make_jvp(p.value, (0, 1))(p.x, p.y)((p.tx, p.ty))[1]


def _checked(t: Any, p: Point) -> Any:
    """`check_grads` agrees with the derivative, and with a wrong one does not."""
    t.check_grads(p.scalar, (p.x, p.y), order=1)
    wrong = lambda x: t.custom_rule(ug.stop_gradient(x), [x], lambda g: (1.5 * g,), name="wrong")
    try:
        t.check_grads(lambda x: p.scalar(wrong(x), p.y), (p.x,), order=1, modes="rev")
    except ug.GradientMismatch:
        return p.np.asarray(1.0)
    return p.np.asarray(0.0)


def _with_a_rule(p: Point) -> Any:
    """The scalar, whose gradient is a rule that says what `vjp` of the same says."""

    def scalar(x: Any) -> Any:
        with ug.pause():
            out = p.scalar(x, p.y)
        return ug.custom_rule(out, [x], lambda g: (g * ug.grad(p.scalar)(x, p.y),), name="the program itself")

    return scalar


def _both(k: Known) -> Any:
    return k.gradient, *k.gradient_y


DERIVATIVES: Final[Mapping[str, tuple[Row, ...]]] = {
    "grad": (
        Row("of the first argument", lambda t, p: t.grad(p.scalar)(p.x, p.y), lambda k: k.gradient),
        Row("of both arguments", lambda t, p: t.grad(p.scalar, argnums=(0, 1))(p.x, p.y), _both),
        Row("has_aux", lambda t, p: t.grad(p.with_aux, has_aux=True)(p.x, p.y), lambda k: (k.gradient, k.value)),
        Row("argnums=-1", lambda t, p: t.grad(p.scalar, argnums=-1)(p.x, p.y), lambda k: k.gradient_y, own=True),
        Row(
            "argnames='y', by keyword",
            lambda t, p: t.grad(p.scalar, argnames="y")(p.x, y=p.y),
            lambda k: k.gradient_y,
            own=True,
        ),
    ),
    "value_and_grad": (
        Row(
            "of the first argument",
            lambda t, p: t.value_and_grad(p.scalar)(p.x, p.y),
            lambda k: (k.scalar, k.gradient),
        ),
        Row(
            "of both arguments, has_aux",
            lambda t, p: _flat_aux(t.value_and_grad(p.with_aux, argnums=(1, 0), has_aux=True)(p.x, p.y)),
            lambda k: (k.scalar, k.value, *k.gradient_y, k.gradient),
        ),
    ),
    "vjp": (
        Row(
            "pulled back twice",
            _pulled_twice,
            lambda k: (k.value, *_both(k), *(2 * each for each in _both(k))),
        ),
    ),
    "jvp": (
        Row(
            "along both arguments",
            lambda t, p: t.jvp(p.value, (p.x, p.y), (p.tx, p.ty)),
            lambda k: (k.value, k.pushed_both),
        ),
    ),
    "linearize": (
        Row(
            "pushed forward twice",
            _pushed_twice,
            lambda k: (k.value, k.pushed_both, k.pushed_both + k.pushed(k.tx)),
        ),
    ),
    **{
        name: (
            Row(
                "of the first argument",
                lambda t, p, name=name: getattr(t, name, t.jacrev)(p.value)(p.x, p.y),  # type: ignore[misc]
                lambda k: k.jacobian,
            ),
            Row(
                "of both arguments",
                lambda t, p, name=name: getattr(t, name, t.jacrev)(p.value, argnums=(0, 1))(p.x, p.y),  # type: ignore[misc]
                lambda k: (k.jacobian, *k.jacobian_y),
            ),
            Row(
                "chunk_size=2",
                lambda t, p, name=name: getattr(t, name)(p.value, chunk_size=2)(p.x, p.y),  # type: ignore[misc]
                lambda k: k.jacobian,
                own=True,
            ),
        )
        for name in ("jacrev", "jacfwd", "jacobian")
    },
    "hessian": (
        Row("of the first argument", lambda t, p: t.hessian(p.scalar)(p.x, p.y), lambda k: k.hessian, 2),
        Row(
            "chunk_size=2",
            lambda t, p: t.hessian(p.scalar, chunk_size=2)(p.x, p.y),
            lambda k: k.hessian,
            2,
            own=True,
        ),
    ),
    "hvp": (Row("along a tangent", _product, lambda k: k.curvature, 2),),
    "vhp": (Row("along a cotangent", _transposed_product, lambda k: k.curvature, 2),),
    "elementwise_grad": (Row("sums of columns", _column_sums, lambda k: k.pulled(numpy.ones_like(k.value))),),
    "deriv": (Row("along ones", _along_ones, lambda k: k.pushed(numpy.ones_like(k.x))),),
    "grad_and_aux": (
        Row(
            "gradient and aux",
            lambda t, p: t.grad_and_aux(p.with_aux)(p.x, p.y),
            lambda k: (k.gradient, k.value),
            own=True,
        ),
    ),
    "make_vjp": (Row("one argument and both", _made_vjp, lambda k: (k.value, k.gradient, *_both(k)), own=True),),
    "make_jvp": (
        Row(
            "one argument and both",
            _made_jvp,
            lambda k: (k.value, k.pushed(k.tx), k.pushed_both),
            own=True,
        ),
    ),
    "check_grads": (Row("agrees, and finds a wrong rule", _checked, lambda k: numpy.asarray(1.0), 0, own=True),),
    "custom_rule": (
        Row("gradient", lambda t, p: t.grad(_with_a_rule(p))(p.x), lambda k: k.gradient, own=True),
        Row(
            "tangent",
            lambda t, p: t.jvp(_with_a_rule(p), (p.x,), (p.tx,)),
            lambda k: (k.scalar, numpy.sum(k.gradient * k.tx)),
            own=True,
        ),
        Row(
            "second order",
            lambda t, p: t.grad(lambda x: p.np.sum(p.tx * t.grad(_with_a_rule(p))(x)))(p.x),
            lambda k: k.curvature,
            2,
            own=True,
        ),
    ),
}


def _flat_aux(result: Any) -> Any:
    (value, aux), gradients = result
    return value, aux, *gradients
