"""The conformance suite itself: that it fails where something is wrong, and says what, where and by how much."""

from __future__ import annotations

import dataclasses
import functools
import io
import json
import subprocess
import sys
from pathlib import Path
from xml.etree import ElementTree

import numpy
import pytest
from rich.console import Console

from unigrad import plugins
from unigrad.backend import Backend
from unigrad.card import REGISTRY
from unigrad.fastpath import make_function
from unigrad.samples import Array, at, sample
from unigrad_conformance import cases, differences, main, oracle, reports, run, table, tolerances
from unigrad_conformance.case import Case, Outcome
from unigrad_conformance.drawing import describe, draw
from unigrad_conformance.subject import subjects
from unigrad_conformance.tally import Tally


def outcome(case_id, backend="numpy", seed=0):
    (case,) = [case for case in cases() if case.id == case_id]
    return case.run(backend, seed)


def with_rules(monkeypatch, name, **rules):
    """The registry with other rules on the card of `name`."""
    card = dataclasses.replace(REGISTRY[name], rules={**REGISTRY[name].rules, **rules}, pulls={})
    object.__setattr__(card, "function", make_function(card, REGISTRY[name].function.__wrapped__))
    monkeypatch.setitem(REGISTRY, name, card)


def with_kernel(monkeypatch, name, change):
    xp = plugins.backend("numpy").xp
    before = getattr(xp, name)
    monkeypatch.setattr(xp, name, lambda *arrays, **options: change(before(*arrays, **options)))


# --- it can fail


@pytest.mark.parametrize(
    ("name", "argument", "wrong"),
    [
        ("sin", "x", lambda xp, x: -xp.cos(x)),
        ("tanh", "x", lambda out: 1 - out),
        ("multiply", "x2", lambda x1: 2 * x1),
        ("subtract", "x2", 1),
        ("exp", "x", lambda out: out * 1.00001),
        ("sum", "x", lambda xp, g, x_shape: xp.zeros(x_shape, dtype=g.dtype)),
        ("divide", "x2", lambda g, x2: g / x2),
    ],
)
def test_a_wrong_rule_is_found(monkeypatch, name, argument, wrong):
    assert outcome(f"rules/{name}").status == "passed"
    with_rules(monkeypatch, name, **{argument: wrong})
    failed = outcome(f"rules/{name}")
    assert failed.status == "failed"
    assert any(finding.sample.startswith(f"{name}(") for finding in failed.findings)


def test_a_failure_says_which_gradient_where_and_by_how_much(monkeypatch):
    with_rules(monkeypatch, "square", x=lambda x: x)
    finding = next(
        f for f in outcome("rules/square").findings if f.sample == "square([2, 3])" and f.what == "gradient, argument 1"
    )
    assert finding.error == pytest.approx(0.5, rel=1e-6)
    assert str(finding).startswith("gradient, argument 1: is ")
    assert str(finding).endswith("; error 5.0e-01, tolerance 1e-07; in square([2, 3])")


def test_a_rule_that_is_right_once_but_not_recorded_right_fails_at_second_order(monkeypatch):
    """The value of the gradient is right, and what it says about its own slope is not: cos seen as a constant."""
    with_rules(monkeypatch, "sin", x=lambda xp, x: xp.cos(getattr(x, "detach", lambda: x)()))
    failed = outcome("rules/sin")
    assert failed.status == "failed"
    assert {finding.what for finding in failed.findings} == {
        "second gradient, argument 1",
        "gradient of the tangent, argument 1",
    }


def test_sweeps_that_are_not_adjoint_are_found_where_differences_are_too_coarse(monkeypatch):
    rule = REGISTRY["prod"].jvp["x"]
    slightly = functools.wraps(rule)(lambda *given: (1 + 1e-9) * rule(*given))
    card = dataclasses.replace(REGISTRY["prod"], jvp={"x": slightly}, pulls={})
    object.__setattr__(card, "function", make_function(card, REGISTRY["prod"].function.__wrapped__))
    monkeypatch.setitem(REGISTRY, "prod", card)
    findings = outcome("rules/prod").findings
    assert findings
    assert all(finding.what.startswith("product of the gradient with a tangent, ") for finding in findings)


