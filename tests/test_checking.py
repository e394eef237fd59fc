"""check_grads: it passes what is right, names what is wrong to the entry, and agrees with the closed form on both numbers."""

from __future__ import annotations

import importlib.util
import inspect
import re

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad import nn
from unigrad.errors import ArgumentError, GradientMismatch

BACKENDS = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]


@pytest.fixture(params=BACKENDS)
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


def array(values, dtype="float64"):
    return np.asarray(values, dtype=dtype)


def message(kind, call):
    with pytest.raises(kind) as caught:
        call()
    return str(caught.value)


def sine(factors, slope=np.cos):
    """The sine with a pullback that is wrong by these factors."""

    def wrong(x):
        with ug.pause():
            out = np.sin(x)
        return ug.custom_rule(out, (x,), lambda g: (g * np.conj(slope(x)) * np.asarray(factors, dtype=x.dtype),))

    return wrong


def numbers(text):
    """(found, by differences) of each line of a report."""
    found = re.findall(r": (\S+) by \w+ mode, (\S+) by differences$", text, re.MULTILINE)
    return [(float(a), float(b)) for a, b in found]


# -- what is right


@pytest.mark.parametrize("order", [1, 2, 3])
def test_right_derivatives_pass_in_both_modes_to_any_order(order):
    f = lambda p, y: {"a": np.sin(p["w"]) * y, "b": [np.sum(p["w"] ** 3), np.exp(y)]}
    ug.check_grads(f, ({"w": array([1.0, 2.0])}, array(0.5)), order)


def test_they_pass_on_every_backend(backend):
    ug.check_grads(lambda x, y: np.tanh(x @ y), (array([[0.1, 0.2], [0.3, -0.4]]), array([1.0, -2.0])))


@pytest.mark.parametrize("f", [lambda z: z * z * (1 + 2j), np.exp, np.abs, lambda z: np.conj(z) * z, np.real, np.imag])
def test_complex_functions_pass_by_their_parts(f):
    ug.check_grads(f, (np.asarray([1 + 2j, 0.5j], dtype="complex128"),))


def test_from_real_to_complex_and_back():
    ug.check_grads(lambda x: np.exp(1j * x), (array([0.3, 1.0]),))
    ug.check_grads(lambda x: np.abs(np.fft.fft(x)), (array([0.3, 1.0, -0.5]),))


@pytest.mark.parametrize("dtype", ["float32", "float16"])
def test_low_precision_is_compared_with_differences_in_float64(dtype):
    seen = set()

    def f(x):
        seen.add(str(x.dtype))
        return np.exp(np.tanh(x))

    ug.check_grads(f, (array([0.5, -1.0], dtype),))
    assert seen == {dtype, "float64"}


def test_whole_numbers_are_passed_on_and_whole_outputs_passed_over():
    ug.check_grads(lambda x, n: (x**n, np.asarray([1, 2]), x > 0), (array([2.0, 3.0]), np.asarray(3)))


def test_no_elements_have_no_derivatives_to_compare():
    ug.check_grads(lambda x: np.sin(x), (array([]),))
    ug.check_grads(lambda x: x[:0], (array([1.0]),))


# -- what is wrong


@pytest.mark.parametrize(("mode", "word"), [("fwd", "forward"), ("rev", "reverse")])
def test_a_wrong_entry_is_named_with_both_numbers(backend, mode, word):
    wrong = sine([[1.0, 1.0], [1.25, 1.0]])

    def model(x, params):
        return {"out": [x, wrong(params["w"][0])]}

    args = (array(2.0), {"w": [array([[0.1, 0.2], [0.3, 0.4]])]})
    report = message(GradientMismatch, lambda: ug.check_grads(model, args, modes=(mode,)))
    head, line = report.splitlines()
    assert head == f"check_grads: differences contradict 1 of 25 entries of the {word} derivative of 'model'"
    assert line.startswith("  argument 1['w'][0] at (1, 0), output['out'][1] at (1, 0): ")
    assert numbers(report) == [(pytest.approx(1.25 * numpy.cos(0.3)), pytest.approx(numpy.cos(0.3)))]


def test_only_the_mode_that_is_asked_for_is_checked():
    class Wrong(RuntimeError):
        pass

    def never(x):
        with ug.pause():
            out = x * 2.0

        def pullback(g):
            raise Wrong

        return ug.custom_rule(out, (x,), pullback)

    for mode in ("fwd", "rev"):
        with pytest.raises(Wrong):
            ug.check_grads(never, (array(1.0),), modes=mode)
    ug.check_grads(lambda x: 2.0 * x, (array(1.0),), modes="rev")


def test_a_wrong_second_derivative_is_found_at_the_second_order():
    wrong = sine([1.0, 1.0], slope=lambda x: ug.stop_gradient(np.cos(x)))
    args = (array([0.5, 1.0]),)
    ug.check_grads(wrong, args, order=1)
    for mode, word, row in (("fwd", "forward", "output"), ("rev", "reverse", "gradient of argument 0")):
        report = message(GradientMismatch, lambda mode=mode: ug.check_grads(wrong, args, modes=mode))
        first, *lines = report.splitlines()
        assert first == (
            f"check_grads: differences contradict 2 of 4 entries of the {word} derivative of the {word} derivative of 'wrong'"
        )
        assert all(f", {row} at (" in line and f": 0 by {word} mode, " in line for line in lines)


