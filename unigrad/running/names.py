"""The names that a program takes from the imitated library, and the lines where it does."""

from __future__ import annotations

import ast
from typing import NamedTuple

from unigrad.running.scopes import Function, Scope, dotted

__all__ = ["Use", "uses"]

Comprehension = ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp


class Use(NamedTuple):
    """A dotted name of the library at a line; `imported` where the program imports it, as a module."""

    line: int
    name: str
    imported: bool = False


def uses(tree: ast.Module, library: str) -> list[Use]:
    """Each name of `library` that the program reaches by its imports, once a line, in the order of the lines."""
    visitor = _Uses(library, Scope(tree.body))
    visitor.visit(tree)
    return sorted(visitor.found)


class _Uses(ast.NodeVisitor):
    def __init__(self, library: str, scope: Scope) -> None:
        self.found: set[Use] = set()
        self._library = library
        self._scope = scope

    def visit_Import(self, node: ast.Import) -> None:
        for each in node.names:
            self._add(node, each.name, imported=True)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        if node.level:
            return
        self._add(node, node.module, imported=True)
        for each in node.names:
            if each.name != "*":
                self._add(node, f"{node.module}.{each.name}")

    def visit_Attribute(self, node: ast.Attribute) -> None:
        name = dotted(node)
        if name is None:
            self.generic_visit(node)
        elif isinstance(node.ctx, ast.Load):
            root, _, rest = name.partition(".")
            found = self._scope.resolve(root, node.lineno, self._library)
            self._add(node, found and f"{found}.{rest}")

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> None:
        for each in (*node.decorator_list, node.returns):
            self._visit_all(each)
        self._enter_function(node)

    visit_AsyncFunctionDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda) -> None:
        self._enter_function(node)

    def visit_ClassDef(self, node: ast.ClassDef) -> None:
        self._visit_all(*node.decorator_list, *node.bases, *node.keywords)
        self._within(Scope(node.body, self._scope, is_class=True), *node.body)

    def visit_ListComp(self, node: Comprehension) -> None:
        scope = Scope((each.target for each in node.generators), self._scope)
        values = (node.key, node.value) if isinstance(node, ast.DictComp) else (node.elt,)
        self._within(scope, *node.generators, *values)

    visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_ListComp

    def _enter_function(self, node: Function) -> None:
        arguments = node.args
        named = [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]
        named += [each for each in (arguments.vararg, arguments.kwarg) if each is not None]
        self._visit_all(*arguments.defaults, *arguments.kw_defaults, *(each.annotation for each in named))
        body = [node.body] if isinstance(node, ast.Lambda) else node.body
        self._within(Scope([*named, *body], self._scope), *body)

    def _within(self, scope: Scope, *nodes: ast.AST) -> None:
        outer, self._scope = self._scope, scope
        self._visit_all(*nodes)
        self._scope = outer

    def _visit_all(self, *nodes: ast.AST | None) -> None:
        for each in nodes:
            if each is not None:
                self.visit(each)

    def _add(self, node: ast.stmt | ast.expr, name: str | None, *, imported: bool = False) -> None:
        if name is not None and f"{name}.".startswith(f"{self._library}."):
            self.found.add(Use(node.lineno, name, imported))
