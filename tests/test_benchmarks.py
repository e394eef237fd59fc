"""The benchmark: each library's gradient is right on each workload, and the JSON has what its README promises.

Nothing here looks at a time.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))  # the benchmarks are no part of the distribution

from benchmarks.ceilings import CEILINGS  # noqa: E402
from benchmarks.cells import cell  # noqa: E402
from benchmarks.libraries import LIBRARIES  # noqa: E402
from benchmarks.report import markdown  # noqa: E402
from benchmarks.tables import duration, times  # noqa: E402
from benchmarks.tasks import tasks  # noqa: E402
from benchmarks.workloads import workloads  # noqa: E402

TINY = 1e-9
RESULT_KEYS = {
    "library", "title", "status", "reason", "median_seconds", "microseconds_per_operation", "bytes_per_operation",
    "calls_per_round", "seconds", "ratio_to",
}  # fmt: skip


@pytest.mark.parametrize("library", LIBRARIES.values(), ids=list(LIBRARIES))
@pytest.mark.parametrize("name", workloads())
def test_gradient_is_the_one_by_hand(name, library):
    """The check that stands before every timing passes, at four operations."""
    tried = cell(library, workloads(TINY)[name])
    if tried.not_run:
        pytest.skip(tried.not_run)
    tried.compare(tried.make()())
    assert tried.failed is None


COMPILED = ("torch-compile", "unigrad-torch-jit")
"""What takes seconds to compile: measured, and right, in a run of the benchmark itself."""


@pytest.mark.filterwarnings("ignore:.*torch.jit.script.*:DeprecationWarning")  # torch.func imports its own past
@pytest.mark.parametrize(
    ("name", "library"), [(name, way) for name, task in tasks().items() for way in task.ways if way not in COMPILED]
)
def test_every_way_of_a_task_gives_the_same(name, library):
    """The check that stands before every timing passes, at a twentieth of the size."""
    tried = next(each for each in tasks(0.05)[name].cells() if each.library == library)
    if tried.not_run:
        pytest.skip(tried.not_run)
    tried.compare(tried.make()())
    assert tried.failed is None


def test_a_task_s_way_that_is_wrong_fails():
    """A difference of a millionth of the largest entry is one."""
    (tried,) = (each for each in tasks(0.05)["hessian"].cells() if each.library == "by-hand")
    wrong = tried.expected()
    tried.compare(wrong + 1e-6 * abs(wrong).max())
    assert tried.failed.startswith("gradient wrong by ")


def test_memory_of_the_checkpointed_chain_is_less():
    """Where all is kept, a call holds more."""
    cells = {each.library: each for each in tasks(0.05)["checkpoint"].cells()}
    if cells["unigrad-numpy-checkpoint"].not_run:
        pytest.skip(cells["unigrad-numpy-checkpoint"].not_run)
    assert cells["unigrad-numpy-checkpoint"].peak() < 0.5 * cells["unigrad-numpy"].peak()


@pytest.fixture(scope="module")
def session(tmp_path_factory):
    """The JSON of a tiny run of three workloads, one of them with the memory of its graph, one of a transform."""
    file = tmp_path_factory.mktemp("benchmarks") / "figures.json"
    options = [
        "-w",
        "chain",
        "-w",
        "products-1e6",
        "-w",
        "hessian",
        "--quick",
        "--scale",
        str(TINY),
        "--json",
        str(file),
    ]
    subprocess.run([sys.executable, "-m", "benchmarks", *options], cwd=ROOT, check=True, capture_output=True)
    return json.loads(file.read_text(encoding="utf-8"))


def test_json_has_the_documented_keys(session):
    """Every key that the README names is there, and no other."""
    assert set(session) == {"date", "command", "settings", "machine", "versions", "workloads", "ceilings"}
    assert set(session["machine"]) == {"processor", "architecture", "cores", "system", "python"}
    for workload in session["workloads"]:
        assert set(workload) == {"name", "title", "program", "operations", "results"}
        assert all(set(result) == RESULT_KEYS for result in workload["results"])
    for ceiling in session["ceilings"]:
        assert set(ceiling) == {"workload", "on", "against", "quantity", "at_most", "measured", "holds"}


def test_each_result_has_figures_or_a_reason(session):
    """What was measured has a time for each round; what was not says why."""
    for result in (result for workload in session["workloads"] for result in workload["results"]):
        if result["status"] == "measured":
            assert result["reason"] is None
            assert result["seconds"]
        else:
            assert result["status"] == "not run"
            assert result["reason"]
            assert not result["seconds"]


def test_markdown_shows_every_library_and_ceiling(session):
    """A row for each result and each ceiling, a line for each reason."""
    text = markdown(session)
    rows = [line for line in text.splitlines() if line.startswith("|")]
    assert (
        len(rows)
        == sum(len(workload["results"]) + 2 for workload in session["workloads"]) + len(session["ceilings"]) + 2
    )
    for result in (result for workload in session["workloads"] for result in workload["results"]):
        assert result["reason"] is None or result["reason"] in text


def test_ceilings_name_workloads_and_libraries_that_exist():
    """A misspelt name would be a ceiling that is never measured."""
    for ceiling in CEILINGS:
        if ceiling.workload in tasks():
            assert {ceiling.on, ceiling.against} <= set(tasks()[ceiling.workload].ways)
            continue
        assert ceiling.workload in workloads()
        assert {ceiling.on, ceiling.against.removesuffix("-in-pieces")} <= set(LIBRARIES)


@pytest.mark.parametrize(
    ("seconds", "text"), [(None, "—"), (2.5e-7, "0.25 µs"), (1.5e-5, "15 µs"), (0.1234, "123 ms"), (9.87, "9.87 s")]
)
def test_durations_read_well(seconds, text):
    """Three digits and a unit."""
    assert duration(seconds) == text


@pytest.mark.parametrize(("ratio", "text"), [(None, "—"), (0.123, "0.12"), (9.994, "9.99"), (45.6, "46")])
def test_ratios_read_well(ratio, text):
    """Two decimals below ten."""
    assert times(ratio) == text
