"""vmap: axes in and out, containers, nesting with the other transforms, and what a mapped function cannot do."""

from __future__ import annotations

import gc
import importlib.util
import weakref

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad import nn
from unigrad.card import REGISTRY
from unigrad.errors import ArgumentError, AxisError, InPlaceError, ShapeError
from unigrad.virtual.batching import RULES

BACKENDS = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]
RANDOM = numpy.random.default_rng(7)
X, W = RANDOM.normal(size=(5, 3)), RANDOM.normal(size=(3, 3))


@pytest.fixture(params=BACKENDS)
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


def energy(w, x):
    return np.sum(np.tanh(w @ x) * x)


def energy_slopes(w, x):
    """The gradient of `energy` in x, in closed form."""
    h = numpy.tanh(w @ x)
    return h + w.T @ ((1 - h * h) * x)


def test_examples_are_computed_at_once(backend):
    calls = []

    def f(x):
        calls.append(tuple(x.shape))
        return energy(W, x)

    got = ug.vmap(f)(X)
    assert calls == [(3,)]
    assert got.numpy() == pytest.approx([numpy.sum(numpy.tanh(W @ x) * x) for x in X])


def test_gradients_of_each_example_and_of_all(backend):
    slopes = numpy.stack([energy_slopes(W, x) for x in X])
    assert ug.vmap(ug.grad(energy, 1), in_axes=(None, 0))(W, X).numpy() == pytest.approx(slopes)
    total = ug.grad(lambda x: np.sum(ug.vmap(energy, in_axes=(None, 0))(W, x)))(X)
    assert total.numpy() == pytest.approx(slopes)


def test_a_shared_argument_has_a_gradient_for_each_example(backend):
    each = ug.vmap(ug.grad(lambda w, x: np.sum((w @ x) ** 2)), in_axes=(None, 0))(W, X)
    assert each.numpy() == pytest.approx(numpy.stack([2 * numpy.outer(W @ x, x) for x in X]))


def test_an_array_from_outside_is_shared_and_gets_the_sum_of_its_cotangents(backend):
    w = np.asarray(W).attach_grad()
    np.sum(ug.vmap(lambda x: np.sum((w @ x) ** 2))(X)).backward()
    assert w.grad.numpy() == pytest.approx(sum(2 * numpy.outer(W @ x, x) for x in X))


def test_a_result_that_no_example_has_a_part_in_has_a_gradient_too(backend):
    w, xs = ug.array([1.0, 2.0]), ug.array(X)
    count = xs.shape[0]
    of_each = lambda w: ug.vmap(lambda x: w * w)(xs)
    numpy.testing.assert_allclose(ug.grad(lambda w: of_each(w).sum())(w).numpy(), [2.0 * count, 4.0 * count])
    kept = lambda w: ug.vmap(lambda x: w * w, out_axes=None)(xs)
    numpy.testing.assert_allclose(ug.grad(lambda w: kept(w).sum())(w).numpy(), [2.0, 4.0])
    numpy.testing.assert_allclose(ug.hessian(lambda w: of_each(w).sum())(w).numpy(), 2.0 * count * numpy.eye(2))
    numpy.testing.assert_allclose(ug.jvp(of_each, (w,), (w,))[1].numpy(), [[2.0, 8.0]] * count)


@pytest.mark.parametrize("axis", [0, 1, -1])
def test_an_axis_goes_in_and_out_where_it_is_asked_for(backend, axis):
    data = numpy.moveaxis(X, 0, axis)
    got = ug.vmap(lambda x: x * 2.0, in_axes=axis, out_axes=axis)(data)
    assert got.numpy() == pytest.approx(2 * data)


def test_containers_are_mapped_as_far_as_the_axes_say(backend):
    def f(p, y):
        return {"sum": p["a"] + p["b"], "y": y}

    both = ug.vmap(f, in_axes=({"a": 0, "b": None}, 1), out_axes={"sum": 0, "y": 1})
    got = both({"a": X, "b": X[0]}, X.T)
    assert got["sum"].numpy() == pytest.approx(X + X[0])
    assert got["y"].numpy() == pytest.approx(X.T)
    whole = ug.vmap(lambda p: p["a"] * p["b"])({"a": X, "b": X})
    assert whole.numpy() == pytest.approx(X * X)


def test_keyword_arguments_are_mapped_along_their_first_axis():
    assert ug.vmap(lambda x, *, y: x * y)(X, y=X).numpy() == pytest.approx(X * X)


