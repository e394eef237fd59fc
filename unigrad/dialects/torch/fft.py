"""torch.fft: Fourier transforms in torch's signatures, and their frequencies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.torch.errors import FormatError, IndexFault, LibraryError, SizeError
from unigrad.dialects.torch.formats import place
from unigrad.dialects.torch.notes import MISSING
from unigrad.dialects.torch.tensor import F, Tensor, in_range
from unigrad.numpy import fft as native

ALONG_ONE: Final = "fft ifft rfft irfft hfft ihfft".split()
OVER_TWO: Final = "fft2 ifft2 rfft2 irfft2 hfft2 ihfft2".split()
OVER_SEVERAL: Final = "fftn ifftn rfftn irfftn hfftn ihfftn".split()

__all__ = [  # noqa: PLE0604 - the tables' names
    "fftfreq",
    "fftshift",
    "ifftshift",
    "rfftfreq",
    *ALONG_ONE,
    *OVER_TWO,
    *OVER_SEVERAL,
]

_REAL: Final = ("rfft", "ihfft")
_OTHER_WAY: Final = {"backward": "forward", "forward": "backward", "ortho": "ortho"}


def _prepared(name: str, input: Any, norm: Any, out: Any) -> tuple[Any, str]:
    """`input` as floats, and the norm; raises as torch does for what there are no transforms of."""
    if out is not None:
        raise LibraryError(f"{name}() takes no out= here: results are new tensors; assign what it returns")
    if not isinstance(input, ug.Tensor):
        raise ug.ArgumentError(f"{name}() takes a Tensor, not {type(input).__name__}; make one with torch.tensor(…)")
    if norm not in (None, *_OTHER_WAY):
        raise LibraryError(f"Invalid normalization mode: {norm!r}; there are 'backward', 'ortho' and 'forward'")
    if input.dtype.kind == "complex" and name.startswith(_REAL):
        raise FormatError(f"{name} expects a real input tensor, but got {input.dtype}; take its real part")
    if input.dtype.name in ("float16", "bfloat16"):
        raise FormatError(f"{name} is not for {input.dtype}; convert with .float()")
    floats = input if input.dtype.kind in ("real", "complex") else F.astype(input, ug.get_default_dtype())
    return floats, norm or "backward"


def _axes_of(input: Any, s: Any, dim: Any) -> tuple[int, ...]:
    if dim is None:
        count = input.ndim if s is None else len(s)
        if count > input.ndim:
            raise SizeError(f"got {count} lengths, but the tensor has {input.ndim} axes only")
        return tuple(range(input.ndim - count, input.ndim))
    axes = tuple(in_range(each, input.ndim) if input.ndim else _no_axis(each) for each in dim)
    if len(set(axes)) < len(axes):
        raise LibraryError(f"FFT dims must be unique, but got {tuple(dim)}")
    if s is not None and len(s) != len(axes):
        raise SizeError(f"when given, dim and s must have the same length, but got {tuple(dim)} and {tuple(s)}")
    return axes


def _no_axis(dim: int) -> int:
    raise IndexFault(f"dimension {dim} is not one of a tensor that has no axes")


def _along_one(name: str) -> Callable[..., Tensor]:
    transform = F.composed(getattr(native, name))

    def run(input: Any, n: int | None = None, dim: int = -1, norm: str | None = None, *, out: Any = None) -> Tensor:
        x, norm = _prepared(name, input, norm, out)
        (axis,) = _axes_of(x, None, (dim,))
        if n is not None and n < 1:
            raise SizeError(f"Invalid number of data points ({n}) specified")
        return transform(x, n=n, axis=axis, norm=norm)  # type: ignore[no-any-return]

    return _named(run, name, transform.__doc__)


def _over(name: str, usual: tuple[int, ...] | None) -> Callable[..., Tensor]:
    hermitian = name.startswith(("hfft", "ihfft"))
    base = {"hfft": "irfftn", "ihfft": "rfftn"}.get(name[:-1], f"{name[:-1]}n")
    transform = F.composed(getattr(native, base))

    def run(
        input: Any,
        s: Sequence[int] | None = None,
        dim: Sequence[int] | None = usual,
        norm: str | None = None,
        *,
        out: Any = None,
    ) -> Tensor:
        x, norm = _prepared(name, input, norm, out)
        axes = _axes_of(x, s, dim)
        if not axes:
            raise LibraryError(f"{name} must transform at least one axis")
        if s is not None and any(n < 1 and n != -1 for n in s):
            raise SizeError(f"Invalid number of data points ({min(s)}) specified")
        if not hermitian:
            return transform(x, s=s, axes=axes, norm=norm)  # type: ignore[no-any-return]
        if name.startswith("hfft"):
            return transform(F.conj(x), s=s, axes=axes, norm=_OTHER_WAY[norm])  # type: ignore[no-any-return]
        return F.conj(transform(x, s=s, axes=axes, norm=_OTHER_WAY[norm]))  # type: ignore[no-any-return]

    doc = {"hfft": "`irfftn` of the conjugates, scaled the other way.", "ihfft": "The inverse of `hfftn`."}
    return _named(run, name, doc.get(name[:-1], transform.__doc__))


def _named(run: Callable[..., Any], name: str, doc: str | None) -> Callable[..., Any]:
    run.__name__ = run.__qualname__ = name
    run.__doc__ = doc
    return run


globals().update({name: _along_one(name) for name in ALONG_ONE})
globals().update({name: _over(name, (-2, -1)) for name in OVER_TWO})
globals().update({name: _over(name, None) for name in OVER_SEVERAL})

_fftshift, _ifftshift = F.composed(native.fftshift), F.composed(native.ifftshift)
_fftfreq, _rfftfreq = F.composed(native.fftfreq), F.composed(native.rfftfreq)


def fftshift(input: Any, dim: Any = None) -> Tensor:
    """`input` with the element of frequency 0 in the middle of the axes `dim`, or of all."""
    return _fftshift(input, axes=_shifted(input, dim))  # type: ignore[no-any-return]


def ifftshift(input: Any, dim: Any = None) -> Tensor:
    """The inverse of `fftshift`."""
    return _ifftshift(input, axes=_shifted(input, dim))  # type: ignore[no-any-return]


def _shifted(input: Any, dim: Any) -> tuple[int, ...]:
    dims = range(input.ndim) if dim is None else (dim,) if isinstance(dim, int) else dim
    return tuple(in_range(each, input.ndim) for each in dims)


def fftfreq(
    n: int, d: float = 1.0, *, out: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """The frequencies of the elements of `fft`, for `n` samples a distance `d` apart."""
    made: Tensor = _fftfreq(n, d=d, dtype=dtype or ug.get_default_dtype(), device=place(device))
    return made.requires_grad_(requires_grad)


def rfftfreq(
    n: int, d: float = 1.0, *, out: Any = None, dtype: Any = None, device: Any = None, requires_grad: bool = False
) -> Tensor:
    """The frequencies of the elements of `rfft`."""
    made: Tensor = _rfftfreq(n, d=d, dtype=dtype or ug.get_default_dtype(), device=place(device))
    return made.requires_grad_(requires_grad)


__getattr__ = absent("torch.fft", lambda: __all__, MISSING)
