"""The hooks of unigrad: what a plugin implements, and the two markers that it is written with.

A plugin is one importable module or package, named by an entry point in the group ``unigrad``::

    [project.entry-points.unigrad]
    strict = "unigrad_strict"

It marks its functions with `hookimpl`. A plugin is loaded when a backend is first asked for; so it must not import its
array library itself, only name it (see `unigrad.backend.Backend`).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import pluggy

if TYPE_CHECKING:
    from unigrad.backend import Backend

__all__ = ["hookimpl", "hookspec", "unigrad_backend"]

hookspec = pluggy.HookspecMarker("unigrad")
hookimpl = pluggy.HookimplMarker("unigrad")


@hookspec
def unigrad_backend() -> Backend:  # type: ignore[empty-body]
    """The backend that this plugin declares."""