def test_a_result_that_all_share_is_repeated_or_kept():
    assert ug.vmap(lambda x: np.ones(2))(X).shape == (5, 2)
    assert ug.vmap(lambda x: np.ones(2), out_axes=None)(X).tolist() == [1.0, 1.0]
    assert ug.vmap(lambda: np.ones(2), axis_size=4)().shape == (4, 2)
    with pytest.raises(
        ArgumentError, match="^vmap got out_axes=None for a result that differs from example to example$"
    ):
        ug.vmap(lambda x: x, out_axes=None)(X)


def test_maps_nest(backend):
    products = ug.vmap(lambda x: ug.vmap(lambda y: np.sum(x * y))(X))(X)
    assert products.numpy() == pytest.approx(X @ X.T)
    same_length = ug.vmap(lambda x: ug.vmap(lambda y: np.sum(x) * y)(x))(W)
    assert same_length.numpy() == pytest.approx(W.sum(1, keepdims=True) * W)


def test_second_derivatives_inside_and_around(backend):
    def square(x):
        return np.sum(x**3)

    hessians = ug.vmap(ug.hessian(square))(X)
    assert hessians.numpy() == pytest.approx(numpy.stack([numpy.diag(6 * x) for x in X]))
    around = ug.hessian(lambda x: np.sum(ug.vmap(square)(x)))(X[:2])
    assert around.numpy().reshape(6, 6) == pytest.approx(numpy.diag(6 * X[:2].ravel()))


def test_tangents_through_a_map_and_a_map_of_tangents(backend):
    f = ug.vmap(lambda x: np.sum(x**2))
    assert ug.jvp(f, (X,), (X,))[1].numpy() == pytest.approx(2 * (X * X).sum(1))
    pushed = ug.vmap(lambda t: ug.jvp(f, (X,), (t,))[1])(numpy.stack([X, 2 * X]))
    assert pushed.numpy() == pytest.approx(numpy.stack([2 * (X * X).sum(1), 4 * (X * X).sum(1)]))


def test_indices_of_each_example_s_own(backend):
    index = numpy.array([[0, 2], [1, 1], [2, 0], [0, 0], [1, 2]])
    pick = ug.vmap(lambda x, i: x[i])
    assert pick(X, index).numpy() == pytest.approx(numpy.take_along_axis(X, index, 1))
    counts = numpy.stack([numpy.bincount(i, minlength=3) for i in index])
    assert ug.grad(lambda x: np.sum(pick(x, index)))(X).tolist() == counts.tolist()
    from_outside = ug.vmap(lambda i: np.asarray(W)[i, 1])(index)
    assert from_outside.numpy() == pytest.approx(W[index, 1])


def test_chunks_give_the_same_in_less_memory(backend):
    seen = []

    def f(x):
        seen.append(None)
        return x * 2.0, np.sum(x)

    doubled, total = ug.vmap(f, chunk_size=2, out_axes=(1, 0))(X)
    assert len(seen) == 3
    assert doubled.numpy() == pytest.approx(2 * X.T)
    assert total.numpy() == pytest.approx(X.sum(1))
    assert ug.jacrev(lambda x: x**2, chunk_size=2)(X[0]).numpy() == pytest.approx(numpy.diag(2 * X[0]))
    assert ug.jacfwd(lambda x: x**2, chunk_size=2)(X[0]).numpy() == pytest.approx(numpy.diag(2 * X[0]))


def test_a_decision_on_values_is_refused_at_the_line_where_it_stands():
    def f(x):
        if np.sum(x) > 0:
            return x
        return -x

    with pytest.raises(ArgumentError, match=r"^under vmap bool\(\) has no single answer: the values differ") as caught:
        ug.vmap(f)(X)
    assert any(entry.name == "f" for entry in caught.traceback)
    line = f.__code__.co_firstlineno + 1
    assert str(caught.value).endswith(f" ({__file__}, line {line}, in f)")
    chosen = ug.vmap(lambda x: np.where(np.sum(x) > 0, x, -x))(X)
    assert chosen.numpy() == pytest.approx(numpy.where(X.sum(1, keepdims=True) > 0, X, -X))
    with pytest.raises(
        ArgumentError, match=r"^under vmap item\(\) has no single answer.*test_vmap.py, line \d+, in <lambda>\)$"
    ):
        ug.vmap(lambda x: np.sum(x).item())(X)


def test_a_decision_on_what_all_share_is_none_of_vmap_s_business():
    shared = np.asarray(2.0)
    assert ug.vmap(lambda x: x * 2.0 if shared > 1 else x)(X).numpy() == pytest.approx(2 * X)


