"""Ranges: numbers at equal distances, or in equal ratios, between two ends."""

from __future__ import annotations

from types import ModuleType
from typing import Any

from unigrad import dtypes, settings
from unigrad.conversion import NUMBERS, native_dtype
from unigrad.dtypes import DType
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor, make_tensor
from unigrad.primitives.arithmetic import pow
from unigrad.primitives.axes import axis_in_range
from unigrad.primitives.constant import all, sign
from unigrad.primitives.creation import asarray, astype
from unigrad.primitives.exponentials import exp, log
from unigrad.primitives.magnitudes import abs
from unigrad.primitives.manipulation import moveaxis, reshape

__all__ = ["geomspace", "linspace", "logspace"]


def _place(device: Any) -> tuple[ModuleType, Any]:
    chosen = settings.choice()
    return chosen.xp, chosen.device if device is None else device


def fractions(count: int, like: Tensor, dtype: DType, endpoint: bool = False) -> Tensor:
    """``count`` numbers from 0 towards 1, which ``endpoint`` includes, on the backend and device of ``like``."""
    xp = like.xp
    made = xp.linspace(0.0, 1.0, count, dtype=native_dtype(xp, dtype), device=xp.device_of(like.raw), endpoint=endpoint)
    return make_tensor(made, xp)


def linspace(
    start: Any,
    stop: Any,
    /,
    num: int = 50,
    *,
    dtype: object = None,
    device: Any = None,
    endpoint: bool = True,
    retstep: bool = False,
    axis: int = 0,
) -> Any:
    """``num`` evenly spaced numbers from ``start`` to ``stop``, which ``endpoint`` includes, and with ``retstep`` their distance.

    The ends may be arrays, which are broadcast to each other and recorded; the numbers stand along a new ``axis`` then.
    """
    if num < 0:
        raise ArgumentError(f"'linspace' takes num from 0 on; got {num}")
    if type(start) in NUMBERS and type(stop) in NUMBERS and complex not in (type(start), type(stop)):
        xp, place = _place(device)
        made = xp.linspace(start, stop, num, dtype=native_dtype(xp, dtype), device=place, endpoint=endpoint)
        result = make_tensor(made, xp)
    else:
        result = _between(start, stop, num, dtype, device, endpoint, axis)
    if not retstep:
        return result
    steps = num - 1 if endpoint else num
    return result, (stop - start) / steps if steps else float("nan")


def _between(start: Any, stop: Any, num: int, dtype: object, device: Any, endpoint: bool, axis: int) -> Tensor:
    ends = [_floating(asarray(each, device=device)) for each in (start, stop)]
    both = ends[0] + ends[1]
    real = {dtypes.complex64: dtypes.float32, dtypes.complex128: dtypes.float64}.get(both.dtype, both.dtype)
    way = reshape(fractions(num, both, real, endpoint), shape=(num,) + (1,) * both.ndim)
    spaced: Tensor = ends[0] * (1 - way) + ends[1] * way
    place = axis_in_range(axis, both.ndim + 1)
    spaced = spaced if place == 0 else moveaxis(spaced, 0, place)
    return spaced if dtype is None else astype(spaced, dtype)


def _floating(x: Tensor) -> Tensor:
    return astype(x, settings.get_default_dtype()) if x.dtype.kind in ("bool", "integer") else x


def logspace(
    start: Any,
    stop: Any,
    /,
    num: int = 50,
    *,
    endpoint: bool = True,
    base: Any = 10.0,
    dtype: object = None,
    axis: int = 0,
) -> Tensor:
    """``base`` to the power of ``num`` evenly spaced numbers from ``start`` to ``stop``."""
    exponents = linspace(start, stop, num, endpoint=endpoint, axis=axis)
    result = pow(base, exponents)
    return result if dtype is None else astype(result, dtype)


def geomspace(
    start: Any, stop: Any, /, num: int = 50, *, endpoint: bool = True, dtype: object = None, axis: int = 0
) -> Tensor:
    """``num`` numbers from ``start`` to ``stop``, each the one before times the same factor.

    Raises `ArgumentError` where an end is 0, or the ends have two signs.
    """
    first, last = (_floating(asarray(each)) for each in (start, stop))
    traced = first.xp.is_traced(first.raw) or last.xp.is_traced(last.raw)
    if not traced and not bool(all(first * last > 0)):
        raise ArgumentError("'geomspace' needs two ends of one sign, neither of which is 0; use linspace")
    powers = linspace(log(abs(first)), log(abs(last)), num, endpoint=endpoint, axis=axis)
    result: Tensor = sign(first) * exp(powers)
    return result if dtype is None else astype(result, dtype)
