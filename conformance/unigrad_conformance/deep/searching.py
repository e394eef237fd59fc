"""Searching: calls drawn and examined, until one fails, which hypothesis then makes as simple as it can."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

from hypothesis import HealthCheck, Phase, Verbosity, configuration, given, reject, settings
from hypothesis import seed as seeded
from hypothesis.errors import HypothesisException
from hypothesis.strategies import SearchStrategy

from unigrad_conformance.deep.examining import Discarded
from unigrad_conformance.tally import Tally

SHRINKING: Final = 20.0
"""Seconds that a failure may take to be made simpler."""


@contextmanager
def nothing_kept() -> Iterator[None]:
    """A scope in which hypothesis has a folder that goes away, and leaves none where the command is run."""
    with tempfile.TemporaryDirectory() as folder:
        configuration.set_hypothesis_home_dir(folder)
        try:
            yield
        finally:
            configuration.set_hypothesis_home_dir(None)


class _Wrong(AssertionError):
    """The call fails."""


@dataclass
class Search:
    """The calls that a strategy draws: how many were examined and how many discarded, and the simplest that fails.

    ``examine(call)`` gives what a call shows, or raises Discarded.
    """

    strategy: SearchStrategy[Any]
    examine: Callable[[Any], Tally]
    tally: Tally = field(default_factory=Tally)
    examined: int = 0
    discarded: int = 0
    failed: Any = None
    _failure: Tally | None = None
    _stop: float = 0.0

    def run(self, seed: int, examples: int, stop: float) -> None:
        """Draw up to so many calls, and none after `stop`; at the first that fails, shrink it and remember what it shows."""
        self._stop = stop
        options = settings(
            max_examples=examples,
            database=None,
            deadline=None,
            phases=(Phase.generate, Phase.shrink),
            suppress_health_check=list(HealthCheck),
            verbosity=Verbosity.quiet,
            report_multiple_bugs=False,
        )
        try:
            seeded(seed)(options(given(self.strategy)(self._try)))()
        except _Wrong:
            pass
        except HypothesisException:
            # No call of this draw is one that NumPy takes; or time was over, and a failure is as simple as it became.
            if not self.failed and time.perf_counter() < stop and not self.discarded:
                raise
        if self._failure is not None:
            self.tally.add(self._failure)

    def _try(self, call: Any) -> None:
        if time.perf_counter() > self._stop:
            return
        try:
            tally = self.examine(call)
        except Discarded:
            self.discarded += 1
            reject()
        if tally.findings:
            if self.failed is None:
                self._stop = time.perf_counter() + SHRINKING
            self.failed, self._failure = call, tally
            raise _Wrong
        if self.failed is None:
            self.examined += 1
            self.tally.add(tally)