def drawn(seed, draw):
    np.random.seed(seed)
    return draw().numpy()


def test_each_example_draws_its_part_of_one_draw(backend):
    draw = lambda x: x + np.random.normal(size=2, dtype="float64")
    data = numpy.zeros((4, 2))
    apart = drawn(3, lambda: ug.vmap(draw, randomness="different")(data))
    assert apart.tolist() == drawn(3, lambda: np.random.normal(size=(4, 2), dtype="float64")).tolist()
    same = drawn(3, lambda: ug.vmap(draw, randomness="same")(data))
    assert same.tolist() == [drawn(3, lambda: np.random.normal(size=2, dtype="float64")).tolist()] * 4
    with pytest.raises(ArgumentError, match="^under vmap a draw would be the same for all examples; say so"):
        ug.vmap(draw)(data)
    with pytest.raises(ArgumentError, match="^vmap takes randomness='error', 'same' or 'different'; got 'some'$"):
        ug.vmap(draw, randomness="some")(data)


@pytest.mark.parametrize(
    ("draw", "one"),
    [
        (lambda: np.random.uniform(size=3), lambda n: np.random.uniform(size=(n, 3))),
        (lambda: np.random.exponential(2.0), lambda n: np.random.exponential(2.0, size=n)),
        (lambda: np.random.randint(9, size=(2, 1)), lambda n: np.random.randint(9, size=(n, 2, 1))),
        (lambda: np.random.bernoulli(0.3, 5), lambda n: np.random.bernoulli(0.3, (n, 5))),
        (lambda: np.random.choice(7, 2), lambda n: np.random.choice(7, (n, 2))),
        (lambda: np.random.permutation(5), lambda n: np.stack([np.random.permutation(5) for _ in range(n)])),
        (
            lambda: np.random.choice(7, 2, replace=False),
            lambda n: np.stack([np.random.choice(7, 2, replace=False) for _ in range(n)]),
        ),
    ],
)
def test_every_kind_of_draw_has_a_part_for_each_example(draw, one):
    apart = drawn(5, lambda: ug.vmap(draw, axis_size=4, randomness="different")())
    wanted = drawn(5, lambda: one(4))
    assert apart.dtype == wanted.dtype
    assert apart.tolist() == wanted.tolist()
    chunks = drawn(5, lambda: ug.vmap(draw, axis_size=4, randomness="different", chunk_size=3)())
    assert chunks.tolist() == wanted.tolist()


def test_maps_within_each_other_draw_with_the_outermost_axis_first():
    one = lambda x: x + np.random.uniform(dtype="float64")
    data = numpy.zeros((4, 3))
    both = drawn(1, lambda: ug.vmap(ug.vmap(one, randomness="different"), randomness="different")(data))
    assert both.tolist() == drawn(1, lambda: np.random.uniform(size=(4, 3), dtype="float64")).tolist()
    inner = drawn(1, lambda: ug.vmap(ug.vmap(one, randomness="different"), randomness="same")(data))
    assert inner.tolist() == [drawn(1, lambda: np.random.uniform(size=3, dtype="float64")).tolist()] * 4


def test_a_gradient_for_each_example_through_a_dropout_of_its_own(backend):
    def loss(x):
        return np.sum(nn.dropout(x, 0.5) ** 2)

    found = drawn(2, lambda: ug.vmap(ug.grad(loss), randomness="different")(X))
    kept = drawn(2, lambda: np.random.bernoulli(0.5, X.shape))
    assert found == pytest.approx(numpy.where(kept, 2 * 4 * X, 0.0))
    assert len({tuple(row) for row in kept.tolist()}) > 1


def test_wrong_axes_are_named():
    with pytest.raises(ShapeError, match=r"one number of examples; the mapped axes have the lengths \[3, 5\]"):
        ug.vmap(lambda x, y: x)(X, W)
    with pytest.raises(AxisError, match="^axis 2 is out of range for an array with 2 axes"):
        ug.vmap(lambda x: x, in_axes=2)(X)
    with pytest.raises(AxisError, match="^vmap cannot map over a number"):
        ug.vmap(lambda x: x)(2.0)
    with pytest.raises(ArgumentError, match="^vmap needs an argument that is mapped, or axis_size=$"):
        ug.vmap(lambda x: x, in_axes=None)(X)
    with pytest.raises(
        ArgumentError, match="^vmap needs in_axes as a number, None, or a sequence with an entry for each of the 2"
    ):
        ug.vmap(lambda x, y: x, in_axes=(0,))(X, X)
    with pytest.raises(ArgumentError, match="^vmap cannot match in_axes="):
        ug.vmap(lambda p: p["a"], in_axes=({"c": 0},))({"a": X})


