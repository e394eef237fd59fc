"""Losses against Torch's: every reduction, weights, soft and smoothed targets; kinks, extremes, dtypes, what is refused."""

from __future__ import annotations

import itertools
import math

import numpy
import pytest
from torch_twin import BACKENDS, agree, drawn, sampled

import unigrad as ug
import unigrad.numpy as np
from unigrad import nn
from unigrad.errors import ArgumentError, DTypeError, ShapeError

torch = pytest.importorskip("torch", reason="torch is not installed: it is the oracle")
F = torch.nn.functional

REDUCTIONS = ("none", "mean", "sum")
SHARES = numpy.random.default_rng(3).dirichlet((1.0, 2.0, 0.5, 1.0), size=5)


def as_ours(array):
    return None if array is None else np.asarray(array)


def as_theirs(array):
    return None if array is None else torch.tensor(array)


PAIRWISE = [
    *(
        (name, {"reduction": each})
        for name in ("mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss")
        for each in REDUCTIONS
    ),
    ("huber_loss", {"delta": 0.4}),
    ("smooth_l1_loss", {"beta": 0.4}),
    ("smooth_l1_loss", {"beta": 0.0}),
]


@sampled(PAIRWISE, each=3)
def test_losses_of_pairs_agree_with_torch(backend, case):
    name, options = case
    ours, theirs = getattr(nn, name), getattr(F, name)
    agree(backend, lambda *a: ours(*a, **options), lambda *a: theirs(*a, **options), drawn(4, 3), drawn(4, 3, seed=1))


LOGITS = [
    (reduction, weight, pos_weight)
    for reduction in REDUCTIONS
    for weight, pos_weight in (
        (None, None),
        (drawn(3, low=0.1), None),
        (None, drawn(3, low=0.1)),
        (drawn(4, 1, low=0.1), drawn(3)),
    )
]


@sampled(LOGITS, each=4)
def test_binary_cross_entropy_agrees_with_torch(backend, case):
    reduction, weight, pos_weight = case
    agree(
        backend,
        lambda x, y: nn.binary_cross_entropy_with_logits(
            x, y, as_ours(weight), as_ours(pos_weight), reduction=reduction
        ),
        lambda x, y: F.binary_cross_entropy_with_logits(
            x, y, as_theirs(weight), pos_weight=as_theirs(pos_weight), reduction=reduction
        ),
        3 * drawn(4, 3),
        drawn(4, 3, low=0.0),
    )


@pytest.mark.filterwarnings("ignore:reduction:UserWarning")  # Torch's own: its mean is not the definition's
@sampled([(r, log) for r in (*REDUCTIONS, "batchmean") for log in (False, True)], each=3)
def test_kl_div_agrees_with_torch(backend, case):
    reduction, log_target = case
    target = numpy.log(SHARES) if log_target else SHARES
    agree(
        backend,
        lambda *a: nn.kl_div(*a, reduction=reduction, log_target=log_target),
        lambda *a: F.kl_div(*a, reduction=reduction, log_target=log_target),
        numpy.log(SHARES[::-1]),
        target,
    )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(
    ("one", "other", "axis"),
    [((4, 3), (4, 3), 1), ((4, 3), (1, 3), -1), ((3,), (3,), 0), ((2, 3, 2), (3, 1), 1), ((2, 1), (2, 3), 1)],
)
def test_cosine_similarity_agrees_with_torch(backend, one, other, axis):
    agree(
        backend,
        lambda *a: nn.cosine_similarity(*a, axis=axis),
        lambda *a: F.cosine_similarity(*a, dim=axis),
        drawn(*one),
        drawn(*other, seed=1),
    )


CLASSES = {
    "lines": (drawn(5, 4), numpy.array([0, 3, 2, 2, 1])),
    "planes": (drawn(2, 4, 3, 2), numpy.array([[[0, 1], [2, 3], [3, 3]], [[1, 1], [0, 2], [2, 0]]])),
    "alone": (drawn(4), numpy.array(1)),  # not what is ignored below: the mean of no loss has a test of its own
}
WEIGHT = drawn(4, low=0.2)
WAYS = [
    {"reduction": reduction, "ignore_index": ignored, "weight": weight}
    for reduction, ignored, weight in itertools.product(REDUCTIONS, (-100, 2), (None, WEIGHT))
]


def weighted(function, x, target, weight, wrap, options):
    return function(x, target, wrap(weight), **options)


@sampled(list(itertools.product(CLASSES, WAYS)), each=13)
def test_nll_loss_agrees_with_torch(backend, case):
    kind, way = case
    options = {name: value for name, value in way.items() if name != "weight"}
    x, target = CLASSES[kind]
    agree(
        backend,
        lambda x, y: weighted(nn.nll_loss, x, y, way["weight"], as_ours, options),
        lambda x, y: weighted(F.nll_loss, x, y, way["weight"], as_theirs, options),
        x,
        target,
    )


