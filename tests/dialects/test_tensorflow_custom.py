"""Functions with gradients of their own in the dialect of TensorFlow, against closed forms."""

from __future__ import annotations

import gc
import math
import weakref

import pytest

from unigrad.dialects import tensorflow as tf


def gradient(f, *values, sources=()):
    xs = [tf.constant(each) for each in values]
    with tf.GradientTape() as tape:
        tape.watch(xs)
        y = f(*xs)
    return [None if g is None else float(g) for g in tape.gradient(y, [*xs, *sources])]


def second(f, value, sources=()):
    x = tf.constant(value)
    with tf.GradientTape() as outer:
        outer.watch(x)
        with tf.GradientTape() as inner:
            inner.watch(x)
            y = f(x)
        g = inner.gradient(y, x)
    return [float(each) for each in outer.gradient(g, [x, *sources])]


def test_variables_and_keywords(backend):
    w = tf.Variable(3.0)

    @tf.custom_gradient
    def scaled(x, k=1.0):
        def grad(g, variables=None):
            assert len(variables) == 1
            assert variables[0] is w
            return 10 * g * w * k, [g * x * k]

        return w * x * k, grad

    assert gradient(lambda x: scaled(x, k=4.0), 2.0, sources=[w]) == [120.0, 8.0]
    assert second(lambda x: scaled(x) * x, 2.0, sources=[w]) == [60.0, 22.0]


def test_a_gradient_is_differentiated_through_what_the_function_computed_for_it(backend):
    @tf.custom_gradient
    def log1pexp(x):
        e = tf.exp(x)
        return tf.math.log(1 + e), lambda g: g * (1 - 1 / (1 + e))

    slope = 1 / (1 + math.exp(-0.5))
    assert gradient(log1pexp, 0.5) == pytest.approx([slope], rel=1e-5)
    assert second(log1pexp, 0.5) == pytest.approx([slope * (1 - slope)], rel=1e-5)


def test_the_second_gradient_may_be_given_too(backend):
    @tf.custom_gradient
    def square(x):
        def first(g):
            @tf.custom_gradient
            def slope(x):
                return 2 * x, lambda h: 100 * h

            return g * slope(x)

        return x * x, first

    assert gradient(square, 3.0) == [6.0]
    assert second(square, 3.0) == [100.0]


def test_several_results_in_containers(backend):
    @tf.custom_gradient
    def both(x, y):
        return (x * y, {"sum": x + y, "count": tf.constant(2)}), lambda g, n, h: (3 * g * y + h, g * x + 5 * h)

    x, y = tf.constant(2.0), tf.constant(3.0)
    with tf.GradientTape(persistent=True) as tape:
        tape.watch([x, y])
        product, rest = both(x, y)
    assert int(rest["count"]) == 2
    assert [float(g) for g in tape.gradient(product, [x, y])] == [9.0, 2.0]
    assert [float(g) for g in tape.gradient(rest["sum"], [x, y])] == [1.0, 5.0]


def test_containers_of_arguments_and_methods(backend):
    class Model:
        factor = 7.0

        @tf.custom_gradient
        def product(self, parts):
            return parts["a"] * parts["b"], lambda g: {"a": g * self.factor, "b": None}

    assert gradient(lambda a, b: Model().product({"a": a, "b": b}), 2.0, 3.0) == [7.0, 0.0]


def test_a_variable_that_is_an_argument_is_none_of_the_variables(backend):
    w = tf.Variable(3.0)
    double = tf.custom_gradient(lambda v: (v * 2.0, lambda g: g * 13))
    with tf.GradientTape() as tape:
        y = double(w)
    assert float(tape.gradient(y, w)) == 13.0


def test_forward_mode_and_jacobians(backend):
    square = tf.custom_gradient(lambda x: (x**2, lambda g: g * 10 * x))
    x = tf.constant(2.0)
    with tf.autodiff.ForwardAccumulator(x, tf.constant(1.0)) as accumulator:
        y = square(x)
    assert float(accumulator.jvp(y)) == 20.0
    x = tf.constant([1.0, 2.0])
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = square(x)
    assert tape.jacobian(y, x).numpy().tolist() == [[10.0, 0.0], [0.0, 20.0]]


def test_a_gradient_without_the_variables_is_refused_where_the_function_is_called(backend):
    w = tf.Variable(3.0)
    with pytest.raises(TypeError, match="needs a parameter 'variables'"):
        gradient(tf.custom_gradient(lambda x: (w * x, lambda g: g)), 2.0)
    few = tf.custom_gradient(lambda x: (w * x, lambda g, variables: (g, [])))
    with pytest.raises(ValueError, match="Must return gradient for each variable"):
        gradient(few, 2.0)


def test_recompute_grad_has_gradients_of_any_order(backend):
    w = tf.Variable(3.0)
    calls = []

    @tf.recompute_grad
    def f(parts, k=1.0):
        calls.append(k)
        return {"value": tf.sin(parts["x"]) * w * k}

    run = lambda x: f({"x": x}, k=2.0)["value"]
    assert gradient(run, 0.5, sources=[w]) == pytest.approx([6 * math.cos(0.5), 2 * math.sin(0.5)], rel=1e-5)
    assert len(calls) == 2
    assert second(run, 0.5, sources=[w]) == pytest.approx([-6 * math.sin(0.5), 2 * math.cos(0.5)], rel=1e-5)


def test_grad_pass_through_gives_variables_nothing(backend):
    w = tf.Variable(3.0)
    assert gradient(tf.grad_pass_through(lambda x: tf.round(x) * w), 2.4, sources=[w]) == [1.0, 0.0]


def test_recomputing_keeps_no_tape_alive(backend):
    w = tf.Variable(3.0)
    f = tf.recompute_grad(lambda x: tf.sin(x) * w)
    x = tf.constant(2.0)
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x)
    tape.gradient(y, [x, w])
    gone = weakref.ref(tape)
    del tape, y
    gc.collect()
    assert gone() is None
