"""``jax.tree``: functions of pytrees by their short names."""

from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.jax.notes import MISSING as _MISSING
from unigrad.dialects.jax.pytrees import tree_all as all
from unigrad.dialects.jax.pytrees import tree_broadcast as broadcast
from unigrad.dialects.jax.pytrees import tree_flatten as flatten
from unigrad.dialects.jax.pytrees import tree_leaves as leaves
from unigrad.dialects.jax.pytrees import tree_map as map
from unigrad.dialects.jax.pytrees import tree_reduce as reduce
from unigrad.dialects.jax.pytrees import tree_structure as structure
from unigrad.dialects.jax.pytrees import tree_transpose as transpose
from unigrad.dialects.jax.pytrees import tree_unflatten as unflatten
from unigrad.dialects.jax.registration import register_static as static
from unigrad.dialects.jax.treepaths import tree_flatten_with_path as flatten_with_path
from unigrad.dialects.jax.treepaths import tree_leaves_with_path as leaves_with_path
from unigrad.dialects.jax.treepaths import tree_map_with_path as map_with_path

__all__ = [
    "all",
    "broadcast",
    "flatten",
    "flatten_with_path",
    "leaves",
    "leaves_with_path",
    "map",
    "map_with_path",
    "reduce",
    "static",
    "structure",
    "transpose",
    "unflatten",
]

__getattr__ = _absent("jax.tree", lambda: __all__, _MISSING)
