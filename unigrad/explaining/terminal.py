"""The terminal: commands for a stepper, and what it shows with rich."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from rich.console import Console
from rich.markup import escape
from rich.panel import Panel
from rich.table import Table

from unigrad.explaining import rules
from unigrad.explaining.arrays import Sketch, sketch
from unigrad.explaining.notation import written
from unigrad.explaining.styles import TEXT
from unigrad.explaining.walking import Step
from unigrad.graph import Tensor
from unigrad.observing import place_of

if TYPE_CHECKING:
    from unigrad.explaining.stepping import Stepper

__all__ = ["Terminal"]

_HELP: Final = """\
n, or nothing   the next step; n 5 makes five
u NODE          on until NODE: a name, a primitive or a number
nan             on until a contribution holds a NaN or an infinity
g [NODE]        look at the cotangent of the step, or at what has arrived at NODE
s               what has arrived at the nodes whose turn is yet to come, and at the leaves
h               this list
q               quit"""


class Terminal:
    """Reads commands and carries them out, until there is no step left."""

    def __init__(self, stepper: Stepper, read: Callable[[], str] | None, console: Console) -> None:
        self._stepper = stepper
        self._console = console
        self._read = read or (lambda: console.input("[bold]step>[/] "))
        self._ended = False

    def run(self) -> None:
        """Go on until the sweep ends, or the reader does."""
        self._console.print("The reverse sweep, step by step: n for the next, h for help, q to quit.")
        while not self._ended:
            try:
                line = self._read()
            except (EOFError, KeyboardInterrupt):
                return
            word, _, rest = line.strip().partition(" ")
            if word in ("q", "quit"):
                return
            self._carry_out(word, rest.strip())

    def _carry_out(self, word: str, rest: str) -> None:
        stepper = self._stepper
        if word in ("", "n", "next"):
            if rest and not rest.isdigit():
                self._console.print(f"n takes a number of steps, not {escape(repr(rest))}")
                return
            for _ in range(int(rest or 1)):
                if not self._ended:
                    self._go(lambda: next(stepper, None))
        elif word in ("u", "until") and rest:
            self._go(lambda: stepper.until_node(rest))
        elif word == "nan":
            self._go(stepper.until_not_finite)
        elif word == "g":
            self._look(rest)
        elif word == "s":
            self._sums()
        else:
            if word not in ("h", "help", "u", "until"):
                self._console.print(f"there is no command {escape(repr(word))}")
            self._console.print(escape(_HELP))

    def _go(self, move: Callable[[], Step | None]) -> None:
        """Move on and show where; what ends the sweep is said."""
        try:
            step = move()
        except Exception as error:  # noqa: BLE001 - a rule may raise anything: the terminal says why the sweep ends
            notes = "".join(f"\n{note}" for note in getattr(error, "__notes__", ()))
            self._console.print(
                f"[bold red]the sweep ends here:[/] {escape(f'{type(error).__name__}: {error}{notes}')}"
            )
            self._ended = True
            return
        if step is None:
            self._console.print("[bold]the sweep has come to its end[/]")
            self._sums()
            self._ended = True
            return
        self._show(step)

    def _show(self, step: Step) -> None:
        title = self._stepper.title(step.node)
        table = Table("to", "rule", "contribution", "sum so far", box=None, padding=(0, 2, 0, 0))
        formulas = rules.pulled(step.node, step.g) or (None,) * len(step.contributions)
        for each, formula in zip(step.contributions, formulas, strict=True):
            text = "its author's" if formula is None else written(formula, TEXT)[0]
            table.add_row(
                escape(f"{self._stepper.title(each.parent)} as {each.argument}"), escape(text),
                _colored(sketch(each.part)), _colored(sketch(each.total)),
            )  # fmt: skip
        place = place_of(step.node)
        self._console.print(Panel(table, title=escape(f"step {step.number}: {title}"), title_align="left"))
        self._console.print(f"  g = {_colored(sketch(step.g))}" + (f"   {escape(str(place))}" if place else ""))

    def _look(self, name: str) -> None:
        stepper = self._stepper
        if not name:
            if stepper.current is None:
                self._console.print("no step has been made yet; n makes the first")
            else:
                self._array(stepper.current.g)
            return
        for place, g in stepper.cotangents.items():
            if name in (stepper.names.get(place), str(place.id), stepper.title(place)):
                self._array(g)
                return
        self._console.print(f"nothing has arrived at {escape(repr(name))} yet")

    def _array(self, g: object) -> None:
        self._console.print(escape(str(g.numpy()) if _is_plain(g) else sketch(g).text))  # type: ignore[attr-defined]

    def _sums(self) -> None:
        table = Table("at", "shape", "cotangent", box=None, padding=(0, 2, 0, 0))
        for place, g in self._stepper.cotangents.items():
            found = sketch(g)
            table.add_row(escape(self._stepper.title(place)), str(found.shape), _colored(found))
        self._console.print(table)


def _is_plain(g: object) -> bool:
    return isinstance(g, Tensor) and not hasattr(g.raw, "__level__") and not g.xp.is_traced(g.raw)


def _colored(found: Sketch) -> str:
    text = escape(found.text if len(found.text) <= 72 else found.text[:71] + "…")
    return text if found.finite else f"[bold red]{text}[/]"
