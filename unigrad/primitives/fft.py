"""Discrete Fourier transforms over one axis or several, of complex, real and Hermitian-symmetric arrays.

Four transforms of several axes are primitives; the others are special cases. A Fourier matrix is symmetric, so the
transpose of a transform is the transform itself, and what goes round it: an axis that was padded is cut off again, and
one that was cut off is padded with zeros.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from unigrad.card import composition, linear
from unigrad.conversion import is_complex
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.axes import axes_in_range
from unigrad.primitives.creation import arange, asarray
from unigrad.primitives.magnitudes import conj
from unigrad.primitives.manipulation import concat, roll
from unigrad.samples import Array, sample

__all__ = [
    "fft",
    "fft2",
    "fftfreq",
    "fftn",
    "fftshift",
    "hfft",
    "ifft",
    "ifft2",
    "ifftn",
    "ifftshift",
    "ihfft",
    "irfft",
    "irfft2",
    "irfftn",
    "rfft",
    "rfft2",
    "rfftfreq",
    "rfftn",
]

Options = dict[str, Any]
Shape = tuple[int, ...]
Norm = str | None

_NORMS = ("backward", "ortho", "forward")


def _prepared(half: bool) -> Callable[[tuple[Any, ...], Options], Options]:
    """The check of ``axes``, ``s`` and ``norm``; with `half` the last axis holds half of a symmetric transform."""

    def prepare(arrays: tuple[Any, ...], options: Options) -> Options:
        shape = tuple(arrays[0].raw.shape)
        norm = options["norm"] or "backward"
        if norm not in _NORMS:
            raise ArgumentError(f"a Fourier transform takes norm='backward', 'ortho' or 'forward', not {norm!r}")
        given, axes = options["s"], options["axes"]
        if axes is None:
            axes = tuple(range(len(shape))) if given is None else tuple(range(-len(given), 0))
        axes = axes_in_range(axes, len(shape))
        if not axes:
            raise ArgumentError("a Fourier transform needs at least one axis")
        sizes = [-1] * len(axes) if given is None else [operator.index(each) for each in given]
        if len(sizes) != len(axes):
            raise ShapeError(f"a Fourier transform needs a length in s for each axis; got s={given} for axes {axes}")
        own = [shape[axis] for axis in axes]
        own[-1] = 2 * (own[-1] - 1) if half else own[-1]
        s = tuple(n if size == -1 else size for n, size in zip(own, sizes, strict=True))
        if min(s) < 1:
            raise ShapeError(
                f"a Fourier transform needs at least one element an axis; got the lengths {s} for axes {axes}"
            )
        return {"s": s, "axes": axes, "norm": norm}

    return prepare


def _real_only(arrays: tuple[Any, ...], options: Options) -> Options:
    if is_complex(arrays[0].raw.dtype):
        raise DTypeError("'rfftn' transforms real numbers; use fftn for complex ones")
    return _prepared(half=False)(arrays, options)


def _resized(xp: Any, x: Any, shape: Shape) -> Any:
    """``x`` cut off and padded with zeros at the end of each axis, to ``shape``."""
    key = tuple(slice(min(n, m)) for n, m in zip(x.shape, shape, strict=True))
    cut = x if tuple(x.shape) <= tuple(shape) and all(n <= m for n, m in zip(x.shape, shape, strict=True)) else x[key]
    return cut if tuple(cut.shape) == tuple(shape) else xp.scatter(cut, key=key, shape=tuple(shape))


def _back(xp: Any, g: Any, x_shape: Shape, x_dtype: Any) -> Any:
    """A transformed cotangent as that of ``x``, which may be real."""
    whole = _resized(xp, g, tuple(x_shape))
    return whole if is_complex(x_dtype) else xp.real(whole)


def _fftn_x(xp: Any, g: Any, x_shape: Shape, x_dtype: Any, s: Shape, axes: Shape, norm: str) -> Any:
    return _back(xp, xp.fftn(g, s=s, axes=axes, norm=norm), x_shape, x_dtype)


def _ifftn_x(xp: Any, g: Any, x_shape: Shape, x_dtype: Any, s: Shape, axes: Shape, norm: str) -> Any:
    return _back(xp, xp.ifftn(g, s=s, axes=axes, norm=norm), x_shape, x_dtype)


def _rfftn_x(xp: Any, g: Any, x_shape: Shape, x_dtype: Any, s: Shape, axes: Shape, norm: str) -> Any:
    """The other half of the result is a function of this one, so its cotangent is zero."""
    whole = tuple(s[axes.index(i)] if i in axes else n for i, n in enumerate(g.shape))
    return _back(xp, xp.fftn(_resized(xp, g, whole), s=s, axes=axes, norm=norm), x_shape, x_dtype)


def _irfftn_x(xp: Any, g: Any, x_shape: Shape, x_dtype: Any, s: Shape, axes: Shape, norm: str) -> Any:
    """Each element but the first, and the last of an even length, stands for two of the whole transform."""
    axis, n = axes[-1], s[-1]
    whole = xp.ifftn(g, s=s, axes=axes, norm=norm)

    def part(start: int, stop: int) -> Any:
        return xp.getitem(whole, key=(*((slice(None),) * axis), slice(start, stop), ...))

    middle = (n + 1) // 2
    halved = xp.concat([part(0, 1), 2 * part(1, middle), part(middle, n // 2 + 1)], axis=axis)
    return _back(xp, halved, x_shape, x_dtype)


_COMPLEX = Array((3, 4), dtype="complex")
_OF_SEVERAL = [
    sample(_COMPLEX),
    sample(_COMPLEX, axes=(0,), norm="ortho"),
    sample(_COMPLEX, s=(5, 3), axes=(1, 0), norm="forward"),
    sample(Array((2, 3))),
    sample(Array((2, 3)), s=(4,)),
]


@linear(transpose=_fftn_x, prepare=_prepared(half=False), floating=True, samples=_OF_SEVERAL)
def fftn(x, /, s=None, axes=None, norm="backward"):
    """Discrete Fourier transform over ``axes`` (None: all, or the last as many as ``s`` has), a complex array.

    ``s`` gives the length of each axis: longer ones are padded with zeros, shorter ones cut off; -1 or None leaves them.
    ``norm`` says which direction is divided by the number of elements: ``"backward"``, ``"forward"``, or ``"ortho"``, where
    both are divided by its root. Raises `ArgumentError`, `AxisError`, and `ShapeError` for a length below 1.
    """


@linear(transpose=_ifftn_x, prepare=_prepared(half=False), floating=True, samples=_OF_SEVERAL)
def ifftn(x, /, s=None, axes=None, norm="backward"):
    """The inverse of `fftn`, with the same arguments and errors."""


@linear(
    transpose=_rfftn_x,
    prepare=_real_only,
    floating=True,
    samples=[
        sample(Array((3, 4))),
        sample(Array((3, 5)), axes=(1, 0), norm="ortho"),
        sample(Array((2, 3)), s=(3, 6), norm="forward"),
        sample(Array((2, 5)), s=(4,)),
    ],
)
def rfftn(x, /, s=None, axes=None, norm="backward"):
    """`fftn` of a real ``x``, of which the last of ``axes`` holds the first half: the other half are conjugates of it.

    Raises `DTypeError` for a complex ``x``; the other errors are those of `fftn`.
    """


@linear(
    transpose=_irfftn_x,
    prepare=_prepared(half=True),
    floating=True,
    samples=[
        sample(_COMPLEX),
        sample(_COMPLEX, s=(3, 5), norm="ortho"),
        sample(_COMPLEX, s=(2,), axes=(0,), norm="forward"),
        sample(_COMPLEX, s=(4, 9), axes=(1, 0)),
        sample(Array((2, 3))),
    ],
)
def irfftn(x, /, s=None, axes=None, norm="backward"):
    """The inverse of `rfftn`, a real array; the last axis is one short of twice as long, or as long as ``s`` says."""


_ONE_AXIS = [sample(_COMPLEX), sample(_COMPLEX, n=5, axis=0, norm="ortho"), sample(Array((4,)), n=3, norm="forward")]
_REAL = [
    sample(Array((4,))),
    sample(Array((3, 2)), n=5, axis=0, norm="ortho"),
    sample(Array((6,)), n=5, norm="forward"),
]


def _along(transform: Callable[..., Tensor], x: Any, n: int | None, axis: int, norm: Norm) -> Tensor:
    return transform(x, s=None if n is None else (n,), axes=(axis,), norm=norm)


@composition(samples=_ONE_AXIS)
def fft(x, /, n=None, axis=-1, norm="backward") -> Tensor:
    """`fftn` along one ``axis``, in the length ``n``."""
    return _along(fftn, x, n, axis, norm)


@composition(samples=_ONE_AXIS)
def ifft(x, /, n=None, axis=-1, norm="backward") -> Tensor:
    """`ifftn` along one ``axis``, in the length ``n``."""
    return _along(ifftn, x, n, axis, norm)


@composition(samples=_REAL)
def rfft(x, /, n=None, axis=-1, norm="backward") -> Tensor:
    """`rfftn` along one ``axis``, in the length ``n``."""
    return _along(rfftn, x, n, axis, norm)


@composition(samples=_ONE_AXIS)
def irfft(x, /, n=None, axis=-1, norm="backward") -> Tensor:
    """`irfftn` along one ``axis``, in the length ``n`` of the result."""
    return _along(irfftn, x, n, axis, norm)


def _other_way(norm: Norm) -> Norm:
    return {"forward": "backward", "backward": "forward", None: "forward"}.get(norm, norm)


@composition(samples=_ONE_AXIS)
def hfft(x, /, n=None, axis=-1, norm="backward") -> Tensor:
    """The transform, a real array of length ``n``, of an array with Hermitian symmetry of which ``x`` is the first half."""
    return irfft(conj(x), n=n, axis=axis, norm=_other_way(norm))


@composition(samples=_REAL)
def ihfft(x, /, n=None, axis=-1, norm="backward") -> Tensor:
    """The inverse of `hfft`: the first half of an array with Hermitian symmetry, of a real ``x``."""
    return conj(rfft(x, n=n, axis=axis, norm=_other_way(norm)))


_PLANES = [sample(Array((2, 3, 4), dtype="complex"), s=(2, 5))]


@composition(samples=_PLANES)
def fft2(x, /, s=None, axes=(-2, -1), norm="backward") -> Tensor:
    """`fftn` over two ``axes``."""
    return fftn(x, s=s, axes=axes, norm=norm)


@composition(samples=_PLANES)
def ifft2(x, /, s=None, axes=(-2, -1), norm="backward") -> Tensor:
    """`ifftn` over two ``axes``."""
    return ifftn(x, s=s, axes=axes, norm=norm)


@composition(samples=[sample(Array((2, 3, 4)), s=(2, 5))])
def rfft2(x, /, s=None, axes=(-2, -1), norm="backward") -> Tensor:
    """`rfftn` over two ``axes``."""
    return rfftn(x, s=s, axes=axes, norm=norm)


@composition(samples=_PLANES)
def irfft2(x, /, s=None, axes=(-2, -1), norm="backward") -> Tensor:
    """`irfftn` over two ``axes``."""
    return irfftn(x, s=s, axes=axes, norm=norm)


def _rolled(x: Any, axes: Any, direction: int) -> Tensor:
    x = asarray(x)
    places = axes_in_range(range(x.ndim) if axes is None else axes, x.ndim)
    return roll(x, shift=tuple(direction * (x.shape[axis] // 2) for axis in places), axis=places)


@composition(samples=[sample(Array((4, 3))), sample(Array((2, 5)), axes=1), sample(_COMPLEX, axes=(0,))])
def fftshift(x, /, axes=None) -> Tensor:
    """``x`` with the element of frequency zero moved from the front to the middle of ``axes``, or of all."""
    return _rolled(x, axes, 1)


@composition(samples=[sample(Array((4, 3))), sample(Array((2, 5)), axes=1), sample(_COMPLEX, axes=(0,))])
def ifftshift(x, /, axes=None) -> Tensor:
    """The inverse of `fftshift`."""
    return _rolled(x, axes, -1)


def _per_sample(name: str, n: int) -> int:
    count = operator.index(n)
    if count < 1:
        raise ArgumentError(f"'{name}' needs a number of elements from 1 on; got {count}")
    return count


def fftfreq(n, /, d=1.0, dtype=None, device=None) -> Tensor:
    """The frequencies of the elements of `fft`, for ``n`` elements a distance ``d`` apart, in cycles per unit of ``d``."""
    count = _per_sample("fftfreq", n)
    words = {"dtype": float if dtype is None else dtype, "device": device}
    halves: Sequence[Tensor] = (arange(0, (count + 1) // 2, **words), arange(-(count // 2), 0, **words))
    frequencies: Tensor = concat(halves, axis=0) / (count * d)
    return frequencies


def rfftfreq(n, /, d=1.0, dtype=None, device=None) -> Tensor:
    """The frequencies of the elements of `rfft`, as `fftfreq` gives them; none is negative."""
    count = _per_sample("rfftfreq", n)
    whole = arange(0, count // 2 + 1, dtype=float if dtype is None else dtype, device=device)
    frequencies: Tensor = whole / (count * d)
    return frequencies
