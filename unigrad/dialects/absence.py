"""Absence: what a dialect says of a name that it does not have."""

from __future__ import annotations

import difflib
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NoReturn

from unigrad.errors import MissingName


def absent(
    module: str, known: Callable[[], Iterable[str]], reasons: Mapping[str, str] = MappingProxyType({})
) -> Callable[[str], Any]:
    """A module's ``__getattr__`` (PEP 562) that names the dialect, the reason if there is one, and the nearest names.

    `module` is the module's name in the dialect (``"mxnet.np"``); `known` gives the names that it has.
    """

    def __getattr__(name: str) -> NoReturn:  # noqa: N807 - the hook's own name
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        raise MissingName(_sentence(module, name, known(), reasons), name=name)

    return __getattr__


def _sentence(module: str, name: str, known: Iterable[str], reasons: Mapping[str, str]) -> str:
    text = f"'{name}' is missing from unigrad's dialect of {module}"
    if name in reasons:
        return f"{text}: {reasons[name]}"
    near = difflib.get_close_matches(name, [each for each in known if not each.startswith("_")], n=3)
    return (
        f"{text}; near it: {', '.join(near)}" if near else f"{text}; 'unigrad run --check' lists what a program lacks"
    )
