"""The suite deep: that what is drawn is varied, that a mistake is found, made simple and run again by one line."""

from __future__ import annotations

import dataclasses
import functools
import itertools
import json
import shlex
import subprocess
import sys

import numpy
import pytest
from hypothesis import Phase, find, given, settings

from unigrad import plugins
from unigrad.card import REGISTRY
from unigrad.fastpath import make_function
from unigrad_conformance import main
from unigrad_conformance.deep import trying
from unigrad_conformance.deep.call import Call, parse
from unigrad_conformance.deep.examining import Discarded, examine
from unigrad_conformance.deep.strategies import broadcasts, calls
from unigrad_conformance.subject import subjects


def subject(name):
    return next(each for each in subjects() if each.name == name)


def with_rule(monkeypatch, name, change, kind="rules"):
    """The rule of `name` for its first argument, replaced by what `change` makes of it; its parameters are the same."""
    card = REGISTRY[name]
    ((argument, rule),) = list(getattr(card, kind).items())[:1]
    changed = {**getattr(card, kind), argument: functools.wraps(rule)(change(rule))}
    card = dataclasses.replace(card, **{kind: changed}, pulls={})
    object.__setattr__(card, "function", make_function(card, REGISTRY[name].function.__wrapped__))
    monkeypatch.setitem(REGISTRY, name, card)


def found(name, capsys, *more):
    """The finding and the call that a search prints, and the line that runs it again."""
    assert main(["--deep", "30", "--backend", "numpy", "--select", f"deep/{name}", *more]) == 1
    said = capsys.readouterr().out.splitlines()
    finding, line = next((a, b) for a, b in itertools.pairwise(said) if b.startswith("  again: "))
    words = shlex.split(line.removeprefix("  again: "))
    assert words[:4] == ["unigrad", "conformance", "--deep", "--replay"]
    return finding, Call(**json.loads(words[4])), words[2:]


def test_a_wrong_rule_is_found_shrunk_and_replayed_by_the_line_that_is_printed(monkeypatch, capsys):
    with monkeypatch.context() as broken:
        with_rule(broken, "matmul", lambda rule: lambda *given: 1.01 * rule(*given))
        finding, call, line = found("matmul", capsys)
        assert (call.layout, call.magnitude, call.options) == ("contiguous", "ordinary", {})
        assert call == Call("matmul", 0, call.shapes)
        assert main(line) == 1
        assert finding in capsys.readouterr().out.splitlines()  # the same numbers, to the last digit
    assert main(line) == 0


def test_a_rule_that_is_wrong_for_empty_arrays_alone_is_found(monkeypatch, capsys):
    def change(rule):
        def changed(*given):
            out = rule(*given)
            return out if numpy.size(getattr(out, "raw", out)) else out[None]

        return changed

    with_rule(monkeypatch, "tanh", change)
    _, call, line = found("tanh", capsys)
    assert 0 in call.shapes[0]
    assert main(line) == 1


def test_a_kernel_that_is_wrong_for_strided_arrays_alone_is_found(monkeypatch, capsys):
    xp = plugins.backend("numpy").xp
    right = xp.sinh

    def sinh(x):
        return right(x) if numpy.asarray(x).flags.forc else numpy.ascontiguousarray(right(x))[::-1]

    monkeypatch.setattr(xp, "sinh", sinh)
    _, call, line = found("sinh", capsys)
    assert call.layout == "strided"
    assert main(line) == 1


def test_an_axis_counted_from_the_end_and_several_of_them_are_drawn():
    quick = settings(database=None, derandomize=True)
    call = find(calls(subject("sum")), lambda each: len(each.options.get("axis") or ()) == 2
                if isinstance(each.options.get("axis"), tuple) else False, settings=quick)  # fmt: skip
    assert len(set(call.options["axis"])) == 2
    call = find(calls(subject("cumulative_sum")), lambda each: each.options.get("axis", 0) < 0, settings=quick)
    assert call.options["axis"] == -1


def test_shapes_that_broadcast_in_every_position_are_drawn():
    drawn = []

    @settings(database=None, derandomize=True, max_examples=300, phases=[Phase.generate])
    @given(calls(subject("multiply")))
    def draw(call):
        drawn.append(call.shapes)

    draw()
    assert any(len(left) < len(right) for left, right in drawn)
    assert any(len(left) > len(right) for left, right in drawn)
    assert any(len(left) == len(right) and left != right for left, right in drawn)
    assert any(() in pair and pair != ((), ()) for pair in drawn)
    for side in (0, 1):
        assert any(pair[side] and pair[side][0] == 1 and 2 in pair[1 - side] for pair in drawn)
        assert any(0 in pair[side] and 0 not in pair[1 - side] for pair in drawn)


