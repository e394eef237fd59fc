"""The suite *transforms* under pytest."""

from __future__ import annotations

import pytest

from unigrad_conformance.case import Case


def test_transforms(case: Case, backend: str) -> None:
    """One case on one backend; what cannot run is skipped with its reason."""
    outcome = case.run(backend)
    if outcome.status == "not run":
        pytest.skip(outcome.reason)
    assert outcome.status == "passed", "\n".join(map(str, outcome.findings))
