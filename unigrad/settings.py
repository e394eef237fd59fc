"""The settings in force: which backend, which device, which dtype for Python numbers.

For the backend the first of these that was given decides: an argument, the innermost `use_backend`, `set_backend`, the
environment variable ``UNIGRAD_BACKEND`` (read once), numpy. A Tensor remembers its own backend.
"""

from __future__ import annotations

import functools
import os
from contextvars import ContextVar, Token
from types import ModuleType, TracebackType
from typing import Any, Final, NamedTuple

from unigrad import dtypes, plugins
from unigrad.backend import Backend
from unigrad.dtypes import DType
from unigrad.errors import DTypeError


class Choice(NamedTuple):
    """A backend, its kernels, and the device that new arrays go to (None: the backend's own default)."""

    backend: Backend
    xp: ModuleType
    device: Any = None


_scoped: Final[ContextVar[Choice | None]] = ContextVar("unigrad backend", default=None)
_global: Choice | None = None
_default_dtype: DType = dtypes.float32


def choice() -> Choice:
    """The backend and device in force here."""
    return _scoped.get() or _global or _from_environment()


def are(expected: Choice, dtype: DType) -> bool:
    """Whether these very objects are in force here."""
    return choice() is expected and _default_dtype is dtype


@functools.cache
def _from_environment() -> Choice:
    return choose(os.environ.get("UNIGRAD_BACKEND", "numpy"))


def get_backend() -> Backend:
    """The backend in force here; its ``name`` is what `set_backend` takes."""
    return choice().backend


def choose(name: str | Backend, device: Any = None) -> Choice:
    """The choice that `name` and `device` stand for, its kernels loaded; raises as `set_backend` does."""
    backend = name if isinstance(name, Backend) else plugins.backend(name)
    return Choice(backend, backend.xp, device)


def set_backend(name: str | Backend, device: Any = None) -> Backend:
    """Make `name` the backend of every thread that has no `use_backend` of its own; returns it.

    ``device`` is where new arrays go, in the backend's own spelling (``"cuda:0"``). Raises `UnknownBackend`,
    `BackendUnavailable`.
    """
    global _global
    _global = choose(name, device)
    return _global.backend


class use_backend:  # noqa: N801 - read as a verb: with use_backend("jax")
    """A scope with another backend, for this thread or asyncio task: ``with use_backend("jax"):``."""

    def __init__(self, name: str | Backend, device: Any = None) -> None:
        self._choice = choose(name, device)
        self._tokens: list[Token[Choice | None]] = []

    def __enter__(self) -> Backend:
        self._tokens.append(_scoped.set(self._choice))
        return self._choice.backend

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        token = self._tokens.pop()
        try:
            _scoped.reset(token)
        except ValueError:  # closed in another context than it was opened in
            _scoped.set(None if token.old_value is Token.MISSING else token.old_value)


class computing_with:  # noqa: N801 - as above
    """A scope in which arrays are made by `xp`, a virtual backend over the kernels of the one in force."""

    def __init__(self, xp: Any) -> None:
        self._choice = Choice(xp.__backend__, xp)

    def __enter__(self) -> None:
        self._token = _scoped.set(self._choice)

    def __exit__(self, *error: object) -> None:
        _scoped.reset(self._token)


def available_backends() -> list[str]:
    """The names of the registered backends that can be used here, in the order of their registration."""
    return [name for name, backend in plugins.backends().items() if backend.available() is None]


def host() -> ModuleType:
    """NumPy's kernels, which are always there: for nested lists, printing and random numbers."""
    return plugins.backend("numpy").xp


def get_default_dtype() -> DType:
    """The dtype of arrays made from Python floats."""
    return _default_dtype


def set_default_dtype(dtype: object) -> None:
    """Make `dtype` (``"float32"``, ``"float64"``, …) what Python floats become, on every backend.

    Raises `DTypeError` for a dtype that is not real floating.
    """
    global _default_dtype
    chosen = dtypes.dtype(dtype)
    if chosen.kind != "real":
        raise DTypeError(f"the default dtype must be real floating, not '{chosen}'; try 'float32' or 'float64'")
    _default_dtype = chosen


def resolve_dtype(spec: object) -> DType:
    """The DType for `spec`, where Python's own ``float`` means the default dtype."""
    return _default_dtype if spec is float else dtypes.dtype(spec)
