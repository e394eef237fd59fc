"""``jax.debug``: printing and calling from within functions, which run as they are here."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.jax.arrays import Array
from unigrad.dialects.jax.notes import MISSING
from unigrad.dialects.jax.pytrees import tree_map as _tree_map
from unigrad.recording import pause

__all__ = ["breakpoint", "callback", "print"]


def print(fmt: str, *args: Any, ordered: bool = False, **kwargs: Any) -> None:
    """Print values, placed in `fmt` as ``str.format`` does."""
    given = _tree_map(_shown, args)
    builtins.print(fmt.format(*given, **_tree_map(_shown, kwargs)))


def callback(callback: Callable[..., Any], *args: Any, ordered: bool = False, **kwargs: Any) -> None:
    """Call a function with the values as NumPy arrays, for what it does."""
    with pause():
        callback(*_tree_map(_values, args), **_tree_map(_values, kwargs))


def breakpoint() -> None:
    """Python's own debugger."""
    builtins.breakpoint()


def _shown(leaf: Any) -> Any:
    return leaf.detach() if isinstance(leaf, Array) else leaf


def _values(leaf: Any) -> Any:
    return leaf.numpy() if isinstance(leaf, Array) else leaf


__getattr__ = absent("jax.debug", lambda: __all__, MISSING)
