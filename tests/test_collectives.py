"""Collectives: what the examples of a map ask of each other, and gradients from each to all, against closed forms."""

from __future__ import annotations

import re
from typing import Any

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np

X = numpy.array([[1.0, 2.0], [3.0, -1.0], [0.5, 4.0]])
TOTAL = X.sum(0)


pytestmark = pytest.mark.usefixtures("backend")


def mapped(f: Any, *arrays: Any, **options: Any) -> Any:
    """`f` of each example of the arrays, by the name "i"."""
    return ug.vmap(f, axis_name="i", **options)(*map(ug.array, arrays))


def equal(got: Any, want: Any) -> None:
    """Equal but for rounding, in shape too."""
    assert tuple(got.shape) == numpy.shape(want)
    numpy.testing.assert_allclose(got.numpy(), want, rtol=1e-12)


def test_what_each_example_is_told() -> None:
    equal(mapped(lambda x: x / ug.psum(x, "i"), X), X / TOTAL)
    equal(mapped(lambda x: x - ug.pmean(x, "i"), X), X - TOTAL / 3)
    equal(mapped(lambda x: ug.all_gather(x, "i"), X), numpy.stack([X] * 3))
    equal(mapped(lambda x: x * ug.axis_index("i"), X), X * numpy.arange(3)[:, None])
    equal(mapped(lambda x: x * ug.axis_size("i"), X), X * 3)
    equal(mapped(lambda x: ug.psum(x, "i"), X, out_axes=None), TOTAL)


def test_containers_and_numbers() -> None:
    both = mapped(lambda x: ug.psum({"x": x, "more": [2 * x, 1]}, "i"), X, out_axes=None)
    equal(both["x"], TOTAL)
    equal(both["more"][0], 2 * TOTAL)
    assert both["more"][1].item() == 3
    assert ug.vmap(lambda x: x * ug.psum(2, "i"), axis_name="i")(ug.array(X[:, 0])).tolist() == [6.0, 18.0, 3.0]


def test_what_all_share_counts_once_for_each_example() -> None:
    equal(mapped(lambda x: x + ug.psum(np.ones(2), "i"), X), X + 3)
    w = ug.array([1.0, 2.0])
    gradient = ug.grad(lambda w: mapped(lambda x: x * ug.psum(w * w, "i"), X).sum())(w)
    equal(gradient, 3 * 2 * numpy.array([1.0, 2.0]) * TOTAL)
    gradient = ug.grad(lambda w: mapped(lambda x: x * ug.all_gather(w * w, "i").sum(0), X).sum())(w)
    equal(gradient, 3 * 2 * numpy.array([1.0, 2.0]) * TOTAL)


def product(x: Any) -> Any:
    """The example times the sum of all, whose sum over examples is the square of that sum."""
    return x * ug.psum(x, "i")


def gathered(x: Any) -> Any:
    """The same, of all examples at once."""
    return x * ug.all_gather(x, "i").sum(0)


@pytest.mark.parametrize("f", [product, gathered])
def test_gradients_of_any_order(f: Any) -> None:
    total = lambda x: ug.vmap(f, axis_name="i")(x).sum()
    x = ug.array(X)
    equal(ug.grad(total)(x), numpy.broadcast_to(2 * TOTAL, X.shape))
    equal(ug.vmap(ug.grad(lambda x: f(x).sum()), axis_name="i")(x), numpy.broadcast_to(2 * TOTAL, X.shape))
    hessian = numpy.einsum("nm,jk->njmk", numpy.ones((3, 3)), 2 * numpy.eye(2))
    equal(ug.hessian(total)(x), hessian)
    equal(ug.jvp(ug.grad(total), (x,), (x,))[1], numpy.broadcast_to(2 * TOTAL, X.shape))
    ug.check_grads(total, (x,), order=2)


@pytest.mark.parametrize(
    "change",
    [
        lambda f: ug.jit(f, compile=False),
        lambda f: ug.vmap(ug.jit(product, compile=False), axis_name="i"),
        lambda f: ug.vmap(ug.checkpoint(product), axis_name="i"),
        ug.checkpoint,
    ],
)
def test_within_other_transforms(change: Any) -> None:
    f = change(ug.vmap(product, axis_name="i"))
    equal(f(ug.array(X)), X * TOTAL)
    equal(ug.grad(lambda x: f(x).sum())(ug.array(X)), numpy.broadcast_to(2 * TOTAL, X.shape))


def test_names_of_maps_within_each_other() -> None:
    x = numpy.arange(12.0).reshape(2, 3, 2)
    both = lambda f: ug.vmap(ug.vmap(f, axis_name="j"), axis_name="i")(ug.array(x))
    equal(both(lambda x: ug.psum(x, "i")), numpy.broadcast_to(x.sum(0), x.shape))
    equal(both(lambda x: ug.psum(x, "j")), numpy.broadcast_to(x.sum(1, keepdims=True), x.shape))
    equal(both(lambda x: ug.psum(x, ("i", "j"))), numpy.broadcast_to(x.sum((0, 1)), x.shape))
    equal(both(lambda x: x * ug.axis_size(("i", "j"))), 6 * x)
    equal(
        both(lambda x: 0 * x + ug.axis_index("i") * 10 + ug.axis_index("j")),
        [[[0, 0], [1, 1], [2, 2]], [[10, 10], [11, 11], [12, 12]]],
    )
    same = ug.vmap(ug.vmap(lambda x: ug.psum(x, "i"), axis_name="i"), axis_name="i")(ug.array(x))
    equal(same, numpy.broadcast_to(x.sum(1, keepdims=True), x.shape))  # the inner one


@ug.custom_vjp
def doubled(x: Any) -> Any:
    """Its rule asks for the cotangents of all examples."""
    return 2 * x


doubled.defvjp(lambda x: (2 * x, None), lambda saved, g: (ug.psum(g, "i"),))


def test_a_rule_that_runs_later_knows_the_names_of_its_call() -> None:
    g = X * X
    equal(
        ug.vjp(ug.vmap(doubled, axis_name="i"), ug.array(X))[1](ug.array(g))[0], numpy.broadcast_to(g.sum(0), X.shape)
    )
    pull = ug.vjp(ug.vmap(doubled, axis_name="i"), ug.array(X))[1]
    several = ug.vmap(lambda g: pull(g)[0], axis_name="i")(ug.array([g, 2 * g]))  # of the three, not of these two
    equal(several, numpy.stack([numpy.broadcast_to(g.sum(0), X.shape) * k for k in (1, 2)]))


@pytest.mark.parametrize(
    ("call", "sentence"),
    [
        (lambda: ug.psum(ug.array(X), "i"), "no vmap has axis_name='i'; there is none here"),
        (lambda: mapped(lambda x: ug.psum(x, "k"), X), "no vmap has axis_name='k'; those here are 'i'"),
        (lambda: mapped(lambda x: ug.pmean(x, ("i", "k")), X), "no vmap has axis_name='k'; those here are 'i'"),
        (lambda: mapped(lambda x: ug.all_gather(x, ("i",)), X), "no vmap has axis_name=('i',); those here are 'i'"),
        (lambda: ug.vmap(lambda x: ug.axis_size("i"))(ug.array(X)), "no vmap has axis_name='i'; there is none here"),
        (
            lambda: mapped(lambda x: x, X, chunk_size=2),
            "vmap with an axis_name computes all examples at once; leave chunk_size out",
        ),
    ],
)
def test_bad_input(call: Any, sentence: str) -> None:
    with pytest.raises(ug.ArgumentError, match=f"^{re.escape(sentence)}"):
        call()
