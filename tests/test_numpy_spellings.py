"""NumPy's functions beyond the standard: NumPy's own answers on every backend, their gradients, and what they refuse."""

from __future__ import annotations

import math
import warnings

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ArgumentError, AxisError, DTypeError, ShapeError

RNG = numpy.random.default_rng(11)
X, Y, M = RNG.normal(size=(3, 4)), RNG.normal(size=(3, 4)), RNG.normal(size=(4, 4))
V, W = RNG.normal(size=6), RNG.normal(size=6)
I = numpy.array([3, 1, 2, 3, 1, 0])
B = X > 0
GAPS = numpy.where(RNG.random((3, 4)) < 0.3, numpy.nan, X)
GAPS[1] = X[1]
C = RNG.normal(size=(2, 3, 4))
UNSURE = numpy.array([numpy.nan, numpy.inf, -numpy.inf, 1.5])


@pytest.fixture(params=["numpy", "torch", "jax"])
def backend(request):
    """The backend in force."""
    if request.param != "numpy":
        pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    with ug.use_backend(request.param):
        yield request.param


METHODS = """linear lower higher nearest midpoint inverted_cdf averaged_inverted_cdf closest_observation hazen weibull
interpolated_inverted_cdf median_unbiased normal_unbiased""".split()

#: Each is called with unigrad's namespace and with NumPy's; arrays are NumPy's.
CALLS = {
    "quantile": [lambda np, m=m: np.quantile(X, (0.0, 0.2, 0.5, 0.75, 1.0), axis=1, method=m) for m in METHODS],
    "percentile": [lambda np: np.percentile(X, 30, method="higher"), lambda np: np.percentile(V, [10.0, 50.0])],
    "nanquantile": [lambda np, m=m: np.nanquantile(GAPS, (0.0, 0.3, 0.9), axis=1, method=m) for m in METHODS],
    "nanpercentile": [lambda np: np.nanpercentile(GAPS, 40, keepdims=True)],
    "median": [lambda np: np.median(X, axis=(0, 1)), lambda np: np.nanmedian(GAPS, axis=0)],
    "nan": [
        lambda np, axis=axis: [
            getattr(np, name)(GAPS, axis=axis) for name in "nansum nanprod nanmean nanmax nanmin nanvar nanstd".split()
        ]
        for axis in (None, 0, 1, (0, 1))
    ],
    "nan with ddof": [lambda np: np.nanvar(GAPS, axis=1, ddof=1), lambda np: np.nanstd(GAPS, ddof=1, keepdims=True)],
    "nan running": [lambda np: [np.nancumsum(GAPS, axis=1), np.nancumprod(GAPS), np.nancumsum(GAPS, dtype="float32")]],
    "nan positions": [lambda np: [np.nanargmax(GAPS), np.nanargmin(GAPS, axis=1)]],
    "nan of nothing": [lambda np: [np.nanmax(UNSURE[:1]), np.nanmean(UNSURE[:1]), np.nansum(UNSURE[:1])]],
    "reductions in a dtype": [
        lambda np: [
            np.sum(X.astype("float32"), 0, "float64"),
            np.prod(I, dtype="float64"),
            np.mean(I, dtype="float32"),
        ],
        lambda np: [np.var(X, 0, "float32"), np.std(X, dtype="float64", ddof=1), np.cumsum(I, dtype="float64")],
        lambda np: np.cumprod(X, axis=1),
    ],
    "average": [
        lambda np: np.average(X, axis=1, weights=[1.0, 2.0, 3.0, 4.0]),
        lambda np: np.average(X, axis=0, weights=Y, returned=True),
        lambda np: np.average(X, axis=0, returned=True),
    ],
    "interp": [lambda np: np.interp(V, [-1.0, 0.0, 2.0], [3.0, 1.0, 5.0], left=-9.0)],
    "convolve": [lambda np, mode=mode: np.convolve(V, W[:3], mode) for mode in ("full", "same", "valid")],
    "correlate": [
        lambda np, mode=mode, a=a, b=b: np.correlate(a, b, mode)
        for mode in ("full", "same", "valid")
        for a, b in ((V, W[:4]), (W[:3], V))
    ],
    "cov": [
        lambda np: np.cov(X),
        lambda np: np.cov(X, Y, rowvar=False, ddof=0),
        lambda np: np.cov(V, y=W, bias=True),
        lambda np: np.cov(V, fweights=I, aweights=abs(W)),
        lambda np: np.corrcoef(X),
        lambda np: np.corrcoef(V, W),
    ],
    "polynomials": [
        lambda np: [np.polyval(V, X), np.polyadd(V, W[:2]), np.polysub(V[:2], W), np.polymul(V, W[:3])],
        lambda np: [np.polyder(V), np.polyder(V, 2), np.polyint(V), np.polyint(V, 2, [1.0, 2.0])],
        lambda np: np.polyfit(V, W, 3),
    ],
    "unwrap": [
        lambda np: np.unwrap(X * 9, axis=0),
        lambda np: np.unwrap(V * 9, period=2.5),
        lambda np: np.unwrap(I * 3, period=4),
    ],
    "gradient": [
        lambda np: np.gradient(X),
        lambda np: np.gradient(X, 0.5, 2.0),
        lambda np: np.gradient(X, [0.0, 1.0, 1.5, 4.0], axis=1, edge_order=2),
        lambda np: np.gradient(V, edge_order=2),
        lambda np: np.gradient(I),
    ],
    "trapezoid": [lambda np: np.trapezoid(X, x=[0.0, 1.0, 3.0, 4.0]), lambda np: np.trapezoid(X, dx=2.0, axis=0)],
    "diff": [lambda np: np.diff(X, n=2), lambda np: np.ediff1d(V, to_begin=1.0), lambda np: np.diff(X, prepend=0.0)],
    "products": [
        lambda np: [np.inner(X, Y), np.vdot(X, Y), np.dot(X, M), np.outer(V, W), np.kron(X, V)],
        lambda np: [np.matvec(C, Y[0]), np.vecmat(X[:2, :3], C), np.tensordot(X, Y, 2), np.cross(X[:, :3], Y[:, 1:])],
        lambda np: np.einsum(X, [0, 1], M, [1, 2], [0, 2]),
        lambda np: np.einsum(X, [0, 1], Y, [0, 1]),
        lambda np: np.einsum("ij,jk->ik", X, M, optimize=True),
        lambda np: np.einsum(C, [..., 1], V[:4], [1], [...]),
    ],
    "linalg": [
        lambda np: [np.linalg.cond(M, p) for p in (None, 2, -2, 1, -1, math.inf, -math.inf, "fro")],
        lambda np: [
            np.linalg.tensorinv(RNG_(0, (2, 3, 6))),
            np.linalg.tensorsolve(RNG_(1, (2, 3, 6)), RNG_(2, (2, 3))),
        ],
        lambda np: np.linalg.tensorsolve(RNG_(3, (2, 6, 3)), RNG_(2, (2, 3)), axes=(1,)),
        lambda np: [np.linalg.norm(X, ord) for ord in (None, "fro", "nuc", 1, -1, 2, -2, math.inf)],
        lambda np: [np.linalg.norm(V, ord) for ord in (None, 0, 1, 3, -math.inf)],
        lambda np: np.linalg.norm(C, axis=(0, 2), keepdims=True),
    ],
    "layout": [
        lambda np: [np.flipud(X), np.fliplr(X), np.rot90(X, 3), np.ravel(X), np.rollaxis(C, 2), np.rollaxis(C, 0, 3)],
        lambda np: [np.swapaxes(C, 0, 2), np.resize(X, (2, 3)), np.resize(V, 8), np.roll(X, 2), np.transpose(C)],
        lambda np: [*np.broadcast_arrays(X, X[0], 1.0), np.row_stack([X, Y]) if hasattr(numpy, "row_stack") else X],
        lambda np: [np.atleast_3d(X), np.squeeze(X[None]), np.tile(X, 2), np.repeat(X, [1, 0, 2], axis=0)],
        lambda np: [*np.hsplit(X, 2), *np.vsplit(X, 3), *np.dsplit(C, [1, 3]), *np.array_split(V, 4), *np.split(V, 3)],
        lambda np: [np.block([[X, Y], [Y, X]]), np.block([V, 1.0]), np.block([[np.asarray(1.0)], [np.asarray(2.0)]])],
        lambda np: [np.concatenate([X, Y], axis=None), np.column_stack([V, W]), np.dstack([X, Y]), np.hstack([V, W])],
    ],
    "editing": [
        lambda np: [np.append(X, Y), np.append(X, Y[:1], axis=0), np.append(V, 1.0)],
        lambda np: [np.delete(X, 1), np.delete(X, [0, -1], axis=1), np.delete(V, slice(1, 4)), np.delete(V, I > 1)],
        lambda np: [np.insert(V, 2, 9.0), np.insert(V, 2, [8.0, 9.0]), np.insert(V, [0, 3, 3], [7.0, 8.0, 9.0])],
        lambda np: [np.insert(X, 1, 9.0, axis=1), np.insert(X, 1, V[:3], axis=1), np.insert(X, [1], Y[:, :2], axis=1)],
        lambda np: [
            np.insert(V, slice(0, 4, 2), [1.0, 2.0]),
            np.insert(X, -1, V[:4], axis=0),
            np.insert(X, [0, 3], 1.0, axis=0),
        ],
    ],
    "pad": [
        lambda np, mode=mode: np.pad(X, ((1, 2), (3, 0)), mode)
        for mode in (
            "constant",
            "edge",
            "reflect",
            "symmetric",
            "wrap",
            "maximum",
            "minimum",
            "mean",
            "median",
            "linear_ramp",
        )
    ],
    "pad with options": [
        lambda np: np.pad(X, 2, constant_values=((1.0, 2.0), (3.0, 4.0))),
        lambda np: np.pad(X, (1, 2), "mean", stat_length=2),
        lambda np: np.pad(X, 3, "linear_ramp", end_values=(5.0, -5.0)),
        lambda np: np.pad(I, 2, "mean", stat_length=3),
        lambda np: np.pad(I, 3, "linear_ramp", end_values=7),
        lambda np: np.pad(C, {-1: (1, 2)}),
    ],
    "choosing": [
        lambda np: [
            np.choose([[0, 1], [2, 0]], [X[:2, :2], Y[:2, :2], 5.0]),
            np.choose([0, 5], [V[:2], W[:2]], mode="clip"),
        ],
        lambda np: [np.compress([True, False, True], X, axis=0), np.compress([False, True], X), np.extract(B, X)],
        lambda np: [
            np.select([X > 1, X < -1], [X, Y], 9.0),
            np.take(V, [7, -1], mode="wrap"),
            np.take(X, [9, -9], mode="clip"),
        ],
        lambda np: np.piecewise(X, [X < 0, X > 1], [lambda x: x * x, 3.0, lambda x: -x]),
        lambda np: np.piecewise(X, [X < 0], [lambda x: x * x]),
        lambda np: [np.where(B, X, 1.0), *np.where(B), np.flatnonzero(B), np.argwhere(B), np.argwhere(np.asarray(1.0))],
        lambda np: [np.searchsorted([1.0, 2.0, 3.0], X), np.searchsorted([3.0, 1.0, 2.0], V, sorter=[1, 2, 0])],
    ],
    "counting": [
        lambda np: [np.bincount(I), np.bincount(I, minlength=9), np.bincount(I, weights=V)],
        lambda np: [
            np.digitize(V, [-1.0, 0.0, 1.0]),
            np.digitize(V, [1.0, 0.0, -1.0], right=True),
            np.digitize(I, [0, 1, 3], True),
        ],
        lambda np: np.histogram(V),
        lambda np: np.histogram(V, bins=4, range=(-1.0, 1.0), weights=W),
        lambda np: np.histogram(V, bins=[-2.0, 0.0, 2.0], density=True),
        lambda np: np.histogram(I, bins=3),
        lambda np: np.histogram([2.0, 2.0], bins=2),
    ],
    "rounding": [
        lambda np: [np.around(X, 2), np.round(X * 100, -1), np.round(X), np.rint(X), np.fix(X), np.trunc(X)],
        lambda np: [np.around(numpy.array([14, 15, 25]), -1), *np.modf(X), *np.modf(UNSURE), *np.divmod(X, Y)],
        lambda np: [*np.frexp(numpy.array([0.0, 1.0, -3.5, 1e300, 1e-300, 8.0, 0.1])), *np.frexp(UNSURE[:0])],
        lambda np: [np.ldexp(V, [1, 2, -3, 0, 40, -40]), np.fabs(X), np.float_power(I, 2), np.float_power(abs(V), 0.5)],
        lambda np: [
            np.degrees(X),
            np.radians(X),
            np.deg2rad(X),
            np.heaviside(X, 0.5),
            np.sinc(X),
            np.cbrt(X),
            np.fmax(X, Y),
        ],
        lambda np: [
            np.nan_to_num(UNSURE),
            np.copysign(X, Y),
            np.fmod(X, Y),
            np.logaddexp2(X, Y),
            np.exp2(X),
            np.log2(abs(X)),
        ],
    ],
    "closeness": [
        lambda np: [np.isclose(X, X + 1e-9), np.isclose(UNSURE, UNSURE), np.isclose(UNSURE, UNSURE, equal_nan=True)],
        lambda np: [np.isclose([1.0, 2.0], 1.05, rtol=0.1), np.isposinf(UNSURE), np.isneginf(UNSURE)],
    ],
    "sets": [
        lambda np: [np.union1d(I, [5, 1]), np.intersect1d(I, [5, 1]), np.setdiff1d(I, [1, 2]), np.setxor1d(I, [5, 1])],
        lambda np: [
            np.isin(I, [1, 3]),
            np.isin(X, X[0]),
            np.isin(I, []),
            np.isin(I, [1], invert=True),
            np.isin(B, [True]),
        ],
        lambda np: [*np.unique(I, return_counts=True)],
    ],
    "grids": [
        lambda np: [
            np.indices((2, 3)),
            *np.indices((2, 3), sparse=True),
            np.tri(3, 4, 1),
            np.identity(2),
            np.diagflat(X[:2, :2], 1),
        ],
        lambda np: [
            X[tuple(numpy.asarray(i) for i in np.ix_([0, 2], [True, False, True, False]))],
            *np.tril_indices(3, 1),
            *np.triu_indices(3, m=4),
        ],
        lambda np: [
            *np.diag_indices(3),
            *np.unravel_index([3, 7], (2, 5)),
            np.ravel_multi_index(([1, 0], [2, 4]), (2, 5)),
        ],
        lambda np: [
            np.ravel_multi_index(([1, 3], [2, 9]), (2, 5), mode="wrap"),
            np.fromfunction(lambda i, j: i + 2 * j, (2, 3)),
        ],
        lambda np: [
            *np.meshgrid(V[:2], W[:3], sparse=True),
            *np.meshgrid(V[:2], W[:3]),
            np.vander(V, 3),
            np.diag(V, -1),
        ],
        lambda np: [
            np.logspace(0, 2, 5),
            np.geomspace(1, 1000, 4),
            np.geomspace(-1.0, -8.0, 4),
            np.logspace(0, 3, 4, base=2.0, endpoint=False),
        ],
        lambda np: [
            *np.linspace(0.0, 1.0, 5, retstep=True),
            np.linspace([0.0, 1.0], [2.0, 5.0], 3),
            np.linspace(V[:2], 1.0, 3, axis=1),
        ],
    ],
    "order": [
        lambda np: [np.sort(X, axis=None), np.argsort(V), np.partition(V, 2)[2], np.lexsort((V, I)), np.ptp(X, axis=0)],
        lambda np: np.apply_along_axis(lambda line: line - line.mean(), 1, X),
        lambda np: np.apply_along_axis(lambda line: line.sum(), 0, C),
        lambda np: [np.size(X, 1), np.ndim(C), np.shape(X), np.size(X)],
    ],
}


