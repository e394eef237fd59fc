"""The forward sweep: tangents against closed forms, in every kind of card, recorded and not, and of rules that know no tangent."""

from __future__ import annotations

import importlib.util

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.card import REGISTRY, primitive
from unigrad.samples import Array, sample

BACKENDS = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]


@pytest.fixture(params=BACKENDS)
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


@pytest.fixture
def own_primitives():
    """Primitives that a test declares are forgotten after it, and so are their kernels."""
    before, xp = set(REGISTRY), ug.get_backend().xp
    yield
    for name in set(REGISTRY) - before:
        del REGISTRY[name]
        vars(xp).pop(name, None)


def vector(*values):
    return np.asarray(values, dtype="float64")


def tangent(f, *pairs):
    """The tangent of ``f`` at the first of each pair, along the second."""
    return ug.jvp(f, [x for x, _ in pairs], [t for _, t in pairs])[1]


def test_a_partial_is_multiplied_with_the_tangent(backend):
    x, t = vector(0.5, 2.0), vector(1.0, -3.0)
    assert tangent(lambda x: np.sin(x) * x, (x, t)).numpy() == pytest.approx(
        (numpy.cos(x.numpy()) * x.numpy() + numpy.sin(x.numpy())) * t.numpy()
    )


def test_a_broadcast_operand_s_tangent_has_the_result_s_shape(backend):
    row, column = vector(1.0, 2.0, 3.0), np.reshape(vector(1.0, 2.0), (2, 1))
    got = tangent(lambda row: row + column, (row, vector(1.0, 0.0, -1.0)))
    assert got.tolist() == [[1.0, 0.0, -1.0]] * 2
    assert tangent(lambda row: 2.0 * row, (row, row)).tolist() == [2.0, 4.0, 6.0]


def test_a_linear_function_pushes_with_itself(backend):
    x = np.asarray(numpy.arange(6.0).reshape(2, 3))
    t = np.asarray(numpy.eye(2, 3))
    assert tangent(lambda x: np.sum(x.T[1:], axis=0), (x, t)).tolist() == [0.0, 1.0]


def test_a_sequence_has_zeros_where_nothing_is_tracked(backend):
    x = vector(1.0, 2.0)
    assert tangent(lambda x: np.concat([vector(5.0), x, 2.0 * x]), (x, x)).tolist() == [0.0, 1.0, 2.0, 2.0, 4.0]
    assert tangent(lambda x: np.stack([vector(5.0, 6.0), x]), (x, x)).tolist() == [[0.0, 0.0], [1.0, 2.0]]


def test_a_cast_casts_the_tangent(backend):
    got = tangent(lambda x: np.astype(x, "float32") ** 2, (vector(3.0), vector(1.0)))
    assert str(got.dtype) == "float32"
    assert got.tolist() == [6.0]


def test_what_no_tangent_reaches_is_zero(backend):
    x = vector(1.0, 2.0)
    assert tangent(lambda x: x.detach() * 3.0, (x, x)).tolist() == [0.0, 0.0]
    assert tangent(lambda x: (x * 2.0, np.ones(3)), (x, x))[1].tolist() == [0.0, 0.0, 0.0]


def test_both_modes_nest_in_each_other(backend):
    def f(x):
        return np.sum(x**3)

    x, t = vector(1.0, 2.0), vector(1.0, -1.0)
    assert tangent(ug.grad(f), (x, t)).tolist() == pytest.approx([6.0, -12.0])
    assert ug.grad(lambda x: tangent(f, (x, t)))(x).tolist() == pytest.approx([6.0, -12.0])
    assert tangent(lambda x: tangent(lambda x: tangent(f, (x, t)), (x, t)), (x, t)).item() == pytest.approx(0.0)
    assert tangent(ug.grad(ug.grad(lambda x: x**4)), (3.0, 1.0)).item() == pytest.approx(72.0)


def test_tangents_of_two_levels_are_not_confused():
    """Siskind and Pearlmutter's example (2005): d/dx of x times d/dy of (x + y) is 1."""
    inner = lambda x: tangent(lambda y: x + y, (1.0, 1.0))
    assert tangent(lambda x: x * inner(x), (1.0, 1.0)).item() == 1.0


