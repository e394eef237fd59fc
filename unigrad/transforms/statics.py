"""Static arguments: those whose values a program depends on, told from those that are its inputs."""

from __future__ import annotations

import inspect
import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from unigrad.errors import ArgumentError

Names = str | Sequence[str]
Places = int | Sequence[int]


@dataclass(frozen=True)
class Static:
    """The static arguments of one call; two that are equal, and of the same classes, give the same program: 1 is not True."""

    positional: tuple[tuple[int, Any], ...]
    named: tuple[tuple[str, Any], ...]
    kinds: tuple[Any, ...] = ()

    def joined(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """All arguments of the call, given the others."""
        if not self.positional and not self.named:
            return args, kwargs
        given = list(args)
        for place, value in self.positional:
            given[place] = value
        return tuple(given), {**kwargs, **dict(self.named)}


NONE: Final = Static((), ())


def _kind(value: Any) -> Any:
    """What tells a value from others that it equals: its class, those of its elements, and the sign of a zero."""
    if isinstance(value, tuple):
        return type(value), *map(_kind, value)
    if isinstance(value, frozenset):
        return type(value), frozenset((each, _kind(each)) for each in value)
    return (float, math.copysign(1.0, value)) if type(value) is float else type(value)


class Statics:
    """Which arguments of a function are static: each known by its position and by its name, as a call may give either."""

    def __init__(self, f: Callable[..., Any], static_argnums: Places, static_argnames: Names) -> None:
        self._what = getattr(f, "__name__", "the function")
        places = (static_argnums,) if isinstance(static_argnums, int) else tuple(static_argnums)
        names = (static_argnames,) if isinstance(static_argnames, str) else tuple(static_argnames)
        self._places, self._names = frozenset(places), frozenset(names)
        if not (places or names):
            return
        try:
            parameters = list(inspect.signature(f).parameters.values())
        except (TypeError, ValueError):  # a function written in C: nothing is known of its arguments
            return
        self._resolve(parameters, places, names)

    @property
    def some(self) -> bool:
        """Whether there are any."""
        return bool(self._places or self._names)

    def _resolve(self, parameters: list[inspect.Parameter], places: tuple[int, ...], names: tuple[str, ...]) -> None:
        kinds = {each.kind for each in parameters}
        ordered = [p.name for p in parameters if p.kind in (p.POSITIONAL_ONLY, p.POSITIONAL_OR_KEYWORD)]
        for name in names:
            if not (inspect.Parameter.VAR_KEYWORD in kinds or name in {each.name for each in parameters}):
                raise ArgumentError(f"jit: static_argnames={name!r} names no argument of '{self._what}'")
        for place in places:
            if not isinstance(place, int):
                raise ArgumentError(f"jit: static_argnums must be whole numbers, not {place!r}")
            if not (inspect.Parameter.VAR_POSITIONAL in kinds or -len(ordered) <= place < len(ordered)):
                raise ArgumentError(
                    f"jit: static_argnums={place} is out of range: '{self._what}' has {len(ordered)} positional arguments"
                )
        counted = {place % len(ordered) if place < 0 else place for place in places}
        known = {name: place for place, name in enumerate(ordered)}
        self._places = frozenset(counted | {known[name] for name in names if name in known})
        self._names = frozenset({*names, *(name for name, place in known.items() if place in counted)})

    def split(
        self, args: tuple[Any, ...], kwargs: dict[str, Any]
    ) -> tuple[Static, tuple[tuple[Any, ...], dict[str, Any]]]:
        """The static arguments of a call, and the others, with None in the places of those that were taken out."""
        if not self.some:
            return NONE, (args, kwargs)
        positional = tuple(
            [(place, self._hashable(args[place])) for place in sorted(self._places) if place < len(args)]
        )
        named = tuple([(name, self._hashable(kwargs[name])) for name in sorted(self._names) if name in kwargs])
        others = tuple([None if place in self._places else arg for place, arg in enumerate(args)])
        kinds = tuple([_kind(value) for _, value in (*positional, *named)])
        return Static(positional, named, kinds), (
            others,
            {name: arg for name, arg in kwargs.items() if name not in self._names},
        )

    def _hashable(self, value: Any) -> Any:
        try:
            hash(value)
        except TypeError as error:
            raise ArgumentError(
                f"jit: a static argument of '{self._what}' is a '{type(value).__name__}', which cannot be hashed; "
                "give a tuple, a frozen dataclass, or pass arrays as ordinary arguments"
            ) from error
        return value
