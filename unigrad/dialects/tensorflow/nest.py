"""tf.nest: structures of tuples, lists and dictionaries, taken apart and put together."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import optree

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow.shape import TensorShape

__all__ = ["assert_same_structure", "flatten", "is_nested", "map_structure", "pack_sequence_as"]


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The parts of `structure` in order, dictionaries by their sorted keys; None is a part."""
    if not is_nested(structure):
        return [structure]
    if type(structure) is list and not any(map(is_nested, structure)):  # the usual case
        return structure[:]
    return optree.tree_leaves(structure, none_is_leaf=True)


def is_nested(structure: Any) -> bool:
    """Whether `structure` is a tuple, a list or a dictionary."""
    return isinstance(structure, (tuple, list, dict)) and not isinstance(structure, TensorShape)


def pack_sequence_as(structure: Any, flat_sequence: Any, expand_composites: bool = False) -> Any:
    """The parts `flat_sequence` in the structure of `structure`. Raises ValueError where their number does not fit."""
    parts = list(flat_sequence)
    if not is_nested(structure):
        if len(parts) != 1:
            raise ValueError(f"the structure is one value, and flat_sequence has {len(parts)}")
        return parts[0]
    if type(structure) is list and len(structure) == len(parts) and not any(map(is_nested, structure)):
        return parts
    return optree.tree_unflatten(optree.tree_structure(structure, none_is_leaf=True), parts)


def map_structure(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """``func`` on the parts at each place of the structures, which must be alike; the results in their structure."""
    first, *others = structure
    if not is_nested(first):
        return func(*structure)
    return optree.tree_map(func, first, *others, none_is_leaf=True)


def assert_same_structure(nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False) -> None:
    """Raise ValueError unless the two structures are alike."""
    if is_nested(nest1) != is_nested(nest2):
        raise ValueError("the two structures differ: one is a single value")
    if not is_nested(nest1):
        return
    one, two = (optree.tree_structure(each, none_is_leaf=True) for each in (nest1, nest2))
    if one != two:
        raise ValueError(f"the two structures differ: {one} and {two}")


__getattr__ = absent("tensorflow.nest", lambda: __all__)
