"""The text of a card's rules as its file has them, with the functions that they name."""

from __future__ import annotations

import ast
import inspect
import textwrap
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from typing import NamedTuple

from unigrad.card import Card


class Source(NamedTuple):
    """A module's text, and its functions by name."""

    text: str
    functions: dict[str, ast.FunctionDef]


@cache
def source(module: str) -> Source:
    """The source of a module by its dotted name."""
    text = inspect.getsource(import_module(module))
    return Source(text, {node.name: node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef)})


def rules(card: Card) -> str:
    """The rules of a card, a line ``name = text`` for each; below them the private functions of its file that they call."""
    found = list(_rules(card))
    lines = "\n".join(f"{name} = {_dedented(card.module, node)}" for name, node in found)
    called = _called(card.module, [node for _, node in found])
    return "\n\n".join([lines, *(definition(card.module, name) for name in called)])


def _called(module: str, nodes: list[ast.expr]) -> list[str]:
    """The private functions of a module that these call, and those that they call in turn, in the order of the file."""
    functions, found = source(module).functions, set[str]()
    waiting: list[ast.AST] = [*nodes]
    while waiting:
        names = {node.id for node in ast.walk(waiting.pop()) if isinstance(node, ast.Name)}
        new = {name for name in names if name in functions and name.startswith("_")} - found
        found |= new
        waiting += [functions[name] for name in new]
    return [name for name in functions if name in found]


def definition(module: str, name: str) -> str:
    """The text of a module's function, without its decorators and its docstring."""
    node = source(module).functions[name]
    lines = source(module).text.splitlines()
    body = node.body[1:] if ast.get_docstring(node) is not None and len(node.body) > 1 else node.body
    head = "\n".join(lines[node.lineno - 1 : node.body[0].lineno - 1])
    return f"{head}\n" + "\n".join(lines[body[0].lineno - 1 : node.end_lineno])


def _rules(card: Card) -> Iterator[tuple[str, ast.expr]]:
    """The rules of a card by what a reader is to see in front of each."""
    for keyword in _keywords(card):
        if keyword.arg in ("vjp", "jvp") and isinstance(keyword.value, ast.Dict):
            for key, value in zip(keyword.value.keys, keyword.value.values, strict=True):
                if isinstance(key, ast.Constant):
                    yield f'{keyword.arg}["{key.value}"]', value
        elif keyword.arg == "transpose" or (keyword.arg or " ")[1:] in card.rules:
            yield str(keyword.arg), keyword.value


def _keywords(card: Card) -> list[ast.keyword]:
    node = source(card.module).functions.get(card.name)
    calls = [each for each in node.decorator_list if isinstance(each, ast.Call)] if node is not None else []
    return [keyword for call in calls for keyword in call.keywords]


def _dedented(module: str, node: ast.expr) -> str:
    first, *rest = (ast.get_source_segment(source(module).text, node) or "").split("\n")
    return "\n".join([first, *textwrap.dedent("\n".join(rest)).split("\n")]) if rest else first
