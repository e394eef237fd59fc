"""The shape of ``x[key]``, as NumPy has it: the axes of index arrays where the first of them stands, or in front."""

from __future__ import annotations

import math
from typing import Any

from unigrad.errors import AxisError
from unigrad.virtual.shape import Shape, ShapeArray, no_value
from unigrad.virtual.shape_options import broadcast


def indexed(shape: Shape, key: Any) -> Shape:
    """The shape of an array of `shape` at `key`: numbers, slices, ``...``, None, and arrays of whole numbers or booleans."""
    parts = key if isinstance(key, tuple) else (key,)
    rest = len(shape) - sum(map(_taken, parts))
    if rest < 0:
        raise AxisError(f"an index of {len(shape) - rest} axes is too many for an array of {len(shape)}")
    basic: list[int] = []
    arrays: list[Shape] = []
    first: int | None = None
    apart = closed = False  # whether something stands between the index arrays
    axis = 0
    for part in parts if any(part is Ellipsis for part in parts) else (*parts, Ellipsis):
        if part is None or part is Ellipsis or isinstance(part, slice):
            basic += _basic(part, shape[axis:], rest)
            axis += rest if part is Ellipsis else _taken(part)
            closed = bool(arrays)
        else:
            given, taken = _array(part)
            _require_within(part, shape[axis : axis + taken], axis)
            apart = apart or closed
            first = len(basic) if first is None else first
            arrays += given or [
                ()
            ]  # a whole number counts as an index array beside others, and takes its axis away alone
            axis += taken
    if first is None:
        return tuple(basic)
    start = 0 if apart and any(map(_is_array, parts)) else first
    return (*basic[:start], *_joined(arrays), *basic[start:])


def _basic(part: Any, lengths: Shape, rest: int) -> Shape:
    """The axes that ``...``, None or a slice give to the result."""
    if part is Ellipsis:
        return lengths[:rest]
    return (1,) if part is None else (len(range(*part.indices(lengths[0]))),)


def _taken(part: Any) -> int:
    """How many axes a part takes."""
    if part is None or part is Ellipsis:
        return 0
    return 1 if isinstance(part, slice) else _array(part)[1]


def _is_array(part: Any) -> bool:
    return isinstance(part, (list, bool)) or hasattr(part, "dtype")


def _array(part: Any) -> tuple[list[Shape], int]:
    """The shapes of the index arrays that a part stands for, and how many axes it takes; none for a whole number."""
    if isinstance(part, ShapeArray):
        if "bool" not in str(part.dtype):
            return [part.shape], 1
        if part.data is None:
            raise no_value("indexing by a mask, whose result depends on the values,")
        return _mask(part.data)
    if isinstance(part, bool):
        return [(int(part),)], 0
    if isinstance(part, list):
        return _list(part)
    if hasattr(part, "dtype"):
        return _mask(part) if "bool" in str(part.dtype) else ([tuple(part.shape)], 1)
    return [], 1


def _require_within(part: Any, lengths: Shape, axis: int) -> None:
    """Raise `AxisError`, an IndexError, for a whole number or a mask that the axes from `axis` on have no place for."""
    data = part.data if isinstance(part, ShapeArray) else part
    if data is None or isinstance(data, (list, bool)):
        return
    if hasattr(data, "dtype") and "bool" in str(data.dtype):
        if tuple(data.shape) != lengths:
            raise AxisError(f"a mask of shape {tuple(data.shape)} does not fit axes of the lengths {lengths}")
        return
    n = lengths[0]
    ends = [data] if type(data) is int else [int(data.min()), int(data.max())] if math.prod(data.shape) else []
    for place in ends:
        if not -n <= place < n:
            raise AxisError(f"index {place} is out of range for axis {axis} of length {n}")


def _mask(mask: Any) -> tuple[list[Shape], int]:
    return [(int(mask.sum()),)], len(mask.shape)


def _list(part: list[Any]) -> tuple[list[Shape], int]:
    shape: list[int] = []
    inner: Any = part
    while isinstance(inner, list):
        shape.append(len(inner))
        inner = inner[0] if inner else 0  # of an empty list no number can be told
    if isinstance(inner, bool):
        return [(sum(_flat(part)),)], len(shape)
    return [tuple(shape)], 1


def _flat(part: Any) -> list[int]:
    return [each for inner in part for each in _flat(inner)] if isinstance(part, list) else [int(part)]


def _joined(arrays: list[Shape]) -> Shape:
    return broadcast("getitem", arrays)
