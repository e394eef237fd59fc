"""Activations, softmax, dropout, embedding and linear layers against Torch's and JAX's; kinks, extremes, dtypes, what is refused."""

from __future__ import annotations

import math

import numpy
import pytest
from torch_twin import BACKENDS, agree, drawn, sampled

import unigrad as ug
import unigrad.numpy as np
from unigrad import nn
from unigrad.errors import ArgumentError, AxisError, DTypeError, ShapeError

torch = pytest.importorskip("torch", reason="torch is not installed: it is the oracle")
F = torch.nn.functional

X = numpy.concatenate([drawn(3, 4), 3.0 * drawn(2, 4)])
INF, NAN = math.inf, math.nan

ACTIVATIONS = [
    ("relu", F.relu, {}),
    ("leaky_relu", F.leaky_relu, {}),
    ("leaky_relu", F.leaky_relu, {"negative_slope": 0.3}),
    ("elu", F.elu, {}),
    ("elu", F.elu, {"alpha": 0.5}),
    ("selu", F.selu, {}),
    ("gelu", F.gelu, {}),
    ("gelu", F.gelu, {"approximate": "tanh"}),
    ("silu", F.silu, {}),
    ("softplus", F.softplus, {}),
    ("softplus", F.softplus, {"beta": 2.0, "threshold": 1.5}),
    ("mish", F.mish, {}),
    ("hardswish", F.hardswish, {}),
    ("sigmoid", torch.sigmoid, {}),
    ("log_sigmoid", F.logsigmoid, {}),
    ("tanh", torch.tanh, {}),
]


@sampled(ACTIVATIONS)
def test_activations_agree_with_torch(backend, case):
    name, theirs, options = case
    agree(backend, lambda x: getattr(nn, name)(x, **options), lambda x: theirs(x, **options), X)


@sampled([(name, axis) for axis in (0, 1, -1) for name in ("softmax", "log_softmax")], each=4)
def test_softmax_agrees_with_torch(backend, case):
    name, axis = case
    theirs = getattr(F, name)
    agree(backend, lambda x: getattr(nn, name)(x, axis=axis), lambda x: theirs(x, dim=axis), drawn(2, 3, 4))


IN_JAX = [
    ("relu", {}, {}),
    ("leaky_relu", {"negative_slope": 0.2}, {"negative_slope": 0.2}),
    ("elu", {"alpha": 0.5}, {"alpha": 0.5}),
    ("selu", {}, {}),
    ("gelu", {"approximate": "none"}, {"approximate": False}),
    ("gelu", {"approximate": "tanh"}, {"approximate": True}),
    ("silu", {}, {}),
    ("softplus", {}, {}),
    ("mish", {}, {}),
    ("sigmoid", {}, {}),
    ("log_sigmoid", {}, {}),
    ("softmax", {"axis": 0}, {"axis": 0}),
    ("log_softmax", {"axis": 1}, {"axis": 1}),
]


@pytest.mark.parametrize(("name", "options", "theirs"), IN_JAX)
def test_activations_agree_with_jax(name, options, theirs):
    jax = pytest.importorskip("jax", reason="jax is not installed: it is the oracle")
    weights = drawn(5, 4, seed=1)
    with ug.use_backend("jax"):
        np.asarray(0.0)  # loads the backend, which turns on 64 bits
        function = getattr(jax.nn, name)
        value, pull = jax.vjp(lambda x: function(x, **theirs), jax.numpy.asarray(X))
        ours, pulled = ug.vjp(lambda x: getattr(nn, name)(x, **options), np.asarray(X))
        numpy.testing.assert_allclose(ours.numpy(), value, rtol=1e-12, atol=1e-14)
        (got,), (wanted,) = pulled(np.asarray(weights)), pull(jax.numpy.asarray(weights))
        numpy.testing.assert_allclose(got.numpy(), wanted, rtol=1e-10, atol=1e-12)


