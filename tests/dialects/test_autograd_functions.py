"""Every function of the dialect's numpy beside NumPy's and autograd's: values, dtypes, gradients."""

import warnings

import numpy
import pytest
from dialects.autograd_sides import agree, dialect, native

import unigrad as ug
import unigrad.dialects.autograd as ag
import unigrad.dialects.autograd.numpy as np

REAL = pytest.importorskip("autograd", reason="the functions are compared with autograd's")

BACKENDS = ["numpy", "torch", "jax"]

A = numpy.array([[0.3, -1.2, 2.5], [1.7, 0.4, -0.6]])
B = numpy.array([[1.1, 0.7, -0.3], [2.2, -1.4, 0.9]])
V = numpy.array([0.4, -0.8, 1.6])
P = numpy.array([0.2, 0.5, 0.9])
M = numpy.array([[2.0, 0.3, -0.2], [0.1, 1.5, 0.4], [0.2, -0.3, 1.8]])
S = M @ M.T
CUBE = numpy.arange(24.0).reshape(2, 3, 4) / 10 + 0.05


@pytest.fixture(params=BACKENDS)
def backend(request):
    if request.param not in ug.available_backends():
        pytest.skip(f"the library of backend '{request.param}' is not installed")
    with ug.use_backend(request.param):
        yield request.param


UNARY = {
    "abs absolute fabs arctan arcsinh atan asinh ceil conj conjugate cos cosh deg2rad degrees exp exp2 expm1 fix floor "
    "isfinite isinf isnan negative positive rad2deg radians real rint sign signbit sin sinc sinh square tan tanh trunc": A,
    "log log10 log1p log2 sqrt reciprocal cbrt": P,
    "arccos arcsin arctanh acos asin atanh": P - 0.1,
    "arccosh acosh": P + 1.5,
    "logical_not": A > 0,
}
BINARY = (
    "add subtract multiply divide true_divide maximum minimum fmax fmin arctan2 atan2 hypot logaddexp logaddexp2 mod remainder "
    "fmod equal not_equal less less_equal greater greater_equal logical_and logical_or logical_xor copysign floor_divide heaviside"
)

