"""The page of functions in the docs: every function is on it, with its marks or with the reason why it has no derivative."""

from __future__ import annotations

import inspect
import re
import sys
from pathlib import Path

import pytest

import unigrad.numpy as np
from unigrad.card import REGISTRY
from unigrad.graph import Tensor

DOCS = Path(__file__).parent.parent / "docs"
sys.path.insert(0, str(DOCS))
import function_table  # noqa: E402 - a script of the documentation

LINES = function_table.PAGE.read_text(encoding="utf-8").splitlines()
LISTED = [found.group(1) for line in LINES if (found := re.match(r"\| `([\w.]+)`", line))]


def test_the_page_lists_every_function_once():
    assert sorted(LISTED) == sorted(entry.name for entry in function_table.entries())
    assert len(set(LISTED)) == len(LISTED)


def test_no_public_function_is_left_out():
    names = {prefix + name for prefix, module in function_table.NAMESPACES.items() for name in dir(module)}
    functions = {
        name
        for name in names
        if inspect.isfunction(found := getattr(function_table.NAMESPACES[name.rpartition(".")[0] + "." * ("." in name)],
                                               name.rpartition(".")[2]))
        and not name.rpartition(".")[2].startswith("_")
        and found.__module__.startswith("unigrad")
    }  # fmt: skip
    assert {name for name in functions if not name.endswith("_packed")} == set(LISTED)


@pytest.mark.parametrize("name", "absolute cumsum where linalg.matrix_norm fft.irfft".split())
def test_a_line_is_what_running_gives_on_numpy(name):
    (entry,) = (each for each in function_table.entries() if each.name == name)
    assert function_table.marks(function_table.subject_of(entry), "numpy") == (True, True, True, True)
    (line,) = (line for line in LINES if line.startswith(f"| `{name}`"))
    assert line.split("|")[2:6] == [" all "] * 4


def test_what_has_no_derivative_stands_with_its_reason():
    _, others = function_table.split(function_table.entries())
    below = LINES[LINES.index("## No derivative") :]
    for entry in others:
        assert f"| `{entry.name}` | {function_table.reason(entry)} |" in below
    assert f"| `{'argmax'}` | integer result |" in below
    assert f"| `{'less'}` | boolean result |" in below
    assert f"| `{'floor'}` | constant between its jumps |" in below


@pytest.mark.parametrize("name", [entry.name for entry in function_table.split(function_table.entries())[1]])
def test_a_function_with_a_hand_written_reason_is_not_recorded_by_its_card(name):
    card = REGISTRY.get(name.rpartition(".")[2])
    assert card is None or card.kind in ("constant", "composition")


def test_a_function_without_samples_or_reason_is_an_error():
    with pytest.raises(LookupError) as caught:
        function_table.reason(function_table.Entry("nothing", lambda x: x))
    assert str(caught.value) == "'nothing' has neither samples nor a reason why it has no derivative; add one"


def test_a_recorded_result_is_noticed():
    entry = function_table.Entry("sin", np.sin)
    assert function_table.differentiable(function_table.subject_of(entry))
    assert all(isinstance(out, Tensor) for out in function_table.results(function_table.subject_of(entry)))
