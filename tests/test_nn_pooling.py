"""Pooling against Torch's: strides, padding, dilation, rounding up, odd sizes; ties, NaN, dtypes, empty batches, what is refused."""

from __future__ import annotations

import itertools
import math

import numpy
import pytest
from torch_twin import BACKENDS, agree, drawn, sampled

import unigrad as ug
import unigrad.numpy as np
from unigrad import nn
from unigrad.errors import ArgumentError, ShapeError

torch = pytest.importorskip("torch", reason="torch is not installed: it is the oracle")
F = torch.nn.functional

SHAPES = {1: (9,), 2: (8, 7), 3: (4, 5, 4)}
INF, NAN = math.inf, math.nan


def grid(names):
    """Kernel, stride, padding and further options in every combination, for one to three spatial axes."""
    values = {"dilation": (1, 2), "ceil_mode": (False, True), "count_include_pad": (False, True)}
    for n in SHAPES:
        for size, stride, padding in itertools.product((2, 3), (None, 1, 2) if n < 3 else (2,), (0, 1)):
            for rest in itertools.product(*(values[name] for name in names)):
                options = dict(zip(names, rest, strict=True))
                if n == 3 and options.get("dilation") == 2 and size == 3:
                    continue  # it spans five elements, and there are four
                yield n, {"kernel_size": size, "stride": stride, "padding": padding, **options}


@sampled(
    [
        *grid(("dilation", "ceil_mode")),
        (2, {"kernel_size": (3, 2), "stride": (1, 3), "padding": (1, 0), "dilation": (2, 1)}),
        (2, {"kernel_size": (1, 4)}),
    ],
    each=40,
)
def test_max_pools_agree_with_torch(backend, case):
    n, options = case
    name = f"max_pool{n}d"
    agree(
        backend,
        lambda x: getattr(nn, name)(x, **options),
        lambda x: getattr(F, name)(x, **options),
        drawn(2, 2, *SHAPES[n]),
    )


@sampled(
    [
        *grid(("ceil_mode", "count_include_pad")),
        (2, {"kernel_size": (3, 2), "stride": (1, 3), "padding": (1, 0)}),
        (2, {"kernel_size": 3, "stride": 2, "padding": 1, "divisor_override": 5}),
        (3, {"kernel_size": 2, "ceil_mode": True, "divisor_override": -3}),
    ],
    each=40,
)
def test_means_agree_with_torch(backend, case):
    n, options = case
    name = f"avg_pool{n}d"
    agree(
        backend,
        lambda x: getattr(nn, name)(x, **options),
        lambda x: getattr(F, name)(x, **options),
        drawn(2, 2, *SHAPES[n]),
    )


@sampled(
    [
        *((n, size) for n in SHAPES for size in (1, 2, 3, 4)),
        (1, 12),
        (2, (3, None)),
        (2, (None, 2)),
        (2, (8, 7)),
        (3, (2, 1, 3)),
    ],
    each=6,
)
def test_adaptive_means_agree_with_torch(backend, case):
    n, size = case
    name = f"adaptive_avg_pool{n}d"
    agree(backend, lambda x: getattr(nn, name)(x, size), lambda x: getattr(F, name)(x, size), drawn(2, 2, *SHAPES[n]))


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", ["max_pool", "avg_pool", "adaptive_avg_pool"])
def test_an_array_without_a_batch_axis_comes_out_without_it(backend, name):
    for n, shape in {1: (5,), 2: (5, 4)}.items():
        ours, theirs = getattr(nn, f"{name}{n}d"), getattr(F, f"{name}{n}d")
        agree(backend, lambda x, ours=ours: ours(x, 2), lambda x, theirs=theirs: theirs(x, 2), drawn(3, *shape))


TIES = [
    ([1.0, 1.0, 0.0, 0.0], {"kernel_size": 2}, [1.0, 0.0, 1.0, 0.0]),
    ([1.0, 1.0, 1.0], {"kernel_size": 2, "stride": 1}, [1.0, 1.0, 0.0]),
    ([0.0, -1.0, 0.0], {"kernel_size": 3, "stride": 3, "padding": 1}, [1.0, 0.0, 0.0]),
    ([0.0, 0.0, 0.0], {"kernel_size": 3, "stride": 2, "padding": 1}, [1.0, 1.0, 0.0]),
    ([2.0, 3.0, 3.0, 3.0], {"kernel_size": 4}, [0.0, 1.0, 0.0, 0.0]),
    ([-INF, -INF], {"kernel_size": 2}, [1.0, 0.0]),
    ([-INF, -INF], {"kernel_size": 2, "padding": 1}, [1.0, 1.0]),
    ([INF, 1.0, INF], {"kernel_size": 3}, [1.0, 0.0, 0.0]),
    ([1.0, NAN, 3.0], {"kernel_size": 3}, [0.0, 1.0, 0.0]),
    ([1.0, NAN, NAN, 5.0], {"kernel_size": 2}, [0.0, 1.0, 1.0, 0.0]),
]


