"""Tally: what the checks of one case found, as they go along."""

from __future__ import annotations

import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import numpy

from unigrad_conformance import tolerances


@dataclass(frozen=True)
class Finding:
    """One failed check: the call it was made with, what was compared, by how much it is off (infinite if it raised), in words."""

    sample: str
    what: str
    error: float
    detail: str

    def __str__(self) -> str:
        return f"{self.what}: {self.detail}; in {self.sample}"


class Tally:
    """Counts comparisons, keeps the worst error with the call that showed it, and every failure.

    The worst is what takes the largest ``share`` of its tolerance: above 1 it is a failure.
    """

    def __init__(self) -> None:
        self.checks = 0
        self.error = 0.0
        self.sample = ""
        self.findings: list[Finding] = []
        self.reason = ""
        self.share = 0.0

    def close(self, sample: str, what: str, got: Any, want: Any, tolerance: float) -> None:
        """Compare numbers: one shape, and entries within `tolerance` of the largest of them."""
        got, want = numpy.asarray(got), numpy.asarray(want)
        self.checks += 1
        if got.shape != want.shape:
            self.fail(sample, what, f"has shape {got.shape}, should have {want.shape}")
            return
        error = tolerances.error(got, want)
        share = error / tolerance if tolerance else float("inf") if error else 0.0
        if not self.sample or share > self.share:
            self.error, self.sample, self.share = error, sample, share
        if not error <= tolerance:
            at = tolerances.worst_entry(got, want)
            where = f" at {list(at)}" if at else ""
            said = f"is {_number(got[at])}{where}, should be {_number(want[at])}; error {error:.1e}, tolerance {tolerance:.0e}"
            self.findings.append(Finding(sample, what, error, said))

    def same(self, sample: str, what: str, got: object, want: object) -> None:
        """Compare anything else: dtypes, shapes, names."""
        self.checks += 1
        if got != want:
            self.fail(sample, what, f"is {got}, should be {want}")

    def fail(self, sample: str, what: str, detail: str) -> None:
        """A failure that has no size."""
        self.findings.append(Finding(sample, what, float("inf"), detail))

    def add(self, other: Tally) -> None:
        """Take over what another tally counted and found."""
        self.checks += other.checks
        self.findings += other.findings
        if not self.sample or other.share > self.share:
            self.error, self.sample, self.share = other.error, other.sample, other.share

    @contextmanager
    def guarded(self, sample: str, what: str) -> Iterator[None]:
        """A scope in which an exception is a failure of its sample, and the next sample is tried all the same."""
        try:
            yield
        except Exception as error:  # noqa: BLE001 - a backend may raise anything, and that is what is being looked for
            self.checks += 1
            self.fail(sample, what, f"raised {said(error)}")

    def ranked(self) -> tuple[Finding, ...]:
        """The failures, the worst first; of equals the first found."""
        return tuple(sorted(self.findings, key=lambda finding: -finding.error))


def _number(value: Any) -> str:
    return f"{value:.8g}" if isinstance(value, (numpy.floating, numpy.complexfloating)) else str(value)


def said(error: BaseException) -> str:
    """An exception as a failure's detail: its own words, its notes, and the innermost line that raised it."""
    text = " ".join("".join(traceback.format_exception_only(error)).split())
    frames = traceback.extract_tb(error.__traceback__)
    return f"{text} (in {frames[-1].name}, line {frames[-1].lineno} of {frames[-1].filename})" if frames else text
