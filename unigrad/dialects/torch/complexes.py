"""Complexes: complex numbers of two parts, and what is specific to them.

Gradients of complex numbers are unigrad's, which are torch's: their parts are the slopes along the parts.
"""

from __future__ import annotations

import math
from typing import Any

import unigrad as ug
from unigrad.dialects.torch.errors import FormatError, SizeError
from unigrad.dialects.torch.inplace import assign
from unigrad.dialects.torch.shaping import transpose
from unigrad.dialects.torch.tensor import F, Tensor

__all__ = [
    "adjoint",
    "angle",
    "complex",
    "conj",
    "conj_physical",
    "imag",
    "is_conj",
    "is_neg",
    "isreal",
    "polar",
    "real",
    "resolve_conj",
    "resolve_neg",
    "sgn",
    "sign",
    "view_as_complex",
    "view_as_real",
]


def _is_complex(input: Any) -> bool:
    return input.form is None and input.dtype.kind == "complex"


def _parts(name: str, first: Any, second: Any) -> None:
    """Raise `FormatError` unless both are of one real floating dtype that has a complex one."""
    for each in (first, second):
        if not isinstance(each, ug.Tensor):
            raise ug.ArgumentError(f"{name}() takes tensors, not {type(each).__name__}; make one with torch.tensor(…)")
    if first.dtype != second.dtype or first.dtype.name not in ("float32", "float64"):
        raise FormatError(
            f"{name}() takes two tensors of one dtype, float32 or float64, but got {first.dtype} and {second.dtype}"
        )


def complex(real: Any, imag: Any) -> Tensor:
    """The complex numbers of these real and imaginary parts, which are broadcast."""
    _parts("complex", real, imag)
    return F.add(real, F.multiply(imag, 1j))  # type: ignore[no-any-return]


def polar(abs: Any, angle: Any) -> Tensor:
    """The complex numbers of these magnitudes and angles."""
    _parts("polar", abs, angle)
    return F.add(F.multiply(abs, F.cos(angle)), F.multiply(F.multiply(abs, F.sin(angle)), 1j))  # type: ignore[no-any-return]


def real(input: Any) -> Tensor:
    """The real part; a real tensor itself."""
    return F.real(input) if _is_complex(input) else input  # type: ignore[no-any-return]


def imag(input: Any) -> Tensor:
    """The imaginary part. Raises `FormatError`, a RuntimeError, for a real tensor."""
    if not _is_complex(input):
        raise FormatError(f"imag is not implemented for tensors with non-complex dtypes, such as {input.dtype}")
    return F.imag(input)  # type: ignore[no-any-return]


def conj(input: Any) -> Tensor:
    """The complex conjugate; a real tensor itself."""
    return F.conj(input) if _is_complex(input) else input  # type: ignore[no-any-return]


def conj_physical(input: Any) -> Tensor:
    """The complex conjugate, always another tensor."""
    return F.conj(input)  # type: ignore[no-any-return]


def resolve_conj(input: Any) -> Any:
    """`input`: conjugates are computed at once here."""
    return input


resolve_neg = resolve_conj


def is_conj(input: Any) -> bool:
    """Whether a conjugation is still to be done: never."""
    return False


is_neg = is_conj


def angle(input: Any) -> Tensor:
    """The angle of complex numbers, with slope 0 at the origin; 0 or π of real ones, without a slope."""
    if _is_complex(input):
        return F.atan2(F.imag(input), F.real(input))  # type: ignore[no-any-return]
    numbers = input if input.dtype.kind == "real" else F.astype(input, ug.get_default_dtype())
    slopeless = F.multiply(numbers, 0)  # NaN stays NaN
    return F.where(F.less(numbers, 0), math.pi, slopeless)  # type: ignore[no-any-return]


def isreal(input: Any) -> Tensor:
    """Whether each element has no imaginary part."""
    return F.equal(F.imag(input), 0) if _is_complex(input) else F.astype(F.ones_like(input), "bool")  # type: ignore[no-any-return]


def sgn(input: Any) -> Tensor:
    """The sign; of complex numbers ``x / |x|``, and 0 with slope 0 at the origin."""
    if not _is_complex(input):
        return F.sign(input)  # type: ignore[no-any-return]
    magnitude = F.abs(input)
    nothing = F.equal(magnitude, 0)
    return F.where(nothing, 0, F.divide(input, F.where(nothing, 1, magnitude)))  # type: ignore[no-any-return]


def sign(input: Any) -> Tensor:
    """The sign of real numbers. Raises `FormatError`, a RuntimeError, for complex ones."""
    if _is_complex(input):
        raise FormatError("sign() is not for complex tensors; use torch.sgn, which gives x / |x|")
    return F.sign(input)  # type: ignore[no-any-return]


def view_as_real(input: Any) -> Tensor:
    """The parts of complex numbers along a new last axis of length 2; a copy, as far as writes go."""
    if not _is_complex(input):
        raise FormatError(f"view_as_real is only supported for complex tensors, not {input.dtype}")
    return F.stack([F.real(input), F.imag(input)], axis=-1)  # type: ignore[no-any-return]


def view_as_complex(input: Any) -> Tensor:
    """The complex numbers whose parts lie along a last axis of length 2; a copy, as far as writes go."""
    if input.dtype.name not in ("float32", "float64"):
        raise FormatError(f"view_as_complex is only supported for tensors of float32 and float64, not {input.dtype}")
    if not input.ndim or input.raw.shape[-1] != 2:
        raise SizeError(f"view_as_complex needs a last axis of length 2, but the tensor has the shape {input.shape}")
    return complex(input[..., 0], input[..., 1])


def adjoint(input: Any) -> Tensor:
    """The last two axes exchanged, and the conjugates."""
    if input.ndim < 2:
        raise SizeError(f"adjoint is of matrices or stacks of them; this tensor has {input.ndim} axes")
    return conj(transpose(input, -2, -1))


def set_real(self: Any, value: Any) -> None:
    """Write the real part."""
    assign(
        self, F.add(_filling(self, value), F.multiply(F.imag(self), 1j)) if _is_complex(self) else _filling(self, value)
    )


def set_imag(self: Any, value: Any) -> None:
    """Write the imaginary part."""
    assign(self, F.add(F.real(self), F.multiply(_filling(self, value), 1j)) if _is_complex(self) else imag(self))


def _filling(x: Any, value: Any) -> Any:
    return F.add(F.multiply(F.real(x).detach(), 0), value)


def hermitian(self: Any) -> Any:
    """The conjugate transposed matrix."""
    if self.ndim not in (0, 2):
        raise SizeError(f"H is of matrices; this tensor has {self.ndim} axes, use mH for stacks of them")
    return conj(transpose(self, 0, 1)) if self.ndim else conj(self)
