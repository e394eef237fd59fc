"""The text of one function in the reference, in reStructuredText: signature, words, rules, samples, conventions, backends."""

from __future__ import annotations

import inspect
import re
import textwrap
from collections.abc import Callable, Iterator
from functools import cache, partial
from pathlib import Path
from typing import Any

import convention_table

from unigrad import plugins
from unigrad.card import Card
from unigrad.samples import ENGINES, Array, Convention
from unigrad_conformance.conventions import describe
from unigrad_site import formulas, ruletext
from unigrad_site.entries import Entry

MEASURED = Path(__file__).parent.parent / "reference" / "functions.md"
KINDS = {
    "elementwise": "elementwise, by partials",
    "linear": "linear, by its transpose",
    "constant": "constant: its derivative is 0 wherever there is one",
    "primitive": "primitive, by a rule for each direction",
    "composition": "composition of primitives, which needs no rule",
}
_STAR = re.compile(r"(?<=[ (])\*(?=\w+[,)])|\*\*")
NUMBERS = {"float": "real", "int": "whole", "bool": "boolean", "complex": "complex"}
MADE_OF_OTHERS = (
    "unigrad.primitives.",
    "unigrad.numpy.spelling",
    "unigrad.numpy.totals",
    "unigrad.special",
    "unigrad.nn",
)
"""The modules whose functions without a rule are worth showing."""
LONGEST = 40
"""The lines of a composition beyond which its text is left to its file."""


def text(entry: Entry) -> str:
    """The directive of a function with all that there is to say of it."""
    name, *others = entry.names
    body = [escaped(inspect.getdoc(entry.function) or "")]
    if others:
        body.append("Also " + ", ".join(f"``{other}``" for other in others) + ".")
    body += _rules(entry.card) if entry.card is not None else _definition(entry.function)
    body.append("\n".join(f":{title}: {said}" for title, said in _fields(entry)))
    if entry.card is not None:
        body += _conventions(entry.card)
    inner = textwrap.indent("\n\n".join(part for part in body if part), "   ")
    return f".. py:function:: {name}{signature(entry.function)}\n\n{inner}\n"


def escaped(words: str) -> str:
    """Words of a docstring with the stars that are no markup escaped: ``**`` and the star of ``(N, *shape)``."""
    parts = re.split(r"(``.+?``)", words, flags=re.DOTALL)
    return "".join(part if part.startswith("``") else _STAR.sub(r"\\\g<0>", part) for part in parts)


def signature(function: Callable[..., Any]) -> str:
    """The signature without annotations."""
    given = inspect.signature(function)
    parameters = [parameter.replace(annotation=parameter.empty) for parameter in given.parameters.values()]
    return str(given.replace(parameters=parameters, return_annotation=given.empty))


def _fields(entry: Entry) -> Iterator[tuple[str, str]]:
    card = entry.card
    if card is None:
        return
    yield "Kind", KINDS[card.kind]
    if domains := list(_domains(card)):
        yield "Samples", "; ".join(domains)
    yield "Kernel", _kernel(card)
    yield "Backends", _support(entry, card)


def _domains(card: Card) -> Iterator[str]:
    """The numbers that the suite draws for each array argument."""
    for position, argument in enumerate(card.arrays):
        given = [each.arrays[position] for each in card.samples if position < len(each.arrays)]
        arrays = [each for place in given for each in (place if isinstance(place, tuple) else (place,))]
        kinds: dict[str, dict[str, None]] = {}  # by domain, so that one domain of two kinds is said once
        for each in arrays:
            if isinstance(each, Array):
                kinds.setdefault(_domain(each), {})[NUMBERS[each.dtype]] = None
        if kinds:
            yield f"``{argument}`` " + " or ".join(f"{' or '.join(kind)}{domain}" for domain, kind in kinds.items())


def _domain(array: Array) -> str:
    if array.dtype == "bool":
        return ""
    away = f" away from {', '.join(f'{point:g}' for point in array.away)}" if array.away else ""
    return f" from {array.low:g} to {array.high:g}{away}{', all distinct' if array.distinct else ''}"


