"""The text of a program for the reader of it: its syntax tree, and what each line is called."""

from __future__ import annotations

import ast
import os
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from unigrad.errors import ProgramError

__all__ = ["Text", "of_cells", "of_file", "own_files"]

#: IPython's own lines, for which Python has no syntax; a magic for the whole cell takes away its first line only.
_NOT_PYTHON: Final = re.compile(r"^(\s*)(?:[%!?].*|[\w.]+\?{1,2}\s*)$", re.MULTILINE)


@dataclass(frozen=True)
class Text:
    """A module's syntax tree, its statements with line numbers of one count; `starts` are the parts' first lines."""

    tree: ast.Module
    path: Path
    starts: tuple[tuple[int, str], ...]

    def place(self, line: int) -> str:
        """Where the line is, in words that an editor understands: ``"train.py:12"``."""
        first, label = max(each for each in self.starts if each[0] <= line)
        return f"{label}:{line - first + 1}"


def of_file(path: Path, source: bytes, label: str) -> Text:
    """The text of a Python file; raises `ProgramError` where it is not Python."""
    return Text(_parsed(source, label), path, ((1, label),))


def of_cells(path: Path, cells: list[str], label: str) -> Text:
    """The text of a notebook's code cells, which share one scope; IPython's own lines are passed over."""
    body: list[ast.stmt] = []
    starts: list[tuple[int, str]] = []
    line = 1
    for number, cell in enumerate(cells, 1):
        name = f"{label}: cell {number}"
        tree = _parsed(_python(cell).encode(), name)
        body += ast.increment_lineno(tree, line - 1).body
        starts.append((line, name))
        line += cell.count("\n") + 1
    return Text(ast.Module(body, []), path, tuple(starts) or ((1, label),))


def own_files(text: Text) -> Iterator[Path]:
    """The files beside the program, or below, that it imports."""
    for node in ast.walk(text.tree):
        if isinstance(node, ast.Import):
            for each in node.names:
                yield from _files(text.path.parent, each.name)
        elif isinstance(node, ast.ImportFrom):
            folder = text.path.parents[max(node.level - 1, 0)]
            for each in node.names:
                yield from _files(folder, ".".join(filter(None, (node.module, each.name))))


def _files(folder: Path, module: str) -> Iterator[Path]:
    """A package's module brings the packages around it along."""
    for name in module.split("."):
        folder = folder / name
        yield from (each for each in (folder / "__init__.py", folder.with_name(f"{name}.py")) if each.is_file())


def _python(cell: str) -> str:
    """The cell with ``pass`` in the place of what is IPython's, so that every line keeps its number."""
    if cell.startswith("%%"):
        first, _, rest = cell.partition("\n")
        # Only these run their cell as Python, here.
        known = first[2:].split()[:1] in ([name] for name in ("time", "timeit", "capture", "prun"))
        return "\n" + (_python(rest) if known else "\n" * rest.count("\n"))
    return _NOT_PYTHON.sub(r"\1pass", textwrap.dedent(cell))


def _parsed(source: bytes, label: str) -> ast.Module:
    try:
        return ast.parse(source, os.fspath(label))
    except (SyntaxError, ValueError) as error:
        where = f":{error.lineno}" if isinstance(error, SyntaxError) and error.lineno else ""
        reason = error.msg if isinstance(error, SyntaxError) else str(error)
        raise ProgramError(f"{label}{where} is not Python, and cannot be checked: {reason}") from error
