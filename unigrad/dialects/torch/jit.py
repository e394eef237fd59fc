"""torch.jit: scripted and traced functions, which are the functions themselves."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.torch.compilation import as_it_is
from unigrad.dialects.torch.notes import MISSING

__all__ = ["export", "ignore", "is_scripting", "is_tracing", "script", "script_if_tracing", "trace", "unused"]

script = trace = script_if_tracing = export = unused = as_it_is


def ignore(drop: Any = False, **_: Any) -> Any:
    """A function as it is; with an option, a decorator."""
    return drop if callable(drop) else as_it_is


def is_scripting() -> bool:
    """False: no function is scripted."""
    return False


def is_tracing() -> bool:
    """False: no function is traced."""
    return False


__getattr__ = absent("torch.jit", lambda: __all__, MISSING)
