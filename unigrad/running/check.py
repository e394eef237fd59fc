"""The check before a program runs: the names that it takes from the library, and that the dialect lacks."""

from __future__ import annotations

import os
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any, NamedTuple

from unigrad.errors import UnigradError
from unigrad.running.names import Use, uses
from unigrad.running.redirect import Redirect
from unigrad.running.text import Text, of_file, own_files

__all__ = ["Lack", "lacks"]


class Lack(NamedTuple):
    """A name that is not there: where it stands, what it is, and what the dialect says of it, if anything."""

    place: str
    name: str
    reason: str

    def __str__(self) -> str:
        return f"{self.place}: {self.name}" + (f" ({self.reason})" if self.reason else "")


def lacks(program: Text, redirect: Redirect) -> list[Lack]:
    """What `program` and its own modules take from the library, and the dialect has not; nothing of them is run.

    Found are names reached from an import by dots. What a value's methods are called is not known before it runs.
    """
    dialect = _Dialect(redirect)
    return [
        Lack(text.place(use.line), use.name, reason)
        for text in _texts(program)
        for library in redirect.targets
        for use in uses(text.tree, library)
        if (reason := dialect.lacks(use)) is not None
    ]


def _texts(program: Text) -> Iterator[Text]:
    """The program, and each of its own modules that it imports, be it through another."""
    seen = {program.path}
    waiting = [program]
    while waiting:
        text = waiting.pop(0)
        yield text
        for path in own_files(text):
            if path not in seen:
                seen.add(path)
                waiting.append(of_file(path, path.read_bytes(), _label(path)))


def _label(path: Path) -> str:
    relative = os.path.relpath(path)
    return str(path) if relative.startswith(os.pardir) else relative


class _Dialect:
    """The dialect's package, asked for names; the answers are kept."""

    def __init__(self, redirect: Redirect) -> None:
        self._redirect = redirect
        self._known: dict[Use, str | None] = {}

    def lacks(self, use: Use) -> str | None:
        """None if the name is there, else the reason, which may be empty."""
        key = use._replace(line=0)
        if key not in self._known:
            self._known[key] = self._look(key)
        return self._known[key]

    def _look(self, use: Use) -> str | None:
        library, *names = use.name.split(".")
        module = self._redirect.targets[library]
        found: Any = import_module(module)
        for name in names:
            module = f"{module}.{name}"
            try:
                found = import_module(module) if use.imported else getattr(found, name)
            except (AttributeError, ModuleNotFoundError) as error:
                try:
                    found = import_module(module)
                except ModuleNotFoundError:
                    return str(error) if isinstance(error, UnigradError) else ""
        return None
