"""Order, layout and curves: NumPy's values, gradients by differences, errors."""

from __future__ import annotations

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ArgumentError, ShapeError

RNG = numpy.random.default_rng(5)
X, V, W = RNG.permutation(12.0 + numpy.arange(12)).reshape(3, 4) / 7 + 0.03, RNG.normal(size=5), RNG.normal(size=3)
KNOTS = numpy.array([-1.0, 0.5, 2.0])


@pytest.fixture(autouse=True, params=["numpy", "torch", "jax"])
def backend(request):
    """Every function on every backend that is installed."""
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    with ug.use_backend(request.param):
        yield request.param


# Written once for unigrad and once for NumPy: a function of the namespace and of one array.
SAME = {
    "sort": (lambda np, x: np.sort(x, axis=0), X),
    "sort flat": (lambda np, x: np.sort(x, axis=None), X),
    "median": (lambda np, x: np.median(x, axis=1), X),
    "quantile": (lambda np, x: np.quantile(x, [[0.1, 0.6]], axis=0), X),
    "percentile": (lambda np, x: np.percentile(x, 35), X),
    "cumprod": (lambda np, x: np.cumprod(x), X),
    "diff": (lambda np, x: np.diff(x, n=2, axis=0), X),
    "ediff1d": (lambda np, x: np.ediff1d(x, to_begin=[1.0], to_end=2.0), X),
    "ptp": (lambda np, x: np.ptp(x, axis=0), X),
    "average": (lambda np, x: np.average(x, axis=0, weights=numpy.array([1.0, 2.0, 5.0])), X),
    "nanmean": (lambda np, x: np.nanmean(np.where(x > 3, numpy.nan, x), axis=1), X),
    "nanmax": (lambda np, x: np.nanmax(np.where(x > 3, numpy.nan, x), axis=0), X),
    "nanmin": (lambda np, x: np.nanmin(np.where(x < 2, numpy.nan, x)), X),
    "tril": (lambda np, x: np.tril(x, 1), X),
    "triu": (lambda np, x: np.triu(x, -1), X),
    "diag": (lambda np, x: np.diag(x, -2), V),
    "kron": (lambda np, x: np.kron(x, x[:2, :1]), X),
    "rot90": (lambda np, x: np.rot90(x, 3), X),
    "vander": (lambda np, x: np.vander(x, 3), V),
    "pad": (lambda np, x: np.pad(x, ((1, 2), (0, 1)), constant_values=3.0), X),
    "pad edge": (lambda np, x: np.pad(x, (1, 2), mode="edge"), X),
    "pad reflect": (lambda np, x: np.pad(x, 5, mode="reflect"), X),
    "pad symmetric": (lambda np, x: np.pad(x, 7, mode="symmetric"), X),
    "pad wrap": (lambda np, x: np.pad(x, ((4, 0), (5, 1)), mode="wrap"), X),
    "split": (lambda np, x: np.split(x, 2, axis=1)[1], X),
    "array_split": (lambda np, x: np.array_split(x, 3)[1], V),
    "hstack": (lambda np, x: np.hstack((x, x[:, :1])), X),
    "column_stack": (lambda np, x: np.column_stack((x[0], x[1] * 2)), X),
    "meshgrid": (lambda np, x: np.meshgrid(x, x[:3])[0], V),
    "select": (lambda np, x: np.select([x > 2.5, x > 2], [x, 2 * x], 0.5), X),
    "convolve": (lambda np, x: np.convolve(x, x[:3], mode="same"), V),
    "trapezoid": (lambda np, x: np.trapezoid(x, dx=0.5, axis=0), X),
    "polyval": (lambda np, x: np.polyval(x[:3], x), V),
    "interp": (lambda np, x: np.interp(x, KNOTS, W), V),
    "cbrt": (lambda np, x: np.cbrt(x), V),
    "sinc": (lambda np, x: np.sinc(x), V),
    "fmin": (lambda np, x: np.fmin(x, 2.0), X),
    "nan_to_num": (lambda np, x: np.nan_to_num(np.where(x > 2, numpy.inf, x), posinf=1.0), X),
}  # fmt: skip


@pytest.mark.parametrize("name", SAME)
def test_values_are_numpy_s_and_gradients_those_of_differences(name):
    function, x = SAME[name]
    expected = numpy.asarray(function(numpy, x))
    numpy.testing.assert_allclose(function(np, np.asarray(x)).numpy(), expected, rtol=1e-12, atol=1e-12)
    weights, way = RNG.normal(size=expected.shape), RNG.normal(size=x.shape)
    gradient = ug.grad(lambda x: np.sum(function(np, x) * weights))(np.asarray(x)).numpy()
    step = 1e-5
    slope = ((function(numpy, x + step * way) - function(numpy, x - step * way)) * weights).sum() / (2 * step)
    assert (gradient * way).sum() == pytest.approx(slope, rel=1e-7, abs=1e-7)


