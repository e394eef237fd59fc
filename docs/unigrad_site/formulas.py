"""The pull of a card as formulas: its rule, run at the symbol level on the numbers of a sample."""

from __future__ import annotations

import warnings
from typing import Any, NamedTuple

import unigrad.numpy as np
from unigrad.card import Card
from unigrad.explaining.notation import written
from unigrad.explaining.rules import pulled
from unigrad.explaining.styles import MATHML, TEXT
from unigrad.graph import Node
from unigrad.samples import Array, Sample
from unigrad.virtual.formula import Formula
from unigrad_conformance.case import conditions
from unigrad_conformance.drawing import Drawing, draw

LONGEST = 260
"""The characters beyond which a formula, written in a line, is harder to read than the rule."""


class Cotangents(NamedTuple):
    """The call that the formulas are of, and by argument what it receives."""

    call: str
    formulas: dict[str, Formula]


def cotangents(card: Card) -> Cotangents | None:
    """What each argument receives, in terms of ``g``, the arguments and ``out``; None where no sample shows it."""
    if card.kind in ("constant", "composition"):
        return None
    usual = [(index, each) for index, each in enumerate(card.samples) if each.smooth and _full(each)]
    drawn = (draw(card.name, index, sample, 0) for index, sample in sorted(usual, key=lambda pair: _order(pair[1])))
    return next((found for drawing in drawn if (found := _of(card, drawing)) is not None), None)


def html(card: Card) -> str:
    """The formulas as a table in HTML, with MathML; nothing where there are none, or where one is too long to be read."""
    found = cotangents(card)
    if found is None or any(len(line(formula)) > LONGEST for formula in found.formulas.values()):
        return ""
    call = f" of <code>{found.call}</code>" if "[" in found.call else ""  # without axes there is nothing to tell
    rows = (
        f'<tr><th scope="row"><code>{name}</code></th><td>{_math(each)}</td></tr>'
        for name, each in found.formulas.items()
    )
    return f'<table class="cotangents"><caption>Cotangents{call}</caption><tbody>{"".join(rows)}</tbody></table>'


def line(formula: Formula) -> str:
    """A formula and the parts that have names in it, in a line of text."""
    whole, parts = written(formula, TEXT)
    return ", ".join([whole, *(f"{name} = {part}" for name, part in parts)])


def _math(formula: Formula) -> str:
    whole, parts = written(formula, MATHML)
    named = (f'<div class="formula">with {_drawn(f"{name}<mo>=</mo>{part}")}</div>' for name, part in parts)
    return f'<div class="formula">{_drawn(whole)}</div>{"".join(named)}'


def _drawn(inside: str) -> str:
    return f'<math displaystyle="true">{inside}</math>'


def _of(card: Card, drawing: Drawing) -> Cotangents | None:
    with conditions("numpy"), warnings.catch_warnings(action="ignore"):
        operands = {path: np.asarray(array) for path, _, array in drawing.arrays()}
        tracked = [path for path, tensor in operands.items() if tensor.dtype.kind == "real" and _has_rule(card, path)]
        for path in tracked:
            operands[path].attach_grad()
        out = card.function(*drawing.replaced(operands), **drawing.options)
        node: Any = getattr(out, "node", None)
        if type(node) is not Node or node.pull.name != card.name or len(node.parents) != len(tracked):
            return None
        parts = pulled(node, np.ones_like(out))
    names = [_name(card, path) for path in tracked]
    return None if parts is None else Cotangents(drawing.label, dict(zip(names, parts, strict=True)))


def _has_rule(card: Card, path: tuple[int, ...]) -> bool:
    return card.arrays[path[0]] in card.differentiable


def _name(card: Card, path: tuple[int, ...]) -> str:
    """An argument, or a member of a sequence of them, counted from 1 as in the formulas."""
    return card.arrays[path[0]] + "".join(f"{place + 1}" for place in path[1:])


def _arrays(sample: Sample) -> list[Array]:
    given = [each for place in sample.arrays for each in (place if isinstance(place, tuple) else (place,))]
    return [each for each in given if isinstance(each, Array)]


def _full(sample: Sample) -> bool:
    """Whether a sample has elements in all its arrays, and real numbers."""
    return all(0 not in each.shape and each.dtype != "complex" for each in _arrays(sample))


def _order(sample: Sample) -> tuple[bool, int]:
    """Two arrays before one, so that a sequence is one; and as few shapes as possible, so that none is broadcast."""
    arrays = _arrays(sample)
    return len(arrays) < 2, len({each.shape for each in arrays})
