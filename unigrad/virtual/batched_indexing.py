"""Batching rules for indexing: an axis for the examples put in front of an index, wherever NumPy puts the others.

An index array of its own for each example goes with the numbers of the examples as one more index array. NumPy puts the axes
of index arrays where the first of them stands, but in front if something stands between them: so they are found
there, and moved to where one example has them.
"""

from __future__ import annotations

from typing import Any, NamedTuple

from unigrad.virtual.batch import BatchedArray, BatchNamespace, no_value
from unigrad.virtual.examples import by_example

Key = tuple[Any, ...]


class _Place(NamedTuple):
    """Where the axes of the index arrays lie in one example's result: their start, their number, and whether in front."""

    start: int
    ndim: int
    apart: bool


def getitem(batch: BatchNamespace, name: str, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """``x[key]`` of every example."""
    (x,) = operands
    xp, key = batch.__inner__, options["key"]
    place = _place(key, x.ndim)
    if not _varies(key):
        out = xp.getitem(x.data, key=(slice(None), *_bare(key)))
        return batch.mapped(xp.moveaxis(out, source=place.ndim, destination=0) if place.apart else out)
    _require_whole_numbers(key)
    if x.mapped:
        out = xp.getitem(x.data, key=(_numbers(batch, place.ndim), *_with_axes(batch, key, place.ndim)))
        if place.start and not place.apart:
            out = _moved(xp, out, 1, 1 + place.start, place.ndim)
        return batch.mapped(out)
    out = xp.getitem(x.data, key=_with_axes(batch, key, place.ndim))
    start = 0 if place.apart else place.start
    return batch.mapped(xp.moveaxis(out, source=start, destination=0) if start else out)


def scatter(batch: BatchNamespace, name: str, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """The transpose of `getitem`."""
    xp, key, shape = batch.__inner__, options["key"], tuple(options["shape"])
    data = batch.spread(operands[0])
    place = _place(key, len(shape))
    whole = (batch.count, *shape)
    if not _varies(key):
        data = xp.moveaxis(data, source=0, destination=place.ndim) if place.apart else data
        return batch.mapped(xp.scatter(data, key=(slice(None), *_bare(key)), shape=whole))
    _require_whole_numbers(key)
    if place.start and not place.apart:
        data = _moved(xp, data, 1 + place.start, 1, place.ndim)
    full = (_numbers(batch, place.ndim), *_with_axes(batch, key, place.ndim))
    return batch.mapped(xp.scatter(data, key=full, shape=whole))


def index_set(batch: BatchNamespace, name: str, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """``x[key] = values`` in a copy of every example."""
    x, values = operands
    key, xp = options["key"], batch.__inner__
    place = _place(key, x.ndim)
    if _varies(key) or place.apart:
        return by_example(batch, name, operands, options)
    full = (slice(None), *_bare(key))
    data = batch.spread(x)
    if isinstance(values, BatchedArray):
        ndim = len(xp.getitem(data, key=full).shape) - 1
        if values.mapped and values.ndim > ndim:  # spare axes of length 1, which NumPy allows
            spare = values.ndim - ndim
            values = batch.mapped(xp.reshape(values.data, shape=(batch.count, *values.shape[spare:])))
        values = batch.with_axes(values, ndim)
    return batch.mapped(xp.index_set(data, values, key=full))


def _varies(key: Key) -> bool:
    return any(isinstance(part, BatchedArray) and part.mapped for part in key)


def _bare(key: Key) -> Key:
    return tuple(part.data if isinstance(part, BatchedArray) else part for part in key)


def _is_array(part: Any) -> bool:
    return isinstance(part, (list, bool)) or hasattr(part, "dtype")


def _ndim(part: Any) -> int:
    """The axes that an index array gives to the result: one for a mask, whatever its own."""
    if isinstance(part, list):
        return 1 + _ndim(part[0]) if part and isinstance(part[0], list) else 1
    shape = getattr(part, "shape", ())
    return 1 if shape and "bool" in str(part.dtype) else len(shape)


def _place(key: Key, ndim: int) -> _Place:
    """Where the index arrays' axes are in the result of ``x[key]``, for an ``x`` of `ndim` axes."""
    if not any(map(_is_array, key)):
        return _Place(0, 0, False)
    taken = sum(_consumed(part) for part in key)
    advanced = [i for i, part in enumerate(key) if _is_array(part) or type(part) is int]
    apart = advanced != list(range(advanced[0], advanced[-1] + 1))
    before = sum(ndim - taken if part is Ellipsis else 1 for part in key[: advanced[0]])
    return _Place(0 if apart else before, max(_ndim(key[i]) for i in advanced), apart)


def _consumed(part: Any) -> int:
    if part is None or part is Ellipsis or isinstance(part, bool):
        return 0
    shape = getattr(part, "shape", ())
    return len(shape) if shape and "bool" in str(part.dtype) else 1


def _require_whole_numbers(key: Key) -> None:
    for part in key:
        if isinstance(part, BatchedArray) and part.mapped and "bool" in str(part.dtype):
            raise no_value("indexing by a mask, whose result depends on the values,")


def _numbers(batch: BatchNamespace, ndim: int) -> Any:
    """The examples' numbers, to stand beside index arrays of `ndim` axes."""
    xp = batch.__inner__
    numbers = xp.arange(0, batch.count, 1, dtype=xp.native_dtype("int64"), device=None)
    return xp.reshape(numbers, shape=(batch.count, *(1,) * ndim))


def _with_axes(batch: BatchNamespace, key: Key, ndim: int) -> Key:
    """The index with its arrays' data, those that vary with the examples along a first axis in front of all others'."""
    return tuple(batch.with_axes(part, ndim) if isinstance(part, BatchedArray) else part for part in key)


def _moved(xp: Any, x: Any, start: int, goal: int, count: int) -> Any:
    """`x` with `count` axes from `start` on moved to `goal`."""
    return xp.moveaxis(x, source=tuple(range(start, start + count)), destination=tuple(range(goal, goal + count)))
