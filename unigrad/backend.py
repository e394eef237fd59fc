"""Backend: the declaration of an array library, and the namespace of kernels that it lends to unigrad.

A declaration names modules and imports none. The first use of `Backend.xp` imports them and fills a plain module with
their functions: ``xp.sin`` is the library's own wherever its name, arguments and meaning are unigrad's.
"""

from __future__ import annotations

import functools
import threading
import weakref
from collections.abc import Callable, Iterable, Mapping
from importlib import import_module
from importlib.util import find_spec
from types import MappingProxyType, ModuleType
from typing import Any, Literal, NamedTuple

from unigrad.errors import BackendUnavailable, MissingKernel

__all__ = ["Backend"]

#: Where the calls are that unigrad has to spell as the library does; see the argument ``spelling``.
_SPELLINGS: Mapping[str, str] = {
    "standard": "unigrad.fallbacks.standard_spelled",
    "numpy": "unigrad.fallbacks.numpy_spelled",
}


#: Called with each namespace of kernels when it is built: how the graph introduces its Tensor to a library.
when_built: list[Callable[[ModuleType], None]] = []

#: The names that unigrad asks for: every namespace has each, be it as a function that says that it is missing. Cards add
#: theirs (`need_kernel`); these are the standard's functions that no card declares.
_needed: set[str] = {
    *"arange asarray empty empty_like eye full full_like linspace meshgrid ones ones_like zeros zeros_like".split(),
    *"argsort nonzero searchsorted sort take take_along_axis tril triu unique_all unique_counts unique_inverse".split(),
    *"unique_values vecdot".split(),
}
_built: weakref.WeakSet[Backend] = weakref.WeakSet()


class Lent(NamedTuple):
    """What plugins lend to a backend of another's: kernels, which are looked up first, and fallbacks, which are last."""

    kernels: Mapping[str, Callable[..., Any]] = MappingProxyType({})
    fallbacks: Mapping[str, Callable[..., Any]] = MappingProxyType({})


def need_kernel(name: str) -> None:
    """Make ``xp.<name>`` an attribute of every namespace, those built already and those to come."""
    _needed.add(name)
    for backend in _built:
        if backend._xp is not None:
            backend._fill(backend._xp, (name,))


