"""Checkpoints, saved tensors and the search for NaNs under the names of JAX, PyTorch, TensorFlow and autograd."""

from __future__ import annotations

import functools
import importlib
import warnings

import numpy
import pytest

import unigrad as ug

X = numpy.asarray([0.5, -1.0, 2.0])


@pytest.fixture(autouse=True)
def _quiet():
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)
        yield


def jax_program(jax):
    jnp = jax.numpy

    def body(p, x):
        hidden = jax.ad_checkpoint.checkpoint_name(jnp.tanh(p["w"] * x), "hidden")
        return {"y": jnp.sin(hidden) * p["b"], "n": hidden}

    def loss(f):
        def of_both(p, x):
            out = f(p, x)
            return jnp.sum(out["y"] * out["n"])

        return of_both

    policies = jax.checkpoint_policies
    p = {"w": jnp.asarray([0.1, 0.2, 0.3]), "b": jnp.asarray(2.0)}
    x = jnp.asarray([1.0, 2.0, 3.0])
    checkpointed = [
        jax.checkpoint(body),
        jax.remat(body),
        jax.checkpoint(body, policy=policies.dots_saveable),
        functools.partial(jax.checkpoint, policy=policies.save_only_these_names("hidden"))(body),
        jax.checkpoint(
            body, policy=policies.save_from_both_policies(policies.nothing_saveable, policies.checkpoint_dots)
        ),
        jax.checkpoint(lambda p, x, flag: body(p, x) if flag else None, static_argnums=2),
    ]
    found = []
    for f in checkpointed[:-1]:
        found += [jax.grad(loss(f))(p, x), jax.jvp(loss(f), (p, x), (p, x)), jax.hessian(loss(f), 1)(p, x)]
    found.append(jax.grad(lambda p: jnp.sum(checkpointed[-1](p, x, True)["y"]))(p))
    found.append(jax.vmap(jax.grad(lambda x: jnp.sum(jax.checkpoint(jnp.sin)(x))))(x))
    return jax.tree.leaves(found)


def test_jax_s_checkpoints_give_what_jax_gives():
    original = pytest.importorskip("jax")
    importlib.import_module("jax.ad_checkpoint")
    from unigrad.dialects import jax

    mine, theirs = jax_program(jax), jax_program(original)
    assert len(mine) == len(theirs)
    for one, other in zip(mine, theirs, strict=True):
        assert numpy.allclose(numpy.asarray(one), numpy.asarray(other), rtol=1e-4, atol=1e-6)


def test_jax_s_checkpoint_really_recomputes():
    from unigrad.dialects import jax

    runs = []

    def f(x):
        runs.append(1)
        return jax.numpy.sum(jax.numpy.sin(x))

    jax.grad(jax.checkpoint(f))(jax.numpy.asarray(X))
    assert len(runs) == 2
    with pytest.raises(
        ug.MissingName, match=r"unigrad.offload\(\) is a scope in which what is saved waits on the host"
    ):
        jax.checkpoint_policies.save_and_offload_only_these_names  # noqa: B018
    with pytest.raises(ug.ArgumentError, match="checkpoint: the function gave a value of type <class 'str'>"):
        jax.checkpoint(lambda x: "word")(1.0)


@pytest.mark.parametrize("side", ["original", "dialect"])
def test_jax_s_debug_nans(side):
    if side == "original":
        jax = pytest.importorskip("jax")
    else:
        from unigrad.dialects import jax
    jnp = jax.numpy
    with pytest.raises(FloatingPointError), jax.debug_nans(True):
        jnp.sqrt(jnp.asarray(-1.0)) + 1
    with jax.debug_nans(True):
        jnp.log(jnp.asarray(0.0))
    with pytest.raises(FloatingPointError), jax.debug_infs(True):
        jnp.log(jnp.asarray(0.0)) + 1
    jax.config.update("jax_debug_nans", True)
    try:
        assert jax.config.jax_debug_nans
        with pytest.raises(FloatingPointError):
            jax.grad(lambda x: jnp.where(x > 0, jnp.log(x) * x, 0.0))(0.0)
    finally:
        jax.config.update("jax_debug_nans", False)
    assert not jax.config.jax_debug_nans
    jnp.sqrt(jnp.asarray(-1.0))


def torch_program(torch):
    checkpointing = importlib.import_module(f"{torch.__name__}.utils.checkpoint")
    x = torch.tensor(X.tolist(), requires_grad=True)
    w = torch.tensor([0.1, 0.2, 0.3], requires_grad=True)

    def body(x, scale=1.0):
        return torch.tanh(x * w) * scale, x

    found = []
    y, _ = checkpointing.checkpoint(body, x, use_reentrant=False, scale=2.0)
    y.sum().backward()
    found += [x.grad.clone(), w.grad.clone()]
    layers = [torch.sin, torch.tanh, lambda x: x * x, torch.cos]
    z = checkpointing.checkpoint_sequential(layers, 2, x, use_reentrant=False).sum()
    (first,) = torch.autograd.grad(z, x, create_graph=True)
    (second,) = torch.autograd.grad(first.sum(), x)
    found += [first, second]
    kept = []

    def pack(x):
        kept.append(x)
        return len(kept) - 1

    with torch.autograd.graph.saved_tensors_hooks(pack, lambda i: kept[i] * 2):
        s = torch.exp(x * 1).sum()
    found.append(torch.autograd.grad(s, x)[0])
    with torch.autograd.graph.save_on_cpu():
        s = (torch.sin(x * 2) * x).sum()
    found.append(torch.autograd.grad(s, x)[0])
    return [each.detach().tolist() for each in found]


