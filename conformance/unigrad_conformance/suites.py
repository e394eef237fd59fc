"""Suites: the cases of all suites in one list, which the table, the reports and pytest share."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import chain

from unigrad_conformance import batching, chapter, conventions, kernels, rules, spellings
from unigrad_conformance.case import SUITES, Case

_CASES = {
    "chapter": lambda: chain(chapter.cases(), spellings.cases()),
    "conventions": conventions.cases,
    "kernels": kernels.cases,
    "rules": rules.cases,
    "batching": batching.cases,
}


def cases(suites: Sequence[str] = SUITES, select: str = "") -> list[Case]:
    """The cases of these suites whose id, such as ``rules/multiply``, contains `select`."""
    return [case for suite in SUITES if suite in suites for case in _CASES[suite]() if select in case.id]
