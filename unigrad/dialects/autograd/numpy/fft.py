"""autograd.numpy.fft: shifts and frequencies; the transforms as far as unigrad has them."""

from __future__ import annotations

from typing import Any

from unigrad import primitives
from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import F, asarray, ndarray, on_arrays
from unigrad.dialects.autograd.notes import FFT

_found = {name: on_arrays(name, name, 1, needs_float=True) for name in FFT if hasattr(primitives, name)}
globals().update(_found)

__all__ = ["fftfreq", "fftshift", "ifftshift", "rfftfreq", *_found]  # noqa: PLE0604 - the table's names


def _shifted(x: Any, axes: Any, back: bool) -> ndarray:
    array = asarray(x)
    chosen = tuple(range(array.ndim)) if axes is None else (axes,) if isinstance(axes, int) else tuple(axes)
    shift = tuple(-(array.shape[i] // 2) if back else array.shape[i] // 2 for i in chosen)
    made: ndarray = F.roll(array, shift=shift, axis=chosen)
    return made


def fftshift(x: Any, axes: Any = None) -> ndarray:
    """`x` with the frequency 0 in the middle."""
    return _shifted(x, axes, back=False)


def ifftshift(x: Any, axes: Any = None) -> ndarray:
    """What `fftshift` did, undone."""
    return _shifted(x, axes, back=True)


def fftfreq(n: int, d: float = 1.0) -> ndarray:
    """The frequencies of a transform of `n` samples `d` apart."""
    return asarray([(i if i < (n + 1) // 2 else i - n) / (n * d) for i in range(n)])


def rfftfreq(n: int, d: float = 1.0) -> ndarray:
    """The frequencies of a real transform of `n` samples `d` apart."""
    return asarray([i / (n * d) for i in range(n // 2 + 1)])


__getattr__ = absent("autograd.numpy.fft", lambda: __all__, FFT)
