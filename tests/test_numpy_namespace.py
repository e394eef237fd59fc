"""unigrad.numpy: NumPy's names with NumPy's answers, the dtypes of new arrays, and one stream of random numbers."""

from __future__ import annotations

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ArgumentError, AxisError, DTypeError, ShapeError

RNG = numpy.random.default_rng(0)
A, B, C = RNG.normal(size=(3, 4)), RNG.normal(size=(4, 5)), RNG.normal(size=(2, 3, 4))
S, V = RNG.normal(size=(4, 4)), RNG.normal(size=4)


def agree(got, expected):
    assert tuple(got.shape) == numpy.shape(expected)
    numpy.testing.assert_allclose(got.numpy(), expected, rtol=1e-12, atol=1e-12)


EINSUMS = [
    ("ij,jk->ik", A, B),
    ("ij,jk", A, B),
    ("ij->ji", A),
    ("ij->", A),
    ("ij->j", A),
    ("ii->i", S),
    ("ii", S),
    ("ii->", S),
    ("i,i", V, V),
    ("i,j->ij", V, V),
    ("...ij->...ji", C),
    ("bij,jk->bik", C, B),
    ("...ij,jk->...ik", C, B),
    ("ij,jk,k->i", A, B, B[0]),
    ("ij,ij->ij", A, A),
    ("ba", A),
    (" ij , jk -> ki ", A, B),
    ("i->i", V),
    ("ij,j->", A, V),
]


@pytest.mark.parametrize("case", EINSUMS, ids=lambda case: case[0])
def test_einsum_agrees_with_numpy(case):
    agree(np.einsum(*case), numpy.einsum(*case))


@pytest.mark.parametrize("case", EINSUMS, ids=lambda case: case[0])
def test_the_gradient_of_einsum_is_that_of_differences(case):
    subscripts, *arrays = case
    weights = RNG.normal(size=numpy.einsum(subscripts, *arrays).shape)
    f = lambda *xs: np.sum(np.einsum(subscripts, *xs) * weights)
    gradients = ug.grad(f, tuple(range(len(arrays))))(*arrays)
    for i, gradient in enumerate(gradients):
        way = RNG.normal(size=arrays[i].shape)
        moved = [[a + h * way if i == j else a for j, a in enumerate(arrays)] for h in (1e-6, -1e-6)]
        slope = (float(f(*moved[0])) - float(f(*moved[1]))) / 2e-6
        assert float(np.sum(gradient * way)) == pytest.approx(slope, rel=1e-6, abs=1e-8)


@pytest.mark.parametrize(
    ("indices", "axis"), [([2, 0, 0], 0), ([1, -1], 1), ([[0, 1], [3, 3]], -1), ([0, 11, -1], None), (2, 0)]
)
def test_take_agrees_with_numpy(indices, axis):
    agree(np.take(np.asarray(A), indices, axis=axis), numpy.take(A, indices, axis=axis))


@pytest.mark.parametrize(
    ("indices", "axis"), [([[0, 2], [1, 1], [3, 0]], 1), ([[1, 0, 1, 2]], 0), ([[-1], [0], [1]], -1)]
)
def test_take_along_axis_agrees_with_numpy(indices, axis):
    agree(
        np.take_along_axis(np.asarray(A), np.asarray(indices), axis=axis),
        numpy.take_along_axis(A, numpy.array(indices), axis=axis),
    )


@pytest.mark.parametrize("offset", [-2, -1, 0, 1, 3])
def test_diagonal_and_trace_agree_with_numpy(offset):
    agree(np.diagonal(np.asarray(A), offset=offset), numpy.diagonal(A, offset=offset))
    agree(np.trace(np.asarray(A), offset=offset), numpy.trace(A, offset=offset))


# -- creation


@pytest.mark.parametrize(
    ("made", "dtype"),
    [
        (lambda: np.arange(4.0), "float32"),
        (lambda: np.arange(4), "int64"),
        (lambda: np.arange(1, 2, 0.5), "float32"),
        (lambda: np.asarray([1.0, 2.0]), "float32"),
        (lambda: np.asarray([1, 2.5]), "float32"),
        (lambda: np.asarray([1, 2]), "int64"),
        (lambda: np.asarray([True]), "bool"),
        (lambda: np.asarray(1j), "complex64"),
        (lambda: np.asarray(A), "float64"),
        (lambda: np.asarray(A, dtype="float32"), "float32"),
        (lambda: np.asarray([1, 2], dtype=numpy.float64), "float64"),
        (lambda: np.asarray(numpy.arange(3, dtype="int32")), "int32"),
        (lambda: np.asarray([]), "float32"),
        (lambda: np.zeros(3), "float32"),
        (lambda: np.ones((2, 3)), "float32"),
        (lambda: np.full((2,), 1.5), "float32"),
        (lambda: np.full((2,), 3), "int64"),
        (lambda: np.eye(2), "float32"),
        (lambda: np.linspace(0, 1, 5), "float32"),
        (lambda: np.zeros_like(np.asarray(A)), "float64"),
        (lambda: np.ones_like(np.asarray([1])), "int64"),
        (lambda: np.full_like(np.asarray(A), 2), "float64"),
        (lambda: np.sqrt(np.asarray([4])), "float32"),
        (lambda: np.asarray(A) * 2.0, "float64"),
        (lambda: np.asarray([1]) * 2.0, "float32"),
        (lambda: np.asarray([1]) / 2, "float32"),
    ],
)
def test_the_dtype_of_a_new_array(made, dtype):
    assert made().dtype == dtype


