"""A test for each case and backend, for the tests of this package alone."""

from __future__ import annotations

from typing import Any

import pytest

from unigrad_conformance.results import known_backends
from unigrad_conformance.suites import cases


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Parametrise the suite's own tests, by their names: ``test_rules`` gets the cases of *rules*."""
    suite = metafunc.function.__name__.removeprefix("test_")
    if {"case", "backend"} <= set(metafunc.fixturenames):
        metafunc.parametrize("case", [pytest.param(case, id=case.name.replace(" ", "_")) for case in cases([suite])])
        metafunc.parametrize("backend", _backends(metafunc.config))


def _backends(config: pytest.Config) -> list[str]:
    asked: list[Any] = config.getoption("--unigrad-backend", default=[]) or ["numpy"]
    known = known_backends()
    unknown = [name for name in asked if name not in (*known, "all")]
    if unknown:
        raise pytest.UsageError(f"no backend named '{unknown[0]}'; known: {', '.join(known)}")
    return known if "all" in asked else list(dict.fromkeys(asked))