def test_a_gradient_of_another_dtype_fails(monkeypatch):
    with_rules(
        monkeypatch,
        "cos",
        x=lambda xp, x: (
            -xp.sin(xp.astype(x, dtype=xp.native_dtype("float64"))) if hasattr(xp, "native_dtype") else -xp.sin(x)
        ),
    )
    failed = outcome("rules/cos")
    assert failed.status == "failed"
    assert "is float64, should be float32" in " ".join(finding.detail for finding in failed.findings)


def test_a_rule_that_raises_fails_its_samples_with_the_exception(monkeypatch):
    def broken(x):
        raise ZeroDivisionError("no slope today")

    with_rules(monkeypatch, "log", x=broken)
    failed = outcome("rules/log")
    assert failed.status == "failed"
    assert "ZeroDivisionError: no slope today" in failed.findings[0].detail


@pytest.mark.parametrize(
    "change",
    [
        lambda out: out + 1,
        lambda out: out * (1 + 1e-9),
        lambda out: numpy.asarray(out, "float32"),
        lambda out: out[..., None],
    ],
)
def test_a_wrong_kernel_is_found(monkeypatch, change):
    assert outcome("kernels/hypot").status == "passed"
    with_kernel(monkeypatch, "hypot", change)
    failed = outcome("kernels/hypot")
    assert failed.status == "failed"
    assert all(finding.sample.startswith("hypot(") for finding in failed.findings)


def test_a_kernel_that_writes_to_its_input_is_found(monkeypatch):
    xp = plugins.backend("numpy").xp

    def greedy(x, /):
        result = numpy.square(x)
        if numpy.ndim(x) and x.flags.writeable:
            x[...] = 7.0
        return result

    monkeypatch.setattr(xp, "square", greedy)
    failed = outcome("kernels/square")
    assert failed.status == "failed"
    assert "an input after the call (value)" in {finding.what for finding in failed.findings}


def test_a_wrong_kernel_is_found_by_the_chapter_too(monkeypatch):
    with_kernel(monkeypatch, "matmul", lambda out: out + 1)
    assert outcome("chapter/twice the dot product").status == "failed"


@pytest.mark.parametrize(
    ("name", "wrong", "what"),
    [
        ("abs", lambda xp, x: xp.where(x < 0, -1.0, 1.0), "slope by pull, argument 1"),
        ("sqrt", lambda xp, out: 0.5 / xp.where(out == 0, 1.0, out), "slope by pull, argument 1"),
        ("i0", lambda xp, x: xp.sign(x) * xp.i1(xp.abs(x)), "second slope, argument 1"),
    ],
)
def test_another_slope_at_a_singular_point_is_found(monkeypatch, name, wrong, what):
    assert outcome(f"conventions/{name}").status == "passed"
    with_rules(monkeypatch, name, x=wrong)
    findings = outcome(f"conventions/{name}").findings
    assert what in {finding.what for finding in findings}
    assert all(finding.sample.startswith(f"{name}(") for finding in findings)


def with_conventions(monkeypatch, name, *conventions):
    monkeypatch.setitem(REGISTRY, name, dataclasses.replace(REGISTRY[name], conventions=conventions))
    return outcome(f"conventions/{name}")


def test_a_slope_that_the_rules_give_on_arrays_alone_is_found(monkeypatch):
    with_rules(monkeypatch, "relu", x=lambda xp, g, x: g * (x > 0 if hasattr(x, "node") else x >= 0))
    monkeypatch.setitem(
        REGISTRY, "relu", dataclasses.replace(REGISTRY["relu"], conventions=(at(0.0, slope=1.0, why="wrong"),))
    )
    findings = outcome("conventions/relu").findings
    assert {finding.what for finding in findings} == {"recorded slope, argument 1"}


def test_a_slope_of_another_value_or_shape_is_found(monkeypatch):
    failed = with_conventions(monkeypatch, "square", at(0.0, slope=0.0, why="exists", value=1.0))
    assert {finding.what for finding in failed.findings} == {"value"}
    failed = with_conventions(monkeypatch, "square", at([0.0], slope=0.0, why="exists"))
    assert "has shape (1,), should have ()" in failed.findings[0].detail


def test_a_refused_point_passes_where_the_library_raises_or_gives_nothing_finite(monkeypatch):
    singular, nan = [[0.0, 0.0], [0.0, 0.0]], float("nan")
    refused = at(singular, slope=[[nan, nan], [nan, nan]], why="no inverse", refused=True)
    assert with_conventions(monkeypatch, "inv", refused).status == "passed"
    assert with_conventions(monkeypatch, "sqrt", at(-1.0, slope=nan, why="not real", refused=True)).status == "passed"
    failed = with_conventions(monkeypatch, "square", at(1.0, slope=nan, why="it answers", refused=True))
    assert {finding.what for finding in failed.findings} == {
        "whether a slope by pull is finite",
        "whether a slope by push is finite",
    }
    with_kernel(monkeypatch, "square", lambda out: 1 / 0)
    assert "ZeroDivisionError" in outcome("conventions/square").findings[0].detail


