"""A newcomer's paths: the packages of the how-to pages, laid out as installed, used, and put through the suite."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pages
import pytest


def run(place: Path, *command: object) -> subprocess.CompletedProcess[str]:
    """A command of Python's with the project in `place` installed."""
    path = os.pathsep.join([str(place), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {**os.environ, "PYTHONPATH": path, "PYTHONWARNINGS": "error"}
    words = [sys.executable, *map(str, command)]
    return subprocess.run(words, capture_output=True, text=True, check=False, cwd=place, env=environment)


MAIN = "import sys; from unigrad_conformance import main; sys.exit(max(main(words.split()) for words in sys.argv[1:]))"


def outcomes(place: Path, *names: str, backend: str = "numpy") -> tuple[int, dict[str, str]]:
    """The exit status of ``unigrad conformance`` for the cases of these names, and the status of each case."""
    words = [f"--backend {backend} --select /{name} --report {name}.json" for name in names]
    done = run(place, "-c", MAIN, *words)
    assert done.returncode in (0, 1), done.stderr
    reports = [json.loads((place / f"{name}.json").read_text(encoding="utf-8")) for name in names]
    cases = [case for report in reports for case in report["cases"]]
    return done.returncode, {f"{case['suite']}/{case['name']}": case["status"] for case in cases}


@pytest.fixture
def package(tmp_path):
    """Lay out the package of a page, with changes to its files that each have to be found once."""

    def package(page: str, **changes: tuple[str, str]) -> Path:
        pages.write(page, tmp_path)
        pages.register(tmp_path)
        for old, new in changes.values():
            cards = tmp_path / "geodesy" / "cards.py"
            text = cards.read_text(encoding="utf-8")
            assert text.count(old) == 1
            cards.write_text(text.replace(old, new), encoding="utf-8")
        return tmp_path

    return package


@pytest.mark.parametrize("page", ["add-a-primitive.md", "add-a-kernel.md"])
def test_the_page_s_program_runs_with_its_package(package, page):
    done = run(package(page), "use.py")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
def test_the_suite_finds_the_package_s_primitives_and_all_passes(package, backend):
    pytest.importorskip(backend, reason=f"{backend} is not installed")
    place = package("add-a-primitive.md")
    status, found = outcomes(place, "haversine", "direction", backend=backend)
    suites = ("kernels", "rules", "batching", "compiling")
    assert found == {f"{suite}/{name}": "passed" for name in ("haversine", "direction") for suite in suites}
    assert status == 0


def test_the_suite_finds_a_wrong_rule_of_the_package(package):
    place = package("add-a-primitive.md", rule=("0.5 * xp.sin(x)", "0.5 * xp.cos(x)"))
    status, found = outcomes(place, "haversine")
    assert status == 1
    assert found["rules/haversine"] == "failed"
    assert found["kernels/haversine"] == "passed"


def test_the_package_s_rules_are_broken_on_purpose_and_its_samples_show_it(package):
    words = ("--mutants", "--suite", "rules", "--select", "haversine", "--report", "mutants.json")
    place = package("add-a-primitive.md")
    done = run(place, "-m", "unigrad_conformance", *words)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.search(r"^(\d+) mutants: \1 killed;", done.stdout, re.MULTILINE)


def test_nothing_of_the_package_is_imported_before_it_is_needed(package):
    code = (
        "import sys, unigrad as ug; assert 'geodesy' not in sys.modules; ug.asarray(1.0);"
        "assert 'geodesy.oracles' not in sys.modules"
    )
    done = run(package("add-a-primitive.md"), "-c", code)
    assert done.returncode == 0, done.stderr


def test_a_lent_kernel_is_put_through_the_suite(package):
    status, found = outcomes(package("add-a-kernel.md"), "sigmoid")
    assert status == 0
    assert found["kernels/sigmoid"] == found["rules/sigmoid"] == "passed"


def test_a_lent_kernel_that_is_wrong_is_found(package):
    place = package("add-a-kernel.md")
    (place / "quicker" / "on_numpy.py").write_text(
        "__all__ = ['sigmoid']\n\ndef sigmoid(x):\n    return 0.0 * x + 0.5\n", encoding="utf-8"
    )
    status, found = outcomes(place, "sigmoid")
    assert status == 1
    assert found["kernels/sigmoid"] == "failed"


WRONG = ("along = xp.sum(t * out, axis=axis,", "along = xp.sum(t * out, axis=-1,")
SAMPLES = "    samples=[sample(Array((2, 3), low=0.5)), sample(Array((3,), low=0.5))],\n"


@pytest.mark.parametrize(
    ("batching", "status"),
    [
        ('"stack"', "passed"),
        ("lambda xp, arrays, mapped, options: xp.direction(arrays[0], **options)", "passed"),
        ("lambda xp, arrays, mapped, options: 2.0 * xp.direction(arrays[0], **options)", "failed"),
    ],
)
def test_a_batching_rule_on_the_card_is_put_through_the_suite(package, batching, status):
    place = package("add-a-primitive.md", samples=(SAMPLES, f"    batching={batching},\n{SAMPLES}"))
    _, found = outcomes(place, "direction")
    assert found["batching/direction"] == status


def test_without_the_page_s_sample_the_mistake_passes(package):
    _, found = outcomes(package("add-a-primitive.md", rule=WRONG), "direction")
    assert found["rules/direction"] == "passed"


def test_with_the_page_s_sample_the_mistake_is_found(package):
    added = pages.files("add-a-sample.md")["samples"]
    place = package("add-a-primitive.md", rule=WRONG, samples=(SAMPLES, added))
    status, found = outcomes(place, "direction")
    assert status == 1
    assert found["rules/direction"] == "failed"


def test_the_page_s_sample_and_convention_hold(package):
    shown = pages.files("add-a-sample.md")
    place = package(
        "add-a-primitive.md",
        names=("import Array, sample, unary", "import NAN, Array, at, sample, unary"),
        samples=(SAMPLES, shown["samples"] + shown["conventions"]),
    )
    status, found = outcomes(place, "direction")
    assert status == 0
    assert found["conventions/direction"] == "passed"
    assert found["rules/direction"] == "passed"


def test_a_convention_that_does_not_hold_is_found(package):
    declared = pages.files("add-a-sample.md")["conventions"].replace("[NAN, NAN]", "[0.0, 0.0]")
    place = package(
        "add-a-primitive.md",
        names=("import Array, sample, unary", "import Array, at, sample, unary"),
        samples=(SAMPLES, SAMPLES + declared),
    )
    status, found = outcomes(place, "direction")
    assert status == 1
    assert found["conventions/direction"] == "failed"
