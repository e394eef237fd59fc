"""tf.function: programs that give what the function itself gives, tapes inside and outside, and what runs as it is."""

from __future__ import annotations

import copy
import gc
import importlib.util
import json
import math
import pathlib
import sys
import threading
import weakref

import numpy
import pytest

import unigrad as ug
import unigrad.dialects.tensorflow as tf

HERE = pathlib.Path(__file__).parent
_spec = importlib.util.spec_from_file_location("tensorflow_rows", HERE / "tensorflow_rows.py")
tensorflow_rows = sys.modules.setdefault("tensorflow_rows", importlib.util.module_from_spec(_spec))
_spec.loader.exec_module(tensorflow_rows)
ORIGINAL = json.loads((HERE / "tensorflow_original.json").read_text())["results"]
ROWS = tensorflow_rows.rows()


class Traced:
    """A function's own count of its runs in Python."""

    def __init__(self):
        self.runs = 0

    def __call__(self):
        self.runs += 1


def values(structure):
    return tf.nest.map_structure(lambda each: None if each is None else each.numpy().tolist(), structure)


GRADIENTS = {name: text for name, text in ROWS.items() if "gradient of " in name}


def through_a_function(name):
    """The program of a row whose expression is one of a function, within the tape."""
    expression, arguments = name.partition("gradient of ")[2], "z, w" if name.startswith("complex") else "x, y"
    called = f"tf.function(lambda {arguments}: {expression})({arguments})"
    return ROWS[name].replace(f"= {expression}\n", f"= {called}\n")


def within_a_function(name):
    """The program of a row whose tape is within a function, which reads the Variable from outside."""
    first, *tape, last = ROWS[name].split("\n")
    x = "w" if name.startswith("complex") else "x"
    inside = "\n".join(f"    {line}" for line in (*tape, f"return {last}"))
    return f"{first}\n@tf.function\ndef whole({x}):\n{inside}\nwhole({x})"


EACH = [("numpy", name) for name in GRADIENTS]
SOME = [(backend, name) for backend in ("torch", "jax") for name in list(GRADIENTS)[::8]]


@pytest.mark.parametrize("placed", [through_a_function, within_a_function])
@pytest.mark.parametrize(("backend", "name"), [*EACH, *SOME], indirect=["backend"])
def test_gradients_are_tensorflows(backend, name, placed):
    program, want = placed(name), ORIGINAL[ROWS[name]]
    assert program != ROWS[name]
    got = tensorflow_rows.outcome(tf, program)
    if isinstance(want, dict):
        assert isinstance(got, dict) and set(want["error"]) <= set(got["error"])
        return
    for one, two in zip(got, want, strict=True):
        assert (one is None) == (two is None)
        if two is not None:
            assert (one["dtype"], one["shape"]) == (two["dtype"], two["shape"])
            both = (numpy.asarray(each["values"], dtype=float) for each in (one, two))
            numpy.testing.assert_allclose(*both, rtol=2e-5, atol=1e-6)


def test_a_program_is_written_once_for_each_signature(backend, capsys):
    @tf.function
    def f(x, n=2, *, how="sum"):
        print("tracing", x.shape, n, how)
        return n * (tf.reduce_sum(x) if how == "sum" else tf.reduce_max(x))

    three, two = tf.constant([1.0, 2.0, 3.0]), tf.constant([1.0, 2.0])
    assert [float(f(three)), float(f(three, 2)), float(f(x=three, n=2)), float(f(2 * three))] == [
        12.0,
        12.0,
        12.0,
        24.0,
    ]
    assert f.experimental_get_tracing_count() == 1
    assert float(f(two)) == 6.0 and float(f(three, 3)) == 18.0 and float(f(three, how="max")) == 6.0
    assert f.experimental_get_tracing_count() == 4
    assert float(f(tf.constant([1, 2, 3]))) == 12 and f(tf.constant([1, 2, 3])).dtype == tf.int32
    assert float(f(numpy.ones(3, "float32"))) == 6.0
    assert f.experimental_get_tracing_count() == 5
    assert len(capsys.readouterr().out.splitlines()) == 5


