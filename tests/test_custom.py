"""Custom rules: their value and slope, several outputs, higher order, and what a wrong pullback is told."""

from __future__ import annotations

import gc
import importlib.util
import weakref

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ArgumentError, MissingRule, ShapeError


def leaf(*values):
    return np.asarray(values, dtype="float64").attach_grad()


def cube(x):
    with ug.pause():
        out = x * x * x
    return ug.custom_rule(out, [x], lambda g: [3 * g * x * x], "cube")


def product_and_sum(x, y):
    with ug.pause():
        outs = x * y, x + y
    return ug.custom_rule(outs, [x, y], lambda g, h: [g * y + h, g * x + h], "product_and_sum")


def test_the_pullback_is_the_slope():
    x = leaf(1.0, 2.0)
    np.sum(cube(x)).backward()
    assert x.grad.tolist() == [3.0, 12.0]


def test_a_pullback_written_with_tensors_has_every_order():
    x = np.asarray([1.0, 2.0], dtype="float64")
    first = lambda x: np.sum(ug.grad(lambda x: np.sum(cube(x)))(x))
    assert ug.grad(first)(x).tolist() == [6.0, 12.0]
    assert ug.grad(lambda x: np.sum(ug.grad(first)(x)))(x).tolist() == [6.0, 6.0]


def test_several_outputs_have_one_pullback_and_zeros_where_no_cotangent_came():
    x, y = leaf(1.0, 2.0), leaf(3.0, 5.0)
    product, total = product_and_sum(x, y)
    np.sum(product * total).backward()
    assert x.grad.tolist() == (2 * x.numpy() * y.numpy() + y.numpy() ** 2).tolist()
    assert y.grad.tolist() == (2 * x.numpy() * y.numpy() + x.numpy() ** 2).tolist()
    x.zero_grad()
    np.sum(product_and_sum(x, y)[1]).backward()
    assert x.grad.tolist() == [1.0, 1.0]


def test_an_output_that_is_used_twice_gets_both_cotangents():
    x = leaf(1.0, 2.0)
    product, _ = product_and_sum(x, x)
    np.sum(product + 2 * product).backward()
    assert x.grad.tolist() == [6.0, 12.0]


def test_an_input_may_be_a_constant_and_a_cotangent_none():
    x = leaf(1.0, 2.0)
    c = np.asarray([3.0, 4.0], dtype="float64")
    with ug.pause():
        out = x * c
    np.sum(ug.custom_rule(out, [x, c], lambda g: [g * c, None], "scaled")).backward()
    assert x.grad.tolist() == [3.0, 4.0]
    x.zero_grad()
    np.sum(ug.custom_rule(out, [x], lambda g: [None], "cut")).backward()
    assert x.grad.tolist() == [0.0, 0.0]


def test_nothing_is_recorded_of_constants_or_under_pause():
    x = np.asarray([1.0, 2.0], dtype="float64")
    assert cube(x).node is None
    with ug.pause():
        assert cube(leaf(1.0)).node is None


def test_the_rules_of_many_sweeps_over_one_graph_are_the_same():
    x = leaf(1.0, 2.0)
    y = np.sum(cube(x))
    y.backward(retain_graph=True)
    y.backward()
    assert x.grad.tolist() == [6.0, 24.0]


def test_saved_inputs_and_outputs_come_back_at_their_places():
    def exp_of_product(x, y):
        with ug.pause():
            outs = np.exp(x * y), x + y

        def pullback(saved, g, h):
            assert saved[0] == "kept"
            _, a, b, out = saved
            return [g * out * b + h, g * out * a + h]

        return ug.custom_rule(outs, [x, y], pullback, saved=["kept", x, y, outs[0]])

    at = np.asarray([0.3, 0.8], dtype="float64"), np.asarray([1.2, 0.7], dtype="float64")
    ug.check_grads(exp_of_product, at, order=3)
    gc.disable()
    try:
        out, total = exp_of_product(leaf(1.0) * 1, leaf(2.0))
        gone = weakref.ref(out.node), weakref.ref(out.raw)
        del out, total
        assert [each() for each in gone] == [None, None]
    finally:
        gc.enable()


