"""Checkpoints: the same derivatives in every mode, computed again; policies, draws, containers, memory and time."""

from __future__ import annotations

import gc
import itertools
import tracemalloc

import numpy
import optree
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad import checkpoint_policies as policies
from unigrad.memory.rerun import CheckpointPull
from unigrad.observing import Observer, observed

X = numpy.asarray([0.1, -0.2, 0.3])
W = numpy.asarray([0.5, 0.6, -0.7])


def body(x, w):
    hidden = np.tanh(x * w)
    return {"a": hidden * np.sin(x), "b": (np.exp(w * 0.1), x), "word": "kept as it is"}


def loss_of(f):
    def loss(x, w):
        out = f(x, w)
        return np.sum(out["a"] * out["b"][0] * out["b"][1] + out["b"][0])

    return loss


TRANSFORMS = {
    "grad": lambda f: ug.grad(f, (0, 1))(X, W),
    "value_and_grad": lambda f: ug.value_and_grad(f)(X, W),
    "hessian": lambda f: ug.hessian(f, (0, 1))(X, W),
    "grad of grad": lambda f: ug.grad(lambda x: np.sum(ug.grad(f)(x, W) ** 2))(X),
    "third order": lambda f: ug.grad(lambda x: np.sum(ug.grad(lambda y: np.sum(ug.grad(f)(y, W) ** 2))(x) ** 2))(X),
    "jvp": lambda f: ug.jvp(f, (X, W), (W, X)),
    "grad of jvp": lambda f: ug.grad(lambda x: ug.jvp(f, (x, W), (W, X))[1])(X),
    "jvp of grad": lambda f: ug.jvp(ug.grad(f), (X, W), (W, X)),
    "linearize": lambda f: ug.linearize(f, X, W)[1](W, X),
    "jacrev": lambda f: ug.jacrev(ug.grad(f, 1))(X, W),
    "jacfwd": lambda f: ug.jacfwd(ug.grad(f, 1))(X, W),
    "vmap of grad": lambda f: ug.vmap(ug.grad(f, (0, 1)))(X, W),
    "grad of vmap": lambda f: ug.grad(lambda x: np.sum(ug.vmap(f)(x, W)))(X),
    "vmap of hessian": lambda f: ug.vmap(ug.hessian(f))(X, W),
    "one argument shared": lambda f: ug.vmap(ug.grad(f, 1), in_axes=(0, None))(X, W),
}


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("name", TRANSFORMS)
def test_every_transform_gives_the_same(name, backend):
    pytest.importorskip(backend)
    if backend != "numpy" and name == "third order":
        pytest.skip("NumPy's run says it; the others take long")
    with ug.use_backend(backend):
        plain = optree.tree_leaves(TRANSFORMS[name](loss_of(body)))
        again = optree.tree_leaves(TRANSFORMS[name](loss_of(ug.checkpoint(body))))
    assert len(plain) == len(again) > 0
    for one, other in zip(plain, again, strict=True):
        assert numpy.allclose(one.numpy(), other.numpy(), rtol=1e-12, atol=1e-14)


def test_against_differences():
    ug.check_grads(ug.checkpoint(lambda x, w: np.sum(body(x, w)["a"])), (np.asarray(X), np.asarray(W)), order=2)


def test_results_are_those_of_the_function_and_containers_keep_their_form():
    x = np.asarray(X).attach_grad()
    out = ug.checkpoint(body)(x, np.asarray(W))
    assert list(out) == ["a", "b", "word"]
    assert out["word"] == "kept as it is"
    assert numpy.array_equal(out["a"].numpy(), body(np.asarray(X), np.asarray(W))["a"].numpy())
    assert isinstance(out["a"].node.pull, CheckpointPull)
    assert out["b"][0].node is None  # it depends on nothing that is tracked
    assert out["b"][1].node is x.node


def test_a_tensor_from_elsewhere_has_its_gradient():
    w = np.asarray(W).attach_grad()
    x = np.asarray(X).attach_grad()
    np.sum(ug.checkpoint(lambda x: np.sin(x * w) * w)(x)).backward()
    assert numpy.allclose(x.grad.numpy(), numpy.cos(X * W) * W * W)
    assert numpy.allclose(w.grad.numpy(), numpy.cos(X * W) * X * W + numpy.sin(X * W))
    second = ug.grad(lambda w: np.sum(ug.grad(lambda w: np.sum(ug.checkpoint(lambda x: x * w**3)(np.asarray(X))))(w)))
    assert numpy.allclose(second(W).numpy(), 6 * X * W)


