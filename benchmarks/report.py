"""The report: the tables of a session on a terminal, or as Markdown."""

from __future__ import annotations

from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table as RichTable

from benchmarks.tables import Table, facts_line, tables

COLOURS = {"yes": "green", "NO": "bold red", "failed": "bold red", "unknown": "yellow", "not run": "yellow"}


def rich_table(table: Table) -> RichTable:
    """Return the table for a terminal."""
    made = RichTable(title=escape(table.title), title_justify="left", box=box.SIMPLE_HEAD, pad_edge=False)
    for number, heading in enumerate(table.headings):
        made.add_column(heading, justify="left" if number < table.words else "right", no_wrap=True)
    for row in table.rows:
        made.add_row(*(f"[{COLOURS[text]}]{text}" if text in COLOURS else escape(text) for text in row))
    return made


def show(record: dict[str, Any], console: Console) -> None:
    """Print a session's tables on a terminal."""
    for table in tables(record):
        console.print(rich_table(table))
        for note in table.notes:
            console.print(f"  {escape(note)}", highlight=False)
        console.print()
    console.print(facts_line(record), highlight=False)


def markdown_table(table: Table) -> str:
    """Return the table as Markdown."""
    rules = ["---"] * table.words + ["---:"] * (len(table.headings) - table.words)
    lines = ["| " + " | ".join(row) + " |" for row in (table.headings, rules, *table.rows)]
    return "\n".join([f"**{table.title}**", "", *lines, *(f"\n{note}" for note in table.notes)])


def markdown(record: dict[str, Any]) -> str:
    """Return a session's tables as Markdown."""
    return "\n\n".join([*(markdown_table(table) for table in tables(record)), facts_line(record)])
