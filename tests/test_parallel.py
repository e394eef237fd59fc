"""Cases shared out among processes: the same results as in one, whatever becomes of a process."""

from __future__ import annotations

import json
import sys

import pytest

from unigrad_conformance import cases, depth, main, parallel, results, worker
from unigrad_conformance.case import Case
from unigrad_conformance.worker import Errand

CHAPTER = Errand(("chapter",), "", quick=False, seed=0)
DYING = """
import os
from unigrad_conformance import worker
from unigrad_conformance.case import Case
run = Case.run
def dying(self, backend, seed):
    if self.name == "sum after a reset":
        os.kill(os.getpid(), 9)
    return run(self, backend, seed)
Case.run = dying
worker.serve()
"""


SAYING = """
import os
from unigrad_conformance import worker
from unigrad_conformance.case import Case, Outcome
Case.run = lambda self, backend, seed: Outcome("passed", sample=f"{os.environ.get('HURRY')} in {os.getpid()}")
worker.serve()
"""


def timeless(found):
    """The rows of results, without how long each took."""
    return [
        (
            row.id,
            [(backend, outcome.status, outcome.checks, outcome.error) for backend, outcome in row.outcomes.items()],
        )
        for row in found.rows
    ]


def test_the_results_are_those_of_one_process(tmp_path, capsys):
    reports = [tmp_path / f"{jobs}.json" for jobs in (1, 2)]
    for jobs, report in enumerate(reports, 1):
        words = f"--suite kernels --suite rules --select /log --seed 3 --backend numpy --jobs {jobs} --report {report}"
        assert main(words.split()) == 0
    one, two = [json.loads(report.read_text()) for report in reports]
    for document in (one, two):
        del document["written"]
        for case in document["cases"]:
            del case["seconds"]
    assert one == two
    assert len(one["cases"]) > 10
    tables = capsys.readouterr().out.replace("1.json", "2.json").split("report: ")
    assert tables[0].strip() == tables[1].partition("\n")[2].strip()


def test_progress_is_told_of_every_case_on_every_backend():
    chosen, told = cases(["chapter"])[:3], []
    found = parallel.run(chosen, ["numpy"], CHAPTER, 2, progress=told.append)
    assert sorted(told) == sorted(f"numpy {case.id}" for case in chosen)
    assert timeless(found) == timeless(results.run(chosen, ["numpy"]))


def test_a_case_that_the_others_do_not_know_runs_here():
    here = Case("rules", "of this program", lambda tally, backend, seed: tally.same("it", "seed", seed, 7))
    found = parallel.run([here], ["numpy"], Errand(("rules",), "", quick=True, seed=7), 1)
    assert (found.rows[0].outcomes["numpy"].status, found.status) == ("passed", 0)


def test_a_case_whose_process_dies_has_failed_and_the_others_go_on(monkeypatch):
    monkeypatch.setattr(worker, "COMMAND", (sys.executable, "-c", DYING))
    chosen = cases(["chapter"])[:3]
    found = parallel.run(chosen, ["numpy"], CHAPTER, 1)
    assert [row.outcomes["numpy"].status for row in found.rows] == ["passed", "failed", "passed"]
    (finding,) = found.rows[1].outcomes["numpy"].findings
    assert finding.detail == "its process ended by signal 9 (SIGKILL)"
    assert found.status == 1


def test_a_process_that_does_not_start_is_an_error(monkeypatch, capsys):
    monkeypatch.setattr(worker, "COMMAND", (sys.executable, "-c", "raise SystemExit(3)"))
    assert main(["--suite", "chapter", "--backend", "numpy", "--jobs", "2"]) == 1
    assert capsys.readouterr().err == (
        "Error: a process for the cases did not start: its process ended with exit status 3; try: --jobs 1\n"
    )


def test_an_interrupt_leaves_no_process_behind():
    shared = parallel.Shared(cases(["chapter"]), ["numpy"], CHAPTER, 2)
    with pytest.raises(KeyboardInterrupt), shared:
        shared.next()
        raise KeyboardInterrupt
    for thread in shared._threads:
        thread.join(timeout=60)
    assert not any(thread.is_alive() for thread in shared._threads)
    assert all(each._process.poll() is not None for each in shared._workers)


def variables_of_each(monkeypatch, variables):
    """By suite, the variable HURRY and the process of its cases, on a backend with these variables."""
    monkeypatch.setattr(worker, "COMMAND", (sys.executable, "-c", SAYING))
    monkeypatch.setattr(depth, "COMPILERS", {"numpy": variables})
    suites = ("kernels", "rules", "batching")
    found = parallel.run(cases(suites, "/tan"), ["numpy"], Errand(suites, "/tan", quick=False, seed=0), 1)
    told = {}
    for row in found.rows:
        told.setdefault(row.suite, set()).add(tuple(row.outcomes["numpy"].sample.split(" in ")))
    assert all(len(each) == 1 for each in told.values())
    return {suite: each.pop() for suite, each in told.items()}


def test_compilers_hurry_where_derivatives_are_looked_at(monkeypatch):
    told = variables_of_each(monkeypatch, {"HURRY": "yes"})
    assert [told[suite][0] for suite in ("kernels", "rules", "batching")] == ["None", "yes", "yes"]
    assert told["rules"] == told["batching"]


def test_the_user_has_the_last_word_on_how_compilers_work(monkeypatch):
    monkeypatch.setenv("HURRY", "no")
    told = variables_of_each(monkeypatch, {"HURRY": "yes"})
    assert {word for word, _ in told.values()} == {"no"}


def test_variables_that_a_library_does_not_know_are_not_used(monkeypatch):
    told = variables_of_each(monkeypatch, {"HURRY": "yes", "PYTHONHOME": "nowhere"})
    assert {word for word, _ in told.values()} == {"None"}


@pytest.mark.parametrize(
    ("count", "processors", "jobs"), [(1, 8, 1), (199, 8, 1), (200, 8, 2), (5000, 8, 8), (5000, 1, 1)]
)
def test_there_is_a_process_for_each_processor_where_there_is_enough_to_do(monkeypatch, count, processors, jobs):
    monkeypatch.setattr("os.sched_getaffinity", lambda pid: set(range(processors)), raising=False)
    assert parallel.default_jobs(count) == jobs
