"""``lax``'s complex numbers of two parts, and its Fourier transforms of the last axes."""

from __future__ import annotations

import enum
import operator
from collections.abc import Callable, Sequence
from typing import Any

from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, operand, strong
from unigrad.dialects.jax.precision import inexact
from unigrad.dialects.jax.refusals import ComplexInput, IncompatibleShapes
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.numpy import fft as native

__all__ = ["FftType", "complex", "fft"]


def complex(x: Any, y: Any) -> Array:
    """The complex numbers with the real parts ``x`` and the imaginary parts ``y``, of one floating dtype."""
    first, second = operand(x, "complex"), operand(y, "complex", 1)
    if dtype_of(first) is not dtype_of(second) or dtype_of(first).name not in ("float32", "float64"):
        raise DTypeError(
            f"lax.complex requires arguments of one dtype, float32 or float64, got {dtype_of(first)}, {dtype_of(second)}."
        )
    if first.shape != second.shape and first.ndim and second.ndim and first.ndim != second.ndim:
        raise IncompatibleShapes(f"complex got arrays of different rank: {first.shape}, {second.shape}.")
    result: Array = F.add(strong(first, "complex"), F.multiply(strong(second, "complex"), 1j))
    return result


class FftType(enum.IntEnum):
    """The transforms that `fft` knows."""

    FFT = 0
    IFFT = 1
    RFFT = 2
    IRFFT = 3


_TRANSFORMS: dict[FftType, Callable[..., Any]] = {
    FftType.FFT: F.composed(native.fftn),
    FftType.IFFT: F.composed(native.ifftn),
    FftType.RFFT: F.composed(native.rfftn),
    FftType.IRFFT: F.composed(native.irfftn),
}


def fft(x: Any, fft_type: FftType | str, fft_lengths: Sequence[int]) -> Array:
    """The transform over as many of the last axes as there are ``fft_lengths``, which are theirs (of IRFFT: the result's)."""
    array = strong(x, "fft")
    array = cast(array, inexact(dtype_of(array)))
    kind = _kind(fft_type)
    if kind is FftType.RFFT and dtype_of(array).kind == "complex":
        raise ComplexInput("only real valued inputs supported for rfft; take the real part, or FftType.FFT")
    lengths = tuple(map(operator.index, fft_lengths))
    own = array.shape[array.ndim - len(lengths) :]
    wanted = (*lengths[:-1], lengths[-1] // 2 + 1) if kind is FftType.IRFFT else lengths
    if own != wanted:
        raise ShapeError(
            f"lax.fft with fft_lengths={lengths} takes an array that ends in the shape {wanted}, not {own}"
        )
    result: Array = _TRANSFORMS[kind](array, s=lengths)
    return result


def _kind(fft_type: Any) -> FftType:
    if isinstance(fft_type, FftType):
        return fft_type
    if not isinstance(fft_type, str):
        raise ArgumentError(f"Unknown FFT type value {fft_type!r}; give a lax.FftType, or its name")
    if fft_type.upper() not in FftType.__members__:
        raise ShapeError(f"Cannot convert {fft_type!r} to an FFT type; there are {', '.join(FftType.__members__)}")
    return FftType[fft_type.upper()]
