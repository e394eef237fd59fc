"""NumPy's spellings: functions with its names and argument order, over the primitives of the standard's names."""

from __future__ import annotations

from typing import Any

from unigrad import primitives
from unigrad.graph import Tensor
from unigrad.primitives import *
from unigrad.primitives import (
    abs,
    acos,
    acosh,
    asin,
    asinh,
    atan,
    atan2,
    atanh,
    bitwise_invert,
    bitwise_left_shift,
    bitwise_right_shift,
    concat,
    conj,
    divide,
    max,
    min,
    permute_dims,
    remainder,
    reshape,
)

__all__ = [
    "absolute",
    "amax",
    "amin",
    "arccos",
    "arccosh",
    "arcsin",
    "arcsinh",
    "arctan",
    "arctan2",
    "arctanh",
    "bitwise_not",
    "concatenate",
    "conjugate",
    "cumprod",
    "cumsum",
    "invert",
    "left_shift",
    "mod",
    "power",
    "right_shift",
    "transpose",
    "true_divide",
]
__all__ += primitives.__all__

absolute = abs
amax, amin = max, min
arccos, arccosh, arcsin, arcsinh, arctan, arctan2, arctanh = acos, acosh, asin, asinh, atan, atan2, atanh
bitwise_not = invert = bitwise_invert
concatenate = concat
conjugate = conj
left_shift, right_shift = bitwise_left_shift, bitwise_right_shift
mod = remainder
power = pow
true_divide = divide


def clip(x: Any, /, min: Any = None, max: Any = None) -> Tensor:
    """``x`` kept within ``min`` and ``max``, which may be given by name; None is no bound."""
    return primitives.clip(x, min, max)


def cumsum(x: Any, /, axis: int | None = None) -> Tensor:
    """Running sum along ``axis``, of the flattened array if there is none."""
    return primitives.cumulative_sum(reshape(x, -1) if axis is None else x, axis=0 if axis is None else axis)


def cumprod(x: Any, /, axis: int | None = None) -> Tensor:
    """Running product along ``axis``, of the flattened array if there is none."""
    return primitives.cumulative_prod(reshape(x, -1) if axis is None else x, axis=0 if axis is None else axis)


def sort(x: Any, /, axis: int | None = -1, *, descending: bool = False, stable: bool = True) -> Tensor:
    """``x`` in order along ``axis``, of the flattened array for None."""
    flat = reshape(x, -1) if axis is None else x
    return primitives.sort(flat, axis=0 if axis is None else axis, descending=descending, stable=stable)


def average(x: Any, /, axis: Any = None, weights: Any = None, *, keepdims: bool = False) -> Tensor:
    """Mean over ``axis`` with ``weights``."""
    return primitives.average(x, weights, axis=axis, keepdims=keepdims)


def trapezoid(y: Any, /, x: Any = None, dx: Any = 1.0, axis: int = -1) -> Tensor:
    """The integral of ``y`` along ``axis`` by the trapezoidal rule, at the points ``x``, which may be given by name, or ``dx`` apart."""
    return primitives.trapezoid(y, x, dx=dx, axis=axis)


def transpose(x: Any, /, axes: Any = None) -> Tensor:
    """``x`` with its axes in the order ``axes``, reversed if none is given."""
    return permute_dims(x, tuple(reversed(range(len(x.shape)))) if axes is None else axes)


def var(
    x: Any, /, axis: Any = None, *, ddof: float = 0, correction: float | None = None, keepdims: bool = False
) -> Tensor:
    """Variance over ``axis``; ``ddof`` is NumPy's name for the standard's ``correction``."""
    return primitives.var(x, axis=axis, correction=ddof if correction is None else correction, keepdims=keepdims)


def std(
    x: Any, /, axis: Any = None, *, ddof: float = 0, correction: float | None = None, keepdims: bool = False
) -> Tensor:
    """Standard deviation over ``axis``; ``ddof`` is NumPy's name for the standard's ``correction``."""
    return primitives.std(x, axis=axis, correction=ddof if correction is None else correction, keepdims=keepdims)