def _kernel(card: Card) -> str:
    """Where the NumPy backend has the function from."""
    if card.kind == "composition":
        return "none of its own"
    found: Any = getattr(plugins.backend("numpy").xp, card.name)
    function = found.func if isinstance(found, partial) else found
    home = str(getattr(function, "__module__", None) or "numpy")
    if home.startswith("unigrad.fallbacks") and "spelled" not in home:
        return f"on NumPy the fallback ``{home}.{function.__name__}``"
    return "on NumPy " + (f"``{home}.{function.__name__}``" if home.startswith("unigrad_") else "the library's own")


def _support(entry: Entry, card: Card) -> str:
    """The backends it runs on: by the table of functions where it is measured there, with the gaps that are declared."""
    gaps = [
        f"{name}: {backend.gaps[card.name]}"
        for name, backend in plugins.backends().items()
        if card.name in backend.gaps
    ]
    if gaps:
        return f"all but for {'; '.join(gaps)}"
    marks = next((found for name in entry.names if (found := _measured().get(_short(name)))), None)
    if marks is None or set(marks) == {"all"}:
        return "all"
    heads = ("values", "gradients", "second gradients", "tangents")
    return "; ".join(f"{head}: {mark}" for head, mark in zip(heads, marks, strict=True))


def _short(name: str) -> str:
    return name.removeprefix("unigrad.numpy.")


@cache
def _measured() -> dict[str, tuple[str, ...]]:
    """The four marks of each function in the table of functions."""
    lines = MEASURED.read_text(encoding="utf-8").splitlines()
    rows = (re.match(r"\| `([\w.]+)`[^|]*\| ([^|]+) \| ([^|]+) \| ([^|]+) \| ([^|]+) \|$", line) for line in lines)
    return {row[1]: row.groups()[1:] for row in rows if row is not None}


def _rules(card: Card) -> Iterator[str]:
    if table := formulas.html(card):
        yield f".. raw:: html\n\n   {table}"
    if card.kind == "composition":
        yield from _definition(card.function)
    elif rules := ruletext.rules(card):
        yield _code("Rules", rules)


def _definition(function: Callable[..., Any]) -> Iterator[str]:
    """The text of a function that is made of primitives, or is another spelling of one."""
    if function.__module__.startswith(MADE_OF_OTHERS):
        code = ruletext.definition(function.__module__, function.__name__)
        if code.count("\n") < LONGEST:
            yield _code("Definition", code)


def _code(title: str, code: str) -> str:
    return f".. code-block:: python\n   :caption: {title}\n\n" + textwrap.indent(code, "   ")


def _conventions(card: Card) -> Iterator[str]:
    if not card.conventions:
        return
    lines = [".. list-table:: Conventions", "   :header-rows: 1", "   :class: conventions", ""]
    for row in [("point", "slope", "why", "other engines"), *(_row(card, each) for each in card.conventions)]:
        first, *cells = row
        lines += [f"   * - {first}", *(f"     - {cell}" for cell in cells)]
    yield "\n".join(lines)


def _row(card: Card, convention: Convention) -> tuple[str, str, str, str]:
    point = f"``{describe(card.name, convention)}``"
    if convention.cotangent is not None:
        point += f" times {convention_table.shown(convention.cotangent)}"
    why = escaped(re.sub(r"`+([^`]+)`+", r"``\1``", convention.why))
    return point, convention_table.declared(convention), why, _engines(convention)


def _engines(convention: Convention) -> str:
    """What other engines give at the point."""
    cells = {convention_table.TITLES[name]: convention_table.engine(convention, name) for name in ENGINES}
    same = [name for name, cell in cells.items() if cell == "same"]
    others = [f"{name} {cell}" for name, cell in cells.items() if cell not in ("same", "—")]
    return "; ".join([*([f"{', '.join(same)} the same"] if same else []), *others]) or "not measured"