def test_a_tangent_can_be_differentiated_by_itself():
    x = vector(1.0, 2.0)
    assert ug.grad(lambda t: np.sum(tangent(lambda x: x**2, (x, t))))(vector(5.0, 5.0)).tolist() == [2.0, 4.0]


def test_a_long_chain_is_pushed_without_recursion():
    def f(x):
        for _ in range(20_000):
            x = x * 1.0
        return x

    assert tangent(f, (2.0, 3.0)).item() == 3.0


def test_linearize_pushes_again_through_one_graph():
    calls = []

    def f(x):
        calls.append(x)
        return x**2

    out, push = ug.linearize(f, vector(1.0, 3.0))
    assert out.tolist() == [1.0, 9.0]
    assert push(vector(1.0, 1.0)).tolist() == [2.0, 6.0]
    assert push(vector(0.0, 2.0)).tolist() == [0.0, 12.0]
    assert len(calls) == 1


@pytest.mark.usefixtures("own_primitives")
def test_a_primitive_without_a_rule_for_tangents_is_pushed_by_transposing_its_pull():
    @primitive(
        vjp={
            "x1": lambda xp, g, x2, x1: xp.reshape(g, shape=(1,)) * (2 * x1 * x2),
            "x2": lambda xp, g, x1: xp.sum(g * x1 * x1) + xp.zeros_like(x1),
        },
        samples=[sample(Array((1,)), Array((1,)))],
    )
    def square_times(x1, x2, /):
        """The first entry of ``x1² x2``, as a number."""

    ug.get_backend().xp.square_times = lambda x1, x2: (x1 * x1 * x2)[0]
    one, two = vector(3.0), vector(5.0)
    assert tangent(square_times, (one, vector(1.0)), (two, vector(0.0))).item() == 30.0
    assert tangent(square_times, (one, vector(1.0)), (two, vector(2.0))).item() == 30.0 + 18.0
    assert ug.grad(lambda x: tangent(lambda x: square_times(x, two), (x, vector(1.0))))(one).tolist() == [10.0]
    assert tangent(ug.grad(lambda x: square_times(x, two)), (one, vector(1.0))).tolist() == [10.0]


def test_a_custom_rule_is_pushed_by_transposing_its_pullback(backend):
    def product_and_cube(x, y):
        with ug.pause():
            outs = x * y, x**3
        return ug.custom_rule(outs, [x, y], lambda g, h: [g * y + 3 * h * x * x, g * x], "product_and_cube")

    x, y, t = vector(1.0, 2.0), vector(3.0, 4.0), vector(1.0, 10.0)
    product, cube = tangent(lambda x, y: product_and_cube(x, y), (x, t), (y, np.zeros_like(y)))
    assert product.tolist() == [3.0, 40.0]
    assert cube.tolist() == [3.0, 120.0]
    assert ug.grad(lambda x: np.sum(tangent(lambda x: product_and_cube(x, y)[1], (x, t))))(x).tolist() == [6.0, 120.0]


def test_a_real_result_of_complex_numbers_has_a_real_tangent(backend):
    z, t = np.asarray([3.0 + 4.0j]), np.asarray([1.0j])
    got = tangent(np.abs, (z, t))
    assert str(got.dtype) == "float32"
    assert got.tolist() == pytest.approx([0.8])
    assert tangent(lambda z: np.conj(z) * z, (z, t)).tolist() == pytest.approx([8.0 + 0.0j])


@pytest.mark.usefixtures("own_primitives")
def test_a_push_that_fails_names_its_rule():
    @primitive(
        vjp={"x": lambda g: g},
        jvp={"x": lambda xp, t: xp.reshape(t, shape=(7,))},
        samples=[sample(Array((2,)))],
    )
    def misdirected(x, /):
        """``x``."""

    ug.get_backend().xp.misdirected = lambda x: x
    with pytest.raises(ValueError, match="cannot reshape") as caught:
        tangent(misdirected, (vector(1.0, 2.0), vector(1.0, 2.0)))
    place, rule = caught.value.__notes__
    assert place == "in the push of 'misdirected' with respect to 'x'"
    assert rule.startswith("its rule for 'x' is in ")
    assert "test_forward.py, line" in rule
