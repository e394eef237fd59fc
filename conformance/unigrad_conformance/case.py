"""Case: one row of a conformance table, as data, and the Outcome of running it on a backend."""

from __future__ import annotations

import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final, Literal

import numpy

import unigrad as ug
from unigrad import plugins
from unigrad_conformance.tally import Finding, Tally, said

Status = Literal["passed", "failed", "not run"]
SUITES: Final = ("chapter", "conventions", "kernels", "rules", "batching", "compiling", "transforms")


@dataclass(frozen=True)
class Outcome:
    """What became of a case on a backend.

    ``error`` is the worst relative error of any comparison, ``share`` what part of its tolerance that is, and ``sample`` the
    call that showed it; ``findings`` are the failures, the worst first; ``reason`` says why nothing ran, or how a call that
    failed is run again.
    """

    status: Status
    checks: int = 0
    error: float = 0.0
    sample: str = ""
    findings: tuple[Finding, ...] = ()
    reason: str = ""
    seconds: float = 0.0
    share: float = 0.0


@dataclass(frozen=True)
class Case:
    """One program or primitive of a suite; ``check(tally, backend, seed)`` compares, and the tally remembers."""

    suite: str
    name: str
    check: Callable[[Tally, str, int], None]

    @property
    def id(self) -> str:
        """What ``--select`` looks into: ``rules/multiply``."""
        return f"{self.suite}/{self.name}"

    def run(self, backend: str, seed: int = 0) -> Outcome:
        """Run it on a registered backend; whatever the backend raises is a failure, one that it cannot run is *not run*."""
        reason = obstacle(backend) or self._gap(backend)
        if reason:
            return Outcome("not run", reason=reason)
        tally, start = Tally(), time.perf_counter()
        with conditions(backend):
            try:
                self.check(tally, backend, seed)
            except Exception as error:  # noqa: BLE001 - a backend may raise anything, and that is what is being looked for
                tally.fail(self.name, "the case itself", said(error))
        seconds = time.perf_counter() - start
        if not tally.checks and not tally.findings:
            return Outcome("not run", reason=tally.reason or "it has nothing to compare", seconds=seconds)
        status: Status = "failed" if tally.findings else "passed"
        return Outcome(
            status, tally.checks, tally.error, tally.sample, tally.ranked(), seconds=seconds, share=tally.share
        )

    def _gap(self, backend: str) -> str | None:
        gaps = {} if self.suite == "chapter" else plugins.backend(backend).gaps
        return f"known gap: {gaps[self.name]}" if self.name in gaps else None


def obstacle(backend: str) -> str | None:
    """Why nothing can run on `backend` here, in words; None if it can."""
    if backend in plugins.failures():
        error = plugins.failures()[backend]
        return f"its plugin did not load: {type(error).__name__}: {error}"
    found = plugins.backend(backend)
    reason = found.available()
    return f"{reason}; try: {found.remedy()}" if reason == "not installed" else reason


@contextmanager
def conditions(backend: str) -> Iterator[None]:
    """`backend` in force, operations recorded, and IEEE's special values met without a warning."""
    with ug.use_backend(backend), ug.record(), numpy.errstate(all="ignore"), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        yield


@contextmanager
def default_dtype(dtype: str) -> Iterator[None]:
    """`dtype` as the dtype of what is made from Python floats."""
    before = ug.get_default_dtype()
    ug.set_default_dtype(dtype)
    try:
        yield
    finally:
        ug.set_default_dtype(before)
