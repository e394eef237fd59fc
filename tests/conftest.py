"""The fixtures of tests that open a page in a browser, and what becomes of these tests where there is none."""

from __future__ import annotations

from collections.abc import Iterator

import browser
import pytest


@pytest.fixture(scope="module")  # not longer: Playwright keeps an event loop, and other tests have theirs
def _chromium() -> Iterator[object]:
    reason = browser.why_not()
    if reason is not None:
        pytest.skip(reason)
    with browser.chromium() as opened:
        yield opened


@pytest.fixture
def visit(_chromium) -> Iterator[browser.Visits]:
    """``visit(path)`` opens an HTML file; an error on the page's console fails the test."""
    visits = browser.Visits(_chromium)
    yield visits
    visits.close()
    assert visits.errors == []
