"""custom_vjp: value, slopes of every order in both modes, maps, containers, outside code, and what a wrong rule is told."""

from __future__ import annotations

import gc
import importlib.util
import math
import weakref

import numpy
import pytest
import scipy.optimize

import unigrad as ug
import unigrad.numpy as np
from unigrad.errors import ArgumentError, DTypeError, MissingRule, NotRecorded, ShapeError

BACKENDS = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]


@pytest.fixture(params=BACKENDS)
def backend(request):
    with ug.use_backend(request.param):
        yield request.param


def vector(*values):
    return np.asarray(values, dtype="float64")


def close(got, want):
    numpy.testing.assert_allclose(got.numpy(), numpy.asarray(want), rtol=1e-12, atol=1e-12)


def sine_times():
    """sin(x) y, whose rule keeps something that was computed: the cosine."""

    @ug.custom_vjp
    def f(x, y):
        return np.sin(x) * y

    def fwd(x, y):
        out = f(x, y)
        return out, {"slope": np.cos(x) * y, "sine": np.sin(x)}

    f.defvjp(fwd, lambda kept, g: (g * kept["slope"], g * kept["sine"]))
    return f


def logarithm_of_one_plus_exp():
    """JAX's example, whose rule keeps its argument only."""

    @ug.custom_vjp
    def f(x):
        return np.log(1 + np.exp(x))

    f.defvjp(lambda x: (f(x), x), lambda x, g: (g * (1 - 1 / (1 + np.exp(x))),))
    return f


def exponential():
    """exp, whose rule keeps its value."""
    f = ug.custom_vjp(np.exp)

    def fwd(x):
        y = f(x)
        return y, y

    f.defvjp(fwd, lambda y, g: (g * y,))
    return f


def test_the_rule_is_the_slope(backend):
    x, y = vector(0.3, 0.8), vector(2.0, 3.0)
    of_x, of_y = ug.grad(lambda x, y: np.sum(sine_times()(x, y)), (0, 1))(x, y)
    close(of_x, numpy.cos([0.3, 0.8]) * [2.0, 3.0])
    close(of_y, numpy.sin([0.3, 0.8]))
    leaf = vector(0.3, 0.8).attach_grad()
    np.sum(sine_times()(leaf, y)).backward()
    close(leaf.grad, of_x.numpy())


def test_the_rule_and_not_the_function_is_differentiated():
    f = ug.custom_vjp(lambda x: x * x)
    f.defvjp(lambda x: (x * x, None), lambda _, g: (7.0 * g,))
    assert ug.grad(f)(3.0).item() == 7.0
    assert ug.jvp(f, (3.0,), (2.0,))[1].item() == 14.0


@pytest.mark.parametrize("made", [sine_times, exponential, logarithm_of_one_plus_exp])
def test_every_order_in_both_modes_is_what_differences_say(made):
    f = made()
    count = 2 if made is sine_times else 1
    ug.check_grads(f, (vector(0.3, 0.8), vector(2.0, 3.0))[:count], order=3)


def test_a_value_among_the_residuals_has_every_order(backend):
    f = exponential()
    for _ in range(3):
        close(f(np.asarray(0.5, dtype="float64")), numpy.exp(0.5))
        f = ug.grad(f)


def test_forward_over_reverse_and_reverse_over_forward(backend):
    f, x, y = sine_times(), vector(0.3, 0.8), vector(2.0, 3.0)
    want = numpy.diag(-numpy.sin([0.3, 0.8]) * [2.0, 3.0])
    of_x = lambda x: np.sum(f(x, y))
    close(ug.jacfwd(ug.grad(of_x))(x), want)
    close(ug.jacrev(ug.jacfwd(of_x))(x), want)
    close(ug.hessian(of_x)(x), want)


def test_under_vmap_the_rule_sees_examples(backend):
    f = sine_times()
    x, y = np.asarray([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], dtype="float64"), vector(2.0, 3.0)
    slopes = ug.vmap(ug.grad(lambda x, y: np.sum(f(x, y)), (0, 1)), in_axes=(0, None))(x, y)
    close(slopes[0], numpy.cos(x.numpy()) * y.numpy())
    close(slopes[1], numpy.sin(x.numpy()))
    # What all examples share gets the sum of their cotangents.
    close(ug.grad(lambda y: np.sum(ug.vmap(lambda x: f(x, y))(x)))(y), numpy.sin(x.numpy()).sum(0))
    close(ug.vmap(ug.hessian(lambda x: np.sum(f(x, y))))(x)[1], numpy.diag(-numpy.sin([0.3, 0.4]) * [2.0, 3.0]))


