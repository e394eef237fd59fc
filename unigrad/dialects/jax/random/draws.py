"""Draws: uniform and normal numbers, choices and orders, JAX's own for a key, as constants on the backend in force."""

from __future__ import annotations

import operator
from typing import Any

from unigrad import DType, settings
from unigrad.dialects.jax.arrays import Array, cast, dtype_of, strong
from unigrad.dialects.jax.numpy.manipulation import broadcast_shapes
from unigrad.dialects.jax.precision import default_dtype, given_dtype
from unigrad.dialects.jax.random import threefry, uniforms
from unigrad.dialects.jax.random.hosted import computed, host
from unigrad.dialects.jax.random.keys import words_of
from unigrad.errors import DTypeError, ShapeError

__all__ = [
    "bernoulli",
    "bits",
    "exponential",
    "gumbel",
    "normal",
    "rademacher",
    "randint",
    "truncated_normal",
    "uniform",
]


def lengths(shape: Any) -> tuple[int, ...]:
    """A shape given as numbers or as one."""
    if isinstance(shape, (tuple, list)):
        return tuple(map(operator.index, shape))
    return (operator.index(shape),)


def float_dtype(dtype: Any, what: str) -> DType:
    """The floating dtype asked for, the default one without; raises `ShapeError`, a ValueError as in JAX, for another kind."""
    chosen = default_dtype("real") if dtype is None else given_dtype(dtype, what)
    if chosen.kind != "real":
        raise ShapeError(f"dtype argument to `{what}` must be a float dtype, got {chosen}")
    return chosen


def common_shape(what: str, shape: Any, *parameters: Any) -> tuple[int, ...]:
    """The shape of a draw: the one given, into which the parameters must broadcast, or else theirs."""
    theirs = broadcast_shapes(*(strong(each, what).shape for each in parameters))
    if shape is None:
        return theirs
    asked = lengths(shape)
    if broadcast_shapes(asked, theirs) != asked:
        raise ShapeError(
            f"{what} parameter shapes must be broadcast-compatible with shape: {asked} does not hold {theirs}"
        )
    return asked


