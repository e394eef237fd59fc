"""Mutants: each family is made and killed on a card that is known, and what survives is named, unless it is excused."""

from __future__ import annotations

import io
import itertools
import json
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

import unigrad as ug
import unigrad.numpy as np
from unigrad.card import REGISTRY
from unigrad.samples import Array, sample
from unigrad_conformance import main
from unigrad_conformance.mutants import Mutant, judge, running
from unigrad_conformance.mutants.equivalent import Excuse, excuses
from unigrad_conformance.mutants.installing import with_rule
from unigrad_conformance.mutants.verdict import mutants, rate, show, to_json, total

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))
import mutant_table

TRIALS = running.Trials("numpy")


def broken(select, family, suite="rules"):
    """The mutants of a family that `select` means."""
    found = [each for each in mutants(["numpy"], select) if each.family == family and each.suite == suite]
    assert found, f"no mutant of '{select}' in the family '{family}'"
    return found


def fates(mutants):
    return [TRIALS.fate(mutant) for mutant in mutants]


@contextmanager
def with_samples(name, samples):
    """The card has these samples, and no conventions."""
    card = REGISTRY[name]
    before = card.samples, card.conventions
    object.__setattr__(card, "samples", tuple(samples))
    object.__setattr__(card, "conventions", ())
    try:
        yield
    finally:
        for field, value in zip(("samples", "conventions"), before, strict=True):
            object.__setattr__(card, field, value)


RULES = {
    "sign": "arithmetic.divide",
    "factor": "arithmetic.add",
    "dropped term": "arithmetic.divide",
    "swapped operands": "arithmetic.divide",
    "missing sum": "pulls.write_pull",
    "saved value": "arithmetic.multiply",
    "axis": "reduction._others",
    "option": "nn._softmax_x",
    "transpose": "linalg._matmul_x1",
    "off by one": "arithmetic._pow_x1",
    "parent order": "pulls.make_pull",
    "accumulation": "pulls._ADDED",
}


@pytest.mark.parametrize("family", RULES)
def test_a_mistake_of_each_family_in_a_rule_is_killed(family):
    found = fates(broken(RULES[family], family)[:2])
    assert {fate.status for fate in found} == {"killed"}
    assert all(fate.reason and fate.case for fate in found)


KERNELS = {
    "sign": "numpy.exp",
    "off by one": "numpy.floor",
    "dtype": "numpy.exp",
    "rounding": "numpy.exp",
    "neighbour": "numpy.floor",
    "axis": "numpy.cumulative_sum",
    "option": "numpy.var",
    "swapped operands": "numpy.subtract",
}


@pytest.mark.parametrize("family", KERNELS)
def test_a_mistake_of_each_family_in_a_kernel_is_killed(family):
    assert {fate.status for fate in fates(broken(KERNELS[family], family, "kernels"))} == {"killed"}


def test_the_page_says_of_each_family_what_it_is():
    assert {*RULES, *KERNELS, "comparison"} == {*mutant_table.FAMILIES}


def test_rules_that_push_are_broken_too():
    pushes = [each for each in mutants(["numpy"], "nn.softmax") if each.place == "nn.softmax[x, jvp]"]
    assert pushes
    assert {fate.status for fate in fates(pushes)} == {"killed"}


def test_a_function_that_several_rules_call_is_broken_for_all_of_them():
    (sign, *_) = broken("magnitudes._share", "sign")
    assert len(sign.cards) > 1
    assert {fate.status for fate in fates([sign])} == {"killed"}


def test_a_mutant_is_gone_after_its_scope_and_in_force_within_it_pulls_included():
    (sign, *_) = [each for each in broken("arithmetic.multiply", "saved value") if each.place.endswith("[x1]")]
    slope = ug.grad(lambda x: x * np.asarray(3.0))
    assert slope(np.asarray(2.0)).item() == 3.0
    with sign.install():
        assert slope(np.asarray(2.0)).item() != 3.0
    assert slope(np.asarray(2.0)).item() == 3.0


def test_a_weak_sample_leaves_a_survivor_and_it_is_named():
    with with_samples("maximum", [sample(Array((3,), 1.0, 2.0), Array((3,), -2.0, -1.0))]):  # x2 never wins
        verdict = judge(["rules"], ["numpy"], "choices.maximum[x2]", known=())
    keys = [fate.mutant.key for fate in verdict.survivors]
    assert any(key.startswith("choices.maximum[x2]: sign: _winner(") for key in keys)
    assert verdict.status == 1
    assert rate(total(verdict)) != "100.0 %"
    console = Console(file=io.StringIO(), width=200)
    show(verdict, console)
    text = console.file.getvalue()
    assert all(f"survived on numpy: {key}" in text for key in keys)
    assert f"{len(keys)} survived" in text
    assert all(
        f"- {fate.mutant.place}, {fate.mutant.family}: " in mutant_table.page(verdict) for fate in verdict.survivors
    )


