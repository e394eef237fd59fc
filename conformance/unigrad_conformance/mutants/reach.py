"""Reach: the functions that a rule or a kernel runs, itself and its helpers, and the cards that depend on each."""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from types import CodeType, FunctionType
from typing import Any

from unigrad.card import REGISTRY, Card
from unigrad.pulls import unbroadcast
from unigrad_conformance.mutants.source import Node, SourceLost, find

RULES = ("rules", "jvp")
"""The mappings of a card that hold rules."""


@dataclass
class Reached:
    """One piece of source: the functions made of it, the cards whose rules run it, and of which it is a rule itself, by argument."""

    node: Node
    functions: list[FunctionType] = field(default_factory=list)
    cards: dict[str, Card] = field(default_factory=dict)
    rule_of: list[tuple[Card, str, str]] = field(default_factory=list)
    """Card, mapping, argument."""


def rules() -> Iterator[tuple[Card, str, str, Any]]:
    """Every rule there is: its card, the mapping it is in, the argument, and itself."""
    for card in REGISTRY.values():
        for kind in RULES if card.kind != "composition" else ():
            for argument, rule in getattr(card, kind).items():
                yield card, kind, argument, rule


def reached_by_rules() -> dict[CodeType, Reached]:
    """Every piece of source that rules run, by its code."""
    found: dict[CodeType, Reached] = {}
    for card, kind, argument, rule in rules():
        if isinstance(rule, FunctionType):
            for function in reach(rule, _is_helper):
                piece = note(found, function)
                piece.cards.setdefault(card.name, card)
                if function is rule:
                    piece.rule_of.append((card, kind, argument))
        if card.kind == "elementwise" and len(card.arrays) > 1:  # the kind undoes broadcasting
            note(found, unbroadcast).cards.setdefault(card.name, card)
    return found


def note(found: dict[CodeType, Reached], function: FunctionType) -> Reached:
    """The piece of source of a function, new or known."""
    if function.__code__ not in found:
        found[function.__code__] = Reached(find(function))
    piece = found[function.__code__]
    if all(each is not function for each in piece.functions):
        piece.functions.append(function)
    return piece


def reach(function: FunctionType, ours: Callable[[FunctionType], bool]) -> list[FunctionType]:
    """The function, and those of `ours` that it names, and so on. Raises `SourceLost`."""
    found = [function]
    for each in found:  # grows while it is read
        found += [other for other in _named(each) if ours(other) and all(other is not known for known in found)]
    return found


def _named(function: FunctionType) -> Iterable[FunctionType]:
    names = {part.id: None for part in ast.walk(find(function)) if isinstance(part, ast.Name)}
    found = {id(each): each for each in map(function.__globals__.get, names) if isinstance(each, FunctionType)}
    for cell in function.__closure__ or ():
        if isinstance(cell.cell_contents, FunctionType):
            found[id(cell.cell_contents)] = cell.cell_contents
    return found.values()


def _is_helper(function: FunctionType) -> bool:
    """Whether a function belongs to the rules: not the conversion of arguments, and no primitive of its own."""
    ours = function.__module__.startswith("unigrad.primitives.") or function.__module__ == "unigrad.pulls"
    return ours and not hasattr(function, "__wrapped__") and _is_found(function) and not _is_public(function)


def _is_public(function: FunctionType) -> bool:
    return any(function is card.function for card in REGISTRY.values())


def _is_found(function: FunctionType) -> bool:
    try:
        find(function)
    except SourceLost:
        return False
    return True


def users(pieces: dict[CodeType, Reached]) -> dict[str, list[str]]:
    """By kernel or function, the cards whose rules call it or that are written with it."""
    found: dict[str, list[str]] = {}
    for code, cards in _codes(pieces):
        for name in _names(code):
            found.setdefault(name, []).extend(cards)
    return found


def _codes(pieces: dict[CodeType, Reached]) -> Iterator[tuple[CodeType, list[str]]]:
    for code, piece in pieces.items():
        yield code, list(piece.cards)
    for card in REGISTRY.values():
        function = card.function if card.kind == "composition" else None
        if isinstance(function, FunctionType) and _is_found(function):
            for each in reach(function, _is_helper):
                yield each.__code__, [card.name]


def _names(code: CodeType) -> set[str]:
    """The names that some code mentions, that of functions within it included."""
    inner = (part for part in code.co_consts if isinstance(part, CodeType))
    return set(code.co_names).union(*map(_names, inner))