@sampled(list(itertools.product(CLASSES, WAYS, (0.0, 0.3))), each=24)
def test_cross_entropy_of_classes_agrees_with_torch(backend, case):
    kind, way, smoothing = case
    options = {name: value for name, value in way.items() if name != "weight"} | {"label_smoothing": smoothing}
    x, target = CLASSES[kind]
    agree(
        backend,
        lambda x, y: weighted(nn.cross_entropy, x, y, way["weight"], as_ours, options),
        lambda x, y: weighted(F.cross_entropy, x, y, way["weight"], as_theirs, options),
        x,
        target,
    )


@sampled(list(itertools.product(REDUCTIONS, (None, WEIGHT), (0.0, 0.3), ((5, 4), (3, 4, 2), (4,)))), each=9)
def test_cross_entropy_of_shares_agrees_with_torch(backend, case):
    reduction, weight, smoothing, shape = case
    options = {"reduction": reduction, "label_smoothing": smoothing}
    agree(
        backend,
        lambda x, y: weighted(nn.cross_entropy, x, y, weight, as_ours, options),
        lambda x, y: weighted(F.cross_entropy, x, y, weight, as_theirs, options),
        drawn(*shape),
        drawn(*shape, low=0.0),
    )


def test_the_gradient_in_a_weight_is_that_of_differences():
    """Torch has none: it is the oracle of nothing here."""
    x, target = CLASSES["lines"]
    with ug.use_backend("numpy"):
        loss = lambda w: nn.cross_entropy(x, target, w, label_smoothing=0.2)
        got = ug.grad(loss)(np.asarray(WEIGHT)).numpy()
        steps = [
            (loss(np.asarray(WEIGHT + h)).item() - loss(np.asarray(WEIGHT - h)).item()) / 2e-6
            for h in 1e-6 * numpy.eye(4)
        ]
    numpy.testing.assert_allclose(got, steps, rtol=1e-7, atol=1e-9)


@pytest.mark.filterwarnings("ignore:invalid value:RuntimeWarning")
@pytest.mark.parametrize("name", ["nll_loss", "cross_entropy"])
def test_the_mean_over_targets_that_are_all_ignored_is_nan_as_torch_has_it(name):
    x, target = drawn(2, 3), numpy.array([-100, -100])
    with ug.use_backend("numpy"):
        out = getattr(nn, name)(np.asarray(x), target)
        assert getattr(nn, name)(np.asarray(x), target, reduction="sum").item() == 0.0
    assert math.isnan(out.item())
    assert math.isnan(getattr(F, name)(torch.tensor(x), torch.tensor(target)).item())


@pytest.mark.parametrize(
    "name", ["mse_loss", "l1_loss", "huber_loss", "smooth_l1_loss", "binary_cross_entropy_with_logits", "kl_div"]
)
def test_the_mean_over_nothing_is_nan_and_the_sum_zero(name):
    nothing = numpy.zeros((0, 3))
    with ug.use_backend("numpy"):
        assert math.isnan(getattr(nn, name)(nothing, nothing).item())
        assert getattr(nn, name)(nothing, nothing, reduction="sum").item() == 0.0
        assert getattr(nn, name)(nothing, nothing, reduction="none").shape == (0, 3)


# At the kinks, by the rule of the smallest norm over both arguments; far out, by the limits.
POINTS = [
    ("l1_loss", (1.5, 1.5), {}, 0.0, (0.0, 0.0)),
    ("mse_loss", (1.5, 1.5), {}, 0.0, (0.0, 0.0)),
    ("huber_loss", (1.5, 1.5), {}, 0.0, (0.0, 0.0)),
    ("huber_loss", (2.0, 1.0), {}, 0.5, (1.0, -1.0)),
    ("huber_loss", (3.0, 1.0), {"delta": 0.5}, 0.875, (0.5, -0.5)),
    ("smooth_l1_loss", (1.0, 2.0), {}, 0.5, (-1.0, 1.0)),
    ("smooth_l1_loss", (1.0, 1.0), {"beta": 0.0}, 0.0, (0.0, 0.0)),
    ("binary_cross_entropy_with_logits", (800.0, 1.0), {}, 0.0, (0.0, -800.0)),
    ("binary_cross_entropy_with_logits", (800.0, 0.0), {}, 800.0, (1.0, -800.0)),
    ("binary_cross_entropy_with_logits", (-800.0, 1.0), {}, 800.0, (-1.0, 800.0)),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("name", "point", "options", "value", "slopes"), POINTS)
def test_at_a_kink_and_far_out(backend, name, point, options, value, slopes):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        given = [np.asarray(each, dtype="float64") for each in point]
        out, grads = ug.value_and_grad(lambda *a: getattr(nn, name)(*a, **options), (0, 1))(*given)
    assert out.item() == pytest.approx(value, rel=1e-14, abs=1e-300)
    assert [grad.item() for grad in grads] == pytest.approx(slopes, rel=1e-14, abs=1e-300)


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("backend", BACKENDS)
def test_cross_entropy_of_large_logits_neither_overflows_nor_loses_its_slope(backend):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        x = np.asarray([[800.0, -800.0, 0.0]], dtype="float64")
        value, grad = ug.value_and_grad(lambda x: nn.cross_entropy(x, np.asarray([1])))(x)
    assert value.item() == 1600.0
    assert grad.tolist() == [[1.0, -1.0, 0.0]]


