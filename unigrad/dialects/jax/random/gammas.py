"""The gamma distribution, and those that are made of it."""

from __future__ import annotations

import operator
from typing import Any

from unigrad import DType, settings
from unigrad.dialects.jax.arrays import Array, F, strong
from unigrad.dialects.jax.random import threefry, uniforms
from unigrad.dialects.jax.random.distributions import parameter
from unigrad.dialects.jax.random.draws import (
    common_shape,
    exponential,
    float_dtype,
    lengths,
    normal,
    rademacher,
)
from unigrad.dialects.jax.random.hosted import computed, host, on_backend
from unigrad.dialects.jax.random.keys import split, words_of
from unigrad.errors import ShapeError

__all__ = ["ball", "beta", "chisquare", "dirichlet", "f", "gamma", "generalized_normal", "loggamma", "t"]


def gamma(key: Any, a: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Numbers of the gamma distribution with the shape `a`; constants, as unigrad has no derivative for `a` here."""
    chosen = float_dtype(dtype, "gamma")
    asked = common_shape("gamma", shape, a)
    return computed(lambda words, a: _gamma(words, a, asked, chosen, False), words_of(key, "gamma"), host(a, chosen))


def loggamma(key: Any, a: Any, shape: Any = None, dtype: Any = None) -> Array:
    """The logarithms of numbers of the gamma distribution."""
    chosen = float_dtype(dtype, "loggamma")
    asked = common_shape("loggamma", shape, a)
    return computed(lambda words, a: _gamma(words, a, asked, chosen, True), words_of(key, "loggamma"), host(a, chosen))


def _gamma(key: Any, a: Any, shape: tuple[int, ...], dtype: DType, logarithm: bool) -> Any:
    """Marsaglia and Tsang's method (ACM TOMS 26, 2000), all elements at once, those that are accepted standing aside."""
    native = settings.host()
    shapes = native.broadcast_to(a, shape=shape).reshape(-1)
    one = a.dtype.type(1)
    boosted = native.where(shapes >= one, shapes, shapes + one)
    d = boosted - a.dtype.type(1 / 3)
    c = a.dtype.type(1 / 3) / native.sqrt(d)
    keys = threefry.split(key, (shapes.size,))
    keys, last = (threefry.split_each(keys, 2)[:, i] for i in range(2))
    value, waiting = native.ones_like(shapes), native.arange(shapes.size)
    while waiting.size:
        parts = threefry.split_each(keys[waiting], 3)
        keys[waiting] = parts[:, 0]
        x, v = _positive(parts[:, 1], c[waiting], dtype)
        u = uniforms.fractions(threefry.bits_each(parts[:, 2], uniforms.width_of(dtype)), dtype)
        square, cube = x * x, v * v * v
        with native.errstate(divide="ignore"):
            refused = (u >= one - a.dtype.type(0.0331) * (square * square)) & (
                native.log(u) >= square * a.dtype.type(0.5) + d[waiting] * ((one - cube) + native.log(cube))
            )
        value[waiting] = cube
        waiting = waiting[refused]
    drawn = uniforms.fractions(threefry.bits_each(last, uniforms.width_of(dtype)), dtype)
    if logarithm:
        samples = native.log1p(-drawn)
        boost = native.where((shapes >= one) | (samples == 0), a.dtype.type(0), samples * (one / shapes))
        return (native.log(d) + native.log(value) + boost).reshape(shape)
    return (d * value * native.where(shapes >= one, one, native.power(one - drawn, one / shapes))).reshape(shape)


def _positive(keys: Any, c: Any, dtype: DType) -> tuple[Any, Any]:
    """For each key a normal number x with 1 + c x > 0, and that."""
    native = settings.host()
    x, v, waiting = native.zeros_like(c), -native.ones_like(c), native.arange(c.size)
    keys = keys.copy()
    while waiting.size:
        parts = threefry.split_each(keys[waiting], 2)
        keys[waiting] = parts[:, 0]
        x[waiting] = uniforms.normal_of(threefry.bits_each(parts[:, 1], uniforms.width_of(dtype)), dtype)
        v[waiting] = 1 + x[waiting] * c[waiting]
        waiting = waiting[v[waiting] <= 0]
    return x, v


def beta(key: Any, a: Any, b: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Numbers of the beta distribution."""
    chosen, asked = float_dtype(dtype, "beta"), common_shape("beta", shape, a, b)
    first, second = split(key)
    native = settings.host()

    def share(x: Any, y: Any) -> Any:
        top = native.maximum(x, y)
        x, y = native.exp(x - top), native.exp(y - top)
        return x / (x + y)

    return computed(share, host(loggamma(first, a, asked, chosen)), host(loggamma(second, b, asked, chosen)))


def dirichlet(key: Any, alpha: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Vectors of positive numbers that add up to 1."""
    chosen, given = float_dtype(dtype, "dirichlet"), strong(alpha, "dirichlet", 1)
    if not given.ndim:
        raise ShapeError(f"dirichlet requires alpha.ndim >= 1, got alpha.ndim == {given.ndim}")
    asked = given.shape[:-1] if shape is None else lengths(shape)
    result: Array = F.softmax(loggamma(key, given, (*asked, given.shape[-1]), chosen), axis=-1)
    return result


def t(key: Any, df: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Numbers of Student's distribution."""
    chosen, asked = float_dtype(dtype, "t"), common_shape("t", shape, df)
    first, second = split(key)
    half = parameter(df, chosen) / 2
    result: Array = normal(first, asked, chosen) * F.sqrt(half / gamma(second, half, asked, chosen))
    return result


def chisquare(key: Any, df: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Numbers of the χ² distribution."""
    chosen, asked = float_dtype(dtype, "chisquare"), common_shape("chisquare", shape, df)
    log_half = F.log(on_backend(settings.host().asarray(0.5, dtype=chosen.name)))
    result: Array = F.exp(loggamma(key, parameter(df, chosen) / 2, asked, chosen) - log_half)
    return result


def f(key: Any, dfnum: Any, dfden: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Numbers of the F distribution."""
    chosen, asked = float_dtype(dtype, "f"), common_shape("f", shape, dfnum, dfden)
    second, first = split(key)
    above = chisquare(first, dfnum, asked, chosen) / parameter(dfnum, chosen)
    result: Array = above / (chisquare(second, dfden, asked, chosen) / parameter(dfden, chosen))
    return result


def generalized_normal(key: Any, p: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Numbers whose density falls as ``exp(-|x|**p)``."""
    chosen, asked = float_dtype(dtype, "generalized_normal"), lengths(shape)
    first, second = split(key)
    drawn = gamma(first, 1 / parameter(p, chosen), asked, chosen)
    result: Array = rademacher(second, asked, chosen) * F.pow(drawn, 1 / parameter(p, chosen))
    return result


def ball(key: Any, d: Any, p: Any = 2, shape: Any = (), dtype: Any = None) -> Array:
    """Points evenly spread in the unit ball of the p-norm."""
    chosen, asked = float_dtype(dtype, "ball"), lengths(shape)
    first, second = split(key)
    power = parameter(p, chosen)
    drawn = generalized_normal(first, p, (*asked, operator.index(d)), chosen)
    total = F.sum(F.pow(F.abs(drawn), power), axis=-1) + exponential(second, asked, chosen)
    result: Array = drawn / F.expand_dims(F.pow(total, 1 / power), axis=-1)
    return result
