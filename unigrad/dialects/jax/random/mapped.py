"""Keys under vmap: a draw with a key of each example's own, which JAX defines as the draw with each key."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from unigrad import Tensor
from unigrad.conversion import open_levels
from unigrad.dialects.jax.arrays import F
from unigrad.virtual.each import one_by_one, youngest_level

Draw = TypeVar("Draw", bound=Callable[..., Any])


class KeyArrayBase:
    """What an array of typed keys is made of: its words, on the host, or, under vmap, in an Array."""

    def __init__(self, words: Any) -> None:
        self._words = words


def for_each_key(draw: Draw) -> Draw:
    """`draw`, which under vmap is run for each example if its key or another argument differs from example to example."""

    @functools.wraps(draw)
    def drawn(*args: Any, **kwargs: Any) -> Any:
        given = [_words(value) for value in (*args, *kwargs.values())]
        if not open_levels.get() or youngest_level(given) is None:
            return draw(*args, **kwargs)
        kinds: set[type] = set()

        def run(*values: Any) -> Any:
            whole = [_like(value, model) for value, model in zip(values, (*args, *kwargs.values()), strict=True)]
            named = dict(zip(kwargs, whole[len(args) :], strict=True))
            result = draw(*whole[: len(args)], **named)
            kinds.add(type(result))
            words = _words(result)
            return F.asarray(words) if words is not result else words

        found: Any = F.adopt(one_by_one(run, *given))
        (kind,) = kinds
        return kind(found) if issubclass(kind, KeyArrayBase) else found

    return drawn  # type: ignore[return-value]


def _words(value: Any) -> Any:
    return value._words if isinstance(value, KeyArrayBase) else value


def _like(value: Any, model: Any) -> Any:
    """`value` as the keys that it was, as a Tensor of the dialect, or as it is."""
    if isinstance(model, KeyArrayBase):
        return type(model)(value)
    return F.adopt(value) if isinstance(value, Tensor) else value
