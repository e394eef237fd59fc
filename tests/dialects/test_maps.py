"""Maps over examples in the dialects: jax.vmap, torch.func.vmap and tf.vectorized_map beside the originals or closed forms."""

from __future__ import annotations

import importlib.util
import json
import pathlib

import numpy
import pytest
from dialects import jax_draws

import unigrad as ug
from unigrad.dialects import jax, torch
from unigrad.dialects import tensorflow as tf
from unigrad.dialects.jax import numpy as jnp

BACKENDS = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]
W, X = numpy.arange(6.0).reshape(3, 2) / 7, numpy.arange(12.0).reshape(4, 3) / 5


@pytest.fixture(params=BACKENDS, autouse=True)
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


def slopes(w, x):
    """The gradient in w of the sum of the squares of tanh(x @ w)."""
    h = numpy.tanh(x @ w)
    return numpy.outer(x, 2 * h * (1 - h * h))


def test_jax_vmap():
    f = lambda w, x: jnp.sum(jnp.tanh(x @ w) ** 2)
    found = jax.vmap(jax.grad(f), in_axes=(None, 0))(W, X)
    assert type(found) is jax.Array
    assert str(found.dtype) == "float32"
    assert numpy.asarray(found) == pytest.approx(numpy.stack([slopes(W, x) for x in X]), rel=1e-5)
    pair = jax.vmap(lambda p: {"twice": 2 * p["x"], "dot": jnp.dot(p["x"], p["x"])}, out_axes={"twice": 1, "dot": 0})
    result = pair({"x": jnp.asarray(X)})
    assert numpy.asarray(result["twice"]) == pytest.approx(2 * X.T, rel=1e-6)
    assert numpy.asarray(result["dot"]) == pytest.approx((X * X).sum(1), rel=1e-6)


def test_jax_vmap_over_keys_draws_what_a_loop_draws():
    keys = jax.random.split(jax.random.PRNGKey(3), 4)
    found = jax.vmap(lambda key: jax.random.normal(key, (3,)))(keys)
    assert type(found) is jax.Array
    assert numpy.asarray(found).tolist() == [numpy.asarray(jax.random.normal(key, (3,))).tolist() for key in keys]
    typed = jax.random.split(jax.random.key(3), 4)
    inner = jax.vmap(lambda key: jax.random.uniform(jax.random.split(key)[1]))(typed)
    assert numpy.asarray(inner).tolist() == [float(jax.random.uniform(jax.random.split(key)[1])) for key in typed]


def test_jax_vmap_over_keys_draws_what_jax_draws():
    wanted = json.loads((pathlib.Path(__file__).parent / "jax_draws.json").read_text())
    found = jax_draws.plain(jax, jnp)
    assert found.keys() == wanted.keys()
    for name, values in found.items():
        for ours, theirs in zip(values, wanted[name], strict=True):
            assert numpy.asarray(ours) == pytest.approx(numpy.asarray(theirs), rel=2e-6), name


def test_jax_vmap_checks_its_axes_by_jax_s_rules():
    with pytest.raises(
        ValueError, match="^vmap in_axes must be an int, None, or a tuple of entries corresponding to the 1"
    ):
        jax.vmap(lambda x: x, in_axes=(0, 0))(jnp.arange(3))
    with pytest.raises(
        ug.ArgumentError, match="^vmap in_axes specification must be a tree prefix of the corresponding"
    ):
        jax.vmap(lambda p: p["a"], in_axes=({"b": 0},))({"a": jnp.arange(3)})


@pytest.fixture
def pair_class():
    @jax.tree_util.register_pytree_node_class
    class Pair:
        def __init__(self, a, b):
            self.a, self.b = a, b

        def tree_flatten(self):
            return (self.a, self.b), None

        @classmethod
        def tree_unflatten(cls, _, children):
            return cls(*children)

    return Pair


def test_jax_vmap_looks_into_containers_of_the_program_s_own(pair_class):
    found = jax.vmap(lambda p: pair_class(p.a + p.b, p.a))(pair_class(jnp.arange(3.0), jnp.ones(3)))
    assert type(found) is pair_class
    assert numpy.asarray(found.a).tolist() == [1.0, 2.0, 3.0]
    shared = jax.vmap(lambda p, x: p.a * x, in_axes=(pair_class(None, 0), 0))(
        pair_class(2.0, jnp.ones(3)), jnp.arange(3.0)
    )
    assert numpy.asarray(shared).tolist() == [0.0, 2.0, 4.0]


def test_torch_func_vmap():
    f = lambda w, x: ((x @ w).tanh() ** 2).sum()
    found = torch.func.vmap(torch.func.grad(f), in_dims=(None, 0))(torch.tensor(W.tolist()), torch.tensor(X.tolist()))
    assert isinstance(found, torch.Tensor)
    assert numpy.asarray(found.tolist()) == pytest.approx(numpy.stack([slopes(W, x) for x in X]), rel=1e-5)
    with pytest.raises(ug.ArgumentError, match="under vmap a draw would be the same for all examples"):
        torch.func.vmap(lambda x: x + torch.rand(3))(torch.tensor(X.tolist()))
    same = torch.func.vmap(lambda x: 0 * x + torch.rand(3), randomness="same")(torch.tensor(X.tolist()))
    assert same[0].tolist() == same[1].tolist()
    torch.manual_seed(4)
    own = torch.func.vmap(lambda x: 0 * x + torch.rand(3), randomness="different")(torch.tensor(X.tolist()))
    torch.manual_seed(4)
    assert own.tolist() == torch.rand(4, 3).tolist()