def RNG_(seed, shape):  # noqa: N802 - a fresh RNG
    return numpy.random.default_rng(seed).normal(size=shape)


def parts(result):
    if isinstance(result, (list, tuple)):
        return [part for each in result for part in parts(each)]
    return [result]


@pytest.mark.parametrize(("name", "call"), [(name, call) for name, calls in CALLS.items() for call in calls])
def test_the_answers_are_numpys(backend, name, call):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # NumPy's of empty slices, and of names that it is about to drop
        expected = parts(call(numpy))
    ug.set_default_dtype("float64")
    try:
        got = parts(call(np))
    finally:
        ug.set_default_dtype("float32")
    assert len(got) == len(expected)
    for mine, theirs in zip(got, expected, strict=True):
        assert numpy.shape(theirs) == tuple(getattr(mine, "shape", ()))
        if hasattr(mine, "backend"):
            assert mine.backend.name == backend
            assert mine.dtype.kind == np.dtype(numpy.asarray(theirs).dtype).kind, name
        told = mine.numpy() if hasattr(mine, "backend") else mine
        tolerance = 1e-6 if "float32" in str(getattr(told, "dtype", "")) else 1e-9
        numpy.testing.assert_allclose(told, theirs, rtol=tolerance, atol=tolerance)


def test_whole_arrays_are_compared(backend):
    x = np.asarray(X)
    assert bool(np.allclose(x, x + 1e-9))
    assert not bool(np.allclose(x, x + 1e-3))
    assert bool(np.array_equal(x, X))
    assert not bool(np.array_equal(x, X[0]))
    assert bool(np.array_equiv(np.ones((2, 3)), np.ones(3)))
    assert not bool(np.array_equiv(np.ones(2), np.ones(3)))
    assert not bool(np.array_equal(UNSURE, UNSURE))
    assert bool(np.array_equal(UNSURE, UNSURE, equal_nan=True))


