"""Convolutions and their transposes against Torch's; what is refused, in which words; dtypes and empty batches."""

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
pytestmark = pytest.mark.filterwarnings(
    "ignore:Using padding='same' with even kernel:UserWarning"
)  # Torch's own: it copies


def grid(n):
    """Stride, padding, dilation and groups in every combination, for `n` spatial axes."""
    strides, paddings = ((1, 2), (0, 1, "same", "valid")) if n < 3 else ((1, 2), (0, 1))
    for stride, padding, dilation, groups in itertools.product(strides, paddings, (1, 2), (1, 2)):
        if padding != "same" or stride == 1:
            yield n, {"stride": stride, "padding": padding, "dilation": dilation, "groups": groups}


CONVOLUTIONS = [
    *grid(1),
    *grid(2),
    (2, {"stride": (2, 3), "padding": (2, 0), "dilation": (1, 2)}),
    (2, {"stride": (1, 2), "padding": (0, 3), "groups": 4}),
    *grid(3),
]
SHAPES = {1: (9,), 2: (8, 7), 3: (5, 6, 5)}
KERNELS = {1: (3,), 2: (3, 2), 3: (2, 2, 1)}


@sampled(CONVOLUTIONS, each=16)
def test_convolutions_agree_with_torch(backend, case):
    n, options = case
    groups = options.get("groups", 1)
    x, weight, bias = drawn(2, 4, *SHAPES[n]), drawn(4, 4 // groups, *KERNELS[n]), drawn(4)
    name = f"conv{n}d"
    ours, theirs = getattr(nn, name), getattr(F, name)
    agree(backend, lambda *a: ours(*a, **options), lambda *a: theirs(*a, **options), x, weight, bias)


def transposes():
    for n in (1, 2, 3):
        for stride, padding, dilation, groups in itertools.product((1, 2, 3), (0, 1), (1, 2), (1, 2)):
            for output_padding in (0, 1) if stride > 1 else (0,):
                options = {"stride": stride, "padding": padding, "output_padding": output_padding}
                yield n, {**options, "groups": groups, "dilation": dilation}
    yield 2, {"stride": (2, 3), "padding": (1, 0), "output_padding": (0, 2), "dilation": (1, 2)}


@sampled([case for case in transposes() if case[0] < 3 or case[1]["dilation"] == 1], each=20)
def test_transposed_convolutions_agree_with_torch(backend, case):
    n, options = case
    groups = options.get("groups", 1)
    x, weight, bias = drawn(2, 4, *(4, 3, 3)[:n]), drawn(4, 2, *KERNELS[n]), drawn(2 * groups)
    name = f"conv_transpose{n}d"
    ours, theirs = getattr(nn, name), getattr(F, name)
    agree(backend, lambda *a: ours(*a, **options), lambda *a: theirs(*a, **options), x, weight, bias)


@pytest.mark.parametrize("backend", BACKENDS)
def test_an_array_without_a_batch_axis_comes_out_without_it(backend):
    agree(backend, nn.conv2d, F.conv2d, drawn(3, 5, 4), drawn(2, 3, 2, 2), drawn(2))
    agree(backend, nn.conv_transpose1d, F.conv_transpose1d, drawn(3, 5), drawn(3, 2, 2), drawn(2))


@pytest.mark.parametrize("backend", BACKENDS)
def test_padding_may_differ_at_both_ends(backend):
    pads = ((2, 0), (1, 3))
    theirs = lambda x, w: F.conv2d(F.pad(x, (1, 3, 2, 0)), w, stride=2)
    agree(backend, lambda x, w: nn.conv2d(x, w, stride=2, padding=pads), theirs, drawn(1, 2, 5, 4), drawn(2, 2, 3, 2))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("kernel", [2, 3, 4])
def test_same_padding_keeps_the_shape_and_pads_behind_first(backend, kernel):
    options = {"padding": "same", "dilation": 2}
    agree(
        backend,
        lambda x, w: nn.conv1d(x, w, **options),
        lambda x, w: F.conv1d(x, w, **options),
        drawn(2, 2, 8),
        drawn(3, 2, kernel),
    )


@pytest.mark.parametrize("backend", BACKENDS)
def test_blocks_of_a_batch_are_joined_in_order(backend):
    """More columns than a block holds, so that the fallback goes over the batch in parts."""
    x, weight = drawn(7, 8, 30, 30), drawn(2, 8, 5, 5)
    agree(
        backend,
        lambda x, w: nn.conv2d(x, w, padding=2),
        lambda x, w: F.conv2d(x, w, padding=2),
        x,
        weight,
        second=False,
    )
    agree(
        backend,
        lambda x, w: nn.conv_transpose2d(x, w, padding=2),
        lambda x, w: F.conv_transpose2d(x, w, padding=2),
        x,
        drawn(8, 2, 5, 5),
        second=False,
    )


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_an_empty_batch_has_an_empty_result_and_zero_gradients(backend, n):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    x, weight = numpy.zeros((0, 2, *(5,) * n)), drawn(4, 1, *(2,) * n)
    with ug.use_backend(backend):
        f = lambda x, w: getattr(nn, f"conv{n}d")(x, w, groups=2, stride=2)
        assert f(np.asarray(x), weight).shape == (0, 4, *(2,) * n)
        gx, gw = ug.grad(lambda x, w: f(x, w).sum(), (0, 1))(x, weight)
        assert gx.shape == x.shape
        assert not gw.numpy().any()
        back = getattr(nn, f"conv_transpose{n}d")(np.asarray(x), drawn(2, 3, *(2,) * n), stride=2)
        assert back.shape == (0, 3, *(10,) * n)


EMPTY = [
    ((2, 0, 4), (3, 0, 2), {}),
    ((2, 3, 4), (0, 3, 2), {}),
    ((0, 0, 4), (0, 0, 2), {}),
    ((2, 0, 4, 3), (4, 0, 2, 2), {"groups": 2, "padding": ((1, 0), (0, 1))}),
    ((1, 2, 0), (2, 2, 2), {"padding": 1}),
    ((1, 2, 4, 0), (2, 2, 2, 1), {"stride": (3, 2), "padding": ((2, 1), (0, 3)), "dilation": (2, 3)}),
]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("x", "weight", "options"), EMPTY)
def test_sums_over_nothing_are_zero_and_so_are_their_gradients(backend, x, weight, options):
    """`conv` of empty arrays, and its adjoints: each pull, and the pull of that, is one of the three."""
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        a, b = np.ones(x, dtype="float64"), np.ones(weight, dtype="float64")
        y = np.ones_like(ug.primitives.conv(a, b, **options))
        conv = lambda a, b: ug.primitives.conv(a, b, **options)
        transpose = lambda y, b: ug.primitives.conv_transpose(y, b, shape=x[2:], **options)
        slope = lambda a, y: ug.primitives.conv_weight(a, y, shape=weight[2:], **options)
        for f, one, two, shape in ((conv, a, b, y.shape), (transpose, y, b, x), (slope, a, y, weight)):
            total = lambda *both, f=f: np.sum(f(*both))
            doubled = lambda *both, total=total: sum(np.sum(g**2) for g in ug.grad(total, (0, 1))(*both))
            assert f(one, two).shape == shape
            assert not f(one, two).numpy().any()
            grads = (*ug.grad(total, (0, 1))(one, two), *ug.grad(doubled, (0, 1))(one, two))
            for g, given in zip(grads, (one, two, one, two), strict=True):
                assert g.shape == given.shape
                assert not g.numpy().any()


