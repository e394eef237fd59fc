"""Pytrees: nested containers taken apart into leaves and put together again, by optree, with JAX's rules.

None is no leaf but an empty container, dictionaries are in the order of their sorted keys, a deque is a leaf. Types that a
program registers are known to the dialect alone.
"""

from __future__ import annotations

import functools
from collections import OrderedDict, defaultdict, deque
from collections.abc import Callable, Iterable
from typing import Any, Final

import optree

from unigrad import Tensor
from unigrad.errors import ShapeError

NAMESPACE: Final = "unigrad.dialects.jax"
Leaf = Callable[[Any], bool] | None
_MISSING: Final = object()


class PyTreeDef:
    """The structure of a tree without its leaves."""

    __slots__ = ("spec",)

    def __init__(self, spec: Any) -> None:
        self.spec = spec

    @property
    def num_leaves(self) -> int:
        """The number of leaves."""
        return int(self.spec.num_leaves)

    @property
    def num_nodes(self) -> int:
        """The number of leaves and containers."""
        return int(self.spec.num_nodes)

    def children(self) -> list[PyTreeDef]:
        """The structures of the parts."""
        return [PyTreeDef(each) for each in self.spec.children()]

    def unflatten(self, leaves: Iterable[Any]) -> Any:
        """The tree of this structure with these leaves; raises `ShapeError` for another number of them."""
        given = list(leaves)
        if self is LEAF and len(given) == 1:
            return given[0]
        if len(given) != self.num_leaves:
            word = "few" if len(given) < self.num_leaves else "many"
            raise ShapeError(f"Too {word} leaves for PyTreeDef; expected {self.num_leaves}, got {len(given)}")
        return optree.tree_unflatten(self.spec, given)

    def flatten_up_to(self, tree: Any) -> list[Any]:
        """The parts of `tree` that stand where this structure has leaves; raises `ShapeError` where it differs above them."""
        try:
            return list(self.spec.flatten_up_to(tree))
        except (ValueError, TypeError) as error:
            raise ShapeError(f"pytree structure error: {error}") from error

    def __eq__(self, other: object) -> bool:
        return isinstance(other, PyTreeDef) and bool(self.spec == other.spec)

    def __hash__(self) -> int:
        return hash(self.spec)

    def __repr__(self) -> str:
        return f"PyTreeDef({_shown(self.spec)})"


LEAF: Final = PyTreeDef(optree.treespec_leaf())
"""The structure of an array by itself."""


def _shown(spec: Any) -> str:
    if spec.is_leaf():
        return "*"
    kind, parts = spec.type, [_shown(each) for each in spec.children()]
    if kind is type(None):
        return "None"
    listed = ", ".join(parts)
    if kind is list:
        return f"[{listed}]"
    if kind is tuple:
        return f"({listed},)" if len(parts) == 1 else f"({listed})"
    if kind is dict:
        return "{" + ", ".join(f"{key!r}: {part}" for key, part in zip(spec.entries(), parts, strict=True)) + "}"
    if kind in (OrderedDict, defaultdict):
        return f"CustomNode({kind.__name__}[{tuple(spec.entries())}], [{listed}])"
    if issubclass(kind, tuple):
        return f"CustomNode(namedtuple[{kind.__name__}], [{listed}])"
    return f"CustomNode({kind.__name__}, [{listed}])"


def _stops(is_leaf: Leaf) -> Callable[[Any], bool]:
    if is_leaf is None:
        return lambda x: type(x) is deque
    return lambda x: type(x) is deque or bool(is_leaf(x))


def tree_flatten(tree: Any, is_leaf: Leaf = None) -> tuple[list[Any], PyTreeDef]:
    """The leaves of `tree`, and its structure."""
    if is_leaf is None and isinstance(tree, Tensor):  # the usual case
        return [tree], LEAF
    leaves, spec = optree.tree_flatten(_ordered(tree), is_leaf=_stops(is_leaf), namespace=NAMESPACE)
    return leaves, PyTreeDef(spec)