def test_containers_in_and_out_and_keywords():
    @ug.custom_vjp
    def dense(params, x, scale=1.0):
        return {"out": scale * (x @ params["w"] + params["b"]), "count": 3}

    def fwd(params, x, scale):
        return dense(params, x, scale), (params["w"], x, scale)

    def bwd(kept, g):
        w, x, scale = kept
        assert sorted(g) == ["count", "out"]
        assert g["count"].dtype == "int64"
        out = scale * g["out"]
        return {"w": np.outer(x, out), "b": out}, w @ out, None

    dense.defvjp(fwd, bwd)
    params = {"w": np.asarray([[1.0, 2.0], [3.0, 4.0]], dtype="float64"), "b": vector(0.5, -0.5)}
    x = vector(2.0, -1.0)
    loss = lambda params, x: np.sum(dense(x=x, params=params, scale=2.0)["out"] ** 2)
    plain = lambda params, x: np.sum((2.0 * (x @ params["w"] + params["b"])) ** 2)
    got, want = ug.grad(loss, (0, 1))(params, x), ug.grad(plain, (0, 1))(params, x)
    close(got[0]["w"], want[0]["w"].numpy())
    close(got[0]["b"], want[0]["b"].numpy())
    close(got[1], want[1].numpy())
    assert dense(params, x)["count"] == 3
    ug.check_grads(lambda params, x: dense(params, x)["out"], (params, x), order=2)


def test_nondiff_arguments_are_handed_to_both_rules():
    @ug.custom_vjp
    def plain(f, x, n):
        return f(x) ** n

    for given in ({"nondiff_argnums": (0, 2)}, {"nondiff_argnames": ("f", "n")}):
        power = ug.custom_vjp(plain.f, **given)
        power.defvjp(lambda f, x, n: (f(x) ** n, x), lambda f, n, x, g: (g * n * f(x) ** (n - 1) * np.cos(x),))
        close(
            ug.grad(lambda x, power=power: power(np.sin, x, n=3))(np.asarray(0.4, dtype="float64")),
            3 * numpy.sin(0.4) ** 2 * numpy.cos(0.4),
        )
    with pytest.raises(ArgumentError) as tracked:
        ug.grad(lambda n: power(np.sin, 0.4, n))(3.0)
    assert str(tracked.value) == (
        "'plain' got a tracked Tensor for 'n', which is among nondiff_argnums and so has no derivative; "
        "detach() it, or make the argument a differentiable one"
    )


def test_arguments_that_are_no_arrays_are_handed_on():
    cast = ug.custom_vjp(lambda x, dtype, name="x": x.astype("float64"))
    cast.defvjp(
        lambda x, dtype, name: (x.astype("float64"), (dtype, name)), lambda kept, g: (g.astype(kept[0]), None, None)
    )
    assert ug.grad(lambda x: cast(x, numpy.float32))(np.asarray(2.0, dtype="float32")).dtype == "float32"
    assert ug.hessian(lambda x: cast(x, numpy.float32) ** 2)(np.asarray(2.0, dtype="float32")).item() == 2.0


def test_keyword_only_arguments_are_constants():
    @ug.custom_vjp
    def scaled(x, *, by):
        return x * by

    scaled.defvjp(lambda x, *, by: (x * by, by), lambda by, g: (g * by,))
    assert ug.grad(lambda x: scaled(x, by=3.0))(2.0).item() == 3.0
    with pytest.raises(
        ArgumentError, match="^'scaled' got a tracked Tensor for 'by', which can only be given by keyword"
    ):
        ug.grad(lambda by: scaled(2.0, by=by))(3.0)


def cosine_fixed_point(a):
    """X with x = a cos(x), by SciPy."""
    return scipy.optimize.brentq(lambda x: x - a * numpy.cos(x), 0.0, 2.0, xtol=1e-15)


