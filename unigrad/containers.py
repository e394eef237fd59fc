"""Containers of Tensors: which types the transforms look into, besides tuples, lists, dictionaries and their kin.

The transforms take containers apart by optree; what is registered here is known to all of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final, TypeVar

import optree

from unigrad.errors import ArgumentError

T = TypeVar("T")
_EVERYWHERE: Final = getattr(optree.registry, "__GLOBAL_NAMESPACE")


def register_container(
    kind: type[T],
    flatten: Callable[[T], tuple[Iterable[Any], Any]],
    unflatten: Callable[[Any, Iterable[Any]], T],
) -> None:
    """Make `kind` a container that every transform looks into.

    ``flatten(value)`` gives ``(parts, rest)``: the parts that hold Tensors, and all else, which has to be hashable and equal
    where two containers have one structure. ``unflatten(rest, parts)`` puts one together. Raises `ArgumentError` for what is
    no class, or is registered already.
    """
    if not isinstance(kind, type):
        raise ArgumentError(f"register_container needs a class, not a '{type(kind).__name__}'")
    try:
        optree.register_pytree_node(kind, flatten, unflatten, namespace=_EVERYWHERE)  # type: ignore[arg-type]
    except ValueError as error:
        raise ArgumentError(f"the class '{kind.__name__}' is registered as a container already") from error