def test_a_graph_may_be_swept_again_and_gradients_be_differentiated():
    x = np.asarray(X).attach_grad()
    y = np.sum(ug.checkpoint(lambda x: x**3)(x))
    y.backward(retain_graph=True)
    y.backward()
    assert numpy.allclose(x.grad.numpy(), 6 * X**2)
    with pytest.raises(ug.GraphFreed):
        y.backward()
    x.zero_grad()
    z = np.sum(ug.checkpoint(lambda x: x**3)(x))
    (g,) = ug.gradients(z, [x], create_graph=True)
    np.sum(g).backward()
    assert numpy.allclose(x.grad.numpy(), 6 * X)


def test_one_within_another():
    inner = ug.checkpoint(lambda x: np.tanh(x * 2))
    outer = ug.checkpoint(lambda x: inner(np.sin(inner(x))) * x)
    expected = ug.grad(lambda x: np.sum(np.tanh(2 * np.sin(np.tanh(x * 2))) * x))(X)
    assert numpy.allclose(ug.grad(lambda x: np.sum(outer(x)))(X).numpy(), expected.numpy(), atol=1e-15)
    assert numpy.allclose(
        ug.hessian(lambda x: np.sum(outer(x)))(X).numpy(),
        ug.hessian(lambda x: np.sum(np.tanh(2 * np.sin(np.tanh(x * 2))) * x))(X).numpy(),
    )


def test_a_gradient_within():
    def slope(x):
        return ug.grad(lambda y: np.sum(np.sin(y) * x))(x)

    found = ug.grad(lambda x: np.sum(ug.checkpoint(slope)(x)))(X)
    assert numpy.allclose(found.numpy(), numpy.cos(X) - numpy.sin(X) * X)


def test_as_a_decorator_bare_and_with_a_policy():
    @ug.checkpoint
    def bare(x):
        """Docstring."""
        return x * x

    @ug.checkpoint(policy=policies.dots_saveable)
    def chosen(x):
        return x * x

    assert bare.__doc__ == "Docstring."
    assert numpy.allclose(ug.grad(lambda x: np.sum(bare(x) + chosen(x)))(X).numpy(), 4 * X)


class Counting(Observer):
    """The names of the kernels that are run."""

    def __init__(self):
        self.names = []

    def compute(self, card, arrays, options, kernel):
        self.names.append(card.name)
        return kernel()


def counted(policy, f=None):
    """How often each kernel runs in a gradient of a checkpointed function; those of the rules included."""

    def model(x, w):
        hidden = ug.checkpoint_name(np.tanh(x @ w), "hidden")
        return np.sum(np.sin(hidden @ w))

    counting = Counting()
    x = np.asarray(numpy.arange(6.0).reshape(2, 3) / 6).attach_grad()
    w = np.asarray(numpy.arange(9.0).reshape(3, 3) / 9).attach_grad()
    expected = ug.grad(f or model)(x.detach(), w.detach())
    y = ug.checkpoint(f or model, policy)(x, w)
    with observed(counting):
        y.backward()
    assert numpy.allclose(x.grad.numpy(), expected.numpy(), atol=1e-15)
    return {name: counting.names.count(name) for name in ("matmul", "tanh", "sin")}


def test_policies_say_what_is_computed_again():
    # Two products forward; in the reverse sweep four more, two for each. Sine's and tanh's rules use neither of them.
    assert counted(None) == {"matmul": 6, "tanh": 1, "sin": 1}
    assert counted(policies.nothing_saveable) == counted(None)
    assert counted(policies.dots_saveable) == {"matmul": 4, "tanh": 1, "sin": 1}
    assert counted(policies.checkpoint_dots_with_no_batch_dims) == {"matmul": 4, "tanh": 1, "sin": 1}
    assert counted(policies.everything_saveable) == {"matmul": 4, "tanh": 0, "sin": 0}
    assert counted(policies.save_only_these_names("hidden")) == {"matmul": 6, "tanh": 0, "sin": 1}
    assert counted(policies.save_only_these_names("other")) == {"matmul": 6, "tanh": 1, "sin": 1}
    assert counted(policies.save_any_names_but_these("other")) == {"matmul": 6, "tanh": 0, "sin": 1}
    assert counted(policies.save_any_names_but_these("hidden")) == {"matmul": 6, "tanh": 1, "sin": 1}
    assert counted(policies.save_anything_except_these_names("hidden")) == {"matmul": 4, "tanh": 1, "sin": 0}
    both = policies.save_from_both_policies(policies.dots_saveable, policies.save_only_these_names("hidden"))
    assert counted(both) == {"matmul": 4, "tanh": 0, "sin": 1}
    assert counted(lambda primitive, *operands, **options: primitive.name == "sin") == {
        "matmul": 6,
        "tanh": 1,
        "sin": 0,
    }


