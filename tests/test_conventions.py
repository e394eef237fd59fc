"""Singular points: one convention for each kink, tie and pole, and NaN and infinity as IEEE has them."""

from __future__ import annotations

import math

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad import special

INF, NAN = math.inf, math.nan
TENS = 10.0 ** numpy.arange(5)
EYE = [[1.0, 0.0], [0.0, 1.0]]
RAMP = numpy.array([[1.0, 2.0], [3.0, 5.0]])
pytestmark = [
    pytest.mark.filterwarnings("ignore::RuntimeWarning"),  # NumPy's own, for 0/0 and the like
    pytest.mark.filterwarnings("ignore:.*degrees of freedom:UserWarning"),  # Torch's, for a variance of one number
]


@pytest.fixture(autouse=True, params=["numpy", "torch", "jax"])
def backend(request):
    """Each convention holds on every backend that is installed."""
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    with ug.use_backend(request.param):
        yield request.param


def slopes(f, *points):
    """The gradients of the sum of `f` at `points`, as lists."""
    arrays = [np.asarray(point, dtype="float64") for point in points]
    return [each.tolist() for each in ug.grad(lambda *xs: np.sum(f(*xs)), tuple(range(len(arrays))))(*arrays)]


def second(f, point):
    """The second derivative of `f` at the number `point`."""
    return ug.grad(ug.grad(f))(np.asarray(point, dtype="float64")).item()


def same(got, expected):
    return numpy.array_equal(numpy.asarray(got, dtype=float), numpy.asarray(expected, dtype=float), equal_nan=True)


