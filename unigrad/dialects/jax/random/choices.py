"""Choices: orders, samples and categories at random, JAX's own for a key."""

from __future__ import annotations

import math
from typing import Any

from unigrad import settings
from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, strong
from unigrad.dialects.jax.numpy.manipulation import broadcast_shapes
from unigrad.dialects.jax.precision import default_dtype, inexact
from unigrad.dialects.jax.random import uniforms
from unigrad.dialects.jax.random.draws import gumbel_of, lengths, low_only, randint
from unigrad.dialects.jax.random.hosted import computed, host
from unigrad.dialects.jax.random.keys import words_of
from unigrad.errors import ArgumentError, ShapeError

__all__ = ["categorical", "choice", "permutation"]


def permutation(key: Any, x: Any, axis: int = 0, independent: bool = False) -> Array:
    """The numbers below `x` in random order, or its sub-arrays along an axis, recorded; each line by itself if `independent`."""
    words, array = words_of(key, "permutation"), strong(x, "permutation", 1)
    if not array.ndim:
        if dtype_of(array).kind != "integer":
            raise ArgumentError("x must be an integer or at least 1-dimensional")
        count = int(array)
        return cast(computed(lambda words: uniforms.order(words, (count,), 0), words), default_dtype("integer"))
    place = axis % array.ndim
    if independent and array.ndim > 1:
        each = computed(lambda words: uniforms.order(words, array.shape, place), words)
        found: Array = F.take_along_axis(array, each, axis=place)
        return found
    places = computed(lambda words: uniforms.order(words, (array.shape[place],), 0), words)
    taken: Array = F.take(array, places, axis=place)
    return taken


def choice(
    key: Any, a: Any, shape: Any = (), replace: bool = True, p: Any = None, axis: int = 0, mode: str | None = None
) -> Array:
    """Elements of `a` (or of the numbers below it) at random, with the probabilities `p`, recorded."""
    if not isinstance(shape, (tuple, list)):
        raise ArgumentError(f"shape argument of jax.random.choice must be a sequence, got {shape}")
    array, asked = strong(a, "choice", 1), lengths(shape)
    place = axis % array.ndim if array.ndim else 0
    count = array.shape[place] if array.ndim else int(array)
    draws = 1
    for each in asked:
        draws *= each
    if draws and count <= 0:
        raise ShapeError("a must be greater than 0 unless no samples are taken")
    if not replace and draws > count:
        raise ShapeError(
            f"Cannot take a larger sample (size {draws}) than population (size {count}) when 'replace=False'"
        )
    picked = _picked(key, count, asked, draws, replace, p)
    if not array.ndim:
        return picked
    found = F.take(array, F.reshape(picked, shape=(-1,)), axis=place)
    result: Array = F.reshape(found, shape=(*array.shape[:place], *asked, *array.shape[place + 1 :]))
    return result


def _picked(key: Any, count: int, shape: tuple[int, ...], draws: int, replace: bool, p: Any) -> Array:
    words, native = words_of(key, "choice"), settings.host()
    if p is None:
        if replace:
            return randint(key, shape, 0, count)
        places = computed(lambda words: uniforms.order(words, (count,), 0)[:draws].reshape(shape), words)
    else:
        chosen = inexact(dtype_of(strong(p, "choice")))
        weights = host(p, chosen)
        if weights.shape != (count,):
            raise ShapeError(
                f"p must be None or a 1D vector with the same size as a.shape[axis]. p has shape {weights.shape} "
                f"and a.shape[axis] is {count}."
            )

        def weighed(words: Any, weights: Any) -> Any:
            if replace:
                sums = native.cumsum(weights, dtype=weights.dtype)
                return native.searchsorted(sums, sums[-1] * (1 - uniforms.uniform(words, shape, chosen)))
            with native.errstate(divide="ignore"):
                scores = gumbel_of(words, (count,), chosen) + native.log(weights)
            return native.argsort(-scores, stable=True)[:draws].reshape(shape)

        places = computed(weighed, words, weights)
    return cast(places, default_dtype("integer"))


def categorical(
    key: Any, logits: Any, axis: int = -1, shape: Any = None, replace: bool = True, mode: str | None = None
) -> Array:
    """Positions along an axis at random, with the logarithms of their weights given."""
    low_only(mode)
    words, native = words_of(key, "categorical"), settings.host()
    array = strong(logits, "categorical", 1)
    dtype = inexact(dtype_of(array))
    values = host(array, dtype)
    place = axis % values.ndim
    batch = tuple(n for i, n in enumerate(values.shape) if i != place)
    asked = batch if shape is None else lengths(shape)
    if broadcast_shapes(asked, batch) != asked:
        raise ShapeError(f"categorical needs a shape that ends in {batch}, not {asked}")
    more = asked[: len(asked) - len(batch)]
    own = list(asked[len(more) :])
    own.insert(place, values.shape[place])
    count = math.prod(more)
    if not replace and count > values.shape[place]:
        raise ShapeError(f"Number of samples without replacement ({count}) cannot exceed {values.shape[place]}.")

    def drawn(words: Any, values: Any) -> Any:
        if replace:
            return (gumbel_of(words, (*more, *own), dtype) + values).argmax(axis=place + len(more))
        scores = native.moveaxis(values + gumbel_of(words, values.shape, dtype), place, -1)
        best = native.argsort(-scores, axis=-1, stable=True)[..., :count]
        return native.moveaxis(best, -1, 0).reshape(asked)

    return cast(computed(drawn, words, values), default_dtype("integer"))