def test_stacks_of_matrices_are_not_kept_by_the_policy_without_batches():
    def stacked(x, w):
        return np.sum(np.sin((x[None] @ w[None])[0]))

    assert counted(policies.dots_saveable, stacked)["matmul"] == 2
    assert counted(policies.dots_with_no_batch_dims_saveable, stacked)["matmul"] == 3


def test_a_name_outside_a_checkpoint_does_nothing():
    x = np.asarray(X)
    assert ug.checkpoint_name(x, "x") is x
    with pytest.raises(ug.ArgumentError, match="checkpoint_name gives a name to a Tensor, not to a 'float'"):
        ug.checkpoint_name(1.0, "x")
    with pytest.raises(ug.ArgumentError, match="a policy of names takes strings, as checkpoint_name gives them; got 3"):
        policies.save_only_these_names(3)


def test_draws_come_again():
    seen = []

    def dropped(x):
        mask = np.random.bernoulli(0.5, size=1000)
        seen.append(mask.numpy().copy())
        return np.where(mask, x, 0.0) * np.random.normal(size=1000, dtype="float64")

    x = np.asarray(numpy.ones(1000)).attach_grad()
    np.random.seed(3)
    y = ug.checkpoint(dropped)(x)
    after = np.random.uniform(size=3).numpy()
    np.sum(y).backward()
    assert numpy.array_equal(seen[0], seen[1])
    assert numpy.array_equal(x.grad.numpy(), y.numpy())  # as x is all ones
    following = np.random.uniform(size=3).numpy()
    np.random.seed(3)
    dropped(np.asarray(numpy.ones(1000)))
    assert numpy.array_equal(np.random.uniform(size=3).numpy(), after)  # the stream itself was left alone
    assert numpy.array_equal(np.random.uniform(size=3).numpy(), following)


def test_draws_within_nested_checkpoints_and_after_a_seed_come_again():
    seen = []

    def draw(x):
        seen.append(np.random.uniform(dtype="float64").item())
        return x * seen[-1]

    inner = ug.checkpoint(draw)

    def outer(x):
        y = draw(inner(draw(x)))
        np.random.seed(11)
        return draw(y)

    np.random.seed(5)
    x = np.asarray(X).attach_grad()
    y = ug.checkpoint(outer)(x)
    first, seen[:] = list(seen), []
    before = np.random.uniform().item()
    np.sum(y).backward()
    assert seen[:4] == first
    assert seen[4:] == [first[1]]  # the inner one, a third time
    assert numpy.allclose(x.grad.numpy(), numpy.prod(first))
    np.random.seed(11)
    assert np.random.uniform().item() == pytest.approx(first[3], rel=1e-6)
    assert np.random.uniform().item() == before


def test_the_backend_and_the_levels_in_force_come_again():
    pytest.importorskip("torch")

    def makes_arrays(x):
        return x * np.ones(3, dtype="float64") * np.exp(x)

    with ug.use_backend("torch"):
        x = np.asarray(X).attach_grad()
        y = np.sum(ug.checkpoint(makes_arrays)(x))
    y.backward()
    assert numpy.allclose(x.grad.numpy(), numpy.exp(X) * (1 + X))
    inside = ug.checkpoint(lambda x: ug.grad(lambda y: np.sum(y**2 * x))(x))
    swept = ug.grad(lambda x: np.sum(ug.vmap(inside)(x)))(X.reshape(3, 1))
    assert numpy.allclose(swept.numpy(), 4 * X.reshape(3, 1))


def test_a_callers_buffer_may_change_after_the_call():
    x = np.asarray(X).attach_grad()
    other = W.copy()
    y = np.sum(ug.checkpoint(lambda x, w: x * x * w)(x, other))
    other[:] = 100
    y.backward()
    assert numpy.allclose(x.grad.numpy(), 2 * X * W)


def test_what_the_function_does_to_its_arguments_in_place_stays_within():
    def in_place(x):
        y = x * 1
        y += 1
        y[0] = 0.0
        return y * y

    x = np.asarray(X).attach_grad()
    np.sum(ug.checkpoint(in_place)(x)).backward()
    assert numpy.allclose(x.grad.numpy(), 2 * (X + 1) * numpy.asarray([0, 1, 1]))


