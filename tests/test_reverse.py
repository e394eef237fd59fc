"""The reverse sweep: gradients of gradients, who owns a cotangent, and what an exception in a rule says."""

from __future__ import annotations

import math
import threading

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.card import REGISTRY, elementwise, primitive
from unigrad.errors import MissingKernel


def leaf(values):
    return np.asarray(values, dtype="float64").attach_grad()


@pytest.fixture
def declared():
    """Primitives that a test declares are forgotten after it, and so are their kernels."""
    before, xp = set(REGISTRY), ug.get_backend().xp
    yield lambda name, function: setattr(xp, name, function)
    for name in set(REGISTRY) - before:
        del REGISTRY[name]
        vars(xp).pop(name, None)


# -- gradients of gradients


def test_create_graph_records_the_sweep():
    x = leaf([1.0, 2.0])
    np.sum(x * x * x).backward(create_graph=True)
    first = x.grad
    assert first.tolist() == [3.0, 12.0]
    assert first.node is not None
    again = ug.Tensor.sum(first)
    x.grad = None
    again.backward()
    assert x.grad.tolist() == [6.0, 12.0]


def test_create_graph_keeps_the_graph():
    x = leaf([1.0, 2.0])
    y = np.sum(x * x)
    y.backward(create_graph=True)
    y.backward(create_graph=True)
    assert x.grad.tolist() == [4.0, 8.0]
    x.grad = None


def test_a_gradient_without_create_graph_is_a_constant():
    x = leaf([1.0, 2.0])
    np.sum(x * x).backward()
    assert x.grad.node is None


@pytest.mark.parametrize("order", range(1, 6))
def test_derivatives_of_any_order_by_nested_grad(order):
    f = np.sin
    for _ in range(order):
        f = ug.grad(f)
    value = float(f(np.asarray(0.7, dtype="float64")))
    assert value == pytest.approx(math.sin(0.7 + order * math.pi / 2), abs=1e-12)


def test_the_second_derivative_goes_through_saved_output_input_and_constants():
    c = np.asarray([2.0, 3.0], dtype="float64")
    f = lambda x: np.sum(np.tanh(x) * c / x)
    h = lambda x: np.sum(ug.grad(f)(x) * np.asarray([1.0, 2.0], dtype="float64"))
    x, step = numpy.array([0.7, 1.3]), 1e-6
    exact = ug.grad(h)(x).numpy()
    for i in range(2):
        e = step * numpy.eye(2)[i]
        assert exact[i] == pytest.approx((float(h(x + e)) - float(h(x - e))) / (2 * step), rel=1e-7)


def test_a_mixed_second_derivative_is_symmetric():
    f = lambda x, y: np.sum(np.exp(x * y) * x)
    x, y = numpy.array(0.3), numpy.array(0.8)
    one = ug.grad(lambda y: ug.grad(f, 0)(x, y))(y)
    two = ug.grad(lambda x: ug.grad(f, 1)(x, y))(x)
    assert float(one) == pytest.approx(float(two), rel=1e-14)


def test_sequences_and_matrices_can_be_differentiated_twice():
    a = numpy.array([[1.0, 2.0], [3.0, 4.0]])
    f = lambda a: np.sum(np.concat([a @ a, a * a], axis=0))
    g = lambda a: np.sum(ug.grad(f)(a) ** 2)
    exact, step = ug.grad(g)(a).numpy(), 1e-5
    for i in range(2):
        for j in range(2):
            e = numpy.zeros((2, 2))
            e[i, j] = step
            assert exact[i, j] == pytest.approx((float(g(a + e)) - float(g(a - e))) / (2 * step), rel=1e-6)


# -- cotangents and their owners


def test_a_received_cotangent_is_never_added_to():
    x = leaf([1.0, 2.0])
    weights = np.asarray([1.0, 10.0], dtype="float64")
    y = +x
    (y + y + y + x).backward(weights)
    assert weights.tolist() == [1.0, 10.0]
    assert x.grad.tolist() == [4.0, 40.0]