def test_python_values_that_are_equal_are_not_the_same(backend):
    f = tf.function(lambda x, n: x * n if type(n) is float else x + 1.0 / n if type(n) is int else -x)
    x = tf.constant([4.0])
    assert [float(f(x, n)[0]) for n in (1, 1.0, True)] == [5.0, 4.0, -4.0]
    assert f.experimental_get_tracing_count() == 3
    sign = tf.function(lambda n: math.copysign(1.0, n))
    assert [float(sign(0.0)), float(sign(-0.0)), float(sign(0.0))] == [1.0, -1.0, 1.0]


def test_results_keep_their_structure_and_numbers_become_tensors(backend):
    @tf.function
    def f(x):
        return {"a": (x, 3), "b": [2.5, None, True], "c": None}

    for _ in range(2):
        out = f(tf.constant([1.0]))
        assert list(out) == ["a", "b", "c"] and out["c"] is None and out["b"][1] is None
        assert [type(each) for each in (*out["a"], out["b"][0], out["b"][2])] == [tf.Tensor] * 4
        assert (out["a"][1].dtype, out["b"][0].dtype, out["b"][2].dtype) == (tf.int32, tf.float32, tf.bool)
    assert tf.function(lambda: None)() is None
    v = tf.Variable([1.0, 2.0])
    read = tf.function(lambda: v)
    assert type(read()) is tf.Tensor and values(read()) == [1.0, 2.0]
    v.assign([3.0, 4.0])
    assert values(read()) == [3.0, 4.0]


def test_nested_arguments(backend):
    f = tf.function(lambda batch, scale: scale["w"] * batch[0] + batch[1][0])
    one, two = tf.constant([1.0, 2.0]), tf.constant([10.0, 20.0])
    assert values(f((one, [two]), {"w": 3.0})) == [13.0, 26.0]
    assert values(f((two, [one]), {"w": 3.0})) == [31.0, 62.0]
    assert f.experimental_get_tracing_count() == 1
    assert values(f((one, (two,)), {"w": 3.0})) == [13.0, 26.0]
    assert f.experimental_get_tracing_count() == 2


def test_variables_are_read_anew_and_assigned_in_each_run(backend):
    v, step, traced = tf.Variable([1.0, 2.0]), tf.Variable(0, trainable=False), Traced()

    @tf.function
    def f(x):
        traced()
        before = v * 1.0
        v.assign_add(x)
        step.assign_add(1)
        v[0].assign(9.0)
        return before, v + 0.0, v.read_value()

    x = tf.constant([0.5, 0.5])
    assert values(f(x)) == ([1.0, 2.0], [9.0, 2.5], [9.0, 2.5])
    assert values(f(x)) == ([9.0, 2.5], [9.0, 3.0], [9.0, 3.0])
    v.assign([0.0, 0.0])
    assert values(f(x)) == ([0.0, 0.0], [9.0, 0.5], [9.0, 0.5])
    assert (int(step), traced.runs) == (3, 1)
    assert v.value().node is None and type(v.value()) is tf.Tensor


def test_variables_may_trade_places(backend):
    a, b = tf.Variable([1.0]), tf.Variable([2.0])

    @tf.function
    def swap():
        one = a.value()
        a.assign(b)
        b.assign(one)

    swap()
    assert values([a, b]) == [[2.0], [1.0]]
    a.assign([5.0])
    swap()
    assert values([a, b]) == [[1.0], [5.0]]


def test_variables_as_arguments_and_in_containers(backend):
    traced = Traced()

    @tf.function
    def double(variables):
        traced()
        for each in variables:
            each.assign(2.0 * each)
        return tf.add_n([each.value() for each in variables])

    one, two, three = tf.Variable(1.0), tf.Variable(2.0), tf.Variable(3.0)
    assert [float(double([one, two])), float(double([one, two])), float(double([one, three]))] == [6.0, 12.0, 14.0]
    assert traced.runs == 2 and [float(x) for x in (one, two, three)] == [8.0, 8.0, 6.0]


def test_a_variable_that_changes_its_length_has_a_program_for_each(backend):
    v = tf.Variable([1.0, 2.0], shape=tf.TensorShape([None]))
    total = tf.function(lambda: tf.reduce_sum(v * v))
    assert float(total()) == 5.0
    v.assign([1.0, 2.0, 3.0])
    assert float(total()) == 14.0
    v.assign([2.0, 2.0])
    assert float(total()) == 8.0 and total.experimental_get_tracing_count() == 2
    grow = tf.function(lambda: v.assign(tf.concat([v, [1.0]], 0)))
    assert [values(grow()), values(grow())] == [[2.0, 2.0, 1.0], [2.0, 2.0, 1.0, 1.0]]


