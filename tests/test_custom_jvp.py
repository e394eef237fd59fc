"""custom_jvp: slopes of every order in both modes, maps, containers, rules an argument, and what a wrong rule is told."""

from __future__ import annotations

import importlib.util

import numpy
import pytest

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
    @ug.custom_jvp
    def f(x, y):
        return np.sin(x) * y

    @f.defjvp
    def rule(primals, tangents):
        (x, y), (tx, ty) = primals, tangents
        return f(x, y), np.cos(x) * y * tx + np.sin(x) * ty

    return f


def test_the_rule_is_the_slope_in_both_modes(backend):
    f, x, y = sine_times(), vector(0.3, 0.8), vector(2.0, 3.0)
    of_x, of_y = ug.grad(lambda x, y: np.sum(f(x, y)), (0, 1))(x, y)
    close(of_x, numpy.cos([0.3, 0.8]) * [2.0, 3.0])
    close(of_y, numpy.sin([0.3, 0.8]))
    close(ug.jvp(lambda x: f(x, y), (x,), (vector(1.0, 2.0),))[1], of_x.numpy() * [1.0, 2.0])


def test_the_rule_and_not_the_function_is_differentiated():
    f = ug.custom_jvp(lambda x: x * x)
    f.defjvp(lambda primals, tangents: (primals[0] * primals[0], 7.0 * tangents[0]))
    assert ug.grad(f)(3.0).item() == 7.0
    assert ug.jvp(f, (3.0,), (2.0,))[1].item() == 14.0


def test_every_order_in_both_modes_is_what_differences_say():
    ug.check_grads(sine_times(), (vector(0.3, 0.8), vector(2.0, 3.0)), order=3)


def test_forward_over_reverse_and_reverse_over_forward(backend):
    f, x, y = sine_times(), vector(0.3, 0.8), vector(2.0, 3.0)
    want = numpy.diag(-numpy.sin([0.3, 0.8]) * [2.0, 3.0])
    of_x = lambda x: np.sum(f(x, y))
    close(ug.jacfwd(ug.grad(of_x))(x), want)
    close(ug.jacrev(ug.jacfwd(of_x))(x), want)


def test_under_vmap_the_rule_sees_examples(backend):
    f = sine_times()
    x, y = np.asarray([[0.1, 0.2], [0.3, 0.4], [0.5, 0.6]], dtype="float64"), vector(2.0, 3.0)
    slopes = ug.vmap(ug.grad(lambda x, y: np.sum(f(x, y)), (0, 1)), in_axes=(0, None))(x, y)
    close(slopes[0], numpy.cos(x.numpy()) * y.numpy())
    close(slopes[1], numpy.sin(x.numpy()))
    close(ug.grad(lambda y: np.sum(ug.vmap(lambda x: f(x, y))(x)))(y), numpy.sin(x.numpy()).sum(0))
    pushed = ug.vmap(lambda x, t: ug.jvp(lambda x: f(x, y), (x,), (t,))[1])(x, x)
    close(pushed, numpy.cos(x.numpy()) * y.numpy() * x.numpy())


def test_a_rule_for_each_argument():
    f = ug.custom_jvp(lambda x, y, n: np.sin(x) * y)
    f.defjvps(lambda t, value, x, y, n: np.cos(x) * y * t, lambda t, value, x, y, n: value / y * t, None)
    x, y = vector(0.3, 0.8), vector(2.0, 3.0)
    ug.check_grads(lambda x, y: f(x, y, 3), (x, y), order=2)
    g = ug.custom_jvp(lambda x: np.round(x))
    g.defjvps(None)
    close(ug.grad(lambda x: np.sum(g(x)))(x), [0.0, 0.0])


