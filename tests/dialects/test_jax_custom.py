"""Functions with rules of their own in the dialect of JAX, beside JAX itself: one text for both."""

from __future__ import annotations

import importlib

import numpy
import pytest

import unigrad as ug
from unigrad.dialects import jax

original = pytest.importorskip("jax")
importlib.import_module("jax.custom_batching")


def scaled(jax):
    """A pullback that is ten times too steep in its first argument, to be told from the true one."""
    f = jax.custom_vjp(lambda x, y: jax.numpy.sin(x) * y)
    f.defvjp(
        lambda x, y: (f(x, y), (x, y)),
        lambda kept, g: (10 * jax.numpy.cos(kept[0]) * kept[1] * g, jax.numpy.sin(kept[0]) * g),
    )
    return f


def of_trees(jax):
    f = jax.custom_vjp(lambda tree, n: {"a": tree["x"] * n, "b": (tree["y"], n)})
    f.defvjp(lambda tree, n: (f(tree, n), n), lambda n, g: ({"x": 5 * g["a"] * n, "y": g["b"][0]}, None))
    return f


def integer_cotangent(jax):
    f = jax.custom_vjp(lambda x, n: x * n)
    f.defvjp(lambda x, n: (x * n, n), lambda n, g: (7 * g * n, numpy.zeros((), jax.float0)))
    return f


def fixed(jax):
    f = jax.custom_vjp(lambda inner, x, m: inner(x) * m, nondiff_argnums=(2, 0))
    f.defvjp(lambda inner, x, m: (f(inner, x, m), x), lambda inner, m, x, g: (g * inner(x) * m * 3,))
    return f


def fixed_by_name(jax):
    f = jax.custom_vjp(lambda x, m=2: x * m, nondiff_argnames=("m",))
    f.defvjp(lambda x, m: (x * m, None), lambda m, _, g: (g * m * 7,))
    return f


def power(jax):
    f = jax.custom_jvp(lambda x, n: x**n)

    @f.defjvp
    def rule(primals, tangents):
        (x, n), (t, nothing) = primals, tangents
        assert nothing.dtype == jax.float0
        return f(x, n), 100 * n * x ** (n - 1) * t

    return f


def by_argument(jax):
    f = jax.custom_jvp(lambda x, y: {"a": x * y, "b": x})
    f.defjvps(lambda t, out, x, y: {"a": 3 * t * y, "b": t * 5}, lambda t, out, x, y: {"a": t * x, "b": 0.0 * t})
    return f


def one_argument_only(jax):
    f = jax.custom_jvp(lambda x, y: x * y)
    f.defjvps(lambda t, out, x, y: 2 * t * y, None)
    return f


def with_function(jax):
    f = jax.custom_jvp(lambda inner, x: inner(x), nondiff_argnums=(0,))
    f.defjvp(lambda inner, primals, tangents: (inner(*primals), 4 * tangents[0]))
    return f


def symbolic(jax, seen):
    zero = jax.custom_derivatives.SymbolicZero
    f = jax.custom_vjp(lambda x, y: (x * y, x + y))

    def fwd(x, y):
        seen.append((x.perturbed, y.perturbed))
        x, y = jax.custom_derivatives.custom_vjp_primal_tree_values((x, y))
        return (x * y, x + y), y

    def bwd(y, g):
        seen.append([(isinstance(each, zero), tuple(each.shape), str(each.dtype)) for each in g])
        return sum(weight for each, weight in zip(g, (3 * y, 5.0), strict=True) if not isinstance(each, zero)), None

    f.defvjp(fwd, bwd, symbolic_zeros=True)
    return f


def symbolic_tangents(jax):
    f = jax.custom_jvp(lambda x, y: x * y)

    def rule(primals, tangents):
        zeros = [isinstance(t, jax.custom_derivatives.SymbolicZero) for t in tangents]
        assert zeros == [False, True]
        return primals[0] * primals[1], 6 * tangents[0] * primals[1]

    f.defjvp(rule, symbolic_zeros=True)
    return f


def own_gradient(jax):
    def f(x, y):
        sine = jax.numpy.sin(x)
        return sine * y, lambda g: (3 * g * y * jax.numpy.cos(x), g * sine)

    return jax.custom_gradient(f)


def nested(jax):
    inner = scaled(jax)
    outer = jax.custom_vjp(lambda x: inner(x, x) * 3)
    outer.defvjp(lambda x: (outer(x), x), lambda x, g: (g * jax.grad(lambda v: inner(v, 2.0) ** 2)(x),))
    return outer