@sampled(["float32", "float64"])
def test_the_dtype_is_kept_in_values_and_gradients(backend, case):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    x, weight, bias = (drawn(*s).astype(case) for s in ((2, 2, 5, 5), (2, 2, 3, 3), (2,)))
    with ug.use_backend(backend):
        f = lambda *a: nn.conv2d(*a, stride=2, padding=1)
        assert f(x, weight, bias).dtype == case
        grads = ug.grad(lambda *a: (f(*a) ** 2).sum(), (0, 1, 2))(x, weight, bias)
        assert {str(g.dtype) for g in grads} == {case}
        assert nn.conv_transpose2d(x, weight, bias).dtype == case


def test_integers_become_the_default_dtype():
    with ug.use_backend("numpy"):
        out = nn.conv1d([[[1, 2, 3]]], [[[1, 1]]])
    assert out.dtype == ug.get_default_dtype()
    assert out.tolist() == [[[3.0, 5.0]]]


X, W = numpy.zeros((2, 4, 5, 6)), numpy.zeros((6, 2, 3, 2))
REFUSED = [
    (
        lambda: nn.conv2d(X, W),
        ShapeError,
        "'conv2d' needs weight of shape (a multiple of groups, channels of x / groups, ...); "
        "got x of shape (2, 4, 5, 6), weight of shape (6, 2, 3, 2) and groups=1",
    ),
    (
        lambda: nn.conv2d(X, W, groups=4),
        ShapeError,
        "'conv2d' needs weight of shape (a multiple of groups, channels of x / groups, ...); "
        "got x of shape (2, 4, 5, 6), weight of shape (6, 2, 3, 2) and groups=4",
    ),
    (
        lambda: nn.conv1d(X, W),
        ShapeError,
        "'conv1d' needs x of shape (N, C, ...) or (C, ...) and weight with 1 spatial axes too; "
        "got the shapes (2, 4, 5, 6) and (6, 2, 3, 2)",
    ),
    (
        lambda: nn.conv2d(X, W, numpy.zeros(5), groups=2),
        ShapeError,
        "'conv2d' needs bias of shape (6,), a number for each output channel; got (5,)",
    ),
    (
        lambda: nn.conv2d(X, W, groups=2, dilation=(3, 1)),
        ShapeError,
        "'conv2d' has a kernel that spans 7 elements along spatial axis 0, where the padded input has 5",
    ),
    (
        lambda: nn.conv2d(X, W, groups=2, padding=-1),
        ArgumentError,
        "'conv2d' takes padding from 0 on; got -1",
    ),
    (
        lambda: nn.conv2d(X, W, groups=2, padding="full"),
        ArgumentError,
        "'conv2d' takes padding='same', 'valid', or whole numbers; got 'full'",
    ),
    (
        lambda: nn.conv2d(X, W, groups=2, padding="same", stride=2),
        ArgumentError,
        "'conv2d' takes padding='same' with stride 1 only; got stride=(2, 2)",
    ),
    (lambda: nn.conv2d(X, W, groups=2, stride=0), ArgumentError, "'conv2d' takes stride from 1 on; got 0"),
    (
        lambda: nn.conv2d(X, W, groups=2, stride=(1, 1, 1)),
        ArgumentError,
        "'conv2d' takes stride as a whole number or 2 of them; got (1, 1, 1)",
    ),
    (
        lambda: nn.conv2d(X, W, groups=2, stride=1.5),
        ArgumentError,
        "'conv2d' takes stride as a whole number or 2 of them; got 1.5",
    ),
    (
        lambda: nn.conv2d(X, W, groups=2, padding=((1, 2),)),
        ArgumentError,
        "'conv2d' takes padding as a whole number, 2 of them or 2 pairs; got ((1, 2),)",
    ),
    (lambda: nn.conv2d(X, W, groups=0), ArgumentError, "'conv2d' takes groups from 1 on; got 0"),
    (
        lambda: nn.conv2d(X, numpy.zeros((2, 4, 0, 1))),
        ShapeError,
        "'conv2d' needs a kernel of at least one element along each axis; got weight of shape (2, 4, 0, 1)",
    ),
    (
        lambda: nn.conv_transpose2d(X, numpy.zeros((4, 2, 0, 1))),
        ShapeError,
        "'conv_transpose2d' needs a kernel of at least one element along each axis; got weight of shape (4, 2, 0, 1)",
    ),
    (
        lambda: nn.conv_transpose2d(X, W),
        ShapeError,
        "'conv_transpose2d' needs weight with as many rows as x has channels, a multiple of groups; "
        "got x of shape (2, 4, 5, 6), weight of shape (6, 2, 3, 2) and groups=1",
    ),
    (
        lambda: nn.conv_transpose2d(X, numpy.zeros((4, 2, 3, 2)), numpy.zeros(3)),
        ShapeError,
        "'conv_transpose2d' needs bias of shape (2,); got (3,)",
    ),
    (
        lambda: nn.conv_transpose2d(X, numpy.zeros((4, 2, 3, 2)), stride=2, output_padding=2),
        ArgumentError,
        "'conv_transpose2d' takes an output_padding below the stride; got output_padding=2, stride=2",
    ),
    (
        lambda: nn.conv_transpose2d(X, numpy.zeros((4, 2, 3, 2)), padding=4),
        ShapeError,
        "'conv_transpose2d' with padding=4 would give a result of the spatial shape (-1, -1)",
    ),
    (
        lambda: ug.primitives.conv(numpy.zeros((1, 1)), numpy.zeros((1, 1))),
        ShapeError,
        "'conv' needs x and weight with as many axes, two and one to three spatial ones; got the shapes (1, 1) and (1, 1)",
    ),
    (
        lambda: ug.primitives.conv_transpose(X, numpy.zeros((4, 2, 3, 2)), shape=(5, 5)),
        ShapeError,
        "'conv_transpose2d' gets (5, 6) positions of the window, but over shape=(5, 5) there are (3, 4)",
    ),
    (
        lambda: ug.primitives.conv_weight(X, X[:1], shape=1),
        ShapeError,
        "'conv_weight' needs x and y of one length along axis 0, and channels that are multiples of groups; "
        "got the shapes (2, 4, 5, 6) and (1, 4, 5, 6) and groups=1",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[2][:40])
def test_what_makes_no_sense_is_refused_in_words(case):
    call, error, words = case
    with ug.use_backend("numpy"), pytest.raises(error) as caught:
        call()
    assert str(caught.value) == words
