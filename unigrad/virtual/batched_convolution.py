"""Batching rules for sliding windows: examples as further arrays, or, where the weights differ too, as groups of channels."""

from __future__ import annotations

from typing import Any

from unigrad.virtual.batch import BatchNamespace, bare, some_mapped
from unigrad.virtual.examples import by_example

Options = dict[str, Any]
Operands = tuple[Any, ...]


def folded(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    """Of a function whose first axis counts independent arrays: the examples are more of them."""
    x, *others = operands
    if not x.mapped or some_mapped(others):
        return by_example(batch, name, operands, options)
    xp = batch.__inner__
    n = x.shape[0]
    folded = xp.reshape(x.data, shape=(batch.count * n, *x.shape[1:]))
    out = getattr(xp, name)(folded, *bare(others), **options)
    return batch.mapped(xp.reshape(out, shape=(batch.count, n, *out.shape[1:])))


def convolved(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    """Of a convolution or one of its adjoints."""
    if name != "conv_weight" and not operands[1].mapped:
        return folded(batch, name, operands, options)
    x, other = (batch.spread(each) for each in operands)
    other = _beside(batch, other) if name == "conv_weight" else _in_a_row(batch, other)
    groups = batch.count * options.get("groups", 1)
    out = getattr(batch.__inner__, name)(_beside(batch, x), other, **{**options, "groups": groups})
    return batch.mapped(_apart(batch, out, 0 if name == "conv_weight" else 1))


def _beside(batch: BatchNamespace, x: Any) -> Any:
    """(examples, N, C, *S) as (N, examples * C, *S)."""
    _, n, channels, *rest = x.shape
    moved = batch.__inner__.moveaxis(x, source=0, destination=1)
    return batch.__inner__.reshape(moved, shape=(n, batch.count * channels, *rest))


def _in_a_row(batch: BatchNamespace, weight: Any) -> Any:
    """(examples, O, C, *S) as (examples * O, C, *S)."""
    _, rows, *rest = weight.shape
    return batch.__inner__.reshape(weight, shape=(batch.count * rows, *rest))


def _apart(batch: BatchNamespace, out: Any, axis: int) -> Any:
    """An array with the examples first, given one with all examples' channels along `axis`."""
    xp, shape = batch.__inner__, tuple(out.shape)
    split = xp.reshape(out, shape=(*shape[:axis], batch.count, shape[axis] // batch.count, *shape[axis + 1 :]))
    return xp.moveaxis(split, source=axis, destination=0) if axis else split