def test_what_a_mapped_function_prints_says_what_it_is():
    shown = []
    ug.vmap(lambda x: shown.append(repr(x)) or x)(X)
    assert "5 examples of shape (3,), float64" in shown[0]


@pytest.mark.parametrize("name", [card.name for card in REGISTRY.values() if card.module.startswith("unigrad.")])
def test_every_primitive_of_unigrad_s_own_has_a_batching_rule(name):
    card = REGISTRY[name]
    elementwise = card.kind == "elementwise" or (card.kind == "constant" and not card.options)
    assert card.kind == "composition" or elementwise or name in RULES or card.batching is not None


@pytest.fixture
def lengths(monkeypatch):
    """Makes a primitive of somebody else's, the length of vectors along the last axis, with a batching rule or without."""

    def make(batching):
        calls = []

        def length(x, scale):
            calls.append(tuple(x.shape))
            return numpy.sqrt((x * x).sum(-1)) * scale

        def rule(g, x, out, scale):
            return (g * scale * scale / out)[..., None] * x

        @ug.primitive(vjp={"x": rule, "scale": lambda g, out, scale: g * out / scale}, samples=[], batching=batching)
        def length_of_somebody(x, scale, /): ...

        monkeypatch.setattr(ug.get_backend().xp, "length_of_somebody", length, raising=False)
        return length_of_somebody, calls

    yield make
    REGISTRY.pop("length_of_somebody", None)


def by_a_rule(xp, arrays, mapped, options):
    x, scale = arrays
    assert mapped == (True, False)
    return xp.length_of_somebody(x, scale)


@pytest.mark.parametrize(
    ("batching", "shapes"),
    [(None, [(3,)] * 5), ("example", [(3,)] * 5), ("stack", [(5, 3)]), (by_a_rule, [(5, 3)])],
)
def test_a_primitive_of_another_package_brings_its_rule_or_is_run_for_each_example(lengths, batching, shapes):
    length, calls = lengths(batching)
    found = ug.vmap(lambda x: length(x, 2.0))(X)
    assert found.numpy() == pytest.approx(2 * numpy.linalg.norm(X, axis=1))
    assert calls == shapes
    slopes = ug.vmap(ug.grad(lambda x: length(x, 2.0)))(X)
    assert slopes.numpy() == pytest.approx(2 * X / numpy.linalg.norm(X, axis=1, keepdims=True))


def test_a_batching_rule_that_is_none_is_refused_when_the_card_is_made(lengths):
    with pytest.raises(
        ug.CardError, match="^'length_of_somebody' has batching='rows'; it is 'stack', 'example', or a function$"
    ):
        lengths("rows")
    with pytest.raises(
        ug.CardError,
        match=r"^the batching rule of 'length_of_somebody' is to take \(xp, arrays, mapped, options\), not \(x\)$",
    ):
        lengths(lambda x: x)
    length, _ = lengths(lambda xp, arrays, mapped, options: arrays[0][0])
    sentence = (
        "^the batching rule of 'length_of_somebody' is to give arrays with the 5 examples along the first axis; it gave"
    )
    with pytest.raises(ShapeError, match=sentence):
        ug.vmap(lambda x: length(x, 2.0))(X)


