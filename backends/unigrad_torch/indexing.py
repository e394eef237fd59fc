"""Indexing on Torch: NumPy's keys, negative steps included, and the transpose of taking them."""

from __future__ import annotations

import math
from typing import Any

import numpy
import torch


def getitem(x: Any, *, key: Any) -> Any:
    """``x[key]`` with any key that NumPy takes."""
    x, key = _readable(x, key)
    gap = _empty_gap(x, key)
    if gap is None:
        return x[key]
    out = x[(*key[:gap], None, *key[gap + 1 :])]  # a new axis keeps the index arrays apart, and is taken out again
    arrays = max(each.ndim for each in key if isinstance(each, torch.Tensor))
    return out.squeeze(arrays + sum(each is None or type(each) is slice for each in key[:gap]))


def _empty_gap(x: Any, key: tuple[Any, ...]) -> int | None:
    """Where an ellipsis that stands for no axis parts index arrays: for NumPy it does, and their axes come first."""
    places = [place for place, each in enumerate(key) if each is Ellipsis]
    if not places or sum(map(_length, key)) < x.ndim:
        return None
    before, after = key[: places[0]], key[places[0] + 1 :]
    parts = any(isinstance(each, torch.Tensor) for each in before) and any(
        isinstance(each, torch.Tensor) for each in after
    )
    return places[0] if parts else None


def index_set(x: Any, values: Any, *, key: Any) -> Any:
    """A copy of ``x`` with ``values`` at ``x[key]``."""
    out = x.clone()
    # Writing through a view of the copy; a flipped axis is no view in Torch, so positions stand in for it.
    if _plain(key):
        out[key] = values
        return out
    places = _places(x.shape, key, x.device)
    values = torch.as_tensor(values, dtype=x.dtype, device=x.device)
    values = values.reshape(values.shape[max(0, values.ndim - places.ndim) :]).expand(places.shape)
    return _last(out, places.reshape(-1), values.reshape(-1))


def _last(out: Any, places: Any, values: Any) -> Any:
    """``out`` with the flat values at flat places; of several values for one place the last counts."""
    # Torch leaves the order of repeated places open: the largest position among them is found first.
    position = torch.full((out.numel(),), -1, dtype=torch.int64, device=out.device)
    position = position.scatter_reduce(0, places, torch.arange(places.numel(), device=out.device), "amax")
    chosen = position >= 0
    flat = out.reshape(-1)
    flat[chosen] = values[position[chosen]]
    return flat.reshape(out.shape)


def scatter(g: Any, *, key: Any, shape: Any) -> Any:
    """Zeros of ``shape`` with ``g`` added at ``[key]``, as often as a place is named: the transpose of `getitem`."""
    out = g.new_zeros(tuple(shape))
    if _plain(key):
        out[key] = g
        return out
    places = _places(shape, key, g.device)
    return out.reshape(-1).index_add_(0, places.reshape(-1), g.reshape(-1)).reshape(tuple(shape))


def take(x: Any, indices: Any, *, axis: int | None = None) -> Any:
    """The elements at ``indices`` along ``axis``, or of the flat tensor."""
    if axis is None:
        return x.reshape(-1)[_index(indices, x.device)]
    axis %= x.ndim
    return x[(slice(None),) * axis + (_index(indices, x.device),)]


def take_along_axis(x: Any, indices: Any, *, axis: int = -1) -> Any:
    """The elements that ``indices`` names along ``axis``, the other axes taken in step, with broadcasting."""
    indices = indices.to(torch.int64)
    return torch.take_along_dim(x, torch.where(indices < 0, indices + x.shape[axis], indices), axis)


def _plain(key: Any) -> bool:
    """Whether Torch's own indexing gives a view, so that each element is named at most once."""
    for each in key if type(key) is tuple else (key,):
        if type(each) is slice:
            if each.step is not None and each.step < 0:
                return False
        elif not (each is None or each is Ellipsis or type(each) is int):
            return False
    return True


def _places(shape: Any, key: Any, device: Any) -> Any:
    """The flat positions that ``[key]`` takes from a tensor of ``shape``, in the shape of the result."""
    return getitem(torch.arange(math.prod(shape), device=device).reshape(tuple(shape)), key=key)


def _readable(x: Any, key: Any) -> tuple[Any, Any]:
    """``x`` and a key that Torch takes: backward slices are taken out by flipping, indices are tensors of int64."""
    entries = [_index(each, x.device) for each in (key if type(key) is tuple else (key,))]
    if any(type(each) is slice and each.step is not None and each.step < 0 for each in entries):
        x, entries = _forward(x, entries)
    if any(isinstance(each, torch.Tensor) and each.ndim for each in entries):
        # Beside an array, NumPy takes a number for an array too, which decides where the new axes stand.
        entries = [torch.tensor([each], device=x.device) if type(each) is int else each for each in entries]
    return x, tuple(entries)


def _index(entry: Any, device: Any) -> Any:
    if isinstance(entry, (list, numpy.ndarray, numpy.generic)):
        # An empty list is of floats to NumPy, and of integers to whoever indexes with it.
        host = numpy.array(entry, dtype=None if numpy.size(entry) else numpy.int64)
        entry = torch.as_tensor(host, device=device)
    if isinstance(entry, torch.Tensor) and entry.dtype not in (torch.bool, torch.int64):
        return entry.to(torch.int64)
    return entry


def _forward(x: Any, entries: list[Any]) -> tuple[Any, list[Any]]:
    taken = sum(_length(entry) for entry in entries)
    if not any(entry is Ellipsis for entry in entries):
        entries = [*entries, Ellipsis]
    axis, forward = 0, []
    for entry in entries:
        backward = type(entry) is slice and entry.step is not None and entry.step < 0
        if backward:
            x = _backward_slice(x, axis, entry)
        axis += x.ndim - taken if entry is Ellipsis else _length(entry)
        forward.append(slice(None) if backward else entry)
    return x, forward


def _backward_slice(x: Any, axis: int, backward: slice) -> Any:
    """``x`` with this slice of negative step taken along one axis."""
    chosen = range(*backward.indices(x.shape[axis]))[::-1]
    ahead = slice(chosen.start, chosen.stop, chosen.step) if len(chosen) else slice(0, 0)
    return torch.flip(x[(slice(None),) * axis + (ahead,)], (axis,))


def _length(entry: Any) -> int:
    """How many axes of the tensor one entry of a key takes up."""
    if entry is None or entry is Ellipsis or type(entry) is bool:
        return 0
    if isinstance(entry, torch.Tensor) and entry.dtype is torch.bool:
        return entry.ndim
    return 1
