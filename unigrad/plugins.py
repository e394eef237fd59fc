"""The plugins: which backends are registered, by whom, and what became of those that did not load.

Discovery happens when a backend is first asked for, never at import. Each entry point of the group ``unigrad`` is
loaded under a guard, so that a broken plugin is a `PluginWarning` that names it, and the others load. The environment
variable ``UNIGRAD_DISABLED_PLUGINS`` (names separated by commas) skips some.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import pluggy

from unigrad import hookspecs
from unigrad.backend import Backend
from unigrad.errors import BackendUnavailable, PluginConflict, PluginWarning, UnknownBackend, UnknownHook

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = ["backend", "backend_of_type", "backends", "failures", "forget", "origin"]

GROUP = "unigrad"
DISABLED = "UNIGRAD_DISABLED_PLUGINS"


@dataclass
class _Registry:
    """What one discovery found: declarations by backend, failures by entry point, owners of array types."""

    declared: dict[str, list[tuple[Backend, str]]] = field(default_factory=dict)
    failed: dict[str, tuple[str, Exception]] = field(default_factory=dict)
    unknown_hook: str | None = None
    usable: dict[str, Backend] = field(default_factory=dict)
    owners: dict[str, Backend] = field(default_factory=dict)
    types: dict[type, Backend | None] = field(default_factory=dict)


_lock = threading.RLock()
_found: _Registry | None = None
#: Every backend that was ever declared, so that one found again is the same object, with the same kernels.
_made: dict[tuple[str, str], Backend] = {}


def backend(name: str) -> Backend:
    """The backend of this name.

    Raises `UnknownBackend`, `PluginConflict`, or `BackendUnavailable` where its plugin did not load.
    """
    registry = _registry()
    if (found := registry.usable.get(name)) is not None:
        return found
    if name in registry.declared:
        raise PluginConflict(_conflict(name, registry))
    if name in registry.failed:
        where, error = registry.failed[name]
        message = f"the plugin of backend {name!r}, {where}, did not load: {type(error).__name__}: {error}"
        raise BackendUnavailable(message, name=name) from error
    raise UnknownBackend(_unknown(name, registry))


def backends() -> dict[str, Backend]:
    """Every backend that is registered under a name of its own, in the order of the entry points."""
    return dict(_registry().usable)


def backend_of_type(kind: type) -> Backend | None:
    """The backend whose arrays are of this type, or `None`; imports nothing."""
    registry = _registry()
    try:
        return registry.types[kind]
    except KeyError:
        owners = (registry.owners.get(base.__module__.partition(".")[0]) for base in kind.__mro__)
        found = registry.types[kind] = next((owner for owner in owners if owner is not None), None)
        return found


def origin(name: str) -> str:
    """Where the backend is registered: ``"unigrad 0.1.0 (unigrad_torch)"``."""
    backend(name)
    return _registry().declared[name][0][1]


def failures() -> dict[str, Exception]:
    """The plugins that did not load, by the name of their entry point, and names that two plugins declare."""
    registry = _registry()
    failed = {name: error for name, (_, error) in registry.failed.items()}
    conflicting = registry.declared.keys() - registry.usable.keys()
    return failed | {name: PluginConflict(_conflict(name, registry)) for name in sorted(conflicting)}


def forget() -> None:
    """Discover anew at the next question: for a program that has installed a plugin while it runs."""
    global _found
    with _lock:
        _found = None


def _registry() -> _Registry:
    global _found
    found = _found
    if found is None:
        with _lock:
            found = _found = _found or _discover()
    if found.unknown_hook is not None:
        raise UnknownHook(found.unknown_hook)
    return found


def _discover() -> _Registry:
    registry = _Registry()
    manager = pluggy.PluginManager(GROUP)
    manager.add_hookspecs(hookspecs)
    points: dict[str, EntryPoint] = {}
    for point in _enabled():
        try:
            plugin = point.load()
            if not manager.is_registered(plugin):
                # By its place, not by its name alone: two plugins of one name are to be reported, not dropped.
                points[manager.register(plugin, name=_place(point)) or ""] = point
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything; it must not take the others along
            _fail(registry, point, error)
    for key, point in points.items():
        _declare(registry, manager, key, point)
    _own(registry)
    return registry


def _declare(registry: _Registry, manager: pluggy.PluginManager, key: str, point: EntryPoint) -> None:
    """Ask one plugin for its backend, and look for hooks that do not exist."""
    plugin = manager.get_plugin(key)
    known = {impl.plugin_name: impl.function for impl in manager.hook.unigrad_backend.get_hookimpls()}
    for name in dir(plugin):
        if manager.parse_hookimpl_opts(plugin, name) is not None and name != hookspecs.unigrad_backend.__name__:
            registry.unknown_hook = (
                f"the plugin {point.name!r}, {_place(point)}, implements a hook {name!r}, which does not exist; "
                f"known: 'unigrad_backend'; rename it, or set {DISABLED}={point.name} to do without the plugin"
            )
    if key not in known:
        return
    try:
        found = known[key]()
        if not isinstance(found, Backend):
            raise TypeError(f"'unigrad_backend' is to return a unigrad.backend.Backend, not {type(found).__name__!r}")
    except Exception as error:  # noqa: BLE001 - as above
        _fail(registry, point, error)
    else:
        found = _made.setdefault((_place(point), found.name), found)
        registry.declared.setdefault(found.name, []).append((found, _place(point)))


def _own(registry: _Registry) -> None:
    for name, declarations in registry.declared.items():
        if len(declarations) == 1:
            found = registry.usable[name] = declarations[0][0]
            for module in found.owns:
                registry.owners.setdefault(module, found)


def _enabled() -> Iterator[EntryPoint]:
    disabled = _disabled()
    from importlib.metadata import entry_points  # slow to import, and `import unigrad` does not need it

    return (point for point in entry_points(group=GROUP) if point.name not in disabled)


def _disabled() -> frozenset[str]:
    return frozenset(name.strip() for name in os.environ.get(DISABLED, "").split(","))


def _fail(registry: _Registry, point: EntryPoint, error: Exception) -> None:
    registry.failed[point.name] = (_place(point), error)
    reason = f"{type(error).__name__}: {error}"
    message = f"the plugin {point.name!r}, {_place(point)}, did not load and is left out: {reason}"
    warnings.warn(message, PluginWarning, stacklevel=2)


def _place(point: EntryPoint) -> str:
    dist = f"{point.dist.name} {point.dist.version}" if point.dist else "unknown distribution"
    return f"{dist} ({point.value})"


def _conflict(name: str, registry: _Registry) -> str:
    places = " and ".join(place for _, place in registry.declared[name])
    return f"two plugins declare a backend {name!r}: {places}; uninstall one of them"


def _unknown(name: str, registry: _Registry) -> str:
    if name in _disabled():
        return f"no backend named {name!r}; it is disabled by {DISABLED}={os.environ[DISABLED]}"
    if not registry.usable:
        return f"no backend named {name!r}; none is registered: install unigrad with pip, which registers them"
    return f"no backend named {name!r}; known: {', '.join(registry.usable)}"
