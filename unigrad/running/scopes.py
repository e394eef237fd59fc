"""Scopes: which names of a program stand for something in the imitated library, and where."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Sequence
from typing import NamedTuple

__all__ = ["Function", "Scope", "dotted"]

Function = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda


class _Binding(NamedTuple):
    """A name gets a value: that of a dotted name, where it is an import's or another name's, else None.

    It is `certain` where no branch or loop is around it.
    """

    line: int
    value: str | None
    imported: bool
    certain: bool


class Scope(ast.NodeVisitor):
    """The names that one module, class, function or comprehension binds; `parent` is the scope around it."""

    def __init__(self, nodes: Iterable[ast.AST], parent: Scope | None = None, *, is_class: bool = False) -> None:
        self._parent = parent
        self._is_class = is_class
        self._bindings: dict[str, list[_Binding]] = {}
        self._module_names: set[str] = set()
        for node in nodes:
            self._certain = isinstance(node, ast.Import | ast.ImportFrom | ast.Assign | ast.FunctionDef | ast.ClassDef)
            self.visit(node)

    def resolve(self, name: str, line: int, library: str) -> str | None:
        """The dotted name in `library` that `name` may stand for at the line, or None."""
        scope, inner = self._owner(name)
        if scope is None:
            return None
        bindings = scope._bindings[name]
        # Within a scope the lines run in order, but for loops; a function may be called after all of them.
        before = [each for each in bindings if each.line <= line] if not inner else []
        last = max((number for number, each in enumerate(before) if each.certain), default=0)
        for binding in before[last:] or bindings:
            if (found := scope._value(binding, name, library)) is not None:
                return found
        return None

    def _value(self, binding: _Binding, name: str, library: str) -> str | None:
        if binding.value is None or binding.imported:
            return binding.value if binding.value and f"{binding.value}.".startswith(f"{library}.") else None
        root, _, rest = binding.value.partition(".")
        found = None if root == name else self.resolve(root, binding.line, library)
        return found and f"{found}.{rest}".removesuffix(".")

    def _owner(self, name: str) -> tuple[Scope | None, bool]:
        """The scope that binds the name as seen from here, and whether that is another one."""
        scope: Scope | None = self
        if name in self._module_names:
            while scope is not None and scope._parent is not None:
                scope = scope._parent
        while scope is not None and (name not in scope._bindings or (scope._is_class and scope is not self)):
            scope = scope._parent
        return scope, scope is not self

    def _bind(self, name: str, node: ast.AST, value: str | None = None, *, imported: bool = False) -> None:
        binding = _Binding(getattr(node, "lineno", 0), value, imported, self._certain)
        self._bindings.setdefault(name, []).append(binding)

    def visit_Import(self, node: ast.Import) -> None:
        for each in node.names:
            top = each.name.partition(".")[0]
            self._bind(each.asname or top, node, each.name if each.asname else top, imported=True)

    def visit_ImportFrom(self, node: ast.ImportFrom) -> None:
        for each in node.names:
            value = None if node.level else f"{node.module}.{each.name}"
            self._bind(each.asname or each.name, node, value, imported=True)

    def visit_Assign(self, node: ast.Assign) -> None:
        """``nd = mx.nd`` passes a name on."""
        self.visit(node.value)
        for target in node.targets:
            if isinstance(target, ast.Name):
                self._bind(target.id, node, dotted(node.value))
            else:
                self.visit(target)

    def visit_Name(self, node: ast.Name) -> None:
        if not isinstance(node.ctx, ast.Load):
            self._bind(node.id, node)

    def visit_arg(self, node: ast.arg) -> None:
        self._bind(node.arg, node)

    def visit_ExceptHandler(self, node: ast.ExceptHandler) -> None:
        if node.name:
            self._bind(node.name, node)
        self.generic_visit(node)

    def visit_MatchAs(self, node: ast.MatchAs) -> None:
        if node.name:
            self._bind(node.name, node)
        self.generic_visit(node)

    def visit_Global(self, node: ast.Global) -> None:
        self._module_names.update(node.names)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) -> None:
        """What is inside has a scope of its own."""
        self._bind(node.name, node)

    visit_AsyncFunctionDef = visit_ClassDef = visit_FunctionDef

    def visit_Lambda(self, node: ast.Lambda | ast.expr) -> None:
        """As a function; so have comprehensions."""

    visit_ListComp = visit_SetComp = visit_DictComp = visit_GeneratorExp = visit_Lambda


def dotted(node: ast.AST) -> str | None:
    """``"a.b.c"`` for a name, or an attribute of one; None for any other expression."""
    names: Sequence[str] = ()
    while isinstance(node, ast.Attribute):
        names, node = (node.attr, *names), node.value
    return ".".join((node.id, *names)) if isinstance(node, ast.Name) else None
