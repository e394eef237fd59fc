"""Uniform draws on the host: bits, fractions, whole numbers, orders, and the normal ones that are made of them."""

from __future__ import annotations

import math
from typing import Any, Final

from unigrad import DType, settings
from unigrad.dialects.jax.random import threefry

CENTRE: Final = (
    2.81022636e-08, 3.43273939e-07, -3.5233877e-06, -4.39150654e-06, 0.00021858087, -0.00125372503, -0.00417768164,
    0.246640727, 1.50140941,
)  # fmt: skip
TAIL: Final = (
    -0.000200214257, 0.000100950558, 0.00134934322, -0.00367342844, 0.00573950773, -0.0076224613, 0.00943887047,
    1.00167406, 2.83297682,
)  # fmt: skip
"""The polynomials of the inverse error function in single precision (M. Giles, GPU Computing Gems, 2010, chapter 10)."""


def fractions(words: Any, dtype: DType) -> Any:
    """Numbers in [0, 1) made of random words: the words' highest bits as the digits of a number in [1, 2), less 1."""
    host = settings.host()
    native = host.native_dtype(dtype.name)
    limits = host.finfo(native)
    unsigned = words.dtype
    digits = words >> host.asarray(limits.bits - limits.nmant, dtype=unsigned)
    one = host.ones((), dtype=native).view(unsigned)
    return (digits | one).view(native) - native.type(1)


def width_of(dtype: DType) -> int:
    """The bits of a number."""
    return int(dtype.name.lstrip("abcdefghijklmnopqrstuvwxyz"))


def uniform(key: Any, shape: tuple[int, ...], dtype: DType, low: Any = 0.0, high: Any = 1.0) -> Any:
    """Numbers spread evenly over [low, high)."""
    native = settings.host().native_dtype(dtype.name)
    return stretched(fractions(threefry.bits(key, width_of(dtype), shape), dtype), low, high, native)


def stretched(fraction: Any, low: Any, high: Any, native: Any) -> Any:
    """Fractions brought to [low, high)."""
    host = settings.host()
    start, end = host.asarray(low, dtype=native), host.asarray(high, dtype=native)
    if native == "float32":  # XLA multiplies and adds with one rounding
        wide = fraction.astype("float64") * (end - start).astype("float64") + start.astype("float64")
        return host.maximum(start, wide.astype(native))
    return host.maximum(start, fraction * (end - start) + start)


def erfinv(x: Any) -> Any:
    """The inverse error function: by XLA's polynomials in single precision, by the host's function in double."""
    host = settings.host()
    if x.dtype == "float64":
        return host.erfinv(x)
    given = x.astype("float32")
    with host.errstate(divide="ignore", invalid="ignore"):
        w = -host.log1p(-given * given)
        central = w < 5
        w = host.where(central, w - host.float32(2.5), host.sqrt(w) - host.float32(3))
        value = host.where(central, host.float32(CENTRE[0]), host.float32(TAIL[0]))
        for near, far in zip(CENTRE[1:], TAIL[1:], strict=True):
            value = host.where(central, host.float32(near), host.float32(far)) + value * w
        value = host.where(host.abs(given) == 1, host.float32(math.inf), value)
    return (value * given).astype(x.dtype)


def normal(key: Any, shape: tuple[int, ...], dtype: DType) -> Any:
    """Numbers of the standard normal distribution: √2 times the inverse error function of uniform ones."""
    return normal_of(threefry.bits(key, width_of(dtype), shape), dtype)


def normal_of(words: Any, dtype: DType) -> Any:
    """The normal numbers that random words stand for."""
    native = settings.host().native_dtype(dtype.name)
    low = settings.host().nextafter(native.type(-1), native.type(0))
    return native.type(math.sqrt(2)) * erfinv(stretched(fractions(words, dtype), low, 1.0, native))


def integers(key: Any, shape: tuple[int, ...], low: Any, high: Any, dtype: DType) -> Any:
    """Whole numbers in [low, high): of two words each, the remainder that both together leave."""
    host = settings.host()
    limits = host.iinfo(dtype.name)
    native, unsigned = host.dtype(dtype.name), host.dtype(f"uint{limits.bits}")
    start, end = (host.asarray(each).astype(object) for each in (low, high))
    over = end > int(limits.max)
    start = host.clip(start, int(limits.min), int(limits.max)).astype(native)
    end = host.clip(end, int(limits.min), int(limits.max)).astype(native)
    first, second = (threefry.bits(each, limits.bits, shape) for each in threefry.split(key, (2,)))
    with host.errstate(over="ignore", divide="ignore"):
        span = (end - start).astype(unsigned)
        span = host.where(end <= start, unsigned.type(1), span)
        span = host.where((over & (end > start)).astype(bool), span + unsigned.type(1), span)
        factor = _rest(host.asarray(1 << (limits.bits // 2), dtype=unsigned), span)
        factor = _rest(factor * factor, span)
        offset = _rest(_rest(first, span) * factor + _rest(second, span), span)
        return start + offset.astype(native)


def _rest(x: Any, span: Any) -> Any:
    """The remainder; `x` itself where the span is the whole range, which is written 0."""
    host = settings.host()
    return host.where(span == 0, x, x % host.where(span == 0, span.dtype.type(1), span))


def order(key: Any, shape: tuple[int, ...], axis: int) -> Any:
    """Positions in random order along an axis: those that sort random words, which is done often enough to break ties."""
    host = settings.host()
    size = math.prod(shape)
    line = host.arange(shape[axis]).reshape([-1 if i == axis else 1 for i in range(len(shape))])
    places = host.broadcast_to(line, shape=shape)
    for _ in range(math.ceil(3 * math.log(max(1, size)) / math.log(0xFFFFFFFF))):
        key, own = threefry.split(key, (2,))
        sorting = host.argsort(threefry.bits(own, 32, shape), axis=axis, stable=True)
        places = host.take_along_axis(places, sorting, axis)
    return places