def test_a_cotangent_shared_by_two_parents_is_added_to_for_neither():
    x, y = leaf([1.0]), leaf([1.0])
    total = x + y  # both get the very same cotangent
    (total + x + x).backward()
    assert x.grad.tolist() == [3.0]
    assert y.grad.tolist() == [1.0]


def test_fan_out_adds_up():
    x = leaf([2.0])
    y = x * 1.0
    total = y
    for _ in range(1000):
        total = total + y
    total.backward()
    assert x.grad.tolist() == [1001.0]


def test_an_operand_used_twice_gets_both_parts():
    x = leaf([3.0])
    (x * x).backward()
    assert x.grad.tolist() == [6.0]


def test_gradients_of_two_leaves_do_not_change_each_other():
    x, y = leaf([1.0, 2.0]), leaf([3.0, 4.0])
    np.sum(x + y).backward()
    np.sum(x * 5.0).backward()
    assert x.grad.tolist() == [6.0, 6.0]
    assert y.grad.tolist() == [1.0, 1.0]
    with ug.pause():
        x.grad *= 0.0
        x.grad[0] = 7.0
    assert y.grad.tolist() == [1.0, 1.0]


def test_a_gradient_handed_out_does_not_change_with_the_next_sweep_of_a_transform():
    f = ug.grad(lambda x: np.sum(x * x))
    first = f(np.asarray([1.0]))
    f(np.asarray([5.0]))
    assert first.tolist() == [2.0]


def test_broadcasting_is_undone():
    x, y, z = leaf([[1.0], [2.0]]), leaf([1.0, 2.0, 3.0]), leaf(2.0)
    np.sum(x * y * z).backward()
    assert x.grad.tolist() == [[12.0], [12.0]]
    assert y.grad.tolist() == [6.0, 6.0, 6.0]
    assert z.grad.item() == 18.0


def test_a_gradient_has_the_dtype_of_its_leaf():
    x = np.asarray([1.0, 2.0], dtype="float32").attach_grad()
    y = leaf([3.0, 4.0])
    np.sum(x * y).backward()
    assert x.grad.dtype == "float32"
    assert y.grad.dtype == "float64"


def test_empty_and_zero_dimensional_arrays_have_gradients_of_their_shape():
    x, y = leaf(numpy.zeros((0, 3))), leaf(2.0)
    (np.sum(x * x) + y * y).backward()
    assert x.grad.shape == (0, 3)
    assert y.grad.shape == ()
    assert y.grad.item() == 4.0


def test_non_contiguous_and_read_only_inputs_work():
    base = numpy.arange(6.0).reshape(2, 3).T[::-1]
    base.flags.writeable = False
    x = np.asarray(base, copy=False).attach_grad()
    np.sum(x * x).backward()
    assert numpy.array_equal(x.grad.numpy(), 2 * base)


def test_a_huge_broadcast_is_pulled_back_as_a_sum():
    x = leaf(1.0)
    np.sum(np.broadcast_to(x, (1000, 1000))).backward()
    assert x.grad.item() == 1e6


# -- exceptions in rules


def test_an_exception_in_a_rule_names_the_primitive_and_where_its_rule_is(declared):
    def broken(out):
        raise ZeroDivisionError("rule")

    @elementwise(dx=broken, samples=())
    def exploding(x, /):
        """The exponential, whose rule fails."""

    declared("exploding", numpy.exp)
    with pytest.raises(ZeroDivisionError) as caught:
        exploding(leaf([1.0])).backward()
    assert caught.value.__notes__ == [
        "in the pull of 'exploding' with respect to 'x'",
        f"its rule for 'x' is in {__file__}, line {broken.__code__.co_firstlineno}",
    ]


