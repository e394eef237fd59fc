"""Shapes: functions of ``mx.np`` that rearrange the axes and elements of an array."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unigrad.dialects.mxnet.errors import MXNetError, translated
from unigrad.dialects.mxnet.formats import format_for
from unigrad.dialects.mxnet.numpy.arrays import F, ndarray

__all__ = [
    "broadcast_to",
    "diag",
    "expand_dims",
    "flip",
    "fliplr",
    "flipud",
    "moveaxis",
    "ndim",
    "pad",
    "ravel",
    "reshape",
    "resize",
    "rollaxis",
    "shape",
    "size",
    "squeeze",
    "swapaxes",
    "transpose",
]


@translated
def reshape(a: ndarray, newshape: Any, reverse: bool = False, order: str = "C") -> Any:
    """The same elements in another shape, one length of which may be -1."""
    if reverse or order != "C":
        raise MXNetError("reshape() reads and writes the elements in C order only")
    return F.reshape(a, newshape)


@translated
def transpose(a: ndarray, axes: Any = None) -> Any:
    """The array with its axes in the order `axes`, reversed if there is none."""
    return F.permute_dims(a, tuple(range(a.ndim))[::-1] if axes is None else axes)


@translated
def swapaxes(a: ndarray, axis1: int, axis2: int) -> Any:
    """The array with two axes exchanged."""
    return F.swapaxes(a, axis1, axis2)


@translated
def moveaxis(a: ndarray, source: Any, destination: Any) -> Any:
    """The array with axes moved to other places."""
    return F.moveaxis(a, source, destination)


def rollaxis(a: ndarray, axis: int, start: int = 0) -> Any:
    """The array with `axis` rolled back until it stands before `start`."""
    axis, start = axis % a.ndim, start + a.ndim if start < 0 else start
    return moveaxis(a, axis, start - 1 if axis < start else start)


@translated
def squeeze(x: ndarray, axis: Any = None) -> Any:
    """The array without axes of length 1."""
    return F.squeeze(x, axis)


@translated
def expand_dims(a: ndarray, axis: Any) -> Any:
    """The array with another axis of length 1."""
    return F.expand_dims(a, axis)


@translated
def broadcast_to(array: ndarray, shape: Any) -> Any:
    """The array repeated along its axes of length 1 up to `shape`."""
    return F.broadcast_to(array, (shape,) if isinstance(shape, int) else tuple(shape))


def ravel(x: ndarray, order: str = "C") -> Any:
    """All elements along one axis."""
    return reshape(x, -1, order=order)


def resize(a: ndarray, new_shape: Any) -> Any:
    """The elements in another shape, as many and as often as that takes."""
    new_shape = (new_shape,) if isinstance(new_shape, int) else tuple(new_shape)
    count = 1
    for length in new_shape:
        count *= length
    return reshape(F.take(ravel(a), F.remainder(F.arange(count), a.size)), new_shape)


@translated
def flip(m: ndarray, axis: Any = None) -> Any:
    """The elements in reverse order along `axis`."""
    return F.flip(m, axis=axis)


def flipud(m: ndarray) -> Any:
    """The rows in reverse order."""
    return flip(m, 0)


def fliplr(m: ndarray) -> Any:
    """The columns in reverse order."""
    return flip(m, 1)


@translated
def pad(x: ndarray, pad_width: Any, mode: str = "constant", constant_values: Any = 0, **_: Any) -> Any:
    """The array with elements added before and after along each axis."""
    return F.pad(x, pad_width, mode=mode, constant_values=constant_values)


@translated
def diag(v: ndarray, k: int = 0) -> Any:
    """The diagonal of a matrix, or the matrix with this diagonal."""
    return F.diag(v, k)


def shape(a: ndarray) -> tuple[int, ...]:
    """The length of each axis."""
    return _given(a).shape  # type: ignore[no-any-return]


def ndim(a: ndarray) -> int:
    """The number of axes."""
    return _given(a).ndim  # type: ignore[no-any-return]


def size(a: ndarray) -> int:
    """The number of elements."""
    return _given(a).size  # type: ignore[no-any-return]


def _given(a: Any) -> Any:
    return a if isinstance(a, ndarray) else F.asarray(a, format_for(None))


def direct(names: Sequence[str]) -> dict[str, Callable[..., Any]]:
    """Functions that are the primitives of their names, as far as unigrad has them."""
    return {name: translated(getattr(F, name)) for name in names if hasattr(F, name)}