def test_dtypes_stay_those_of_the_array(backend):
    x = np.asarray(X, dtype="float32")
    for result in [
        np.quantile(x, 0.3), np.nanquantile(x, 0.3), np.cov(x), np.corrcoef(x), np.gradient(x[0]), np.pad(x, 1, "mean"),
        np.unwrap(x), np.polyint(x[0]), np.frexp(x).mantissa, np.ldexp(x, 2), np.around(x, 1), np.insert(x, 0, 1.0),
        np.append(x, 1.0), np.full_like(x, 2), np.interp(x, x[0], x[0]),
    ]:  # fmt: skip
        assert result.dtype == np.float32
    assert np.full_like(np.asarray([1, 2]), 2.5).dtype == np.int64


#: Functions of one vector of six, by which a gradient is taken; differences are the oracle.
SLOPES = {
    "nanquantile": lambda x: np.nanquantile(np.concatenate([x, np.asarray([math.nan])]), 0.4),
    "nanstd": lambda x: np.nanstd(np.concatenate([x, np.asarray([math.nan])])),
    "insert": lambda x: np.insert(x, [1, 3], x[:2] ** 2),
    "choose": lambda x: np.choose([0, 1, 0, 1, 1, 0], [x, x * x]),
    "piecewise": lambda x: np.piecewise(x, [x < 0], [lambda x: x**3, np.exp]),
    "linspace": lambda x: np.linspace(x[0], x[1] ** 2, 4),
    "geomspace": lambda x: np.geomspace(x[:2] ** 2 + 1, 4.0, 3),
    "logspace": lambda x: np.logspace(x[0], x[1], 3, base=2.0),
    "full_like": lambda x: np.full_like(x, x[0] * x[1]),
    "block": lambda x: np.block([[x[:2], x[2:4]], [x[4:], x[:2] * x[0]]]),
    "apply_along_axis": lambda x: np.apply_along_axis(lambda line: line * line[0], 0, np.reshape(x, (2, 3))),
    "bincount": lambda x: np.bincount(I, weights=x * x),
    "unique_values": lambda x: np.unique_values(x * x),
    "repeat": lambda x: np.repeat(x * x, [0, 1, 2, 1, 0, 3]),
    "cumulative_sum": lambda x: np.cumulative_sum(x * x, include_initial=True),
    "einsum": lambda x: np.einsum(x, [0], x, [1], [0, 1]),
    "sum": lambda x: np.sum(x * x, dtype="float64"),
    "pad": lambda x: np.pad(x, 2, "linear_ramp", end_values=1.0),
    "pad constants": lambda x: np.pad(x[:2], 1, constant_values=x[3]),
    "ldexp": lambda x: np.ldexp(x * x, [1, 2, 3, -1, -2, 0]),
    "frexp": lambda x: np.frexp(x).mantissa,
    "polyfit": lambda x: np.polyfit(x, np.sin(x), 2),
    "histogram": lambda x: np.histogram([0.1, 0.1, 0.5, 0.9, 0.7, 0.7], bins=3, weights=x * x)[0],
    "unwrap": lambda x: np.unwrap(3 * x),
    "take": lambda x: np.take(x * x, [7, -8], mode="wrap"),
    "partition": lambda x: np.partition(x, 2) * np.arange(6.0),
    "tensorsolve": lambda x: np.linalg.tensorsolve(RNG_(0, (2, 3, 6)) * x[0], np.reshape(x, (2, 3))),
}


