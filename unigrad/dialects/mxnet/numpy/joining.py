"""Joining and dividing: functions of ``mx.np`` that make one array of several, or several of one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unigrad.dialects.mxnet.errors import translated
from unigrad.dialects.mxnet.numpy import shapes
from unigrad.dialects.mxnet.numpy.arrays import F, ndarray
from unigrad.dialects.mxnet.writes import put

__all__ = [
    "append",
    "array_split",
    "broadcast_arrays",
    "concatenate",
    "hsplit",
    "meshgrid",
    "repeat",
    "row_stack",
    "split",
    "stack",
    "tile",
    "vsplit",
]


@translated
def broadcast_arrays(*arrays: ndarray) -> list[Any]:
    """The arrays in their common shape."""
    total = arrays[0]
    for each in arrays[1:]:
        total = F.where(F.equal(total, total), total, each)
    return [F.broadcast_to(each, total.shape) for each in arrays]


@translated
def concatenate(seq: Sequence[ndarray], axis: int | None = 0, out: Any = None) -> Any:
    """The arrays one after another along `axis`, flat if it is None."""
    parts = [shapes.ravel(each) for each in seq] if axis is None else list(seq)
    result = F.concat(parts, axis=axis or 0)
    return result if out is None else put(out, result)


@translated
def stack(arrays: Sequence[ndarray], axis: int = 0, out: Any = None) -> Any:
    """The arrays side by side along another axis."""
    result = F.stack(list(arrays), axis=axis)
    return result if out is None else put(out, result)


row_stack = getattr(F, "vstack")  # noqa: B009 - found in a table that grows


@translated
def append(arr: ndarray, values: ndarray, axis: int | None = None) -> Any:
    """`values` after `arr`."""
    return concatenate((arr, values), axis)


@translated
def split(ary: ndarray, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """The array in equal parts, or divided at places."""
    return list(F.split(ary, indices_or_sections, axis=axis))


@translated
def array_split(ary: ndarray, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """The array in parts as equal as may be, or divided at places."""
    return list(F.array_split(ary, indices_or_sections, axis=axis))


def hsplit(ary: ndarray, indices_or_sections: Any) -> list[Any]:
    """The array divided along its second axis (the first, where it is the only one)."""
    return split(ary, indices_or_sections, axis=0 if ary.ndim == 1 else 1)


def vsplit(ary: ndarray, indices_or_sections: Any) -> list[Any]:
    """The array divided along its first axis."""
    return split(ary, indices_or_sections, axis=0)


@translated
def meshgrid(*xi: ndarray, **options: Any) -> list[Any]:
    """Grids of the coordinates."""
    return list(F.meshgrid(*xi, **options))


@translated
def tile(A: ndarray, reps: Any) -> Any:  # noqa: N803 - MXNet's name
    """The array repeated as a whole."""
    return F.tile(A, (reps,) if isinstance(reps, int) else tuple(reps))


@translated
def repeat(a: ndarray, repeats: Any, axis: int | None = None) -> Any:
    """Each element several times in a row."""
    return F.repeat(a, repeats, axis=axis)
