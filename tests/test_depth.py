"""How much of the suite a run takes: a quick one, and batching beyond NumPy."""

from __future__ import annotations

import pytest

from unigrad_conformance import cases, depth, main
from unigrad_conformance.drawing import draw
from unigrad_conformance.subject import subjects


def test_a_quick_run_takes_one_sample_in_float64_and_a_part_of_the_functions_where_shapes_are_compiled(capsys):
    (full,), (quick,) = cases(["kernels"], "kernels/multiply"), cases(["kernels"], "kernels/multiply", quick=True)
    assert 0 < quick.run("numpy").checks < full.run("numpy").checks / 8
    assert main(["--quick", "--backend", "numpy", "--select", "/tanh"]) == 0
    assert "quick: one sample a function, the largest; " in capsys.readouterr().out
    names = [subject.name for subject in subjects()]
    spared = [[name for name in names if depth.spared(name, "jax", seed)] for seed in range(16)]
    assert all(0.85 < len(part) / len(names) < 1 for part in spared)
    assert not any(all(name in part for part in spared) for name in names)  # each has its turn
    assert not any(depth.spared(name, "numpy", 0) for name in names)


def test_a_quick_run_takes_the_largest_sample_that_can_be_differentiated():
    for subject in filter(lambda each: each.differentiable, subjects()):
        ((index, chosen),) = depth.samples(subject, one=True)
        assert subject.samples[index] is chosen
        assert subject.paths(draw(subject.name, index, chosen, 0))


def test_rules_take_one_of_the_samples_that_differ_in_shape_alone_where_shapes_are_compiled(monkeypatch):
    (case,) = cases(["rules"], "rules/subtract")
    full = case.run("numpy")
    monkeypatch.setattr(depth, "ONE_IN", {"numpy": 16})
    less = case.run("numpy")
    assert full.status == less.status == "passed"
    assert 0 < less.checks < full.checks / 2


def test_batching_takes_every_sample_on_numpy_and_one_elsewhere():
    pytest.importorskip("torch")
    (case,) = cases(["batching"], "batching/subtract")
    every, one = case.run("numpy"), case.run("torch")
    assert every.status == one.status == "passed"
    assert one.checks * 8 <= every.checks


def test_kernels_take_one_sample_in_float32_where_shapes_are_compiled(monkeypatch):
    (case,) = cases(["kernels"], "kernels/subtract")
    full = case.run("numpy")
    monkeypatch.setattr(depth, "ONE_IN", {"numpy": 16})
    less = case.run("numpy")
    assert full.status == less.status == "passed"
    assert full.checks / 2 < less.checks < full.checks
