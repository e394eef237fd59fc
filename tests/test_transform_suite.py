"""The suite transforms: that it finds a wrong transform, names it, and takes in transforms that are added."""

from __future__ import annotations

import json
import shlex
import types

import numpy
import optree
import pytest

import unigrad as ug
from unigrad_conformance import cases, main
from unigrad_conformance.transforms import composition, rewriting, sides, suite
from unigrad_conformance.transforms.composition import Composition, examine, read_composition
from unigrad_conformance.transforms.known import Known
from unigrad_conformance.transforms.programs import PROGRAMS
from unigrad_conformance.transforms.row import Row


def outcome(name, backend="numpy", quick=True, seed=0):
    (case,) = [case for case in cases(["transforms"], quick=quick) if case.name == name]
    return case.run(backend, seed)


@pytest.fixture
def alone(monkeypatch):
    """No engine beside unigrad: what is compared with is NumPy's own."""
    monkeypatch.setattr(sides, "_installed", lambda owner: None)


def with_transform(monkeypatch, **changed):
    """The library with other transforms under these names."""
    names = {name: getattr(ug, name) for name in dir(ug) if not name.startswith("_")}
    side = sides.Side(
        "unigrad", sides.UNIGRAD.np, types.SimpleNamespace(**names | changed), sides.UNIGRAD.enter, sides.UNIGRAD.leave
    )
    for module in (suite, composition):
        monkeypatch.setattr(module, "UNIGRAD", side)


ELSEWHERE = set(
    "Cost Function ShapeDtype all_gather axis_index axis_size compare cost disable_jit eval_shape once_differentiable pmean "
    "sequential_vmap".split()
)
"""What gives no derivatives, or is another way of writing what has a case: these have tests of their own."""


def test_every_transform_has_a_case():
    names = {case.name for case in cases(["transforms"])}
    assert set(ug.transforms.__all__) - ELSEWHERE <= names
    assert {"optim", "vmap of a derivative", "derivative of a vmap", "derivative of a derivative"} <= names


@pytest.mark.parametrize("name", ["grad", "hessian", "vmap", "derivative of a vmap", "optim", "random compositions"])
def test_without_another_engine_differences_and_loops_decide(alone, name):
    passed = outcome(name)
    assert passed.findings == ()
    assert passed.status == "passed"


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("jacfwd", lambda f, *more, **words: lambda *args: _scaled(ug.jacrev(f, *more, **words)(*args), 1 + 1e-6)),
        ("hessian", lambda f, *more, **words: lambda *args: ug.hessian(f, *more, **words)(*args) * (1 + 1e-5)),
        ("vmap", lambda f, in_axes=0, out_axes=0, **words: ug.vmap(f, in_axes, 0, **words)),
        ("linearize", lambda f, *primals: (f(*primals), lambda *tangents: f(*primals))),
    ],
)
def test_a_wrong_transform_is_found(alone, monkeypatch, name, change):
    with_transform(monkeypatch, **{name: change})
    failed = outcome(name, quick=False)
    assert failed.status == "failed"
    assert all(": " in finding.sample for finding in failed.findings)


def test_a_wrong_dtype_is_found(alone, monkeypatch):
    with_transform(
        monkeypatch,
        grad=lambda f, *more, **words: lambda *args, **rest: _single(ug.grad(f, *more, **words)(*args, **rest)),
    )
    assert any("is float32, should be float64" in str(each) for each in outcome("grad").findings)


def _single(tree):
    return optree.tree_map(lambda leaf: leaf.astype("float32"), tree)


def _scaled(tree, factor):
    return optree.tree_map(lambda leaf: leaf * factor, tree)