def test_nothing_tracked_or_recording_off_is_a_plain_call():
    assert ug.checkpoint(np.sin)(np.asarray(X)).node is None
    with ug.pause():
        assert ug.checkpoint(np.sin)(np.asarray(X).attach_grad()).node is None


def test_a_function_that_is_not_the_same_twice_is_refused():
    sizes = iter([3, 2])
    x = np.asarray(X).attach_grad()
    y = np.sum(ug.checkpoint(lambda x: x[: next(sizes)] * 2)(x))
    with pytest.raises(
        ug.ShapeError,
        match=r"checkpoint ran '<lambda>' again and got float64\[2\], where it first gave float64\[3\]; it must do the same",
    ):
        y.backward()
    held = {"w": np.asarray(W).attach_grad()}
    z = np.sum(ug.checkpoint(lambda x: x * held["w"])(x))
    held["w"] = np.asarray(X).attach_grad()
    with pytest.raises(
        ug.InPlaceError, match="reached other Tensors than at first: one that it has from elsewhere was"
    ):
        z.backward()


def test_an_exception_in_the_second_run_leaves_the_sweep_clean():
    runs = []

    def once(x):
        runs.append(1)
        if len(runs) == 2:
            raise KeyError("second")
        return x * 3

    x = np.asarray(X).attach_grad()
    y = np.sum(ug.checkpoint(once)(x * 1))
    with pytest.raises(KeyError, match="second"):
        y.backward(retain_graph=True)
    assert x.node.g is None
    y.backward()
    assert numpy.allclose(x.grad.numpy(), 3)


def test_bad_arguments():
    with pytest.raises(ug.ArgumentError, match="checkpoint takes a function, not a 'int'"):
        ug.checkpoint(3)
    with pytest.raises(ug.ArgumentError, match="checkpoint takes a policy that can be called, or None; got 'dots'"):
        ug.checkpoint(np.sin, policy="dots")
    with pytest.raises(ug.ArgumentError, match="checkpoint_sequential needs at least one function"):
        ug.checkpoint_sequential([])
    with pytest.raises(ug.ArgumentError, match="takes 1 to 2 segments for as many functions; got 3"):
        ug.checkpoint_sequential([np.sin, np.cos], 3)


@pytest.mark.parametrize("segments", [None, 1, 2, 3, 7])
def test_a_sequence_in_segments(segments):
    chain = ug.checkpoint_sequential([np.sin, np.tanh, np.exp, np.sin, lambda x: x * x, np.cos, np.sin], segments)
    expected = ug.grad(lambda x: np.sum(np.sin(np.cos(np.sin(np.exp(np.tanh(np.sin(x)))) ** 2))))(X)
    assert numpy.allclose(ug.grad(lambda x: np.sum(chain(x)))(X).numpy(), expected.numpy(), atol=1e-15)


def _peak(count, checkpointed, x):
    """The bytes that the gradient of a chain of layers takes at most, how many layers are computed for it, and what it is."""
    calls = itertools.count()

    def layer(x):
        next(calls)
        return np.tanh(x * 1.01 + 0.01)

    layers = [layer] * count

    def plain(x):
        for layer in layers:
            x = layer(x)
        return x

    run = ug.checkpoint_sequential(layers) if checkpointed else plain
    gradient = ug.grad(lambda x: np.sum(run(x)))
    gradient(x)  # what is made once
    computed = next(calls)
    gc.collect()
    tracemalloc.start()
    try:
        result = gradient(x)
        return tracemalloc.get_traced_memory()[1], computed, result.numpy()
    finally:
        tracemalloc.stop()


def test_the_memory_of_a_chain_of_ten_thousand_layers_grows_with_the_square_root():
    x = numpy.linspace(-1, 1, 500)
    short, _, _ = _peak(2500, True, x)
    long, twice, again = _peak(10_000, True, x)
    whole, once, plain = _peak(10_000, False, x)
    assert numpy.array_equal(again, plain)
    assert long < 2.4 * short  # twice, for four times as many
    assert long < whole / 15
    assert (once, 10_000 < twice <= 20_000) == (10_000, True)


def test_everything_dies_with_the_result():
    gc.collect()
    gc.disable()
    try:
        before = sum(type(each) is ug.Tensor for each in gc.get_objects())
        x = np.asarray(X).attach_grad()
        y = np.sum(ug.checkpoint(lambda x: np.tanh(x * 2) * np.random.uniform(size=3, dtype="float64"))(x))
        y.backward(retain_graph=True)
        del y, x
        assert sum(type(each) is ug.Tensor for each in gc.get_objects()) <= before
    finally:
        gc.enable()
