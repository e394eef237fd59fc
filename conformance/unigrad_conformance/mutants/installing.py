"""Installing: a mutant's code put in the place of a function's own, and everything as it was afterwards."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from types import CodeType, FunctionType
from typing import Any

from unigrad.card import REGISTRY, Card
from unigrad_conformance.mutants.expressions import GIVEN

_ABSENT = object()


def forget(card: Card) -> None:
    """Let a card write its pulls and its function anew from the rules that it has now."""
    card.pulls.clear()
    scope = getattr(card.function, "__globals__", {})
    if scope.get("card") is card:
        scope["compile_now"]()


def forget_all() -> None:
    """`forget`, for every card that has pulls."""
    for card in REGISTRY.values():
        forget(card)


@contextmanager
def with_code(functions: Iterable[FunctionType], code: CodeType, cards: Iterable[Card] = ()) -> Iterator[None]:
    """The functions run `code`; the `cards`, whose rules they are, save what its parameters name."""
    held, kept = [(function, function.__code__) for function in functions], list(cards)
    with _given(held[0][0].__globals__):
        try:
            for function, _ in held:
                function.__code__ = code
            for card in kept:
                forget(card)
            yield
        finally:
            for function, before in held:
                function.__code__ = before
            for card in kept:
                forget(card)


@contextmanager
def with_rule(card: Card, kind: str, argument: str, rule: Any) -> Iterator[None]:
    """The card has `rule` for `argument` in its mapping `kind`, `rules` or `jvp`."""
    before = getattr(card, kind)
    try:
        object.__setattr__(card, kind, {**before, argument: rule})
        forget(card)
        yield
    finally:
        object.__setattr__(card, kind, before)
        forget(card)


@contextmanager
def with_attribute(owner: Any, name: str, value: Any, reset: bool = False) -> Iterator[None]:
    """The module `owner` has `value` under this name; with `reset` all cards write their functions anew."""
    before = getattr(owner, name)
    try:
        setattr(owner, name, value)
        if reset:
            forget_all()
        yield
    finally:
        setattr(owner, name, before)
        if reset:
            forget_all()


@contextmanager
def _given(scope: dict[str, Any]) -> Iterator[None]:
    """The functions that mutations call are among a module's globals."""
    before = {name: scope.get(name, _ABSENT) for name in GIVEN}
    scope.update(GIVEN)
    try:
        yield
    finally:
        for name, value in before.items():
            if value is _ABSENT:
                del scope[name]
            else:
                scope[name] = value
