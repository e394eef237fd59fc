"""autograd.numpy.fft: Fourier transforms in NumPy's signatures, with gradients for every length, and their frequencies."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import F, asarray, floating, ndarray
from unigrad.numpy import fft as native

ALONG_ONE: Final = "fft ifft rfft irfft hfft ihfft".split()
OVER_TWO: Final = "fft2 ifft2 rfft2 irfft2".split()
OVER_SEVERAL: Final = "fftn ifftn rfftn irfftn".split()

__all__ = [  # noqa: PLE0604 - the tables' names
    "fftfreq",
    "fftshift",
    "ifftshift",
    "rfftfreq",
    *ALONG_ONE,
    *OVER_TWO,
    *OVER_SEVERAL,
]


def _checked(name: str, norm: Any, out: Any) -> str:
    if out is not None:
        raise ug.ArgumentError(f"{name} takes no out= here: results are new arrays; assign what it returns")
    if norm not in (None, "backward", "ortho", "forward"):
        raise ug.ShapeError(f"{name} takes norm='backward', 'ortho' or 'forward', not {norm!r}")
    return norm or "backward"


def _along_one(name: str) -> Callable[..., ndarray]:
    function = F.composed(getattr(native, name))

    def run(a: Any, n: int | None = None, axis: int = -1, norm: Any = None, out: Any = None) -> ndarray:
        made: ndarray = function(floating(a), n=n, axis=axis, norm=_checked(name, norm, out))
        return made

    return _named(run, name, function)


def _over(name: str, usual: tuple[int, ...] | None) -> Callable[..., ndarray]:
    function = F.composed(getattr(native, name))

    def run(a: Any, s: Any = None, axes: Any = usual, norm: Any = None, out: Any = None) -> ndarray:
        made: ndarray = function(floating(a), s=s, axes=axes, norm=_checked(name, norm, out))
        return made

    return _named(run, name, function)


def _named(run: Callable[..., Any], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    run.__name__ = run.__qualname__ = name
    run.__doc__ = function.__doc__
    return run


_fftshift, _ifftshift = F.composed(native.fftshift), F.composed(native.ifftshift)
_fftfreq, _rfftfreq = F.composed(native.fftfreq), F.composed(native.rfftfreq)

globals().update({name: _along_one(name) for name in ALONG_ONE})
globals().update({name: _over(name, (-2, -1)) for name in OVER_TWO})
globals().update({name: _over(name, None) for name in OVER_SEVERAL})


def fftshift(x: Any, axes: Any = None) -> ndarray:
    """`x` with the frequency 0 in the middle."""
    made: ndarray = _fftshift(asarray(x), axes=axes)
    return made


def ifftshift(x: Any, axes: Any = None) -> ndarray:
    """What `fftshift` did, undone."""
    made: ndarray = _ifftshift(asarray(x), axes=axes)
    return made


def fftfreq(n: int, d: float = 1.0) -> ndarray:
    """The frequencies of a transform of `n` samples `d` apart."""
    made: ndarray = _fftfreq(n, d=d, dtype="float64")
    return made


def rfftfreq(n: int, d: float = 1.0) -> ndarray:
    """The frequencies of a real transform of `n` samples `d` apart."""
    made: ndarray = _rfftfreq(n, d=d, dtype="float64")
    return made


__getattr__ = absent("autograd.numpy.fft", lambda: __all__)
