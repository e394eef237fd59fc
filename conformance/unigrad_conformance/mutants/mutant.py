"""Mutant: one deliberate mistake, how it is put in place, and the Fate that it meets."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal

Status = Literal["killed", "survived", "equivalent", "not run"]
Suite = Literal["rules", "kernels"]


@dataclass(frozen=True)
class Mutant:
    """A mistake in the function at ``place``: in words of source ``before`` and ``after``, and the ``cards`` that it concerns.

    ``key`` names it for good, whatever moves in the file; ``where`` is file:line; ``backend`` is the one whose kernel it
    is, empty for a rule. ``install()`` is a scope in which the mistake is made, and after which nothing of it is left.
    """

    key: str
    suite: Suite
    family: str
    place: str
    where: str
    before: str
    after: str
    cards: tuple[str, ...]
    install: Callable[[], AbstractContextManager[None]] = field(compare=False, repr=False)
    backend: str = ""
    general: bool = False
    """Whether it is a mistake of no card in particular."""

    @property
    def ids(self) -> list[str]:
        """What ``--select`` looks into: the cases of its cards, and its place."""
        return [self.place] if self.general else [*(f"{self.suite}/{name}" for name in self.cards), self.place]


@dataclass(frozen=True)
class Fate:
    """What became of a mutant on a backend: the case and the finding that killed it, or the reason why none could."""

    mutant: Mutant
    backend: str
    status: Status
    case: str = ""
    reason: str = ""
    seconds: float = 0.0
