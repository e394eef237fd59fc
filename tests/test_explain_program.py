"""`unigrad explain`: a program that runs to its end, and one of its sweeps or calls as a page."""

from __future__ import annotations

import json
import subprocess
import sys

import pytest
from click.testing import CliRunner

from unigrad.cli import main

PROGRAM = """\
import sys
import unigrad as ug
import unigrad.numpy as np

w = np.asarray([1.0, -2.0])
w.attach_grad()


def loss(w, x):
    r = np.tanh(w * x) - 0.5
    return np.sum(r * r)


for round in range(3):
    value = loss(w, np.asarray([0.3, 0.7]))
    value.backward()
    with ug.pause():
        w -= 0.1 * w.grad
print("done", *sys.argv[1:])
if "fail" in sys.argv:
    later = np.sin(w)
    raise ValueError("<b>no further</b>")
if "exit" in sys.argv:
    sys.exit(7)
"""


def explain(place, *words, stdin=None):
    """The finished command, run in `place` in a process of its own, as it takes the process over."""
    command = [sys.executable, "-c", "from unigrad.cli import main; main()", "explain", *words]
    return subprocess.run(command, cwd=place, capture_output=True, text=True, check=False, input=stdin)


@pytest.fixture
def place(tmp_path):
    (tmp_path / "program.py").write_text(PROGRAM)
    return tmp_path


def read(place, name="program.json"):
    return json.loads((place / name).read_text())


def test_the_first_sweep_is_explained_and_the_program_runs_to_its_end(place):
    done = explain(place, "--output", "program.json", "program.py", "--anything")
    assert (done.returncode, done.stdout) == (0, "done --anything\n")
    data = read(place)
    assert [(point["op"], point["name"]) for point in data["points"]] == [
        ("leaf", "w"), ("multiply", ""), ("tanh", ""), ("subtract", ""), ("multiply", ""), ("sum", "value"),
    ]  # fmt: skip
    assert data["points"][2]["line"] == {
        "file": str(place / "program.py"), "number": 10, "text": "r = np.tanh(w * x) - 0.5", "function": "loss",
    }  # fmt: skip
    assert data["endings"] == []
    assert all(point["value"] is not None for point in data["points"])


def test_the_page_is_what_is_written_unless_another_kind_is_asked_for(place):
    done = explain(place, "program.py")
    assert done.returncode == 0
    assert "is in program.html" in done.stderr
    assert (place / "program.html").read_text().startswith("<!doctype html>")


def test_a_later_sweep_or_a_call_of_a_function(place):
    assert explain(place, "--output", "second.json", "--number", "2", "program.py").returncode == 0
    assert explain(place, "--output", "call.json", "--number", "2", "program.py:loss").returncode == 0
    second, call = read(place, "second.json"), read(place, "call.json")
    assert second["points"][0]["value"] == call["points"][0]["value"]
    assert second["gradients"] == call["gradients"]
    assert {point["name"] for point in call["points"]} >= {"w", "r"}
    assert call["title"] == "program.py:loss"


def test_a_program_that_raises_shows_what_it_had_recorded(place):
    done = explain(place, "--number", "9", "--output", "program.json", "program.py", "fail")
    assert done.returncode == 1
    assert "ValueError: <b>no further</b>" in done.stderr
    data = read(place)
    assert [point["op"] for point in data["points"]] == ["leaf", "sin"]
    assert data["endings"][0].startswith("the program raised ValueError: <b>no further</b>, at ")


def test_the_exit_status_is_the_program_s(place):
    done = explain(place, "--output", "program.json", "program.py", "exit")
    assert done.returncode == 7
    assert read(place)["points"]


def test_what_was_asked_for_and_never_came_is_said(place):
    explain(place, "--number", "9", "--output", "a.json", "program.py")
    assert read(place, "a.json")["endings"] == [
        "the program made 3 of these, and number 9 was asked for: reverse sweep"
    ]
    explain(place, "--output", "b.json", "program.py:absent")
    assert read(place, "b.json")["endings"][0].startswith("the program made no call of 'absent' with a recorded result")


def test_the_sweep_is_walked_in_the_terminal(place):
    done = explain(place, "--step", "program.py", stdin="n\nu tanh\ng w\nq\n")
    assert done.returncode == 0
    assert "step 1: value" in done.stdout
    assert "step 4: tanh" in done.stdout
    assert done.stdout.endswith("done\n")
    assert not (place / "program.html").exists()


def test_a_program_of_a_dialect(tmp_path):
    (tmp_path / "program.py").write_text(
        "import torch\nx = torch.tensor([1.0, 2.0], requires_grad=True)\ny = (x * x).sum()\ny.backward()\nprint(x.grad)\n"
    )
    done = explain(tmp_path, "--dialect", "torch", "--output", "program.json", "program.py")
    assert (done.returncode, done.stdout) == (0, "tensor([2., 4.])\n")
    data = read(tmp_path)
    assert [point["name"] for point in data["points"]] == ["x", "", "y"]
    assert data["gradients"][0][1]["values"] == [2.0, 4.0]


def test_bad_requests_are_one_line_and_the_status_2(place):
    for words, sentence in (
        (("nowhere.py",), "there is no file 'nowhere.py' here"),
        (("lesson.ipynb",), "'lesson.ipynb' is a notebook; there, ug.explain(y) shows itself in a cell"),
        (("--backend", "abacus", "program.py"), "no backend named 'abacus'"),
        (("--output", "a.png", "program.py"), "save() knows the endings"),
    ):
        result = CliRunner().invoke(main, ["explain", *words])
        assert (result.exit_code, sentence in result.output) == (2, True), result.output