def both_symbolic(jax):
    seen = []
    f = symbolic(jax, seen)
    found = [jax.grad(lambda x, k=k: f(x, 3.0)[k])(2.0) for k in (0, 1)]
    return found, jax.vmap(jax.grad(lambda x: f(x, 3.0)[0]))(jax.numpy.arange(2.0)), list(map(str, seen))


def batched(jax):
    """A rule that adds what it is told, to be told from the function mapped."""
    f = jax.custom_batching.custom_vmap(lambda x, tree: {"v": jax.numpy.sin(x) * tree["y"], "n": tree["y"]})

    @f.def_vmap
    def rule(axis_size, in_batched, x, tree):
        there, (below,) = in_batched[0], in_batched[1].values()
        v = 10 * jax.numpy.sin(x) * tree["y"] + axis_size + 100 * there + 1000 * below
        return {"v": v, "n": tree["y"]}, {"v": there or below, "n": below}

    return lambda x, y: f(x, {"y": y})


X = numpy.arange(3.0)

JAX = {
    "value and gradient": lambda jax: jax.value_and_grad(scaled(jax), argnums=(0, 1))(0.3, 2.0),
    "third derivative": lambda jax: jax.grad(jax.grad(jax.grad(scaled(jax))))(0.3, 2.0),
    "jit of gradient": lambda jax: jax.jit(jax.grad(scaled(jax)))(0.3, 2.0),
    "gradient of jit": lambda jax: jax.grad(jax.grad(jax.jit(scaled(jax))))(0.3, 2.0),
    "mapped gradient": lambda jax: jax.vmap(jax.grad(scaled(jax)), in_axes=(0, None))(X, 2.0),
    "mapped second axis": lambda jax: jax.jit(jax.vmap(scaled(jax), in_axes=(1, 0), out_axes=1))(X[None], X),
    "gradient of mapped": lambda jax: jax.grad(lambda y: jax.vmap(scaled(jax), (0, None))(X, y).sum())(2.0),
    "jacrev": lambda jax: jax.jacrev(scaled(jax), argnums=(0, 1))(X, X),
    "in a scan": lambda jax: jax.grad(
        lambda x: jax.lax.scan(lambda c, _: (scaled(jax)(c, 2.0), c), x, None, length=3)[0]
    )(0.5),
    "in a checkpoint": lambda jax: jax.grad(jax.checkpoint(lambda x: scaled(jax)(x, 2.0) ** 2))(0.5),
    "a function of the value": lambda jax: jax.grad(jax.grad(lambda x: scaled(jax)(x, 2.0) ** 2))(0.5),
    "jvp outside a closure": lambda jax: jax.grad(
        lambda x: jax.jvp(lambda y: y * scaled(jax)(x, 2.0), (1.0,), (1.0,))[1]
    )(1.0),
    "trees": lambda jax: jax.grad(lambda t: of_trees(jax)(t, 3)["a"] + of_trees(jax)(t, 3)["b"][0] * 2)(
        {"x": 1.0, "y": numpy.float32(2)}
    ),
    "an integer argument": lambda jax: jax.grad(lambda t, n: of_trees(jax)(t, n)["a"], argnums=(0, 1), allow_int=True)(
        {"x": 1.0, "y": 2.0}, 3
    )[0],
    "its cotangent": lambda jax: str(jax.vjp(integer_cotangent(jax), 2.0, 3)[1](1.0)[1].dtype),
    "float0": lambda jax: jax.grad(integer_cotangent(jax))(2.0, 3),
    "nondiff_argnums": lambda jax: jax.grad(fixed(jax), argnums=1)(jax.numpy.sin, 1.0, 4),
    "nondiff_argnames": lambda jax: (jax.grad(fixed_by_name(jax))(1.0, m=5), jax.grad(fixed_by_name(jax))(1.0)),
    "nested": lambda jax: (jax.grad(nested(jax))(0.4), jax.grad(jax.grad(nested(jax)))(0.4)),
    "symbolic zeros": both_symbolic,
    "custom_gradient": lambda jax: (
        jax.grad(own_gradient(jax))(1.0, 2.0),
        jax.grad(jax.grad(own_gradient(jax)))(1.0, 2.0),
    ),
    "custom_gradient mapped": lambda jax: jax.jit(jax.vmap(jax.grad(own_gradient(jax)), (0, None)))(X, 2.0),
    "mapped by a rule": lambda jax: (
        jax.vmap(batched(jax), in_axes=(0, None))(X, 2.0),
        jax.vmap(batched(jax), in_axes=(None, 0), out_axes={"v": 0, "n": 0})(2.0, X),
        jax.jit(jax.vmap(batched(jax), in_axes=(1, 0)))(X[None], X[:1][[0, 0, 0]]),
    ),
    "mapped twice by a rule": lambda jax: jax.vmap(jax.vmap(batched(jax), (0, None)), (None, 0))(X, X[1:]),
    "not mapped by a rule": lambda jax: (
        batched(jax)(0.5, 2.0),
        jax.jvp(lambda x: batched(jax)(x, 2.0)["v"], (0.5,), (1.0,)),
    ),
    "gradient of a rule for maps": lambda jax: jax.grad(lambda x: jax.vmap(batched(jax))(x, x)["v"].sum())(X),
    "mapped forward mode with a rule": lambda jax: jax.vmap(
        lambda x: jax.jvp(lambda x: batched(jax)(x, 2.0)["v"], (x,), (x,))
    )(X),
    "forward mode with a rule for maps": lambda jax: jax.jvp(jax.vmap(batched(jax)), (X, X), (X, X)),
    "jvp: forward": lambda jax: jax.jvp(lambda x: power(jax)(x, 3), (2.0,), (1.0,)),
    "jvp: reverse": lambda jax: (jax.grad(power(jax))(2.0, 3), jax.grad(jax.grad(power(jax)))(2.0, 3)),
    "jvp: hessian": lambda jax: jax.hessian(lambda x: power(jax)(x, 3).sum())(X),
    "jvp: jacfwd": lambda jax: jax.jacfwd(lambda x: power(jax)(x, 3))(X),
    "jvp: jit and vmap": lambda jax: jax.jit(jax.vmap(jax.grad(power(jax)), in_axes=(0, None)))(X, 3),
    "jvp: mapped forward": lambda jax: jax.vmap(lambda x, t: jax.jvp(lambda v: power(jax)(v, 2), (x,), (t,)))(X, X),
    "jvp: jit forward": lambda jax: jax.jvp(jax.jit(lambda x: power(jax)(x, 3)), (X,), (X,)),
    "jvp: linearize": lambda jax: jax.linearize(lambda x: power(jax)(x, 3), 2.0)[1](1.0),
    "defjvps": lambda jax: jax.jvp(by_argument(jax), (2.0, 3.0), (1.0, 1.0)),
    "defjvps, reverse": lambda jax: jax.grad(lambda x, y: by_argument(jax)(x, y)["a"], argnums=(0, 1))(2.0, 3.0),
    "defjvps with None": lambda jax: jax.grad(one_argument_only(jax), argnums=(0, 1))(2.0, 3.0),
    "jvp: nondiff_argnums": lambda jax: jax.grad(with_function(jax), argnums=1)(jax.numpy.sin, 1.0),
    "jvp: symbolic zeros": lambda jax: (
        jax.grad(symbolic_tangents(jax))(2.0, 3.0),
        jax.jvp(lambda x: symbolic_tangents(jax)(x, 3.0), (2.0,), (1.0,)),
    ),
}