CALLS = {
    "power": lambda np, x: np.power(np.abs(x), 2.5),
    "power2": lambda np, x: x**2 + x**3 + 2.0**x,
    "where": lambda np, x: np.where(x > 0, x, 2 * x),
    "where1": lambda np, x: np.where(A > 0)[0],
    "clip": lambda np, x: np.clip(x, -0.5, 1.0),
    "sum": lambda np, x: np.sum(x),
    "sum0": lambda np, x: np.sum(x, 0),
    "sum01": lambda np, x: np.sum(x, axis=(0, 1), keepdims=True),
    "prod": lambda np, x: np.prod(x, axis=1),
    "mean": lambda np, x: np.mean(x, axis=0, keepdims=True),
    "var": lambda np, x: np.var(x, axis=1, ddof=1),
    "std": lambda np, x: np.std(x),
    "max": lambda np, x: np.max(x, axis=1),
    "min": lambda np, x: np.amin(x, 0),
    "argmax": lambda np, x: np.argmax(A, axis=1),
    "argmin": lambda np, x: np.argmin(A),
    "argsort": lambda np, x: np.argsort(A, axis=0),
    "all": lambda np, x: np.all(A > -2, axis=0),
    "any": lambda np, x: np.any(A > 2),
    "cumsum": lambda np, x: np.cumsum(x, axis=1),
    "cumsum1": lambda np, x: np.cumsum(x),
    "sort": lambda np, x: np.sort(x[0]),
    "partition": lambda np, x: np.partition(x[0], 1)[:2],
    "reshape": lambda np, x: np.reshape(x, (3, 2)),
    "ravel": lambda np, x: np.ravel(x),
    "transpose": lambda np, x: np.transpose(x),
    "transpose3": lambda np, x: np.transpose(CUBE * x[0, 0], (2, 0, 1)),
    "swapaxes": lambda np, x: np.swapaxes(x, 0, 1),
    "moveaxis": lambda np, x: np.moveaxis(CUBE * x[0, 0], 0, 2),
    "rollaxis": lambda np, x: np.rollaxis(CUBE * x[0, 0], 2),
    "rollaxis2": lambda np, x: np.rollaxis(CUBE * x[0, 0], 0, 2),
    "squeeze": lambda np, x: np.squeeze(x[:, None]),
    "expand_dims": lambda np, x: np.expand_dims(x, 1),
    "broadcast_to": lambda np, x: np.broadcast_to(x[:1], (2, 3)),
    "repeat": lambda np, x: np.repeat(x, 2, axis=1),
    "tile": lambda np, x: np.tile(x, (2, 1)),
    "roll": lambda np, x: np.roll(x, 1, axis=1),
    "rot90": lambda np, x: np.rot90(x),
    "fliplr": lambda np, x: np.fliplr(x) + np.flipud(x),
    "concatenate": lambda np, x: np.concatenate([x, B, 2 * x], axis=1),
    "concatenate_none": lambda np, x: np.concatenate([x.ravel(), V]),
    "stack": lambda np, x: np.stack([x, x * 2], axis=2),
    "vstack": lambda np, x: np.vstack([x, V]),
    "hstack": lambda np, x: np.hstack([x, B]),
    "hstack1": lambda np, x: np.hstack([x[0], V]),
    "dstack": lambda np, x: np.dstack([x, B]),
    "column_stack": lambda np, x: np.column_stack([x[0], V]),
    "append": lambda np, x: np.append(x, V),
    "split": lambda np, x: np.split(x, 3, axis=1)[1],
    "array_split": lambda np, x: np.array_split(x, 2, axis=1)[0],
    "hsplit": lambda np, x: np.hsplit(x, [1])[1],
    "vsplit": lambda np, x: np.vsplit(x, 2)[1],
    "atleast_2d": lambda np, x: np.atleast_2d(x[0]),
    "atleast_3d": lambda np, x: np.atleast_3d(x),
    "diag": lambda np, x: np.diag(x[0]),
    "diag2": lambda np, x: np.diag(np.dot(x, x.T)),
    "tril": lambda np, x: np.tril(x) + np.triu(x, 1),
    "trace": lambda np, x: np.trace(x),
    "make_diagonal": lambda np, x: np.make_diagonal(x, offset=0, axis1=-1, axis2=-2),
    "diff": lambda np, x: np.diff(x, axis=1),
    "gradient": lambda np, x: np.gradient(x.ravel()),
    "kron": lambda np, x: np.kron(x, np.array([[1.0, 2.0]])),
    "outer": lambda np, x: np.outer(x[0], V),
    "inner": lambda np, x: np.inner(x, B),
    "cross": lambda np, x: np.cross(x, B),
    "dot": lambda np, x: np.dot(x, B.T),
    "dot3": lambda np, x: np.dot(CUBE, np.ones((4, 2)) * x[0, 0]),
    "matmul": lambda np, x: np.matmul(x, M),
    "tensordot": lambda np, x: np.tensordot(x, CUBE, axes=((1,), (1,))),
    "einsum": lambda np, x: np.einsum("ij,kj->ik", x, B),
    "einsum_implicit": lambda np, x: np.einsum("ij,kj", x, B),
    "nan_to_num": lambda np, x: np.nan_to_num(x),
    "select": lambda np, x: np.select([A > 1, A > 0], [np.array(A), np.array(A * 2)], default=7.0),
    "pad": lambda np, x: np.pad(x, ((1, 0), (0, 2)), "constant"),
    "full": lambda np, x: np.full((2, 2), x[0, 0]),
    "array": lambda np, x: np.array([x[0, 0], 2.0, x[1, 1]]),
    "array2": lambda np, x: np.array([[x[0, 0], 2.0], [3.0, x[1, 1]]]),
    "linspace": lambda np, x: np.linspace(x[0, 0], 2.0, 5),
    "getitem": lambda np, x: x[:, 1:][::-1],
    "getitem2": lambda np, x: x[[0, 1, 0], [2, 2, 1]],
    "getitem3": lambda np, x: x[A > 0],
    "getitem4": lambda np, x: x[..., None, 0],
    "methods": lambda np, x: (x.sum(axis=0) * x.mean() + x.max(1).sum() - x.std()).reshape(3, 1).T,
    "methods2": lambda np, x: x.ravel().cumsum() + x.flatten().squeeze().clip(0.1, 1.0) - x.swapaxes(0, 1).ravel(),
    "methods3": lambda np, x: x.astype("float64").transpose().reshape((2, 3)).repeat(2) + x.prod() + x.min() + x.var(),
    "r_": lambda np, x: np.r_[1.0, V, 0:3] + np.zeros(7),
    "c_": lambda np, x: np.c_[V, V],
    "comparison": lambda np, x: (x > 0) & (B < 1),
    "mod": lambda np, x: x % 0.7 + 5.0 % np.abs(x),
    "reflected": lambda np, x: 1.0 - x + 2.0 / (x + 5.0) + 3 * x - (-x),
    "matmul operator": lambda np, x: x @ M + B @ M,
    "unpacked": lambda np, x: [row * 2 for row in x][1],
    "mean of a list": lambda np, x: np.mean([x[0, 0], x[1, 1]]),
    "fft shift": lambda np, x: np.fft.fftshift(x) + np.fft.ifftshift(x),
    "norm": lambda np, x: np.linalg.norm(x),
    "norm_axis": lambda np, x: np.linalg.norm(x, axis=1),
    "norm_ord": lambda np, x: np.linalg.norm(x[0], ord=3),
    "norm_fro": lambda np, x: np.linalg.norm(x, "fro"),
    "inv": lambda np, x: np.linalg.inv(M * x[0, 0]),
    "det": lambda np, x: np.linalg.det(M + x[0, 0]),
    "slogdet": lambda np, x: np.linalg.slogdet(M + x[0, 0])[1],
    "solve": lambda np, x: np.linalg.solve(M, x.T),
    "solve_matrix": lambda np, x: np.linalg.solve(M + x[0, 0], V),
    "cholesky": lambda np, x: np.linalg.cholesky(S + x[0, 0] * np.eye(3)),
    "eig": lambda np, x: np.sum(np.abs(np.linalg.eig(S + x[0, 0] * np.diag(V))[0]) ** 2),
    "eigh": lambda np, x: np.linalg.eigh(S + x[0, 0] * np.diag(V))[0],
    "svd": lambda np, x: np.linalg.svd(M + x[0, 0], full_matrices=False)[1],
    "pinv": lambda np, x: np.linalg.pinv(np.array(A) * x[0, 0]),
}

