"""Kernels over a library that follows the array API standard to the letter, where unigrad asks for more.

Each takes the library ``np`` first, and stands before its function of the same name. The standard makes some options
positional only (unigrad passes every option by its name), and leaves open what a sum of booleans is, the truth of a
number, the variance of complex numbers, ``take`` with a matrix of indices, or a device given by its name. See the
argument ``spelling`` of `unigrad.backend.Backend`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unigrad.fallbacks.elementwise import clip  # the standard leaves open what crossed bounds give

__all__ = [
    "arange",
    "argmax",
    "argmin",
    "asarray",
    "astype",
    "clip",
    "eye",
    "full",
    "imag",
    "linspace",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "moveaxis",
    "ones",
    "prod",
    "repeat",
    "std",
    "sum",
    "take",
    "tile",
    "var",
    "vecdot",
    "zeros",
]

#: Each wraps the library's own function of its name; where there is none, a fallback does the work.
WRAPS = True


def astype(np: Any, x: Any, *, dtype: Any) -> Any:
    """``x`` in another dtype."""
    return np.astype(x, dtype)


def moveaxis(np: Any, x: Any, *, source: Any, destination: Any) -> Any:
    """``x`` with the axes of ``source`` at the places of ``destination``."""
    return np.moveaxis(x, source, destination)


def repeat(np: Any, x: Any, *, repeats: Any, axis: int | None = None) -> Any:
    """``x`` with each element along ``axis`` as often as ``repeats`` says."""
    return np.repeat(x, repeats, axis=axis)


def tile(np: Any, x: Any, *, repetitions: tuple[int, ...]) -> Any:
    """``x`` laid side by side, ``repetitions`` times along each axis."""
    return np.tile(x, repetitions)


def take(np: Any, x: Any, indices: Any, *, axis: int | None = None) -> Any:
    """The elements at ``indices`` (of any shape) along ``axis``, or of the flat array."""
    if axis is None:
        x, axis = np.reshape(x, (-1,)), 0
    axis %= x.ndim
    taken = np.take(x, np.reshape(indices, (-1,)), axis=axis)
    return np.reshape(taken, (*x.shape[:axis], *indices.shape, *x.shape[axis + 1 :]))


def vecdot(np: Any, x1: Any, x2: Any, *, axis: int = -1) -> Any:
    """The sum along ``axis``, counted from either end, of the conjugate of ``x1`` times ``x2``."""
    return np.vecdot(x1, x2, axis=axis if axis < 0 else axis - max(x1.ndim, x2.ndim))


def imag(np: Any, x: Any) -> Any:
    """The imaginary part, zeros of a real array."""
    return np.imag(x) if np.isdtype(x.dtype, "complex floating") else np.zeros_like(x)


def sum(np: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The sum along ``axis``; booleans are counted."""
    return np.sum(_counted(np, x), axis=axis, keepdims=keepdims)


def var(np: Any, x: Any, *, axis: Any = None, correction: float = 0, keepdims: bool = False) -> Any:
    """The variance; that of complex numbers is the sum of those of their parts."""
    options = {"axis": axis, "correction": correction, "keepdims": keepdims}
    if np.isdtype(x.dtype, "complex floating"):
        return np.var(np.real(x), **options) + np.var(np.imag(x), **options)
    return np.var(x, **options)


def std(np: Any, x: Any, *, axis: Any = None, correction: float = 0, keepdims: bool = False) -> Any:
    """The standard deviation, the root of `var`."""
    return np.sqrt(var(np, x, axis=axis, correction=correction, keepdims=keepdims))


def prod(np: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """The product along ``axis``."""
    return np.prod(_counted(np, x), axis=axis, keepdims=keepdims)


def argmax(np: Any, x: Any, *, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the first largest element along ``axis``, or of the flat array."""
    return np.argmax(_counted(np, x), axis=axis, keepdims=keepdims)


def argmin(np: Any, x: Any, *, axis: int | None = None, keepdims: bool = False) -> Any:
    """The index of the first smallest element along ``axis``, or of the flat array."""
    return np.argmin(_counted(np, x), axis=axis, keepdims=keepdims)


def logical_and(np: Any, x1: Any, x2: Any) -> Any:
    """Whether both differ from zero."""
    return np.logical_and(_truth(np, x1), _truth(np, x2))


def logical_or(np: Any, x1: Any, x2: Any) -> Any:
    """Whether one of them differs from zero."""
    return np.logical_or(_truth(np, x1), _truth(np, x2))


def logical_xor(np: Any, x1: Any, x2: Any) -> Any:
    """Whether exactly one of them differs from zero."""
    return np.logical_xor(_truth(np, x1), _truth(np, x2))


def logical_not(np: Any, x: Any) -> Any:
    """Whether ``x`` is zero."""
    return np.logical_not(_truth(np, x))


def _counted(np: Any, x: Any) -> Any:
    return np.astype(x, np.int64) if x.dtype == np.bool else x


def _truth(np: Any, x: Any) -> Any:
    return x if getattr(x, "dtype", None) == np.bool else x != 0


def named_device(np: Any, name: Any) -> Any:
    """The library's own device of this name; anything but a name as it is, for the library to judge."""
    if isinstance(name, str) and hasattr(np, "__array_namespace_info__"):
        for each in np.__array_namespace_info__().devices():
            if str(each) == name:
                return each
    return name


def _on_device(name: str) -> Callable[..., Any]:
    """The standard's function of this name that makes an array, taking the name of a device too."""

    def kernel(np: Any, *args: Any, device: Any = None, **options: Any) -> Any:
        return getattr(np, name)(*args, device=named_device(np, device), **options)

    kernel.__name__ = kernel.__qualname__ = name
    kernel.__doc__ = f"The standard's ``{name}``, on the device of this name."
    return kernel


arange, asarray, eye = _on_device("arange"), _on_device("asarray"), _on_device("eye")
full, linspace = _on_device("full"), _on_device("linspace")
ones, zeros = _on_device("ones"), _on_device("zeros")