def test_a_variable_may_be_made_in_the_first_call(backend):
    class Layer:
        w = None

        @tf.function
        def __call__(self, x):
            if self.w is None:
                self.w = tf.Variable(tf.ones(x.shape))
            self.w.assign_add(x)
            return tf.reduce_sum(self.w)

    layer, x = Layer(), tf.constant([1.0, 2.0])
    assert [float(layer(x)) for _ in range(4)] == [5.0, 8.0, 11.0, 14.0]
    assert layer.__call__.experimental_get_tracing_count() == 1
    always = tf.function(lambda x: tf.Variable(x) * 2.0)
    assert [float(always(tf.constant(3.0))) for _ in range(4)] == [6.0] * 4


def network():
    numbers = numpy.random.default_rng(5)
    make = lambda *shape: tf.Variable(numbers.normal(size=shape).astype("float32"))
    return [make(3, 8), make(8), make(8, 1), make(1)]


def loss_of(weights, x, y):
    w, b, u, c = weights
    return tf.reduce_mean((tf.matmul(tf.tanh(tf.matmul(x, w) + b), u) + c - y) ** 2)


@pytest.mark.parametrize("outside", [False, True], ids=["tape inside", "tape outside"])
def test_training_gives_the_same_weights(backend, outside):
    numbers = numpy.random.default_rng(3)
    data = [
        (numbers.normal(size=(n, 3)).astype("float32"), numbers.normal(size=(n, 1)).astype("float32"))
        for n in (8, 8, 5) * 4
    ]

    def train(decorate):
        weights, moments, rate = network(), [tf.Variable(tf.zeros_like(w)) for w in network()], tf.Variable(0.1)

        def update(gradients):
            for w, m, g in zip(weights, moments, gradients, strict=True):
                m.assign(0.9 * m + g)
                w.assign_sub(rate * m)
            rate.assign(rate * 0.99)

        def step(x, y):
            with tf.GradientTape() as tape:
                loss = loss_of(weights, x, y)
            update(tape.gradient(loss, weights))
            return loss

        if outside:
            loss_function, apply = decorate(lambda x, y: loss_of(weights, x, y)), decorate(update)

            def step(x, y):
                with tf.GradientTape() as tape:
                    loss = loss_function(x, y)
                apply(tape.gradient(loss, weights))
                return loss
        else:
            step = decorate(step)
        losses = [float(step(tf.constant(x), tf.constant(y))) for x, y in data]
        return losses, [w.numpy() for w in weights]

    losses, weights = train(lambda f: f)
    got_losses, got = train(tf.function)
    numpy.testing.assert_allclose(got_losses, losses, rtol=1e-5)
    for one, two in zip(got, weights, strict=True):
        numpy.testing.assert_allclose(one, two, rtol=1e-4, atol=1e-6)
    assert losses[-1] < losses[0]


def test_a_tape_outside_differentiates_a_function(backend):
    w, b, unused, frozen = (
        tf.Variable([2.0, 3.0]),
        tf.Variable(1.0),
        tf.Variable(1.0),
        tf.Variable(4.0, trainable=False),
    )
    count = tf.Variable(0.0)

    @tf.function
    def f(x):
        count.assign(1.0)
        return {"y": tf.reduce_sum(w * x * x) * frozen + b, "n": tf.stop_gradient(w) * 2.0}, tf.shape(x)

    x = tf.constant([1.0, 5.0])
    for _ in range(2):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            out, _ = f(x)
            y = 2.0 * out["y"]
        assert {each.ref() for each in tape.watched_variables()} == {w.ref(), b.ref()}
        assert values(tape.gradient(y, [w, b, unused, frozen, x])) == [[8.0, 200.0], 2.0, None, None, [32.0, 240.0]]
        assert values(tape.gradient(y, [w, x])) == [[8.0, 200.0], [32.0, 240.0]]
        assert values(tape.gradient(out["n"], [w, b])) == [None, None]
        w.assign_add([0.0, 0.0])


