"""Empty arrays: what has no result for no elements says so in one sentence on every backend; the rest gives what it should."""

from __future__ import annotations

import math

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ShapeError

EMPTY = numpy.zeros((2, 0))
OF_SOME = {
    "argmax": np.argmax,
    "argmin": np.argmin,
    "max": np.amax,
    "min": np.amin,
    "median": np.median,
    "nanargmax": np.nanargmax,
    "nanargmin": np.nanargmin,
    "nanmax": np.nanmax,
    "nanmedian": np.nanmedian,
    "nanmin": np.nanmin,
    "nanpercentile": lambda x, **options: np.nanpercentile(x, 50, **options),
    "nanquantile": lambda x, **options: np.nanquantile(x, [0.1, 0.5], **options),
    "percentile": lambda x, **options: np.percentile(x, [10, 50], **options),
    "ptp": np.ptp,
    "quantile": lambda x, **options: np.quantile(x, 0.5, **options),
    "vector_norm": lambda x, **options: np.linalg.vector_norm(x, ord=-math.inf, **options),
}


@pytest.fixture(autouse=True, params=["numpy", "torch", "jax"])
def backend(request):
    """Every function on every backend that is installed."""
    pytest.importorskip(request.param, reason=f"{request.param} is not installed")
    with ug.use_backend(request.param):
        yield request.param


@pytest.mark.parametrize("axis", [None, 1, -1])
@pytest.mark.parametrize("name", OF_SOME)
def test_what_needs_an_element_says_so(name, axis):
    with pytest.raises(ShapeError) as caught:
        OF_SOME[name](np.asarray(EMPTY), axis=axis)
    assert str(caught.value) == (
        f"'{name}' needs at least one element along each axis that it reduces; got the shape (2, 0) with axis={axis}"
    )


@pytest.mark.parametrize("name", [name for name in OF_SOME if "quantile" not in name and "percentile" not in name])
def test_other_axes_may_be_empty(name):
    assert OF_SOME[name](np.asarray(EMPTY), axis=0).shape == (0,)


@pytest.mark.parametrize("name", ["max", "min", "ptp"])
def test_the_sweeps_and_vmap_say_the_same(name):
    message = (
        rf"'{name}' needs at least one element along each axis that it reduces; got the shape \(0,\) with axis=None"
    )
    with pytest.raises(ShapeError, match=message):
        ug.grad(OF_SOME[name])(np.asarray(EMPTY[0]))
    with pytest.raises(ShapeError, match=message):
        ug.vmap(OF_SOME[name])(np.asarray(EMPTY))


@pytest.mark.parametrize("p", [None, -2, 1, "fro", math.inf])
def test_no_condition_of_an_empty_matrix(p):
    with pytest.raises(ShapeError, match=r"'cond' needs matrices that are not empty; got the shape \(3, 0, 0\)"):
        np.linalg.cond(np.zeros((3, 0, 0)), p)


@pytest.mark.parametrize(("ord", "value"), [(math.inf, 0.0), (0, 0.0), (1, 0.0), (2, 0.0), (3, 0.0), (-2, math.inf)])
def test_norms_of_nothing_are_their_formulas(ord, value):
    x = np.asarray(EMPTY)
    with numpy.errstate(divide="ignore"):  # 0 to a negative power
        assert np.linalg.vector_norm(x, ord=ord).item() == value
        assert np.linalg.vector_norm(x, ord=ord, axis=1).tolist() == [value, value]
        assert np.linalg.vector_norm(x, ord=ord, axis=0, keepdims=True).shape == (1, 0)
        assert ug.grad(lambda x: np.linalg.vector_norm(x, ord=ord))(x).shape == (2, 0)


def test_an_empty_matrix_has_rank_0():
    assert np.linalg.matrix_rank(np.zeros((2, 0, 3))).tolist() == [0, 0]
    solution, residuals, rank, values = np.linalg.lstsq(np.zeros((0, 2)), np.zeros((0,)))
    assert (solution.tolist(), residuals.tolist(), rank.item(), values.tolist()) == ([0.0, 0.0], [], 0, [])


@pytest.mark.parametrize("name", ["concat", "stack"])
def test_nothing_cannot_be_joined(name):
    with pytest.raises(ShapeError, match=f"'{name}' needs at least one array"):
        getattr(np, name)([])
