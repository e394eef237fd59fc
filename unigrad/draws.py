"""Draws: random numbers that come out the same when a part of a program is run again.

A stream of random numbers has a place that it has come to. A `Draws` remembers, for each stream that a run draws from, the
place where the run began; a second run draws from copies that begin there, and the streams themselves stay where they are.
"""

from __future__ import annotations

import copy
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any


class Draws:
    """Where the streams stood when a run first drew from them; or, in a run that repeats another, copies of those."""

    def __init__(self, outer: Draws | None, repeated: Draws | None = None) -> None:
        self._outer = outer
        self._copies: dict[Any, Any] = (
            {} if repeated is None else {key: copy.deepcopy(place) for key, place in repeated._places.items()}
        )
        self._places: dict[Any, Any] = {}
        self._written: list[Any] = []  # what stands for the draws in a program that is being written, in their order
        self._again = None if repeated is None else iter(repeated._written)

    def written(self, renewed: Callable[[], Any], drawn: Callable[[], Any]) -> Any:
        """What stands for a draw in a program that is being written: a `renewed` array, in a repeated run the same again.

        A run that was none of the program's is repeated with the numbers that it has `drawn`.
        """
        if self._again is not None:
            found = next(self._again, None)
            return drawn() if found is None else found
        made = renewed() if self._outer is None else self._outer.written(renewed, drawn)
        self._written.append(made)
        return made

    def stream(self, key: Any, own: Any) -> Any:
        """The generator to draw from for the stream `key`, whose own generator is `own`."""
        if key in self._copies:
            return self._copies[key]
        generator = own if self._outer is None else self._outer.stream(key, own)
        if key not in self._places:
            self._places[key] = copy.deepcopy(generator)
        return generator

    def restart(self, key: Any, fresh: Any) -> bool:
        """Let the copy for the stream `key` go on as `fresh`; whether there is one, so that the stream itself stays as it is."""
        if key not in self._copies:
            return self._outer is not None and self._outer.restart(key, fresh)
        self._copies[key] = fresh
        return True


_draws: ContextVar[Draws | None] = ContextVar("unigrad draws", default=None)


def stream(key: Any, own: Any) -> Any:
    """The generator that the stream `key`, whose own generator is `own`, is to draw from here."""
    draws = _draws.get()
    return own if draws is None else draws.stream(key, own)


def written(renewed: Callable[[], Any], drawn: Callable[[], Any]) -> Any:
    """What stands for a draw here, where a program is being written: see `Draws.written`."""
    draws = _draws.get()
    return renewed() if draws is None else draws.written(renewed, drawn)


class _Ahead(Draws):
    """Copies of the streams that begin where those stand, and leave them there."""

    def stream(self, key: Any, own: Any) -> Any:
        """The copy to draw from."""
        if key not in self._copies:
            self._copies[key] = copy.deepcopy(super().stream(key, own))
        return self._copies[key]

    def written(self, renewed: Callable[[], Any], drawn: Callable[[], Any]) -> Any:
        """A renewed array: this is the scope that a program is written in, and its runs may themselves be repeated ones."""
        return renewed()

    def restart(self, key: Any, fresh: Any) -> bool:
        """Leave it to the scopes outside: the next draw is from a new copy."""
        self._copies.pop(key, None)
        return self._outer is not None and self._outer.restart(key, fresh)


def restart(key: Any, fresh: Any) -> bool:
    """Let the stream `key` go on as `fresh` in a scope that repeats its draws; whether there is such a scope here."""
    draws = _draws.get()
    return draws is not None and draws.restart(key, fresh)


@contextmanager
def remembered() -> Iterator[Draws]:
    """A scope whose draws can be repeated."""
    yield from _scope(Draws(_draws.get()))


@contextmanager
def repeated(draws: Draws) -> Iterator[None]:
    """A scope in which the draws of the scope `draws` come again."""
    yield from _scope(Draws(_draws.get(), draws))


@contextmanager
def ahead() -> Iterator[None]:
    """A scope whose draws come again after it: the streams stay where they are."""
    yield from _scope(_Ahead(_draws.get()))


def _scope(draws: Draws) -> Iterator[Any]:
    token = _draws.set(draws)
    try:
        yield draws
    finally:
        _draws.reset(token)
