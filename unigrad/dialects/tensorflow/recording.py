"""The tapes that are recording, in this thread or asyncio task; without one nothing is recorded."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from unigrad.dialects.tensorflow.tape import GradientTape
    from unigrad.dialects.tensorflow.variable import Variable

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


class _Watcher:
    """What stands among the tapes to be told which Variables are read."""

    watches_variables = True

    def __init__(self) -> None:
        self.read: dict[int, Variable] = {}

    def note(self, variable: Variable) -> None:
        self.read[id(variable)] = variable

    def has(self, variable: Variable) -> bool:
        return False


def watched_variables(run: Callable[[], Any]) -> tuple[Any, list[Variable]]:
    """``run()``, recorded as it is, and the Variables that it read."""
    before: Any = _tapes.get()
    watcher: Any = _Watcher()
    set_tapes((*before, watcher))
    try:
        return run(), list(watcher.read.values())
    finally:
        set_tapes(before)
        for variable in watcher.read.values():
            variable.forget_reads()


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