def test_what_no_path_leads_to_has_no_gradient(backend):
    v, w = tf.Variable(2.0), tf.Variable(3.0)
    f = tf.function(lambda x: x * v + tf.stop_gradient(w * 1.0))
    with tf.GradientTape() as tape:
        y = f(tf.constant(5.0))
    assert values(tape.gradient(y, [v, w])) == [5.0, None]


def test_gradients_with_respect_to_tensors_and_none_at_all(backend):
    x, c = tf.constant([1.0, 2.0]), tf.constant([3.0, 4.0])
    f = tf.function(lambda a, b: tf.reduce_sum(a * a * b))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = f(x, c)
    assert values(tape.gradient(y, [x, c])) == [[6.0, 16.0], None]
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        y = f(x, c)
    assert tape.gradient(y, c) is None


def test_what_a_function_hands_on_as_it_is(backend):
    v, x = tf.Variable([2.0]), tf.constant([3.0])
    f = tf.function(lambda x, n: (x, x, v, tf.constant(1.0), x > 0, n))
    for _ in range(2):
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            one, two, three, four, five, six = f(x, tf.constant([1, 2]))
            y = one * two * three * four
        assert values([one, three, four, five, six]) == [[3.0], [2.0], 1.0, [True], [1, 2]]
        assert values(tape.gradient(y, [x, v])) == [[12.0], [9.0]]
        assert values(tape.gradient([one, three], [x, v])) == [[1.0], [1.0]]
        assert tape.gradient(four, [x, v]) == [None, None]


def test_derivatives_of_higher_order(backend):
    v, x = tf.Variable(2.0), tf.constant(3.0)
    f = tf.function(lambda x: v**3 * tf.sin(x))
    with tf.GradientTape() as third, tf.GradientTape() as second:
        second.watch(x)
        third.watch(x)
        with tf.GradientTape() as first:
            first.watch(x)
            y = f(x)
        dv, dx = first.gradient(y, [v, x])
        dvx = second.gradient(dv, x)
    want = [12 * numpy.sin(3.0), 8 * numpy.cos(3.0), 12 * numpy.cos(3.0)]
    assert [float(dv), float(dx), float(dvx)] == pytest.approx(want, rel=1e-5)
    with tf.GradientTape() as outer:
        with tf.GradientTape() as inner:
            y = f(x)
        g = inner.gradient(y, v)
    v.assign(100.0)  # what was computed keeps its gradient
    assert float(outer.gradient(g, v)) == pytest.approx(12 * numpy.sin(3.0), rel=1e-5)


