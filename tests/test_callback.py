"""pure_callback: functions of host arrays, eagerly, in programs, mapped and with a rule."""

from __future__ import annotations

import re
from typing import Any

import numpy
import pytest
import scipy.special

import unigrad as ug
import unigrad.numpy as np

X = [0.5, 1.5, 2.5]


def raises(error: type[Exception], sentence: str) -> Any:
    return pytest.raises(error, match=f"^{re.escape(sentence)}")


@pytest.fixture(params=["numpy", "torch", "jax"])
def backend(request: pytest.FixtureRequest) -> Any:
    pytest.importorskip(request.param)
    with ug.use_backend(request.param):
        yield request.param


def bessel(x: Any) -> Any:
    """J₀ by SciPy."""
    return ug.pure_callback(scipy.special.j0, ug.ShapeDtype(x.shape, "float64"), x)


def array(values: Any) -> Any:
    return ug.array(values, dtype="float64")


def test_it_computes_on_the_host_and_gives_back_to_the_backend(backend: str) -> None:
    y = bessel(array(X))
    assert (y.backend.name, y.dtype) == (backend, "float64")
    assert numpy.array_equal(y.numpy(), scipy.special.j0(X))


@pytest.mark.parametrize("compiled", [True, False])
def test_a_program_calls_it_in_every_run(backend: str, compiled: bool) -> None:
    calls = []

    def table(x: Any) -> Any:
        assert isinstance(x, numpy.ndarray)
        calls.append(x.tolist())
        return x * 2

    program = ug.jit(lambda x: ug.pure_callback(table, ug.ShapeDtype((3,), "float64"), x + 1) * 3, compile=compiled)
    program(array(X))
    calls.clear()
    assert program(array([1.0, 2.0, 3.0])).tolist() == [12.0, 18.0, 24.0]
    assert program(array([0.0, 0.0, 1.0])).tolist() == [6.0, 6.0, 12.0]
    assert calls == [[2.0, 3.0, 4.0], [1.0, 1.0, 2.0]]


def test_large_arrays_in_a_program(backend: str) -> None:
    big = np.ones((600, 500), dtype="float64")
    program = ug.jit(lambda x: (ug.pure_callback(numpy.cumsum, ug.ShapeDtype((x.size,), "float64"), x @ x.T @ x)).sum())
    n = 600 * 500
    assert float(program(big)) == pytest.approx(500 * 600 * n * (n + 1) / 2)


@pytest.mark.parametrize(
    "method, shapes",
    [
        ("sequential", {((), (2,))}),
        ("expand_dims", {((3,), (1, 2))}),
        ("broadcast_all", {((3,), (3, 2))}),
    ],
)
def test_vmap_calls_it_as_asked(backend: str, method: Any, shapes: Any) -> None:
    seen = set()

    def scaled(x: Any, w: Any) -> Any:
        seen.add((x.shape, w.shape))
        return x[..., None] * w

    w = array([1.0, 10.0])
    f = lambda x: ug.pure_callback(scaled, ug.ShapeDtype((2,), "float64"), x, w, vmap_method=method) + x
    expected = [[x + x, 10 * x + x] for x in X]
    assert numpy.allclose(ug.vmap(f)(array(X)).numpy(), expected)
    assert seen == shapes
    assert numpy.allclose(ug.jit(ug.vmap(f))(array(X)).numpy(), expected)
    assert numpy.allclose(ug.vmap(ug.vmap(f))(array([X, X])).numpy(), [expected, expected])


def test_containers_names_and_what_is_no_array(backend: str) -> None:
    def both(pair: Any, *, factor: float, mode: str) -> Any:
        assert mode == "sum"
        return {"sum": pair[0] + pair[1], "scaled": pair[0] * factor}

    like = {"sum": ug.ShapeDtype((2,), "float64"), "scaled": ug.ShapeDtype((2,), "float32")}
    out = ug.pure_callback(both, like, (array([1.0, 2.0]), array([3.0, 4.0])), factor=3.0, mode="sum")
    assert out["sum"].tolist() == [4.0, 6.0]
    assert (out["scaled"].tolist(), out["scaled"].dtype) == ([3.0, 6.0], "float32")


@ug.custom_vjp
def j0(x: Any) -> Any:
    return bessel(x)


def _minus_j1(x: Any) -> Any:
    return -ug.pure_callback(scipy.special.j1, ug.ShapeDtype(x.shape, "float64"), x)


j0.defvjp(lambda x: (bessel(x), x), lambda x, g: (g * _minus_j1(x),))


def test_a_rule_makes_it_differentiable_under_every_transform(backend: str) -> None:
    x, slopes = array(X), -scipy.special.j1(X)
    gradient = ug.grad(lambda x: j0(x).sum())
    assert numpy.allclose(gradient(x).numpy(), slopes)
    assert numpy.allclose(ug.jit(gradient)(x).numpy(), slopes)
    assert numpy.allclose(ug.grad(ug.jit(lambda x: j0(x).sum()))(x).numpy(), slopes)
    assert numpy.allclose(ug.vmap(ug.grad(j0))(x).numpy(), slopes)
    assert numpy.allclose(ug.jit(ug.vmap(ug.grad(j0)))(x).numpy(), slopes)


def test_shapes_alone(backend: str) -> None:
    assert ug.eval_shape(bessel, ug.ShapeDtype((4, 2), "float64")) == ug.ShapeDtype((4, 2), "float64")


def test_without_a_rule_it_is_refused_where_a_gradient_is_asked(backend: str) -> None:
    with raises(ug.NotRecorded, "pure_callback of 'j0' has no derivative, and an argument is being differentiated"):
        ug.grad(lambda x: bessel(x).sum())(array(X))
    assert ug.grad(lambda x: (bessel(x.detach()) * x).sum())(array(X)).tolist() == pytest.approx(
        scipy.special.j0(X).tolist()
    )


def test_results_have_to_be_as_announced(backend: str) -> None:
    like = ug.ShapeDtype((2,), "float64")
    with raises(ug.ShapeError, "'<lambda>' gave an array of shape (3,); (2,) was announced"):
        ug.pure_callback(lambda x: x, like, array(X))
    with raises(ug.ArgumentError, "'<lambda>' gave PyTreeSpec"):
        ug.pure_callback(lambda x: (x, x), like, array(X))
    with raises(ug.ArgumentError, "pure_callback needs a ShapeDtype, or an array, for each result, not a 'int'"):
        ug.pure_callback(lambda x: x, 3, array(X))
    with raises(ug.ArgumentError, "pure_callback: vmap_method='fast' is none of"):
        ug.pure_callback(lambda x: x, like, array(X), vmap_method="fast")
    with raises(ug.ArgumentError, "pure_callback needs a function, not a 'int'"):
        ug.pure_callback(3, like, array(X))


def test_the_arrays_cannot_be_written_to(backend: str) -> None:
    def write(x: Any) -> Any:
        x[0] = 9.0
        return x

    x = array(X)
    with pytest.raises(ValueError, match="read-only"):
        ug.pure_callback(write, ug.ShapeDtype((3,), "float64"), x)
    assert x.tolist() == X


def test_a_program_shows_it() -> None:
    assert "callback([a], of=<callback of 'j0'>)" in ug.jit(bessel).lower(array(X)).text()