@pytest.mark.parametrize("arguments", [(5,), (2, 7), (2, 7, 2), (5, 0, -1), (0.0, 1.0, 0.25), (3, 3)])
def test_arange_agrees_with_numpy(arguments):
    agree(np.arange(*arguments, dtype="float64"), numpy.arange(*arguments, dtype="float64"))


@pytest.mark.parametrize("options", [{}, {"num": 5}, {"num": 4, "endpoint": False}, {"num": 1}])
def test_linspace_agrees_with_numpy(options):
    agree(np.linspace(-1.0, 3.0, dtype="float64", **options), numpy.linspace(-1.0, 3.0, **options))


def test_arrays_that_cannot_be_made_say_why():
    for kind, value, words in [
        (ShapeError, [[1.0], [2.0, 3.0]], "cannot make a Tensor of nested lists of unequal lengths"),
        (DTypeError, ["a"], "cannot make a Tensor of ['a']: it holds something that is no number"),
        (ArgumentError, "text", "cannot make a Tensor of a 'str'; give an array, a number or nested lists of numbers"),
    ]:
        with pytest.raises(kind) as caught:
            np.asarray(value)
        assert str(caught.value) == words


@pytest.mark.parametrize(
    ("axis", "words"),
    [
        (2, "axis 2 is out of range for an array with 2 axes; use -2 to 1"),
        (1.5, "an axis is a whole number, not 1.5"),
        ((0, -2), "the axes (0, -2) name one axis twice, in an array with 2 axes"),
    ],
)
def test_an_axis_that_is_not_there_is_refused(axis, words):
    with pytest.raises(AxisError) as caught:
        np.sum(np.asarray(A), axis=axis)
    assert str(caught.value) == words


# -- random numbers

DRAWS = {
    "normal": lambda: np.random.normal(size=(2, 3)),
    "uniform": lambda: np.random.uniform(-1.0, 2.0, size=4),
    "randn": lambda: np.random.randn(2, 2),
    "rand": lambda: np.random.rand(3),
    "randint": lambda: np.random.randint(0, 10, size=5),
    "permutation": lambda: np.random.permutation(6),
    "choice": lambda: np.random.choice(7, size=4),
}


@pytest.mark.parametrize("name", DRAWS)
def test_one_seed_gives_the_same_numbers_again_and_another_gives_others(name):
    drawn = []
    for seed in (3, 3, 4):
        np.random.seed(seed)
        drawn.append((DRAWS[name]().tolist(), DRAWS[name]().tolist()))
    assert drawn[0] == drawn[1] != drawn[2]
    assert drawn[0][0] != drawn[0][1]


@pytest.mark.parametrize("backend", ["torch", "jax"])
@pytest.mark.parametrize("name", DRAWS)
def test_one_seed_gives_the_same_numbers_on_every_backend(name, backend):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    np.random.seed(5)
    here = DRAWS[name]()
    with ug.use_backend(backend):
        np.random.seed(5)
        there = DRAWS[name]()
    assert there.backend.name == backend
    assert there.tolist() == here.tolist()


def test_random_arrays_have_their_shapes_and_dtypes():
    assert np.random.normal(size=(2, 3)).shape == (2, 3)
    assert np.random.normal().shape == ()
    assert np.random.uniform(size=2).dtype == "float32"
    assert np.random.normal(size=2, dtype="float64").dtype == "float64"
    assert np.random.randint(5, size=3).dtype == "int64"


def test_a_negative_seed_is_refused():
    with pytest.raises(ArgumentError) as caught:
        np.random.seed(-1)
    assert str(caught.value) == "a seed is a whole number from 0 on, or None; got -1"


def test_options_may_be_given_by_position_as_in_numpy():
    x = np.asarray([[1.0, 5.0], [3.0, 2.0]])
    assert np.sum(x, 0).tolist() == [4.0, 7.0]
    assert np.argmax(x, 1).tolist() == [1, 0]
    assert np.concatenate([x, x], 1).shape == (2, 4)
    assert np.stack([x, x], -1).shape == (2, 2, 2)
    assert np.expand_dims(x, 1).shape == (2, 1, 2)
    assert np.roll(x, 1, 0).tolist() == [[3.0, 2.0], [1.0, 5.0]]
    assert np.tensordot(x, x, 1).tolist() == np.matmul(x, x).tolist()
    assert np.take(x, [1], 0).tolist() == [[3.0, 2.0]]


def test_numpys_spellings_are_there():
    x = np.asarray([[1.0, 5.0], [3.0, 2.0]])
    assert np.clip(x, min=2.0, max=4.0).tolist() == [[2.0, 4.0], [3.0, 2.0]]
    assert np.cumsum(x).tolist() == [1.0, 6.0, 9.0, 11.0]
    assert np.cumsum(x, 0).tolist() == [[1.0, 5.0], [4.0, 7.0]]
    assert np.transpose(x).tolist() == [[1.0, 3.0], [5.0, 2.0]]
    assert np.var(x, ddof=1).item() == pytest.approx(numpy.var(x.numpy(), ddof=1))
    assert np.std(x, axis=0, ddof=1).tolist() == pytest.approx(numpy.std(x.numpy(), axis=0, ddof=1).tolist())


def test_the_namespaces_hold_functions_and_no_stray_modules():
    assert np.linalg.__name__ == "unigrad.numpy.linalg"
    assert np.random.__name__ == "unigrad.numpy.random"
    assert not {"Any", "Tensor", "primitives", "elementwise", "reduction"} & set(vars(np))
