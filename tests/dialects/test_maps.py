"""Maps over examples in the dialects: jax.vmap, torch.func.vmap and tf.vectorized_map beside the originals or closed forms."""

from __future__ import annotations

import importlib.util

import numpy
import pytest

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


def test_jax_vmap_of_keys_is_refused():
    with pytest.raises(ug.ArgumentError, match="^under vmap what reads the values has no single answer"):
        jax.vmap(lambda key: jax.random.uniform(key, (2,)))(jax.random.split(jax.random.PRNGKey(0), 3))


def test_torch_func_vmap():
    f = lambda w, x: ((x @ w).tanh() ** 2).sum()
    found = torch.func.vmap(torch.func.grad(f), in_dims=(None, 0))(torch.tensor(W.tolist()), torch.tensor(X.tolist()))
    assert isinstance(found, torch.Tensor)
    assert numpy.asarray(found.tolist()) == pytest.approx(numpy.stack([slopes(W, x) for x in X]), rel=1e-5)
    with pytest.raises(ug.ArgumentError, match="under vmap a draw would be the same for all examples"):
        torch.func.vmap(lambda x: x + torch.rand(3))(torch.tensor(X.tolist()))
    same = torch.func.vmap(lambda x: 0 * x + torch.rand(3), randomness="same")(torch.tensor(X.tolist()))
    assert same[0].tolist() == same[1].tolist()


def test_tensorflow_vectorized_map():
    x = tf.constant(X)
    with tf.GradientTape() as tape:
        tape.watch(x)
        found = tf.vectorized_map(lambda row: tf.reduce_sum(row * row), x)
        loss = tf.reduce_sum(found)
    assert found.numpy() == pytest.approx((X * X).sum(1))
    assert tape.gradient(loss, x).numpy() == pytest.approx(2 * X)
