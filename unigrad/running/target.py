"""Target: a function of a program's file, ``program.py:function``, and the arguments that the program has for it."""

from __future__ import annotations

import inspect
import os
import sys
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType
from typing import Any

from unigrad.errors import ProgramError

__all__ = ["Target"]


class Target:
    """A function and its arguments, out of a program that has been run as a module, not as the main program.

    Raises `ProgramError` where there is no such file or name, and where the arguments do not fit; what the program raises
    passes through.
    """

    def __init__(self, given: str, arguments: str | None = None) -> None:
        path, separator, name = given.rpartition(":")
        if not separator or not path.endswith(".py"):
            raise ProgramError(f"give a file and a function in it, as program.py:function; got {given!r}")
        self.program = path
        self.name = name
        module = _module(path)
        self.function: Callable[..., Any] = _member(module, path, name)
        if not callable(self.function):
            raise ProgramError(f"{name!r} in {path!r} is no function, but of type {type(self.function).__name__!r}")
        self.arguments = () if arguments is None else _arguments(module, path, arguments)
        self._require_fitting(arguments)

    def _require_fitting(self, arguments: str | None) -> None:
        try:
            signature = inspect.signature(self.function)
        except (TypeError, ValueError):  # a function that does not tell: calling it will
            return
        try:
            signature.bind(*self.arguments)
        except TypeError as error:
            remedy = f"{arguments!r} has others" if arguments else "name the program's tuple of them with --args"
            raise ProgramError(f"{self.name}{signature} takes arguments; {remedy} ({error})") from error


def _module(path: str) -> ModuleType:
    if not os.path.isfile(path):
        raise ProgramError(f"there is no file {path!r}")
    spec = spec_from_file_location(Path(path).stem, path)
    if spec is None or spec.loader is None:
        raise ProgramError(f"{path!r} cannot be imported")
    module = module_from_spec(spec)
    folder = os.path.dirname(os.path.abspath(path))
    sys.path.insert(0, folder)  # as for a program that is run
    try:
        spec.loader.exec_module(module)
    finally:
        sys.path.remove(folder)
    return module


def _member(module: ModuleType, path: str, name: str) -> Any:
    try:
        return getattr(module, name)
    except AttributeError:
        known = [each for each, value in vars(module).items() if inspect.isfunction(value)]
        raise ProgramError(f"{path!r} has no {name!r}; its functions: {', '.join(known) or 'none'}") from None


def _arguments(module: ModuleType, path: str, name: str) -> tuple[Any, ...]:
    """The arguments of that name in the program: a tuple or list of them, or a function without arguments that gives one."""
    found = _member(module, path, name)
    given = found() if callable(found) else found
    if not isinstance(given, (tuple, list)):
        raise ProgramError(f"{name!r} in {path!r} is to be a tuple of arguments, not {type(given).__name__!r}")
    return tuple(given)
