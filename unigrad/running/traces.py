"""Tracebacks as the program's author knows them: without the frames that started it."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from types import TracebackType

__all__ = ["show"]

_HERE = os.path.dirname(os.path.abspath(__file__))


def show(error: BaseException) -> None:
    """Report an exception that ends the program, by the hook that the program may have set."""
    for each in _chain(error):
        each.__traceback__ = _stripped(each.__traceback__)
    sys.excepthook(type(error), error, error.__traceback__)


def _chain(error: BaseException) -> Iterator[BaseException]:
    """The exception, and those that it was raised from or in the handling of."""
    waiting: list[BaseException | None] = [error]
    seen: set[int] = set()
    while waiting:
        each = waiting.pop()
        if each is not None and id(each) not in seen:
            seen.add(id(each))
            yield each
            waiting += [each.__cause__, each.__context__]


def _stripped(trace: TracebackType | None) -> TracebackType | None:
    kept: list[TracebackType] = []
    while trace is not None:
        if not _within(trace, _HERE):
            kept.append(trace)
        else:
            # Python leaves its import machinery out of a traceback, but not where another loader was at work in it.
            while kept and _within(kept[-1], "<frozen importlib"):
                kept.pop()
        trace = trace.tb_next
    following: TracebackType | None = None
    for each in reversed(kept):
        each.tb_next, following = following, each
    return following


def _within(trace: TracebackType, place: str) -> bool:
    return trace.tb_frame.f_code.co_filename.startswith(place)
