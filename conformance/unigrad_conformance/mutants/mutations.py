"""Mutation: one change of a function's tree, with the family it belongs to and the line it is made in."""

from __future__ import annotations

import ast
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, Final

from unigrad_conformance.mutants.expressions import AXES, called, changes, result_changes
from unigrad_conformance.mutants.source import Node, with_fields


@dataclass(frozen=True)
class Mutation:
    """A family, the changed tree, the changed part in words, and its line."""

    family: str
    node: Node
    before: str
    after: str
    line: int


_PLAIN: Final = frozenset({"bool", "int", "float"})


def numbers(node: Node, options: Iterable[str] = ()) -> frozenset[str]:
    """The parameters of a function that are numbers: by their annotations, or among a card's numeric `options`."""
    given = node.args.posonlyargs + node.args.args + node.args.kwonlyargs
    plain = {each.arg for each in given if each.annotation is not None and ast.unparse(each.annotation) in _PLAIN}
    return frozenset(plain | {each.arg for each in given if each.arg in {*options}}) - AXES


def mutations(node: Node, plain: Collection[str] = ()) -> list[Mutation]:
    """Every mutation of a function, no two of them alike, none that leaves it as it is; `plain` are parameters that are numbers."""
    seen = {ast.unparse(node)}
    found = []
    for target, (family, new) in _all_changes(node, plain):
        if not hasattr(new, "lineno"):  # what is moved from elsewhere in the tree keeps its place
            ast.copy_location(new, target)
        changed = replaced(node, target, new)
        text = ast.unparse(changed)
        if text not in seen:
            seen.add(text)
            found.append(Mutation(family, changed, ast.unparse(target), ast.unparse(new), target.lineno))
    return found


def replaced(node: Any, target: ast.AST, new: ast.AST) -> Any:
    """A copy of the tree with `new` in the place of `target`."""
    if node is target:
        return new
    if isinstance(node, list):
        return [replaced(part, target, new) for part in node]
    if not isinstance(node, ast.AST):
        return node
    return with_fields(node, **{name: replaced(value, target, new) for name, value in ast.iter_fields(node)})


def _all_changes(node: Node, plain: Collection[str]) -> Iterator[tuple[Any, tuple[str, Any]]]:
    for value in _results(node):
        yield from result_changes(value)
    for part in _expressions(node):
        for change in changes(part):
            yield part, change
        if isinstance(part, ast.Name):
            for change in _of_name(part, plain):
                yield part, change


def _results(node: Node) -> list[ast.expr]:
    if isinstance(node, ast.Lambda):
        return [node.body]
    return [part.value for part in ast.walk(node) if isinstance(part, ast.Return) and part.value is not None]


def _expressions(node: ast.AST) -> Iterator[ast.expr]:
    """The expressions that a function computes with: no annotation, no docstring, no message of an error, no default."""
    unread = [getattr(node, name, None) for name in ("annotation", "returns")]
    for part in ast.iter_child_nodes(node):
        if part in unread or isinstance(part, (ast.arguments, ast.Raise, ast.JoinedStr)) or _is_aside(part):
            continue
        if isinstance(part, ast.expr):
            yield part
        if not _is_question(part):
            yield from _expressions(part)


def _is_aside(part: ast.AST) -> bool:
    """Whether nothing is computed: a docstring, or Python's own ``strict=True``."""
    said = isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
    return said or (isinstance(part, ast.keyword) and part.arg == "strict")


def _is_question(part: ast.AST) -> bool:
    """Whether only the presence or the number of something is asked for, which no mistake in it changes."""
    if isinstance(part, ast.Compare):
        return isinstance(part.ops[0], (ast.Is, ast.IsNot))
    return isinstance(part, ast.Call) and called(part) == "len"


def _of_name(name: ast.Name, plain: Collection[str]) -> Iterator[tuple[str, ast.expr]]:
    if isinstance(name.ctx, ast.Load):
        if name.id in AXES:
            yield "axis", _call("wrong_axis", name)
        if name.id in plain:
            yield "option", _call("wrong_option", name)


def _call(function: str, operand: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(function, ast.Load()), [operand], [])
