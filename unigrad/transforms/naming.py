"""Arguments chosen by their names, as positions."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from typing import Any

from unigrad.errors import ArgumentError

Function = Callable[..., Any]


Names = str | Sequence[str]


def by_name(
    transform: Function, f: Function, argnums: int | Sequence[int], argnames: Names, has_aux: bool, what: str
) -> Function:
    """`transform`, which is called `what`, of `f` with respect to the arguments of these names, given by keyword or by position."""
    if argnums != 0:
        raise ArgumentError(f"{what} takes argnums or argnames, not both; got {argnums} and {argnames!r}")
    names = (argnames,) if isinstance(argnames, str) else argnames
    if not isinstance(names, (tuple, list)):
        raise ArgumentError(f"{what}: argnames must be a name, or several, not {argnames!r}")

    @functools.wraps(f)
    def transformed(*args: Any, **kwargs: Any) -> Any:
        keywords = [name for name in dict.fromkeys(names) if name in kwargs]
        count = len(args)

        def positional(*values: Any, **rest: Any) -> Any:
            return f(*values[:count], **dict(zip(keywords, values[count:], strict=True)), **rest)

        places = [
            count + keywords.index(name) if name in kwargs else _position(f, name, args, kwargs, what) for name in names
        ]
        rest = {name: value for name, value in kwargs.items() if name not in keywords}
        chosen: Any = places[0] if isinstance(argnames, str) else tuple(places)
        return transform(positional, chosen, has_aux)(*args, *(kwargs[name] for name in keywords), **rest)

    return transformed


def _position(f: Function, name: Any, args: Sequence[Any], kwargs: dict[str, Any], what: str) -> int:
    """Where the argument `name` of `f` is among `args`."""
    given = _parameters(f)[: len(args)]
    if name not in given:
        keywords = ", ".join(map(repr, kwargs)) or "none"
        raise ArgumentError(
            f"{what}: argnames={name!r} is no argument of this call; "
            f"by position it has {', '.join(map(repr, given)) or 'none'}, by keyword {keywords}"
        )
    return given.index(name)


def _parameters(f: Function) -> list[str]:
    """The names of the arguments that `f` takes by position; none of a function that does not say."""
    try:
        parameters = inspect.signature(f).parameters.values()
    except (TypeError, ValueError):  # some functions written in C
        return []
    return [each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