@pytest.mark.parametrize("options", [{}, {"stride": 2, "padding": 1, "groups": 2}])
def test_each_example_has_a_gradient_of_its_own_in_the_weights_of_a_convolution(backend, options):
    groups = options.get("groups", 1)
    x, w = RANDOM.normal(size=(4, 2, 4, 6)), RANDOM.normal(size=(6, 4 // groups, 3))
    loss = lambda w, x: np.sum(nn.conv1d(x, w, **options) ** 2)
    each = ug.vmap(ug.grad(loss, argnums=(0, 1)), in_axes=(None, 0))(w, x)
    alone = [ug.grad(loss, argnums=(0, 1))(w, one) for one in x]
    for place in (0, 1):
        assert each[place].numpy() == pytest.approx(numpy.stack([part[place].numpy() for part in alone]))
    weights = RANDOM.normal(size=(4, *w.shape))
    both = ug.vmap(ug.hessian(loss), in_axes=(0, 0))(weights[:2, :2], x[:2]) if groups == 1 else None
    own = ug.vmap(lambda w, x: nn.conv1d(x, w, **options))(weights, x)
    assert own.numpy() == pytest.approx(
        numpy.stack([nn.conv1d(a, b, **options).numpy() for a, b in zip(x, weights, strict=True)])
    )
    assert both is None or both.shape == (2, 2, 4, 3, 2, 4, 3)
    shared = ug.vmap(lambda w: nn.conv1d(x[0], w, **options))(weights)
    assert shared.numpy() == pytest.approx(numpy.stack([nn.conv1d(x[0], w, **options).numpy() for w in weights]))


OUTSIDE = "a function under vmap changes a Tensor from outside in place"


def test_no_tensor_from_outside_becomes_one_of_examples(backend):
    kept, shared, xs = np.zeros(3), np.zeros(3), np.asarray(X)

    def changes(x, y):
        kept[0] = x[0]
        return x

    def gives_back(x, y):
        kept[1] = x[1]
        return kept

    def changes_an_argument(x, y):
        y[0] = x[0]
        return y

    def fails(x, y):
        kept[0] = x[0]
        raise KeyError(0)

    for f in (changes, gives_back, changes_an_argument):
        with pytest.raises(InPlaceError, match=OUTSIDE):
            ug.vmap(f, in_axes=(0, None))(xs, shared)
    with pytest.raises(ArgumentError, match="out_axes"):
        ug.vmap(changes, in_axes=(0, None), out_axes=(0, 0))(xs, shared)
    with pytest.raises(KeyError):
        ug.vmap(fails, in_axes=(0, None))(xs, shared)
    assert kept.tolist() == shared.tolist() == [0.0, 0.0, 0.0]


def test_a_recorded_tensor_from_outside_keeps_its_place_in_the_graph(backend):
    x = np.asarray([1.0, 2.0, 3.0]).attach_grad()
    y = x * 2

    def f(each):
        nonlocal y
        y *= each
        return each

    with pytest.raises(InPlaceError, match=OUTSIDE):
        ug.vmap(f)(np.asarray(X))
    np.sum(y).backward()
    assert x.grad.tolist() == [2.0, 2.0, 2.0]


def test_a_tensor_that_the_function_makes_may_be_changed_in_place(backend):
    def f(x):
        made = np.zeros(3, dtype="float64")
        made[0] = x[0]
        made += x
        return made

    expected = X + numpy.stack([X[:, 0], 0 * X[:, 0], 0 * X[:, 0]], axis=1)
    numpy.testing.assert_allclose(ug.vmap(f)(np.asarray(X)).numpy(), expected)


def test_an_example_that_was_kept_outside_says_so_when_it_is_read(backend):
    kept = []
    ug.vmap(lambda x: kept.append(x) or x)(np.asarray(X))
    with pytest.raises(ArgumentError, match="give it back as a result if it was kept outside that map, which is over"):
        float(np.sum(kept[0]))


@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({"axis_size": 1.5}, "axis_size as a whole number from 0 on, not 1.5"),
        ({"axis_size": -1}, "axis_size as a whole number from 0 on, not -1"),
        ({"chunk_size": 1.5}, "chunk_size of 1 or more, not 1.5"),
        ({"in_axes": ([0],)}, r"cannot match in_axes=\(\[0\],\) with the arguments"),
        ({"out_axes": [0]}, r"cannot match out_axes=\[0\] with the results"),
    ],
)
def test_sizes_and_axes_that_make_no_sense(options, said):
    with pytest.raises(ArgumentError, match=said):
        ug.vmap(lambda x: (x, x), **options)(np.asarray(X))


def test_a_sequential_function_may_use_mapped_arrays_from_outside(backend):
    f = lambda x: ug.sequential_vmap(lambda y: x * y)(x)
    numpy.testing.assert_allclose(ug.vmap(f)(np.asarray(X)).numpy(), X * X)
    total = lambda xs: np.sum(ug.vmap(f)(xs))
    numpy.testing.assert_allclose(ug.grad(total)(np.asarray(X)).numpy(), 2 * X)


def test_what_a_function_overwrites_is_not_kept_alive():
    overwritten = []

    def f(x):
        made = np.zeros(1000)
        overwritten.append(weakref.ref(made.raw))
        made[0] = x
        return np.sum(made)

    gc.disable()
    try:
        ug.vmap(f)(np.ones(3))
        assert overwritten[0]() is None
    finally:
        gc.enable()
