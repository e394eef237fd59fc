"""Rearranging elements on Torch: axes, joining, repeating, sorting."""

from __future__ import annotations

from typing import Any

import torch


def permute_dims(x: Any, *, axes: Any = None) -> Any:
    """``x`` with its axes in another order, reversed if none is given."""
    return x.permute(tuple(range(x.ndim))[::-1] if axes is None else axes)


def expand_dims(x: Any, *, axis: Any = 0) -> Any:
    """``x`` with a new axis of length one, or several."""
    if isinstance(axis, int):
        return x.unsqueeze(axis)
    ndim = x.ndim + len(axis)
    for each in sorted(each % ndim for each in axis):
        x = x.unsqueeze(each)
    return x


def squeeze(x: Any, *, axis: Any = None) -> Any:
    """``x`` without axes of length one; raises `ValueError` for an axis of another length, which Torch would keep."""
    if axis is None:
        return x.squeeze()
    for each in axis if isinstance(axis, tuple) else (axis,):
        if x.shape[each] != 1:
            raise ValueError(f"cannot squeeze axis {each} of shape {tuple(x.shape)}: its length is not 1")
    return x.squeeze(axis)


def broadcast_to(x: Any, *, shape: Any) -> Any:
    """``x`` in a larger shape, as a view."""
    return x.expand(shape)


def concat(arrays: Any, *, axis: int | None = 0) -> Any:
    """The arrays one after the other along ``axis``, or all of them flat."""
    if axis is None:
        return torch.cat([each.reshape(-1) for each in arrays])
    return torch.cat(tuple(arrays), axis)


def stack(arrays: Any, *, axis: int = 0) -> Any:
    """The arrays along a new axis."""
    return torch.stack(tuple(arrays), axis)


def flip(x: Any, *, axis: Any = None) -> Any:
    """``x`` in reverse order along ``axis``, or along every axis."""
    if axis is None:
        axis = tuple(range(x.ndim))
    return torch.flip(x, (axis,) if isinstance(axis, int) else axis)


def roll(x: Any, *, shift: Any, axis: Any = None) -> Any:
    """``x`` moved by ``shift`` places along ``axis``."""
    if isinstance(axis, tuple) and isinstance(shift, int):
        shift = (shift,) * len(axis)
    return torch.roll(x, shift, axis)


def tile(x: Any, *, repetitions: Any) -> Any:
    """``x`` laid side by side, ``repetitions`` times along each axis."""
    return torch.tile(x, (repetitions,) if isinstance(repetitions, int) else tuple(repetitions))


def repeat(x: Any, *, repeats: Any, axis: int | None = None) -> Any:
    """``x`` with each element along ``axis`` as often as ``repeats`` says."""
    if not isinstance(repeats, int):
        repeats = torch.as_tensor(repeats, device=x.device)
    return torch.repeat_interleave(x, repeats, axis)


def matrix_transpose(x: Any) -> Any:
    """``x`` with its last two axes exchanged."""
    return x.mT


def sort(x: Any, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """``x`` in order along ``axis``."""
    return torch.sort(x, dim=axis, descending=descending, stable=stable).values


def argsort(x: Any, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """The indices that put ``x`` in order along ``axis``, equal elements in the order in which they stand."""
    return torch.argsort(x, dim=axis, descending=descending, stable=stable)


def searchsorted(x1: Any, x2: Any, *, side: str = "left", sorter: Any = None) -> Any:
    """Where each of ``x2`` belongs in the sorted ``x1``."""
    return torch.searchsorted(x1, x2.contiguous(), side=side, sorter=sorter)


def nonzero(x: Any) -> tuple[Any, ...]:
    """The indices of the elements that are not zero, an array for each axis."""
    return torch.nonzero(x, as_tuple=True)
