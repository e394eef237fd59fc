"""Registration: types of a program's own as containers of pytrees."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import optree

from unigrad.dialects.jax.pytrees import NAMESPACE
from unigrad.errors import ShapeError

Class = TypeVar("Class", bound=type)


def register_pytree_node(
    nodetype: type, flatten_func: Callable[[Any], Any], unflatten_func: Callable[[Any, Any], Any], **_: Any
) -> None:
    """Make `nodetype` a container: taken apart into (children, data) and made of (data, children)."""
    try:
        optree.register_pytree_node(nodetype, flatten_func, unflatten_func, namespace=NAMESPACE)
    except ValueError as error:
        raise ShapeError(f"Duplicate custom PyTreeDef type registration for {nodetype}") from error


def register_pytree_node_class(cls: Class) -> Class:
    """Make a class with ``tree_flatten`` and ``tree_unflatten`` a container; a decorator."""
    register_pytree_node(cls, lambda x: x.tree_flatten(), cls.tree_unflatten)  # type: ignore[attr-defined]
    return cls


def register_dataclass(nodetype: Class, data_fields: Any = None, meta_fields: Any = (), drop_fields: Any = ()) -> Class:
    """Make a dataclass a container of its `data_fields`, all that are not in `meta_fields` unless given."""
    given = [each for each in getattr(nodetype, "__dataclass_fields__", {}) if each not in tuple(drop_fields)]
    fixed = tuple(meta_fields)
    parts = tuple(each for each in given if each not in fixed) if data_fields is None else tuple(data_fields)

    def flatten(x: Any) -> tuple[Any, Any]:
        return tuple(getattr(x, each) for each in parts), tuple(getattr(x, each) for each in fixed)

    def unflatten(data: Any, children: Any) -> Any:
        return nodetype(**dict(zip(parts, children, strict=True)), **dict(zip(fixed, data, strict=True)))

    register_pytree_node(nodetype, flatten, unflatten)
    return nodetype


def register_static(cls: Class) -> Class:
    """Make a class a container without leaves; a decorator."""
    register_pytree_node(cls, lambda x: ((), x), lambda data, _: data)
    return cls
