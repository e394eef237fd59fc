"""``jax.tree_util``: functions of pytrees by their long names, and the registration of containers."""

import functools as _functools

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.jax.notes import MISSING as _MISSING
from unigrad.dialects.jax.pytrees import (
    PyTreeDef,
    all_leaves,
    tree_all,
    tree_broadcast,
    tree_flatten,
    tree_leaves,
    tree_map,
    tree_reduce,
    tree_structure,
    tree_transpose,
    tree_unflatten,
    treedef_children,
    treedef_is_leaf,
    treedef_tuple,
)
from unigrad.dialects.jax.registration import (
    register_dataclass,
    register_pytree_node,
    register_pytree_node_class,
    register_static,
)
from unigrad.dialects.jax.treepaths import (
    DictKey,
    FlattenedIndexKey,
    GetAttrKey,
    SequenceKey,
    keystr,
    tree_flatten_with_path,
    tree_leaves_with_path,
    tree_map_with_path,
)

__all__ = [
    "DictKey",
    "FlattenedIndexKey",
    "GetAttrKey",
    "Partial",
    "PyTreeDef",
    "SequenceKey",
    "all_leaves",
    "keystr",
    "register_dataclass",
    "register_pytree_node",
    "register_pytree_node_class",
    "register_static",
    "tree_all",
    "tree_broadcast",
    "tree_flatten",
    "tree_flatten_with_path",
    "tree_leaves",
    "tree_leaves_with_path",
    "tree_map",
    "tree_map_with_path",
    "tree_reduce",
    "tree_structure",
    "tree_transpose",
    "tree_unflatten",
    "treedef_children",
    "treedef_is_leaf",
    "treedef_tuple",
]


class Partial(_functools.partial):  # type: ignore[type-arg]
    """A function with some arguments given, which are leaves of the tree that it is."""


register_pytree_node(
    Partial, lambda x: ((x.args, x.keywords), x.func), lambda func, parts: Partial(func, *parts[0], **parts[1])
)

__getattr__ = _absent("jax.tree_util", lambda: __all__, _MISSING)
