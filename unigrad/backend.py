"""Backend: the declaration of an array library, and the namespace of kernels that it lends to unigrad.

A declaration names modules and imports none. The first use of `Backend.xp` imports them; from then on ``xp.sin`` is a
plain module attribute: the library's own function wherever its name, arguments and meaning are unigrad's.
"""

from __future__ import annotations

import functools
import threading
from collections.abc import Callable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType, ModuleType
from typing import Any, Literal

from unigrad.errors import BackendUnavailable, MissingKernel

__all__ = ["Backend"]

#: Where the calls are that unigrad has to spell as the library does; see the argument ``spelling``.
_SPELLINGS: Mapping[str, str] = {
    "standard": "unigrad.fallbacks.standard_spelled",
    "numpy": "unigrad.fallbacks.numpy_spelled",
}


#: Called with each namespace of kernels when it is built: how the graph introduces its Tensor to a library.
when_built: list[Callable[[ModuleType], None]] = []


class Backend:
    """An array library as unigrad sees it: where its kernels are, which types are its arrays, how it is installed.

    ``array_module`` is the dotted name of a namespace with the names of the array API standard (2024.12); ``kernels``
    that of the backend's own module, looked up first, with whatever the library lacks or does differently. What
    neither has is taken from `unigrad.fallbacks`. ``spelling`` says how the library wants to be called where unigrad's
    calls and the standard's differ: ``"standard"``, by the letter (options that are positional only …); ``"numpy"``, as
    NumPy (``sort`` without ``descending``, ``var`` with ``ddof`` …); ``"own"``, as it stands, the kernels module seeing
    to the rest.

    ``owns`` are the top-level modules of its array types, ``requires`` the module that has to be importable, ``extra``
    the extra of unigrad that installs it (or, for a plugin of somebody else's, `None`), and ``gaps`` what is known not
    to work, with the reason, by primitive.
    """

    __slots__ = ("_lock", "_xp", "array_module", "extra", "gaps", "kernels", "name", "owns", "requires", "spelling")

    def __init__(
        self,
        name: str,
        *,
        array_module: str,
        requires: str,
        owns: tuple[str, ...],
        kernels: str | None = None,
        extra: str | None = None,
        spelling: Literal["standard", "numpy", "own"] = "standard",
        gaps: Mapping[str, str] = MappingProxyType({}),
    ) -> None:
        self.name = name
        self.array_module = array_module
        self.requires = requires
        self.owns = owns
        self.kernels = kernels
        self.extra = extra
        self.spelling = spelling
        self.gaps = MappingProxyType(dict(gaps))
        self._xp: ModuleType | None = None
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<Backend {self.name!r}: {self.array_module}>"

    @property
    def xp(self) -> ModuleType:
        """The namespace of kernels, built on first use; raises `BackendUnavailable` where it cannot be."""
        if self._xp is None:
            with self._lock:
                if self._xp is None:
                    built = self._build()
                    for listener in when_built:
                        listener(built)
                    self._xp = built
        return self._xp

    def provides(self, name: str) -> bool:
        """Whether ``xp`` has a kernel of this name, be it a fallback."""
        try:
            getattr(self.xp, name)
        except (MissingKernel, AttributeError):
            return False
        return True

    def available(self) -> str | None:
        """`None` if the backend can be used here, else the reason in words; imports the library to find out."""
        if not self._installed():
            return "not installed"
        try:
            kernels = import_module(self.kernels or self.array_module)
        except Exception as error:  # noqa: BLE001 - a broken library may raise anything: it is the answer, not a fault
            return f"does not import: {type(error).__name__}: {error}"
        reason: str | None = getattr(kernels, "unavailable", _always)()
        return reason

    def remedy(self) -> str:
        """The command that installs what the backend needs."""
        if self.extra is not None:
            return f"pip install 'unigrad[{self.extra}]'"
        return f"pip install {self.requires.replace('_', '-')}"

    def version(self) -> str | None:
        """The installed version of the array library, without importing it, or `None`."""
        from importlib import metadata  # slow to import, and `import unigrad` does not need it

        try:
            return metadata.version(self.requires)
        except metadata.PackageNotFoundError:
            pass
        # The module and its distribution may have different names: cupy is brought by cupy-cuda12x.
        names = metadata.packages_distributions().get(self.requires, ())
        return metadata.version(names[0]) if names else None

    def devices(self) -> tuple[str, ...]:
        """The names of the devices that arrays can be put on, the default one first."""
        return tuple(self.xp.devices())

    def default_device(self) -> str:
        """The name of the device that arrays are made on unless one is asked for."""
        return self.devices()[0]

    def _installed(self) -> bool:
        try:
            return find_spec(self.requires) is not None
        except (ImportError, ValueError):
            return False

    def _build(self) -> ModuleType:
        if not self._installed():
            message = f"backend {self.name!r} needs {self.requires!r}, which is not installed; try: {self.remedy()}"
            raise BackendUnavailable(message, name=self.requires)
        try:
            sources = self._sources()
        except Exception as error:
            message = (
                f"backend {self.name!r} needs {self.requires!r}, which cannot be imported "
                f"({type(error).__name__}: {error}); try: {self.remedy()}"
            )
            raise BackendUnavailable(message, name=self.requires) from error
        if (reason := self.available()) is not None:
            raise BackendUnavailable(f"backend {self.name!r} cannot be used here: {reason}", name=self.requires)
        return _namespace(self, sources)

    def _sources(self) -> list[Callable[[ModuleType, str], Any]]:
        library = import_module(self.array_module)
        sources: list[Callable[[ModuleType, str], Any]] = []
        if self.kernels:
            sources.append(functools.partial(_own, import_module(self.kernels)))
        if self.spelling in _SPELLINGS:
            sources.append(functools.partial(_spelled, import_module(_SPELLINGS[self.spelling]), library))
        sources.append(functools.partial(_own, library))
        sources.append(functools.partial(_fallback, import_module("unigrad.fallbacks")))
        return sources


