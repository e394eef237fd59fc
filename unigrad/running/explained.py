"""The explanation of a program: it runs to its end, watched, and one of its reverse sweeps or calls is shown."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping, Sequence
from types import FrameType
from typing import Any

import optree

from unigrad.errors import ProgramError
from unigrad.explaining.asking import explain_heads, explain_watched, names_into, variables
from unigrad.explaining.explanation import Explanation
from unigrad.explaining.gathering import Sources, gather
from unigrad.explaining.stepping import Stepper
from unigrad.explaining.walking import heads_of
from unigrad.explaining.watching import Watch, in_words
from unigrad.graph import Tensor
from unigrad.observing import observed
from unigrad.places import users_frame
from unigrad.running import program
from unigrad.running.redirect import Redirect

__all__ = ["ExplainedProgram"]


class Unchanged(Redirect):
    """A redirect that leaves every import as it is, for a program written for unigrad."""

    def __init__(self) -> None:
        self.targets = {}


class ExplainedProgram:
    """A program, ``path.py`` or ``path.py:function``, of which the sweep or call at `number` is explained.

    Without a function the sweeps are counted, with one its calls that give something recorded. With `step` the reverse sweep
    is walked in the terminal, at the place where the program has come to it. `status` is the program's exit status.
    """

    def __init__(self, target: str, number: int = 1, step: bool = False) -> None:
        self.path, self.function = _split(target)
        self.number = number
        self.status = 0
        self.explanation: Explanation | None = None
        self._step = step
        self._count = 0
        self._watch = Watch(self._began)
        self._error: BaseException | None = None

    def run(self, arguments: Sequence[str], redirect: Redirect) -> Explanation:
        """Run the program and give the explanation; raises `ProgramError` where it cannot be read."""
        source = program.read(self.path)
        before = sys.getprofile()
        try:
            with observed(self._watch):
                if self.function is not None:
                    sys.setprofile(self._profile)
                self.status = program.run(self.path, source, arguments, redirect, self._failed)
        except SystemExit as ended:
            self.status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
        finally:
            sys.setprofile(before)
        return self.explanation or self._unfinished()

    def _failed(self, error: BaseException) -> None:
        self._error = error

    def _unfinished(self) -> Explanation:
        """What the program had recorded, where what was asked for never came."""
        what = "reverse sweep" if self.function is None else f"call of '{self.function}' with a recorded result"
        if self._error is not None:
            reason = f"the program raised {in_words(self._error)}"
        elif self._count:
            reason = f"the program made {self._count} of these, and number {self.number} was asked for: {what}"
        else:
            reason = f"the program made no {what}; this is what it had recorded when it ended"
        return explain_watched(self._watch, self._sources(), reason)

    def _sources(self, scope: Mapping[str, Any] | None = None, other: Mapping[str, Any] | None = None) -> Sources:
        sources = Sources(os.path.basename(self.path) + (f":{self.function}" if self.function else ""))
        names_into(sources, {**variables(other or {}), **variables(scope or {})}.values())
        sources.values = self._watch.values | sources.values
        return sources

    def _is_due(self) -> bool:
        if self.explanation is not None:
            return False
        self._count += 1
        return self._count == self.number

    def _began(self, heads: dict[Any, Tensor]) -> None:
        """A reverse sweep begins."""
        if self.function is not None:
            return
        if self._is_due():
            self._take(dict(heads), self._sources(*_users_variables()))
        self._watch.forget()

    def _profile(self, frame: FrameType, event: str, result: Any) -> None:
        """Python's own report of a call: of interest is the return from the function that was asked for."""
        code = frame.f_code
        if event != "return" or code.co_name != self.function or not _is_file(code.co_filename, self.path):
            return
        outputs = [each for each in optree.tree_leaves(result) if isinstance(each, Tensor) and each.node is not None]
        if outputs and self._is_due():
            sources = self._sources(frame.f_locals, frame.f_globals)
            if self._step:
                self._take(heads_of(outputs, None, "explain"), sources)
            else:
                self.explanation = explain_heads(outputs, None, sources)
            self._watch.forget()

    def _take(self, heads: dict[Any, Tensor], sources: Sources) -> None:
        self.explanation = gather(heads, sources)
        if self._step:
            Stepper(lambda: heads, sources.names).interact()


def redirect_of(dialect: str | None) -> Redirect:
    """The redirect for a dialect, or for none."""
    return Unchanged() if dialect is None else Redirect(dialect)


def _users_variables() -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The local and global variables where the program has called unigrad."""
    frame = users_frame(sys._getframe(1))
    return ({}, {}) if frame is None else (frame.f_locals, frame.f_globals)


def _split(target: str) -> tuple[str, str | None]:
    path, colon, function = target.rpartition(":")
    if not colon or not function.isidentifier() or target.endswith((".py", ".ipynb")):
        path, function = target, ""
    if path.endswith(".ipynb"):
        raise ProgramError(f"{path!r} is a notebook; there, ug.explain(y) shows itself in a cell")
    return path, function or None


def _is_file(name: str, path: str) -> bool:
    return os.path.realpath(name) == os.path.realpath(path)
