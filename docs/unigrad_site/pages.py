"""The pages that are written when the site is built: the functions from their cards, the commands from their own help."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Iterator
from functools import cache
from importlib import import_module
from pathlib import Path

import click

import unigrad
from unigrad import errors
from unigrad.cli import main
from unigrad_conformance.cli import command as conformance
from unigrad_site.cardtext import escaped, text
from unigrad_site.entries import Entry, entries, families

INTRODUCTION = """\
Every public function, from its card: how it is called, how it is differentiated, where the suite tries it, what its slope
is where that is a choice, and which backends have it.

- *Cotangents* are what each argument receives in a reverse sweep when ``g`` arrives at the result. The rules wrote these
  formulas themselves, with kernels that write down what they compute.
- *Rules* are the lines that the sweeps run, on raw arrays and on Tensors; their parameters are what a node saves.
- *Samples* are the numbers that the suite draws for each argument, which keep away from kinks; *conventions* say what holds
  there.
- *All* backends are NumPy, Torch and JAX, on which the suite runs with every change, and CuPy, which is checked where there is
  a GPU.

``unigrad.special`` and ``unigrad.nn`` share functions with ``unigrad.numpy``: each stands here once, under the first of its
names.
"""
NAMES = """\
What ``import unigrad as ug`` brings. ``unigrad.numpy``, ``special``, ``nn`` and ``optim`` are imported by their names.
"""
REFERENCE = Path(__file__).parent.parent / "reference"


@cache
def pages() -> dict[str, str]:
    """The pages by name, without their ending: one a family, the index, the names of `unigrad`, the commands."""
    found = {}
    for titles in families().values():
        for family, (title, group) in titles.items():
            found[family] = _family(title, group)
    return found | {"index": _index(), "names": _names(), "command-line": _command_line()}


def _family(title: str, group: list[Entry]) -> str:
    own = [entry.module for entry in group if entry.module.startswith("unigrad.")]
    module = max(set(own), key=own.count)
    lead = (inspect.getdoc(import_module(module)) or "").partition("\n\n")[0]
    public = [entry for entry in group if not entry.names[0].startswith("unigrad.primitives")]
    behind = [entry for entry in group if entry not in public]
    parts = [_heading(title, "="), lead, *map(text, public)]
    if behind:
        parts += [_heading("Primitives behind these", "-"), *map(text, behind)]
    return "\n\n".join(parts) + "\n"


def _index() -> str:
    parts = [_heading("Functions", "="), INTRODUCTION]
    for section, titles in families().items():
        names = "\n".join(f"   {family}" for family in titles)
        parts.append(f"{_heading(section, '-')}\n\n.. toctree::\n   :maxdepth: 1\n   :titlesonly:\n\n{names}")
    rows = [_heading("By name", "-"), "", ".. list-table::", "   :class: functions", "   :widths: auto", ""]
    for entry in entries():
        first = escaped((inspect.getdoc(entry.function) or "").partition("\n")[0])
        rows += [f"   * - :py:func:`{_shown(entry)} <{entry.names[0]}>`", f"     - {first}"]
    return "\n\n".join([*parts, "\n".join(rows)]) + "\n"


def _shown(entry: Entry) -> str:
    return entry.names[0].removeprefix("unigrad.").removeprefix("numpy.")


def _heading(title: str, line: str) -> str:
    return f"{title}\n{line * len(title)}"


def _names() -> str:
    """All names of `unigrad`; those that no page of the reference documents are documented here."""
    rows = [".. list-table::", "   :class: functions", "   :widths: auto", ""]
    for name in sorted(unigrad.__all__, key=str.lower):
        rows += [f"   * - :py:obj:`{name}`", f"     - {_said(getattr(unigrad, name))}"]
    written = "\n".join(page.read_text(encoding="utf-8") for page in sorted(REFERENCE.rglob("*.md")))
    rest = [
        name for name in unigrad.__all__ if not re.search(rf"(auto|py:)\w+:: unigrad\.{name}$", written, re.MULTILINE)
    ]
    own = [directive(name, getattr(unigrad, name)) for name in rest if name not in errors.__all__]
    return "\n\n".join([_heading("Names", "="), NAMES, "\n".join(rows), *own]) + "\n"


def _said(each: object) -> str:
    """The first line of what an object says of itself; of a value, its type."""
    if not (inspect.isclass(each) or inspect.isroutine(each)):
        return f"A value, of type ``{type(each).__name__}``."
    return escaped((inspect.getdoc(each) or "").partition("\n")[0])


def directive(name: str, each: object) -> str:
    """What has Sphinx write down an object of `unigrad`."""
    if inspect.isclass(each):
        return f".. autoclass:: unigrad.{name}\n   :members:"
    return f".. {'autofunction' if inspect.isroutine(each) else 'py:data'}:: unigrad.{name}"


def _command_line() -> str:
    lead = "What each command says of itself with ``--help``."
    parts = [_heading("Command line", "="), lead, *(_section(*each) for each in commands("unigrad", main))]
    return "\n\n".join(parts) + "\n"


def commands(name: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
    """A command and those below it, by their full names."""
    # The suite's own command stands behind "unigrad conformance", which only hands its arguments over.
    yield name, conformance if name == "unigrad conformance" else command
    if isinstance(command, click.Group):
        for below, each in sorted(command.commands.items()):
            yield from commands(f"{name} {below}", each)


def _section(name: str, command: click.Command) -> str:
    shown = command.get_help(click.Context(command, info_name=name, max_content_width=100))
    return f"{_heading(name, '-')}\n\n.. code-block:: none\n\n{textwrap.indent(shown, '   ')}"