# Value and slope far out and at the kinks: limits and one-sided slopes, worked out by hand.
ALPHA, SCALE = 1.6732632423543772, 1.0507009873554805
POINTS = [
    ("relu", {}, 0.0, 0.0, 0.0),
    ("leaky_relu", {}, 0.0, 0.0, 0.01),
    ("leaky_relu", {"negative_slope": 2.0}, 0.0, 0.0, 1.0),
    ("leaky_relu", {"negative_slope": -1.0}, 0.0, 0.0, 0.0),
    ("leaky_relu", {}, -INF, -INF, 0.01),
    ("elu", {}, 0.0, 0.0, 1.0),
    ("elu", {"alpha": 0.5}, 0.0, 0.0, 0.5),
    ("elu", {}, 800.0, 800.0, 1.0),
    ("elu", {}, -800.0, -1.0, 0.0),
    ("selu", {}, 0.0, 0.0, ALPHA * SCALE),
    ("selu", {}, -800.0, -ALPHA * SCALE, 0.0),
    ("hardswish", {}, -3.0, 0.0, 0.0),
    ("hardswish", {}, 3.0, 3.0, 1.0),
    ("hardswish", {}, 800.0, 800.0, 1.0),
    ("gelu", {}, 800.0, 800.0, 1.0),
    ("gelu", {}, -800.0, 0.0, 0.0),
    ("gelu", {"approximate": "tanh"}, 800.0, 800.0, 1.0),
    ("gelu", {"approximate": "tanh"}, -800.0, 0.0, 0.0),
    ("silu", {}, 800.0, 800.0, 1.0),
    ("silu", {}, -800.0, 0.0, 0.0),
    ("mish", {}, 800.0, 800.0, 1.0),
    ("mish", {}, -800.0, 0.0, 0.0),
    ("softplus", {}, 800.0, 800.0, 1.0),
    ("softplus", {}, -800.0, 0.0, 0.0),
    ("softplus", {}, 0.0, math.log(2.0), 0.5),
    ("sigmoid", {}, 800.0, 1.0, 0.0),
    ("log_sigmoid", {}, 800.0, 0.0, 0.0),
    ("log_sigmoid", {}, -800.0, -800.0, 1.0),
    ("log_sigmoid", {}, -INF, -INF, 1.0),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("name", "options", "at", "value", "slope"), POINTS)
def test_at_a_kink_and_far_out(backend, name, options, at, value, slope):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        out, grad = ug.value_and_grad(lambda x: getattr(nn, name)(x, **options))(np.asarray(at, dtype="float64"))
    assert out.item() == pytest.approx(value, rel=1e-14, abs=1e-300)
    assert grad.item() == pytest.approx(slope, rel=1e-14, abs=1e-300)


@sampled(ACTIVATIONS)
def test_the_dtype_is_kept(backend, case):
    name, theirs, options = case
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        x = np.asarray(X, dtype="float32")
        out, grad = ug.value_and_grad(lambda x: np.sum(getattr(nn, name)(x, **options)))(x)
        assert (out.dtype, grad.dtype) == ("float32", "float32")
        if name != "relu":
            assert getattr(nn, name)(np.asarray([1, -2]), **options).dtype == ug.get_default_dtype()
        empty = np.zeros((0, 3), dtype="float64")
        assert getattr(nn, name)(empty, **options).shape == (0, 3)
    wanted = theirs(torch.tensor(X, dtype=torch.float32), **options).sum()
    assert out.item() == pytest.approx(wanted.item(), rel=1e-5)


def test_nan_goes_through():
    with ug.use_backend("numpy"):
        for name, _, options in ACTIVATIONS:
            assert math.isnan(getattr(nn, name)(np.asarray(NAN, dtype="float64"), **options).item()), name


# dropout


@pytest.mark.parametrize("p", [0.0, 0.3, 1.0])
def test_dropout_scales_what_it_keeps_and_so_does_its_gradient(p):
    with ug.use_backend("numpy"):
        np.random.seed(3)
        x = np.asarray(drawn(50, 40) + 5.0)
        out, pull = ug.vjp(lambda x: nn.dropout(x, p), x)
        kept = out.numpy() != 0
        numpy.testing.assert_allclose(out.numpy()[kept], x.numpy()[kept] / (1 - p if p < 1 else 1), rtol=1e-15)
        assert kept.mean() == pytest.approx(1 - p, abs=4 * math.sqrt(p * (1 - p) / 2000))
        (slope,) = pull(np.ones(x.shape, dtype="float64"))
        numpy.testing.assert_allclose(slope.numpy(), kept / (1 - p) if p < 1 else numpy.zeros(x.shape), rtol=1e-15)