def solver():
    """The fixed point as a function of a, with the slope by the implicit function theorem."""

    @ug.custom_vjp
    def root(a):
        return np.asarray(cosine_fixed_point(a.item()), dtype="float64")

    def fwd(a):
        x = root(a)
        return x, (a, x)

    def bwd(kept, g):
        a, x = kept
        return (g * np.cos(x) / (1 + a * np.sin(x)),)

    root.defvjp(fwd, bwd)
    return root


def test_a_rule_for_outside_code_has_a_second_derivative():
    ug.check_grads(solver(), (np.asarray(0.9, dtype="float64"),), order=2, atol=1e-4, rtol=1e-4)


def test_outside_code_is_mapped_one_by_one():
    root = ug.sequential_vmap(solver())
    a = vector(0.5, 0.9, 1.3)
    want = [cosine_fixed_point(each) for each in (0.5, 0.9, 1.3)]
    close(ug.vmap(root)(a), want)
    close(ug.vmap(ug.grad(root))(a), numpy.cos(want) / (1 + numpy.array([0.5, 0.9, 1.3]) * numpy.sin(want)))
    total = ug.grad(lambda s: np.sum(ug.vmap(lambda each: root(s * each))(a)))(np.asarray(1.0, dtype="float64"))
    close(total, numpy.sum(a.numpy() * numpy.cos(want) / (1 + a.numpy() * numpy.sin(want))))
    nested = ug.vmap(ug.vmap(root))(np.asarray([[0.5, 0.9], [1.3, 0.7]], dtype="float64"))
    assert nested[1, 0].item() == want[2]


def outside(kept_by):
    """x², its slope taken out of the graph."""
    f = ug.custom_vjp(lambda x: x * x)
    f.defvjp(lambda x: (x * x, x), kept_by)
    return f


@pytest.mark.parametrize(
    ("how", "bwd"),
    [
        ("numpy()", lambda x, g: (2 * g * np.asarray(x.numpy()),)),
        ("item()", lambda x, g: (2 * g * x[0].item(),)),
        ("float()", lambda x, g: (2 * g * float(x[0]),)),
        ("tolist()", lambda x, g: (2 * g * np.asarray(x.tolist(), dtype="float64"),)),
    ],
)
def test_a_rule_that_leaves_unigrad_has_no_second_derivative(how, bwd):
    f = outside(bwd)
    of = lambda x: np.sum(f(x))
    x = vector(3.0)
    close(ug.grad(of)(x), [6.0])
    close(ug.jvp(of, (x,), (x,))[1], 18.0)  # the pullback is transposed at constants
    with pytest.raises(NotRecorded) as left:
        ug.hessian(of)(x)
    assert str(left.value) == (
        f"the bwd of '<lambda>' takes a value out of the graph with {how}, so that it has no derivative in turn; write it "
        "with unigrad's functions, or mark it with once_differentiable; where the value is only looked at, use x.detach()"
    )


def test_a_rule_that_takes_the_cotangent_out_cannot_be_transposed():
    f = outside(lambda x, g: (numpy.asarray(2 * g.numpy() * x.numpy()),))
    x = vector(3.0)
    close(ug.grad(lambda x: np.sum(f(x)))(x), [6.0])
    with pytest.raises(NotRecorded, match="^the bwd of '<lambda>' takes a value out of the graph with numpy\\(\\)"):
        ug.jvp(f, (x,), (x,))
    g = outside(lambda x, g: (numpy.asarray([6.0]),))
    with pytest.raises(NotRecorded) as array:
        ug.jvp(g, (x,), (x,))
    assert str(array.value) == (
        "the bwd of '<lambda>' gave a 'ndarray', which has no derivative in turn; "
        "write it with unigrad's functions, or mark it with once_differentiable"
    )


def test_a_value_may_be_looked_at():
    f = outside(lambda x, g: (2 * g * (x if x.detach().item() > 0 and bool(x[0] > 0) else -x),))
    close(ug.hessian(lambda x: np.sum(f(x)))(vector(3.0)), [[2.0]])


