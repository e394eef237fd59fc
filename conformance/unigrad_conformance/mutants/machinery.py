"""Machinery mutants: the code that writes pulls, records nodes and accumulates cotangents, broken by hand.

What is generated as text has no syntax tree to be changed, so each mistake is a line of a table: the function, or the
constant, that has the text, and another text for it.
"""

from __future__ import annotations

import ast
import functools
import inspect
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from types import FunctionType, ModuleType
from typing import Any, Final, NamedTuple

from unigrad import fastpath, pulls, recorder
from unigrad.card import REGISTRY
from unigrad_conformance.mutants.installing import forget_all, with_attribute, with_code
from unigrad_conformance.mutants.mutant import Mutant
from unigrad_conformance.mutants.rule_mutants import numbered, short
from unigrad_conformance.mutants.source import SourceLost, compiled


class Change(NamedTuple):
    """A text of a module's function or constant, and what to write in its place."""

    family: str
    module: ModuleType
    name: str
    before: str
    after: str


CHANGES: Final = (
    Change("missing sum", pulls, "write_pull", "if broadcast:", "if False:"),
    Change("parent order", pulls, "make_pull", "zip(parents, terms, strict", "zip(parents, terms[::-1], strict"),
    Change("parent order", pulls, "make_pull", "return ({', '.join(terms)},)", "return ({', '.join(terms[::-1])},)"),
    Change("accumulation", pulls, "_ADDED", "{parent}.g += part", "{parent}.g -= part"),
    Change("accumulation", pulls, "_ADDED", "{parent}.g = {parent}.g + part", "{parent}.g = part"),
    Change("sign", pulls, "_term", 'else "-g"', 'else "g"'),
    Change("dropped term", pulls, "_term", 'else f"g * {call}"', 'else f"{call}"'),
    Change("saved value", pulls, "_field", 'f"arrays[{position}]{', 'f"arrays[{-1 - position}]{'),
    Change("saved value", pulls, "_kept", "else constants", "else OUT"),
    Change("saved value", pulls, "_kept", "tracked.index(position) if position in tracked else ", ""),
    Change("saved value", pulls, "_kept", "return OUT", "return PLAIN"),
    Change("saved value", fastpath, "_field", 'f"a{card.arrays.index(name)}"', 'f"a{card.arrays[::-1].index(name)}"'),
    Change("saved value", fastpath, "_field", 'else "form1"', 'else "form"'),
    Change("parent order", fastpath, "_record_lines", '"if p0 is None", (1,)', '"if p0 is None", (0,)'),
    Change("parent order", fastpath, "_node_lines", "node.first = p{tracked[0]}", "node.first = p{tracked[-1]}"),
    Change("missing sum", recorder, "call", "not alike", "False"),
    Change("parent order", recorder, "add_node", "node.first, *rest = parents", "*rest, node.first = parents"),
)


TELLING: Final = ("divide", "matmul", "index_set")
"""Cards that tell their operands apart, and save them, their shapes and the output: they are tried first."""


def machinery_mutants() -> list[Mutant]:
    """A mutant for each line of the table, tried on the cases of every card. Raises `SourceLost` for a text that is gone."""
    return numbered(map(_described, CHANGES))


def _described(change: Change) -> tuple[str, dict[str, Any]]:
    where = f"{change.module.__name__.rpartition('.')[2]}.{change.name}"
    text, line = _segment(change)
    if text.count(change.before) != 1:
        raise SourceLost(
            f"'{where}' does not hold the text '{change.before}' once, which a mutant of machinery.py is made of"
        )
    fields = {
        "suite": "rules",
        "family": change.family,
        "place": where,
        "where": f"{short(inspect.getfile(change.module))}:{line + text.partition(change.before)[0].count(chr(10))}",
        "before": change.before,
        "after": change.after,
        "cards": (*TELLING, *(name for name, card in REGISTRY.items() if card.kind not in ("constant", "composition"))),
        "install": partial(_installed, change),
        "general": True,
    }
    return f"{where}: {change.family}: {change.before} -> {change.after}", fields


def _segment(change: Change) -> tuple[str, int]:
    """The text of the function or constant, and the line that it starts in."""
    node = _statement(change.module, change.name)
    lines = inspect.getsource(change.module).splitlines(keepends=True)
    return "".join(lines[node.lineno - 1 : node.end_lineno]), node.lineno


def _statement(module: ModuleType, name: str) -> Any:
    for node in _statements(module):
        target = node.target if isinstance(node, ast.AnnAssign) else node
        if getattr(target, "name", getattr(target, "id", "")) == name:
            return node
    raise SourceLost(f"no '{name}' is defined where a mutant of machinery.py looks for it")


@functools.cache
def _statements(module: ModuleType) -> list[ast.stmt]:
    return ast.parse(inspect.getsource(module)).body


def _installed(change: Change) -> AbstractContextManager[None]:
    value = getattr(change.module, change.name)
    text = _segment(change)[0].replace(change.before, change.after)
    if not isinstance(value, FunctionType):
        return with_attribute(change.module, change.name, value.replace(change.before, change.after), reset=True)
    return _rewritten(value, ast.parse(text).body[0])


@contextmanager
def _rewritten(function: FunctionType, node: Any) -> Iterator[None]:
    try:
        with with_code([function], compiled(node, function.__code__)):
            forget_all()
            yield
    finally:
        forget_all()