EXTRA = {
    "float_power": lambda np, x: np.float_power(np.abs(x), 1.5),
    "take": lambda np, x: np.take(x, [0, 2, 2], axis=1),
    "take_along_axis": lambda np, x: np.take_along_axis(x, numpy.array([[0, 2], [1, 1]]), axis=1),
    "flip": lambda np, x: np.flip(x, axis=1) + np.flip(x),
    "cumprod": lambda np, x: np.cumprod(x, axis=1),
    "median": lambda np, x: np.median(x, axis=1) + np.median(x),
    "quantile": lambda np, x: np.quantile(x, [0.1, 0.8], axis=0),
    "percentile": lambda np, x: np.percentile(x, 30.0, keepdims=True),
    "nansum": lambda np, x: np.nansum(np.where(A > 1, np.nan, x), axis=0),
    "nanmean": lambda np, x: np.nanmean(np.where(A > 1, np.nan, x), axis=1),
    "nanstd": lambda np, x: np.nanstd(np.where(A > 1, np.nan, x)) + np.nanvar(x, axis=0, ddof=1),
    "nanmax": lambda np, x: np.nanmax(np.where(A > 1, np.nan, x), axis=1) - np.nanmin(x, axis=1),
    "average": lambda np, x: np.average(x, axis=1, weights=numpy.array([1.0, 2.0, 3.0])),
    "average2": lambda np, x: np.average(x, weights=numpy.abs(A)),
    "interp": lambda np, x: np.interp(x, [-2.0, 0.0, 3.0], [1.0, 5.0, 2.0]),
    "convolve": lambda np, x: np.convolve(x[0], V, "same") + np.correlate(x[1], V, "same"),
    "cov": lambda np, x: np.cov(x) + np.corrcoef(x),
    "cov2": lambda np, x: np.cov(x[0], x[1], ddof=0) + np.cov(x.T[:, :1], rowvar=False),
    "meshgrid": lambda np, x: np.meshgrid(x[0], V)[0] + np.meshgrid(x[1], V, indexing="ij")[0].T,
    "copysign": lambda np, x: np.copysign(x, B),
    "ptp": lambda np, x: np.ptp(x, axis=1),
    "compress": lambda np, x: np.compress([True, False, True], x, axis=1),
    "delete": lambda np, x: np.delete(x, 1, axis=1) + np.delete(x, [0], axis=1),
    "insert": lambda np, x: np.insert(x, 1, V[0], axis=1),
    "insert2": lambda np, x: np.insert(x, 1, x[1], axis=0),
    "block": lambda np, x: np.block([[x, x[:, :1]], [np.zeros((1, 4))]]),
    "vdot": lambda np, x: np.vdot(x, B) * x,
    "trapezoid": lambda np, x: np.trapezoid(x, dx=0.5) + np.trapezoid(x, x=numpy.array([0.0, 1.0, 4.0])),
    "vander": lambda np, x: np.vander(x[0], 4),
    "ediff1d": lambda np, x: np.ediff1d(x),
    "unstack": lambda np, x: np.unstack(x, axis=1)[2],
    "matrix_transpose": lambda np, x: np.matrix_transpose(x) * x.T,
    "cumulative_sum": lambda np, x: np.cumulative_sum(x, axis=1),
    "vecdot": lambda np, x: np.vecdot(x, B),
    "polyval": lambda np, x: np.polyval([1.0, -2.0, 0.5], x),
    "diagonal": lambda np, x: np.diagonal(CUBE * x[0, 0], 1, 1, 2),
    "einsum_trace": lambda np, x: np.einsum("ii", M * x[0, 0]),
    "einsum_list": lambda np, x: np.einsum(x, [0, 1], B, [2, 1], [0, 2]),
    "sort2": lambda np, x: np.sort(x, axis=1) + np.sort(x, axis=None)[:3],
    "partition2": lambda np, x: np.partition(x, 0, axis=1)[:, 0],
    "pad_edge": lambda np, x: np.pad(x, 1, "edge") + np.pad(x, 1, constant_values=2.0),
    "pad_reflect": lambda np, x: np.pad(x, ((0, 0), (2, 1)), mode="reflect"),
    "repeat_each": lambda np, x: np.repeat(x, [1, 0, 3], axis=1),
    "divmod": lambda np, x: np.divmod(x, 0.7)[1],
    "svdvals": lambda np, x: np.linalg.svdvals(x),
    "qr": lambda np, x: np.abs(np.linalg.qr(M + x[0, 0])[1]),
    "matrix_power": lambda np, x: np.linalg.matrix_power(M * x[0, 0], 3) + np.linalg.multi_dot([M, M, M * x[0, 0]]),
    "lstsq": lambda np, x: np.linalg.lstsq(M[:, :2] * x[0, 0], V, rcond=None)[0],
    "eigvalsh": lambda np, x: np.linalg.eigvalsh(S + x[0, 0] * np.diag(V)),
    "nuclear": lambda np, x: np.linalg.norm(x, "nuc") + np.linalg.norm(x, 2),
    "ix_": lambda np, x: x[np.ix_([0, 1], [0, 2])],
    "apply_along_axis": lambda np, x: np.apply_along_axis(lambda row: row * row.sum(), 1, x),
    "around": lambda np, x: np.around(x * 1.013, 1) + np.round(x * 1.013),
    "broadcast_arrays": lambda np, x: np.broadcast_arrays(x, V)[1] * x,
    "i0-like constants": lambda np, x: np.hanning(3) * x + np.tri(2, 3) + np.eye(2, 3) + np.identity(3)[:2],
    "sets": lambda np, x: np.unique(numpy.array([3.0, 1.0, 3.0])),
    "tests": lambda np, x: np.isclose(A, B) | np.isin(A, [0.3]) | (np.searchsorted([0.0, 1.0], A) > 1),
    "positions": lambda np, x: np.argwhere(A > 0) + np.flatnonzero(A > 0)[:, None] + np.count_nonzero(A),
    "creation": lambda np, x: (
        np.zeros((2, 3)) + np.ones_like(A) + np.full_like(A, 2) + np.empty_like(A) * 0 + np.arange(3)
    ),
    "arange": lambda np, x: np.arange(1, 7, 2) * np.arange(0.5, 3.0),
    "scalars": lambda np, x: np.float64(2) * x + np.pi + np.e,
    "triangles": lambda np, x: x[np.triu_indices(2)],
}


