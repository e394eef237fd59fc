"""A program: a Python file that takes over this process, as ``python file.py`` would, redirected."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Sequence
from importlib.machinery import SourceFileLoader
from pathlib import Path
from types import ModuleType

from unigrad.errors import ProgramError
from unigrad.running import folder, traces
from unigrad.running.redirect import Redirect

__all__ = ["read", "run"]

#: What a shell reports of a program that was ended by an interrupt.
_INTERRUPTED = 130


def read(path: str) -> bytes:
    """The bytes of the file; raises `ProgramError` where there is no such file, or none that can be read."""
    if os.path.isdir(path):
        raise ProgramError(f"{path!r} is a folder; name a Python file or a notebook in it")
    try:
        return Path(path).read_bytes()
    except FileNotFoundError:
        raise ProgramError(f"there is no file {path!r} here, in {os.getcwd()!r}") from None
    except OSError as error:
        raise ProgramError(f"{path!r} cannot be read: {error.strerror}") from error


def run(
    path: str,
    source: bytes,
    arguments: Sequence[str],
    redirect: Redirect,
    failed: Callable[[BaseException], None] = lambda error: None,
) -> int:
    """Run the program as ``__main__`` and give its exit status, its exception's traceback having been shown.

    `failed` is told of that exception. Nothing is restored: threads and exit handlers that the program leaves behind find
    its modules as they were. A `SystemExit` is handed through.
    """
    folder.install(redirect, _enter(path, arguments))
    main = sys.modules["__main__"] = _main(os.path.abspath(path))
    try:
        exec(redirect.compiled(source, str(main.__file__)), vars(main))
    except SystemExit:
        raise
    except BaseException as error:  # noqa: BLE001 - whatever a program raises is shown as Python shows it
        failed(error)
        traces.show(error)
        return _INTERRUPTED if isinstance(error, KeyboardInterrupt) else 1
    return 0


def _enter(path: str, arguments: Sequence[str]) -> str:
    """Give the process the program's arguments and its folder, which is what it imports from first."""
    sys.argv = [path, *arguments]
    place = os.path.dirname(os.path.realpath(path))
    if not sys.flags.safe_path:
        sys.path[:1] = [place]
    return place


def _main(path: str) -> ModuleType:
    main = ModuleType("__main__")
    main.__doc__ = None
    main.__file__ = path
    main.__loader__ = SourceFileLoader("__main__", path)
    vars(main).update(__builtins__=sys.modules["builtins"], __cached__=None)
    return main