def test_a_program_that_raises_fails(monkeypatch):
    monkeypatch.setattr(plugins.backend("numpy").xp, "matmul", None)
    assert "TypeError" in outcome("chapter/twice the dot product").findings[0].detail


def test_an_exception_of_the_case_itself_is_a_failure():
    def check(tally, backend, seed):
        raise RuntimeError("broken case")

    failed = Case("rules", "odd", check).run("numpy")
    assert failed.status == "failed"
    assert failed.findings[0].detail.startswith("RuntimeError: broken case")


def test_a_case_that_compares_nothing_has_not_passed():
    empty = Case("rules", "odd", lambda tally, backend, seed: None).run("numpy")
    assert (empty.status, empty.reason) == ("not run", "it has nothing to compare")


@pytest.mark.parametrize("seed", [1, 2])
def test_another_seed_passes_too(seed):
    for case_id in ("rules/multiply", "rules/prod", "kernels/maximum"):
        assert outcome(case_id, seed=seed).findings == ()


def test_every_primitive_has_an_oracle_and_samples():
    for subject in subjects():
        assert subject.samples, f"the card of '{subject.name}' has no samples"
        assert oracle.find(subject.name) is not None, f"unigrad_conformance/oracle.py does not know '{subject.name}'"


# --- backends that cannot run


@pytest.fixture
def absent(monkeypatch):
    """A registered backend whose library is not there."""
    backend = Backend(
        "absent", array_module="no_such_library", requires="no_such_library", owns=("no_such_library",), extra="absent"
    )
    known = {**plugins.backends(), "absent": backend}
    before = plugins.backend
    monkeypatch.setattr(plugins, "backends", lambda: known)
    monkeypatch.setattr(plugins, "backend", lambda name: backend if name == "absent" else before(name))
    return backend


def test_a_backend_that_cannot_run_has_not_run_with_its_reason(absent):
    idle = outcome("rules/add", "absent")
    assert (idle.status, idle.reason) == ("not run", "not installed; try: pip install 'unigrad[absent]'")
    assert idle.checks == 0


def test_a_backend_that_cannot_run_is_reported_and_fails_only_if_asked_for_by_name(absent, capsys, monkeypatch):
    monkeypatch.setattr("unigrad_conformance.cli.known_backends", lambda: ["numpy", "absent"])
    assert main(["--suite", "chapter", "--backend", "all"]) == 0
    said = capsys.readouterr().out
    assert "absent: not run: not installed; try: pip install 'unigrad[absent]'" in said
    assert main(["--suite", "chapter", "--backend", "numpy", "--backend", "absent"]) == 1
    assert "asked for by name, but could not run: absent" in capsys.readouterr().out
    assert main(["--suite", "chapter", "--backend", "absent"]) == 1
    assert "nothing ran, so nothing has been shown to conform" in capsys.readouterr().out


def test_a_plugin_that_did_not_load_has_a_column_of_its_own(monkeypatch):
    monkeypatch.setattr(plugins, "failures", lambda: {"broken": OSError("libbroken is missing")})
    results = run(cases(["chapter"], "reset"), ["broken"])
    assert results.columns[0].reason == "its plugin did not load: OSError: libbroken is missing"
    assert results.rows[0].outcomes["broken"].status == "not run"
    assert results.status == 1


def test_a_known_gap_has_not_run_and_is_named(monkeypatch):
    gapped = Backend("numpy", array_module="numpy", requires="numpy", owns=("numpy",), gaps={"sin": "no waves here"})
    monkeypatch.setattr(plugins, "backend", lambda name: gapped)
    idle = outcome("kernels/sin")
    assert (idle.status, idle.reason) == ("not run", "known gap: no waves here")


# --- the command


def test_the_exit_status_is_0_where_all_that_ran_passed(capsys):
    assert main(["--backend", "numpy", "--select", "rules/tan"]) == 0
    said = capsys.readouterr().out
    assert "tanh" in said
    assert "kernels" not in said