def test_tensorflow_vectorized_map():
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        found = tf.vectorized_map(lambda row: tf.reduce_sum(row * row), x)
        loss = tf.reduce_sum(found)
    assert found.numpy() == pytest.approx((X * X).sum(1))
    assert tape.gradient(loss, x).numpy() == pytest.approx(2 * X)


def test_a_tape_pulls_all_rows_of_a_jacobian_back_at_once(monkeypatch):
    x, v = tf.constant(X), tf.Variable(W)
    calls = []
    kernels = ug.get_backend().xp
    cos = kernels.cos
    monkeypatch.setattr(kernels, "cos", lambda x: calls.append(None) or cos(x))
    with tf.GradientTape(persistent=True) as outer:
        outer.watch(x)
        with tf.GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = tf.sin(x @ v)
            unused = tf.constant(X)
        found = tape.jacobian(y, [x, v])
        rows = tape.batch_jacobian(y, x)
    assert len(calls) == 2
    slopes = numpy.cos(X @ W)
    by_x = numpy.einsum("ij,kj,il->ijlk", slopes, W, numpy.eye(4))
    assert found[0].numpy() == pytest.approx(by_x)
    assert found[1].numpy() == pytest.approx(numpy.einsum("ij,ik,jl->ijkl", slopes, X, numpy.eye(2)))
    assert rows.numpy() == pytest.approx(numpy.einsum("ij,kj->ijk", slopes, W))
    assert tape.jacobian(y, [unused]) == [None]
    assert tape.jacobian(y, [unused], unconnected_gradients="zero")[0].shape == (4, 2, 4, 3)
    second = outer.gradient(rows, x)
    assert second.numpy() == pytest.approx(-numpy.einsum("ij,kj,lj->il", numpy.sin(X @ W), W, W))


def test_a_jacobian_of_nothing_and_of_a_batch_of_none():
    x = tf.constant(numpy.ones((0, 2)))
    with tf.GradientTape(persistent=True) as tape:
        tape.watch(x)
        y = x * 2.0
    assert tape.jacobian(y, x).shape == (0, 2, 0, 2)
    assert tape.batch_jacobian(y, x).shape == (0, 2, 2)


def test_torch_pulls_a_batch_of_cotangents_back_at_once():
    x = torch.tensor([1.0, 2.0, 3.0], requires_grad=True)
    y = x**2 * x.sum()
    (rows,) = torch.autograd.grad(y, x, torch.eye(3), is_grads_batched=True)
    jacobian = numpy.diag([12.0, 24.0, 36.0]) + numpy.array([[1.0], [4.0], [9.0]])
    assert numpy.asarray(rows.tolist()) == pytest.approx(jacobian)
    assert not rows.requires_grad
    (recorded,) = torch.autograd.grad(x.exp(), x, torch.eye(3), is_grads_batched=True, create_graph=True)
    (second,) = torch.autograd.grad(recorded.sum(), x)
    assert second.tolist() == pytest.approx(numpy.exp([1.0, 2.0, 3.0]).tolist(), rel=1e-6)
    other = torch.tensor([1.0], requires_grad=True)
    found = torch.autograd.grad(x * 2, [x, other], torch.eye(3), is_grads_batched=True, allow_unused=True)
    assert found[0].tolist() == (2 * numpy.eye(3)).tolist()
    assert found[1] is None


def test_torch_func_takes_a_jacobian_in_chunks():
    x = torch.tensor([1.0, 2.0, 3.0])
    assert torch.func.jacrev(lambda x: x**2, chunk_size=2)(x).tolist() == numpy.diag([2.0, 4.0, 6.0]).tolist()
    assert torch.func.jacfwd(lambda x: x**2, randomness="different")(x).tolist() == numpy.diag([2.0, 4.0, 6.0]).tolist()


def test_jax_eval_shape_computes_nothing():
    big = jax.ShapeDtypeStruct((10**6, 10**6), jnp.float32)
    assert jax.eval_shape(jax.grad(lambda x: jnp.sum(jnp.tanh(x @ x))), big) == big
    found = jax.eval_shape(lambda p, n: {"y": p["w"] * n, "z": (jnp.zeros(3), p["w"] > 0)}, {"w": jnp.ones((2, 3))}, 2)
    assert found["y"] == jax.ShapeDtypeStruct((2, 3), jnp.float32)
    assert found["z"][1] == jax.ShapeDtypeStruct((2, 3), jnp.bool_)
    weights = jax.eval_shape(lambda key, x: jax.random.normal(key, (x.shape[1], 4)), jax.random.PRNGKey(0), big)
    assert weights == jax.ShapeDtypeStruct((10**6, 4), jnp.float32)
    with pytest.raises(
        TypeError, match="^eval_shape and cost have shapes and no values, and a look at the numbers needs one"
    ):
        jax.eval_shape(lambda x: x if x > 0 else -x, 1.0)


def test_a_decision_on_values_under_jax_vmap_names_the_line():
    def f(x):
        return x if x > 0 else -x

    line = f.__code__.co_firstlineno + 1
    with pytest.raises(
        TypeError, match="^under vmap a look at the numbers has no single answer: the values differ"
    ) as caught:
        jax.vmap(f)(jnp.arange(3.0))
    assert str(caught.value).endswith(f" ({__file__}, line {line}, in f)")
