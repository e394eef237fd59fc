"""The list of functions: how each is differentiated, and the count of those that have both modes."""

from __future__ import annotations

import dataclasses
import io

from rich.console import Console

from unigrad.card import REGISTRY
from unigrad_conformance import listing, main


def test_the_list_counts_the_functions_that_have_both_modes(capsys):
    assert main(["--list"]) == 0
    *rows, last = capsys.readouterr().out.splitlines()
    cells = {row.split()[0]: row.split()[1:] for row in rows}
    assert cells["multiply"][:3] == ["elementwise", "partial", "partial"]
    assert cells["sum"][:3] == ["linear", "transpose", "itself"]
    assert cells["matmul"][:3] == ["primitive", "rule", "rule"]
    assert cells["dot"][:3] == ["composition", "primitives", "primitives"]
    assert cells["floor"][:3] == ["constant", "zero", "zero"]
    assert cells["isclose"][:3] == ["composition", "zero", "zero"]
    assert cells["clip"][3:] == [str(len(REGISTRY["clip"].samples)), str(len(REGISTRY["clip"].conventions))]
    count = sum("zero" not in row for row in rows[1:])
    assert last == f"{count} differentiable functions with both modes, of {len(rows) - 1} functions"
    assert count >= 250


def test_the_list_fails_where_a_differentiable_function_has_no_sample(monkeypatch, capsys):
    monkeypatch.setitem(REGISTRY, "sinh", dataclasses.replace(REGISTRY["sinh"], samples=()))
    assert main(["--list", "--select", "sinh"]) == 1
    said = capsys.readouterr().out
    assert "sinh: differentiable, and without a sample" in said
    assert "1 differentiable functions with both modes, of 2 functions" in said  # arcsinh, or its like


def test_the_list_is_a_table_on_a_terminal():
    console = Console(file=io.StringIO(), width=80, force_terminal=True, color_system=None)
    listing.show(list(listing.listed())[:30], console)
    lines = [line.split() for line in console.file.getvalue().splitlines()]
    assert lines[0] == list(listing.HEADS)
    assert len(lines) == 32