def test_residuals_of_outside_code_have_no_second_derivative():
    f = ug.custom_vjp(lambda x: x * x)
    f.defvjp(lambda x: (x * x, np.asarray(2 * x.numpy())), lambda slope, g: (g * slope,))
    close(ug.grad(lambda x: np.sum(f(x)))(vector(3.0)), [6.0])
    with pytest.raises(NotRecorded) as left:
        ug.hessian(lambda x: np.sum(f(x)))(vector(3.0))
    assert str(left.value) == (
        "the fwd of '<lambda>' takes a value out of the graph with numpy(), so that it has no derivative in turn; keep "
        "arguments and results only, or mark the bwd with once_differentiable; where the value is only looked at, use x.detach()"
    )


def test_once_differentiable_says_so():
    f = outside(ug.once_differentiable(lambda x, g: (2 * g * np.asarray(x.numpy()),)))
    of = lambda x: np.sum(f(x))
    x = vector(3.0)
    close(ug.grad(of)(x), [6.0])
    close(ug.grad(lambda x: np.sum(ug.grad(of)(x).detach() * x))(x), [6.0])  # nothing asks for its derivative
    for second in (ug.jacrev(ug.grad(of)), ug.jacfwd(ug.grad(of)), ug.jacfwd(of)):
        with pytest.raises(MissingRule) as once:
            second(x)
        assert str(once.value) == (
            "the bwd of '<lambda>' is marked once_differentiable, so that what it gives has no derivative; "
            "write it with unigrad's functions, without the mark"
        )


def test_once_differentiable_residuals_do_not_pass_for_constants():
    f = ug.custom_vjp(lambda x: x * x)
    f.defvjp(lambda x: (x * x, 2 * x), ug.once_differentiable(lambda slope, g: (g * slope,)))
    with pytest.raises(MissingRule, match="marked once_differentiable"):
        ug.hessian(lambda x: np.sum(f(x)))(vector(3.0))


def test_a_residual_may_be_a_pullback():
    f = ug.custom_vjp(lambda x: np.sin(x) * x)
    f.defvjp(lambda x: ug.vjp(lambda x: np.sin(x) * x, x), lambda pull, g: pull(g))
    ug.check_grads(f, (vector(0.3, 0.8),), order=2)


def test_what_a_function_closes_over_is_not_lost_in_silence():
    def scaled(w):
        f = ug.custom_vjp(lambda x: x * w)
        f.defvjp(lambda x: (x * w, w), lambda w, g: (g * w,))
        return f

    with pytest.raises(NotRecorded) as closed:
        ug.grad(lambda w: scaled(w)(np.asarray(2.0).attach_grad()))(3.0)
    assert str(closed.value) == (
        "the fwd of '<lambda>' depends on a tracked Tensor that is none of the arguments, whose gradient would be lost; "
        "make it an argument, or detach() it"
    )
    assert ug.grad(lambda w: w * scaled(w.detach())(np.asarray(2.0).attach_grad()))(3.0).item() == 6.0


def rule(fwd=lambda x, y: (x["a"] * y, None), bwd=lambda _, g: ({"a": g}, g)):
    @ug.custom_vjp
    def f(x, y):
        return x["a"] * y

    f.defvjp(fwd, bwd)
    return lambda x, y: np.sum(f(x, y))


WRONG = [
    (
        ArgumentError,
        {"fwd": lambda x, y: x["a"]},
        "the fwd of 'f' gave a 'Tensor'; give a pair, the value and the residuals",
    ),
    (
        ArgumentError,
        {"fwd": lambda x, y: ("three", None)},
        "the fwd of 'f' gave a 'str' among its results; give Tensors, arrays or numbers",
    ),
    (
        ArgumentError,
        {"bwd": lambda _, g: g},
        "the bwd of 'f' gave a 'Tensor'; give a tuple with a cotangent for each argument",
    ),
    (
        ArgumentError,
        {"bwd": lambda _, g: (g,)},
        "the bwd of 'f' gave 1 cotangents, and there are 2 differentiable arguments: 'x', 'y'; give one, or None, for each",
    ),
    (
        ArgumentError,
        {"bwd": lambda _, g: ({"b": g}, g)},
        "the bwd of 'f' gave a cotangent of the structure PyTreeSpec({'b': *}) for 'x', which has the structure PyTreeSpec({'a': *})",
    ),
    (
        ShapeError,
        {"bwd": lambda _, g: ({"a": g[:1]}, g)},
        "the bwd of 'f' gave a cotangent of shape (1,) for 'x'['a'] of shape (2,); give that shape, or None for zero",
    ),
    (
        DTypeError,
        {"bwd": lambda _, g: ({"a": g}, g.astype("float32"))},
        "the bwd of 'f' gave a cotangent of dtype 'float32' for 'y' of dtype 'float64'; cast it with astype('float64')",
    ),
    (
        ArgumentError,
        {"bwd": lambda _, g: ({"a": "slope"}, g)},
        "the bwd of 'f' gave a cotangent that is a 'str' for 'x'['a']; give a Tensor, an array, or None for zero",
    ),
]


