"""Functions that take numbers apart: rounding to decimals, whole and fractional parts, mantissas and exponents."""

from __future__ import annotations

from typing import Any, NamedTuple

from unigrad import dtypes, settings
from unigrad.card import composition, elementwise
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import pow, remainder
from unigrad.primitives.choices import where
from unigrad.primitives.constant import ceil, floor, floor_divide, isinf, round, trunc
from unigrad.primitives.creation import asarray, astype, stop_gradient
from unigrad.primitives.exponentials import log2
from unigrad.primitives.magnitudes import abs
from unigrad.samples import Array, at, binary, sample, unary

__all__ = ["around", "divmod", "fabs", "fix", "float_power", "frexp", "ldexp", "modf", "rint"]


def floating(x: Any) -> Tensor:
    """``x`` as a Tensor, integers and booleans in the default dtype."""
    x = asarray(x)
    return astype(x, settings.get_default_dtype()) if x.dtype.kind in ("bool", "integer") else x


BETWEEN = (-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5)


@composition(
    samples=[
        *unary(away=BETWEEN),
        sample(Array((3,), 1.21, 1.24), decimals=1),
        sample(Array((2,), 12.0, 13.0), decimals=-1),
        sample(Array((3,), 11, 14, dtype="int"), decimals=-1),
    ]
)
def around(x, /, decimals=0) -> Tensor:
    """``x`` rounded to so many ``decimals``, tens and hundreds where they are negative; a half goes to the even one."""
    x = stop_gradient(x)
    if decimals == 0 or (decimals > 0 and x.dtype.kind == "integer"):
        return round(x)
    if x.dtype.kind == "integer":
        unit = 10**-decimals
        return astype(round(astype(x, dtypes.float64) / unit) * unit, x.dtype)
    scale: float = 10.0**decimals
    result: Tensor = round(x * scale) / scale
    return result


@composition(samples=unary(away=BETWEEN))
def rint(x, /) -> Tensor:
    """The nearest whole number, as a float; a half goes to the even one."""
    return round(floating(x))


@composition(samples=unary(away=BETWEEN))
def fix(x, /) -> Tensor:
    """The whole number next to ``x`` on the way to 0."""
    return where(asarray(x) < 0, ceil(x), floor(x))


class ModfResult(NamedTuple):
    """What `modf` gives: the part behind the point, and the whole number before it."""

    fractional: Tensor
    integral: Tensor


@composition(samples=unary(away=BETWEEN))
def modf(x, /) -> ModfResult:
    """The fractional and the whole part of ``x``, both of its sign."""
    x = floating(x)
    whole = trunc(x)
    endless = isinf(x)
    return ModfResult(where(endless, 0.0, x - where(endless, 0.0, whole)), whole)


@composition(samples=[*binary(Array(low=3.3, high=3.7), Array(low=1.25, high=1.55))])
def divmod(x1, x2, /) -> tuple[Tensor, Tensor]:
    """`floor_divide` and `remainder`."""
    return floor_divide(x1, x2), remainder(x1, x2)


@composition(samples=unary(away=(0.0,)), conventions=[at(0.0, slope=0.0, why="as abs", agree="autograd", jax=1.0)])
def fabs(x, /) -> Tensor:
    """Magnitude of ``x``, as a float; its slope at 0 is 0."""
    return abs(floating(x))


@composition(samples=[sample(Array((2, 3), 0.3, 2.0), Array((3,))), sample(Array((3,), 0.3, 2.0), 2)])
def float_power(x1, x2, /) -> Tensor:
    """`pow` in float64, of integers too."""
    return pow(_wide(x1), _wide(x2))


def _wide(x: Any) -> Tensor:
    x = asarray(x)
    return astype(x, dtypes.complex128 if x.dtype.kind == "complex" else dtypes.float64)


@elementwise(
    dx1=lambda xp, g, x2: xp.ldexp(g, x2),
    dx2=0,
    unpromoted=["x2"],
    floating=True,
    samples=[
        sample(Array((2, 3)), Array((3,), -3, 4, dtype="int")),
        sample(Array(()), Array((2,), -3, 4, dtype="int")),
        sample(Array((2,)), Array((), -3, 4, dtype="int")),
    ],
)
def ldexp(x1, x2, /):
    """``x1`` times 2 to the power of the integers ``x2``, exact as long as the result is a number of the dtype."""


class FrexpResult(NamedTuple):
    """What `frexp` gives: magnitudes from ½ to below 1, and the powers of 2 that they are to be multiplied by."""

    mantissa: Tensor
    exponent: Tensor


@composition(samples=[sample(Array((2, 3), 0.55, 0.95)), sample(Array((3,), -7.5, -4.5)), sample(Array((), 2.1, 3.9))])
def frexp(x, /) -> FrexpResult:
    """``x`` as a mantissa from ½ to below 1 and an exponent of 2; the exponent is a constant."""
    x = floating(x)
    size = stop_gradient(abs(x))
    usual = (size > 0) & (size < float("inf"))
    exponent = astype(floor(log2(where(usual, size, 0.5))) + 1, dtypes.int32)
    mantissa = ldexp(
        where(usual, size, 0.5), -exponent
    )  # the logarithm may be rounded to the other side of a whole number
    exponent = exponent + astype(mantissa >= 1, dtypes.int32) - astype(mantissa < 0.5, dtypes.int32)
    return FrexpResult(ldexp(x, -exponent), exponent)
