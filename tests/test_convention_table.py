"""The page of conventions is what its script writes, and other engines give at each point what the card says of them."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import sys
from pathlib import Path

import numpy
import pytest

from unigrad.card import REGISTRY
from unigrad.samples import ENGINES, at

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "docs"))
import convention_engines  # noqa: E402 - two scripts of the documentation
import convention_table  # noqa: E402

CARDS = [card.name for rooms in convention_table.SECTIONS.values() for card in convention_table.cards(rooms)]


def test_the_page_is_what_its_script_writes():
    assert convention_table.PAGE.read_text(encoding="utf-8") == convention_table.page()


def test_every_card_with_conventions_has_its_place_on_the_page():
    declared = {card.name for card in REGISTRY.values() if card.conventions and card.module.startswith("unigrad.")}
    assert set(CARDS) == declared


def test_the_cells_of_a_row():
    convention = at(
        [0.0, 1.0], 0.0, slope=([1.0, 1 / 3], None), why="why", agree="jax", torch=[numpy.inf, -numpy.inf], tf="error"
    )
    assert convention_table.row(REGISTRY["clip"], convention) == (
        "| `clip([0.0, 1.0], 0.0)` | [1, 0.33333], · | why | — | same | [∞, -∞], · | error | — |"
    )


def test_the_page_names_the_versions_that_were_measured_and_the_tests_run_with_them():
    words = convention_table.PAGE.read_text(encoding="utf-8")
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    for engine in ENGINES:
        assert f"{convention_table.TITLES[engine]} {convention_engines.MEASURED[engine]}" in words.replace("\n", " ")
    for engine in convention_engines.ENGINES:
        assert f"\n{engine}=={convention_engines.MEASURED[engine]}\n" in pinned


@pytest.mark.parametrize("name", CARDS)
@pytest.mark.parametrize("engine", convention_engines.ENGINES)
def test_an_engine_gives_what_the_card_says_of_it(engine, name):
    if importlib.util.find_spec(engine) is None:
        pytest.skip(f"{engine} is not installed")
    version = importlib.metadata.version(engine).partition("+")[0]
    if version != convention_engines.MEASURED[engine]:
        pytest.skip(f"{engine} {convention_engines.MEASURED[engine]} was measured; {version} may answer otherwise")
    for convention in REGISTRY[name].conventions:
        answer = convention_engines.answer(engine, name, convention)
        declared = convention_engines.declared(engine, convention)
        if convention.agree or convention.differ:  # else no engine's answer is declared
            assert convention_engines.same(answer, declared), (convention, answer)


def test_an_engine_that_is_not_as_declared_is_noticed():
    pytest.importorskip("torch", reason="torch is not installed")
    assert convention_engines.answer("torch", "abs", at(0.0, slope=0.0, why="", torch=1.0)) == 0.0
    assert not convention_engines.same(0.0, 1.0)
    assert not convention_engines.same(float("nan"), 0.0)
    assert not convention_engines.same((0.0, 1.0), (0.0, 2.0))
    assert not convention_engines.same(None, 0.0)
    assert not convention_engines.same([0.0], "error")
    assert convention_engines.answer("torch", "no_such_function", at(0.0, slope=0.0, why="")) is None
    assert convention_engines.answer("torch", "abs", at("text", slope=0.0, why="")) == "error"
