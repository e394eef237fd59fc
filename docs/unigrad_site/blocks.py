"""The blocks of a page, and how they run: the site, when it is built, and the tests take them from here.

A fence ``python`` is a program: blocks run in order, in one namespace a page, and in one of its own for each tab that has a
``:sync:`` key other than ``unigrad``. A fence ``output`` behind it is what the block prints, its last expression shown as an
interpreter would. A fence with a path behind the language is a file of a package, which tests write and install.
"""

from __future__ import annotations

import ast
import contextlib
import importlib.util
import io
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import unigrad as ug
from unigrad import settings

LIBRARIES = ("torch", "jax", "cupy", "array_api_strict")
"""The libraries that a block may need, and that not everyone has who builds the site."""

_PIECE = re.compile(
    r"^(?P<fence>`{3,})(?P<info>[^\n]*)\n(?P<code>.*?)^(?P=fence)$"
    r"|^(?P<opened>:{3,})\{tab-item\}[^\n]*\n:sync: (?P<tab>\w+)$"
    r"|^(?P<closed>:{3,})$",
    re.DOTALL | re.MULTILINE,
)


class Block(NamedTuple):
    """One program of a page: its first line (from 1), its namespace by the tab's name, and what it prints if that is shown."""

    line: int
    tab: str
    code: str
    output: str | None


def blocks(text: str) -> list[Block]:
    """The programs of a page, in order."""
    found: list[Block] = []
    tab, colons, before = "", "", ""
    for piece in _PIECE.finditer(text):
        if piece["opened"]:
            tab, colons = piece["tab"].replace("unigrad", ""), piece["opened"]
        elif piece["closed"]:
            tab = "" if piece["closed"] == colons else tab
        elif piece["info"] == "python":
            found.append(Block(text.count("\n", 0, piece.start("code")) + 1, tab, piece["code"], None))
        elif piece["info"] == "output":
            if before != "python":
                line = text.count("\n", 0, piece.start("code"))
                raise ValueError(f"line {line}: an output without a block of Python in front of it")
            found[-1] = found[-1]._replace(output=piece["code"])
        before = piece["info"] or ""
    return found


def captioned(text: str) -> str:
    """A page in which each file of a package has its path above it, for Sphinx."""

    def caption(piece: re.Match[str]) -> str:
        language, _, path = (piece["info"] or "").partition(" ")
        if not path or language.startswith("{"):
            return piece[0]
        return f"{piece['fence']}{{code-block}} {language}\n:caption: {path}\n\n{piece['code']}{piece['fence']}"

    return _PIECE.sub(caption, text)


def run(block: Block, page: str, scope: dict[str, Any]) -> None:
    """Run a block of the file `page` in `scope`; raises what it raises, and `AssertionError` where it prints something else."""
    printed = output(block, page, scope)
    if block.output is not None and _stripped(printed) != _stripped(block.output):
        raise AssertionError(
            f"{page}, line {block.line}: the block prints\n{printed}and the page shows\n{block.output}"
        )


def output(block: Block, page: str, scope: dict[str, Any]) -> str:
    """What a block prints, and its last expression as an interpreter shows it."""
    # The empty lines in front make the numbers in a traceback the page's own.
    tree = ast.parse("\n" * (block.line - 1) + block.code, page)
    last = tree.body.pop() if tree.body and isinstance(tree.body[-1], ast.Expr) else None
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        exec(compile(tree, page, "exec"), scope)
        if isinstance(last, ast.Expr):
            value = eval(compile(ast.Expression(last.value), page, "eval"), scope)
            if value is not None:
                print(repr(value))
    return printed.getvalue()


def refreshed(text: str, page: str) -> str:
    """A page with its outputs as its blocks print them now; of blocks that cannot run here, as they were."""
    scopes: dict[str, dict[str, Any]] = {}
    outputs = []
    with isolated():
        for block in blocks(text):
            printed = None if lacking(block) else output(block, page, scopes.setdefault(block.tab, {"__name__": page}))
            outputs += [] if block.output is None else [block.output if printed is None else printed]
    waiting = iter(outputs)

    def filled(piece: re.Match[str]) -> str:
        if piece["info"] != "output":
            return piece[0]
        return f"{piece['fence']}output\n{next(waiting).rstrip()}\n{piece['fence']}"

    return _PIECE.sub(filled, text)


def lacking(block: Block) -> str | None:
    """The library that a block needs and that is not installed, or None."""
    named = (name for name in LIBRARIES if re.search(rf'"{name}"|^ *import {name}\b', block.code, re.MULTILINE))
    return next((name for name in named if importlib.util.find_spec(name) is None), None)


@contextlib.contextmanager
def isolated() -> Iterator[None]:
    """A stretch after which unigrad is as before: no card, backend or dtype of a page outlives it."""
    cards, dtype, chosen = dict(ug.REGISTRY), ug.get_default_dtype(), settings._global
    try:
        yield
    finally:
        ug.REGISTRY.clear()
        ug.REGISTRY.update(cards)
        ug.set_default_dtype(dtype)
        settings._global = chosen


def _stripped(text: str) -> list[str]:
    return [line.rstrip() for line in text.rstrip().splitlines()]