def test_the_largest_come_with_their_positions():
    values, places = np.topk(np.asarray([1.0, 3.0, 2.0, 3.0]), 3)
    assert values.tolist() == [3.0, 3.0, 2.0]
    assert places.tolist() == [1, 3, 2]
    assert np.topk(np.asarray([1.0, 3.0, 2.0]), 2, largest=False)[1].tolist() == [0, 2]


def test_what_is_not_zero_and_what_is_distinct():
    assert [index.tolist() for index in np.nonzero(np.asarray([[0, 2], [3, 0]]))] == [[0, 1], [1, 0]]
    x = np.asarray([2.0, 1.0, 2.0])
    values, first, inverse, counts = np.unique(x, return_index=True, return_inverse=True, return_counts=True)
    assert values.tolist() == [1.0, 2.0]
    assert (first.tolist(), inverse.tolist(), counts.tolist()) == ([1, 0], [1, 0, 1], [1, 2])
    assert ug.grad(lambda x: np.sum(np.unique(x) * x[:2]))(x).tolist() == [2.0, 4.0, 0.0]


def test_whole_numbers_have_a_median_and_a_sum_without_nan():
    assert np.median(np.asarray([1, 2, 3, 4])).item() == 2.5
    assert np.nansum(np.asarray([1, 2])).item() == 3
    assert np.sort(np.asarray([3, 1, 2]), descending=True).tolist() == [3, 2, 1]


@pytest.mark.parametrize(
    ("call", "kind", "message"),
    [
        (lambda: np.topk(np.ones(3), 4), ArgumentError, "'topk' cannot take 4 of the 3 elements along axis 0"),
        (lambda: np.quantile(np.ones(3), 1.5), ArgumentError, "'quantile' takes q from 0 to 1; got 1.5"),
        (lambda: np.percentile(np.ones(3), 101), ArgumentError, "'percentile' takes q from 0 to 100; got 101"),
        (lambda: np.diff(np.ones(3), n=-1), ArgumentError, "'diff' takes n from 0 on; got -1"),
        (
            lambda: np.split(np.ones(3), 2),
            ArgumentError,
            "an axis of length 3 cannot be split into 2 equal parts; use array_split",
        ),
        (
            lambda: np.pad(np.ones((2, 2)), ((1, 1), (1, 1), (1, 1))),
            ArgumentError,
            r"'pad' takes a width, a pair of them, or a pair for each of the 2 axes; got pad_width=\(\(1, 1\), \(1, 1\), \(1, 1\)\)",
        ),
        (lambda: np.pad(np.ones(2), -1), ArgumentError, "'pad' takes widths from 0 on; got pad_width=-1"),
        (
            lambda: np.pad(np.ones(2), 1, mode="round"),
            ArgumentError,
            "'pad' knows mode='constant', 'edge', 'reflect', 'symmetric', 'wrap', 'maximum', 'mean', 'median', 'minimum', "
            "'linear_ramp' and 'empty'; got 'round'",
        ),
        (
            lambda: np.diag(np.ones((1, 1, 1))),
            ShapeError,
            r"'diag' takes a vector or a matrix; got an array of shape \(1, 1, 1\)",
        ),
        (
            lambda: np.cross(np.ones(2), np.ones(3)),
            ShapeError,
            r"'cross' needs vectors of length 3 along axis -1; got an array of shape \(2,\)",
        ),
        (
            lambda: np.tril(np.ones(3)),
            ShapeError,
            r"a triangle is that of a matrix or a stack of them; got an array of shape \(3,\)",
        ),
        (
            lambda: np.convolve(np.ones(3), np.ones(0)),
            ShapeError,
            r"'convolve' needs two vectors that are not empty; got the shapes \(3,\) and \(0,\)",
        ),
        (lambda: np.select([], []), ArgumentError, "'select' needs a choice for each condition; got 0 and 0"),
        (
            lambda: np.meshgrid(np.ones(2), indexing="yx"),
            ArgumentError,
            "'meshgrid' takes indexing='xy' or 'ij'; got 'yx'",
        ),
        (lambda: np.hstack([]), ShapeError, "'hstack' needs at least one array"),
        (lambda: np.nonzero(np.asarray(1)), ShapeError, "'nonzero' needs an array with axes; reshape a 0-d one first"),
    ],
)
def test_a_mistake_is_named(call, kind, message):
    with pytest.raises(kind, match=f"^{message}$"):
        call()
