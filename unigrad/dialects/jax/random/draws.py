"""Draws: uniform and normal numbers, choices and orders, JAX's own for a key, as constants on the backend in force."""

from __future__ import annotations

import operator
from typing import Any

from unigrad import DType, settings
from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, strong
from unigrad.dialects.jax.numpy.manipulation import broadcast_shapes
from unigrad.dialects.jax.precision import default_dtype, given_dtype
from unigrad.dialects.jax.random import threefry, uniforms
from unigrad.dialects.jax.random.keys import words_of
from unigrad.dialects.jax.random.mapped import for_each_key
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


def on_backend(values: Any) -> Array:
    """A host array as an Array on the backend in force."""
    made: Array = F.asarray(settings.host().asarray(values))
    return made


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


def host(x: Any, dtype: DType | None = None) -> Any:
    """An array or a number as a host array, in `dtype` if given."""
    values = strong(x, "a parameter").numpy()
    return values if dtype is None else values.astype(settings.host().native_dtype(dtype.name))


@for_each_key
def bits(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Random words as unsigned integers, uint32 unless a dtype is given."""
    chosen = given_dtype("uint32" if dtype is None else dtype, "bits")
    if not chosen.name.startswith("uint"):
        raise ShapeError(f"dtype argument to `bits` must be an unsigned int dtype, got {chosen}")
    return on_backend(threefry.bits(words_of(key, "bits"), uniforms.width_of(chosen), lengths(shape)))


@for_each_key
def uniform(key: Any, shape: Any = (), dtype: Any = None, minval: Any = 0.0, maxval: Any = 1.0) -> Array:
    """Numbers spread evenly over [minval, maxval)."""
    chosen = float_dtype(dtype, "uniform")
    return on_backend(
        uniforms.uniform(words_of(key, "uniform"), lengths(shape), chosen, host(minval, chosen), host(maxval, chosen))
    )


@for_each_key
def normal(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Numbers of the standard normal distribution."""
    chosen = float_dtype(dtype, "normal")
    return on_backend(uniforms.normal(words_of(key, "normal"), lengths(shape), chosen))


@for_each_key
def randint(key: Any, shape: Any, minval: Any, maxval: Any, dtype: Any = None) -> Array:
    """Whole numbers from `minval` to below `maxval`."""
    chosen = default_dtype("integer") if dtype is None else given_dtype(dtype, "randint")
    if chosen.kind != "integer":
        raise DTypeError(f"randint only accepts integer dtypes, got {chosen}")
    low, high = (_whole(each) for each in (minval, maxval))
    sampled = chosen
    if uniforms.width_of(chosen) < 32:  # drawn wider and cut down, as JAX does, which is less biased
        limits = settings.host().iinfo(chosen.name)
        low, high = low.clip(int(limits.min), int(limits.max)), high.clip(int(limits.min), int(limits.max) + 1)
        sampled = (
            default_dtype("integer") if default_dtype("integer").name == "int32" else given_dtype("int32", "randint")
        )
    found = uniforms.integers(words_of(key, "randint"), lengths(shape), low, high, sampled)
    return on_backend(found.astype(settings.host().native_dtype(chosen.name)))


def _whole(x: Any) -> Any:
    """A bound as whole numbers of any size."""
    native = settings.host()
    values = host(x)
    return values.astype(native.int64) if values.dtype.kind == "f" else values.astype(object)


@for_each_key
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
        return on_backend(uniforms.uniform(words, asked, dtype) < host(share))
    first, second = uniforms.uniform(words, (2, *asked), dtype)
    small = second.dtype.type(2.0 ** -settings.host().finfo(second.dtype).nmant)
    return on_backend(second * small < host(share) - first)


@for_each_key
def rademacher(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """-1 or 1, as likely."""
    chosen = default_dtype("integer") if dtype is None else given_dtype(dtype, "rademacher")
    return cast(cast(bernoulli(key, 0.5, lengths(shape)), chosen) * 2 - 1, chosen)


@for_each_key
def truncated_normal(key: Any, lower: Any, upper: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Numbers of the standard normal distribution between `lower` and `upper`."""
    chosen = float_dtype(dtype, "truncated_normal")
    asked, native = common_shape("truncated_normal", shape, lower, upper), settings.host()
    low, high = host(lower, chosen), host(upper, chosen)
    root = low.dtype.type(2**0.5)
    ends = (native.asarray(native.erf(each / root), dtype=low.dtype) for each in (low, high))
    found = root * uniforms.erfinv(uniforms.uniform(words_of(key, "truncated_normal"), asked, chosen, *ends))
    infinite = low.dtype.type(float("inf"))
    return on_backend(native.clip(found, native.nextafter(low, infinite), native.nextafter(high, -infinite)))


@for_each_key
def exponential(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Numbers of the exponential distribution with mean 1."""
    chosen = float_dtype(dtype, "exponential")
    drawn = uniforms.uniform(words_of(key, "exponential"), lengths(shape), chosen)
    return on_backend(-settings.host().log1p(-drawn))


@for_each_key
def gumbel(key: Any, shape: Any = (), dtype: Any = None, mode: str | None = None) -> Array:
    """Numbers of the standard Gumbel distribution."""
    low_only(mode)
    return on_backend(gumbel_of(words_of(key, "gumbel"), lengths(shape), float_dtype(dtype, "gumbel")))


def low_only(mode: str | None) -> None:
    if mode not in (None, "low"):
        raise ShapeError(f"mode={mode!r} is not here; mode='low' is JAX's default")


def gumbel_of(words: Any, shape: tuple[int, ...], dtype: DType) -> Any:
    native = settings.host()
    tiny = native.finfo(dtype.name).tiny
    return -native.log(-native.log(uniforms.uniform(words, shape, dtype, tiny, 1.0)))
