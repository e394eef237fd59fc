"""Places: the lines of the user's own program, read off the stack when somebody asks, so that nobody else pays for them."""

from __future__ import annotations

import linecache
import sys
from types import FrameType
from typing import Final, NamedTuple


class Place(NamedTuple):
    """A line of the user's program."""

    file: str
    line: int
    function: str

    @property
    def text(self) -> str:
        """What stands there, without its indentation; empty where the file cannot be read."""
        return linecache.getline(self.file, self.line).strip()

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}" + (f": {self.text}" if self.text else "")


_BETWEEN: Final = frozenset("optree contextlib functools".split())
"""The packages besides unigrad that may stand between a user's line and a kernel."""


def is_own(frame: FrameType) -> bool:
    """Whether a frame belongs to unigrad, its backends, the functions that it has written, or what it calls these with."""
    name = frame.f_globals.get("__name__")
    if name is None:
        file = frame.f_code.co_filename
        return file.startswith("<unigrad ") or " of the pull of " in file
    package = name.partition(".")[0]
    return bool(package == "unigrad" or package.startswith("unigrad_") or package in _BETWEEN)


def users_frame(frame: FrameType | None) -> FrameType | None:
    """The innermost frame of the user's program, from `frame` outwards."""
    while frame is not None and is_own(frame):
        frame = frame.f_back
    return frame


def place_at(frame: FrameType) -> Place:
    """The line that `frame` is at."""
    return Place(frame.f_code.co_filename, frame.f_lineno, frame.f_code.co_name)


def here() -> Place | None:
    """The line of the user's program that is running: that of the innermost frame outside unigrad and its backends."""
    frame = users_frame(sys._getframe(1))
    return None if frame is None else place_at(frame)


def at_line() -> str:
    """The user's line that is running, to stand at the end of a message; empty where there is none."""
    place = here()
    return f" ({place.file}, line {place.line}, in {place.function})" if place else ""