ONE = {
    "abs at 0": (np.abs, 0.0, 0.0),
    "abs at -0": (np.abs, -0.0, 0.0),
    "sign": (np.sign, 0.0, 0.0),
    "floor": (np.floor, 1.0, 0.0),
    "ceil": (np.ceil, 1.0, 0.0),
    "round": (np.round, 1.0, 0.0),
    "trunc": (np.trunc, 1.0, 0.0),
    "relu": (np.relu, 0.0, 0.0),
    "maximum with 0": (lambda x: np.maximum(x, 0.0), 0.0, 0.5),
    "minimum with 0": (lambda x: np.minimum(x, 0.0), 0.0, 0.5),
    "maximum of one array": (lambda x: np.maximum(x, x), 1.0, 1.0),
    "relu by where": (lambda x: np.where(x > 0, x, 0.0), 0.0, 0.0),
    "hinge": (lambda x: np.maximum(0.0, 1.0 - x), 1.0, -0.5),
    "clip from below": (lambda x: np.clip(x, 0.0, None), 0.0, 1.0),
    "clip at both edges": (lambda x: np.clip(x, 0.0, 1.0), [0.0, 1.0, -0.1, 1.1], [1.0, 1.0, 0.0, 0.0]),
    "clip to one value": (lambda x: np.clip(x, 1.0, 1.0), 1.0, 1.0),
    "max all": (np.max, [1.0, 3.0, 3.0, 2.0, 3.0], [0.0, 1 / 3, 1 / 3, 0.0, 1 / 3]),
    "max axis": (lambda x: np.max(x, axis=1), [[1.0, 1.0], [1.0, 2.0]], [[0.5, 0.5], [0.0, 1.0]]),
    "max axis kept": (lambda x: np.max(x, axis=0, keepdims=True), [[1.0, 1.0], [1.0, 2.0]], [[0.5, 0.0], [0.5, 1.0]]),
    "min all": (np.min, [1.0, 1.0, 2.0], [0.5, 0.5, 0.0]),
    "max with NaN": (np.max, [1.0, NAN, 2.0], [0.0, 1.0, 0.0]),
    "max of infinities": (np.max, [INF, INF, 1.0], [0.5, 0.5, 0.0]),
    "element at argmax": (lambda x: x[np.argmax(x)], [1.0, 3.0, 3.0], [0.0, 1.0, 0.0]),
    "sqrt at 0": (np.sqrt, 0.0, INF),
    "sqrt below 0": (np.sqrt, -1.0, NAN),
    "sqrt of a square": (lambda x: np.sqrt(x**2), 0.0, NAN),
    "norm at 0": (np.linalg.norm, [0.0, 0.0], [0.0, 0.0]),
    "norm of order 1": (lambda x: np.linalg.norm(x, ord=1), [0.0, 1.0, -2.0], [0.0, 1.0, -1.0]),
    "norm of order 3 at 0": (lambda x: np.linalg.norm(x, ord=3), [0.0, 0.0], [0.0, 0.0]),
    "norm of order inf": (lambda x: np.linalg.norm(x, ord=INF), [2.0, -2.0, 1.0], [0.5, -0.5, 0.0]),
    "norm of order inf at 0": (lambda x: np.linalg.norm(x, ord=INF), [0.0, 0.0], [0.0, 0.0]),
    "norm of order 0": (lambda x: np.linalg.norm(x, ord=0), [2.0, 0.0], [0.0, 0.0]),
    "Frobenius norm at 0": (np.linalg.norm, [[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]),
    "std of a constant": (np.std, [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
    "var of a constant": (np.var, [2.0, 2.0, 2.0], [0.0, 0.0, 0.0]),
    "var without freedom": (lambda x: np.var(x, correction=1), [2.0], [NAN]),
    "where NaN trap": (lambda x: np.where(x > 0, np.log(x), 0.0), 0.0, NAN),
    "where NaN trap of sqrt": (lambda x: np.where(x > 0, np.sqrt(x), 0.0), 0.0, NAN),
    "double where": (lambda x: np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0), 0.0, 0.0),
    "mask index": (lambda x: np.log(x[x > 0]), [0.0, 1.0], [0.0, 1.0]),
    "x ** 0": (lambda x: x**0, 0.0, 0.0),
    "x ** 0.0": (lambda x: x**0.0, 0.0, 0.0),
    "x ** 1.0": (lambda x: x**1.0, 0.0, 1.0),
    "x ** 2": (lambda x: x**2, 0.0, 0.0),
    "x ** 2.0": (lambda x: x**2.0, -1.0, -2.0),
    "x ** 0.5": (lambda x: x**0.5, 0.0, INF),
    "x ** -1": (lambda x: x**-1, 0.0, -INF),
    "2.0 ** y": (lambda y: 2.0**y, 0.0, math.log(2)),
    "0.0 ** y at 0": (lambda y: 0.0**y, 0.0, 0.0),
    "0.0 ** y at 2": (lambda y: 0.0**y, 2.0, 0.0),
    "(-2.0) ** y": (lambda y: (-2.0) ** y, 2.0, NAN),
    "log at 0": (np.log, 0.0, INF),
    "log1p at -1": (np.log1p, -1.0, INF),
    "1 / x": (lambda x: 1 / x, 0.0, -INF),
    "x log x": (lambda x: x * np.log(x), 0.0, NAN),
    "logsumexp of -inf": (np.logsumexp, [-INF, -INF], [NAN, NAN]),
    "logsumexp with -inf": (np.logsumexp, [-INF, 0.0], [0.0, 1.0]),
    "logsumexp with inf": (np.logsumexp, [INF, 0.0], [NAN, 0.0]),
    "softmax of -inf": (lambda x: np.softmax(x)[0], [-INF, -INF], [NAN, NAN]),
    "tanh far out": (np.tanh, 1000.0, 0.0),
    "exp far out": (np.exp, 1000.0, INF),
    "asin at 1": (np.asin, 1.0, INF),
    "acosh at 1": (np.acosh, 1.0, INF),
    "atanh at 1": (np.atanh, 1.0, INF),
    "prod with a zero": (np.prod, [0.0, 2.0, 3.0], [6.0, 0.0, 0.0]),
    "prod with two zeros": (np.prod, [0.0, 0.0, 3.0], [0.0, 0.0, 0.0]),
    "prod axis with a zero": (lambda x: np.prod(x, axis=0), [[0.0, 2.0], [5.0, 3.0]], [[5.0, 3.0], [0.0, 2.0]]),
    "cumulative prod with a zero": (np.cumprod, [2.0, 0.0, 3.0], [1.0, 8.0, 0.0]),
    "cumulative prod with two zeros": (np.cumprod, [0.0, 0.0, 3.0], [1.0, 0.0, 0.0]),
    "sort with ties": (lambda x: np.sort(x) * TENS, [1.0, 3.0, 3.0, 2.0, 3.0], [1.0, 100.0, 1000.0, 10.0, 10000.0]),
    "sort descending with ties": (
        lambda x: np.sort(x, descending=True) * TENS, [1.0, 3.0, 3.0, 2.0, 3.0], [10000.0, 1.0, 10.0, 1000.0, 100.0]
    ),
    "topk with ties": (lambda x: np.topk(x, 2)[0] * TENS[:2], [1.0, 3.0, 3.0, 2.0, 3.0], [0.0, 1.0, 10.0, 0.0, 0.0]),
    "median of four": (np.median, [1.0, 2.0, 3.0, 4.0], [0.0, 0.5, 0.5, 0.0]),
    "median of a constant": (np.median, [2.0, 2.0, 2.0], [0.0, 1.0, 0.0]),
    "median with NaN": (np.median, [1.0, NAN, 2.0], [0.0, 1.0, 0.0]),
    "quantile with ties": (lambda x: np.quantile(x, 0.5), [1.0, 2.0, 2.0, 4.0], [0.0, 0.5, 0.5, 0.0]),
    "ptp with ties": (np.ptp, [1.0, 3.0, 3.0, 1.0], [-0.5, 0.5, 0.5, -0.5]),
    "nansum": (np.nansum, [NAN, 1.0], [0.0, 1.0]),
    "nanmean of NaN": (np.nanmean, [NAN, NAN], [0.0, 0.0]),
    "nanmax with ties": (np.nanmax, [NAN, 1.0, 1.0], [0.0, 0.5, 0.5]),
    "nan_to_num": (np.nan_to_num, [NAN, INF, 1.0], [0.0, 0.0, 1.0]),
    "interp at a knot": (lambda x: np.interp(x, [0.0, 1.0, 2.0], [0.0, 1.0, 0.0]), 1.0, -1.0),
    "cbrt at 0": (np.cbrt, 0.0, INF),
    "sinc at 0": (np.sinc, 0.0, 0.0),
    "i0 at 0": (special.i0, 0.0, 0.0),
    "i1 at 0": (special.i1, 0.0, 0.5),
    "erfinv at 1": (special.erfinv, 1.0, INF),
    "logit at 0": (special.logit, 0.0, INF),
    "entr at 0": (special.entr, 0.0, INF),
    "gammaln at 0": (special.gammaln, 0.0, -INF),
    "digamma at 0": (special.digamma, 0.0, INF),
    "det of a zero matrix": (np.linalg.det, [[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]),
    "eigvalsh of the identity": (lambda x: np.linalg.eigvalsh(x)[0], EYE, [[1.0, 0.0], [0.0, 0.0]]),
    "eigh of the identity": (lambda x: np.linalg.eigh(x)[1] * RAMP, EYE, [[NAN, NAN], [NAN, NAN]]),
    "svdvals of the identity": (lambda x: np.linalg.svdvals(x)[0], EYE, [[1.0, 0.0], [0.0, 0.0]]),
    "svd of the identity": (lambda x: np.linalg.svd(x)[0] * RAMP, EYE, [[NAN, NAN], [NAN, NAN]]),
    "norm of order 2 of the identity": (lambda x: np.linalg.norm(x, 2), EYE, [[0.5, 0.0], [0.0, 0.5]]),
    "nuclear norm at 0": (lambda x: np.linalg.norm(x, "nuc"), [[0.0, 0.0], [0.0, 0.0]], EYE),
    "pinv at 0": (np.linalg.pinv, [[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]),
    "sum over empty": (np.sum, [], []),
    "prod over empty": (np.prod, [], []),
    "mean over empty": (np.mean, [], []),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE)
def test_the_slope_of_a_function_of_one_array(name):
    f, point, expected = ONE[name]
    (got,) = slopes(f, point)
    assert same(got, expected), got


TWO = {
    "maximum tie": (np.maximum, 1.0, 1.0, 0.5, 0.5),
    "minimum tie": (np.minimum, 1.0, 1.0, 0.5, 0.5),
    "maximum with NaN": (np.maximum, NAN, 1.0, 1.0, 0.0),
    "maximum with NaN second": (np.maximum, 1.0, NAN, 0.0, 1.0),
    "minimum with NaN": (np.minimum, NAN, 1.0, 1.0, 0.0),
    "hypot at the origin": (np.hypot, 0.0, 0.0, 0.0, 0.0),
    "atan2 at the origin": (np.atan2, 0.0, 0.0, 0.0, 0.0),
    "copysign (1, 0)": (np.copysign, 1.0, 0.0, 1.0, 0.0),
    "copysign (0, 1)": (np.copysign, 0.0, 1.0, 0.0, 0.0),
    "remainder (3, 1.5)": (np.remainder, 3.0, 1.5, 1.0, -2.0),
    "fmax tie": (np.fmax, 1.0, 1.0, 0.5, 0.5),
    "fmax with NaN": (np.fmax, NAN, 1.0, 0.0, 1.0),
    "fmin with NaN second": (np.fmin, 1.0, NAN, 1.0, 0.0),
    "fmod (3, 1.5)": (np.fmod, 3.0, 1.5, 1.0, -2.0),
    "heaviside (0, 0.5)": (np.heaviside, 0.0, 0.5, 0.0, 1.0),
    "xlogy (0, 0)": (special.xlogy, 0.0, 0.0, 0.0, NAN),
    "xlogy (0, 2)": (special.xlogy, 0.0, 2.0, math.log(2), 0.0),
    "xlog1py (0, -1)": (special.xlog1py, 0.0, -1.0, 0.0, NAN),
    "floor_divide": (np.floor_divide, 3.0, 1.5, 0.0, 0.0),
    "pow(0, 0)": (np.pow, 0.0, 0.0, 0.0, 0.0),
    "pow(0, 1)": (np.pow, 0.0, 1.0, 1.0, 0.0),
    "pow(0, 2)": (np.pow, 0.0, 2.0, 0.0, 0.0),
    "pow(0, 0.5)": (np.pow, 0.0, 0.5, INF, 0.0),
    "pow(0, -1)": (np.pow, 0.0, -1.0, -INF, -INF),
    "pow(1, 0)": (np.pow, 1.0, 0.0, 0.0, 0.0),
    "pow(-1, 2)": (np.pow, -1.0, 2.0, -2.0, NAN),
    "pow(-2, 0.5)": (np.pow, -2.0, 0.5, NAN, NAN),
    "divide (0, 0)": (np.divide, 0.0, 0.0, INF, NAN),
    "logaddexp(inf, inf)": (np.logaddexp, INF, INF, NAN, NAN),
}  # fmt: skip


@pytest.mark.parametrize("name", TWO)
def test_the_slopes_of_a_function_of_two_arrays(name):
    f, x, y, dx, dy = TWO[name]
    got = slopes(f, x, y)
    assert same(got, [dx, dy]), got


@pytest.mark.parametrize(
    ("x", "expected"), [(0.0, [1.0, 0.0, 0.0]), (-1.0, [0.0, 1.0, 0.0]), (2.0, [0.0, 0.0, 1.0]), (1.0, [1.0, 0.0, 0.0])]
)
def test_clip_between_arrays_gives_the_slope_to_whichever_holds(x, expected):
    assert slopes(np.clip, x, 0.0, 1.0) == expected


SECOND = {
    "abs": (np.abs, 0.0, 0.0),
    "relu": (np.relu, 0.0, 0.0),
    "x ** 2": (lambda x: x**2, 0.0, 2.0),
    "x ** 2.0": (lambda x: x**2.0, 0.0, 2.0),
    "x ** 1.0": (lambda x: x**1.0, 0.0, 0.0),
    "x ** 0": (lambda x: x**0, 0.0, 0.0),
    "x ** 3": (lambda x: x**3, 0.0, 0.0),
    "x ** 3 at -2": (lambda x: x**3, -2.0, -12.0),
    "pow by array 2": (lambda x: np.pow(x, np.asarray(2.0, dtype="float64")), 0.0, 2.0),
    "pow by array 1": (lambda x: np.pow(x, np.asarray(1.0, dtype="float64")), 0.0, 0.0),
    "sqrt": (np.sqrt, 0.0, -INF),
    "square": (np.square, 0.0, 2.0),
    "i0": (special.i0, 0.0, 0.5),
}


@pytest.mark.parametrize("name", SECOND)
def test_the_second_derivative_at_a_singular_point(name):
    f, point, expected = SECOND[name]
    got = second(f, point)
    assert same(got, expected), got


@pytest.mark.parametrize("zeros", [(), (0,), (0, 1), (0, 1, 2)], ids=["none", "one", "two", "three"])
def test_prod_is_exact_at_zeros_to_the_second_order(zeros):
    x = numpy.array([2.0, 3.0, 5.0])
    x[list(zeros)] = 0.0
    hessian = [ug.grad(lambda x, i=i: ug.grad(np.prod)(x)[i])(x).tolist() for i in range(3)]
    assert hessian == [[0.0, x[2], x[1]], [x[2], 0.0, x[0]], [x[1], x[0], 0.0]]


@pytest.mark.parametrize(
    ("x", "adjugate"),
    [
        ([[1.0, 2.0], [2.0, 4.0]], [[4.0, -2.0], [-2.0, 1.0]]),
        (numpy.ones((3, 3)), numpy.zeros((3, 3))),
        (numpy.diag([2.0, 3.0, 0.0]), numpy.diag([0.0, 0.0, 6.0])),
    ],
)
def test_the_gradient_of_det_at_a_singular_matrix_is_its_transposed_adjugate(x, adjugate):
    (got,) = slopes(np.linalg.det, x)
    numpy.testing.assert_allclose(got, adjugate, atol=1e-14)


def test_det_is_exact_at_a_singular_matrix_to_the_second_order():
    x = np.asarray([[1.0, 2.0], [2.0, 4.0]], dtype="float64")
    hessian = [ug.grad(lambda x, i=i: ug.grad(np.linalg.det)(x).reshape(-1)[i])(x).tolist() for i in range(4)]
    expected = [[[0, 0], [0, 1]], [[0, 0], [-1, 0]], [[0, -1], [0, 0]], [[1, 0], [0, 0]]]
    numpy.testing.assert_allclose(hessian, expected, atol=1e-14)


def test_the_second_derivative_of_sinc_at_0_is_that_of_its_series():
    assert second(np.sinc, 0.0) == pytest.approx(-(math.pi**2) / 3, rel=1e-15)


@pytest.mark.parametrize("zeros", [(), (0,), (1,), (0, 2)], ids=str)
def test_cumulative_prod_is_exact_at_zeros_to_the_second_order(zeros):
    x = numpy.array([2.0, 3.0, 5.0])
    x[list(zeros)] = 0.0
    hessian = [ug.grad(lambda x, i=i: ug.grad(lambda x: np.sum(np.cumprod(x)))(x)[i])(x).tolist() for i in range(3)]
    assert hessian == [[0.0, 1 + x[2], x[1]], [1 + x[2], 0.0, x[0]], [x[1], x[0], 0.0]]