def test_torch_s_checkpoints_and_hooks_give_what_torch_gives():
    original = pytest.importorskip("torch")
    from unigrad.dialects import torch

    for one, other in zip(torch_program(torch), torch_program(original), strict=True):
        assert numpy.allclose(one, other, atol=1e-6)


def test_torch_s_hooks_get_torch_s_tensors():
    from unigrad.dialects import torch

    seen = []
    with torch.autograd.graph.saved_tensors_hooks(lambda x: seen.append(type(x)) or x, lambda x: x):
        torch.sin(torch.tensor([1.0], requires_grad=True))
    assert seen == [torch.Tensor]


@pytest.mark.parametrize("side", ["original", "dialect"])
def test_torch_s_anomalies(side):
    if side == "original":
        torch = pytest.importorskip("torch")
    else:
        from unigrad.dialects import torch

    def masked():
        x = torch.tensor([1.0, 0.0], requires_grad=True)
        torch.where(x > 0, torch.log(x), torch.zeros_like(x)).sum().backward()

    masked()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        with pytest.raises(RuntimeError), torch.autograd.detect_anomaly():
            masked()
        with torch.autograd.detect_anomaly(check_nan=False):
            masked()
        with torch.autograd.detect_anomaly():
            torch.sqrt(torch.tensor([-1.0], requires_grad=True))  # forwards nothing is checked
        assert not torch.is_anomaly_enabled()
        torch.autograd.set_detect_anomaly(True)
        try:
            assert torch.is_anomaly_enabled()
            with pytest.raises(RuntimeError):
                masked()
            with torch.autograd.set_detect_anomaly(False):
                masked()
            assert torch.is_anomaly_enabled()
        finally:
            torch.autograd.set_detect_anomaly(False)
        masked()


def test_tensorflow_s_check_of_numerics():
    from unigrad.dialects import tensorflow as tf

    tf.debugging.enable_check_numerics()
    try:
        with pytest.raises(
            tf.errors.InvalidArgumentError, match="'log' gave an infinity, which none of its operands has"
        ):
            print(tf.math.log(tf.constant([0.0])))
        x = tf.Variable([4.0, 0.0])
        with pytest.raises(tf.errors.InvalidArgumentError, match="the pull of 'sqrt'"):
            with tf.GradientTape() as tape:
                y = tf.reduce_sum(tf.sqrt(x))
            tape.gradient(y, x)
    finally:
        tf.debugging.disable_check_numerics()
    tf.math.log(tf.constant([0.0]))


def test_a_checkpoint_of_ours_takes_the_arrays_of_every_dialect():
    from unigrad.dialects import tensorflow as tf
    from unigrad.dialects import torch
    from unigrad.dialects.mxnet import autograd as mx_autograd
    from unigrad.dialects.mxnet import np as mx_np

    seen = []

    def cube(x):
        seen.append(type(x))
        return x * x * x

    x = torch.tensor(X.tolist(), requires_grad=True)
    ug.checkpoint(cube)(x).sum().backward()
    assert numpy.allclose(x.grad.tolist(), 3 * X**2)
    v = mx_np.array(X.tolist())
    v.attach_grad()
    with mx_autograd.record():
        y = ug.checkpoint(cube)(v)
    y.backward()
    assert numpy.allclose(v.grad.asnumpy(), 3 * X**2)
    t = tf.constant(X.tolist())
    with tf.GradientTape() as tape:
        tape.watch(t)
        y = ug.checkpoint(cube)(t)
    assert numpy.allclose(tape.gradient(y, t).numpy(), 3 * X**2)
    assert seen[0] is seen[1] is torch.Tensor
    assert seen[2] is seen[3] is type(v)
    assert all(issubclass(each, tf.Tensor) for each in seen[4:])


def autograd_program(ag, np):
    runs = []

    def f(x, w, k=1.0):
        runs.append(1)
        return k * np.sin(x["a"] * w) + x["b"][0] ** 2

    x, w = {"a": np.array([0.5, 1.0]), "b": (np.array([2.0, 3.0]),)}, np.array([3.0, 4.0])
    loss = lambda x, w: np.sum(ag.checkpoint(f)(x, w, k=2.0) ** 2)
    gradient = ag.grad(loss)(x, w)
    count = len(runs)
    second = ag.jacobian(ag.grad(loss, 1), 1)(x, w)
    return [gradient["a"], gradient["b"][0], ag.grad(loss, 1)(x, w), second, f(x, w), ag.checkpoint(f)(x, w)], count


def test_autograd_s_checkpoint_is_what_autograd_has():
    ag = pytest.importorskip("autograd")
    from unigrad.dialects import autograd

    theirs, count = autograd_program(importlib.import_module("autograd.differential_operators"), ag.numpy)
    mine, same = autograd_program(autograd.differential_operators, autograd.numpy)
    assert same == count == 2
    for one, other in zip(mine, theirs, strict=True):
        assert numpy.allclose(numpy.asarray(one), numpy.asarray(other))
    tangent = autograd.differential_operators.make_jvp(autograd.differential_operators.checkpoint(autograd.numpy.sin))
    assert float(tangent(0.5)(1.0)[1]) == pytest.approx(numpy.cos(0.5))
