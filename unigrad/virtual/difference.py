"""Difference: the first result that two array libraries do not agree on, and all that belongs to it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

from unigrad.places import Place


@dataclass(frozen=True)
class Difference:
    """The first result that two libraries do not agree on, and where it was computed.

    ``values`` are both results as NumPy arrays, or the words of an exception in the place of one; ``operands`` the first
    library's operands, and ``options`` the keywords, of the kernel ``operation``. In a sweep ``direction`` is "pull" or
    "push", ``primitive`` and ``argument`` say whose rule computed it, ``rule`` is its text, and ``place`` is the line
    that recorded the operation. ``inherited`` says that the libraries agree on the same operands.
    """

    kind: str
    operation: str
    backends: tuple[str, str]
    values: tuple[Any, Any]
    operands: tuple[Any, ...]
    options: dict[str, Any]
    error: float
    entry: tuple[int, ...]
    place: Place | None
    direction: str
    primitive: str
    argument: str | None
    rule: str
    inherited: bool


class Worst(NamedTuple):
    """The largest difference that was within the tolerance, as a share of that, and where."""

    share: float = 0.0
    operation: str = ""
    place: Place | None = None