def test_a_gradient_penalty_inside_is_differentiated_outside(backend):
    w, x = tf.Variable([0.5, -1.5]), tf.constant([0.3, 0.7])

    def penalty(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = tf.reduce_sum(tf.tanh(w * x))
        g = tape.gradient(y, x)
        return tf.reduce_sum(g * g) + y

    def gradients(function):
        with tf.GradientTape() as tape:
            y = function(x)
        return tape.gradient(y, w).numpy()

    numpy.testing.assert_allclose(gradients(tf.function(penalty)), gradients(penalty), rtol=1e-5)


def test_assignments_and_outer_gradients(backend):
    v = tf.Variable(3.0)

    def f(x):
        before = v * x
        v.assign(v * 2.0)
        return before + v * v

    def run(function):
        v.assign(3.0)
        with tf.GradientTape() as tape:
            y = function(tf.constant(5.0))
        return float(y), float(tape.gradient(y, v)), float(v)

    assert run(tf.function(f)) == run(f) == (51.0, 17.0, 6.0)


def test_jacobians_and_forward_accumulators(backend):
    w = tf.Variable([1.0, 2.0])
    f = tf.function(lambda x: w * w * x)
    x = tf.constant([3.0, 4.0])
    with tf.GradientTape() as tape:
        y = f(x)
    assert values(tape.jacobian(y, w)) == [[6.0, 0.0], [0.0, 16.0]]
    with tf.autodiff.ForwardAccumulator(x, tf.constant([1.0, 10.0])) as accumulator:
        y = f(x)
    assert values(accumulator.jvp(y)) == [1.0, 40.0]
    with tf.GradientTape() as tape:
        y = f(x)
    (found,) = tape.gradient(y, [w], output_gradients=[tf.constant([1.0, 0.5])])
    assert values(found) == [6.0, 8.0]


def test_tensors_from_outside_that_are_watched_have_gradients(backend):
    c = tf.constant(3.0)
    direct, first = tf.function(lambda x: c * x), tf.function(lambda x: (c * 2.0) * x)
    alone = tf.function(lambda: c * 2.0)
    x = tf.constant(5.0)
    for watched in (False, True, False, True):
        for f, want in ((lambda: direct(x), 5.0), (lambda: first(x), 10.0), (lambda: alone(), 2.0)):
            with tf.GradientTape() as tape:
                if watched:
                    tape.watch(c)
                y = f()
            found = tape.gradient(y, c)
            assert found is None if not watched else float(found) == want
        c = tf.constant(3.0)


def test_a_part_of_a_variable_from_outside(backend):
    v = tf.Variable([2.0, 3.0])
    with tf.GradientTape() as tape:
        part = v[1]
        f = tf.function(lambda x: (part * 2.0) * x)
        y = f(tf.constant(5.0))
    assert values(tape.gradient(y, v)) == [0.0, 10.0]


def test_tensors_from_outside_that_are_others_now(backend):
    class Holder:
        def __init__(self):
            self.state = tf.constant(1.0)

    holder, traced = Holder(), Traced()

    @tf.function
    def f(x):
        traced()
        return (holder.state + 1.0) * x

    x = tf.constant(10.0)
    assert [float(f(x)), float(f(x)), traced.runs] == [20.0, 20.0, 1]
    got = []
    for i in range(12):
        holder.state = tf.constant(float(i))
        got.append(float(f(x)))
    assert got == [10.0 * (i + 1) for i in range(12)]


def test_random_numbers_are_those_of_the_function_itself(backend):
    def f(x):
        noise = tf.random.normal((3,)) * tf.random.uniform((3,), seed=4)
        return (
            tf.nn.dropout(x + noise, 0.5),
            tf.random.uniform((2,), maxval=100, dtype=tf.int32),
            tf.random.shuffle(tf.range(5)),
        )

    def draws(function):
        tf.random.set_seed(8)
        drawn = [values(function(tf.ones(3))) for _ in range(3)]
        return drawn, values(tf.random.normal((2,)))

    got, after = draws(tf.function(f))
    want, want_after = draws(f)
    assert after == want_after
    for one, two in zip(tf.nest.flatten(got), tf.nest.flatten(want), strict=True):
        assert one == pytest.approx(two, rel=1e-5)
    assert got[0] != got[1]


def test_the_gradient_of_a_random_function_is_that_of_its_run(backend):
    w = tf.Variable([1.0, 2.0, 3.0])
    f = tf.function(lambda: tf.nn.dropout(w * w, 0.5))
    tf.random.set_seed(1)
    for _ in range(3):
        with tf.GradientTape() as outer:
            with tf.GradientTape() as tape:
                y = f()
            g = tape.gradient(y, w)
        mask = (y.numpy() != 0) * 2.0
        assert g.numpy() == pytest.approx(mask * 2 * w.numpy())
        assert outer.gradient(g, w).numpy() == pytest.approx(mask * 2)


def test_what_cannot_be_a_program_runs_as_it_is(backend, capsys):
    v, traced = tf.Variable(0.0), Traced()

    @tf.function
    def f(x):
        traced()
        v.assign_add(1.0)
        noise = tf.random.normal(())
        if tf.reduce_sum(x) > 0:
            return x * noise
        while tf.reduce_sum(x) < 5:
            x = x + 1.0
        return x

    tf.random.set_seed(2)
    expected = [float(tf.random.normal(())) for _ in range(3)]
    tf.random.set_seed(2)
    assert float(f(tf.constant(1.0))) == pytest.approx(expected[0])
    assert float(f(tf.constant(1.0))) == pytest.approx(expected[1])
    assert float(f(tf.constant(-1.0))) == 5.0
    assert (float(v), traced.runs) == (3.0, 4)
    assert f.experimental_get_tracing_count() == 1

    says = tf.function(lambda x: tf.print("x is", x, output_stream=sys.stdout))
    plain = tf.function(lambda: tf.print("hello", output_stream=sys.stdout))
    for i in range(2):
        says(tf.constant(float(i)))
        plain()
    assert capsys.readouterr().out == "x is 0.0\nhello\nx is 1.0\nhello\n"
    host = tf.function(lambda x: float(x) * v)
    assert [float(host(tf.constant(2.0))), float(host(tf.constant(3.0)))] == [6.0, 9.0]


def test_assertions_hold_in_each_call(backend):
    v = tf.Variable(0.0)

    @tf.function
    def f(x):
        v.assign_add(1.0)
        tf.debugging.assert_positive(x)
        return x

    f(tf.constant(1.0))
    with pytest.raises(tf.errors.InvalidArgumentError):
        f(tf.constant(-1.0))
    assert float(v) == 2.0


def test_errors_of_the_function_are_its_own(backend):
    given, v = {}, tf.Variable(1.0)

    @tf.function
    def f(x):
        v.assign_add(x)
        return given["key"] * x

    with pytest.raises(KeyError):
        f(tf.constant(2.0))
    v.assign(1.0)
    given["key"] = 3.0
    assert [float(f(tf.constant(2.0))), float(f(tf.constant(2.0)))] == [6.0, 6.0]
    assert (float(v), f.experimental_get_tracing_count()) == (5.0, 1)
    with pytest.raises(TypeError):
        f(tf.constant(2.0), 3)


def test_numbers_are_checked_within_functions(backend):
    f = tf.function(lambda x: tf.math.log(x) * 0.0)
    f(tf.constant(1.0))
    tf.debugging.enable_check_numerics()
    try:
        with pytest.raises(tf.errors.InvalidArgumentError), numpy.errstate(all="ignore"):
            f(tf.constant(-1.0))
    finally:
        tf.debugging.disable_check_numerics()


def test_functions_may_be_run_eagerly(backend):
    traced = Traced()

    @tf.function
    def f(x):
        traced()
        return x + 1, tf.executing_eagerly()

    assert not tf.config.functions_run_eagerly()
    assert not bool(f(tf.constant(1.0))[1]) and tf.executing_eagerly()
    tf.config.run_functions_eagerly(True)
    try:
        assert tf.config.functions_run_eagerly()
        assert bool(f(tf.constant(1.0))[1]) and bool(f(tf.constant(1.0))[1])
    finally:
        tf.config.run_functions_eagerly(False)
    f(tf.constant(1.0))
    assert traced.runs == 3
    with ug.disable_jit():
        assert bool(f(tf.constant(1.0))[1])


def test_methods_have_programs_of_their_own(backend):
    class Model:
        def __init__(self, scale):
            self.scale = scale
            self.w = tf.Variable([1.0, 2.0])
            self.runs = 0

        @tf.function
        def __call__(self, x, power=1):
            self.runs += 1
            return self.scale * self.w * x**power

        @tf.function(input_signature=[tf.TensorSpec([None], tf.float32)])
        def total(self, x):
            return tf.reduce_sum(x) + self.w[0]

    one, two, x = Model(2.0), Model(3.0), tf.constant([1.0, 1.0])
    for _ in range(2):
        assert values([one(x), two(x), one(x, power=2)]) == [[2.0, 4.0], [3.0, 6.0], [2.0, 4.0]]
    assert (one.runs, two.runs) == (2, 1)
    assert float(one.total([1.0, 2.0])) == 4.0
    assert values(one.__call__.get_concrete_function(x)(x)) == [2.0, 4.0]
    gone = weakref.ref(one)
    del one
    gc.collect()
    assert gone() is None


def test_an_instance_and_its_copy(backend):
    class Model:
        def __init__(self):
            self.w = tf.Variable(1.0)
            self.step = tf.function(self._step)

        def _step(self):
            self.w.assign_add(1.0)
            return self.w * 1.0

    model = Model()
    assert [float(model.step()), float(model.step())] == [2.0, 3.0]
    other = copy.deepcopy(model)
    assert [float(other.step()), float(other.step()), float(model.w)] == [4.0, 5.0, 3.0]


def test_an_input_signature_is_checked_and_converts(backend):
    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32), tf.TensorSpec([], tf.int32, name="n")])
    def f(x, n):
        return tf.reduce_sum(x) * tf.cast(n, tf.float32)

    assert float(f([[1, 2]], 3)) == 9.0
    assert float(f(tf.ones((2, 2)), n=tf.constant(5))) == 20.0
    assert f.experimental_get_tracing_count() == 2
    for wrong in (
        (tf.ones((2, 3)), 1),
        (tf.ones(2), 1),
        (tf.ones((1, 2), tf.float64), 1),
        ([[1.0, 2.0]], 1.5),
        ([[1.0, 2.0]],),
    ):
        with pytest.raises(TypeError):
            f(*wrong)
    nested = tf.function(
        lambda pair: pair["a"] - pair["b"], input_signature=[{"a": tf.TensorSpec([]), "b": tf.TensorSpec([])}]
    )
    assert float(nested({"a": 3, "b": 1.0})) == 2.0
    with pytest.raises(TypeError):
        nested({"a": 3.0})


