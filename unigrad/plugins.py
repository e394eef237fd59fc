"""The plugins: which backends, primitives and kernels are registered, by whom, and what became of those that did not load.

Discovery happens when a backend is first asked for, never at import. Each entry point of the group ``unigrad`` is
loaded under a guard, so that a broken plugin is a `PluginWarning` that names it, and the others load. The environment
variable ``UNIGRAD_DISABLED_PLUGINS`` (names separated by commas) skips some.
"""

from __future__ import annotations

import os
import threading
import warnings
from collections.abc import Callable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from functools import partial
from importlib import import_module
from typing import TYPE_CHECKING, Any, Final, NamedTuple

import pluggy

from unigrad import hookspecs
from unigrad.backend import Backend, Lent
from unigrad.errors import BackendUnavailable, PluginConflict, PluginWarning, UnknownBackend, UnknownHook

if TYPE_CHECKING:
    from importlib.metadata import EntryPoint

__all__ = [
    "backend",
    "backend_of_type",
    "backends",
    "failures",
    "forget",
    "load_primitives",
    "oracles",
    "origin",
]

GROUP = "unigrad"
DISABLED = "UNIGRAD_DISABLED_PLUGINS"
FALLBACKS: Final = "fallbacks"
"""What a plugin's module of fallbacks is listed under, where others have the name of a backend."""


class _Named(NamedTuple):
    """A module that a plugin names, to be imported when it is needed."""

    point: EntryPoint
    module: str


@dataclass
class _Registry:
    """What one discovery found: declarations by backend, failures by entry point, owners of array types."""

    declared: dict[str, list[tuple[Backend, str]]] = field(default_factory=dict)
    failed: dict[str, tuple[str, Exception]] = field(default_factory=dict)
    unknown_hook: str | None = None
    usable: dict[str, Backend] = field(default_factory=dict)
    owners: dict[str, Backend] = field(default_factory=dict)
    types: dict[type, Backend | None] = field(default_factory=dict)
    kernels: dict[str, list[_Named]] = field(default_factory=dict)
    primitives: list[_Named] = field(default_factory=list)
    oracles: list[_Named] = field(default_factory=list)


_lock = threading.RLock()
_found: _Registry | None = None
#: Every backend that was ever declared, so that one found again is the same object, with the same kernels.
_made: dict[tuple[str, str], Backend] = {}
#: The backends whose kernels are being collected here, which cannot be used meanwhile.
_lending: Final[ContextVar[frozenset[str]]] = ContextVar("unigrad lending", default=frozenset())


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


def load_primitives() -> None:
    """Import the modules that register the plugins' primitives; one that fails is a `PluginWarning` that names it."""
    waiting = _registry().primitives
    while waiting:
        named = waiting.pop(0)  # first, as the module may ask for primitives itself
        try:
            import_module(named.module)
        except Exception as error:  # noqa: BLE001 - a plugin may raise anything; it must not take the others along
            _warn(named, "primitives", error)


def oracles() -> dict[str, Callable[..., Any]]:
    """What the plugins' primitives are in NumPy, by name, for the conformance suite."""
    return _functions(_registry().oracles, "oracles")


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
            found = _found
            if found is None:
                found = _found = _discover()
                for each in found.usable.values():
                    each.lend(partial(_lent, found, each.name))
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
    """Ask one plugin what it has, and look for hooks that do not exist."""
    plugin = manager.get_plugin(key)
    for name in dir(plugin):
        if manager.parse_hookimpl_opts(plugin, name) is not None and name not in _ASKED:
            known = ", ".join(map(repr, _ASKED))
            registry.unknown_hook = (
                f"the plugin {point.name!r}, {_place(point)}, implements a hook {name!r}, which does not exist; "
                f"known: {known}; rename it, or set {DISABLED}={point.name} to do without the plugin"
            )
    for name, ask in _ASKED.items():
        for implemented in getattr(manager.hook, name).get_hookimpls():
            if implemented.plugin_name == key:
                try:
                    ask(registry, point, implemented.function())
                except Exception as error:  # noqa: BLE001 - as above
                    _fail(registry, point, error)


def _add_backend(registry: _Registry, point: EntryPoint, given: Any) -> None:
    if not isinstance(given, Backend):
        raise TypeError(f"'unigrad_backend' is to return a unigrad.backend.Backend, not {type(given).__name__!r}")
    found = _made.setdefault((_place(point), given.name), given)
    registry.declared.setdefault(found.name, []).append((found, _place(point)))


def _add_kernels(registry: _Registry, point: EntryPoint, given: Any) -> None:
    if not isinstance(given, Mapping):
        raise TypeError(f"'unigrad_kernels' is to return modules by backend, not {type(given).__name__!r}")
    for name, module in given.items():
        registry.kernels.setdefault(name, []).append(_Named(point, _dotted("unigrad_kernels", module)))


def _add_primitives(registry: _Registry, point: EntryPoint, given: Any) -> None:
    registry.primitives.append(_Named(point, _dotted("unigrad_primitives", given)))


def _add_oracles(registry: _Registry, point: EntryPoint, given: Any) -> None:
    registry.oracles.append(_Named(point, _dotted("unigrad_oracles", given)))


def _dotted(hook: str, given: Any) -> str:
    if not isinstance(given, str):
        raise TypeError(f"{hook!r} is to name a module, as 'package.module'; it gave {given!r}")
    return given


#: What becomes of the answer to each hook.
_ASKED: Final[Mapping[str, Callable[[_Registry, EntryPoint, Any], None]]] = {
    "unigrad_backend": _add_backend,
    "unigrad_kernels": _add_kernels,
    "unigrad_oracles": _add_oracles,
    "unigrad_primitives": _add_primitives,
}


def _lent(registry: _Registry, name: str) -> Lent:
    """What plugins lend to the backend `name`; their modules are imported."""
    if name in _lending.get():
        message = f"backend {name!r} is asked for while a module with kernels for it is imported"
        raise BackendUnavailable(message, name=name)
    token = _lending.set(_lending.get() | {name})
    try:
        kernels = _functions(registry.kernels.get(name, []), f"kernels for {name!r}")
        return Lent(kernels, _functions(registry.kernels.get(FALLBACKS, []), "fallbacks"))
    finally:
        _lending.reset(token)


def _functions(modules: list[_Named], what: str) -> dict[str, Callable[..., Any]]:
    """The functions that these modules list, of two with one name the first; a module that fails is left out."""
    found: dict[str, tuple[Callable[..., Any], _Named]] = {}
    for named in tuple(modules):
        try:
            functions = _listed(named.module)
        except Exception as error:  # noqa: BLE001 - as in load_primitives
            modules.remove(named)
            _warn(named, what, error)
            continue
        for name, function in functions.items():
            _, first = found.setdefault(name, (function, named))
            if first is not named:
                _warn(named, what, ValueError(f"{name!r} is among those of {_place(first.point)} already"))
    return {name: function for name, (function, _) in found.items()}


def _listed(module: str) -> dict[str, Callable[..., Any]]:
    loaded = import_module(module)
    names = getattr(loaded, "__all__", None)
    if names is None:
        raise AttributeError(f"it has no __all__, which is to list what {module!r} lends")
    return {name: getattr(loaded, name) for name in names}


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


def _warn(named: _Named, what: str, error: Exception) -> None:
    """A plugin that has loaded is in use without what one of its modules was to bring."""
    message = (
        f"the {what} of the plugin {named.point.name!r}, {_place(named.point)}, in {named.module!r} are left out: "
        f"{type(error).__name__}: {error}"
    )
    warnings.warn(message, PluginWarning, stacklevel=3)


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
