"""Verdict: what a run of mutants says: the kill rate of each family, the survivors, the stale excuses, and the exit status."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from unigrad_conformance import suites
from unigrad_conformance.case import obstacle
from unigrad_conformance.mutants.equivalent import Excuse, excused, excuses, stale
from unigrad_conformance.mutants.kernel_mutants import kernel_mutants
from unigrad_conformance.mutants.machinery import machinery_mutants
from unigrad_conformance.mutants.mutant import Fate, Mutant, Status
from unigrad_conformance.mutants.rule_mutants import rule_mutants
from unigrad_conformance.mutants.running import mutants_of, run

STATUSES: tuple[Status, ...] = ("killed", "equivalent", "survived", "not run")


@dataclass(frozen=True)
class Verdict:
    """The fates of all mutants that were run, the stale excuses, and why a backend could not run."""

    seed: int
    fates: tuple[Fate, ...]
    stale: tuple[str, ...] = ()
    reasons: tuple[str, ...] = ()

    @property
    def status(self) -> int:
        """The exit status: 0 if each mutant was killed or is excused, and each excuse holds."""
        return int(bool(self.survivors or self.stale or self.reasons) or not self.fates)

    @property
    def survivors(self) -> list[Fate]:
        """The mutants that nothing explains, those that no case could be run on among them."""
        return [fate for fate in self.fates if fate.status in ("survived", "not run")]

    def families(self) -> dict[tuple[str, str], Counter[Status]]:
        """By suite and family, how many mutants met which fate."""
        found: dict[tuple[str, str], Counter[Status]] = {}
        for fate in self.fates:
            key = (fate.mutant.suite, fate.mutant.family)
            found.setdefault(key, Counter())[fate.status] += 1
        return dict(sorted(found.items(), key=lambda pair: (pair[0][0] == "kernels", pair[0])))


def rate(count: Counter[Status]) -> str:
    """The share of the mutants that could be told from the original which were killed: ``98.7 %``."""
    able = count.total() - count["equivalent"]
    return f"{100 * count['killed'] / able:.1f} %" if able else "–"


def judge(
    suites_asked: Sequence[str],
    backends: Sequence[str],
    select: str = "",
    seed: int = 0,
    known: Sequence[Excuse] | None = None,
    start: Callable[[int], Callable[[str], None]] | None = None,
) -> Verdict:
    """Run the mutants whose cases or place contain `select`; `start` is told their number, and gives what is told of each."""
    known = excuses() if known is None else known
    able = [backend for backend in backends if not obstacle(backend)]
    there = mutants(able, select)
    chosen = [each for each in there if each.suite in suites_asked]
    progress = start(sum(len(mutants_of(chosen, backend)) for backend in able)) if start else None
    fates = excused(run(chosen, able, seed, progress), known)
    reasons = [f"{backend}: not run: {obstacle(backend)}" for backend in backends if backend not in able]
    return Verdict(seed, tuple(fates), tuple(stale(known, there, fates, able, whole=not select)), tuple(reasons))


def mutants(backends: Iterable[str], select: str = "") -> list[Mutant]:
    """The mutants of the rules, of what is generated from them, and of the kernels of these backends that `select` means."""
    suites.cases()  # whatever the suite itself declares is declared
    kernels = [each for name in backends for each in kernel_mutants(name)]
    found = [*rule_mutants(select), *machinery_mutants(), *kernels]
    return [each for each in found if any(select in text for text in each.ids)]


def show(verdict: Verdict, console: Console) -> None:
    """Print the table of families, then every survivor and every stale excuse."""
    console.print(_table(verdict))
    for fate in verdict.survivors:
        for line, style in _lines(fate):
            _say(console, line, style)
    for line in (*(f"stale in equivalent.toml: {each}" for each in verdict.stale), *verdict.reasons):
        _say(console, line, "bold red")
    count = total(verdict)
    counted = ", ".join(f"{count[status]} {status}" for status in STATUSES if count[status])
    _say(console, f"{count.total()} mutants: {counted or 'nothing ran'}; kill rate {rate(count)}", "bold")


def to_json(verdict: Verdict) -> str:
    """The verdict as a JSON object: ``seed``, ``status``, ``families``, ``stale``, ``reasons`` and every mutant."""
    families = [
        {"suite": suite, "family": family, **{status.replace(" ", "_"): count[status] for status in STATUSES}}
        for (suite, family), count in verdict.families().items()
    ]
    document = {
        "seed": verdict.seed,
        "status": verdict.status,
        "families": families,
        "stale": verdict.stale,
        "reasons": verdict.reasons,
        "mutants": list(map(_plain, verdict.fates)),
    }
    return json.dumps(document, indent=1, ensure_ascii=False) + "\n"


def _plain(fate: Fate) -> dict[str, Any]:
    mutant = {name: value for name, value in vars(fate.mutant).items() if name not in ("install", "backend")}
    return {**mutant, **{name: value for name, value in vars(fate).items() if name != "mutant"}}


def total(verdict: Verdict) -> Counter[Status]:
    """How many of all mutants met which fate."""
    return Counter(fate.status for fate in verdict.fates)


def _table(verdict: Verdict) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for heading in ("suite", "family", "mutants", *STATUSES, "kill rate"):
        table.add_column(heading, justify="left" if heading in ("suite", "family") else "right")
    for (suite, family), count in verdict.families().items():
        numbers = [str(count[status]) for status in STATUSES]
        table.add_row(suite, family, str(count.total()), *numbers, rate(count))
    return table


def _lines(fate: Fate) -> list[tuple[str, str]]:
    """A survivor as a small diff."""
    mutant = fate.mutant
    why = f" ({fate.reason})" if fate.reason else ""
    head = f"{mutant.where}: {fate.status} on {fate.backend}{why}: {mutant.key}"
    return [(head, "bold red"), (f"  - {mutant.before}", "red"), (f"  + {mutant.after}", "green")]


def _say(console: Console, line: str, style: str) -> None:
    console.print(Text(line, style), soft_wrap=True)