def test_a_wrong_composition_is_found_and_made_simple(alone, monkeypatch, capsys):
    with_transform(monkeypatch, jvp=lambda f, primals, tangents: (f(*primals), 1.01 * ug.jvp(f, primals, tangents)[1]))
    assert main(["--deep", "20", "--select", "deep/compositions", "--backend", "numpy"]) == 1
    line = next(line for line in capsys.readouterr().out.splitlines() if line.startswith("  again: "))
    words = shlex.split(line.removeprefix("  again: "))
    found = json.loads(words[4])
    assert (found["program"], found["seed"]) == ("elementwise chain", 0)
    assert len(found["layers"]) <= 2
    assert {"jvp", "custom_jvp"} & set(found["layers"])  # the latter's rule is written with the former
    assert main(words[2:]) == 1
    monkeypatch.undo()
    assert main(words[2:]) == 0


def test_compositions_are_drawn_as_the_seed_says():
    drawn = []

    def of_seed(seed, monkeypatch):
        found = []
        monkeypatch.setattr(suite, "examine", lambda each, backend: found.append(each) or examine(each, backend))
        outcome("random compositions", seed=seed)
        drawn.append(found)

    with pytest.MonkeyPatch.context() as patch:
        for seed in (3, 3, 4):
            of_seed(seed, patch)
    assert drawn[0] == drawn[1] != drawn[2]


def test_a_composition_is_read_as_it_is_written():
    given = Composition("cumulative", ("vmap", "hessian", "jvp"), 7)
    assert str(given) == "vmap of hessian of jvp of cumulative"
    assert read_composition(given.text()) == given
    assert read_composition('{"program": "cumulative", "layers": ["integral"], "seed": 0}') is None
    with pytest.raises(ValueError, match="layers of grad, vjp, jvp, .*; got integral of cumulative"):
        Composition("cumulative", ("integral",)).known()


@pytest.mark.parametrize("layers", [("vmap", "jvp"), ("hessian", "vmap"), ("jacrev", "grad"), ("vjp", "linearize")])
def test_compositions_agree_with_differences_where_no_other_engine_is(alone, layers):
    tally = examine(Composition("where", layers, 3), "numpy")
    assert tally.findings == []
    assert tally.sample == f"{' of '.join(layers)} of where"


def test_what_is_known_of_a_program_is_its_closed_form():
    chain = PROGRAMS[0]
    x, y = chain.numbers(0)
    known = Known(chain, x, y, 0)
    slopes = numpy.sin(y) / numpy.cosh(x) ** 2 - 2 * x * numpy.exp(-x * x) / y
    assert known.jacobian == pytest.approx(numpy.diag(slopes), abs=1e-10)
    assert known.gradient == pytest.approx(known.g * slopes, abs=1e-10)
    bends = -2 * numpy.tanh(x) / numpy.cosh(x) ** 2 * numpy.sin(y) + (4 * x * x - 2) * numpy.exp(-x * x) / y
    assert known.hessian == pytest.approx(numpy.diag(known.g * bends), abs=1e-8)
    assert known.curvature == pytest.approx(known.g * bends * known.tx, abs=1e-8)


def test_a_transform_that_is_added_joins_with_its_rows(monkeypatch):
    """What does nothing passes every row of `checkpoint`; what changes the value passes none."""
    for name, change in rewriting.CHANGES.items():
        assert isinstance(suite.ROWS[name][0], Row), change
    rows = rewriting.rows("checkpoint", lambda t, f: f)
    wrong = rewriting.rows("checkpoint", lambda t, f: lambda *args: 1.001 * f(*args))
    for row in (*rows, *wrong):
        program = PROGRAMS[0]
        tally = suite.Tally()
        with ug.use_backend("numpy"), suite.default_dtype("float64"):
            suite.check_row(row, row.what, suite.known(program, 0), None, tally)
        assert bool(tally.findings) == (row in wrong), row.what


def test_a_peer_s_known_fault_is_not_compared_with():
    torch = pytest.importorskip("torch")
    other = sides.engine("torch")
    rows = [row for rows in suite.ROWS.values() for row in rows if row.faults]
    solve = next(program for program in PROGRAMS if program.name == "linear solve")
    assert rows
    assert not any(row.trusts(other, solve) for row in rows)
    assert all(row.trusts(other, PROGRAMS[0]) for row in rows), torch.__version__
