"""The TensorFlow dialect: every row of `tensorflow_rows` gives what TensorFlow 2.21 gave, on each backend, and more of its own."""

from __future__ import annotations

import asyncio
import gc
import importlib.util
import json
import pathlib
import pickle
import sys
import threading
import warnings
import weakref

import numpy
import pytest

import unigrad as ug
import unigrad.dialects.tensorflow as tf
from unigrad.dialects.tensorflow import notes

HERE = pathlib.Path(__file__).parent


def _load(name):
    spec = importlib.util.spec_from_file_location(name, HERE / f"{name}.py")
    module = sys.modules[name] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


tensorflow_rows = _load("tensorflow_rows")
ROWS = tensorflow_rows.rows()
ORIGINAL = json.loads((HERE / "tensorflow_original.json").read_text())["results"]


def assert_alike(got, want):
    if isinstance(want, dict) and "error" in want:
        assert isinstance(got, dict) and "error" in got, f"no error, but {got}"
        assert set(want["error"]) <= set(got["error"])
    elif isinstance(want, dict) and "values" in want:
        assert (got["dtype"], got["shape"]) == (want["dtype"], want["shape"])
        values = (numpy.asarray(each["values"], dtype=float) for each in (got, want))
        numpy.testing.assert_allclose(*values, rtol=2e-5, atol=1e-6)
    elif isinstance(want, dict):
        assert got.keys() == want.keys()
        for key, each in want.items():
            assert_alike(got[key], each)
    elif isinstance(want, list):
        assert isinstance(got, list) and len(got) == len(want)
        for one, two in zip(got, want, strict=True):
            assert_alike(one, two)
    elif isinstance(want, float):
        assert got == pytest.approx(want, rel=1e-6)
    else:
        assert got == want and type(got) is type(want)


@pytest.mark.parametrize("name", ROWS)
def test_a_row_gives_what_tensorflow_gives(backend, name):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # NumPy's own of overflow, which some rows are about
        got = tensorflow_rows.outcome(tf, ROWS[name])
    assert_alike(got, ORIGINAL[ROWS[name]])


def test_the_recorded_outcomes_belong_to_the_rows():
    assert set(ORIGINAL) == set(ROWS.values())


def test_the_determinant_of_complex_matrices_has_the_right_gradient(backend):
    """The determinant of 1 + z wᵀ is 1 + w·z."""
    z, w = tf.constant([0.5 + 1.2j, -0.7 + 0.4j]), tf.constant([0.3 - 0.2j, 1.4 + 0.6j])
    with tf.GradientTape() as tape:
        tape.watch(z)
        y = tf.math.real(tf.linalg.det(tf.tensordot(z, w, 0) + tf.eye(2, dtype=tf.complex128)))
    assert tape.gradient(y, z).numpy() == pytest.approx(numpy.conj(w.numpy()))


def test_forward_accumulation_of_complex_numbers(backend):
    z, t = tf.constant([0.5 + 1.2j, -0.7 + 0.4j]), tf.constant([0.3 - 0.2j, 1.4 + 0.6j])
    with tf.autodiff.ForwardAccumulator(z, t) as accumulator:
        y = tf.exp(z) * tf.math.conj(z)
    expected = numpy.exp(z.numpy()) * (t.numpy() * numpy.conj(z.numpy()) + numpy.conj(t.numpy()))
    assert accumulator.jvp(y).numpy() == pytest.approx(expected)


def test_a_transform_of_no_length_is_refused():
    with pytest.raises(tf.errors.InvalidArgumentError, match="takes lengths from 1 on in fft_length, as many as axes"):
        tf.signal.rfft([1.0, 2.0], [0])


def test_nothing_is_recorded_outside_a_tape(backend):
    v = tf.Variable([1.0, 2.0])
    assert (v * v).node is None
    with tf.GradientTape():
        assert (v * v).node is not None
    assert (v * v).node is None


def test_a_tape_records_in_its_own_thread_and_task_only(backend):
    v, seen = tf.Variable(2.0), []
    with tf.GradientTape():
        thread = threading.Thread(target=lambda: seen.append((v * v).node))
        thread.start()
        thread.join()

    async def both():
        async def one(x):
            with tf.GradientTape() as tape:
                y = v * x
                await asyncio.sleep(0)
                y = y * v
            return float(tape.gradient(y, v))

        return await asyncio.gather(one(1.0), one(3.0))

    assert seen == [None]
    assert asyncio.run(both()) == [4.0, 12.0]


def test_weights_for_targets_must_be_as_many(backend):
    v = tf.Variable([1.0, 2.0])
    with tf.GradientTape() as tape:
        y = v * v
    with pytest.raises(ValueError, match="1 targets and 2 output_gradients"):
        tape.gradient(y, v, output_gradients=[1.0, 2.0])


def test_errors_are_unigrads_too_and_name_a_remedy(backend):
    with pytest.raises(ug.UnigradError, match=r"tf\.cast"):
        tf.constant([1]) + tf.constant([1.0])
    with pytest.raises(ug.UnigradError, match="persistent=True"):
        tf.GradientTape().gradient(tf.constant(1.0), tf.constant(1.0))
    with pytest.raises(TypeError, match=r"v\[i\]\.assign"):
        tf.constant([1.0])[0] = 2.0
    with pytest.raises(ug.MissingName, match=r"tf\.reduce_sum"):
        tf.constant([1.0]).sum()
    with pytest.raises(ug.UnigradError, match="assign_add"):
        v = tf.Variable(1.0)
        v += 1.0


