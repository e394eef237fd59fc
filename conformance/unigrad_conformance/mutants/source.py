"""Source: the syntax tree that a function was compiled from, and the code of a changed tree to run in its place."""

from __future__ import annotations

import ast
import functools
from collections.abc import Iterator
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

Node = ast.FunctionDef | ast.Lambda


class SourceLost(Exception):
    """The file does not hold the function any more, or never did."""


def find(function: FunctionType) -> Node:
    """The tree of `function`, recognised by its code, so that lambdas on one line are told apart.

    Raises `SourceLost` where the file has changed since it was imported, or is none.
    """
    return _found(function.__code__)


@functools.cache
def _found(code: CodeType) -> Node:
    for node in _functions(code.co_filename):
        if _first_line(node) == code.co_firstlineno and _same(compiled(node, code), code):
            return node
    raise SourceLost(f"{code.co_filename}:{code.co_firstlineno} is not the source of '{code.co_name}' (any more)")


def compiled(node: Node, code: CodeType) -> CodeType:
    """The code of the tree, to stand where `code` stood: with the same free variables, read or not."""
    free = code.co_freevars
    kept = _reading(node, free) if free else node
    body = kept if isinstance(kept, ast.FunctionDef) else ast.Return(kept)
    outer = ast.FunctionDef("enclosing", _parameters(free), [body], [])
    module = ast.fix_missing_locations(ast.Module([outer], []))
    flags = code.co_flags & annotations.compiler_flag
    enclosing = _inner(compile(module, code.co_filename, "exec", flags, dont_inherit=True))
    return _inner(enclosing)


def _parameters(names: tuple[str, ...]) -> ast.arguments:
    return ast.arguments([], [ast.arg(name) for name in names], None, [], [], None, [])


def _inner(code: CodeType) -> CodeType:
    return next(part for part in code.co_consts if isinstance(part, CodeType))


def _reading(node: Node, names: tuple[str, ...]) -> Node:
    """The tree with the names read where the compiler sees them and nobody else: `__code__` takes the same free variables only."""
    reads = ast.Tuple([ast.Name(name, ast.Load()) for name in names], ast.Load())
    if isinstance(node, ast.Lambda):
        body = ast.IfExp(ast.Constant(True), node.body, reads)
        return ast.copy_location(ast.Lambda(node.args, body), node)
    idle = ast.If(ast.Constant(False), [ast.Expr(reads)], [])
    return with_fields(node, body=[*node.body, idle])


def with_fields(node: Any, **changed: Any) -> Any:
    """A copy of one node of a tree, some fields changed."""
    return ast.copy_location(type(node)(**{**dict(ast.iter_fields(node)), **changed}), node)


def _same(one: CodeType, two: CodeType) -> bool:
    """Whether two codes have one source: not all is equal, since calls of what a module imports are compiled otherwise."""
    alike = one.co_names == two.co_names and one.co_varnames == two.co_varnames
    return alike and (bool(two.co_freevars) or set(one.co_positions()) == set(two.co_positions()))


@functools.cache
def _functions(file: str) -> tuple[Node, ...]:
    try:
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
    except (OSError, SyntaxError):
        return ()
    return tuple(_undecorated(node) for node in _walk(tree))


def _walk(tree: ast.AST) -> Iterator[Node]:
    return (node for node in ast.walk(tree) if isinstance(node, (ast.FunctionDef, ast.Lambda)))


def _undecorated(node: Node) -> Node:
    return with_fields(node, decorator_list=[]) if isinstance(node, ast.FunctionDef) and node.decorator_list else node


def _first_line(node: Node) -> int:
    return node.lineno