def test_concrete_functions(backend):
    traced = Traced()

    @tf.function
    def f(x, scale, y):
        traced()
        return scale * x + y

    concrete = f.get_concrete_function(tf.TensorSpec([2]), 3.0, tf.constant(1.0))
    assert traced.runs == 1
    x, y = tf.constant([1.0, 2.0]), tf.constant(10.0)
    for got in (concrete(x, y), concrete(x, 3.0, y), concrete(x=x, scale=3.0, y=y), f(x, 3.0, y)):
        assert values(got) == [13.0, 16.0]
    assert traced.runs == 1
    assert concrete.inputs == [tf.TensorSpec([2], tf.float32), tf.TensorSpec([], tf.float32)]
    for wrong in ((tf.ones(3), y), (x, 4.0, y), (tf.ones(2, tf.float64), y), (x,)):
        with pytest.raises(TypeError):
            concrete(*wrong)
    anyone = f.get_concrete_function(tf.TensorSpec([None]), 2.0, tf.TensorSpec([]))
    assert traced.runs == 1
    assert values(anyone(tf.constant([1.0]), y)) == [12.0] and values(anyone(x, y)) == [12.0, 14.0]
    signed = tf.function(lambda x: 2.0 * x, input_signature=[tf.TensorSpec([])])
    assert float(signed.get_concrete_function()(tf.constant(4.0))) == 8.0


