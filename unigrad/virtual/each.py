"""One by one: a function that cannot be computed for all examples of a level at once, run for each of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

import optree

from unigrad import primitives
from unigrad.conversion import constant, namespace_of
from unigrad.graph import Tensor
from unigrad.virtual.batch import BatchedArray, BatchLevel
from unigrad.virtual.crossing import enter, leave
from unigrad.virtual.levels import VirtualArray


def depends_on(x: Any, level: BatchLevel) -> bool:
    """Whether `x` is a Tensor that differs from example to example of `level`."""
    return isinstance(x, Tensor) and any(found is level for found in _levels(x))


def youngest_level(values: Iterable[Any]) -> BatchLevel | None:
    """The youngest level of examples that some of the Tensors among `values` differ at; None where there is none."""
    found = [level for x in values if isinstance(x, Tensor) for level in _levels(x)]
    return max(found, key=lambda level: level.id, default=None)


def _levels(x: Tensor) -> Iterable[BatchLevel]:
    raw: Any = x.raw
    while isinstance(raw, VirtualArray):
        if isinstance(raw, BatchedArray) and raw.mapped:
            yield raw.xp.level
        raw = raw.data


def one_by_one(f: Callable[..., Any], *args: Any) -> Any:
    """``f(*args)``, arrays in any containers, with `f` run for each example of every level that `args` differ at; recorded.

    The results of all examples have one structure and one shape each.
    """
    given: Any = args
    leaves, structure = optree.tree_flatten(given)
    level = youngest_level(leaves)
    if level is None:
        return f(*args)
    mapped = [depends_on(leaf, level) for leaf in leaves]
    outside = [leave(leaf, level) if own else leaf for leaf, own in zip(leaves, mapped, strict=True)]
    results = []
    for place in range(level.count):
        example = [leaf[place] if own else leaf for leaf, own in zip(outside, mapped, strict=True)]
        found, shape = optree.tree_flatten(one_by_one(f, *optree.tree_unflatten(structure, example)))
        results.append([x if isinstance(x, Tensor) else constant(x, namespace_of((x,))) for x in found])
    stacked = [enter(primitives.stack(list(parts), axis=0), level) for parts in zip(*results, strict=True)]
    return optree.tree_unflatten(shape, stacked)