def test_a_pushforward_stands_for_the_transposed_pullback():
    x = np.asarray([1.0, 2.0], dtype="float64")

    def f(x, y):
        with ug.pause():
            outs = x * y, x + y
        push = lambda saved, t, u: [t * y if u is None else t * y + u * x, t if u is None else None]
        return ug.custom_rule(outs, [x, y], lambda saved, g, h: [g, h], saved=[], pushforward=push)

    _, (of_product, of_sum) = ug.jvp(lambda x: f(x, x.detach()), (x,), (x,))
    assert (of_product.tolist(), of_sum.tolist()) == ([1.0, 4.0], [1.0, 2.0])
    _, (of_product, of_sum) = ug.jvp(f, (x, x), (x, x))
    assert (of_product.tolist(), of_sum.tolist()) == ([2.0, 8.0], [0.0, 0.0])


def test_once_differentiable_is_for_every_pullback():
    x = leaf(1.0, 2.0)
    with ug.pause():
        out = x * x
    pullback = ug.once_differentiable(lambda g: [2 * g * np.asarray(x.numpy())])
    (g,) = ug.gradients(np.sum(ug.custom_rule(out, [x], pullback, "square")), x, create_graph=True)
    assert g.tolist() == [2.0, 4.0]
    with pytest.raises(MissingRule, match="^the pullback of 'square' is marked once_differentiable"):
        np.sum(g).backward()


def test_what_all_examples_of_a_map_share_gets_the_sum():
    def scaled(x, w):
        with ug.pause():
            out = x * w
        return ug.custom_rule(out, [x, w], lambda g: [g * w, g * x], "scaled")

    xs = np.asarray([[1.0, 2.0], [3.0, 4.0]], dtype="float64")
    w = np.asarray([5.0, 6.0], dtype="float64")
    assert ug.grad(lambda w: np.sum(ug.vmap(lambda x: scaled(x, w))(xs)))(w).tolist() == [4.0, 6.0]
    assert ug.vmap(ug.grad(lambda x: np.sum(scaled(x, w))))(xs).tolist() == [[5.0, 6.0], [5.0, 6.0]]


@pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs Torch")
def test_a_rule_may_carry_gradients_from_one_library_to_another():
    def to_torch(x, y):
        with ug.pause():
            out = x.to_backend("torch")
        return ug.custom_rule(out, [x, y], lambda g: [g.to_backend("numpy"), None], "to_torch")

    x, y = leaf(1.0, 2.0), leaf(3.0)
    np.sum(to_torch(x * x, y) ** 2).backward()
    assert x.grad.tolist() == [4.0, 32.0]
    assert y.grad.tolist() == [0.0]


def test_a_wrong_pullback_is_named():
    x = leaf(1.0, 2.0)
    with ug.pause():
        out = x * 2
    with pytest.raises(ArgumentError, match="^the pullback of 'twice' gave 2 cotangents for 1 inputs"):
        np.sum(ug.custom_rule(out, [x], lambda g: [g, g], "twice")).backward()
    with pytest.raises(ShapeError) as shape:
        np.sum(ug.custom_rule(out, [x], lambda g: [g[:1]], "twice")).backward()
    assert str(shape.value) == "the pullback of 'twice' gave a cotangent of shape (1,) for input 0 of shape (2,)"
    with pytest.raises(ArgumentError) as kind:
        np.sum(ug.custom_rule(out, [x], lambda g: [numpy.ones(2)], "twice")).backward()
    assert str(kind.value) == "the pullback of 'twice' gave a 'ndarray' for input 0; it is to give Tensors, or None"
    assert x.grad.tolist() == [0.0, 0.0]
