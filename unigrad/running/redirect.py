"""The redirect: the syntax tree of a program, with the imports of one library turned into imports of its dialect."""

from __future__ import annotations

import ast
from types import CodeType
from typing import Any, Final

from unigrad.running import dialect as dialects

__all__ = ["Redirect"]

#: Functions that take a module's name: with a literal name they are imports too.
_IMPORTERS: Final = ("import_module", "find_spec", "__import__")


class Redirect(ast.NodeTransformer):
    """Turns what imports `dialect`'s library into what imports the dialect, at the same lines and columns.

    ``import torch.nn as nn`` becomes ``import unigrad.dialects.torch.nn as nn``. Other imports are left as they are. One
    redirect serves any number of trees. Raises `ProgramError` for an unknown dialect.
    """

    def __init__(self, dialect: str) -> None:
        self.targets = dialects.targets_of(dialect)

    def compiled(self, source: bytes, filename: str) -> CodeType:
        """The redirected code of a file; raises `SyntaxError`, as the file itself would."""
        tree = compile(source, filename, "exec", ast.PyCF_ONLY_AST, dont_inherit=True)
        return compile(self.visit(tree), filename, "exec", dont_inherit=True)

    def concerns(self, module: str | None) -> bool:
        """Whether the dotted name is that of the library, or of a module in it."""
        return module is not None and _top(module) in self.targets

    def visit_Import(self, node: ast.Import) -> ast.Import:
        """``import torch``, ``import torch.nn.functional as F``."""
        node.names = [new for old in node.names for new in self._names(old)]
        return node

    def visit_ImportFrom(self, node: ast.ImportFrom) -> ast.ImportFrom:
        """``from torch import nn``; a relative import is of the program's own files."""
        if node.module is not None and node.level == 0 and self.concerns(node.module):
            node.module = self._targeted(node.module)
        return node

    def visit_Call(self, node: ast.Call) -> ast.expr:
        """``importlib.import_module("torch.nn")``."""
        self.generic_visit(node)
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", None)
        if name not in _IMPORTERS or not any(self._literal(each) for each in node.args):
            return node
        node.args = [self._literal(each) or each for each in node.args]
        # Without a list of names, __import__("a.b.c") gives a; the dialect is two attributes further.
        return self._module(node) if name == "__import__" and len(node.args) + len(node.keywords) == 1 else node

    def _names(self, old: ast.alias) -> list[ast.alias]:
        if not self.concerns(old.name):
            return [old]
        imported = ast.copy_location(ast.alias(self._targeted(old.name), old.asname or _top(old.name)), old)
        if old.asname or old.name in self.targets:
            return [imported]
        # ``import torch.nn`` loads torch.nn, and binds torch: the same name twice leaves no other name behind.
        return [imported, ast.copy_location(ast.alias(self.targets[_top(old.name)], _top(old.name)), old)]

    def _literal(self, node: ast.expr) -> ast.expr | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and self.concerns(node.value):
            return ast.copy_location(ast.Constant(self._targeted(node.value)), node)
        return None

    def _module(self, node: ast.Call) -> ast.expr:
        """What gives the dialect's module, from the call that imports it and gives ``unigrad``."""
        named: Any = next(each for each in node.args if isinstance(each, ast.Constant))
        target = max((each for each in self.targets.values() if f"{named.value}.".startswith(f"{each}.")), key=len)
        module: ast.expr = node
        for name in target.split(".")[1:]:
            module = ast.copy_location(ast.Attribute(module, name, ast.Load()), node)
        return module

    def _targeted(self, module: str) -> str:
        return self.targets[_top(module)] + module.removeprefix(_top(module))


def _top(module: str) -> str:
    return module.partition(".")[0]
