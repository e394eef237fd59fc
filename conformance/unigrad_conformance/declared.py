"""Declared: the conventions of cards in words, as tables show them."""

from __future__ import annotations

import math
from typing import Any

from unigrad.samples import Convention


def number(given: Any) -> str:
    """A number of a table: ∞ and NaN, and no more digits than tell it apart."""
    if isinstance(given, complex):
        return "NaN" if given != given else f"{given:g}"
    if math.isnan(given):
        return "NaN"
    return ("∞" if given > 0 else "-∞") if math.isinf(given) else f"{given:.5g}"


def shown(given: Any) -> str:
    """A slope: a number, lists of numbers, or words; a dot for an argument that has none."""
    if given is None:
        return "·"
    if isinstance(given, (list, tuple)):
        inside = ", ".join(map(shown, given))
        return f"[{inside}]" if isinstance(given, list) else inside
    return given if isinstance(given, str) else number(given)


def declared(convention: Convention) -> str:
    """Unigrad's own slope, and where it is declared the second."""
    if convention.refused:
        return "none"
    again = "" if convention.second is None else f"; second {shown(convention.second)}"
    return shown(convention.slopes) + again