def test_an_equivalent_mutant_that_is_declared_is_not_counted_and_does_not_fail_the_run():
    with with_samples("maximum", [sample(Array((3,), 1.0, 2.0), Array((3,), -2.0, -1.0))]):
        before = judge(["rules"], ["numpy"], "choices.maximum[x2]", known=())
        keys = tuple(fate.mutant.key for fate in before.survivors)
        verdict = judge(["rules"], ["numpy"], "choices.maximum[x2]", known=[Excuse("x2 never wins", keys)])
    count = total(verdict)
    assert (verdict.status, verdict.survivors, count["equivalent"]) == (0, [], len(keys))
    assert rate(count) == "100.0 %"
    assert f"x2 never wins:\n\n- {before.survivors[0].mutant.place}" in mutant_table.page(verdict)


def test_an_excuse_for_a_mutant_that_is_killed_is_an_error():
    key = "trigonometry.sin[x]: sign: xp.cos(x) -> -xp.cos(x)"
    verdict = judge(["rules"], ["numpy"], "trigonometry.sin[x]", known=[Excuse("no reason", (key,))])
    assert verdict.stale == (f"it is killed by rules/sin on numpy: {key}",)
    assert verdict.status == 1


def test_the_page_is_written_from_reports_with_the_reasons_of_now(tmp_path):
    places = ("trigonometry.sin[x]", "choices.relu[x]")
    ran = [judge(["rules"], ["numpy"], place, known=()) for place in places]
    files = [tmp_path / f"{number}.json" for number in range(2)]
    for file, verdict in zip(files, ran, strict=True):
        file.write_text(to_json(verdict))
    (read,) = mutant_table.read([*files, files[0]])
    before = [fate for verdict in ran for fate in verdict.fates]
    assert [fate.mutant.key for fate in read.fates] == [fate.mutant.key for fate in before]
    assert {(old.status, new.status) for old, new in zip(before, read.fates, strict=True)} == {
        ("killed", "killed"),
        ("survived", "equivalent"),
    }
    assert f"| all | | | {len(before)} | {total(read)['killed']} | {total(read)['equivalent']} | 0 | 0 | 100.0 % |" in (
        mutant_table.page(read)
    )


def test_an_excuse_may_not_hold_on_a_backend():
    key = "trigonometry.sin[x]: sign: xp.cos(x) -> -xp.cos(x)"
    elsewhere = Excuse("only told here", (key,), noticed_on=("numpy",))
    verdict = judge(["rules"], ["numpy"], "trigonometry.sin[x]", known=[elsewhere])
    assert (verdict.stale, verdict.status) == ((), 0)
    with with_samples("maximum", [sample(Array((3,), 1.0, 2.0), Array((3,), -2.0, -1.0))]):
        keys = tuple(fate.mutant.key for fate in judge(["rules"], ["numpy"], "choices.maximum[x2]", known=()).survivors)
        known = [Excuse("x2 never wins", keys, noticed_on=("numpy",))]
        verdict = judge(["rules"], ["numpy"], "choices.maximum[x2]", known=known)
    assert tuple(fate.mutant.key for fate in verdict.survivors) == keys


def test_what_is_excused_has_a_reason_and_no_key_twice():
    known = excuses()
    assert all(excuse.reason and excuse.keys for excuse in known)


def test_a_mutant_that_never_ends_or_raises_is_killed(monkeypatch):
    monkeypatch.setattr(running, "LEAST", 0.2)
    monkeypatch.setattr(running, "PATIENCE", 0.0)

    def forever(xp, x):
        return [None for _ in itertools.count()]

    def wrong(xp, x):
        raise RuntimeError("broken")

    def mutant(rule):
        install = partial(with_rule, REGISTRY["sin"], "rules", "x", rule)
        return Mutant("key", "rules", "sign", "place", "where", "", "", ("sin",), install)

    looping, raising = fates([mutant(forever), mutant(wrong)])
    assert (looping.status, looping.reason) == ("killed", "takes too long")
    assert raising.status == "killed"
    assert "raised RuntimeError: broken" in raising.reason


def test_the_command_writes_a_report_and_its_status_says_whether_all_were_killed(tmp_path, capsys):
    report = tmp_path / "mutants.json"
    assert main(["--mutants", "--backend", "numpy", "--select", "trigonometry.tanh", "--report", str(report)]) == 0
    assert "kill rate 100.0 %" in capsys.readouterr().out
    document = json.loads(report.read_text())
    assert document["status"] == 0
    assert {each["status"] for each in document["mutants"]} == {"killed"}
    assert {each["family"] for each in document["families"]} >= {"sign", "factor", "saved value"}
    with with_samples("maximum", [sample(Array((3,), 1.0, 2.0), Array((3,), -2.0, -1.0))]):
        assert main(["--mutants", "--select", "choices.maximum[x2]"]) == 1


def test_the_command_says_what_it_cannot_do(capsys):
    assert main(["--mutants", "--select", "no such thing"]) == 2
    assert "no mutant's cases or place contain 'no such thing'" in capsys.readouterr().err
    assert main(["--mutants", "--select", "trigonometry.tanh", "--report", "x.html"]) == 2
    assert "a report on mutants ends in .json; 'x.html' does not" in capsys.readouterr().err


def test_the_report_holds_every_fate_in_plain_data():
    verdict = judge(["rules"], ["numpy"], "trigonometry.tanh[x]", seed=3)
    document = json.loads(to_json(verdict))
    assert document["seed"] == 3
    assert len(document["mutants"]) == len(verdict.fates)