def test_containers_in_and_out_integers_keywords_and_nondiff_arguments():
    def plain(f, params, n, scale=1.0):
        return {"out": scale * f(params["w"]) * n, "count": n}

    power = ug.custom_jvp(plain, nondiff_argnums=(0,))
    seen = []

    @power.defjvp
    def rule(f, primals, tangents):
        (params, n, scale), (t_params, t_n, t_scale) = primals, tangents
        seen.append((sorted(t_params), t_n.dtype.name, t_scale))
        return power(f, params, n, scale), {"out": scale * np.cos(params["w"]) * t_params["w"] * n, "count": None}

    w, n = vector(0.3, 0.8), np.asarray(2)
    loss = lambda params: np.sum(power(np.sin, params, n, scale=3.0)["out"])
    got = ug.grad(loss)({"w": w, "unused": w})
    close(got["w"], 6 * numpy.cos([0.3, 0.8]))
    close(got["unused"], [0.0, 0.0])
    assert seen == [(["unused", "w"], "int64", 0.0)]


def test_the_rule_runs_once_for_a_gradient_and_for_a_tangent():
    calls = []
    f = ug.custom_jvp(np.exp)

    @f.defjvp
    def rule(primals, tangents):
        calls.append(primals)
        value = f(*primals)
        return value, value * tangents[0]

    x = vector(0.3)
    ug.grad(lambda x: np.sum(f(x)))(x)
    ug.jvp(f, (x,), (x,))
    assert len(calls) == 2


def test_a_rule_that_takes_tangents_out_cannot_be_transposed():
    f = ug.custom_jvp(lambda x: np.exp(x))
    f.defjvp(
        lambda primals, tangents: (np.exp(primals[0]), np.asarray(numpy.exp(primals[0].numpy()) * tangents[0].numpy()))
    )
    with pytest.raises(NotRecorded) as left:
        ug.grad(lambda x: np.sum(f(x)))(vector(0.3))
    assert str(left.value).startswith("the jvp rule of '<lambda>' takes a value out of the graph with numpy(), ")


def test_a_rule_that_leaves_unigrad_is_right_for_a_gradient():
    f = ug.custom_jvp(lambda x: np.exp(x))
    f.defjvp(lambda primals, tangents: (np.exp(primals[0]), np.asarray(numpy.exp(primals[0].numpy())) * tangents[0]))
    of = lambda x: np.sum(f(x))
    close(ug.grad(of)(vector(0.3)), numpy.exp([0.3]))
    with pytest.raises(NotRecorded, match="^the jvp rule of '<lambda>' takes a value out of the graph with numpy"):
        ug.hessian(of)(vector(0.3))


def test_once_differentiable_is_for_tangents_of_outside_code():
    f = ug.custom_jvp(lambda x: np.exp(x))

    @f.defjvp
    @ug.once_differentiable
    def rule(primals, tangents):
        return np.exp(primals[0]), np.asarray(numpy.exp(primals[0].numpy()) * tangents[0].numpy())

    pushed = lambda x: ug.jvp(f, (x,), (vector(2.0),))[1]
    close(pushed(vector(0.3)), 2 * numpy.exp([0.3]))
    for second in (ug.grad(lambda x: np.sum(f(x))), lambda x: ug.jvp(pushed, (x,), (x,))):
        with pytest.raises(MissingRule, match="^the jvp rule of '<lambda>' is marked once_differentiable"):
            second(vector(0.3))


def test_what_a_rule_closes_over_is_not_lost_in_silence():
    def scaled(w, value):
        f = ug.custom_jvp(lambda x: x * w)
        f.defjvp(lambda primals, tangents: (primals[0] * value, tangents[0] * w))
        return f(np.asarray(2.0).attach_grad())

    for value in (1.0, None):
        with pytest.raises(
            NotRecorded, match="^the jvp rule of '<lambda>' depends on a tracked Tensor that is none of"
        ):
            ug.grad(lambda w, value=value: scaled(w, w if value is None else value))(3.0)