def _ordered(tree: Any) -> Any:
    """`tree` with its dictionaries in the order of their keys, in which they are put together again."""
    kind = type(tree)
    if kind is dict:
        try:
            return {key: _ordered(tree[key]) for key in sorted(tree)}
        except TypeError:  # keys of several types: optree has an order for them
            return {key: _ordered(value) for key, value in tree.items()}
    if kind is list or kind is tuple:
        return kind(map(_ordered, tree))
    return kind(*map(_ordered, tree)) if isinstance(tree, tuple) and hasattr(tree, "_fields") else tree


def tree_unflatten(treedef: PyTreeDef, leaves: Iterable[Any]) -> Any:
    """The tree of this structure with these leaves."""
    return treedef.unflatten(leaves)


def tree_leaves(tree: Any, is_leaf: Leaf = None) -> list[Any]:
    """The leaves of `tree`."""
    return tree_flatten(tree, is_leaf)[0]


def tree_structure(tree: Any, is_leaf: Leaf = None) -> PyTreeDef:
    """The structure of `tree`."""
    return tree_flatten(tree, is_leaf)[1]


def tree_map(f: Callable[..., Any], tree: Any, *rest: Any, is_leaf: Leaf = None) -> Any:
    """`f` of every leaf, and of what stands in its place in the other trees, in a tree of the same structure."""
    leaves, structure = tree_flatten(tree, is_leaf)
    others = [structure.flatten_up_to(each) for each in rest]
    return structure.unflatten(f(*each) for each in zip(leaves, *others, strict=True))


def tree_reduce(
    function: Callable[[Any, Any], Any], tree: Any, initializer: Any = _MISSING, is_leaf: Leaf = None
) -> Any:
    """`function` of the leaves taken together, from the first to the last."""
    leaves = tree_leaves(tree, is_leaf)
    return (
        functools.reduce(function, leaves)
        if initializer is _MISSING
        else functools.reduce(function, leaves, initializer)
    )


def tree_all(tree: Any, *, is_leaf: Leaf = None) -> bool:
    """Whether every leaf holds."""
    return all(tree_leaves(tree, is_leaf))


def tree_transpose(outer_treedef: PyTreeDef, inner_treedef: PyTreeDef | None, pytree_to_transpose: Any) -> Any:
    """A tree of trees turned inside out: the inner structure outside."""
    parts = outer_treedef.flatten_up_to(pytree_to_transpose)
    inner = inner_treedef or tree_structure(parts[0])
    rows = [inner.flatten_up_to(each) for each in parts]
    return inner.unflatten(outer_treedef.unflatten(column) for column in zip(*rows, strict=True))


def tree_broadcast(prefix_tree: Any, full_tree: Any, is_leaf: Leaf = None) -> Any:
    """`full_tree` with each leaf of `prefix_tree` in the place of all leaves below it."""
    leaves, structure = tree_flatten(prefix_tree, is_leaf)
    parts = structure.flatten_up_to(full_tree)
    filled = [tree_map(functools.partial(_instead, leaf), part) for leaf, part in zip(leaves, parts, strict=True)]
    return structure.unflatten(filled)


def _instead(value: Any, _: Any) -> Any:
    return value


def all_leaves(iterable: Iterable[Any], is_leaf: Leaf = None) -> bool:
    """Whether none of the values is a container."""
    return all(tree_structure(each, is_leaf).spec.is_leaf() for each in iterable)


def treedef_is_leaf(treedef: PyTreeDef) -> bool:
    """Whether the structure is that of a leaf."""
    return bool(treedef.spec.is_leaf())


def treedef_children(treedef: PyTreeDef) -> list[PyTreeDef]:
    """The structures of the parts."""
    return treedef.children()


def treedef_tuple(treedefs: Iterable[PyTreeDef]) -> PyTreeDef:
    """The structure of a tuple of trees of these structures."""
    return tree_structure(tuple(each.unflatten(range(each.num_leaves)) for each in treedefs))
