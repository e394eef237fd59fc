"""Linear algebra: factors multiply to what they are of, gradients are Torch's and JAX's own, and errors say what is wrong."""

from __future__ import annotations

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ArgumentError, ShapeError

RNG = numpy.random.default_rng(3)
SQUARE = RNG.normal(size=(2, 4, 4)) + 4 * numpy.eye(4)
TALL, WIDE = RNG.normal(size=(2, 5, 3)), RNG.normal(size=(2, 3, 5))


@pytest.fixture(autouse=True, params=["numpy", "torch", "jax"])
def backend(request):
    """Every function on every backend that is installed."""
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    with ug.use_backend(request.param):
        yield request.param


def close(got, expected, tolerance=1e-10):
    numpy.testing.assert_allclose(got.numpy(), expected, rtol=tolerance, atol=tolerance)


@pytest.mark.parametrize("x", [SQUARE, TALL, WIDE], ids=["square", "tall", "wide"])
def test_the_factors_multiply_to_the_matrix(x):
    array = np.asarray(x)
    q, r = np.linalg.qr(array)
    close(q @ r, x)
    close(np.matrix_transpose(q) @ q, numpy.broadcast_to(numpy.eye(q.shape[-1]), (2, q.shape[-1], q.shape[-1])))
    u, s, vh = np.linalg.svd(array, full_matrices=False)
    close((u * s[..., None, :]) @ vh, x)
    close(np.linalg.svdvals(array), numpy.linalg.svdvals(x))
    full = np.linalg.svd(array)
    assert [tuple(part.shape[1:]) for part in full] == [
        part.shape[1:] for part in (numpy.linalg.svd(x).U, numpy.linalg.svd(x).S, numpy.linalg.svd(x).Vh)
    ]


def test_results_have_numpy_s_names():
    symmetric = np.asarray(SQUARE @ SQUARE.mT)
    values = np.linalg.eigh(symmetric)
    close(
        (values.eigenvectors * values.eigenvalues[..., None, :]) @ np.matrix_transpose(values.eigenvectors),
        SQUARE @ SQUARE.mT,
    )
    close(np.linalg.cholesky(symmetric), numpy.linalg.cholesky(SQUARE @ SQUARE.mT))
    assert np.linalg.qr(np.asarray(TALL)).R.shape == (2, 3, 3)
    assert np.linalg.slogdet(np.asarray(SQUARE)).sign.tolist() == numpy.linalg.slogdet(SQUARE).sign.tolist()


WEIGHTS = RNG.normal(size=(4, 4))
SCALARS = {
    "det": lambda np, x: np.linalg.det(x).sum(),
    "logabsdet": lambda np, x: np.linalg.slogdet(x)[1].sum(),
    "inv": lambda np, x: (np.linalg.inv(x) * WEIGHTS).sum(),
    "solve": lambda np, x: (np.linalg.solve(x, np.asarray(WEIGHTS)) ** 2).sum(),
    "pinv": lambda np, x: (np.linalg.pinv(x)[:, :3, :] ** 2).sum(),
    "cholesky": lambda np, x: np.linalg.cholesky(x @ np.matrix_transpose(x)).sum(),
    "eigh": lambda np, x: (np.linalg.eigh(x + np.matrix_transpose(x))[1][..., 0] ** 4).sum(),
    "eigvalsh": lambda np, x: (np.linalg.eigvalsh(x + np.matrix_transpose(x)) ** 3).sum(),
    "qr": lambda np, x: (np.linalg.qr(x)[0] ** 3).sum() + (np.linalg.qr(x)[1] ** 2 * WEIGHTS).sum(),
    "svd": lambda np, x: (np.linalg.svd(x, full_matrices=False)[2][:, 0] ** 4).sum(),
    "norms": lambda np, x: sum(np.linalg.matrix_norm(x, ord=o).sum() for o in (2, -2, "nuc", "fro", 1, numpy.inf)),
    "power": lambda np, x: (np.linalg.matrix_power(x, 3) * WEIGHTS).sum() + np.linalg.matrix_power(x, -2).sum(),
}


@pytest.mark.parametrize("name", SCALARS)
def test_the_gradient_is_jax_s_own(name):
    jax = pytest.importorskip("jax")
    jax.config.update("jax_enable_x64", True)
    expected = numpy.asarray(jax.grad(lambda x: SCALARS[name](jax.numpy, x))(SQUARE))
    close(ug.grad(lambda x: SCALARS[name](np, x))(np.asarray(SQUARE)), expected, 1e-9)


def test_the_gradient_of_cholesky_is_symmetric():
    definite = np.asarray(SQUARE @ SQUARE.swapaxes(-1, -2))
    slope = ug.grad(lambda x: np.sum(np.linalg.cholesky(x) * WEIGHTS))(definite)
    assert numpy.abs(slope.numpy()).max() > 0.01
    close(slope, slope.numpy().swapaxes(-1, -2))


