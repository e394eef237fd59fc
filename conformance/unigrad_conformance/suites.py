"""Suites: the cases of all suites in one list, which the table, the reports and pytest share."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import chain
from typing import Final

from unigrad import plugins
from unigrad_conformance import batching, chapter, compiling, conventions, depth, kernels, rules, spellings, transforms
from unigrad_conformance.case import SUITES, Case
from unigrad_conformance.tally import Tally

_CASES: Final[dict[str, Callable[[bool], Iterable[Case]]]] = {
    "chapter": lambda quick: chain(chapter.cases(), spellings.cases()),
    "conventions": conventions.cases,
    "kernels": kernels.cases,
    "rules": rules.cases,
    "batching": batching.cases,
    "compiling": compiling.cases,
    "transforms": transforms.cases,
}


def cases(suites: Sequence[str] = SUITES, select: str = "", quick: bool = False) -> list[Case]:
    """The cases of these suites whose id, such as ``rules/multiply``, contains `select`, plugins' primitives too; `quick` ones do less."""
    plugins.load_primitives()
    selected = [case for suite in SUITES if suite in suites for case in _CASES[suite](quick) if select in case.id]
    return [_sparing(case) if quick and case.suite != "chapter" else case for case in selected]


def _sparing(case: Case) -> Case:
    """The case, which does nothing where a quick run spares it."""

    def check(tally: Tally, backend: str, seed: int) -> None:
        tally.reason = depth.spared(case.name, backend, seed)
        if not tally.reason:
            case.check(tally, backend, seed)

    return replace(case, check=check)