@pytest.mark.parametrize(("error", "given", "sentence"), WRONG, ids=[sentence[17:60] for _, _, sentence in WRONG])
def test_what_a_wrong_rule_is_told(error, given, sentence):
    with pytest.raises(error) as raised:
        ug.grad(rule(**given), (0, 1))({"a": vector(1.0, 2.0)}, vector(3.0, 4.0))
    assert str(raised.value) == sentence


def test_none_is_zero():
    got = ug.grad(rule(bwd=lambda _, g: (None, None)), (0, 1))({"a": vector(1.0, 2.0)}, vector(3.0, 4.0))
    close(got[0]["a"], [0.0, 0.0])
    close(got[1], [0.0, 0.0])


def test_what_cannot_be_declared_is_refused():
    with pytest.raises(MissingRule) as missing:
        ug.grad(ug.custom_vjp(lambda x: x))(1.0)
    assert str(missing.value) == "custom_vjp: '<lambda>' has no rule; give it one with defvjp(fwd, bwd)"
    with pytest.raises(ArgumentError, match="^custom_vjp needs a function, not 3$"):
        ug.custom_vjp(3)
    with pytest.raises(ArgumentError) as place:
        ug.custom_vjp(lambda x: x, nondiff_argnums=(-1,))
    assert str(place.value) == "nondiff_argnums of '<lambda>' must be positions counted from 0; got -1"
    with pytest.raises(ArgumentError) as name:
        ug.custom_vjp(lambda x: x, nondiff_argnames=("z",))
    assert str(name.value) == "nondiff_argnames of '<lambda>': 'z' is none of its arguments x"


def test_without_a_gradient_the_function_itself_runs():
    calls = []

    @ug.custom_vjp
    def f(x):
        calls.append("f")
        return x * 2

    f.defvjp(lambda x: (calls.append("fwd"), (x * 2, None))[1], lambda _, g: (2 * g,))
    f(vector(1.0))
    with ug.pause():
        f(vector(1.0).attach_grad())
    assert calls == ["f", "f"]
    ug.grad(lambda x: np.sum(f(x)))(vector(1.0))
    assert calls == ["f", "f", "fwd"]


def test_arguments_that_are_not_kept_are_let_go_and_no_cycle_is_left():
    f = ug.custom_vjp(lambda x: np.exp(x))
    f.defvjp(lambda x: (np.exp(x), np.asarray([True])), lambda _, g: (g,))
    inner = vector(1.0).attach_grad()
    between = inner * 2
    gone = weakref.ref(between.raw)
    y = f(between)
    del between
    assert gone() is None
    gc.disable()
    try:
        kept = exponential()(inner * 2)
        place = weakref.ref(kept)
        array = weakref.ref(kept.raw)
        del kept, y
        assert place() is None
        assert array() is None
    finally:
        gc.enable()


