"""Draws under jax.vmap, one text for JAX and for its dialect; run as a script, with JAX installed, it prints JAX's as JSON."""

from __future__ import annotations

import json

import numpy


def draws(jax, jnp):
    """What lessons draw under vmap, by what it shows; for the dialect and for JAX itself."""
    random, vmap, single = jax.random, jax.vmap, {"dtype": "float32"}
    key = random.PRNGKey(3)
    keys, half = random.split(key, 3), jnp.asarray(0.5, dtype="float32")

    def split_inside(key):
        first, second = random.split(key)
        return random.uniform(first, (2,), **single), random.randint(second, (2,), 0, 10, "int32")

    return {
        "one key each": vmap(lambda k: random.normal(k, (3,), **single))(keys),
        "typed keys": vmap(lambda k: random.normal(k, (2,), **single))(random.split(random.key(7), 3)),
        "split inside": vmap(split_inside)(keys),
        "split inside, typed": vmap(split_inside)(random.split(random.key(1), 3)),
        "typed keys out": random.key_data(vmap(lambda k: random.split(k, 2))(random.split(random.key(1), 3))),
        "fold_in": vmap(lambda i: random.normal(random.fold_in(key, i), (), **single))(jnp.arange(4)),
        "seeds": vmap(random.PRNGKey)(jnp.arange(3)),
        "nested": vmap(vmap(lambda k: random.normal(k, (2,), **single)))(random.split(key, (2, 3))),
        "other arguments too": vmap(random.permutation)(keys, jnp.arange(12, dtype="float32").reshape(3, 4)),
        "probabilities": vmap(lambda k, p: random.bernoulli(k, p, (4,)))(keys, jnp.asarray([0.1, 0.5, 0.9], dtype="float32")),
        "gammas": vmap(lambda k, a: random.gamma(k, a, **single))(keys, jnp.asarray([1.0, 2.0, 3.0], dtype="float32")),
        "one key for all": vmap(lambda x: x + random.normal(key, (), **single))(jnp.arange(3, dtype="float32")),
        "another axis": vmap(lambda k: random.normal(k, (), **single), in_axes=1)(keys.T),
        "the last axis": vmap(lambda k: random.normal(k, (), **single), in_axes=-1)(random.split(random.key(0), 3)),
        "in a dictionary": vmap(lambda p: p["w"] * random.normal(p["k"], (), **single))(
            {"w": jnp.arange(3, dtype="float32"), "k": keys}
        ),
        "weights": vmap(lambda k: jax.nn.initializers.glorot_normal()(k, (2, 2), "float32"))(keys),
        "a gradient": jax.grad(
            lambda s: jnp.sum(vmap(lambda k: s * random.normal(k, (), **single))(keys) ** 2)
        )(jnp.asarray(2.0, dtype="float32")),
        "a gradient for each": vmap(jax.grad(lambda w, k: jnp.sum((w * random.bernoulli(k, half, (3,))) ** 2)), in_axes=(None, 0))(
            jnp.asarray([1.0, 2.0, 3.0], dtype="float32"), keys
        ),
    }  # fmt: skip


def plain(jax, jnp):
    """The draws as nested lists, of each a list of its arrays."""
    found = draws(jax, jnp)
    return {
        name: [numpy.asarray(x).tolist() for x in (each if isinstance(each, tuple) else (each,))]
        for name, each in found.items()
    }


if __name__ == "__main__":
    import jax

    print(json.dumps(plain(jax, jax.numpy), indent=1))
