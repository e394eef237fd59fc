"""The page of accuracies lists every special function, where its script measures it, and what that measures is small."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from unigrad import special

mpmath = pytest.importorskip("mpmath", reason="mpmath is not installed: it is the oracle")
sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))
import special_accuracy  # noqa: E402 - a script of the documentation

QUICK = [each for each in special_accuracy.FUNCTIONS if each.names in ("erfcx", "j1", "gammaincc", "zeta", "betaln")]


def test_the_script_measures_every_function():
    assert sorted(name for each in special_accuracy.FUNCTIONS for name in each.names.split()) == special.__all__


def test_the_page_lists_every_function_on_every_backend():
    lines = special_accuracy.PAGE.read_text(encoding="utf-8").splitlines()
    for function in special_accuracy.FUNCTIONS:
        (line,) = [each for each in lines if each.startswith(special_accuracy.label(function))]
        errors = line.removeprefix(special_accuracy.label(function)).strip(" |").split(" | ")
        assert len(errors) == 2 * len(special_accuracy.BACKENDS) and all(float(error) < 1e-3 for error in errors)


@pytest.mark.parametrize("function", QUICK, ids=lambda each: each.names)
def test_what_the_script_measures_is_small_and_not_nothing(function):
    with mpmath.workdps(special_accuracy.DIGITS):
        points = special_accuracy.drawn(function, 5)
        wanted = list(special_accuracy.exact(function, points))
        measured = special_accuracy.measured(function, points, wanted, "numpy")
        off = special_accuracy.measured(function, points, [[1.001 * x for x in each] for each in wanted], "numpy")
    assert all(0 <= error < 2e-12 for error in measured)
    assert all(error == pytest.approx(1e-3, rel=1e-2) for error in off)