def test_specifications():
    spec = tf.TensorSpec([None, 3], "float32", name="x")
    assert repr(spec) == "TensorSpec(shape=(None, 3), dtype=tf.float32, name='x')"
    assert spec.is_compatible_with(tf.ones((2, 3))) and not spec.is_compatible_with(tf.ones(3))
    assert not spec.is_compatible_with(tf.ones((2, 3), tf.int32)) and tf.TensorSpec(None).is_compatible_with(tf.ones(4))
    assert tf.TensorSpec.from_tensor(tf.ones(2)) == tf.TensorSpec([2]) != tf.TensorSpec([3])
    assert len({tf.TensorSpec([2]), tf.TensorSpec([2]), spec}) == 2


def test_options_are_taken(backend):
    @tf.function(reduce_retracing=True, autograph=False, experimental_implements="f")
    def f(x):
        """What it does."""
        return x * 2

    assert float(f(tf.constant(2.0))) == 4.0 and (f.__name__, f.__doc__) == ("f", "What it does.")
    assert f.python_function(3) == 6
    if backend != "torch":  # whose compiler takes its time
        assert float(tf.function(lambda x: x * 3, jit_compile=True)(tf.constant(2.0))) == 6.0


def test_a_function_within_another_is_just_that(backend):
    v, traced = tf.Variable(1.0), Traced()

    @tf.function
    def inner(x):
        traced()
        v.assign_add(1.0)
        return v * x, 2

    @tf.function
    def outer(x):
        y, n = inner(x)
        assert type(n) is tf.Tensor
        return y + inner(x)[0]

    assert [float(outer(tf.constant(1.0))), float(outer(tf.constant(1.0)))] == [5.0, 9.0]
    assert (traced.runs, inner.experimental_get_tracing_count(), outer.experimental_get_tracing_count()) == (2, 0, 1)
    mapped = tf.vectorized_map(tf.function(lambda x: x * v), tf.constant([1.0, 2.0]))
    assert values(mapped) == [5.0, 10.0]


def test_custom_gradients_within_functions(backend):
    w = tf.Variable(2.0)

    @tf.custom_gradient
    def clipped(x):
        return x * w, lambda g, variables=None: (g * 10.0, [g * 100.0])

    def train(x):
        with tf.GradientTape() as tape:
            tape.watch(x)
            y = clipped(x)
        return tape.gradient(y, [x, w])

    assert values(tf.function(train)(tf.constant(3.0))) == [10.0, 100.0]
    with tf.GradientTape() as tape:
        y = tf.function(lambda x: clipped(x) * 1.0)(tf.constant(3.0))
    assert float(tape.gradient(y, w)) == 100.0


