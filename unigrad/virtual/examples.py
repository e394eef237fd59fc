"""The batching rule of last resort: example by example."""

from __future__ import annotations

from typing import Any

from unigrad.virtual.batch import BatchedArray, BatchNamespace


def by_example(batch: BatchNamespace, name: str, operands: tuple[Any, ...], options: dict[str, Any]) -> Any:
    """The results of the kernel for each example, stacked: for any function that gives arrays of one shape."""
    xp = batch.__inner__
    kernel = getattr(xp, name)
    results = [
        kernel(*_example(xp, operands, place), **{word: _example(xp, value, place) for word, value in options.items()})
        for place in range(batch.count)
    ]
    if results and isinstance(results[0], tuple):
        return tuple(batch.mapped(xp.stack(list(parts), axis=0)) for parts in zip(*results, strict=True))
    return batch.mapped(xp.stack(results, axis=0))


def _example(xp: Any, value: Any, place: int) -> Any:
    if isinstance(value, BatchedArray):
        return xp.getitem(value.data, key=(place,)) if value.mapped else value.data
    return type(value)(_example(xp, each, place) for each in value) if type(value) in (tuple, list) else value