def test_the_note_is_there_in_a_recorded_sweep_too(declared):
    def broken(g, x1):
        raise ZeroDivisionError("rule")

    @primitive(vjp={"x1": broken, "x2": broken}, samples=())
    def exploding_two(x1, x2, /):
        """A product whose rules fail."""

    declared("exploding_two", numpy.multiply)
    x = leaf([1.0])
    with pytest.raises(ZeroDivisionError) as caught:
        exploding_two(x, x).backward(create_graph=True)
    assert caught.value.__notes__[0] == "in the pull of 'exploding_two' with respect to 'x1' and 'x2'"
    assert x.grad.tolist() == [0.0]


# -- sweeps at the same time


def waiting(declared, inside, go):
    """A primitive with the value and slope of ``2 * x``; when its rule first runs, it waits in the middle of the sweep."""

    def slope(g):
        if not inside.is_set():
            inside.set()
            assert go.wait(10)
        return 2 * g

    @primitive(vjp={"x": slope}, samples=())
    def twice(x, /):
        """Twice ``x``."""

    declared("twice", lambda x: 2 * x)
    return twice


@pytest.mark.parametrize("shared", ["leaf", "graph"])
def test_a_sweep_of_another_thread_in_the_middle_of_one_changes_neither(declared, shared):
    inside, go = threading.Event(), threading.Event()
    twice = waiting(declared, inside, go)
    x = leaf([1.0, 2.0])
    y = np.sum(x * x * twice(x))
    first = threading.Thread(target=lambda: y.backward(retain_graph=True))
    first.start()
    assert inside.wait(10)
    if shared == "leaf":
        other = ug.grad(lambda v: np.sum(x * x * v * v))(np.asarray([3.0, 5.0], dtype="float64"))
        assert other.tolist() == [6.0, 40.0]
        np.sum(x * 10.0).backward()
    else:
        np.sum(y * 10.0).backward(retain_graph=True)
    go.set()
    first.join()
    cubic = numpy.asarray([6.0, 24.0])
    assert x.grad.tolist() == (cubic + 10.0 if shared == "leaf" else 11 * cubic).tolist()


def test_a_rule_may_sweep_a_graph_of_its_own(declared):
    @primitive(vjp={"x": lambda g, x: g * ug.grad(lambda v: np.sum(v * v * v))(x).data}, samples=())
    def cubes(x, /):
        """The sum of the cubes, differentiated by unigrad inside its rule."""

    declared("cubes", lambda x: (x * x * x).sum())
    x = leaf([1.0, 2.0])
    (x * cubes(x)).backward()
    assert x.grad.tolist() == [9.0 + 3.0 * (1.0 + 2.0), 9.0 + 12.0 * (1.0 + 2.0)]


def test_an_exception_in_a_rule_leaves_no_cotangent_behind(declared):
    fail = [True]

    def slope(g):
        if fail.pop():
            raise ArithmeticError("once")
        return 3 * g

    @primitive(vjp={"x": slope}, samples=())
    def thrice(x, /):
        """Three times ``x``."""

    declared("thrice", lambda x: 3 * x)
    x = leaf([1.0, 2.0])
    middle = x * x
    with pytest.raises(ArithmeticError, match="once"):
        np.sum(middle * thrice(x)).backward()
    fail[:] = [False]
    np.sum(x * thrice(x)).backward()
    assert x.grad.tolist() == [6.0, 12.0]


def test_a_kernel_that_a_rule_asks_for_in_vain_is_named(declared):
    @primitive(vjp={"x": lambda xp, g, x: g * xp.no_such_slope(x)}, samples=())
    def sloped(x, /):
        """``x``, with a rule that no backend can compute."""

    declared("sloped", lambda x: x)
    with pytest.raises(MissingKernel) as caught:
        np.sum(sloped(leaf([1.0]))).backward()
    assert str(caught.value) == (
        "backend 'numpy' has no kernel 'no_such_slope', and unigrad has no fallback for it; "
        "define it in 'unigrad_numpy.kernels', have a plugin lend it, or use another backend"
    )
