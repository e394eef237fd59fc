"""lax's collectives under vmap, and gradients through them, as JAX gives them."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from unigrad.dialects import jax as dialect

jax = pytest.importorskip("jax")


pytestmark = pytest.mark.usefixtures("backend")

X = (numpy.arange(18, dtype="float32").reshape(3, 3, 2) / 7 - 1).round(3)


def answers(f: Any) -> list[list[numpy.ndarray]]:
    """What `f` of JAX and of the dialect gives, as NumPy's arrays."""
    return [[numpy.asarray(leaf) for leaf in each.tree.leaves(f(each))] for each in (jax, dialect)]


def check(f: Any) -> None:
    """`f` is the same, in values, shapes and dtypes, of both."""
    want, got = answers(f)
    assert [(each.shape, each.dtype) for each in got] == [(each.shape, each.dtype) for each in want]
    for one, other in zip(got, want, strict=True):
        numpy.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-6)


COLLECTIVES = {
    "psum": lambda lax, x: lax.psum(x, "i"),
    "psum of a pytree": lambda lax, x: lax.psum({"x": x, "one": 1}, "i")["x"] * lax.psum(1, "i"),
    "pmean": lambda lax, x: lax.pmean(x, "i"),
    "pmax": lambda lax, x: lax.pmax(x, "i"),
    "pmin": lambda lax, x: lax.pmin(x, "i"),
    "all_gather": lambda lax, x: lax.all_gather(x, "i"),
    "all_gather, axis=1": lambda lax, x: lax.all_gather(x, "i", axis=1),
    "all_gather, tiled": lambda lax, x: lax.all_gather(x, "i", axis=1, tiled=True),
    "ppermute": lambda lax, x: lax.ppermute(x, "i", [(0, 1), (1, 2), (2, 0)]),
    "pshuffle": lambda lax, x: lax.pshuffle(x, "i", [2, 0, 1]),
    "pswapaxes": lambda lax, x: lax.pswapaxes(x, "i", 0),
    "all_to_all": lambda lax, x: lax.all_to_all(x, "i", 0, 0),
    "all_to_all, moved": lambda lax, x: lax.all_to_all(x, "i", 0, 1),
    "all_to_all, tiled": lambda lax, x: lax.all_to_all(x, "i", 0, 1, tiled=True),
    "psum_scatter": lambda lax, x: lax.psum_scatter(x, "i"),
    "psum_scatter, tiled": lambda lax, x: lax.psum_scatter(x, "i", scatter_dimension=0, tiled=True),
    "axis_index": lambda lax, x: lax.axis_index("i") * x,
    "axis_size": lambda lax, x: lax.axis_size("i") * x,
    "what all share": lambda lax, x: lax.psum(0 * lax.axis_index("i") + 2, "i") * x,
}
NO_GRADIENT = {"pmax", "pmin", "all_to_all, moved"}
"""JAX has no derivatives of these, or fails where it has: 'Expected cotangent type float32[3,2,1] but got float32[3,1,2]'."""


@pytest.mark.parametrize("name", COLLECTIVES)
def test_a_collective(name: str) -> None:
    f = COLLECTIVES[name]
    check(lambda jax: jax.vmap(lambda x: f(jax.lax, x), axis_name="i")(jax.numpy.asarray(X)))
    check(
        lambda jax: jax.jit(jax.vmap(lambda x: f(jax.lax, x), axis_name="i", in_axes=1, out_axes=-1))(
            jax.numpy.asarray(X)
        )
    )


@pytest.mark.parametrize("name", [name for name in COLLECTIVES if name not in NO_GRADIENT])
def test_gradients_through_a_collective(name: str) -> None:
    f = COLLECTIVES[name]

    def loss(jax: Any) -> Any:
        return lambda x: (jax.numpy.sin(f(jax.lax, x)) * jax.lax.axis_index("i")).sum()

    check(lambda jax: jax.vmap(jax.grad(loss(jax)), axis_name="i")(jax.numpy.asarray(X)))
    check(lambda jax: jax.grad(lambda x: jax.vmap(loss(jax), axis_name="i")(x).sum())(jax.numpy.asarray(X)))