@pytest.mark.filterwarnings("error")
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize(("line", "options", "slopes"), TIES)
def test_of_elements_that_tie_the_first_has_the_slope(backend, line, options, slopes):
    """As in Torch. Padding, and the number 0 in it, has no part."""
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        x = np.asarray([[line]], dtype="float64")
        assert ug.grad(lambda x: np.sum(nn.max_pool1d(x, **options)))(x).tolist() == [[slopes]]


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_an_empty_batch_has_an_empty_result_and_gradient(backend, n):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        x = np.zeros((0, 2, *(5,) * n), dtype="float64")
        for name, rest in (("max_pool", (2, 2, 1)), ("avg_pool", (2, 2, 1)), ("adaptive_avg_pool", (3,))):
            f = lambda x, name=name, rest=rest: getattr(nn, f"{name}{n}d")(x, *rest)
            assert f(x).shape == (0, 2, *(3,) * n)
            assert ug.grad(lambda x, f=f: np.sum(f(x)))(x).shape == x.shape


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_no_channels_have_an_empty_result_and_gradient(backend, n):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        x = np.zeros((2, 0, *(5,) * n), dtype="float64")
        for name in ("max_pool", "avg_pool"):
            f = lambda x, name=name: getattr(nn, f"{name}{n}d")(x, 2, 2, 1)
            assert f(x).shape == (2, 0, *(3,) * n)
            assert ug.grad(lambda x, f=f: np.sum(f(x)))(x).shape == x.shape


@pytest.mark.parametrize("backend", BACKENDS)
def test_a_window_of_padding_alone_has_the_mean_zero_but_no_largest(backend):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        x = np.zeros((1, 2, 0, 3), dtype="float64")
        f = lambda x: np.sum(nn.avg_pool2d(x, 2, 1, 1))
        assert nn.avg_pool2d(x, 2, 1, 1).tolist() == [[[[0.0] * 4]] * 2]
        assert ug.grad(f)(x).shape == x.shape
        assert ug.grad(lambda x: np.sum(ug.grad(f)(x) ** 2))(x).shape == x.shape
        with pytest.raises(
            ShapeError, match=r"^'max_pool2d' has nothing to take the largest of; got the shape \(1, 2, 0, 3\)$"
        ):
            nn.max_pool2d(x, 2, 1, 1)


@sampled(["float32", "float64"])
def test_the_dtype_is_kept(backend, case):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    with ug.use_backend(backend):
        x = np.asarray(drawn(1, 2, 5, 5).astype(case))
        for name, rest in (("max_pool2d", (3, 2, 1)), ("avg_pool2d", (3, 2, 1)), ("adaptive_avg_pool2d", (3,))):
            f = lambda x, name=name, rest=rest: getattr(nn, name)(x, *rest)
            assert f(x).dtype == case
            assert ug.grad(lambda x, f=f: np.sum(f(x)))(x).dtype == case
            assert f(np.ones((1, 5, 5), dtype="int64")).dtype == ug.get_default_dtype()


X = numpy.zeros((2, 3, 5, 6))
REFUSED = [
    (
        lambda: nn.max_pool1d(X, 2),
        ShapeError,
        "'max_pool1d' needs an array of shape (N, C, ...) or (C, ...) with 1 spatial axes; got the shape (2, 3, 5, 6)",
    ),
    (
        lambda: nn.avg_pool2d(X, 7),
        ShapeError,
        "'avg_pool2d' has a kernel that spans 7 elements along spatial axis 0, where the padded input has 5",
    ),
    (
        lambda: nn.max_pool2d(X, 2, padding=2),
        ArgumentError,
        "'max_pool2d' takes padding up to half of the kernel, so that no window shows padding alone; "
        "got padding=2 and a kernel that spans 2 elements",
    ),
    (lambda: nn.max_pool2d(X, 0), ArgumentError, "'max_pool2d' takes kernel_size from 1 on; got 0"),
    (
        lambda: nn.max_pool2d(X, (2, 2, 2)),
        ArgumentError,
        "'max_pool2d' takes kernel_size as a whole number or 2 of them; got (2, 2, 2)",
    ),
    (lambda: nn.max_pool2d(X, 2, 0), ArgumentError, "'max_pool2d' takes stride from 1 on; got 0"),
    (
        lambda: nn.avg_pool2d(X, 2, divisor_override=0),
        ArgumentError,
        "'avg_pool2d' takes a divisor_override that is not 0",
    ),
    (
        lambda: nn.adaptive_avg_pool2d(X, (2, 2, 2)),
        ArgumentError,
        "'adaptive_avg_pool2d' takes output_size as a whole number or 2 of them; got (2, 2, 2)",
    ),
    (
        lambda: nn.adaptive_avg_pool2d(X, 0),
        ArgumentError,
        "'adaptive_avg_pool2d' takes output_size from 1 on; got (0, 0)",
    ),
    (
        lambda: nn.adaptive_avg_pool1d(X[:, :, 0, :0], 2),
        ShapeError,
        "'adaptive_avg_pool1d' has nothing to take the mean of; got the shape (2, 3, 0)",
    ),
]


@pytest.mark.parametrize("case", REFUSED, ids=lambda case: case[2][:40])
def test_what_makes_no_sense_is_refused_in_words(case):
    call, error, words = case
    with ug.use_backend("numpy"), pytest.raises(error) as caught:
        call()
    assert str(caught.value) == words
