"""Rule mutants: every derivative rule broken in every way there is, and every function that rules call."""

from __future__ import annotations

import ast
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any, Final

from unigrad.card import Card
from unigrad_conformance.mutants.installing import with_code, with_rule
from unigrad_conformance.mutants.mutant import Mutant
from unigrad_conformance.mutants.mutations import Mutation, mutations, numbers
from unigrad_conformance.mutants.reach import Reached, reached_by_rules, rules
from unigrad_conformance.mutants.signatures import signature_mutations
from unigrad_conformance.mutants.source import compiled

_DOUBLED: Final = lambda g: 2 * g
_NUMBERS: Final[dict[int, list[tuple[str, Any, str]]]] = {
    1: [("sign", -1, "-1"), ("dropped term", 0, "0"), ("factor", _DOUBLED, "2")],
    -1: [("sign", 1, "1"), ("dropped term", 0, "0"), ("factor", _DOUBLED, "2")],
    0: [("factor", 1, "1")],
}
"""Of a rule that is a number: the family, the wrong rule, and how it is written."""


def rule_mutants(select: str = "") -> list[Mutant]:
    """All mutants of the rules and of what they call whose cases or place contain `select`."""
    pieces = {code: piece for code, piece in reached_by_rules().items() if _is_selected(piece, select)}
    return numbered([*_of_numbers(), *of_pieces(pieces)])


def _is_selected(piece: Reached, select: str) -> bool:
    return any(select in text for text in (place(piece), *(f"rules/{name}" for name in piece.cards)))


def numbered(mutants: Iterable[tuple[str, dict[str, Any]]]) -> list[Mutant]:
    """Mutants of the given fields, with keys; of those that read alike, the second and further have a number in theirs."""
    seen: Counter[str] = Counter()
    found = []
    for key, fields in mutants:
        seen[key] += 1
        found.append(Mutant(key if seen[key] == 1 else f"{key} ({seen[key]})", **fields))
    return found


def of_pieces(pieces: dict[CodeType, Reached]) -> Iterator[tuple[str, dict[str, Any]]]:
    """The mutants of pieces of source that rules run."""
    for code, piece in pieces.items():
        for mutation in _mutations(piece):
            install = partial(_broken, piece, mutation, code)
            yield keyed(mutation, place(piece), code, suite="rules", cards=tuple(piece.cards), install=install)


def _broken(piece: Reached, mutation: Mutation, code: CodeType) -> AbstractContextManager[None]:
    return with_code(piece.functions, compiled(mutation.node, code), [card for card, _, _ in piece.rule_of])


def keyed(mutation: Mutation, where: str, code: CodeType, **fields: Any) -> tuple[str, dict[str, Any]]:
    """The key of a mutation, and the fields of its mutant."""
    before, after = (" ".join(text.split()) for text in (mutation.before, mutation.after))
    known = {
        "family": mutation.family,
        "place": where,
        "where": f"{short(code.co_filename)}:{mutation.line}",
        "before": before,
        "after": after,
    }
    return f"{where}: {mutation.family}: {before} -> {after}", {**known, **fields}


def short(file: str) -> str:
    """A file's path from the folder that it is kept in, as a reader of the repository knows it."""
    path = Path(file)
    return path.relative_to(Path.cwd()).as_posix() if path.is_relative_to(Path.cwd()) else file


def place(piece: Reached) -> str:
    """What a piece of source is called: a function by its name, a lambda by the card and the argument."""
    function = piece.functions[0]
    room = function.__module__.rpartition(".")[2]
    if isinstance(piece.node, ast.Lambda) and piece.rule_of:
        card, kind, argument = piece.rule_of[0]
        return f"{room}.{card.name}[{argument}]" if kind == "rules" else f"{room}.{card.name}[{argument}, {kind}]"
    return f"{room}.{function.__qualname__}"


def _mutations(piece: Reached) -> list[Mutation]:
    options = [name for card in piece.cards.values() for name in numeric(card)]
    found = mutations(piece.node, numbers(piece.node, options))
    if piece.rule_of:
        card = piece.rule_of[0][0]
        found += () if card.sequence else signature_mutations(piece.node, card.arrays)
    return found


def numeric(card: Card) -> list[str]:
    """The options of a card that are numbers, booleans, or tuples of them, in some sample or by default."""
    values = [(name, value) for each in card.samples for name, value in each.options.items()]
    values += [(name, card.signature.parameters[name].default) for name in card.options]
    return [name for name, value in values if _is_numeric(value)]


def _is_numeric(value: Any) -> bool:
    return any(map(_is_numeric, value)) if isinstance(value, tuple) else isinstance(value, (int, float))


def _of_numbers() -> Iterator[tuple[str, dict[str, Any]]]:
    for card, kind, argument, rule in rules():
        for family, wrong, text in _NUMBERS[rule] if isinstance(rule, int) else ():
            where = f"{card.module.rpartition('.')[2]}.{card.name}[{argument}]"
            fields = {
                "suite": "rules",
                "family": family,
                "place": where,
                "where": _definition(card),
                "before": str(rule),
                "after": text,
                "cards": (card.name,),
                "install": partial(with_rule, card, kind, argument, wrong),
            }
            yield f"{where}: {family}: {rule} -> {text}", fields


def _definition(card: Card) -> str:
    function = getattr(card.function, "__wrapped__", card.function)
    if not isinstance(function, FunctionType):
        return card.module
    return f"{short(function.__code__.co_filename)}:{function.__code__.co_firstlineno}"
