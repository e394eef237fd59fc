"""The IPython extension: `%load_ext unigrad`, `%unigrad mxnet --backend torch`, `%unigrad off`."""

from __future__ import annotations

import os
import re
import subprocess
import sys

import pytest
from running_site import FILES, write

from unigrad import plugins

pytest.importorskip("IPython", reason="IPython is not installed")

BEFORE = """
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance(colors="NoColor", history_manager=None)
def cell(text):
    shell.run_cell(text)
cell("%load_ext unigrad")
"""


@pytest.fixture
def session(tmp_path):
    """Run the cells in a shell of their own: the lines that they print."""
    write(tmp_path / "site", FILES)
    write(tmp_path / "work", {"own.py": "import tiny\nwho = tiny.who"})

    def session(*cells):
        code = BEFORE + "\n".join(f"cell({each!r})" for each in cells)
        home = {"PYTHONPATH": str(tmp_path / "site"), "IPYTHONDIR": str(tmp_path / "ipython"), "OMP_NUM_THREADS": "1"}
        command = [sys.executable, "-c", code]
        done = subprocess.run(
            command, cwd=tmp_path / "work", env={**os.environ, **home}, capture_output=True, text=True, check=True
        )
        return (done.stdout + done.stderr).splitlines()

    return session


def test_the_cells_after_the_magic_are_redirected(session):
    found = session(
        "import tiny; print(tiny.who)", "%unigrad tiny", "import tiny; print(tiny.who)", "import own; print(own.who)"
    )
    assert found == ["the library", "the dialect", "the dialect"]


def test_off_gives_the_library_back(session):
    found = session("%unigrad tiny", "%unigrad off", "import tiny, own; print(tiny.who, own.who)", "%unigrad off")
    assert found == ["the library the library"]


def test_to_unload_the_extension_is_off_too(session):
    found = session(
        "%unigrad tiny", "%unload_ext unigrad", "import tiny, own; print(tiny.who, own.who)", "%unigrad off"
    )
    assert found[0] == "the library the library"
    assert "UsageError: Line magic function `%unigrad` not found." in "\n".join(found)


def test_the_backend_is_set_by_the_magic(session):
    pytest.importorskip("torch", reason="torch is not installed")
    found = session(
        "%unigrad tiny --backend torch --device cpu", "import tiny", "print(tiny.ones(2).backend.name, tiny.__name__)"
    )
    assert found == ["torch unigrad.dialects.tiny"]


def test_a_second_magic_replaces_the_first(session):
    found = session(
        "%unigrad tiny", "%unigrad torch", "import tiny, torch; print(tiny.who, torch.__name__)", "%unigrad off"
    )
    assert found == ["the library unigrad.dialects.torch"]


@pytest.mark.parametrize(
    ("magic", "message"),
    [
        ("%unigrad theano", "no dialect named 'theano'; known: autograd, jax, mxnet, tensorflow, torch, tiny"),
        ("%unigrad tiny --backend tpu", f"no backend named 'tpu'; known: {', '.join(plugins.backends())}"),
        ("%unigrad", "Missing argument 'DIALECT'.+"),
        ("%unigrad tiny --backends torch", "No such option '--backends'.+"),
        ("%unigrad 'tiny", "No closing quotation"),
    ],
)
def test_bad_input_is_one_line_and_changes_nothing(session, magic, message):
    found = session(magic, "import tiny; print(tiny.who)")
    assert len(found) == 2
    assert "the library" in found
    assert re.search(f"^UsageError: {message}$", "\n".join(found), re.MULTILINE)


def test_the_help_of_the_magic(session):
    assert session("%unigrad --help")[0] == "Usage: %unigrad [OPTIONS] DIALECT"


def test_a_traceback_shows_the_cell_s_lines(session):
    found = session("%unigrad tiny", "import tiny\ndef f(x):\n    return 1 / x\n\nf(0)")
    assert any("3     return 1 / x" in line for line in found)
    assert not any("unigrad/running" in line for line in found)


def test_importing_unigrad_loads_neither_ipython_nor_the_notebook_s_libraries():
    code = "import unigrad, unigrad.cli, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"IPython", "nbclient", "nbformat", "unigrad.ipython", "unigrad.running"} & set(loaded)
