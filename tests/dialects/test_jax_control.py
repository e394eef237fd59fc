"""lax's branches and loops under vmap, where examples go different ways, as JAX gives them."""

from __future__ import annotations

from typing import Any

import numpy
import pytest

from unigrad.dialects import jax as dialect
from unigrad.errors import ArgumentError

jax = pytest.importorskip("jax")

pytestmark = pytest.mark.usefixtures("backend")

X = numpy.array([-1.5, 0.3, 2.0, 7.0], dtype="float32")


def root(jax: Any, a: Any) -> Any:
    """Newton's iteration for the root of abs(a), and how many steps it took."""
    jnp = jax.numpy
    a = jnp.abs(a)
    step = lambda state: ((state[0] + a / state[0]) / 2, state[1] + 1)
    return jax.lax.while_loop(lambda state: jnp.abs(state[0] * state[0] - a) > 1e-3, step, (1 + 0 * a, 0))


def branch(jax: Any) -> Any:
    return lambda x: jax.lax.cond(x > 0, jax.numpy.sin, lambda x: x * x, x)


FUNCTIONS = {
    "cond": lambda jax: jax.vmap(branch(jax)),
    "cond of a number": lambda jax: jax.vmap(
        lambda x: jax.lax.cond((x > 0).astype("int32"), lambda: {"a": x}, lambda: {"a": -x})
    ),
    "gradients of cond": lambda jax: jax.vmap(jax.grad(branch(jax))),
    "gradient through cond": lambda jax: jax.grad(lambda xs: jax.vmap(branch(jax))(xs).sum()),
    "switch": lambda jax: jax.vmap(
        lambda x: jax.lax.switch(x.astype("int32"), [jax.numpy.sin, jax.numpy.cos, lambda x: 10 * x], x)
    ),
    "while_loop": lambda jax: jax.vmap(lambda a: root(jax, a)),
    "while_loop that one example enters": lambda jax: jax.vmap(
        lambda x: jax.lax.while_loop(lambda y: y < 5, lambda y: y * 2, jax.numpy.maximum(x, 4.0))
    ),
    "fori_loop": lambda jax: jax.vmap(
        lambda x: jax.lax.fori_loop(0, jax.numpy.abs(x).astype("int32"), lambda i, y: 2 * y + i, x)
    ),
    "maps of maps": lambda jax: (
        lambda xs: jax.vmap(
            lambda x: jax.vmap(lambda y: jax.lax.while_loop(lambda v: v < x + y, lambda v: v * 2, 0.5))(xs)
        )(xs)
    ),
    "jit": lambda jax: jax.jit(jax.vmap(lambda x: (branch(jax)(x), root(jax, x)))),
}


@pytest.mark.parametrize("name", FUNCTIONS)
def test_examples_that_go_different_ways(name: str) -> None:
    results = [each.tree.leaves(FUNCTIONS[name](each)(each.numpy.asarray(X))) for each in (dialect, jax)]
    got, want = ([numpy.asarray(leaf) for leaf in leaves] for leaves in results)
    assert [each.shape for each in got] == [each.shape for each in want]
    for one, other in zip(got, want, strict=True):
        numpy.testing.assert_allclose(one, other, rtol=2e-5, atol=1e-6)


def test_a_slope_through_a_loop_is_that_of_each_example_s_own_steps() -> None:
    f = lambda x: dialect.lax.while_loop(lambda y: y < 10, lambda y: y * y, x)
    got = dialect.vmap(dialect.grad(f))(dialect.numpy.asarray([2.0, 4.0, 11.0]))
    assert got.tolist() == [32.0, 8.0, 1.0]  # of x⁴, x² and x


def test_a_condition_that_is_no_scalar_is_refused() -> None:
    with pytest.raises(ArgumentError, match="Pred must be a scalar"):
        dialect.vmap(lambda x: dialect.lax.cond(x > 0, lambda: x, lambda: -x))(dialect.numpy.asarray(X[None]))
