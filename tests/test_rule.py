"""The three ways to give a rule, against the same function without one, under compositions of transforms."""

from __future__ import annotations

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np


def plain(a, b):
    return np.sin(a) * b * b


def by_pullback():
    f = ug.custom_vjp(plain)
    f.defvjp(
        lambda a, b: (plain(a, b), (a, b, np.sin(a))),
        lambda kept, g: (g * np.cos(kept[0]) * kept[1] ** 2, g * kept[2] * 2 * kept[1]),
    )
    return f


def by_pushforward():
    f = ug.custom_jvp(plain)

    @f.defjvp
    def rule(primals, tangents):
        (a, b), (t, u) = primals, tangents
        return f(a, b), t * np.cos(a) * b**2 + u * np.sin(a) * 2 * b

    return f


class Rule(ug.Function):
    @staticmethod
    def forward(ctx, a, b):
        ctx.save_for_backward(a, b)
        return plain(a, b)

    @staticmethod
    def backward(ctx, g):
        a, b = ctx.saved_tensors
        return g * np.cos(a) * b**2, g * np.sin(a) * 2 * b


class Tangents(ug.Function):
    forward = Rule.forward

    @staticmethod
    def jvp(ctx, t, u):
        a, b = ctx.saved_tensors
        of_a = 0 if t is None else t * np.cos(a) * b**2
        return of_a if u is None else of_a + u * np.sin(a) * 2 * b


WAYS = {"custom_vjp": by_pullback(), "custom_jvp": by_pushforward(), "backward": Rule.apply, "jvp": Tangents.apply}
ROWS = np.asarray([[0.1, 0.5], [0.3, -0.4], [0.7, 0.2]], dtype="float64")
S = np.asarray(0.6, dtype="float64")

COMPOSITIONS = {
    "vmap(grad), one argument shared": lambda f: ug.vmap(ug.grad(f, (0, 1)), in_axes=(0, None))(ROWS[:, 0], S),
    "grad(vmap), one argument shared": lambda f: ug.grad(lambda s: np.sum(ug.vmap(lambda e: f(e, s))(ROWS[:, 0])))(S),
    "hessian(vmap), shared on both sides": lambda f: ug.hessian(
        lambda s: np.sum(ug.vmap(lambda row: f(row[0], s) * f(s, row[1]))(ROWS))
    )(S),
    "jacfwd(grad(vmap))": lambda f: ug.jacfwd(ug.grad(lambda s: np.sum(ug.vmap(lambda e: f(s, e))(ROWS[:, 0]))))(S),
    "vmap(vmap(grad))": lambda f: ug.vmap(
        lambda row: ug.vmap(lambda e: ug.grad(lambda s: f(s, e))(row[0]))(row),
    )(ROWS),
    "vmap(hessian)": lambda f: ug.vmap(ug.hessian(lambda row: f(row[0], row[1])))(ROWS),
    "jacrev of a stack": lambda f: ug.jacrev(lambda x: f(x, x))(ROWS),
    "jvp(vmap(jvp))": lambda f: ug.jvp(
        lambda s: ug.vmap(lambda row: ug.jvp(lambda a: f(a, s), (row[0],), (row[1],))[1])(ROWS), (S,), (S,)
    )[1],
    "linearize(grad)": lambda f: ug.linearize(ug.grad(lambda x: np.sum(f(x, x[::-1]))), ROWS)[1](ROWS),
    "jit(vmap(grad))": lambda f: ug.jit(ug.vmap(ug.grad(f), in_axes=(0, None)))(ROWS[:, 0], S),
    "jit(hessian)": lambda f: ug.jit(ug.hessian(lambda x: np.sum(f(x, x[::-1]))))(ROWS[:, 0]),
    "hessian(checkpoint)": lambda f: ug.hessian(ug.checkpoint(lambda x: np.sum(f(f(x, x), x))))(ROWS[:, 0]),
    "third derivative": lambda f: ug.grad(ug.grad(ug.grad(lambda s: f(s, s))))(S),
    "vjp(grad), both arguments from one": lambda f: ug.vjp(lambda s: ug.grad(lambda t: f(t, s * t))(s), S)[1](1.0),
    "closed over a mapped constant": lambda f: ug.grad(
        lambda s: np.sum(ug.vmap(lambda row: ug.grad(lambda t: f(t, row[1]))(s * row[0]))(ROWS))
    )(S),
}


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("composition", COMPOSITIONS)
def test_a_rule_is_as_good_as_the_function(way, composition):
    got, want = COMPOSITIONS[composition](WAYS[way]), COMPOSITIONS[composition](plain)
    for one, other in zip(*(each if isinstance(each, tuple) else (each,) for each in (got, want)), strict=True):
        assert one.shape == other.shape
        numpy.testing.assert_allclose(one.numpy(), other.numpy(), rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("way", WAYS)
def test_an_argument_that_is_changed_in_place_afterwards_is_kept_as_it_was(way):
    x = np.asarray([0.3, 0.8], dtype="float64").attach_grad()
    between = x * 1
    out = WAYS[way](between, 2.0)
    between += 5
    np.sum(out).backward()
    numpy.testing.assert_allclose(x.grad.numpy(), 4 * numpy.cos([0.3, 0.8]))


def cubes():
    pulled = ug.custom_vjp(lambda z: z**3)
    pulled.defvjp(lambda z: (z**3, z), lambda z, g: (g * np.conj(3 * z**2),))
    pushed = ug.custom_jvp(lambda z: z**3)
    pushed.defjvps(lambda t, value, z: 3 * z**2 * t)
    return [pulled, pushed]


@pytest.mark.parametrize("f", cubes(), ids=["custom_vjp", "custom_jvp"])
def test_complex_numbers_have_gradients_as_vjp_gives_them(f):
    z = np.asarray([1 + 2j, 0.5 - 1j], dtype="complex128")
    loss = lambda f: lambda z: np.sum(np.abs(f(z)) ** 2) + np.sum(np.real(f(z)))
    plain = lambda z: z**3
    for of in (
        lambda f: ug.grad(loss(f))(z),
        lambda f: ug.jvp(f, (z,), (z,))[1],
        lambda f: ug.jvp(ug.grad(loss(f)), (z,), (z,))[1],
        lambda f: ug.grad(lambda z: np.sum(np.imag(ug.grad(loss(f))(z) * z)))(z),
    ):
        numpy.testing.assert_allclose(of(f).numpy(), of(plain).numpy(), rtol=1e-12)