def test_kl_div_of_a_zero_share_is_zero_with_a_finite_gradient():
    with ug.use_backend("numpy"):
        x, share = np.asarray([-1.0, -2.0]), np.asarray([0.0, 1.0])
        value, grad = ug.value_and_grad(lambda x: nn.kl_div(x, share, reduction="sum"))(x)
    assert value.item() == 2.0
    assert grad.tolist() == [0.0, -1.0]


def test_cosine_similarity_at_the_origin_holds_the_norm_at_eps():
    with ug.use_backend("numpy"):
        zero, x2 = np.zeros(2, dtype="float64"), np.asarray([3.0, 4.0], dtype="float64")
        grads = ug.grad(lambda *a: nn.cosine_similarity(*a, axis=0, eps=0.1), (0, 1))(zero, x2)
    numpy.testing.assert_allclose(grads[0].numpy(), [6.0, 8.0], rtol=1e-14)
    assert grads[1].tolist() == [0.0, 0.0]


ALL = [name for name, _ in PAIRWISE[::3][:4]] + [
    "binary_cross_entropy_with_logits",
    "kl_div",
    "cosine_similarity",
    "cross_entropy",
]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ALL)
def test_the_dtype_is_kept(backend, name):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        x, y = (np.asarray(each.astype("float32")) for each in (drawn(4, 3), drawn(4, 3, low=0.1)))
        grads = ug.grad(lambda *a: np.sum(getattr(nn, name)(*a)), (0, 1))(x, y)
        assert getattr(nn, name)(x, y).dtype == "float32"
        assert [str(g.dtype) for g in grads] == ["float32", "float32"]


X, Y = numpy.zeros((4, 3)), numpy.array([0, 1, 2, 0])
REFUSED = [
    (
        lambda: nn.mse_loss(X, X[:1]),
        ShapeError,
        "'mse_loss' needs x and target of one shape; got (4, 3) and (1, 3); reshape one of them",
    ),
    (
        lambda: nn.cosine_similarity(X, X.T),
        ShapeError,
        "'cosine_similarity' needs x1 and x2 whose shapes can be broadcast together; got (4, 3) and (3, 4)",
    ),
    (
        lambda: nn.l1_loss(X, X, reduction="average"),
        ArgumentError,
        "'l1_loss' takes reduction='none', 'mean' or 'sum'; got 'average'",
    ),
    (
        lambda: nn.kl_div(X, X, reduction="batch"),
        ArgumentError,
        "'kl_div' takes reduction='none', 'mean', 'sum' or 'batchmean'; got 'batch'",
    ),
    (lambda: nn.huber_loss(X, X, delta=0), ArgumentError, "'huber_loss' takes delta above 0; got 0"),
    (lambda: nn.smooth_l1_loss(X, X, beta=-1), ArgumentError, "'smooth_l1_loss' takes beta from 0 on; got -1"),
    (
        lambda: nn.cross_entropy(X, Y[:3]),
        ShapeError,
        "'cross_entropy' needs target of shape (4,), a class for each prediction of x of shape (4, 3); got (3,)",
    ),
    (
        lambda: nn.cross_entropy(X, Y + 1),
        ArgumentError,
        "'cross_entropy' takes classes from 0 to 2 in target, or ignore_index=-100; got 3",
    ),
    (
        lambda: nn.nll_loss(X, Y - 1),
        ArgumentError,
        "'nll_loss' takes classes from 0 to 2 in target, or ignore_index=-100; got -1",
    ),
    (
        lambda: nn.nll_loss(X, Y * 1.0),
        DTypeError,
        "'nll_loss' needs target of integers, not of 'float64'",
    ),
    (
        lambda: nn.cross_entropy(X, Y * 1.0),
        DTypeError,
        "'cross_entropy' needs target of integers, or of probabilities in the shape of x, (4, 3); got 'float64' of shape (4,)",
    ),
    (
        lambda: nn.cross_entropy(X, Y, numpy.ones(4)),
        ShapeError,
        "'cross_entropy' needs weight of shape (3,), a number for each class; got (4,)",
    ),
    (
        lambda: nn.cross_entropy(X, Y, label_smoothing=1.5),
        ArgumentError,
        "'cross_entropy' takes label_smoothing from 0 to 1; got 1.5",
    ),
    (lambda: nn.nll_loss(1.0, 0), ShapeError, "'nll_loss' needs x of shape (N, C, ...) or (C,); got a number"),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[2][:40])
def test_what_makes_no_sense_is_refused_in_words(case):
    call, error, words = case
    with ug.use_backend("numpy"), pytest.raises(error) as caught:
        call()
    assert str(caught.value) == words