def bits(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Random words as unsigned integers, uint32 unless a dtype is given."""
    chosen = given_dtype("uint32" if dtype is None else dtype, "bits")
    if not chosen.name.startswith("uint"):
        raise ShapeError(f"dtype argument to `bits` must be an unsigned int dtype, got {chosen}")
    asked, width = lengths(shape), uniforms.width_of(chosen)
    return computed(lambda words: threefry.bits(words, width, asked), words_of(key, "bits"))


def uniform(key: Any, shape: Any = (), dtype: Any = None, minval: Any = 0.0, maxval: Any = 1.0) -> Array:
    """Numbers spread evenly over [minval, maxval)."""
    chosen = float_dtype(dtype, "uniform")
    asked = lengths(shape)
    return computed(
        lambda words, low, high: uniforms.uniform(words, asked, chosen, low, high),
        words_of(key, "uniform"),
        host(minval, chosen),
        host(maxval, chosen),
    )


def normal(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Numbers of the standard normal distribution."""
    chosen = float_dtype(dtype, "normal")
    asked = lengths(shape)
    return computed(lambda words: uniforms.normal(words, asked, chosen), words_of(key, "normal"))


def randint(key: Any, shape: Any, minval: Any, maxval: Any, dtype: Any = None) -> Array:
    """Whole numbers from `minval` to below `maxval`."""
    chosen = default_dtype("integer") if dtype is None else given_dtype(dtype, "randint")
    if chosen.kind != "integer":
        raise DTypeError(f"randint only accepts integer dtypes, got {chosen}")
    sampled, asked = chosen, lengths(shape)
    if uniforms.width_of(chosen) < 32:  # drawn wider and cut down, as JAX does, which is less biased
        sampled = (
            default_dtype("integer") if default_dtype("integer").name == "int32" else given_dtype("int32", "randint")
        )

    def drawn(words: Any, low: Any, high: Any) -> Any:
        low, high = _whole(low), _whole(high)
        if sampled is not chosen:
            limits = settings.host().iinfo(chosen.name)
            low, high = low.clip(int(limits.min), int(limits.max)), high.clip(int(limits.min), int(limits.max) + 1)
        return uniforms.integers(words, asked, low, high, sampled).astype(settings.host().native_dtype(chosen.name))

    return computed(drawn, words_of(key, "randint"), host(minval), host(maxval))


def _whole(values: Any) -> Any:
    """A bound as whole numbers of any size."""
    native = settings.host()
    return values.astype(native.int64) if values.dtype.kind == "f" else values.astype(object)


def bernoulli(key: Any, p: Any = 0.5, shape: Any = None, mode: str = "low") -> Array:
    """Booleans that hold with probability `p`."""
    if mode not in ("low", "high"):
        raise ShapeError(f"got mode={mode!r}, expected 'high' or 'low'")
    share = strong(p, "bernoulli")
    dtype = dtype_of(share)
    if dtype.kind != "real":
        raise DTypeError(f"bernoulli probability `p` must have a floating dtype, got {dtype}.")
    asked, words = common_shape("bernoulli", shape, share), words_of(key, "bernoulli")
    if mode == "low":
        return computed(lambda words, share: uniforms.uniform(words, asked, dtype) < share, words, host(share))

    def drawn(words: Any, share: Any) -> Any:
        first, second = uniforms.uniform(words, (2, *asked), dtype)
        small = second.dtype.type(2.0 ** -settings.host().finfo(second.dtype).nmant)
        return second * small < share - first

    return computed(drawn, words, host(share))


def rademacher(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """-1 or 1, as likely."""
    chosen = default_dtype("integer") if dtype is None else given_dtype(dtype, "rademacher")
    return cast(cast(bernoulli(key, 0.5, lengths(shape)), chosen) * 2 - 1, chosen)


def truncated_normal(key: Any, lower: Any, upper: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Numbers of the standard normal distribution between `lower` and `upper`."""
    chosen = float_dtype(dtype, "truncated_normal")
    asked, native = common_shape("truncated_normal", shape, lower, upper), settings.host()

    def drawn(words: Any, low: Any, high: Any) -> Any:
        root = low.dtype.type(2**0.5)
        ends = (native.asarray(native.erf(each / root), dtype=low.dtype) for each in (low, high))
        found = root * uniforms.erfinv(uniforms.uniform(words, asked, chosen, *ends))
        infinite = low.dtype.type(float("inf"))
        return native.clip(found, native.nextafter(low, infinite), native.nextafter(high, -infinite))

    return computed(drawn, words_of(key, "truncated_normal"), host(lower, chosen), host(upper, chosen))


def exponential(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Numbers of the exponential distribution with mean 1."""
    chosen = float_dtype(dtype, "exponential")
    asked, native = lengths(shape), settings.host()
    return computed(lambda words: -native.log1p(-uniforms.uniform(words, asked, chosen)), words_of(key, "exponential"))


def gumbel(key: Any, shape: Any = (), dtype: Any = None, mode: str | None = None) -> Array:
    """Numbers of the standard Gumbel distribution."""
    low_only(mode)
    chosen, asked = float_dtype(dtype, "gumbel"), lengths(shape)
    return computed(lambda words: gumbel_of(words, asked, chosen), words_of(key, "gumbel"))


def low_only(mode: str | None) -> None:
    if mode not in (None, "low"):
        raise ShapeError(f"mode={mode!r} is not here; mode='low' is JAX's default")


def gumbel_of(words: Any, shape: tuple[int, ...], dtype: DType) -> Any:
    native = settings.host()
    tiny = native.finfo(dtype.name).tiny
    return -native.log(-native.log(uniforms.uniform(words, shape, dtype, tiny, 1.0)))
