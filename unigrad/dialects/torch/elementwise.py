"""Elementwise: functions of each element by itself, under torch's names."""

from __future__ import annotations

import math
from typing import Any

import unigrad as ug
from unigrad.dialects.torch.errors import LibraryError
from unigrad.dialects.torch.tensor import F, Tensor

# Those whose names and meaning are unigrad's, bound as they are: a wrapper would cost more than the function on few numbers.
abs = absolute = F.abs
acos = arccos = F.acos
acosh = arccosh = F.acosh
asin = arcsin = F.asin
asinh = arcsinh = F.asinh
atan = arctan = F.atan
atan2 = arctan2 = F.atan2
atanh = arctanh = F.atanh
bitwise_and, bitwise_or, bitwise_xor, bitwise_not = F.bitwise_and, F.bitwise_or, F.bitwise_xor, F.bitwise_invert
bitwise_left_shift, bitwise_right_shift = F.bitwise_left_shift, F.bitwise_right_shift
ceil, floor, trunc = F.ceil, F.floor, F.trunc
fix = trunc
copysign, hypot, logaddexp, nextafter = F.copysign, F.hypot, F.logaddexp, F.nextafter
cos, cosh, sin, sinh, tan, tanh = F.cos, F.cosh, F.sin, F.sinh, F.tan, F.tanh
eq, ne, lt, le, gt, ge = F.equal, F.not_equal, F.less, F.less_equal, F.greater, F.greater_equal
not_equal, less, less_equal, greater, greater_equal = ne, lt, le, gt, ge
exp, exp2, expm1, log, log2, log10, log1p = F.exp, F.exp2, F.expm1, F.log, F.log2, F.log10, F.log1p
floor_divide, remainder = F.floor_divide, F.remainder
isfinite, isinf, isnan, signbit = F.isfinite, F.isinf, F.isnan, F.signbit
mul = multiply = F.multiply
neg = negative = F.negative
positive, pow, reciprocal, square, sqrt = F.positive, F.pow, F.reciprocal, F.square, F.sqrt
relu, sigmoid = F.relu, F.sigmoid

_OPTIONAL = {
    "fmax": "fmax",
    "fmin": "fmin",
    "fmod": "fmod",
    "logaddexp2": "logaddexp2",
    "deg2rad": "deg2rad",
    "rad2deg": "rad2deg",
    "sinc": "sinc",
    "nan_to_num": "nan_to_num",
    "heaviside": "heaviside",
    "erf": "erf",
    "erfc": "erfc",
    "erfinv": "erfinv",
    "lgamma": "gammaln",
    "digamma": "digamma",
    "i0": "i0",
}
"""torch's names of primitives that unigrad may have."""

for _name, _primitive in _OPTIONAL.items():
    try:
        globals()[_name] = getattr(F, _primitive)
    except AttributeError:  # not there (yet): the name is missing, and the namespace says so
        continue


