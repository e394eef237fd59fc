"""The tables of names in docs/reference/dialects.md: ``python docs/dialect_tables.py`` writes the page anew.

A name is *there* if its module has it, *differs* where the dialect's notes say how, and *missing* where they say why.
"""

from __future__ import annotations

import importlib
import pkgutil
from pathlib import Path
from types import ModuleType
from typing import Any

PAGE = Path(__file__).parent / "reference" / "dialects.md"
DIALECTS = {"mxnet": "MXNet", "torch": "PyTorch", "jax": "JAX", "tensorflow": "TensorFlow", "autograd": "autograd"}
INTRODUCTION = """\
# Dialects

Namespaces spelled as another library, over unigrad's arrays on any backend. `python docs/dialect_tables.py` writes this
page from the dialects themselves. Asking for a name that is not there raises `MissingName`, which names the nearest.
"""


def modules(dialect: str) -> dict[str, ModuleType]:
    """The public modules of a dialect by their name in it: those that say what is missing from them."""
    package = importlib.import_module(f"unigrad.dialects.{dialect}")
    found = {dialect: package}
    for info in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
        module = importlib.import_module(info.name)
        if "__getattr__" in vars(module):
            found[info.name.removeprefix("unigrad.dialects.")] = module
    return found


def names(module: ModuleType) -> list[str]:
    """The public names of a module."""
    listed = getattr(module, "__all__", None) or [name for name in dir(module) if not name.startswith("_")]
    return sorted(set(listed), key=lambda name: (name.lower(), name))


def section(dialect: str, title: str) -> str:
    """The section of one dialect."""
    notes: Any = importlib.import_module(f"unigrad.dialects.{dialect}.notes")
    lines = [f"## {title}", "", "| module | names that are there |", "| --- | --- |"]
    for name, module in sorted(modules(dialect).items()):
        lines.append(f"| `{name}` | {' '.join(f'`{each}`' for each in names(module)) or '—'} |")
    for heading, word in (("differs", "DIFFERS"), ("corrected", "CORRECTED"), ("missing", "MISSING")):
        table: dict[str, str] = getattr(notes, word, {})
        if table:
            lines += ["", f"| {heading} | how |" if word != "MISSING" else "| missing | why |", "| --- | --- |"]
            lines += [
                f"| `{name}` | {text} |"
                for name, text in sorted(table.items(), key=lambda pair: (pair[0].lower(), pair[0]))
            ]
    return "\n".join(lines) + "\n"


def page() -> str:
    """The whole page."""
    return "\n".join([INTRODUCTION, *(section(dialect, title) for dialect, title in DIALECTS.items())])


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