@pytest.mark.parametrize("name", SLOPES)
def test_gradients_are_those_of_differences(backend, name):
    f = SLOPES[name]
    x = RNG_(5, 6)
    weights = RNG_(6, tuple(f(np.asarray(x)).shape))
    value = lambda x: np.sum(f(x) * weights)
    gradient = ug.grad(value)(np.asarray(x))
    way = RNG_(7, 6)
    slope = (float(value(np.asarray(x + 1e-6 * way))) - float(value(np.asarray(x - 1e-6 * way)))) / 2e-6
    assert float(np.sum(gradient * way)) == pytest.approx(slope, rel=1e-6, abs=1e-7)


REFUSED = [
    (lambda: np.quantile(X, 1.5), ArgumentError, "'quantile' takes q from 0 to 1; got 1.5"),
    (lambda: np.pad(X, 1, "mirror"), ArgumentError, "'pad' knows mode='constant', 'edge', 'reflect', 'symmetric', 'wrap', "
     "'maximum', 'mean', 'median', 'minimum', 'linear_ramp' and 'empty'; got 'mirror'"),
    (lambda: np.pad(X, ((1, 2), (3, 4), (5, 6))), ArgumentError,
     "'pad' takes a width, a pair of them, or a pair for each of the 2 axes; got pad_width=((1, 2), (3, 4), (5, 6))"),
    (lambda: np.pad(X, 1, "mean", stat_length=0), ArgumentError, "'pad' takes a stat_length from 1 on, or None; got 0"),
    (lambda: np.gradient(X, 1.0, 2.0, 3.0), ArgumentError, "'gradient' takes one spacing, or one for each of 2 axes; got 3"),
    (lambda: np.gradient(X, edge_order=3), ArgumentError, "'gradient' takes edge_order=1 or 2; got 3"),
    (lambda: np.gradient(X[:1]), ShapeError, "'gradient' needs at least 2 points along an axis; axis 0 has 1"),
    (lambda: np.cov(C), ShapeError, "'cov' takes a vector or a matrix; got an array of shape (2, 3, 4)"),
    (lambda: np.bincount(X), DTypeError, "'bincount' needs a vector of integers; got dtype 'float64' and shape (3, 4)"),
    (lambda: np.bincount([-1]), ArgumentError, "'bincount' counts numbers from 0 on; got -1"),
    (lambda: np.bincount([0, 1], [1.0]), ShapeError, "'bincount' needs a weight for each element; got (1,) for (2,)"),
    (lambda: np.choose([0.5], [X]), DTypeError, "'choose' needs integers to choose by, not 'float32'"),
    (lambda: np.choose([0], [X], mode="round"), ArgumentError,
     "'choose' takes mode='raise', 'wrap' or 'clip'; got 'round'"),
    (lambda: np.compress(X, X), ShapeError, "'compress' needs a vector of conditions; got an array of shape (3, 4)"),
    (lambda: np.broadcast_arrays(X, V), ShapeError, "the shapes (3, 4) and (6,) cannot be broadcast together"),
    (lambda: np.broadcast_shapes((2, 3), 4), ShapeError, "the shapes (2, 3) and (4,) cannot be broadcast together"),
    (lambda: np.rollaxis(X, 0, 4), AxisError,
     "'rollaxis' takes start from -2 to 2 for an array with 2 axes; got 4"),
    (lambda: np.fliplr(V), ShapeError, "'fliplr' needs at least 2 axes; got an array of shape (6,)"),
    (lambda: np.vsplit(V, 2), ShapeError, "'vsplit' needs at least 2 axes; got an array of shape (6,)"),
    (lambda: np.resize([], (2,)), ShapeError, "'resize' has no elements to fill the shape (2,) with"),
    (lambda: np.block([X, [Y]]), ShapeError, "'block' needs lists that are nested to one depth"),
    (lambda: np.delete(V, 6), ArgumentError, "'delete' has no position 6 along an axis of length 6"),
    (lambda: np.insert(V, 7, 1.0), ArgumentError, "'insert' has no position 7 along an axis of length 6"),
    (lambda: np.repeat(V, [1, 2]), ArgumentError,
     "'repeat' takes a whole number from 0 on, or 6 of them, one for each element; got [1, 2]"),
    (lambda: np.where(B, X), ArgumentError, "'where' takes a condition and two arrays, or a condition alone"),
    (lambda: np.searchsorted(V, V, side="middle"), ArgumentError,
     "'searchsorted' takes side='left' or 'right'; got 'middle'"),
    (lambda: np.inner(X, V), ShapeError, None),
    (lambda: np.vdot(V, X), ShapeError, "'vdot' needs as many elements of each; got 6 and 12"),
    (lambda: np.matvec(V, V), ShapeError, "'matvec' needs matrices; got an array of shape (6,)"),
    (lambda: np.einsum(X, [0, "a"]), ArgumentError,
     "'einsum' takes a text, or arrays and lists of labels from 0 to 51 in turn; got [0, 'a'] for a list"),
    (lambda: np.var(X, ddof=1, correction=1), ArgumentError,
     "'ddof' is another name for 'correction'; give one of them, not 1 and 1"),
    (lambda: np.cumulative_sum(X), ArgumentError,
     "a running sum or product of an array with 2 axes needs an axis; cumsum and cumprod flatten it"),
    (lambda: np.geomspace(-1.0, 1.0), ArgumentError,
     "'geomspace' needs two ends of one sign, neither of which is 0; use linspace"),
    (lambda: np.linspace(0, 1, -1), ArgumentError, "'linspace' takes num from 0 on; got -1"),
    (lambda: np.unravel_index(10, (2, 5)), ArgumentError,
     "'unravel_index' got a position that an array of shape (2, 5) does not have"),
    (lambda: np.ravel_multi_index(([0.5],), (2,)), DTypeError, "'ravel_multi_index' needs integers, not 'float32'"),
    (lambda: np.nanargmax([math.nan]), ArgumentError,
     "'nanargmax' needs an element that is not NaN in every line along axis None"),
    (lambda: np.polyder(X), ShapeError, "a polynomial is a vector of coefficients; got an array of shape (3, 4)"),
    (lambda: np.polyint(V, k=[1.0, 2.0]), ArgumentError,
     "'polyint' needs one constant k, or one for each of 1 integrations; got 2"),
    (lambda: np.linalg.tensorinv(X, ind=1), ShapeError,
     "'tensorinv' needs two groups of axes of one size; got the shape (3, 4) with ind=1"),
    (lambda: np.piecewise(V, [V > 0], [1.0, 2.0, 3.0]), ArgumentError,
     "'piecewise' needs a function for each condition, or one more; got 3 for 1"),
    (lambda: np.linalg.qr(X, mode="full"), ArgumentError, "'qr' takes mode='reduced', 'complete' or 'r'; got 'full'"),
]  # fmt: skip


@pytest.mark.parametrize(("call", "kind", "words"), REFUSED)
def test_bad_input_is_refused_in_words(call, kind, words):
    with pytest.raises(kind) as caught:
        call()
    assert words is None or str(caught.value) == words


def test_methods_are_numpys(backend):
    x = np.asarray(X)
    assert x.sum(dtype="float32").dtype == np.float32
    numpy.testing.assert_allclose(x.ptp(axis=0).numpy(), numpy.ptp(X, axis=0))
    numpy.testing.assert_allclose(x.cumprod().numpy(), X.cumprod())
    assert x.argsort(axis=0).tolist() == X.argsort(axis=0).tolist()
    assert [each.tolist() for each in (x > 0).nonzero()] == [each.tolist() for each in (X > 0).nonzero()]
    assert x.diagonal(1).tolist() == X.diagonal(1).tolist()
    assert x.trace().item() == pytest.approx(X.trace())
    numpy.testing.assert_allclose(x.round(2).numpy(), X.round(2))
    assert x.compress([True, False, True], axis=0).tolist() == X.compress([True, False, True], axis=0).tolist()
    assert np.asarray([1.0, 2.0, 3.0]).searchsorted(np.asarray([1.5, 3.0])).tolist() == [1, 2]
