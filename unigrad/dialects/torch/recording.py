"""Recording: torch's scopes in which operations are recorded, or not."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unigrad as ug

__all__ = ["enable_grad", "inference_mode", "is_grad_enabled", "no_grad", "set_grad_enabled"]


class _Scope:
    """A scope, a decorator with a call or without one."""

    on = True

    def __new__(cls, function: Callable[..., Any] | None = None) -> Any:
        if callable(function):
            return cls()(function)
        return super().__new__(cls)

    def __init__(self, function: Any = None) -> None:
        self._scope = ug.record() if self.on else ug.pause()

    def __enter__(self) -> None:
        self._scope.__enter__()

    def __exit__(self, *error: Any) -> None:
        self._scope.__exit__(*error)

    def __call__(self, function: Callable[..., Any]) -> Any:
        return self._scope(function)


class no_grad(_Scope):  # noqa: N801 - torch's name
    """A scope, or a function's, in which nothing is recorded."""

    on = False


class enable_grad(_Scope):  # noqa: N801 - torch's name
    """A scope, or a function's, in which operations are recorded, inside `no_grad` too."""


class inference_mode(_Scope):  # noqa: N801 - torch's name
    """`no_grad`, whose results no gradient passes by later; with ``mode=False`` nothing changes."""

    def __new__(cls, mode: Any = True) -> Any:
        """A scope, or the function that is decorated without a call."""
        return super().__new__(cls, mode if callable(mode) else None)

    def __init__(self, mode: Any = True) -> None:
        self._scope = ug.inference_mode() if mode else ug.record() if ug.is_recording() else ug.pause()


class set_grad_enabled:  # noqa: N801 - torch's name
    """Recording on or off from here on, or in a scope: ``set_grad_enabled(False)``."""

    def __init__(self, mode: bool) -> None:
        self.mode = bool(mode)
        self._scope = ug.record() if mode else ug.pause()
        self._scope.__enter__()

    def __enter__(self) -> None:
        """Nothing: recording changed when this was made."""

    def __exit__(self, *error: Any) -> None:
        self._scope.__exit__(None, None, None)

    def __call__(self, function: Callable[..., Any]) -> Any:
        """`function`, run with recording on or off."""
        self._scope.__exit__(None, None, None)
        return (ug.record() if self.mode else ug.pause())(function)


def is_grad_enabled() -> bool:
    """Whether operations are being recorded."""
    return ug.is_recording()
