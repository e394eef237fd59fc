"""Batch, layer, group and root-mean-square normalization against Torch's: running statistics, constants, dtypes, what is refused."""

from __future__ import annotations

import itertools

import numpy
import pytest
from torch_twin import BACKENDS, agree, drawn, sampled

import unigrad as ug
import unigrad.numpy as np
from unigrad import nn
from unigrad.errors import ArgumentError, ShapeError

torch = pytest.importorskip("torch", reason="torch is not installed: it is the oracle")
F = torch.nn.functional

SHAPES = [(4, 3), (3, 2, 4), (2, 3, 2, 3), (2, 2, 2, 1, 3)]


@sampled(list(itertools.product(SHAPES, (1e-5, 0.3))), each=3)
def test_batch_norm_in_training_agrees_with_torch(backend, case):
    shape, eps = case
    agree(
        backend,
        lambda x, w, b: nn.batch_norm(x, None, None, w, b, training=True, eps=eps),
        lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True, eps=eps),
        drawn(*shape),
        drawn(shape[1]),
        drawn(shape[1], seed=1),
    )


@sampled(SHAPES, each=3)
def test_batch_norm_by_running_statistics_agrees_with_torch(backend, case):
    mean, var = drawn(case[1], seed=2), drawn(case[1], low=0.1)
    agree(
        backend,
        lambda x, w, b: nn.batch_norm(x, np.asarray(mean), np.asarray(var), w, b),
        lambda x, w, b: F.batch_norm(x, torch.tensor(mean), torch.tensor(var), w, b),
        drawn(*case),
        drawn(case[1]),
        drawn(case[1], seed=1),
    )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("momentum", [0.1, 0.5, 1.0])
def test_running_statistics_move_as_torch_moves_them(backend, momentum):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    x, mean, var = drawn(4, 3, 2), drawn(3), drawn(3, low=0.1)
    theirs = torch.tensor(mean), torch.tensor(var)
    F.batch_norm(torch.tensor(x), *theirs, training=True, momentum=momentum)
    with ug.use_backend(backend):
        ours = np.asarray(mean), np.asarray(var)
        nn.batch_norm(np.asarray(x), *ours, training=True, momentum=momentum)
        for one, other in zip(ours, theirs, strict=True):
            numpy.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-13)
        before = [each.numpy().copy() for each in ours]
        nn.batch_norm(np.asarray(x), *ours)
        assert all((one.numpy() == other).all() for one, other in zip(ours, before, strict=True))


def test_running_statistics_take_no_part_in_the_gradient():
    x = drawn(4, 3)
    with ug.use_backend("numpy"):
        mean, var = np.asarray(drawn(3)), np.asarray(drawn(3, low=0.1))
        with_them = ug.grad(lambda x: np.sum(nn.batch_norm(x, mean, var, training=True) ** 3))(np.asarray(x))
        without = ug.grad(lambda x: np.sum(nn.batch_norm(x, training=True) ** 3))(np.asarray(x))
        assert mean.node is None
    assert (with_them.numpy() == without.numpy()).all()


LAYERS = [((4, 3), (3,)), ((2, 3, 4), (4,)), ((2, 3, 4), (3, 4)), ((3,), (3,)), ((0, 3), (3,))]


@sampled(list(itertools.product(LAYERS, (1e-5, 0.3))), each=4)
def test_layer_norm_agrees_with_torch(backend, case):
    (shape, ends), eps = case
    agree(
        backend,
        lambda x, w, b: nn.layer_norm(x, ends, w, b, eps),
        lambda x, w, b: F.layer_norm(x, ends, w, b, eps),
        drawn(*shape),
        drawn(*ends),
        drawn(*ends, seed=1),
    )


@sampled(list(itertools.product(LAYERS[:4], (None, 0.3))), each=4)
def test_rms_norm_agrees_with_torch(backend, case):
    (shape, ends), eps = case
    agree(
        backend,
        lambda x, w: nn.rms_norm(x, ends, w, eps),
        lambda x, w: F.rms_norm(x, ends, w, eps),
        drawn(*shape),
        drawn(*ends),
    )


@sampled([((4, 6), 3), ((2, 4, 3), 2), ((2, 4, 2, 3), 4), ((2, 4, 2, 3), 1)], each=2)
def test_group_norm_agrees_with_torch(backend, case):
    shape, groups = case
    agree(
        backend,
        lambda x, w, b: nn.group_norm(x, groups, w, b),
        lambda x, w, b: F.group_norm(x, groups, w, b),
        drawn(*shape),
        drawn(shape[1]),
        drawn(shape[1], seed=1),
    )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ["layer_norm", "rms_norm", "group_norm", "batch_norm"])
