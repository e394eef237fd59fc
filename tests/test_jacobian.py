"""Jacobians, Hessians, pushforwards: closed forms, both directions against each other, containers, and what they refuse."""

from __future__ import annotations

import importlib.util

import numpy
import optree
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ArgumentError, DTypeError, ShapeError

BACKENDS = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]


@pytest.fixture(params=BACKENDS)
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


def vector(*values):
    return np.asarray(values, dtype="float64")


def curve(x):
    return np.stack([np.sum(x**3), x[0] * x[1], np.sin(x[2]), x[0]])


EXPECTED = numpy.array([[3.0, 12.0, 27.0], [2.0, 1.0, 0.0], [0.0, 0.0, numpy.cos(3.0)], [1.0, 0.0, 0.0]])


@pytest.mark.parametrize("transform", [ug.jacrev, ug.jacfwd, ug.jacobian])
def test_a_jacobian_has_the_output_s_axes_then_the_input_s(backend, transform):
    assert transform(curve)(vector(1.0, 2.0, 3.0)).numpy() == pytest.approx(EXPECTED)


@pytest.mark.parametrize("transform", [ug.jacrev, ug.jacfwd])
def test_a_jacobian_of_matrices_has_four_axes(transform):
    x = np.asarray(numpy.arange(6.0).reshape(2, 3))
    block = transform(lambda x: x.T @ x)(x).numpy()
    host = x.numpy()
    expected = numpy.einsum("ki,ja->ijka", host, numpy.eye(3)) + numpy.einsum("kj,ia->ijka", host, numpy.eye(3))
    assert block == pytest.approx(expected)


@pytest.mark.parametrize("transform", [ug.jacrev, ug.jacfwd])
def test_containers_give_containers_of_the_outputs_with_the_inputs_inside(transform):
    def f(p, q):
        return {"a": p["w"] * 2, "b": (p["w"][0] * q,)}

    result = transform(f, argnums=(0, 1))({"w": vector(1.0, 2.0)}, vector(3.0))
    assert result["a"][0]["w"].tolist() == [[2.0, 0.0], [0.0, 2.0]]
    assert result["a"][1].tolist() == [[0.0], [0.0]]
    assert result["b"][0][0]["w"].tolist() == [[3.0, 0.0]]
    assert result["b"][0][1].tolist() == [[1.0]]


@pytest.mark.parametrize("transform", [ug.jacrev, ug.jacfwd])
def test_a_jacobian_without_elements_has_its_shape_all_the_same(transform):
    assert transform(lambda x: x[:0])(vector(1.0, 2.0)).shape == (0, 2)
    assert transform(lambda x: np.sum(x) * np.ones(2, dtype="float64"))(vector()).shape == (2, 0)


@pytest.mark.parametrize("transform", [ug.jacrev, ug.jacfwd])
def test_has_aux_passes_on_what_else_the_function_gives(transform):
    block, aux = transform(lambda x: (x * x, "more"), has_aux=True)(vector(1.0, 2.0))
    assert block.tolist() == [[2.0, 0.0], [0.0, 4.0]]
    assert aux == "more"


def test_a_hessian_is_the_jacobian_of_the_gradient(backend):
    hessian = ug.hessian(lambda x: x[0] ** 2 * x[1] + x[1] ** 3)(vector(1.0, 2.0))
    assert hessian.numpy() == pytest.approx(numpy.array([[4.0, 2.0], [2.0, 12.0]]))


def test_hvp_is_the_hessian_times_a_vector(backend):
    x, t = vector(1.0, 2.0, 3.0), vector(1.0, -1.0, 0.5)
    assert ug.hvp(lambda x: np.sum(x**3), (x,), (t,)).numpy() == pytest.approx(6 * x.numpy() * t.numpy())
    first, second = ug.hvp(lambda x, y: np.sum(x * x * y), (x, x), (t, t))
    assert first.numpy() == pytest.approx(4 * x.numpy() * t.numpy())
    assert second.numpy() == pytest.approx(2 * x.numpy() * t.numpy())


def test_jvp_is_the_jacobian_times_the_tangent_and_a_constant_at_the_top(backend):
    out, tangent = ug.jvp(curve, (vector(1.0, 2.0, 3.0),), (vector(1.0, 0.0, -1.0),))
    assert out.numpy() == pytest.approx(numpy.array([36.0, 2.0, numpy.sin(3.0), 1.0]))
    assert tangent.numpy() == pytest.approx(EXPECTED @ numpy.array([1.0, 0.0, -1.0]))
    assert tangent.node is None


def test_the_adjoint_identity_holds_between_jvp_and_vjp():
    rng = numpy.random.default_rng(0)
    f = lambda x, y: np.tanh(x @ y) / (1.0 + np.sum(y * y, axis=0))
    x, y, t, u = (np.asarray(rng.normal(size=shape)) for shape in ((2, 3), (3, 4), (2, 3), (3, 4)))
    out, tangent = ug.jvp(f, (x, y), (t, u))
    g = np.asarray(rng.normal(size=out.shape))
    gx, gy = ug.vjp(f, x, y)[1](g)
    assert np.sum(g * tangent).item() == pytest.approx(np.sum(gx * t).item() + np.sum(gy * u).item())


def test_jvp_can_be_differentiated_and_can_differentiate_a_gradient():
    x, t = vector(1.0, 2.0), vector(1.0, 1.0)
    slope = ug.grad(lambda x: np.sum(ug.jvp(lambda x: x**3, (x,), (t,))[1]))(x)
    assert slope.tolist() == [6.0, 12.0]
    assert ug.jvp(ug.grad(lambda x: np.sum(x**3)), (x,), (t,))[1].tolist() == [6.0, 12.0]


