"""Tree paths: where in a tree each leaf stands, as the keys that lead to it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import optree

from unigrad.dialects.jax.pytrees import NAMESPACE, Leaf, PyTreeDef, _stops, tree_flatten


@dataclass(frozen=True)
class DictKey:
    """An entry of a dictionary."""

    key: Any

    def __str__(self) -> str:
        return f"[{self.key!r}]"


@dataclass(frozen=True)
class SequenceKey:
    """An entry of a list or a tuple."""

    idx: int

    def __str__(self) -> str:
        return f"[{self.idx!r}]"


@dataclass(frozen=True)
class GetAttrKey:
    """A field of a named tuple or a class."""

    name: str

    def __str__(self) -> str:
        return f".{self.name}"


@dataclass(frozen=True)
class FlattenedIndexKey:
    """A part of a registered class."""

    key: Any

    def __str__(self) -> str:
        return f"[<flat index {self.key}>]"


def _key(entry: Any) -> Any:
    if isinstance(entry, optree.GetAttrEntry):
        return GetAttrKey(entry.entry)
    if isinstance(entry, optree.MappingEntry):
        return DictKey(entry.entry)
    if isinstance(entry, optree.NamedTupleEntry):
        return GetAttrKey(entry.field)
    return SequenceKey(entry.entry) if isinstance(entry, optree.SequenceEntry) else FlattenedIndexKey(entry.entry)


def tree_flatten_with_path(tree: Any, is_leaf: Leaf = None) -> tuple[list[tuple[Any, Any]], PyTreeDef]:
    """The leaves of `tree`, each with its path, and the structure."""
    leaves, structure = tree_flatten(tree, is_leaf)
    accessors = optree.tree_accessors(tree, is_leaf=_stops(is_leaf), namespace=NAMESPACE)
    paths = [tuple(map(_key, accessor)) for accessor in accessors]
    return list(zip(paths, leaves, strict=True)), structure


def tree_leaves_with_path(tree: Any, is_leaf: Leaf = None) -> list[tuple[Any, Any]]:
    """The leaves of `tree`, each with its path."""
    return tree_flatten_with_path(tree, is_leaf)[0]


def tree_map_with_path(f: Callable[..., Any], tree: Any, *rest: Any, is_leaf: Leaf = None) -> Any:
    """`f` of every leaf's path and the leaf, and of what stands there in the other trees."""
    pairs, structure = tree_flatten_with_path(tree, is_leaf)
    others = [structure.flatten_up_to(each) for each in rest]
    return structure.unflatten(f(*pair, *more) for pair, *more in zip(pairs, *others, strict=True))


def keystr(keys: Any, *, simple: bool = False, separator: str = "") -> str:
    """A path as text."""
    if not simple:
        return separator.join(map(str, keys))
    return separator.join(str(getattr(key, "key", getattr(key, "idx", getattr(key, "name", key)))) for key in keys)