@pytest.mark.parametrize(
    ("name", "each"), [("hypot", True), ("where", True), ("gelu", True), ("softmax", False), ("matmul", False)]
)
def test_functions_of_each_element_are_told_from_others(name, each):
    assert broadcasts(subject(name)) is each


@pytest.mark.parametrize("magnitude", ["low", "high", "tiny"])
def test_extreme_numbers_stay_in_their_domain(magnitude):
    log = subject("log")
    spec = log.samples[1].arrays[0]
    (numbers,) = Call("log", 1, ((2, 3),), magnitude=magnitude).drawing(log).operands
    assert (numbers >= spec.low).all()
    assert (numbers <= spec.high).all()
    (numbers,) = Call("sin", 1, ((2, 3),), magnitude=magnitude).drawing(subject("sin")).operands
    limits = {"low": (-2.0, -1.8), "high": (1.8, 2.0), "tiny": (-2e-12, 2e-12)}
    assert limits[magnitude][0] <= numbers.min() < numbers.max() <= limits[magnitude][1]


def test_a_call_is_read_as_it_is_written():
    call = Call("sum", 1, ((2, 0, 3),), {"axis": (-1, 0), "keepdims": True}, "strided", "low", 12)
    assert parse(call.text())[0] == call
    again = call.drawing(subject("sum"))
    assert again.operands[0].shape == (2, 0, 3)
    assert again.label == "sum([2, 0, 3], axis=(-1, 0), keepdims=True), strided, low"


def test_what_numpy_does_not_take_is_discarded():
    with pytest.raises(Discarded, match="NumPy: "):
        examine(Call("matmul", 0, ((2, 3), (2, 3))), subject("matmul"), "numpy")
    with pytest.raises(Discarded, match="no numbers"):
        examine(Call("argmax", 0, ((2, 3),)), subject("argmax"), "numpy")


def test_right_rules_pass_and_the_seed_is_printed(capsys):
    assert main(["--deep", "1", "--backend", "numpy", "--select", "deep/multiply", "--seed", "5"]) == 0
    last = capsys.readouterr().out.splitlines()[-1]
    assert last.startswith("deep on numpy, seed 5: ")
    assert "of 1 of 1 functions" in last
    assert int(last.split()[5]) > 10


def test_without_hypothesis_it_says_what_to_install(monkeypatch, capsys):
    monkeypatch.setattr(trying, "find_spec", lambda name: None)
    assert main(["--deep", "1", "--backend", "numpy"]) == 1
    assert "which is not installed; try: pip install 'unigrad[test]'" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--deep", "--replay", "sin"], "--replay takes a JSON object of function, sample, shapes, options, layout, "),
        (
            ["--deep", "--replay", '{"function": "sin", "sample": 0}'],
            "missing 1 required positional argument: 'shapes'",
        ),
        (["--deep", "--replay", Call("sine", 0, ()).text()], "'sine', which is no function of the suite"),
        (["--deep", "--replay", Call("sin", 99, ((),)).text()], "--replay has sample 99 of 'sin', which has "),
        (["--deep", "--replay", Call("sin", 0, ()).text()], "--replay takes 1 shapes for sample 0 of 'sin', "),
        (["--replay", Call("sin", 0, ((),)).text()], "--replay takes a call that --deep printed; give both"),
        (["--deep", "0"], "0.0 is not in the range x>0"),
        (["--deep", "--select", "no such function"], "no differentiable function's name contains 'no such function'"),
    ],
)
def test_bad_usage_is_exit_status_2_and_a_sentence(arguments, sentence, capsys):
    assert main(arguments) == 2
    assert sentence in " ".join(capsys.readouterr().err.split())


@pytest.mark.parametrize(
    ("backend", "call"),
    [
        ("torch", Call("fft", 1, ((3, 0),))),
        ("torch", Call("ifft2", 0, ((0, 3, 4),))),
        ("torch", Call("rfft2", 0, ((0, 3, 4),))),
        ("torch", Call("irfft", 0, ((0, 4),), seed=1)),
        ("numpy", Call("einsum", 2, ((2, 0), (1, 0)))),
        ("numpy", Call("lstsq", 0, ((1, 2), (1, 2)))),
        ("numpy", Call("corrcoef", 0, ((2, 2),))),
    ],
)
def test_calls_that_were_found_to_fail_and_were_mended(backend, call):
    pytest.importorskip(backend)
    tally = examine(call, subject(call.function), backend)
    assert tally.checks > 2
    assert tally.findings == []


def test_a_search_leaves_nothing_behind(tmp_path):
    command = [
        sys.executable,
        "-m",
        "unigrad_conformance",
        "--deep",
        "1",
        "--backend",
        "numpy",
        "--select",
        "deep/cosh",
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert list(tmp_path.iterdir()) == []
