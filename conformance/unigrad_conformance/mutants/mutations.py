"""Mutation: one change of a function's tree, with the family it belongs to and the line it is made in."""

from __future__ import annotations

import ast
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

from unigrad_conformance.mutants.expressions import AXES, NAMESPACES, changes, result_changes
from unigrad_conformance.mutants.source import Node, with_fields


@dataclass(frozen=True)
class Mutation:
    """A family, the changed tree, the changed part in words, and its line."""

    family: str
    node: Node
    before: str
    after: str
    line: int


@dataclass(frozen=True)
class Words:
    """What a function's names stand for: arrays, which may be taken for each other, as may shapes; and options."""

    arrays: tuple[str, ...]
    shapes: tuple[str, ...]
    options: tuple[str, ...]


_PLAIN: Final = frozenset({"bool", "int", "float"})


def words(node: Node, options: Sequence[str] = (), plain: Sequence[str] = ()) -> Words:
    """The parameters of a function by their names and annotations; `options` are a card's, `plain` those that are numbers."""
    given = [(each.arg, each.annotation) for each in node.args.posonlyargs + node.args.args + node.args.kwonlyargs]
    names = [name for name, _ in given if name not in NAMESPACES | AXES]
    kinds = {name: "" if kind is None else ast.unparse(kind) for name, kind in given}
    shapes = tuple(name for name in names if name.endswith("_shape"))
    numbers = tuple(name for name in names if name in plain or kinds[name] in _PLAIN)
    taken = {*shapes, *numbers, *options, "index", "g", "t"}
    arrays = [name for name in names if name not in taken and not name.endswith(("_dtype", "_device"))]
    return Words(tuple(name for name in arrays if kinds[name] in ("", "Any")), shapes, numbers)


def mutations(node: Node, known: Words) -> list[Mutation]:
    """Every mutation of a function, no two of them alike, and none that leaves it as it is."""
    seen = {ast.unparse(node)}
    found = []
    for target, (family, new) in _all_changes(node, known):
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


def _all_changes(node: Node, known: Words) -> Iterator[tuple[Any, tuple[str, Any]]]:
    for value in _results(node):
        yield from result_changes(value)
    for part in _expressions(node):
        for change in changes(part):
            yield part, change
        if isinstance(part, ast.Name):
            for change in _other_names(part, known):
                yield part, change
    for statement in ast.walk(node):
        if isinstance(statement, ast.If) and not isinstance(statement.test, (ast.Compare, ast.UnaryOp)):
            yield statement.test, ("comparison", ast.UnaryOp(ast.Not(), statement.test))


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
        yield from _expressions(part)


def _is_aside(part: ast.AST) -> bool:
    """Whether nothing is computed: a docstring, or Python's own ``strict=True``."""
    said = isinstance(part, ast.Expr) and isinstance(part.value, ast.Constant)
    return said or (isinstance(part, ast.keyword) and part.arg == "strict")


def _other_names(name: ast.Name, known: Words) -> Iterator[tuple[str, ast.expr]]:
    if not isinstance(name.ctx, ast.Load):
        return
    for group in (known.arrays, known.shapes):
        if name.id in group:
            for other in group:
                if other != name.id:
                    yield "saved value", ast.Name(other, ast.Load())
    if name.id in AXES:
        yield "axis", _call("wrong_axis", name)
    if name.id in known.options:
        yield "option", _call("wrong_option", name)


def _call(function: str, operand: ast.expr) -> ast.expr:
    return ast.Call(ast.Name(function, ast.Load()), [operand], [])
