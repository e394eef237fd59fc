"""Collectives: what a function of one example may ask of all examples that vmap computes with it, by the name of their axis.

All examples are there at once, so that an answer is an array outside the map, which each example shares; it is recorded, and
cotangents flow from every example to every other.
"""

from __future__ import annotations

import math
from typing import Any

import optree

from unigrad import primitives
from unigrad.conversion import NUMBERS
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor
from unigrad.transforms.differentiation import tensor_of
from unigrad.virtual.axes import named_axes
from unigrad.virtual.batch import BatchLevel
from unigrad.virtual.crossing import enter, leave, summed

Name = Any
"""What an axis of examples is called: a string, or anything else that can be hashed; for several a tuple."""


def axis_size(axis_name: Name) -> int:
    """The number of examples of the `vmap` with this ``axis_name``, of several the product. Raises `ArgumentError`."""
    return math.prod(level.count for level in levels_named(axis_name))


def axis_index(axis_name: Name) -> Tensor:
    """The place of each example among all of this name, int64 without axes. Raises `ArgumentError`."""
    (level,) = levels_named(axis_name, several=False)
    return enter(primitives.arange(level.count), level)


def all_gather(x: Any, axis_name: Name) -> Any:
    """The arrays of all examples along a new first axis, the same for each example; of each array of a container.

    Raises `ArgumentError` for a name that no `vmap` here has.
    """
    (level,) = levels_named(axis_name, several=False)
    gathered: Any = optree.tree_map(lambda leaf: leave(tensor_of(leaf), level), x)
    return gathered


def psum(x: Any, axis_name: Name) -> Any:
    """The sum over all examples, the same for each example; of each array of a container, over one axis or several.

    What does not differ from example to example is counted once for each of them. Raises `ArgumentError` as `all_gather`.
    """
    levels = levels_named(axis_name)

    def total(leaf: Any) -> Any:
        if type(leaf) in NUMBERS:
            return leaf * axis_size(axis_name)
        leaf = tensor_of(leaf)
        for level in levels:
            leaf = summed(leaf, level)
        return leaf

    found: Any = optree.tree_map(total, x)
    return found


def pmean(x: Any, axis_name: Name) -> Any:
    """The mean over all examples, as `psum` divided by `axis_size`."""
    found: Any = optree.tree_map(lambda total: total / axis_size(axis_name), psum(x, axis_name))
    return found


def levels_named(axis_name: Name, several: bool = True) -> list[BatchLevel]:
    """The levels of the maps with this name, or, for a tuple, with these; raises `ArgumentError`."""
    axes = named_axes()
    names = axis_name if several and isinstance(axis_name, tuple) and axis_name not in axes else (axis_name,)
    missing = [name for name in names if name not in axes]
    if missing:
        known = f"those here are {', '.join(map(repr, axes))}" if axes else "there is none here"
        raise ArgumentError(f"no vmap has axis_name={missing[0]!r}; {known}")
    return [axes[name] for name in names]