def test_a_foreign_buffer_is_copied():
    f = sine_times()
    y = numpy.array([2.0, 3.0])
    x = vector(0.3, 0.8).attach_grad()
    out = np.sum(f(x, y))
    y[:] = 0
    out.backward()
    close(x.grad, numpy.cos([0.3, 0.8]) * [2.0, 3.0])


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="needs JAX")
def test_rules_run_inside_jaxs_jit():
    import jax

    with ug.use_backend("jax"):
        f = ug.custom_vjp(lambda x, y: (np.sin(x) * y, x + 1))
        f.defvjp(lambda x, y: (f(x, y), (np.cos(x), y)), lambda kept, g: (g[0] * kept[0] * kept[1] + g[1], None))
        loss = lambda x, y: np.sum(f(x, y)[0] * y)
        x, y = jax.numpy.ones(3), 2 * jax.numpy.ones(3)
        slope = jax.jit(lambda x, y: ug.grad(loss)(x, y).raw)(x, y)
        pushed = jax.jit(lambda x, y: ug.jvp(loss, (x, y), (x, y))[1].raw)(x, y)
    numpy.testing.assert_allclose(slope, 4 * numpy.cos([1.0] * 3), rtol=1e-6)
    numpy.testing.assert_allclose(pushed, 3 * (4 * numpy.cos(1.0) + 4 * numpy.sin(1.0)), rtol=1e-6)


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="needs JAX")
def test_the_same_program_in_jax():
    import jax
    import jax.numpy as jnp

    def program(lib, xp):
        @lib.custom_vjp
        def f(params, x):
            return xp.tanh(params["w"] * x), xp.sum(x * x)

        def fwd(params, x):
            out = f(params, x)
            return out, (params["w"], x, xp.cosh(params["w"] * x))

        def bwd(kept, g):
            w, x, cosh = kept
            slope = g[0] / (cosh * cosh)
            return {"w": slope * x}, slope * w + 2 * g[1] * x

        f.defvjp(fwd, bwd)

        def loss(w, x):
            out, square = f({"w": w}, x)
            return xp.sum(out * square)

        w, x = xp.asarray([0.3, -0.2]), xp.asarray([0.5, 1.5])
        single = lib.grad(loss, argnums=(0, 1))(w, x)
        second = lib.jacrev(lib.grad(loss))(w, x)
        mapped = lib.vmap(lib.grad(loss), in_axes=(0, None))(xp.asarray([[0.1, 0.2], [0.3, 0.4]]), x)
        return [numpy.asarray(each) for each in (*single, second, mapped)]

    with jax.enable_x64(True), ug.use_backend("numpy"):
        want = program(jax, jnp)
        before = ug.get_default_dtype()
        ug.set_default_dtype("float64")
        try:
            got = program(ug, np)
        finally:
            ug.set_default_dtype(before)
    for one, other in zip(got, want, strict=True):
        numpy.testing.assert_allclose(one, other, rtol=1e-12)


def test_a_rule_may_be_told_what_did_not_arrive():
    f = ug.custom_vjp(lambda x: (x * 2, x * 3, 1))
    f.defvjp(
        lambda x: ((x * 2, x * 3, 1), None),
        lambda _, g: (seen.append([each is None for each in g]), (g[0] * 5,))[1],
        gaps=True,
    )
    seen = []
    assert ug.grad(lambda x: f(x)[0])(2.0).item() == 5
    assert ug.jvp(lambda x: f(x)[0], (2.0,), (1.0,))[1].item() == 5
    assert seen[0] == [False, True, True]


def test_a_number_that_was_computed_has_no_derivative_in_turn():
    f = ug.custom_vjp(lambda x: np.asarray(math.exp(x.item())))
    f.defvjp(lambda x: (f(x), math.exp(x.item())), lambda e, g: (g * e,))
    assert ug.grad(f)(1.0).item() == pytest.approx(numpy.e)
    with pytest.raises(NotRecorded, match=r"takes a value out of the graph with item\(\)"):
        ug.grad(ug.grad(f))(1.0)
    power = ug.custom_vjp(lambda x, n: x**n)
    power.defvjp(lambda x, n: (x**n, (x, n)), lambda kept, g: (g * kept[1] * kept[0] ** (kept[1] - 1), None))
    assert ug.grad(ug.grad(power))(2.0, 3.0).item() == 12.0


def test_arguments_without_a_derivative_are_named_singly_or_together():
    rule = lambda n, kept, g: (g * n * kept ** (n - 1),)
    for words in ({"nondiff_argnums": 1}, {"nondiff_argnums": (1,)}, {"nondiff_argnames": "power"}):
        f = ug.custom_vjp(lambda x, power: x**power, **words)
        f.defvjp(lambda x, power: (x**power, x), rule)
        assert ug.grad(f)(2.0, 3.0).item() == 12.0
    with pytest.raises(ArgumentError, match="5 is out of range, there are 2 positional arguments"):
        ug.custom_vjp(lambda x, power: x, nondiff_argnums=(0, 5))
    ug.custom_vjp(lambda *xs: xs[0], nondiff_argnums=5)