def wrong(jax, fwd=lambda x, n: (x * n, None), bwd=lambda kept, g: (g, None)):
    f = jax.custom_vjp(lambda x, n: x * n)
    f.defvjp(fwd, bwd)
    return jax.grad(f)(2.0, 3)


def wrong_push(jax, rule):
    f = jax.custom_jvp(lambda x: x * 2)
    f.defjvp(rule)
    return jax.jvp(f, (1.0,), (1.0,))


def keyword_only(jax):
    def f(x, *, s):
        return x * s

    made = jax.custom_vjp(f)
    made.defvjp(lambda x, s: (x * s, s), lambda s, g: (g * s, None))
    return made(1.0, s=2.0)


def wrong_map(jax):
    f = jax.custom_batching.custom_vmap(lambda x: x)
    f.def_vmap(lambda axis_size, in_batched, x: (x, (True, True)))
    return jax.vmap(f)(X)


REFUSED = {
    "jvp": (TypeError, lambda jax: jax.jvp(scaled(jax), (1.0, 2.0), (1.0, 1.0))),
    "jacfwd": (TypeError, lambda jax: jax.jacfwd(scaled(jax))(1.0, 2.0)),
    "jacfwd of jit": (TypeError, lambda jax: jax.jacfwd(jax.jit(scaled(jax)))(1.0, 2.0)),
    "jacfwd of vmap": (TypeError, lambda jax: jax.jacfwd(jax.vmap(scaled(jax)))(X, X)),
    "linearize": (TypeError, lambda jax: jax.linearize(lambda x: scaled(jax)(x, 2.0), 1.0)[1](1.0)),
    "jvp of a closure": (
        TypeError,
        lambda jax: jax.jvp(lambda x: jax.grad(lambda y: y * scaled(jax)(x, 2.0))(1.0), (1.0,), (1.0,)),
    ),
    "custom_gradient": (TypeError, lambda jax: jax.jvp(own_gradient(jax), (1.0, 2.0), (1.0, 1.0))),
    "no rule": (AttributeError, lambda jax: jax.custom_vjp(lambda x: x)(1.0)),
    "no jvp rule": (AttributeError, lambda jax: jax.custom_jvp(lambda x: x)(1.0)),
    "no rule for maps": (AttributeError, lambda jax: jax.custom_batching.custom_vmap(lambda x: x)(1.0)),
    "rule for maps of another structure": (ValueError, wrong_map),
    "no pair": (TypeError, lambda jax: wrong(jax, fwd=lambda x, n: x * n)),
    "too few": (TypeError, lambda jax: wrong(jax, bwd=lambda kept, g: (g,))),
    "another structure": (TypeError, lambda jax: wrong(jax, bwd=lambda kept, g: ({"a": g}, None))),
    "another shape": (ValueError, lambda jax: wrong(jax, bwd=lambda kept, g: (jax.numpy.ones(3), None))),
    "keywords": (TypeError, keyword_only),
    "tracked and fixed": (TypeError, lambda jax: jax.grad(lambda m: fixed_by_name(jax)(1.0, m))(2.0)),
    "jvp without a pair": (TypeError, lambda jax: wrong_push(jax, lambda primals, tangents: primals[0])),
    "jvp of another shape": (TypeError, lambda jax: wrong_push(jax, lambda p, t: (p[0], jax.numpy.ones(3)))),
    "jvp of another structure": (TypeError, lambda jax: wrong_push(jax, lambda p, t: (p[0], {"a": t[0]}))),
    "jvp without a tangent": (TypeError, lambda jax: wrong_push(jax, lambda p, t: (p[0], None))),
}


