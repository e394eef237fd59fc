"""A request to run: the program, the dialect, the backend, and what is to be done with them."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

import click

from unigrad.errors import ProgramError
from unigrad.running import check, kernel, notebook, program, text
from unigrad.running.redirect import Redirect
from unigrad.running.selection import select

__all__ = ["Request"]


@dataclass(frozen=True)
class Request:
    """What ``unigrad run`` was asked; `output` is the file of a notebook's copy."""

    program: str
    arguments: tuple[str, ...]
    dialect: str
    backend: str | None = None
    device: str | None = None
    output: str | None = None

    def check(self) -> int:
        """List what the program calls and the dialect lacks; the exit status is 1 if there is anything.

        Nothing is run. Raises `UnigradError` where the program cannot be read.
        """
        redirect = Redirect(self.dialect)
        lacks = check.lacks(self._text(), redirect)
        for each in lacks:
            click.echo(str(each))
        number = len({each.name for each in lacks})
        count = {0: "nothing", 1: "1 name"}.get(number, f"{number} names")
        click.echo(f"the dialect {self.dialect!r} lacks {count} of what {self.program} calls")
        return 1 if lacks else 0

    def run(self) -> int:
        """Run the program and give its exit status; raises `UnigradError` where it cannot be begun."""
        source = program.read(self.program)
        redirect = Redirect(self.dialect)
        if notebook.is_notebook(self.program):
            return self._run_notebook(source)
        if self.output is not None:
            raise ProgramError(f"'--output' is for the copy of a notebook, and {self.program!r} is none; leave it out")
        select(self.backend, self.device)
        return program.run(self.program, source, self.arguments, redirect)

    def _run_notebook(self, source: bytes) -> int:
        if self.arguments:
            raise ProgramError(f"a notebook takes no arguments, and {self.program!r} is given {self.arguments[0]!r}")
        copy = notebook.copy_of(self.program, self.output)
        cells = notebook.read(self.program, source)
        failure = kernel.execute(self.program, cells, self._selection())
        notebook.write(cells, copy)
        if failure is not None:
            click.echo(failure.rstrip(), err=True)
        click.echo(f"the outputs are in {copy}", err=True)
        return 0 if failure is None else 1

    def _selection(self) -> list[str]:
        options = {"--backend": self.backend, "--device": self.device}
        return [self.dialect, *(f"{option}={value}" for option, value in options.items() if value is not None)]

    def _text(self) -> text.Text:
        source = program.read(self.program)
        path = Path(os.path.realpath(self.program))
        if notebook.is_notebook(self.program):
            return text.of_cells(path, notebook.code_cells(notebook.read(self.program, source)), self.program)
        return text.of_file(path, source, self.program)