def test_the_gradient_of_expm_is_torch_s_own():
    torch = pytest.importorskip("torch")
    x = torch.tensor(SQUARE / 2, requires_grad=True)
    (torch.linalg.matrix_exp(x) * torch.tensor(WEIGHTS)).sum().backward()
    got = ug.grad(lambda x: np.sum(np.linalg.expm(x) * WEIGHTS))(np.asarray(SQUARE / 2))
    close(got / 100, x.grad.numpy() / 100)


def test_least_squares_are_numpy_s():
    b = RNG.normal(size=(5, 2))
    got, expected = np.linalg.lstsq(np.asarray(TALL[0]), np.asarray(b)), numpy.linalg.lstsq(TALL[0], b)
    for one, two in zip(got, expected, strict=True):
        close(one, two)
    deficient = np.asarray(numpy.outer([1.0, 2.0, 3.0], [1.0, 1.0]))
    assert np.linalg.matrix_rank(deficient).item() == 1
    close(np.linalg.lstsq(deficient, np.asarray([1.0, 2.0, 3.0], dtype="float64")).solution, [0.5, 0.5])


def test_the_gradient_of_lstsq_is_that_of_the_normal_equations():
    b = RNG.normal(size=5)
    f = lambda a, b: np.sum(np.linalg.lstsq(a, b).solution ** 2)
    g = lambda a, b: np.sum(np.linalg.solve(np.matrix_transpose(a) @ a, np.matrix_transpose(a) @ b) ** 2)
    for one, two in zip(ug.grad(f, (0, 1))(TALL[0], b), ug.grad(g, (0, 1))(TALL[0], b), strict=True):
        close(one, two.numpy())


def test_only_the_triangle_counts():
    x, b = SQUARE[0], RNG.normal(size=4)
    for lower in (False, True):
        part = numpy.tril(x) if lower else numpy.triu(x)
        close(np.linalg.solve_triangular(np.asarray(x), np.asarray(b), lower=lower), numpy.linalg.solve(part, b))
        slope = ug.grad(lambda x, low=lower: np.sum(np.linalg.solve_triangular(x, b, lower=low)))(np.asarray(x))
        assert not numpy.any((numpy.triu if lower else numpy.tril)(slope.numpy(), 1 if lower else -1))


def test_a_full_svd_is_refused_where_it_is_recorded():
    message = r"^the full 'svd' of matrices of shape \(5, 3\) has no derivative; use full_matrices=False$"
    with pytest.raises(ArgumentError, match=message):
        ug.grad(lambda x: np.sum(np.linalg.svd(x)[1]))(np.asarray(TALL))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: np.linalg.inv(np.ones((2, 3))),
            r"a square matrix or a stack of them is needed; got an array of shape \(2, 3\)",
        ),
        (lambda: np.linalg.svdvals(np.ones(3)), r"a matrix or a stack of them is needed; got an array of shape \(3,\)"),
        (
            lambda: np.linalg.solve(np.ones((2, 2)), np.ones(3)),
            r"as many right-hand rows as unknowns are needed; got the shapes \(2, 2\) and \(3,\)",
        ),
        (
            lambda: np.linalg.matrix_norm(np.ones(3)),
            r"'matrix_norm' needs a matrix or a stack of them; got an array of shape \(3,\)",
        ),
    ],
)
def test_a_wrong_shape_is_named(call, message):
    with pytest.raises(ShapeError, match=f"^{message}$"):
        call()


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("shape", [(0, 0), (2, 3, 0), (2, 0, 3), (0, 2, 0)])
@pytest.mark.parametrize("ord", [1, 2, numpy.inf, -1, -2, -numpy.inf])
def test_norms_of_empty_matrices_are_numpys(backend, shape, ord):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    f = lambda x: np.linalg.matrix_norm(x, ord=ord)
    with ug.use_backend(backend):
        x = np.zeros(shape, dtype="float64")
        try:
            wanted = numpy.linalg.matrix_norm(numpy.zeros(shape), ord=ord)
        except ValueError:
            with pytest.raises(ShapeError, match="has nothing to take the smallest of; got the shape"):
                f(x)
            return
        assert f(x).shape == wanted.shape
        assert f(x).tolist() == wanted.tolist()
        assert ug.grad(lambda x: np.sum(f(x)))(x).shape == shape


def test_whole_numbers_are_taken_for_floats():
    assert np.linalg.det(np.asarray([[1, 2], [3, 4]])).item() == pytest.approx(-2, rel=1e-6)
    assert str(np.linalg.inv(np.asarray([[1, 2], [3, 4]])).dtype) == "float32"