def test_the_exit_status_is_1_where_something_failed_and_the_details_are_not_cut(monkeypatch, capsys):
    with_rules(monkeypatch, "sin", x=lambda xp, x: xp.cos(x) + 1)
    assert main(["--backend", "numpy", "--suite", "rules", "--select", "rules/sin"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert "rules/sin on numpy: " in " ".join(lines)
    assert any(line.startswith("  gradient, argument 1: is ") and line.endswith("in sin([2, 3])") for line in lines)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["--backend", "tpu"], "Error: no backend named 'tpu'; known: "),
        (
            ["--suite", "poems"],
            "Error: no suite named 'poems'; known: chapter, conventions, kernels, rules, batching, compiling, transforms, or 'all'",
        ),
        (["--backend", "numpy", "--select", "no such case"], "Error: no case's name contains 'no such case'"),
        (["--report", "results.pdf"], "Error: a report ends in .json, .xml, .html; 'results.pdf' does not"),
        (
            ["--report", "no/such/folder/results.json"],
            "Error: the folder of the report 'no/such/folder/results.json' does not exist",
        ),
        (["--seed", "-1"], "Error: Invalid value for '--seed': -1 is not in the range x>=0."),
        (["--nonsense"], "Error: No such option '--nonsense'"),
    ],
)
def test_bad_usage_is_exit_status_2_and_a_sentence(arguments, sentence, capsys):
    assert main(arguments) == 2
    assert sentence in capsys.readouterr().err


def test_an_unknown_backend_lists_the_known(capsys):
    main(["--backend", "tpu"])
    said = capsys.readouterr().err
    assert all(name in said for name in plugins.backends())