def add(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """``input + alpha * other``, elementwise, with broadcasting."""
    return F.add(input, other if alpha == 1 else other * alpha)  # type: ignore[no-any-return]


def sub(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """``input - alpha * other``, elementwise, with broadcasting."""
    return F.subtract(input, other if alpha == 1 else other * alpha)  # type: ignore[no-any-return]


subtract = sub


def rsub(input: Any, other: Any, *, alpha: Any = 1) -> Tensor:
    """``other - alpha * input``, elementwise, with broadcasting."""
    return F.subtract(other, input if alpha == 1 else input * alpha)  # type: ignore[no-any-return]


def div(input: Any, other: Any, *, rounding_mode: str | None = None) -> Tensor:
    """Quotient, elementwise, with broadcasting; `rounding_mode` ``"floor"`` or ``"trunc"`` makes it whole."""
    if rounding_mode is None:
        return F.divide(input, other)  # type: ignore[no-any-return]
    if rounding_mode == "floor":
        return F.floor_divide(input, other)  # type: ignore[no-any-return]
    if rounding_mode != "trunc":
        raise LibraryError(f"div() takes rounding_mode None, 'trunc' or 'floor', not {rounding_mode!r}")
    whole: Tensor = F.trunc(F.divide(input, other))
    kinds = [each.dtype for each in (input, other) if isinstance(each, ug.Tensor)]
    return F.astype(whole, kinds[0]) if all(kind.kind == "integer" for kind in kinds) else whole


divide = true_divide = div


def round(input: Any, *, decimals: int = 0) -> Tensor:
    """The nearest whole number, or number of so many decimals; a half goes to the even one."""
    if decimals == 0:
        return F.round(input)  # type: ignore[no-any-return]
    return F.divide(F.round(F.multiply(input, 10.0**decimals)), 10.0**decimals)  # type: ignore[no-any-return]


def frac(input: Any) -> Tensor:
    """What is behind the point, with the sign of the number."""
    return F.subtract(input, F.trunc(input))  # type: ignore[no-any-return]


def rsqrt(input: Any) -> Tensor:
    """1 / square root."""
    return F.reciprocal(F.sqrt(input))  # type: ignore[no-any-return]


def logit(input: Any, eps: float | None = None) -> Tensor:
    """The inverse of `sigmoid`; with `eps` the input is kept within [eps, 1 - eps] first."""
    inside = input if eps is None else clamp(input, eps, 1 - eps)
    return F.log(F.divide(inside, F.subtract(1, inside)))  # type: ignore[no-any-return]


def both_tensors(name: str, input: Any, other: Any) -> None:
    """Raise `ArgumentError` unless both are tensors."""
    for each in (input, other):
        if not isinstance(each, ug.Tensor):
            raise ug.ArgumentError(f"{name}() takes tensors, not {type(each).__name__}; use clamp() for a bound")


def maximum(input: Any, other: Any) -> Tensor:
    """The larger, elementwise; a tie gives each half of the slope."""
    both_tensors("maximum", input, other)
    return F.maximum(input, other)  # type: ignore[no-any-return]


def minimum(input: Any, other: Any) -> Tensor:
    """The smaller, elementwise; a tie gives each half of the slope."""
    both_tensors("minimum", input, other)
    return F.minimum(input, other)  # type: ignore[no-any-return]


def clamp(input: Any, min: Any = None, max: Any = None) -> Tensor:
    """`input` kept within `min` and `max`, numbers or tensors; None is no bound."""
    if min is None and max is None:
        raise LibraryError("clamp(): at least one of min and max must not be None")
    return F.clip(input, min, max)  # type: ignore[no-any-return]


clip = clamp


def clamp_min(input: Any, min: Any) -> Tensor:
    """`input` where it is above `min`, else that."""
    return clamp(input, min)


def clamp_max(input: Any, max: Any) -> Tensor:
    """`input` where it is below `max`, else that."""
    return clamp(input, None, max)


def where(condition: Any, input: Any = None, other: Any = None) -> Any:
    """`input` where `condition` holds, else `other`; with the condition alone, where it holds, as positions."""
    if input is None and other is None:
        from unigrad.dialects.torch.searching import nonzero

        return nonzero(condition, as_tuple=True)
    if not isinstance(condition, ug.Tensor):
        raise ug.ArgumentError(f"where() takes a Tensor as its condition, not {type(condition).__name__}")
    return F.where(condition, input, other)


def lerp(input: Any, end: Any, weight: Any) -> Tensor:
    """``input + weight * (end - input)``."""
    return F.add(input, F.multiply(F.subtract(end, input), weight))  # type: ignore[no-any-return]


def addcmul(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Tensor:
    """``input + value * tensor1 * tensor2``."""
    return F.add(input, F.multiply(F.multiply(tensor1, tensor2), value))  # type: ignore[no-any-return]


def addcdiv(input: Any, tensor1: Any, tensor2: Any, *, value: Any = 1) -> Tensor:
    """``input + value * tensor1 / tensor2``."""
    return F.add(input, F.multiply(F.divide(tensor1, tensor2), value))  # type: ignore[no-any-return]


def _true(input: Any) -> Any:
    return input if input.dtype.kind == "bool" else F.not_equal(input, 0)


def logical_and(input: Any, other: Any) -> Tensor:
    """Whether both hold, elementwise; numbers other than 0 do."""
    return F.logical_and(_true(input), _true(other))  # type: ignore[no-any-return]


def logical_or(input: Any, other: Any) -> Tensor:
    """Whether either holds, elementwise; numbers other than 0 do."""
    return F.logical_or(_true(input), _true(other))  # type: ignore[no-any-return]


def logical_xor(input: Any, other: Any) -> Tensor:
    """Whether exactly one holds, elementwise; numbers other than 0 do."""
    return F.logical_xor(_true(input), _true(other))  # type: ignore[no-any-return]


def logical_not(input: Any) -> Tensor:
    """Whether it does not hold, elementwise; 0 does not."""
    return F.logical_not(_true(input))  # type: ignore[no-any-return]


def isclose(input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> Tensor:
    """Whether ``|input - other| <= atol + rtol * |other|``, elementwise."""
    if input.dtype != other.dtype:
        raise LibraryError(f"isclose() and allclose() need tensors of one dtype, not {input.dtype} and {other.dtype}")
    with ug.pause():
        close = F.less_equal(F.abs(F.subtract(input, other)), F.add(F.multiply(F.abs(other), rtol), atol))
        close = F.logical_or(F.equal(input, other), F.logical_and(close, F.isfinite(F.abs(other))))
        return F.logical_or(close, F.logical_and(F.isnan(input), F.isnan(other))) if equal_nan else close  # type: ignore[no-any-return]


def allclose(input: Any, other: Any, rtol: float = 1e-05, atol: float = 1e-08, equal_nan: bool = False) -> bool:
    """Whether `isclose` holds everywhere."""
    return bool(F.all(isclose(input, other, rtol, atol, equal_nan)))


def equal(input: Any, other: Any) -> bool:
    """Whether both have the same shape and elements."""
    return tuple(input.shape) == tuple(other.shape) and bool(F.all(F.equal(input, other)))


def threshold_at(input: Any, threshold: float, value: float) -> Tensor:
    """`input` where it is above `threshold`, else `value`."""
    return F.where(F.greater(input, threshold), input, value)  # type: ignore[no-any-return]


def masked_fill(input: Any, mask: Any, value: Any) -> Tensor:
    """`value` where `mask` holds, else `input`; in the dtype of `input`."""
    if mask.dtype.kind != "bool":
        raise LibraryError(f"masked_fill() takes a mask of booleans, not of {mask.dtype}; use .bool()")
    number = value.item() if isinstance(value, ug.Tensor) and value.node is None else value
    whole = input.dtype.kind == "integer" and isinstance(number, float)
    return F.where(mask, int(number) if whole else number, input)  # type: ignore[no-any-return]


pi, e, inf, nan = math.pi, math.e, math.inf, math.nan
