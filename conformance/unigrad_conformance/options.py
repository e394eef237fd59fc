"""The pytest option of the conformance suite, and nothing else: load it with ``-p unigrad_conformance.options``."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add ``--unigrad-backend``."""
    parser.addoption(
        "--unigrad-backend",
        action="append",
        default=[],
        metavar="NAME",
        help="a backend that unigrad's conformance suite runs on, or 'all'; may be given several times (default: numpy)",
    )
