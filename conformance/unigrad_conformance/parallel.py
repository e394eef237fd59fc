"""Parallel: the cases of a run shared out among processes, and the same results as in one.

The cases of one function go to one process: a backend that compiles every shape anew then compiles most of what they have in
common once. Suites that look at derivatives run in processes whose compilers hurry, as `depth` says.
"""

from __future__ import annotations

import os
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import closing, suppress
from queue import SimpleQueue
from typing import Final

from unigrad_conformance import depth
from unigrad_conformance.case import Case, Outcome, obstacle
from unigrad_conformance.results import Results, Row, column
from unigrad_conformance.tally import Finding
from unigrad_conformance.worker import Errand, Worker, WorkerLost, loads

WORTH: Final = 100
"""How many cases a further process has to take over: it needs seconds to start."""

Tasks = deque[tuple[int, str]]
Done = tuple[int, str, Outcome | None]


def default_jobs(count: int) -> int:
    """How many processes `count` cases are shared out among where nobody says it: at most one a processor."""
    processors = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(processors, count // WORTH))


def run(
    cases: Sequence[Case],
    backends: Sequence[str],
    errand: Errand,
    jobs: int,
    *,
    named: Sequence[str] = (),
    progress: Callable[[str], None] | None = None,
) -> Results:
    """As `results.run`, in so many processes; `progress` is told the id of each case on each backend after it has run.

    `errand` selects the cases; one that other processes do not know, as this one declares it, is run in this one. A case
    whose process dies has failed, and another process goes on. Raises `WorkerLost` where no process starts.
    """
    rows = tuple(Row(case.suite, case.name, dict.fromkeys(backends, Outcome("not run"))) for case in cases)
    with Shared(cases, backends, errand, jobs) as shared:
        for _ in range(len(cases) * len(backends)):
            index, backend, outcome = shared.next()
            case = cases[index]
            rows[index].outcomes[backend] = case.run(backend, errand.seed) if outcome is None else outcome
            if progress is not None:
                progress(f"{backend} {case.id}")
    return Results(errand.seed, tuple(map(column, backends)), rows, frozenset(named), errand.depth)


class Shared:
    """Cases in the hands of workers, each of which has a thread that gives it the next; a scope, which leaves no process behind."""

    def __init__(self, cases: Sequence[Case], backends: Sequence[str], errand: Errand, jobs: int) -> None:
        self._cases = cases
        self._errand = errand
        self._hurry = _hurry(backends) if any(depth.hurried(case.suite) for case in cases) else {}
        self._waiting = deque(
            [(index, backend) for index in group for backend in backends] for group in _grouped(cases)
        )
        self._done: SimpleQueue[Done | Exception] = SimpleQueue()
        self._workers: list[Worker] = []
        self._over = False
        self._threads = [threading.Thread(target=self._work, daemon=True) for _ in range(jobs)]

    def __enter__(self) -> Shared:
        for thread in self._threads:
            thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over = True
        for worker in self._workers:
            worker.kill()
        for thread in self._threads:
            thread.join()

    def next(self) -> Done:
        """The number of a case, a backend, and the outcome; None for one that has to be run here."""
        found = self._done.get()
        if isinstance(found, Exception):
            raise found
        return found

    def _work(self) -> None:
        """What each thread does: hire a worker, and another where one is lost, until nothing is left to do."""
        mine: Tasks = deque()
        try:
            while self._take(mine):
                with closing(Worker(self._errand, self._variables(mine))) as worker:
                    self._workers.append(worker)
                    if not self._over:  # else it came too late to be killed with the others
                        worker.begin()
                        self._serve(worker, mine)
        except Exception as error:  # noqa: BLE001 - it is raised where the outcomes are waited for
            self._done.put(error)

    def _serve(self, worker: Worker, mine: Tasks) -> None:
        """Have the worker run what is for its like, until it is lost, which is a failure of the case that it had."""
        while self._take(mine) and self._variables(mine) == worker.variables:
            index, backend = mine.popleft()
            try:
                self._done.put((index, backend, worker.outcome(self._cases[index].id, backend)))
            except WorkerLost as error:
                finding = Finding(self._cases[index].id, "the case itself", float("inf"), str(error))
                self._done.put((index, backend, Outcome("failed", findings=(finding,))))
                return

    def _take(self, mine: Tasks) -> bool:
        """Whether there is something to do, taken from what is waiting where a thread has nothing left."""
        if not mine:
            with suppress(IndexError):
                mine.extend(self._waiting.popleft())
        return bool(mine) and not self._over

    def _variables(self, mine: Tasks) -> dict[str, str]:
        """The environment variables for the process that runs what comes next."""
        return self._hurry if depth.hurried(self._cases[mine[0][0]].suite) else {}


def _hurry(backends: Sequence[str]) -> dict[str, str]:
    """The variables of `depth.COMPILERS` for those of the backends that work with them."""
    found: dict[str, str] = {}
    for backend in backends:
        variables = depth.COMPILERS.get(backend, {})
        if variables and not obstacle(backend) and loads(backend, variables):
            found |= variables
    return found


def _grouped(cases: Sequence[Case]) -> list[list[int]]:
    """The numbers of the cases that one process should run, one after the other; those that are not hurried first."""
    found: dict[tuple[bool, str], list[int]] = {}
    for index, case in enumerate(cases):
        found.setdefault((depth.hurried(case.suite), case.name), []).append(index)
    return [found[key] for key in sorted(found, key=lambda key: key[0])]