def test_linearize_pushes_as_often_as_asked():
    out, push = ug.linearize(lambda x: x * x, vector(1.0, 2.0))
    assert out.tolist() == [1.0, 4.0]
    assert push(vector(1.0, 0.0)).tolist() == [2.0, 0.0]
    assert push(vector(0.0, 1.0)).tolist() == [0.0, 4.0]


def test_tangents_that_do_not_fit_are_refused():
    x = vector(1.0, 2.0)
    with pytest.raises(ArgumentError, match="^jvp needs a tangent for each primal; got 1 primals and 2 tangents$"):
        ug.jvp(curve, (x,), (x, x))
    with pytest.raises(ArgumentError, match="^jvp needs its primals and its tangents as tuples"):
        ug.jvp(curve, x, x)
    with pytest.raises(ShapeError) as shape:
        ug.jvp(lambda x: x, (x,), (vector(1.0),))
    assert str(shape.value) == "jvp needs a tangent of its primal's shape (2,), not (1,)"
    with pytest.raises(DTypeError) as dtype:
        ug.jvp(lambda x: x, (x,), (np.asarray([1.0, 2.0], dtype="float32"),))
    assert str(dtype.value) == "jvp needs a tangent of its primal's dtype 'float64', not 'float32'; cast with astype"


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="the oracle is JAX, which is not installed")
def test_jax_gives_the_same_jacobian_and_hessian():
    with ug.use_backend("jax"):
        import jax
        import jax.numpy as jnp

        x = jnp.asarray([0.3, -1.2, 2.0])
        text = lambda np: lambda x: np.exp(np.sin(x) * np.sum(x * x)) / (1.0 + x**2)
        assert ug.jacobian(text(np))(x).numpy() == pytest.approx(numpy.asarray(jax.jacobian(text(jnp))(x)))
        total = lambda np: lambda x: np.sum(text(np)(x))
        assert ug.hessian(total(np))(x).numpy() == pytest.approx(numpy.asarray(jax.hessian(total(jnp))(x)))


# --- a basis that passes through the graph at once


def test_a_basis_passes_without_a_tensor_for_every_step(monkeypatch):
    """What is pulled and pushed for all rows at once is as fast as for one: no rule is run on Tensors."""
    from unigrad.transforms import differentiation

    def refused(*_):
        raise AssertionError("the rules were run on Tensors")

    monkeypatch.setattr(differentiation, "sweep_recorded", refused)
    monkeypatch.setattr(differentiation, "push_recorded", refused)
    for transform in (ug.jacrev, ug.jacfwd):
        assert transform(curve)(vector(1.0, 2.0, 3.0)).numpy() == pytest.approx(EXPECTED)


def test_a_basis_passes_the_rules_that_somebody_else_wrote():
    def cubed(x):
        with ug.pause():
            out = x**3
        return ug.custom_rule(out, [x], lambda g: (3 * g * x * x,), name="cubed")

    for transform in (ug.jacrev, ug.jacfwd):
        block = transform(lambda x: np.stack([x[0], x[1]]) * cubed(x[2]))(vector(1.0, 2.0, 3.0))
        assert block.numpy() == pytest.approx(numpy.array([[27.0, 0.0, 27.0], [0.0, 27.0, 54.0]]))


@pytest.mark.parametrize("mode", ["pull", "push"])
def test_an_error_of_a_rule_names_the_rule_where_a_basis_passes(monkeypatch, mode):
    x = vector(0.5, 1.5)
    _, pullback = ug.vjp(np.tanh, x)
    _, push = ug.linearize(np.tanh, x)
    monkeypatch.setattr("unigrad.virtual.batch.BatchNamespace.aligned", lambda *_: 1 / 0)
    with pytest.raises(ZeroDivisionError) as caught:
        ug.vmap(pullback if mode == "pull" else push)(np.asarray(numpy.eye(2)))
    assert f"in the {mode} of 'tanh' with respect to 'x'" in caught.value.__notes__


HESSIANS = {
    "array": lambda np: lambda x, y: x**3 * y,
    "number": lambda np: lambda x, y: np.sum(np.sin(x) * y**2),
    "containers": lambda np: lambda x, y: {"a": np.sin(x * x * y), "b": np.sum(x * y)},
}


@pytest.mark.parametrize("argnums", [0, 1, (0, 1)], ids=str)
@pytest.mark.parametrize("name", HESSIANS)
def test_hessians_are_those_of_jax(name, argnums):
    jax = pytest.importorskip("jax")
    x, y = numpy.array([1.0, 2.0]), numpy.array([3.0, 4.0])
    with jax.enable_x64(True):
        want = jax.tree.leaves(jax.hessian(HESSIANS[name](jax.numpy), argnums)(x, y))
    got = optree.tree_leaves(ug.hessian(HESSIANS[name](np), argnums)(np.asarray(x), np.asarray(y)))
    assert len(got) == len(want)
    for one, other in zip(got, want, strict=True):
        assert one.shape == other.shape
        numpy.testing.assert_allclose(one.numpy(), other, rtol=1e-12, atol=1e-12)


def test_a_function_that_gives_a_number_has_derivatives_that_are_zero():
    for transform in (ug.jacrev, ug.jacfwd, ug.jacobian):
        assert transform(lambda x: 3.0)(vector(1.0, 2.0)).tolist() == [0.0, 0.0]
    assert ug.hessian(lambda x: 3.0)(vector(1.0, 2.0)).tolist() == [[0.0, 0.0], [0.0, 0.0]]