def rule_of(pair):
    @ug.custom_jvp
    def f(x, y):
        return {"out": x * y}

    f.defjvp(pair)
    return lambda x, y: np.sum(f(x, y)["out"])


WRONG = [
    (ArgumentError, lambda p, t: p[0], "the jvp rule of 'f' gave a 'Tensor'; give a pair, the value and its tangent"),
    (
        ArgumentError,
        lambda p, t: ({"out": p[0] * p[1]}, t[0]),
        "the jvp rule of 'f' gave a tangent of the structure PyTreeSpec(*) for its value, which has the structure PyTreeSpec({'out': *})",
    ),
    (
        ShapeError,
        lambda p, t: ({"out": p[0] * p[1]}, {"out": t[0][:1]}),
        "the jvp rule of 'f' gave a tangent of shape (1,) for its value['out'] of shape (2,); give that shape, or None for zero",
    ),
    (
        DTypeError,
        lambda p, t: ({"out": p[0] * p[1]}, {"out": t[0].astype("float32")}),
        "the jvp rule of 'f' gave a tangent of dtype 'float32' for its value['out'] of dtype 'float64'; cast it with astype('float64')",
    ),
]


@pytest.mark.parametrize(("error", "pair", "sentence"), WRONG, ids=[sentence[17:70] for _, _, sentence in WRONG])
def test_what_a_wrong_rule_is_told(error, pair, sentence):
    with pytest.raises(error) as raised:
        ug.grad(rule_of(pair), (0, 1))(vector(1.0, 2.0), vector(3.0, 4.0))
    assert str(raised.value) == sentence


def test_what_cannot_be_declared_is_refused():
    with pytest.raises(MissingRule) as missing:
        ug.grad(ug.custom_jvp(lambda x: x))(1.0)
    assert str(missing.value) == "custom_jvp: '<lambda>' has no rule; give it one with defjvp(rule)"
    with pytest.raises(ArgumentError, match="^custom_jvp needs a function, not 3$"):
        ug.custom_jvp(3)
    with pytest.raises(ArgumentError) as fixed:
        ug.custom_jvp(lambda x, n: x, nondiff_argnums=(1,)).defjvps(lambda t, value, x: t)
    assert (
        str(fixed.value)
        == "defjvps of '<lambda>' takes no nondiff_argnums, as its rules have a place for each argument"
    )
    f = ug.custom_jvp(lambda x, y: x)
    f.defjvps(lambda t, value, x, y: t)
    with pytest.raises(ArgumentError) as count:
        ug.grad(lambda x: f(x, 1.0))(2.0)
    assert str(count.value) == "defjvps of '<lambda>' has 1 rules for 2 arguments; give one, or None, for each"


@pytest.mark.skipif(importlib.util.find_spec("jax") is None, reason="needs JAX")
def test_the_same_program_in_jax():
    import jax
    import jax.numpy as jnp

    def program(lib, xp):
        @lib.custom_jvp
        def f(x, y):
            return xp.log(xp.exp(x) + xp.exp(y))

        f.defjvps(
            lambda t, value, x, y: xp.exp(x - value) * t,
            lambda t, value, x, y: xp.exp(y - value) * t,
        )
        x, y = xp.asarray([0.3, -0.2]), xp.asarray([0.5, 1.5])
        loss = lambda x, y: xp.sum(f(x, y) * y)
        return [
            *lib.grad(loss, argnums=(0, 1))(x, y),
            lib.jvp(loss, (x, y), (y, x))[1],
            lib.jacfwd(lib.grad(loss))(x, y),
        ]

    with jax.enable_x64(True):
        want = [numpy.asarray(each) for each in program(jax, jnp)]
    before = ug.get_default_dtype()
    ug.set_default_dtype("float64")
    try:
        got = [each.numpy() for each in program(ug, np)]
    finally:
        ug.set_default_dtype(before)
    for one, other in zip(got, want, strict=True):
        numpy.testing.assert_allclose(one, other, rtol=1e-12)
