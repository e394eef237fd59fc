"""``jnp.fft``: Fourier transforms in JAX's signatures, and their frequencies."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any, Final

from unigrad import dtypes
from unigrad.dialects.absence import absent
from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, strong
from unigrad.dialects.jax.elementwise import described
from unigrad.dialects.jax.notes import MISSING
from unigrad.dialects.jax.precision import default_dtype, given_dtype, inexact
from unigrad.dialects.jax.refusals import ComplexInput
from unigrad.errors import AxisError, ShapeError
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


def _prepared(name: str, a: Any, norm: Any, axes: Any) -> Array:
    """`a` as floats; raises `ValueError` as JAX does for a norm, axes and numbers that there are no transforms for."""
    x = strong(a, f"jax.numpy.fft.{name}")
    if norm not in (None, "backward", "ortho", "forward"):
        raise ShapeError(f'Invalid norm value {norm}; should be "backward","ortho" or "forward".')
    if name in ("rfft", "rfft2", "rfftn", "ihfft") and dtype_of(x).kind == "complex":
        raise ComplexInput(
            f"only real valued inputs supported for {name}; take the real part, or a transform of complex ones"
        )
    if axes is not None and len(set(axes)) < len(axes):
        raise AxisError(f"jax.numpy.fft.{name} does not support repeated axes. Got axes {tuple(axes)}.")
    return cast(x, dtypes.float32 if dtype_of(x).name in ("float16", "bfloat16") else inexact(dtype_of(x)))


def _along_one(name: str) -> Callable[..., Array]:
    transform = F.composed(getattr(native, name))

    def run(a: Any, n: int | None = None, axis: Any = -1, norm: str | None = None) -> Array:
        if isinstance(axis, (tuple, list)):
            raise AxisError(
                f"jax.numpy.fft.{name} does not support multiple axes. Please use jax.numpy.fft.{name}n. Got axis = {axis!r}."
            )
        made: Array = transform(_prepared(name, a, norm, None), n=n, axis=axis, norm=norm)
        return made

    return described(run, name, transform.__doc__)


def _over(name: str, usual: tuple[int, ...] | None) -> Callable[..., Array]:
    transform = F.composed(getattr(native, name))

    def run(
        a: Any, s: Sequence[int] | None = None, axes: Sequence[int] | None = usual, norm: str | None = None
    ) -> Array:
        made: Array = transform(_prepared(name, a, norm, axes), s=s, axes=axes, norm=norm)
        return made

    return described(run, name, transform.__doc__)


globals().update({name: _along_one(name) for name in ALONG_ONE})
globals().update({name: _over(name, (-2, -1)) for name in OVER_TWO})
globals().update({name: _over(name, None) for name in OVER_SEVERAL})

_fftshift, _ifftshift = F.composed(native.fftshift), F.composed(native.ifftshift)
_fftfreq, _rfftfreq = F.composed(native.fftfreq), F.composed(native.rfftfreq)


def fftshift(x: Any, axes: Any = None) -> Array:
    """``x`` with the element of frequency 0 in the middle of ``axes``, or of all."""
    made: Array = _fftshift(strong(x, "fftshift"), axes=axes)
    return made


def ifftshift(x: Any, axes: Any = None) -> Array:
    """The inverse of `fftshift`."""
    made: Array = _ifftshift(strong(x, "ifftshift"), axes=axes)
    return made


def fftfreq(n: int, d: Any = 1.0, *, dtype: Any = None, device: Any = None) -> Array:
    """The frequencies of the elements of ``fft``, for ``n`` elements a distance ``d`` apart."""
    return _frequencies(_fftfreq, n, d, dtype, "fftfreq")


def rfftfreq(n: int, d: Any = 1.0, *, dtype: Any = None, device: Any = None) -> Array:
    """The frequencies of the elements of ``rfft``, as `fftfreq` gives them."""
    return _frequencies(_rfftfreq, n, d, dtype, "rfftfreq")


def _frequencies(frequencies: Callable[..., Any], n: Any, d: Any, dtype: Any, what: str) -> Array:
    chosen = default_dtype("real") if dtype is None else given_dtype(dtype, what)
    found: Array = frequencies(operator.index(n), dtype=chosen) / d
    return cast(found, chosen)


__getattr__ = absent("jax.numpy.fft", lambda: __all__, MISSING)
