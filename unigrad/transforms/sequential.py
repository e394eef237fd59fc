"""sequential_vmap: a function that is computed example by example where it is mapped."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import optree

from unigrad import primitives
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor
from unigrad.transforms.batching import as_example, innermost_map, over_examples
from unigrad.transforms.differentiation import tensor_of
from unigrad.virtual.batch import BatchLevel
from unigrad.virtual.crossing import leave
from unigrad.virtual.each import depends_on


def sequential_vmap(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, which under `vmap` is called once for each example, with the values of that one; JAX's name.

    It is for functions that read values, call outside code or choose by values; derivatives pass through. Every call has to
    give results of one structure, shapes and dtypes; `ArgumentError` where a structure differs. Elsewhere it is `f`.
    """

    @functools.wraps(f)
    def one_by_one(*args: Any, **kwargs: Any) -> Any:
        arguments: Any = (args, kwargs)
        leaves, structure = optree.tree_flatten(arguments)
        level = innermost_map(leaves)
        if level is None:
            return f(*args, **kwargs)

        def run(mapped: list[bool], arrays: list[Any]) -> list[Any]:
            made = []
            for k in range(level.count):
                of_one = [x[k] if there else x for x, there in zip(arrays, mapped, strict=True)]
                given: Any = optree.tree_unflatten(structure, of_one)
                made.append(one_by_one(*given[0], **given[1]))
            return made

        return _joined(over_examples(level, leaves, run), level)

    return one_by_one


def _joined(made: list[Any], level: BatchLevel) -> Any:
    flat = [optree.tree_flatten(each) for each in made]
    structure = flat[0][1]
    for _, other in flat:
        if other != structure:
            raise ArgumentError(f"sequential_vmap got results of two structures, {structure} and {other}")
    columns = zip(*(leaves for leaves, _ in flat), strict=True)
    joined = [
        as_example(primitives.stack([_of(k, x, level) for k, x in enumerate(column)]), level) for column in columns
    ]
    return optree.tree_unflatten(structure, joined)


def _of(k: int, x: Any, level: BatchLevel) -> Tensor:
    """A result for example `k`: where the function has mapped arrays from elsewhere, it gave one for each."""
    return leave(x, level)[k] if depends_on(x, level) else tensor_of(x)
