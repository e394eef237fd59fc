"""The hooks of unigrad: what a plugin implements, and the two markers that it is written with.

A plugin is one importable module or package, named by an entry point in the group ``unigrad``::

    [project.entry-points.unigrad]
    strict = "unigrad_strict"

It marks its functions with `hookimpl`, and implements as many of the hooks as it has a use for. A plugin is loaded when a
backend is first asked for; so it must not import an array library itself, nor the modules of its primitives and kernels:
it names them, and they are imported when they are needed.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from unigrad.backend import Backend

__all__ = [
    "hookimpl",
    "hookspec",
    "unigrad_backend",
    "unigrad_kernels",
    "unigrad_oracles",
    "unigrad_primitives",
]

hookspec = pluggy.HookspecMarker("unigrad")
hookimpl = pluggy.HookimplMarker("unigrad")


@hookspec
def unigrad_backend() -> Backend:  # type: ignore[empty-body]
    """The backend that this plugin declares."""


@hookspec
def unigrad_primitives() -> str:  # type: ignore[empty-body]
    """The module whose import registers this plugin's cards, by its dotted name."""


@hookspec
def unigrad_kernels() -> Mapping[str, str]:  # type: ignore[empty-body]
    """Modules of kernels by the name of the backend that they are for, or under ``"fallbacks"`` one for all backends.

    The ``__all__`` of such a module has the names of its kernels. A kernel takes the arguments of the primitive of its
    name and comes before any other; a fallback takes the namespace ``xp`` first, and is for the backends that have no
    function of its name.
    """


@hookspec
def unigrad_oracles() -> str:  # type: ignore[empty-body]
    """The module that says in NumPy what this plugin's primitives are, for the conformance suite to compare with.

    Its ``__all__`` has their names. An oracle takes the primitive's arguments, as NumPy arrays.
    """
