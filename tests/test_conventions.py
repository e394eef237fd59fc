"""Singular points of what is written with several functions, with operators or along axes; those of one are on the cards."""

from __future__ import annotations

import math

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad import nn

INF, NAN = math.inf, math.nan
pytestmark = pytest.mark.filterwarnings("ignore::RuntimeWarning")  # NumPy's own, for 0/0 and the like


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
    "maximum of one array": (lambda x: np.maximum(x, x), 1.0, 1.0),
    "relu by where": (lambda x: np.where(x > 0, x, 0.0), 0.0, 0.0),
    "hinge": (lambda x: np.maximum(0.0, 1.0 - x), 1.0, -0.5),
    "max axis kept": (lambda x: np.max(x, axis=0, keepdims=True), [[1.0, 1.0], [1.0, 2.0]], [[0.5, 0.0], [0.5, 1.0]]),
    "element at argmax": (lambda x: x[np.argmax(x)], [1.0, 3.0, 3.0], [0.0, 1.0, 0.0]),
    "sqrt of a square": (lambda x: np.sqrt(x**2), 0.0, NAN),
    "norm at 0": (np.linalg.norm, [0.0, 0.0], [0.0, 0.0]),
    "norm of order inf": (lambda x: np.linalg.norm(x, ord=INF), [2.0, -2.0, 1.0], [0.5, -0.5, 0.0]),
    "Frobenius norm at 0": (np.linalg.norm, [[0.0, 0.0], [0.0, 0.0]], [[0.0, 0.0], [0.0, 0.0]]),
    "where NaN trap": (lambda x: np.where(x > 0, np.log(x), 0.0), 0.0, NAN),
    "where NaN trap of sqrt": (lambda x: np.where(x > 0, np.sqrt(x), 0.0), 0.0, NAN),
    "where NaN trap of a quotient": (lambda x: np.where(x != 0, np.sin(x) / x, 1.0), 0.0, NAN),
    "where NaN trap of exp": (lambda x: np.where(x > 1, x, np.exp(x)), 1000.0, NAN),
    "double where": (lambda x: np.where(x > 0, np.log(np.where(x > 0, x, 1.0)), 0.0), 0.0, 0.0),
    "mask index": (lambda x: np.log(x[x > 0]), [0.0, 1.0], [0.0, 1.0]),
    "x ** 0": (lambda x: x**0, 0.0, 0.0),
    "x ** 0.0": (lambda x: x**0.0, 0.0, 0.0),
    "x ** 1.0": (lambda x: x**1.0, 0.0, 1.0),
    "x ** 2.0": (lambda x: x**2.0, -1.0, -2.0),
    "x ** 0.5": (lambda x: x**0.5, 0.0, INF),
    "x ** -1": (lambda x: x**-1, 0.0, -INF),
    "2.0 ** y": (lambda y: 2.0**y, 0.0, math.log(2)),
    "0.0 ** y at 0": (lambda y: 0.0**y, 0.0, 0.0),
    "(-2.0) ** y": (lambda y: (-2.0) ** y, 2.0, NAN),
    "1 / x": (lambda x: 1 / x, 0.0, -INF),
    "x log x": (lambda x: x * np.log(x), 0.0, NAN),
    "0 log x": (lambda x: 0 * np.log(x), 0.0, NAN),
    "log of sigmoid far out": (lambda x: np.log(np.sigmoid(x)), -1000.0, NAN),
    "x / norm": (lambda x: x / np.linalg.norm(x), [0.0, 0.0], [NAN, NAN]),
    "prod axis with a zero": (lambda x: np.prod(x, axis=0), [[0.0, 2.0], [5.0, 3.0]], [[5.0, 3.0], [0.0, 2.0]]),
    "cumulative prod with two zeros": (np.cumprod, [0.0, 0.0, 3.0], [1.0, 0.0, 0.0]),
}  # fmt: skip


@pytest.mark.parametrize("name", ONE)
def test_the_slope_of_a_function_of_one_array(name):
    f, point, expected = ONE[name]
    (got,) = slopes(f, point)
    assert same(got, expected), got


SECOND = {
    "x ** 2": (lambda x: x**2, 0.0, 2.0),
    "x ** 2.0": (lambda x: x**2.0, 0.0, 2.0),
    "x ** 1.0": (lambda x: x**1.0, 0.0, 0.0),
    "x ** 0": (lambda x: x**0, 0.0, 0.0),
    "x ** 3": (lambda x: x**3, 0.0, 0.0),
    "x ** 3 at -2": (lambda x: x**3, -2.0, -12.0),
    "pow by array 2": (lambda x: np.pow(x, np.asarray(2.0, dtype="float64")), 0.0, 2.0),
    "pow by array 1": (lambda x: np.pow(x, np.asarray(1.0, dtype="float64")), 0.0, 0.0),
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


def test_det_is_exact_at_a_singular_matrix_to_the_second_order():
    x = np.asarray([[1.0, 2.0], [2.0, 4.0]], dtype="float64")
    hessian = [ug.grad(lambda x, i=i: ug.grad(np.linalg.det)(x).reshape(-1)[i])(x).tolist() for i in range(4)]
    expected = [[[0, 0], [0, 1]], [[0, 0], [-1, 0]], [[0, -1], [0, 0]], [[1, 0], [0, 0]]]
    numpy.testing.assert_allclose(hessian, expected, atol=1e-14)


@pytest.mark.parametrize("zeros", [(), (0,), (1,), (0, 2)], ids=str)
def test_cumulative_prod_is_exact_at_zeros_to_the_second_order(zeros):
    x = numpy.array([2.0, 3.0, 5.0])
    x[list(zeros)] = 0.0
    hessian = [ug.grad(lambda x, i=i: ug.grad(lambda x: np.sum(np.cumprod(x)))(x)[i])(x).tolist() for i in range(3)]
    assert hessian == [[0.0, 1 + x[2], x[1]], [1 + x[2], 0.0, x[0]], [x[1], x[0], 0.0]]


@pytest.mark.parametrize("window", [{"stride": 2}, {"stride": 1, "padding": 1}, {"stride": 1, "dilation": 2}], ids=str)
def test_the_first_element_that_ties_in_a_window_has_the_slope_as_torch_has_it(window):
    torch = pytest.importorskip("torch", reason="torch is not installed")
    given = numpy.random.default_rng(0).integers(0, 3, (2, 2, 6, 7)).astype("float64")
    leaf = torch.tensor(given, requires_grad=True)
    torch.nn.functional.max_pool2d(leaf, (2, 3), **window).sum().backward()
    (got,) = slopes(lambda x: nn.max_pool2d(x, (2, 3), **window), given)
    assert same(got, leaf.grad.numpy())
