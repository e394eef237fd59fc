"""What tests share: a backend in force, float64, and pages in a browser, with what becomes of these where there is none."""

from __future__ import annotations

from collections.abc import Iterator

import browser
import pytest

import unigrad as ug


@pytest.fixture
def double() -> Iterator[None]:
    """float64 for what is made of numbers."""
    before = ug.get_default_dtype()
    ug.set_default_dtype("float64")
    yield
    ug.set_default_dtype(before)


@pytest.fixture(params=["numpy", "torch", "jax"])
def backend(request: pytest.FixtureRequest, double: None) -> Iterator[str]:
    """A backend in force, with float64 for what is made of numbers."""
    pytest.importorskip(request.param)
    with ug.use_backend(request.param):
        yield request.param


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