@pytest.mark.parametrize("backend", ["torch", "jax"])
def test_dropout_drops_the_same_elements_on_every_backend(backend):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    results = []
    for name in ("numpy", backend):
        with ug.use_backend(name):
            np.random.seed(11)
            results.append(nn.dropout(np.ones((8, 9)), 0.4).numpy())
    assert (results[0] == results[1]).all()
    assert 0 < (results[0] == 0).sum() < 72


def test_dropout_without_training_is_the_array_itself():
    with ug.use_backend("numpy"):
        x = np.ones((3,))
        assert nn.dropout(x, 0.9, training=False) is x
        assert nn.dropout(x, 0.0) is x


def test_dropout_hides_an_infinity_that_it_drops():
    with ug.use_backend("numpy"):
        assert nn.dropout(np.asarray([INF, 1.0]), 1.0).tolist() == [0.0, 0.0]


# linear, embedding, one_hot


@sampled([(2, 3), (), (4,), (0,), (2, 0, 3)])
def test_linear_agrees_with_torch(backend, case):
    agree(backend, nn.linear, F.linear, drawn(*case, 3), drawn(5, 3), drawn(5))
    agree(backend, nn.linear, F.linear, drawn(*case, 3), drawn(5, 3))


@pytest.mark.parametrize("backend", BACKENDS)
def test_linear_with_a_row_for_weight_agrees_with_torch(backend):
    agree(backend, nn.linear, F.linear, drawn(4, 3), drawn(3))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("padding_idx", [None, 1, -1])
def test_embedding_agrees_with_torch(backend, padding_idx):
    places = numpy.array([[0, 1, 1], [4, 1, 0]])
    agree(
        backend,
        lambda x, w: nn.embedding(x, w, padding_idx),
        lambda x, w: F.embedding(x, w, padding_idx),
        places,
        drawn(5, 2),
    )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("count", [-1, 7])
def test_one_hot_agrees_with_torch(backend, count):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    places = numpy.array([[0, 3], [2, 1]])
    with ug.use_backend(backend):
        out = nn.one_hot(np.asarray(places), count)
    assert out.dtype == "int64"
    assert out.tolist() == F.one_hot(torch.tensor(places), count).tolist()


REFUSED = [
    (lambda: nn.gelu(X, approximate="erf"), ArgumentError, "'gelu' takes approximate='none' or 'tanh'; got 'erf'"),
    (lambda: nn.softmax(X, axis=2), AxisError, "axis 2 is out of range for an array with 2 axes; use -2 to 1"),
    (lambda: nn.dropout(X, 1.5), ArgumentError, "'dropout' takes p from 0 to 1; got 1.5"),
    (
        lambda: nn.linear(X, numpy.zeros((2, 3))),
        ShapeError,
        "'linear' needs x of shape (..., I) and weight of shape (O, I) or (I,); got the shapes (5, 4) and (2, 3)",
    ),
    (
        lambda: nn.linear(X, numpy.zeros((2, 4)), numpy.zeros(3)),
        ShapeError,
        "'linear' needs bias of shape (2,), as weight has rows; got (3,)",
    ),
    (
        lambda: nn.embedding([0.5], numpy.zeros((2, 3))),
        DTypeError,
        "'embedding' needs x of integers, not of 'float32'",
    ),
    (
        lambda: nn.embedding([0, 2], numpy.zeros((2, 3))),
        ArgumentError,
        "'embedding' takes positions from 0 to 1; got 0 to 2",
    ),
    (
        lambda: nn.embedding([0], numpy.zeros((2, 3)), padding_idx=2),
        ArgumentError,
        "'embedding' takes padding_idx from -2 to 1; got 2",
    ),
    (lambda: nn.embedding([0], numpy.zeros(3)), ShapeError, "'embedding' needs weight of shape (V, D); got (3,)"),
    (
        lambda: nn.one_hot([3], 2),
        ArgumentError,
        "'one_hot' takes classes from 0 to num_classes - 1, num_classes=2; got 3 to 3",
    ),
    (
        lambda: nn.one_hot(numpy.zeros(0, dtype=int)),
        ArgumentError,
        "'one_hot' needs num_classes where there are no values to count, or none that are known",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[2][:40])
def test_what_makes_no_sense_is_refused_in_words(case):
    call, error, words = case
    with ug.use_backend("numpy"), pytest.raises(error) as caught:
        call()
    assert str(caught.value) == words
