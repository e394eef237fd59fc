"""Declared batching: the rules that cards bring themselves, those of other packages above all."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from unigrad.errors import ShapeError
from unigrad.virtual.batch import BatchedArray, BatchNamespace, bare, some_mapped
from unigrad.virtual.examples import by_example

Options = dict[str, Any]
Operands = tuple[Any, ...]


def declared(batching: Any) -> Callable[[BatchNamespace, str, Operands, Options], Any]:
    """The rule that a card declares."""
    if callable(batching):
        return functools.partial(_by_the_card, batching)
    return _stacked if batching == "stack" else by_example


def _by_the_card(
    batching: Callable[..., Any], batch: BatchNamespace, name: str, operands: Operands, options: Options
) -> Any:
    if some_mapped(options.values()):  # an index among the options, which a card's rule is not asked to know
        return by_example(batch, name, operands, options)
    mapped = tuple(some_mapped((operand,)) for operand in operands)
    arrays = tuple(_spread_sequence(batch, operand) for operand in operands)
    found = batching(batch.__inner__, arrays, mapped, {word: bare(value) for word, value in options.items()})
    results = found if isinstance(found, tuple) else (found,)
    for each in results:
        if tuple(each.shape[:1]) != (batch.count,):
            raise ShapeError(
                f"the batching rule of '{name}' is to give arrays with the {batch.count} examples along the first axis; "
                f"it gave one of shape {tuple(each.shape)}"
            )
    return tuple(map(batch.mapped, results)) if isinstance(found, tuple) else batch.mapped(found)


def _spread_sequence(batch: BatchNamespace, operand: Any) -> Any:
    """An operand's data; of a sequence of which some have examples all get them."""
    if isinstance(operand, (tuple, list)) and some_mapped(operand):
        return type(operand)(batch.spread(each) for each in operand)
    return bare(operand) if not isinstance(operand, BatchedArray) else operand.data


def _stacked(batch: BatchNamespace, name: str, operands: Operands, options: Options) -> Any:
    """Of a function that takes all its operands with a further first axis."""
    if some_mapped(options.values()):
        return by_example(batch, name, operands, options)
    spread = [_all_spread(batch, operand) for operand in operands]
    found = getattr(batch.__inner__, name)(*spread, **{word: bare(value) for word, value in options.items()})
    return tuple(map(batch.mapped, found)) if isinstance(found, tuple) else batch.mapped(found)


def _all_spread(batch: BatchNamespace, operand: Any) -> Any:
    if isinstance(operand, (tuple, list)):
        return type(operand)(_all_spread(batch, each) for each in operand)
    return batch.spread(operand) if isinstance(operand, BatchedArray) else operand