def _namespace(backend: Backend, sources: list[Callable[[ModuleType, str], Any]]) -> ModuleType:
    """The module whose attributes are the kernels; each is looked for once, then kept (PEP 562)."""
    # A plain module, not a subclass: the interpreter reads attributes of this exact type fastest.
    xp = ModuleType(f"unigrad kernels of {backend.name}", f"The kernels that backend {backend.name!r} lends.")

    def __getattr__(name: str) -> Any:  # noqa: N807 - the hook's own name
        if name.startswith("_"):
            raise AttributeError(f"module {xp.__name__!r} has no attribute {name!r}")
        for source in sources:
            if (kernel := source(xp, name)) is not None:
                setattr(xp, name, kernel)
                return kernel
        raise MissingKernel(_missing(backend, name))

    xp.__backend__ = backend  # type: ignore[attr-defined]
    xp.__getattr__ = __getattr__  # type: ignore[method-assign]
    return xp


def _missing(backend: Backend, name: str) -> str:
    known = f" (known: {backend.gaps[name]})" if name in backend.gaps else ""
    where = f"define it in {backend.kernels!r}" if backend.kernels else "give the backend a kernels module with it"
    return (
        f"backend {backend.name!r} has no kernel {name!r}, and unigrad has no fallback for it{known}; "
        f"{where}, or use another backend"
    )


def _own(kernels: ModuleType, _xp: ModuleType, name: str) -> Any:
    return getattr(kernels, name, None)


def _spelled(spelling: ModuleType, library: ModuleType, _xp: ModuleType, name: str) -> Any:
    if name not in spelling.__all__ or (spelling.WRAPS and not hasattr(library, name)):
        return None
    return functools.partial(getattr(spelling, name), library)


def _fallback(fallbacks: ModuleType, xp: ModuleType, name: str) -> Any:
    return functools.partial(getattr(fallbacks, name), xp) if name in fallbacks.__all__ else None


def _always() -> None:
    return None
