"""Running: each mutant put in place, and the cases of its cards run on it until one fails."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from typing import Any, Final

from unigrad_conformance import suites
from unigrad_conformance.case import SUITES, Case, conditions, obstacle
from unigrad_conformance.mutants.mutant import Fate, Mutant
from unigrad_conformance.mutants.reach import reached_by_rules, users
from unigrad_conformance.tally import Tally, said

LEAST: Final = 2.0
"""Seconds of computing that a case may take on a mutant at least, which may loop forever; else so many times its own:"""
PATIENCE: Final = 20.0


class Found(BaseException):
    """The first failure; not an `Exception`, which a tally would note and go on."""


class TooLong(BaseException):
    """A mutant ran out of time."""


class FirstFailure(Tally):
    """A tally that ends its case at the first failure."""

    def close(self, sample: str, what: str, got: Any, want: Any, tolerance: float) -> None:
        """As a tally does; raises `Found` where the numbers differ."""
        super().close(sample, what, got, want, tolerance)
        if self.findings:
            raise Found(str(self.findings[-1]))

    def fail(self, sample: str, what: str, detail: str) -> None:
        """Raises `Found`."""
        super().fail(sample, what, detail)
        raise Found(str(self.findings[-1]))


@dataclass
class Trials:
    """The cases that mutants are tried on, on one backend with one seed, and how each does without any mistake."""

    backend: str
    seed: int = 0
    _known: dict[str, tuple[str, float]] = field(default_factory=dict)

    @cached_property
    def _cases(self) -> dict[str, Case]:
        return {case.id: case for case in suites.cases([suite for suite in SUITES if suite != "chapter"])}

    @cached_property
    def _users(self) -> dict[str, list[str]]:
        return users(reached_by_rules())

    def fate(self, mutant: Mutant) -> Fate:
        """Whether some case kills the mutant: of its cards first, then of those that use them."""
        start, able = time.perf_counter(), []
        for case in self._of(mutant):
            if self._fault(case):
                continue
            able.append(case)
            reason = self._reason(mutant, case)
            if reason:
                return Fate(mutant, self.backend, "killed", case.id, reason, time.perf_counter() - start)
        seconds = time.perf_counter() - start
        if not able:
            return Fate(mutant, self.backend, "not run", reason=self._excuse(mutant), seconds=seconds)
        return Fate(mutant, self.backend, "survived", able[0].id, seconds=seconds)

    def _of(self, mutant: Mutant) -> list[Case]:
        others = [name for card in mutant.cards for name in self._users.get(card, ())]
        names = [each.removesuffix("_packed") for each in (*mutant.cards, *others)]
        order = ("kernels", "rules", "conventions") if mutant.suite == "kernels" else ("rules", "conventions")
        ids = dict.fromkeys(f"{suite}/{name}" for name in names for suite in order)
        return [self._cases[each] for each in ids if each in self._cases]

    def _fault(self, case: Case) -> str:
        """Why a case says nothing here: it cannot run, or fails as it is."""
        if case.id not in self._known:
            outcome = case.run(self.backend, self.seed)
            fault = {"passed": "", "not run": outcome.reason}.get(outcome.status, f"{case.id} fails without any mutant")
            self._known[case.id] = fault, outcome.seconds
        return self._known[case.id][0]

    def _excuse(self, mutant: Mutant) -> str:
        faults = [self._fault(case) for case in self._of(mutant)]
        return obstacle(self.backend) or (faults[0] if faults else "no case shows it")

    def _reason(self, mutant: Mutant, case: Case) -> str:
        """How a case failed on the mutant, empty if it passed."""
        try:
            with limited(max(LEAST, PATIENCE * self._known[case.id][1])), mutant.install(), conditions(self.backend):
                case.check(FirstFailure(), self.backend, self.seed)
        except Found as found:
            return str(found)
        except TooLong:
            return "takes too long"
        except Exception as error:  # noqa: BLE001 - a broken function may raise anything
            return f"raised {said(error)}"
        return ""


def run(
    mutants: Sequence[Mutant], backends: Sequence[str], seed: int = 0, progress: Callable[[str], None] | None = None
) -> list[Fate]:
    """The fate of every mutant on every backend that it is for; `progress` is told of each before it is tried."""
    fates = []
    for backend in backends:
        trials = Trials(backend, seed)
        for mutant in mutants_of(mutants, backend):
            if progress is not None:
                progress(f"{backend} {mutant.place}")
            fates.append(trials.fate(mutant))
    return fates


def mutants_of(mutants: Iterable[Mutant], backend: str) -> list[Mutant]:
    """The mutants to be tried on a backend: of rules, and of its own kernels."""
    return [mutant for mutant in mutants if mutant.backend in ("", backend)]


@contextmanager
def limited(seconds: float) -> Iterator[None]:
    """`TooLong` is raised in the scope after so many seconds of computing; never where the system or the thread has no alarm.

    What else runs on the machine does not count, else a busy one would take slow cases for killed mutants.
    """
    if not hasattr(signal, "setitimer") or threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGPROF, _ring)
    signal.setitimer(signal.ITIMER_PROF, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_PROF, 0)
        signal.signal(signal.SIGPROF, before)


def _ring(_signal: int, _frame: Any) -> None:
    raise TooLong