def test_a_function_that_runs_as_it_is_has_gradients(backend):
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def f(x):
        return v * x if tf.reduce_sum(x) > 0 else v * x * x

    for sign, want in ((1.0, [1.0, 2.0]), (-1.0, [1.0, 4.0])):
        with tf.GradientTape() as tape:
            y = f(sign * tf.constant([1.0, 2.0]))
        assert values(tape.gradient(y, v)) == want


def test_maps_within_functions(backend):
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def f(x):
        with tf.GradientTape() as tape:
            y = tf.vectorized_map(lambda row: tf.tanh(row * v), x)
        return tf.map_fn(lambda row: row * v, y), tape.gradient(y, v)

    def by_hand(x):
        y = numpy.tanh(x * v.numpy())
        return y * v.numpy(), (x * (1 - y**2)).sum(axis=0)

    x = numpy.array([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], "float32")
    for _ in range(2):
        for got, want in zip(f(x), by_hand(x), strict=True):
            assert got.numpy() == pytest.approx(want, rel=1e-5)
        v.assign([3.0, -1.0])
    assert f.experimental_get_tracing_count() == 1


def test_parts_of_variables_as_arguments(backend):
    v = tf.Variable([1.0, 2.0])

    @tf.function
    def f(part):
        part.assign(5.0)
        return part * 2.0

    assert [float(f(v[0])), float(f(v[1])), *v.numpy().tolist()] == [2.0, 4.0, 5.0, 5.0]


def test_variables_of_another_library_are_left_to_it(backend):
    x = tf.constant([1.0])
    with ug.use_backend("torch" if backend != "torch" else "numpy"):
        v = tf.Variable([2.0])
    f = tf.function(lambda x: v * 3.0)
    for _ in range(2):
        assert f(x).backend.name == v.value().backend.name and values(f(x)) == [6.0]


def test_tapes_do_not_cross_the_border_of_a_function(backend):
    v = tf.Variable(3.0)
    with tf.GradientTape(persistent=True) as tape:
        y = v * v
        outside = tf.function(lambda x: tape.gradient(y, v) * x)
        assert [float(outside(tf.constant(2.0))), float(outside(tf.constant(3.0)))] == [12.0, 18.0]

    @tf.function
    def watching(x):
        tape.watch(x)
        return x * 2.0

    x = tf.constant(1.0)
    with tf.GradientTape(persistent=True) as tape:
        z = watching(x)
    assert float(tape.gradient(z, x)) == 2.0


def test_init_scope_and_seeds_run_as_they_are(backend):
    made = []

    @tf.function
    def f(x):
        with tf.init_scope():
            made.append(tf.constant(2.0))
        return made[-1] * x

    assert [float(f(tf.constant(3.0))), len(made), float(f(tf.constant(4.0))), len(made)] == [6.0, 1, 8.0, 2]

    @tf.function
    def seeded():
        tf.random.set_seed(7)
        return tf.random.normal(())

    assert float(seeded()) == float(seeded())


def test_other_threads_see_nothing_of_a_program_that_is_written(backend):
    v, seen = tf.Variable(1.0), []

    @tf.function
    def f():
        v.assign(5.0)
        thread = threading.Thread(target=lambda: seen.append(float(v)))
        thread.start()
        thread.join()
        return v * 1.0

    assert float(f()) == 5.0 and float(v) == 5.0 and seen == [1.0]


def test_what_escapes_from_a_program_is_refused(backend):
    kept = []

    @tf.function
    def f(x):
        kept.append(x * 2.0)
        return x

    f(tf.constant(1.0))
    with pytest.raises(TypeError, match="escaped"):
        kept[0] + 1.0
    assert repr(kept[0]).startswith("<tf.Tensor: shape=(), dtype=float32")


def test_backends_and_dtypes_have_programs_of_their_own(backend):
    f = tf.function(lambda x: x * 2.0)
    assert values(f(tf.constant([1.0], tf.float64))) == [2.0]
    with ug.use_backend("numpy"):
        x = tf.constant([1.5])
        assert f(x).backend.name == "numpy"
    assert values(f(x)) == [3.0]
