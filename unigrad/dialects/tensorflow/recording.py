"""The tapes that are recording, in this thread or asyncio task; without one nothing is recorded."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from unigrad.dialects.tensorflow.tape import GradientTape

Tapes = tuple["GradientTape", ...]

_tapes: Final[ContextVar[Tapes]] = ContextVar("unigrad tensorflow tapes", default=())
_flag: Final[ContextVar[bool]] = ContextVar("unigrad tensorflow recording", default=False)

_everywhere: Final[ContextVar[bool]] = ContextVar("unigrad tensorflow recording everywhere", default=False)

recording: Final = _flag.get
"""Whether some tape is recording."""
active_tapes: Final = _tapes.get
"""The tapes that are recording, the outermost first."""


def set_tapes(tapes: Tapes) -> None:
    """Make `tapes` those that are recording."""
    _tapes.set(tapes)
    _flag.set(bool(tapes) or _everywhere.get())


@contextmanager
def no_tapes() -> Iterator[None]:
    """A scope in which no tape records."""
    before: Any = _tapes.get()
    set_tapes(())
    try:
        yield
    finally:
        set_tapes(before)


@contextmanager
def apart(recorded: bool) -> Iterator[None]:
    """A scope that no tape outside sees; it is recorded where it has tapes of its own or, if `recorded`, all of it."""
    tapes, everywhere, flag = _tapes.set(()), _everywhere.set(recorded), _flag.set(recorded)
    try:
        yield
    finally:
        _tapes.reset(tapes)
        _everywhere.reset(everywhere)
        _flag.reset(flag)


@contextmanager
def recorded_as(on: bool) -> Iterator[None]:
    """A scope with the flag as `on`, for rules that a sweep runs: it is the sweep that knows whether it is recorded."""
    token = _flag.set(on)
    try:
        yield
    finally:
        _flag.reset(token)
