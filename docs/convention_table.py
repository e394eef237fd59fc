"""The tables in docs/reference/conventions.md: ``python docs/convention_table.py`` writes them anew from the cards.

They stand between two comments of the page, `FIRST` and `LAST`; its words are the page's own.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import unigrad.nn
import unigrad.special  # noqa: F401 - a card is registered when its room is imported
from unigrad.card import REGISTRY, Card
from unigrad.samples import ENGINES, Convention
from unigrad_conformance.conventions import describe
from unigrad_conformance.declared import declared, shown

PAGE = Path(__file__).parent / "reference" / "conventions.md"
FIRST, LAST = "<!-- the tables: written by docs/convention_table.py -->\n", "<!-- the end of the tables -->\n"
TITLES = {"autograd": "autograd", "jax": "JAX", "torch": "Torch", "tf": "TensorFlow", "mxnet": "MXNet"}
SECTIONS = {
    "Elementwise functions": (
        *("arithmetic", "magnitudes", "exponentials", "trigonometry"),
        *("choices", "constant", "rounding", "curves"),
    ),
    "Reductions": ("reduction", "spreads", "running", "gaps"),
    "Sorting": ("sorting", "quantiles"),
    "Networks": ("nn", "activation", "pooling", "loss"),
    "Matrices": ("decomposition", "spectra", "solving", "norms"),
    "Special functions": ("errorfunctions", "gammas", "incomplete", "bessel", "special"),
}
"""The rooms of `unigrad.primitives` that have conventions, by the section of the page."""


def cards(rooms: tuple[str, ...]) -> Iterator[Card]:
    """The cards of these rooms that have conventions, in the order of the registry."""
    modules = [f"unigrad.primitives.{room}" for room in rooms]
    return (card for card in REGISTRY.values() if card.module in modules and card.conventions)


def in_place(convention: Convention, answer: Any) -> Any:
    """The answer of an engine with a dot for each argument that is asked for no slope."""
    if isinstance(answer, str):
        return answer
    given = iter(answer if isinstance(answer, tuple) else (answer,))
    return tuple(None if slope is None else next(given) for slope in convention.slopes)


def engine(convention: Convention, name: str) -> str:
    """The cell of an engine: whether it agrees, what else it gives, or a dash."""
    if name in convention.agree:
        return "same"
    return shown(in_place(convention, convention.differ[name])) if name in convention.differ else "—"


def row(card: Card, convention: Convention) -> str:
    """One line of a table."""
    weighted = "" if convention.cotangent is None else f" times {shown(convention.cotangent)}"
    cells = [f"`{describe(card.name, convention)}`{weighted}", declared(convention), convention.why]
    return f"| {' | '.join([*cells, *(engine(convention, name) for name in ENGINES)])} |"


def section(title: str, rooms: tuple[str, ...]) -> str:
    """A heading and its table."""
    heads = ["point", "slope", "why", *(TITLES[name] for name in ENGINES)]
    lines = [f"## {title}", "", f"| {' | '.join(heads)} |", "|" + " --- |" * len(heads)]
    return "\n".join([*lines, *(row(card, each) for card in cards(rooms) for each in card.conventions)])


def count() -> str:
    """How many points there are, and at how many of them an engine differs."""
    every = [each for rooms in SECTIONS.values() for card in cards(rooms) for each in card.conventions]
    other = sum(bool(each.differ) for each in every)
    return f"At {other} of these {len(every)} points some engine gives another slope, or an error."


def page() -> str:
    """The whole page, with the tables as the cards have them now."""
    before, _, rest = PAGE.read_text(encoding="utf-8").partition(FIRST)
    _, _, after = rest.partition(LAST)
    tables = "\n\n".join([count(), *(section(title, rooms) for title, rooms in SECTIONS.items())])
    return f"{before}{FIRST}\n{tables}\n\n{LAST}{after}"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
