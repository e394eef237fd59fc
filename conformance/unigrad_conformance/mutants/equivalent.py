"""Equivalent: the mutants that are known to change nothing that the suite could see, each with the reason.

They are kept in `equivalent.toml`, a table for each reason with the ``keys`` of the mutants it holds for, and ``noticed_on``
for the backends that can tell them all the same.
An entry whose mutant is killed, or does not exist any more, is *stale*, and that is an error.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from unigrad_conformance.mutants.mutant import Fate, Mutant

FILE: Final = Path(__file__).with_name("equivalent.toml")


@dataclass(frozen=True)
class Excuse:
    """A reason, the keys of the mutants that it holds for, and the backends on which it does not."""

    reason: str
    keys: tuple[str, ...]
    noticed_on: tuple[str, ...] = ()


def excuses(file: Path = FILE) -> list[Excuse]:
    """All that the file says. Raises ValueError where a key is there twice."""
    tables = tomllib.loads(file.read_text(encoding="utf-8"))["equivalent"]
    found = [Excuse(table["reason"], tuple(table["keys"]), tuple(table.get("noticed_on", ()))) for table in tables]
    keys = [key for excuse in found for key in excuse.keys]
    for key in keys:
        if keys.count(key) > 1:
            raise ValueError(f"{file.name} has the mutant '{key}' twice")
    return found


def excused(fates: Iterable[Fate], known: Sequence[Excuse]) -> list[Fate]:
    """The fates with *equivalent* in the place of *survived*, and the reason, where one is known."""
    by_key = _by_key(known)
    return [
        replace(fate, status="equivalent", reason=by_key[fate.mutant.key].reason)
        if fate.status == "survived" and _holds(by_key.get(fate.mutant.key), fate)
        else fate
        for fate in fates
    ]


def _holds(excuse: Excuse | None, fate: Fate) -> bool:
    return excuse is not None and fate.backend not in excuse.noticed_on


def _by_key(known: Sequence[Excuse]) -> dict[str, Excuse]:
    return {key: excuse for excuse in known for key in excuse.keys}


def stale(
    known: Sequence[Excuse],
    mutants: Iterable[Mutant],
    fates: Iterable[Fate],
    backends: Iterable[str],
    whole: bool = True,
) -> list[str]:
    """What is wrong with the entries; `fates` are those of the mutants that were run.

    Where the `mutants` are not the `whole` of them, none is said to be gone. An entry for the kernel of a backend that is not
    among `backends` is left alone.
    """
    there = {mutant.key for mutant in mutants}
    by_key = {key: excuse for key, excuse in _by_key(known).items() if _concerns(key, backends)}
    gone = [f"there is no such mutant any more: {key}" for key in by_key if whole and key not in there]
    noticed = [
        f"it is killed by {fate.case} on {fate.backend}: {fate.mutant.key}"
        for fate in fates
        if fate.status == "killed" and _holds(by_key.get(fate.mutant.key), fate)
    ]
    return gone + noticed


def _concerns(key: str, backends: Iterable[str]) -> bool:
    """Whether the key is that of a rule, or of a kernel of one of the backends."""
    kernel, _, backend = key.partition(" | ")[0].partition(" of ")
    return kernel != "kernel" or backend in backends