def test_missing_names_say_why_or_what_is_near():
    with pytest.raises(ug.MissingName, match=r"layers, optimizers and training loops are not unigrad's"):
        _ = tf.keras
    with pytest.raises(AttributeError, match="near it: reduce_sum"):
        _ = tf.reduce_sums
    with pytest.raises(ug.MissingName, match="convolutions are not here yet"):
        _ = tf.nn.conv2d
    with pytest.raises(AttributeError):
        _ = tf.data
    assert not hasattr(tf.linalg, "logm")


def test_every_name_that_is_listed_is_there_and_no_missing_one_is():
    modules = {
        "": tf,
        **{
            name: getattr(tf, name)
            for name in "autodiff config debugging dtypes linalg math nest nn random test".split()
        },
    }
    for module in modules.values():
        for name in module.__all__:
            getattr(module, name)
    for name in notes.MISSING:
        head, _, tail = name.rpartition(".")
        if head in modules:
            assert not hasattr(modules[head], tail), name


def test_a_tensor_is_a_unigrad_tensor(backend):
    x = tf.constant([1.0, 2.0])
    assert isinstance(x, ug.Tensor) and type(x) is tf.Tensor
    assert x.backend.name == backend
    assert type(tf.math.sin(x)) is type(x[0]) is type(x + 1) is type(tf.reduce_sum(x)) is tf.Tensor


def test_numpy_gives_an_array_of_its_own(backend):
    x = tf.constant([1.0, 2.0])
    x.numpy()[0] = 7.0
    assert x.numpy().tolist() == [1.0, 2.0]
    v = tf.Variable(x)
    v.numpy()[0] = 7.0
    assert v.numpy().tolist() == [1.0, 2.0]


def test_a_variable_copies_what_it_is_made_of(backend):
    array = numpy.array([1.0, 2.0], dtype="float32")
    v = tf.Variable(array)
    array[0] = 9.0
    assert v.numpy().tolist() == [1.0, 2.0]


def test_an_assignment_does_not_change_tensors_that_were_read_before(backend):
    v = tf.Variable([1.0, 2.0])
    before, part = v.value(), v[0]
    v.assign([5.0, 6.0])
    assert before.numpy().tolist() == [1.0, 2.0]
    assert float(part) == 1.0


def test_values_carried_from_tape_to_tape_keep_no_graph_alive(backend):
    w = tf.Variable([[0.5, 0.1], [0.2, 0.4]])
    state = tf.ones((1, 2))
    for _ in range(5):
        with tf.GradientTape() as tape:
            state = tf.tanh(tf.matmul(state, w))
            loss = tf.reduce_sum(state * state)
        tape.gradient(loss, w)
        assert state.node.parents == ()


def test_a_tape_dies_without_the_collector(backend):
    v = tf.Variable([1.0, 2.0])
    gc.disable()
    try:
        with tf.GradientTape(persistent=True) as tape:
            y = v * v
        tape.gradient(y, v)
        gone = weakref.ref(tape)
        del tape, y
        assert gone() is None
    finally:
        gc.enable()


def test_seeds(backend):
    tf.random.set_seed(3)
    first = tf.random.normal((3,)).numpy()
    tf.random.set_seed(3)
    assert tf.random.normal((3,)).numpy().tolist() == first.tolist()
    assert tf.random.normal((3,)).numpy().tolist() != first.tolist()
    assert tf.random.uniform((3,), seed=1).numpy().tolist() == tf.random.uniform((3,), seed=1).numpy().tolist()
    drawn = tf.random.truncated_normal((500,), mean=1.0, stddev=0.5).numpy()
    assert drawn.min() >= 0.0 and drawn.max() <= 2.0
    assert tf.nn.dropout(tf.ones(1000), 0.25).numpy().mean() == pytest.approx(1.0, abs=0.1)


def test_compute_gradient(backend):
    by_tape, by_differences = tf.test.compute_gradient(lambda x: x * x, [tf.constant([1.0, 2.0], tf.float64)])
    numpy.testing.assert_allclose(by_tape[0], [[2.0, 0.0], [0.0, 4.0]])
    numpy.testing.assert_allclose(by_differences[0], by_tape[0], rtol=1e-6)


def test_gradients_at_singular_points_follow_unigrad(backend):
    x = tf.Variable([0.0, 0.0])
    with tf.GradientTape() as tape:
        y = tf.norm(x)
    assert tape.gradient(y, x).numpy().tolist() == [0.0, 0.0]


def test_scopes_and_printing(backend, capsys):
    with tf.device("CPU:0"), tf.name_scope("a"):
        tf.print("x is", tf.constant([1.0, 2.0]), output_stream=sys.stdout)
    assert capsys.readouterr().out == "x is [1. 2.]\n"
    assert tf.config.list_physical_devices("CPU")[0].device_type == "CPU"
    assert pickle.loads(pickle.dumps(tf.float32)) is tf.float32


def test_shapes_of_variables_may_be_open(backend):
    v = tf.Variable([1.0, 2.0], shape=tf.TensorShape([None]))
    v.assign([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        y = tf.reduce_sum(v * v)
    assert tape.gradient(y, v).numpy().tolist() == [2.0, 4.0, 6.0]


def test_custom_gradient_says_how_many_gradients_are_wanted(backend):
    @tf.custom_gradient
    def wrong(x, y):
        return x * y, lambda g: g

    x = tf.Variable(2.0)
    with tf.GradientTape() as tape:
        y = wrong(x, x)
    with pytest.raises(tf.errors.InvalidArgumentError, match="expected to return 2 gradients, but returned 1"):
        tape.gradient(y, x)