def test_the_gradient_of_an_exchange_that_moves_the_axis() -> None:
    """As JAX gives it where the axis is moved afterwards."""

    def loss(jax: Any) -> Any:
        def f(x: Any) -> Any:
            if jax is dialect:
                return jax.lax.all_to_all(x, "i", 0, 1)
            return jax.numpy.moveaxis(jax.lax.all_to_all(x, "i", 0, 0), 0, 1)

        return lambda x: (jax.numpy.sin(f(x)) * jax.lax.axis_index("i")).sum()

    check(lambda jax: jax.vmap(jax.grad(loss(jax)), axis_name="i")(jax.numpy.asarray(X)))


@pytest.mark.parametrize("name", ["pmax", "pmin"])
def test_the_gradient_goes_to_the_example_that_is_chosen(name: str) -> None:
    f = COLLECTIVES[name]
    chosen = getattr(numpy, name[1:])(X, axis=0)
    got = dialect.grad(lambda x: dialect.vmap(lambda x: f(dialect.lax, x), axis_name="i")(x).sum())(
        dialect.numpy.asarray(X)
    )
    numpy.testing.assert_allclose(numpy.asarray(got), 3.0 * (chosen == X))


def test_where_nothing_goes_zeros_are() -> None:
    f = lambda x: dialect.lax.ppermute(x, "i", [(2, 0), (0, 1)])
    numpy.testing.assert_array_equal(
        numpy.asarray(dialect.vmap(f, axis_name="i")(dialect.numpy.asarray(X))), numpy.stack([X[2], X[0], 0 * X[0]])
    )


@pytest.mark.parametrize("names", ["i", "j", ("i", "j"), ("j", "i")])
def test_of_maps_within_each_other(names: Any) -> None:
    def each(jax: Any) -> Any:
        def f(x: Any) -> Any:
            lax = jax.lax
            return (
                lax.psum(x, names),
                lax.pmax(x, names),
                lax.axis_index(names),
                gathered(jax, x),
                lax.axis_size(names),
            )

        def gathered(jax: Any, x: Any) -> Any:
            if jax is dialect or isinstance(names, str):
                return jax.lax.all_gather(x, names)
            for name in reversed(names):  # of both at once JAX says "axis size doesn't match"
                x = jax.lax.all_gather(x, name)
            return x.reshape(9, 2)

        return jax.vmap(jax.vmap(f, axis_name="j"), axis_name="i")(jax.numpy.asarray(X))

    check(each)


def test_batch_normalization_of_each_example() -> None:
    def normalized(jax: Any) -> Any:
        def f(w: Any, x: Any) -> Any:
            y = x @ w
            mean = jax.lax.pmean(y, "batch")
            variance = jax.lax.pmean((y - mean) ** 2, "batch")
            return (y - mean) / jax.numpy.sqrt(variance + 1e-5)

        w = jax.numpy.asarray(X[0, :2])
        xs = jax.numpy.asarray(X[:, 0])
        mapped = jax.vmap(f, (None, 0), axis_name="batch")
        return mapped(w, xs), jax.jacobian(mapped)(w, xs)

    check(normalized)


@pytest.mark.parametrize(
    ("f", "error", "sentence"),
    [
        (
            lambda lax, x: lax.psum(x, "k"),
            NameError,
            "unbound axis name: k; no vmap has axis_name='k'; those here are 'i'",
        ),
        (lambda lax, x: lax.axis_index("k"), NameError, "unbound axis name: k"),
        (
            lambda lax, x: lax.ppermute(x, "i", [(0, 1), (1, 1)]),
            ValueError,
            "ppermute takes each of 3 places once at most",
        ),
        (lambda lax, x: lax.pshuffle(x, "i", [0, 0, 1]), ValueError, "`perm` does not represent a permutation"),
        (lambda lax, x: lax.pswapaxes(x, "i", 1), ValueError, "3 examples need an axis of that length"),
        (lambda lax, x: lax.all_to_all(x, "i", 1, 0, tiled=True), ValueError, "needs a multiple of that along axis 1"),
        (
            lambda lax, x: lax.psum(x, "i", axis_index_groups=[[0], [1, 2]]),
            TypeError,
            "groups of examples are not here",
        ),
    ],
)
def test_bad_input(f: Any, error: type[Exception], sentence: str) -> None:
    with pytest.raises(error, match=sentence):
        dialect.vmap(lambda x: f(dialect.lax, x), axis_name="i")(dialect.numpy.asarray(X))


def test_without_a_map_there_is_no_axis() -> None:
    with pytest.raises(NameError, match="there is none here"):
        dialect.lax.psum(dialect.numpy.asarray(X), "i")