def test_without_weight_and_bias_agrees_with_torch(backend, name):
    options = {"training": True} if name == "batch_norm" else {"eps": 1e-3}
    rest = {"batch_norm": (), "group_norm": (2,)}.get(name, ((3,),))
    agree(
        backend,
        lambda x: getattr(nn, name)(x, *rest, **options),
        lambda x: getattr(F, name)(x, *((None, None) if name == "batch_norm" else rest), **options),
        drawn(2, 4, 3),
    )


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_constant_line_has_the_slope_of_its_eps(backend):
    """Its deviation is 0: what is left is the matrix I - 1/n over the root of eps, and its third power's slope 0."""
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        x = np.full((1, 4), 2.0, dtype="float64")
        out, pull = ug.vjp(lambda x: nn.layer_norm(x, 4, eps=0.25), x)
        (grad,) = pull(np.asarray([[1.0, 0.0, 0.0, 0.0]], dtype="float64"))
    assert out.tolist() == [[0.0] * 4]
    numpy.testing.assert_allclose(grad.numpy(), [[1.5, -0.5, -0.5, -0.5]], rtol=1e-14)


@pytest.mark.parametrize("backend", BACKENDS)
def test_numbers_far_from_zero_keep_their_variance(backend):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    line = numpy.array([[1.0, 2.0, 3.0, 4.0]])
    wanted = (line - 2.5) / numpy.sqrt(1.25)
    with ug.use_backend(backend):
        out = nn.layer_norm(np.asarray(line + 1e8), 4, eps=0.0).numpy()
    numpy.testing.assert_allclose(out, wanted, rtol=1e-7)


@sampled(["float32", "float64"])
def test_the_dtype_is_kept(backend, case):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        x = np.asarray(drawn(2, 4, 3).astype(case))
        for function in (
            lambda x: nn.layer_norm(x, 3),
            lambda x: nn.rms_norm(x, 3),
            lambda x: nn.group_norm(x, 2),
            lambda x: nn.batch_norm(x, training=True),
        ):
            assert function(x).dtype == case
            assert ug.grad(lambda x, function=function: np.sum(function(x) ** 2))(x).dtype == case


X = numpy.zeros((4, 6, 2))
REFUSED = [
    (
        lambda: nn.layer_norm(X, 3),
        ShapeError,
        "'layer_norm' needs normalized_shape to be the end of the shape of x, (4, 6, 2); got 3",
    ),
    (
        lambda: nn.rms_norm(X, 2.0),
        ShapeError,
        "'rms_norm' needs normalized_shape to be the end of the shape of x, (4, 6, 2); got 2.0",
    ),
    (
        lambda: nn.layer_norm(X, (6, 2), numpy.ones(2)),
        ShapeError,
        "'layer_norm' needs weight of shape (6, 2); got (2,)",
    ),
    (
        lambda: nn.group_norm(X, 4),
        ShapeError,
        "'group_norm' needs x of shape (N, C, ...) with channels that are a multiple of num_groups; "
        "got the shape (4, 6, 2) and num_groups=4",
    ),
    (
        lambda: nn.batch_norm(X[0, 0], training=True),
        ShapeError,
        "'batch_norm' needs x of shape (N, C, ...); got (2,)",
    ),
    (
        lambda: nn.batch_norm(X[:1, :, :1], training=True),
        ShapeError,
        "'batch_norm' needs more than one value in each channel in training; got the shape (1, 6, 1)",
    ),
    (
        lambda: nn.batch_norm(X),
        ArgumentError,
        "'batch_norm' needs running_mean and running_var unless it is training=True",
    ),
    (
        lambda: nn.batch_norm(X, np.zeros(5), np.ones(6)),
        ShapeError,
        "'batch_norm' needs running_mean of shape (6,); got (5,)",
    ),
    (
        lambda: nn.batch_norm(X, numpy.zeros(6), numpy.ones(6), training=True),
        ArgumentError,
        "'batch_norm' updates running_mean in training, which has to be a Tensor; use unigrad.asarray",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[2][:40])
def test_what_makes_no_sense_is_refused_in_words(case):
    call, error, words = case
    with ug.use_backend("numpy"), pytest.raises(error) as caught:
        call()
    assert str(caught.value) == words
