"""Complexes: complex numbers of two parts, and their parts.

Gradients of complex numbers are unigrad's, which are TensorFlow's: their parts are the slopes along the parts.
"""

from __future__ import annotations

import builtins
import math
from typing import Any

from unigrad.dialects.tensorflow import formats
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.errors import DTypeMismatch
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tensor import EagerTensor

NAMES = ["angle", "complex", "conj", "imag", "real"]


def _is_complex(x: EagerTensor) -> builtins.bool:
    return x.form is None and x.dtype.is_complex


def complex(real: Any, imag: Any, name: Any = None) -> EagerTensor:
    """The complex numbers of these real and imaginary parts, of one dtype, float32 or float64, which are broadcast."""
    first, second = convert(real), convert(imag)
    if first.dtype is not second.dtype or first.dtype.name not in ("float32", "float64"):
        raise DTypeMismatch(
            f"complex takes real and imag of one dtype, float32 or float64, not {first.dtype!r} and {second.dtype!r}"
        )
    wide = formats.complex64 if first.dtype is formats.float32 else formats.complex128
    return F.add(F.astype(first, wide), F.multiply(F.astype(second, wide), 1j))


def real(input: Any, name: Any = None) -> EagerTensor:
    """The real part; a real tensor itself."""
    x = convert(input)
    return F.real(x) if _is_complex(x) else x


def imag(input: Any, name: Any = None) -> EagerTensor:
    """The imaginary part; zeros of a real tensor."""
    x = convert(input)
    return F.imag(x) if _is_complex(x) else F.zeros_like(x)


def conj(x: Any, name: Any = None) -> EagerTensor:
    """The complex conjugate; a real tensor itself."""
    x = convert(x)
    return F.conj(x) if _is_complex(x) else x


def angle(input: Any, name: Any = None) -> EagerTensor:
    """The angle of complex numbers, with slope 0 at the origin; 0 or π of real ones, without a slope."""
    x = convert(input)
    if _is_complex(x):
        return F.atan2(F.imag(x), F.real(x))
    return F.where(F.less(x, 0), math.pi, F.zeros_like(x))