def test_it_runs_as_a_module():
    done = subprocess.run(
        [sys.executable, "-m", "unigrad_conformance", "--backend", "numpy", "--suite", "chapter"],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert "numpy" in done.stdout.splitlines()[-1]


def test_it_runs_under_pytest():
    options = [
        "-p",
        "unigrad_conformance.options",
        "--unigrad-backend",
        "numpy",
        "-k",
        "detached or tanh",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        "/dev/null",
    ]
    command = [sys.executable, "-m", "pytest", "--pyargs", "unigrad_conformance", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "12 passed" in done.stdout


def test_pytest_refuses_an_unknown_backend():
    options = [
        "-p",
        "unigrad_conformance.options",
        "--unigrad-backend",
        "tpu",
        "-q",
        "-p",
        "no:cacheprovider",
        "-c",
        "/dev/null",
    ]
    command = [sys.executable, "-m", "pytest", "--pyargs", "unigrad_conformance", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode != 0
    assert "no backend named 'tpu'; known: " in done.stdout + done.stderr


# --- the table and the reports


@pytest.fixture
def results(monkeypatch):
    """A run with a failure whose text needs escaping, a success, and a backend that did not run."""

    def bad(tally: Tally, backend: str, seed: int) -> None:
        tally.close("f(<b>&\x00)", "value", numpy.array([1.0, 2.5]), numpy.array([1.0, 2.0]), 1e-7)
        tally.fail("g()", "gradient", "raised <script>alert(1)</script>")

    def good(tally: Tally, backend: str, seed: int) -> None:
        tally.close("h()", "value", 1.0, 1.0, 1e-7)

    broken = {"broken": OSError("libbroken is missing")}
    monkeypatch.setattr(plugins, "failures", lambda: broken)
    return run([Case("kernels", "bad", bad), Case("rules", "good", good)], ["numpy", "broken"])


def test_the_json_report(results, tmp_path):
    reports.write(results, tmp_path / "r.json")
    document = json.loads((tmp_path / "r.json").read_text(), parse_constant=pytest.fail)
    assert {"made_with", "seed", "status", "backends", "cases"} < set(document)
    assert document["status"] == 1
    assert document["backends"][1] == {
        "backend": "broken", "version": "", "reason": "its plugin did not load: OSError: libbroken is missing",
        "passed": 0, "failed": 0, "not_run": 2,
    }  # fmt: skip
    bad = document["cases"][0]
    assert set(bad) == {
        "suite",
        "name",
        "room",
        "backend",
        "status",
        "checks",
        "error",
        "share",
        "sample",
        "findings",
        "reason",
        "seconds",
        "replay",
    }
    assert (bad["suite"], bad["name"], bad["backend"], bad["status"], bad["error"]) == (
        "kernels",
        "bad",
        "numpy",
        "failed",
        0.25,
    )
    assert bad["findings"][0]["error"] is None
    assert bad["findings"][1]["detail"] == "is 2.5 at [1], should be 2; error 2.5e-01, tolerance 1e-07"


def test_the_junit_report(results, tmp_path):
    reports.write(results, tmp_path / "r.xml")
    root = ElementTree.fromstring((tmp_path / "r.xml").read_text())
    assert (root.get("tests"), root.get("failures"), root.get("skipped")) == ("4", "1", "2")
    assert [suite.get("name") for suite in root] == [
        "kernels on numpy",
        "kernels on broken",
        "rules on numpy",
        "rules on broken",
    ]
    failure = root.find("testsuite/testcase/failure")
    assert "value: is 2.5 at [1], should be 2" in failure.text
    assert "\ufffd" in failure.text
    assert (
        root.find("testsuite/testcase/skipped").get("message")
        == "its plugin did not load: OSError: libbroken is missing"
    )


def test_the_table_names_the_worst_error_and_the_call_that_shows_it(results):
    console = Console(file=io.StringIO(), width=80)
    table.show(results, console)
    said = console.file.getvalue()
    assert "failed 2.5e-01" in said
    assert "kernels/bad on numpy: 2 of 2 checks failed" not in said  # a failure that raised nothing was no check
    assert "  value: is 2.5 at [1], should be 2; error 2.5e-01, tolerance 1e-07; in f(<b>&" in said
    assert "broken: not run: its plugin did not load: OSError: libbroken is missing" in said


def test_many_backends_are_shown_in_bands_that_fit(results):
    names = [f"backend{i}" for i in range(12)]
    rows = tuple(dataclasses.replace(row, outcomes=dict.fromkeys(names, Outcome("passed", 1))) for row in results.rows)
    many = dataclasses.replace(
        results, columns=tuple(dataclasses.replace(results.columns[0], backend=name) for name in names), rows=rows
    )
    console = Console(file=io.StringIO(), width=80)
    table.show(many, console)
    lines = console.file.getvalue().splitlines()
    assert max(map(len, lines)) <= 80
    assert "…" not in console.file.getvalue()
    assert all(any(name in line for line in lines) for name in names)


# --- numbers


def test_draws_stay_in_their_domains():
    spec = sample(
        Array((40,), -2, 2, away=(-1.0, 0.0, 1.95)), Array((30,), 0, 3.1, distinct=True),
        Array((3,), 1, 6, dtype="int", away=(3,), distinct=True),
        Array((4,), dtype="bool"), Array((5,), 1, 2, dtype="complex"), (Array((2,)), Array(())), 0.5,
    )  # fmt: skip
    for seed in range(20):
        drawing = draw("f", 0, spec, seed)
        away, distinct, whole, truth, plane, pair, number = drawing.operands
        assert away.min() >= -2
        assert away.max() <= 2
        assert min(abs(away - point).min() for point in (-1.0, 0.0, 1.95)) >= 0.1 - 1e-12
        assert numpy.diff(numpy.sort(distinct)).min() >= 0.1 - 1e-12
        assert 0 <= distinct.min() <= distinct.max() <= 3.1
        assert len(set(whole)) == 3
        assert set(whole) <= {1, 2, 4, 5, 6}
        assert (truth.dtype, whole.dtype, plane.dtype, away.dtype) == (
            bool,
            numpy.int64,
            numpy.complex128,
            numpy.float64,
        )
        assert 1 <= plane.real.min() <= plane.imag.max() <= 2
        assert [part.shape for part in pair] == [(2,), ()]
        assert number == 0.5


def test_distinct_arrays_of_one_domain_are_distinct_from_each_other():
    spec = sample(Array((2, 3), distinct=True), Array((2, 3), distinct=True))
    for seed in range(20):
        both = numpy.sort(numpy.concatenate([array.ravel() for array in draw("maximum", 0, spec, seed).operands]))
        assert numpy.diff(both).min() >= 0.1 - 1e-12


def test_a_draw_depends_on_seed_primitive_and_sample_alone():
    spec = sample(Array((3,)))
    one = draw("f", 0, spec, 0).operands[0]
    assert (draw("f", 0, spec, 0).operands[0] == one).all()
    for other in (draw("f", 0, spec, 1), draw("f", 1, spec, 0), draw("g", 0, spec, 0)):
        assert not (other.operands[0] == one).any()


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        (Array((50,), 0, 1, distinct=True), "the domain 0..1 away from () is too narrow for 50 distinct numbers"),
        (Array((2,), 0, 0.1, away=(0.05,)), "the domain 0..0.1 away from (0.05,) is too narrow for 2 distinct numbers"),
        (Array((3,), 0, 1, dtype="int", distinct=True), "the domain 0..1 holds 2 integers, too few for 3 of them"),
        (Array((3,), dtype="quaternion"), "a sample's dtype is 'float', 'complex', 'int' or 'bool', not 'quaternion'"),
    ],
)
def test_a_domain_that_is_too_narrow_is_refused(spec, sentence):
    with pytest.raises(ValueError) as caught:
        draw("f", 0, sample(spec), 0)
    assert str(caught.value) == sentence


def test_a_sample_is_described_as_the_call_it_stands_for():
    assert describe("take", sample(Array((4, 3)), Array((2,), dtype="int"), axis=0)) == "take([4, 3], int [2], axis=0)"
    assert describe("concat", sample((Array((2,)), Array(())), axis=-1)) == "concat(([2], 0-d), axis=-1)"


FUNCTIONS = [
    (lambda x: numpy.exp(numpy.sin(x)), lambda x: numpy.cos(x) * numpy.exp(numpy.sin(x)),
     lambda x: (numpy.cos(x) ** 2 - numpy.sin(x)) * numpy.exp(numpy.sin(x))),
    (lambda x: x**7, lambda x: 7 * x**6, lambda x: 42 * x**5),
    (lambda x: 1 / (1 + x * x), lambda x: -2 * x / (1 + x * x) ** 2, lambda x: (6 * x * x - 2) / (1 + x * x) ** 3),
    (numpy.log, lambda x: 1 / x, lambda x: -1 / x**2),
]  # fmt: skip


@pytest.mark.parametrize(("f", "slope", "bend"), FUNCTIONS)
def test_differences_are_accurate(f, slope, bend):
    points = numpy.array([0.2, 0.9, 1.3, 2.2])
    assert tolerances.error(differences.first(lambda t: f(points + t)), slope(points)) < 1e-9
    assert tolerances.error(differences.second(lambda t: f(points + t)), bend(points)) < 1e-7


def test_differences_come_out_close_to_the_edge_of_a_domain():
    """Long steps leave the domain and give NaN; the short ones that stay in it decide."""
    assert differences.first(lambda t: numpy.sqrt(0.01 + t)) == pytest.approx(5.0, rel=1e-7)


def test_a_mixed_second_derivative():
    def f(point):
        return numpy.asarray(numpy.sin(point[0]) * point[1] ** 3)

    point, one, two = numpy.array([0.4, 1.2]), numpy.array([1.0, 0.5]), numpy.array([-0.3, 2.0])
    hessian = numpy.array(
        [
            [-numpy.sin(0.4) * 1.2**3, numpy.cos(0.4) * 3 * 1.2**2],
            [numpy.cos(0.4) * 3 * 1.2**2, numpy.sin(0.4) * 6 * 1.2],
        ]
    )
    assert differences.mixed(f, point, one, two) == pytest.approx(one @ hessian @ two, rel=1e-9)


@pytest.mark.parametrize(
    ("got", "want", "error"),
    [
        ([1.0, 2.0], [1.0, 2.0], 0.0),
        ([1.0, 3.0], [1.0, 2.0], 0.5),
        ([numpy.nan, 1.0], [numpy.nan, 1.0], 0.0),
        ([0.0, 1.0], [numpy.nan, 1.0], numpy.inf),
        ([numpy.nan, 1.0], [0.0, 1.0], numpy.inf),
        ([numpy.inf], [-numpy.inf], numpy.inf),
        ([numpy.inf], [numpy.inf], 0.0),
        ([3], [4], numpy.inf),
        ([True], [True], 0.0),
        ([], [], 0.0),
    ],
)
def test_errors_are_relative_to_the_largest_entry(got, want, error):
    assert tolerances.error(numpy.array(got), numpy.array(want)) == error


def test_the_suite_names_no_backend():
    """It reaches backends by their names, so that it serves one that nobody has written yet."""
    root = Path(sys.modules["unigrad_conformance"].__file__).parent
    assert not [
        path
        for path in root.glob("*.py")
        for name in ("numpy", "torch", "jax", "cupy")
        if f"import unigrad_{name}" in path.read_text()
    ]