def test_the_mixed_second_orders_are_checked_too():
    wrong = sine([1.0], slope=lambda x: ug.stop_gradient(np.cos(x)))
    report = message(GradientMismatch, lambda: ug.check_grads(wrong, (array([0.5]),), modes=("rev", "fwd")))
    assert "the reverse derivative of the reverse derivative of 'wrong'" in report
    # a function whose first derivative is a push: the pull of it is checked as well
    report = message(GradientMismatch, lambda: ug.check_grads(lambda x: x * wrong(x), (array([0.5]),), order=3))
    assert "derivative of '<lambda>'" in report


def test_complex_entries_are_named_by_their_parts():
    report = message(
        GradientMismatch,
        lambda: ug.check_grads(sine([1.0, 2.0]), (np.asarray([1j, 0.5 + 1j], dtype="complex128"),), modes="rev"),
    )
    head, *lines = report.splitlines()
    assert head == "check_grads: differences contradict 4 of 16 entries of the reverse derivative of 'wrong'"
    assert sum("argument 0 at (1,) (real part), output at (1,) (imaginary part): " in line for line in lines) == 1
    slope = numpy.cos(0.5 + 1j)
    sizes = sorted(abs(a - b) for a, b in numbers(report))
    assert sizes == pytest.approx(sorted([abs(slope.real)] * 2 + [abs(slope.imag)] * 2))


def test_the_worst_come_first_and_a_long_report_is_cut():
    factors = numpy.linspace(1.1, 1.9, 8)
    report = message(GradientMismatch, lambda: ug.check_grads(sine(factors), (array(numpy.zeros(8)),), modes="fwd"))
    head, *lines, last = report.splitlines()
    assert head.startswith("check_grads: differences contradict 8 of 64 entries")
    assert [found for found, _ in numbers(report)] == pytest.approx(factors[:2:-1])
    assert len(lines) == 5
    assert last == "  and 3 more"


def test_not_a_number_is_no_agreement():
    with pytest.warns(RuntimeWarning):
        report = message(GradientMismatch, lambda: ug.check_grads(np.sqrt, (array(-1.0),), order=1))
    assert "nan by forward mode, nan by differences" in report


def test_at_a_kink_the_difference_is_the_mean_of_both_slopes():
    report = message(GradientMismatch, lambda: ug.check_grads(nn.relu, (array(0.0),), order=1))
    assert numbers(report) == [(0.0, pytest.approx(0.5))]
    ug.check_grads(np.abs, (array(0.0),), order=1)


def test_bounds_and_step_can_be_given():
    slightly = sine([1.001])
    args = (array([0.3]),)
    for bounds in ({}, {"atol": 1e-4, "rtol": 0.0}, {"atol": 0.0, "rtol": 1e-4}):
        with pytest.raises(AssertionError):
            ug.check_grads(slightly, args, order=1, **bounds)
    ug.check_grads(slightly, args, order=1, atol=1e-2)
    ug.check_grads(slightly, args, order=1, atol=0.0, rtol=1e-2)
    report = message(GradientMismatch, lambda: ug.check_grads(lambda x: x**3, (array(1.0),), order=1, eps=0.1))
    assert numbers(report) == [(3.0, pytest.approx(3.01))]


def test_bad_arguments_are_refused():
    x = (array([1.0]),)
    assert message(ArgumentError, lambda: ug.check_grads(np.sin, array([1.0]))) == (
        "check_grads needs args as a tuple of arguments, not 'Tensor'"
    )
    assert message(ArgumentError, lambda: ug.check_grads(np.sin, x, 0)) == (
        "check_grads needs an order of 1 or more, not 0"
    )
    assert message(ArgumentError, lambda: ug.check_grads(np.sin, x, modes=("forward",))) == (
        "check_grads takes the modes 'fwd' and 'rev', one or both, not ('forward',)"
    )
    assert message(ArgumentError, lambda: ug.check_grads(np.sin, x, modes=())) == (
        "check_grads takes the modes 'fwd' and 'rev', one or both, not ()"
    )
    assert message(ArgumentError, lambda: ug.check_grads(np.sin, (np.asarray([1]),))) == (
        "check_grads needs an argument of a floating dtype; cast one with astype('float64')"
    )
    assert message(ArgumentError, lambda: ug.check_grads(lambda x: 1.0, x)) == (
        "check_grads needs a function that gives Tensors, not 'float'; use unigrad.numpy inside it"
    )


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="the model is JAX's, which is absent")
def test_the_arguments_are_jax_s_with_its_defaults():
    from jax.test_util import check_grads

    theirs = inspect.signature(check_grads).parameters
    ours = inspect.signature(ug.check_grads).parameters
    assert list(ours) == list(theirs)
    assert {n: p.default for n, p in ours.items() if n != "order"} == {
        n: p.default for n, p in theirs.items() if n != "order"
    }