def same(jax, found, wanted):
    found, wanted = jax.tree.leaves(found), original.tree.leaves(wanted)
    assert len(found) == len(wanted)
    for one, two in zip(found, wanted, strict=True):
        if isinstance(two, str):
            assert one == two
        else:
            numpy.testing.assert_allclose(numpy.asarray(one), numpy.asarray(two), rtol=1e-5, atol=1e-5)


@pytest.fixture(params=["numpy", "torch", "jax"])
def backend(request):
    with ug.use_backend(request.param), jax.enable_x64(True), original.enable_x64(True):
        yield request.param


@pytest.mark.parametrize("name", JAX)
def test_rules_do_what_they_do_in_jax(backend, name):
    same(jax, JAX[name](jax), JAX[name](original))


@pytest.mark.parametrize("name", REFUSED)
def test_rules_are_refused_where_they_are_in_jax(backend, name):
    kind, run = REFUSED[name]
    for library in (original, jax):
        with pytest.raises(kind):
            run(library)


def test_a_reverse_gradient_inside_forward_mode_is_pulled_back(backend):
    f = jax.custom_vjp(lambda x: jax.numpy.sin(x))
    f.defvjp(lambda x: (jax.numpy.sin(x), x), lambda x, g: (10 * jax.numpy.cos(x) * g,))
    g = original.custom_vjp(lambda x: original.numpy.sin(x))
    g.defvjp(lambda x: (original.numpy.sin(x), x), lambda x, t: (10 * original.numpy.cos(x) * t,))
    same(jax, jax.jvp(jax.grad(f), (0.3,), (1.0,)), original.jvp(original.grad(g), (0.3,), (1.0,)))
    same(jax, jax.jacfwd(jax.jacrev(jax.jit(f)))(X), original.jacfwd(original.jacrev(original.jit(g)))(X))


def test_zeros_of_primals_are_jaxs(backend):
    for x in (2.0, X, 3):
        for symbolic_zeros in (False, True):
            found = jax.custom_derivatives.zero_from_primal(jax.numpy.asarray(x), symbolic_zeros)
            wanted = original.custom_derivatives.zero_from_primal(original.numpy.asarray(x), symbolic_zeros)
            assert (tuple(found.shape), str(found.dtype)) == (tuple(wanted.shape), str(wanted.dtype))
    with pytest.raises(AttributeError, match="closure_convert"):
        jax.custom_derivatives.closure_convert  # noqa: B018


def test_reverse_mode_goes_through_the_rule_for_maps(backend):
    f = batched(jax)
    assert float(jax.grad(lambda x: f(x, 2.0)["v"])(0.5)) == pytest.approx(2 * numpy.cos(0.5))
    found = jax.vmap(jax.grad(lambda x: f(x, 2.0)["v"]))(X)  # JAX refuses both
    numpy.testing.assert_allclose(numpy.asarray(found), 20 * numpy.cos(X))