class Backend:
    """An array library as unigrad sees it: where its kernels are, which types are its arrays, how it is installed.

    ``array_module`` is the dotted name of a namespace with the names of the array API standard (2024.12); ``kernels``
    that of the backend's own module, looked up first, with whatever the library lacks or does differently. What
    neither has is taken from `unigrad.fallbacks`. ``spelling`` says how the library wants to be called where unigrad's
    calls and the standard's differ: ``"standard"``, by the letter (options that are positional only …); ``"numpy"``, as
    NumPy (``sort`` without ``descending``, ``var`` with ``ddof`` …); ``"own"``, as it stands, the kernels module seeing
    to the rest.

    Before all of them comes what plugins lend (`lend`), and behind them their fallbacks.

    ``owns`` are the top-level modules of its array types, ``requires`` the module that has to be importable, ``extra``
    the extra of unigrad that installs it (or, for a plugin of somebody else's, `None`), and ``gaps`` what is known not
    to work, with the reason, by primitive.
    """

    __slots__ = (
        "__weakref__",
        "_lent",
        "_load",
        "_lock",
        "_sources",
        "_xp",
        "array_module",
        "extra",
        "gaps",
        "kernels",
        "name",
        "owns",
        "requires",
        "spelling",
    )

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
        self._sources: list[_Source] = []
        self._lent = Lent()
        self._load: Callable[[], Lent] = Lent
        self._lock = threading.Lock()

    def __repr__(self) -> str:
        return f"<Backend {self.name!r}: {self.array_module}>"

    @property
    def xp(self) -> ModuleType:
        """The namespace of kernels, built on first use; raises `BackendUnavailable` where it cannot be."""
        if self._xp is None:
            # Before the lock is taken, as a plugin's module that is imported for it may ask for a backend.
            lent = self._load() if self._installed() else Lent()
            with self._lock:
                if self._xp is None:
                    self._lent = lent
                    self._xp = self._build()
        return self._xp

    def lend(self, load: Callable[[], Lent]) -> None:
        """Have the kernels that `load` gives: when the namespace is built, or now where it is."""
        self._load = load
        if self._xp is not None:
            before, self._lent = self._lent, load()
            for name in {*before.kernels, *before.fallbacks, *self._lent.kernels, *self._lent.fallbacks}:
                setattr(self._xp, name, self._find(self._xp, name))

    def kernel(self, name: str) -> Any:
        """The kernel of this name, be it a fallback; raises `MissingKernel` where there is none."""
        found = getattr(self.xp, name, None)
        if found is None or isinstance(found, _Missing):
            raise MissingKernel(self.missing(name))
        return found

    def provides(self, name: str) -> bool:
        """Whether ``xp`` has a kernel of this name, be it a fallback."""
        return not isinstance(getattr(self.xp, name, _Missing(self, name)), _Missing)

    def missing(self, name: str) -> str:
        """What there is to say of a kernel that the backend lacks."""
        known = f" (known: {self.gaps[name]})" if name in self.gaps else ""
        where = f"define it in {self.kernels!r}" if self.kernels else "give the backend a kernels module with it"
        return (
            f"backend {self.name!r} has no kernel {name!r}, and unigrad has no fallback for it{known}; "
            f"{where}, have a plugin lend it, or use another backend"
        )

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
            sources = self._find_sources()
        except Exception as error:
            message = (
                f"backend {self.name!r} needs {self.requires!r}, which cannot be imported "
                f"({type(error).__name__}: {error}); try: {self.remedy()}"
            )
            raise BackendUnavailable(message, name=self.requires) from error
        if (reason := self.available()) is not None:
            raise BackendUnavailable(f"backend {self.name!r} cannot be used here: {reason}", name=self.requires)
        # A plain module, not a subclass, and without a ``__getattr__`` (PEP 562): the interpreter reads the attributes of
        # such a module fastest.
        xp = ModuleType(f"unigrad kernels of {self.name}", f"The kernels that backend {self.name!r} lends.")
        xp.__backend__ = self  # type: ignore[attr-defined]
        self._sources = sources
        self._fill(xp, (name for source in sources for name in source.names if not name.startswith("_")))
        self._fill(xp, _needed)
        _built.add(self)
        for listener in when_built:
            listener(xp)
        return xp

    def _fill(self, xp: ModuleType, names: Iterable[str]) -> None:
        """Give `xp` the kernels of these names, as far as it does not have them."""
        for name in names:
            if name not in vars(xp):
                setattr(xp, name, self._find(xp, name))

    def _find(self, xp: ModuleType, name: str) -> Callable[..., Any]:
        found = (source.find(xp, name) for source in self._sources)
        kernel = next((each for each in found if each is not None), None)
        return _Missing(self, name) if kernel is None else kernel

    def _find_sources(self) -> list[_Source]:
        library = import_module(self.array_module)
        sources = [_Source(tuple(self._lent.kernels), lambda _xp, name: self._lent.kernels.get(name))]
        if self.kernels:
            sources.append(_own(import_module(self.kernels)))
        if self.spelling in _SPELLINGS:
            sources.append(_spelled(import_module(_SPELLINGS[self.spelling]), library))
        fallbacks = import_module("unigrad.fallbacks")
        own = {name: getattr(fallbacks, name) for name in fallbacks.__all__}
        return [*sources, _own(library), _fallback(lambda: own), _fallback(lambda: self._lent.fallbacks)]


class _Source(NamedTuple):
    """Where kernels come from: the names of those that are known, and the search for one, which gives None in vain."""

    names: Iterable[str]
    find: Callable[[Any, str], Any]


def _own(module: ModuleType) -> _Source:
    """A module's functions as they stand; some libraries make a few only when they are asked for."""
    return _Source(tuple(vars(module)), lambda _xp, name: getattr(module, name, None))


def _spelled(spelling: ModuleType, library: ModuleType) -> _Source:
    """A library's functions, called in its own spelling."""
    names = {name for name in spelling.__all__ if not spelling.WRAPS or hasattr(library, name)}
    return _Source(
        names, lambda _xp, name: functools.partial(getattr(spelling, name), library) if name in names else None
    )


def _fallback(functions: Callable[[], Mapping[str, Callable[..., Any]]]) -> _Source:
    """Functions over the names of the standard, which take the namespace first."""

    def find(xp: Any, name: str) -> Any:
        return functools.partial(functions()[name], xp) if name in functions() else None

    return _Source(tuple(functions()), find)


class _Missing:
    """What stands for a kernel that a backend lacks: calling it says so."""

    def __init__(self, backend: Backend, name: str) -> None:
        self._backend = backend
        self._name = name

    def __call__(self, *args: Any, **options: Any) -> Any:
        raise MissingKernel(self._backend.missing(self._name))


def _always() -> None:
    return None
