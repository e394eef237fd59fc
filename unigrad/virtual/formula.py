"""Formulas: what the kernels of the symbol level write, as plain data."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True, eq=False)
class Name:
    """A quantity that stands for itself: an argument, the output, the cotangent."""

    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Constant:
    """What is no array: a number, a shape, axes, a word."""

    value: Any


@dataclass(frozen=True, slots=True, eq=False)
class Call:
    """A kernel of some operands, each a formula or a tuple of formulas, and its options by name."""

    kernel: str
    operands: tuple[Any, ...]
    options: tuple[tuple[str, Any], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """One of several results of a kernel."""

    whole: Formula
    place: int


Formula = Name | Constant | Call | Part


def children(formula: Formula) -> Iterator[Formula]:
    """The formulas directly inside another."""
    if isinstance(formula, Part):
        yield formula.whole
    elif isinstance(formula, Call):
        yield from _flat(formula.operands)
        yield from _flat(value for _, value in formula.options)


def _flat(values: Any) -> Iterator[Formula]:
    for value in values:
        if isinstance(value, tuple):
            yield from _flat(value)
        else:
            yield value


def shared_parts(formula: Formula, at_least: int = 4) -> list[Formula]:
    """The parts of `at_least` so many terms that occur more than once, innermost first: a reader wants names for them."""
    count: dict[int, int] = {}
    size: dict[int, int] = {}
    order: list[Formula] = []
    waiting: list[tuple[Formula, bool]] = [(formula, False)]
    while waiting:
        each, done = waiting.pop()
        if done:
            size[id(each)] = 1 + sum(size[id(child)] for child in children(each))
            order.append(each)
            continue
        count[id(each)] = count.get(id(each), 0) + 1
        if count[id(each)] == 1:
            waiting.append((each, True))
            waiting += [(child, False) for child in children(each)]
    return [each for each in order if count[id(each)] > 1 and size[id(each)] >= at_least]