def differentiated(ag, np, f):
    """The value of `f` at A, and the gradient of its sum with weights; none where `f` is no floating function of x."""
    value = f(np, np.array(A))
    weights = numpy.cos(numpy.arange(max(int(np.size(value)), 1)))

    def total(x):
        return np.sum(np.ravel(f(np, x)) * weights)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return value, ag.grad(total)(A) if str(value.dtype) == "float64" else None


@pytest.mark.parametrize("name", CALLS)
def test_the_same_as_autograd(name, backend):
    got, want = differentiated(ag, np, CALLS[name]), differentiated(REAL, native().np, CALLS[name])
    if name == "cholesky":  # symmetric here, whatever autograd's triangle; the function of x is the same
        agree(got[0], want[0])
    agree(got, want, rtol=1e-8)


@pytest.mark.parametrize("name", EXTRA)
def test_the_same_value_as_numpy_and_the_gradient_by_differences(name, backend):
    f = EXTRA[name]
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        want = numpy.asarray(f(numpy, A))
    value, gradient = differentiated(ag, np, f)
    agree(value, want, rtol=1e-8)
    if gradient is not None:
        weights = numpy.cos(numpy.arange(max(want.size, 1)))
        agree(gradient, by_differences(lambda x: numpy.sum(numpy.ravel(f(numpy, x)) * weights)), rtol=1e-4, atol=1e-5)


