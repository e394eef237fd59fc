"""Progress: a bar on the terminal while something long runs, and nothing where there is no terminal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

Start = Callable[[int], Callable[..., None]]


@contextmanager
def bar() -> Iterator[Start]:
    """A scope with a bar; it is started with the number of steps, and gives what is told of each step, or of several."""
    console = Console(stderr=True)
    columns = TextColumn("{task.description}", table_column=None), BarColumn(), MofNCompleteColumn()
    with Progress(*columns, console=console, transient=True, disable=not console.is_terminal) as progress:

        def start(total: int) -> Callable[..., None]:
            task = progress.add_task("", total=total)
            return lambda what, steps=1: progress.update(task, advance=steps, description=what[:40].ljust(40))

        yield start