def by_differences(f):
    slopes, h = numpy.zeros_like(A), 1e-6
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for place in numpy.ndindex(*A.shape):
            step = numpy.zeros_like(A)
            step[place] = h
            slopes[place] = (f(A + step) - f(A - step)) / (2 * h)
    return slopes


@pytest.mark.parametrize(("name", "x"), [(name, x) for names, x in UNARY.items() for name in names.split()])
def test_functions_of_one_array(name, x, backend):
    def run(s, x):
        f = getattr(s.np, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            tracked = x.dtype == float and name not in ("isfinite isinf isnan signbit cbrt positive".split())
            return f(s.np.array(x)), s.ag.elementwise_grad(f)(x) if tracked else None

    agree(run(dialect(), x), run(native(), x), rtol=1e-8)
    if x.dtype == float and name not in ("isfinite", "isinf", "isnan", "signbit"):
        with numpy.errstate(all="ignore"):
            agree(getattr(np, name)(0.5), numpy.asarray(getattr(numpy, name)(0.5)))
            if name != "reciprocal":  # whole numbers in NumPy, where it gives 0 for all but 1
                agree(getattr(np, name)(np.array([2, 1])), numpy.asarray(getattr(numpy, name)(numpy.array([2, 1]))))


@pytest.mark.parametrize("name", BINARY.split())
def test_functions_of_two_arrays(name, backend):
    f, whole = getattr(np, name), numpy.array([[1], [2]])
    for first, second in (
        (A, B),
        (A, V),
        (A, 0.7),
        (0.7, A),
        (A, whole),
        (whole, whole * 2),
        (A.tolist(), 1.5),
        (2, 3),
    ):
        agree(f(first, second), numpy.asarray(getattr(numpy, name)(first, second)), rtol=1e-8)
        converted = [np.array(each) if isinstance(each, numpy.ndarray) else each for each in (first, second)]
        agree(f(*converted), numpy.asarray(getattr(numpy, name)(first, second)), rtol=1e-8)
    narrow = numpy.array([1.5, 2.5], dtype="float32")
    agree(
        f(np.array(narrow), numpy.array([1, 2])),
        numpy.asarray(getattr(numpy, name)(narrow, numpy.array([1, 2]))),
        rtol=1e-6,
    )
    agree(f(np.array(narrow), 2.0), numpy.asarray(getattr(numpy, name)(narrow, 2.0)), rtol=1e-6)


@pytest.mark.parametrize(
    "name", "add subtract multiply divide maximum minimum arctan2 logaddexp logaddexp2 mod hypot".split()
)
def test_gradients_of_two_arrays(name, backend):
    def run(s):
        return s.ag.grad(lambda x, y: s.np.sum(getattr(s.np, name)(x, y) * B), (0, 1))(A, V + 2.1)

    agree(run(dialect()), run(native()), rtol=1e-8)


SPECIAL = "digamma erf erfc erfcinv erfinv expit gamma gammaln gammasgn i0 i1 logit logsumexp psi rgamma"


@pytest.mark.parametrize("name", SPECIAL.split())
def test_special_functions(name, backend):
    def run(s):
        f = getattr(s.special, name)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return f(s.np.array(P)), s.ag.grad(lambda x: s.np.sum(f(x)))(P) if name != "gammasgn" else None

    agree(run(dialect()), run(native()), rtol=1e-7)


SPECIAL_OF_TWO = {
    "beta": lambda s, x, y: s.special.beta(x, y),
    "betaln": lambda s, x, y: s.special.betaln(x, y),
    "polygamma": lambda s, x, y: s.special.polygamma(2, x) + y,
    "multigammaln": lambda s, x, y: s.special.multigammaln(x + 2.0, 3) * y,
}


@pytest.mark.parametrize("name", SPECIAL_OF_TWO)
def test_special_functions_of_two(name, backend):
    def run(s):
        f = lambda x, y: SPECIAL_OF_TWO[name](s, x, y)
        return f(s.np.array(P), 1.5), s.ag.grad(lambda x, y: s.np.sum(f(x, y)), (0, 1))(P, 1.5 + P)

    agree(run(dialect()), run(native()), rtol=1e-7)


@pytest.mark.parametrize("name", ["jn", "ive", "gammainc"])
def test_special_functions_without_a_primitive_say_so(name):
    with pytest.raises(ug.MissingName, match="unigrad has no primitive for it"):
        getattr(dialect().special, name)


def test_logsumexp_with_weights(backend):
    def run(s):
        f = lambda x: s.special.logsumexp(x, axis=1, b=numpy.abs(B)) * numpy.array([1.0, 2.0])
        return f(A), s.ag.jacobian(f)(A), s.special.logsumexp(A, keepdims=True)

    agree(run(dialect()), run(native()))


@pytest.mark.parametrize("name", "pdf logpdf cdf logcdf sf logsf".split())
def test_the_normal_distribution(name, backend):
    def run(s):
        f = getattr(s.norm, name)
        return f(A, 0.3, 1.7), s.ag.grad(lambda x, loc, scale: s.np.sum(f(x, loc, scale)), (0, 1, 2))(A, 0.3, 1.7)

    agree(run(dialect()), run(native()), rtol=1e-7)


def test_normal_vectors(backend):
    def run(s):
        f = lambda x, mean, cov: (
            s.np.sum(s.mvn.logpdf(x, mean, cov) + s.mvn.pdf(x, mean, cov)) + s.mvn.entropy(mean, cov)
        )
        return s.ag.value_and_grad(f)(A, V, S), s.ag.grad(f, 1)(A, V, S)

    agree(run(dialect()), run(native()), rtol=1e-7)
    both = ag.grad(lambda cov: np.sum(dialect().mvn.logpdf(A, V, cov)))(S)
    assert both.shape == (3, 3)


@pytest.mark.parametrize("lower", [False, True])
@pytest.mark.parametrize("trans", [0, 1, "T"])
def test_triangles_of_scipy(lower, trans, backend):
    def run(s):
        def f(a, b):
            return s.np.sum(s.scipy_linalg.solve_triangular(a, b, trans=trans, lower=lower) * A.T)

        return s.ag.grad(f, (0, 1))(M, B.T)

    agree(run(dialect()), run(native()), rtol=1e-8)


@pytest.mark.parametrize("lower", [False, True])
def test_cholesky_of_scipy(lower, backend):
    linalg = ag.scipy.linalg
    agree(linalg.cho_solve(linalg.cho_factor(S, lower), V), numpy.linalg.solve(S, V), rtol=1e-8)
    agree(linalg.solve(M, V) + linalg.inv(M) @ V, 2 * numpy.linalg.solve(M, V), rtol=1e-8)


def test_gradients_at_singular_points(backend):
    assert ag.grad(np.abs)(0.0).item() == 0.0
    assert ag.grad(np.maximum)(0.0, 0.0).item() == 0.5
    assert ag.grad(np.sinc)(0.0).item() == 0.0
    assert ag.grad(np.linalg.norm)(np.zeros(2)).tolist() == [0.0, 0.0]
    assert ag.grad(np.prod)(np.array([0.0, 2.0, 3.0])).tolist() == [6.0, 0.0, 0.0]
    assert ag.elementwise_grad(lambda x: np.clip(x, 0.0, 1.0))(np.array([0.0, 0.5, 1.0, 2.0])).tolist() == [
        1.0,
        1.0,
        1.0,
        0.0,
    ]


def test_what_users_of_numpy_call_is_there_or_has_a_reason():
    """Every name of autograd's tables of rules, and those that its users miss, is in the dialect."""
    wanted = (
        "abs arccos arccosh add amax amin angle arcsin arcsinh arctan arctan2 arctanh array_split astype atleast_1d broadcast_to clip "
        "concatenate conj cos cosh cross cumsum deg2rad degrees diag diagonal diff divide dot dsplit einsum exp exp2 expand_dims expm1 "
        "fabs fliplr flipud fmax fmin full gradient hsplit hypot imag inner kron linspace log log10 log1p log2 logaddexp logaddexp2 "
        "make_diagonal matmul max maximum mean min minimum mod moveaxis multiply nan_to_num negative outer pad partition permute_dims "
        "power prod rad2deg radians ravel real real_if_close reciprocal remainder repeat reshape roll rollaxis rot90 sin sinc sinh sort "
        "split sqrt square squeeze std subtract sum swapaxes tan tanh tensordot tile trace transpose tril triu true_divide var vsplit "
        "where array concat vstack hstack dstack column_stack row_stack stack append select r_ c_ take take_along_axis flip cumprod median "
        "percentile quantile average nansum nanmean interp convolve correlate cov corrcoef meshgrid cbrt copysign positive ptp "
        "compress delete insert block asarray copy vdot vecdot vander polyval trapezoid ediff1d unstack matrix_transpose cumulative_sum "
        "cumulative_prod"
    ).split()
    assert [name for name in wanted if name not in np.__all__] == []
