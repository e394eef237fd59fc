"""`unigrad run` on notebooks: a copy with the outputs, as far as it came."""

from __future__ import annotations

import json
import re
import signal
import time

import pytest
from running_site import started, unigrad_run, write

nbformat = pytest.importorskip("nbformat", reason="nbformat is not installed")
for needed in ("nbclient", "ipykernel"):
    pytest.importorskip(needed, reason=f"{needed} is not installed")

TINY = ("--dialect", "tiny")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "work"
    made.mkdir()
    return made


def notebook(*cells, **metadata):
    made = nbformat.v4.new_notebook(metadata=metadata)
    made.cells = [nbformat.v4.new_code_cell(each) for each in cells]
    made.cells.insert(0, nbformat.v4.new_markdown_cell("# A *page*"))
    return nbformat.writes(made)


def outputs(path):
    """What each code cell of the copy has written, by its count."""
    cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
    return {cell.execution_count: "".join(each.get("text", "") for each in cell.outputs) for cell in cells}


def test_a_notebook_is_executed_to_a_copy(folder):
    kernel = {"name": "conda-env-mxnet-py", "display_name": "Python (MXNet)", "language": "python"}
    cells = (
        "import tiny, own\nprint(tiny.who, own.who)",
        "%%time\nfrom tiny.numbers import who\nprint(who)",
        "import os, unigrad\nprint(unigrad.get_backend().name, os.path.basename(os.getcwd()), tiny.ones(2).data)",
    )
    source = notebook(*cells, kernelspec=kernel)
    write(folder, {"deep/book.ipynb": source, "deep/own.py": "from tiny.numbers.primes import who"})
    done = unigrad_run(folder, *TINY, "--backend", "numpy", "--device", "cpu", "deep/book.ipynb")
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "the outputs are in deep/book.out.ipynb\n")
    found = outputs(folder / "deep/book.out.ipynb")
    assert found[1] == "the dialect the dialect.numbers.primes\n"
    assert found[2].startswith("the dialect.numbers\n")
    assert found[3] == "numpy deep [1. 1.]\n"
    assert (folder / "deep/book.ipynb").read_text() == source
    copy = nbformat.read(folder / "deep/book.out.ipynb", as_version=4)
    assert [cell.source for cell in copy.cells] == ["# A *page*", *cells]
    assert copy.metadata.kernelspec == kernel


def test_a_cell_s_exception_is_shown_with_the_cell_and_the_copy_is_written_so_far(folder):
    write(folder, {"book.ipynb": notebook("print(1)", "import tiny\n\ntiny.gone()", "print(3)")})
    done = unigrad_run(folder, *TINY, "--output", "half.ipynb", "book.ipynb")
    assert done.returncode == 1
    assert "import tiny\n\ntiny.gone()\n" in done.stderr
    assert re.search(r"-+> 3 tiny\.gone\(\)", done.stderr)
    assert "unigrad/running" not in done.stderr
    assert "\x1b" not in done.stderr
    assert done.stderr.endswith(
        "AttributeError: module 'unigrad.dialects.tiny' has no attribute 'gone'\nthe outputs are in half.ipynb\n"
    )
    copy = nbformat.read(folder / "half.ipynb", as_version=4)
    assert [cell.execution_count for cell in copy.cells[1:]] == [1, 2, None]
    assert [output.output_type for cell in copy.cells[1:] for output in cell.outputs] == ["stream", "error"]


def test_a_kernel_that_dies_is_said_to_have(folder):
    write(folder, {"book.ipynb": notebook("print(1)", "import os; os._exit(3)")})
    done = unigrad_run(folder, *TINY, "book.ipynb")
    assert (done.returncode, done.stderr.splitlines()[-2:]) == (
        1,
        ["The kernel died before the cell was through.", "the outputs are in book.out.ipynb"],
    )
    assert outputs(folder / "book.out.ipynb")[1] == "1\n"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["gone.ipynb"], "there is no file 'gone.ipynb' here, in '{folder}'"),
        (["text.ipynb"], "'text.ipynb' is not a notebook that can be read: Expecting value: line 1 column 1 (char 0)"),
        (["bytes.ipynb"], "'bytes.ipynb' is not a notebook that can be read: {reason}"),
        (["list.ipynb"], "'list.ipynb' is not a notebook that can be read: it has no field 'nbformat'"),
        (["cells.ipynb"], "'cells.ipynb' is not a notebook that can be read: {reason}"),
        (["future.ipynb"], "'future.ipynb' is not a notebook that can be read: {reason}"),
        (["r.ipynb"], "'r.ipynb' is not a notebook that can be read: its cells are R, not Python"),
        (["book.ipynb", "1"], "a notebook takes no arguments, and 'book.ipynb' is given '1'"),
        (
            ["--output", "book.ipynb", "book.ipynb"],
            "'book.ipynb' is executed to a copy; give '--output' another name than the notebook's",
        ),
        (
            ["--output", "no/x.ipynb", "book.ipynb"],
            "the copy 'no/x.ipynb' cannot be written; give '--output' a file in a folder that is there",
        ),
        (["--backend", "tpu", "book.ipynb"], "no backend named 'tpu'; known: {reason}"),
        (
            ["--backend", "numpy", "--device", "cuda", "book.ipynb"],
            "backend 'numpy' cannot use the device 'cuda': {reason}; it has: cpu",
        ),
    ],
)
def test_bad_input_is_one_line_and_leaves_no_copy(folder, arguments, message):
    files = {
        "book.ipynb": notebook("print(1)"),
        "r.ipynb": notebook("1", kernelspec={"name": "ir", "display_name": "R", "language": "R"}),
        "text.ipynb": "import tiny",
        "list.ipynb": "[]",
        "cells.ipynb": json.dumps({"nbformat": 4, "nbformat_minor": 5, "metadata": {}, "cells": [{"source": 1}]}),
        "future.ipynb": json.dumps({"nbformat": 9, "nbformat_minor": 0, "metadata": {}, "cells": []}),
    }
    write(folder, files)
    (folder / "bytes.ipynb").write_bytes(b"\xff\xfe\x00{")
    done = unigrad_run(folder, *TINY, *arguments)
    expected = re.escape(f"Error: {message}\n").replace(r"\{folder\}", re.escape(str(folder)))
    assert re.fullmatch(expected.replace(r"\{reason\}", ".+"), done.stderr), done.stderr
    assert (done.returncode, done.stdout) == (2, "")
    assert not list(folder.glob("*.out.ipynb"))


def test_a_notebook_of_an_old_format_is_run(folder):
    old = {
        "nbformat": 3,
        "nbformat_minor": 0,
        "metadata": {"name": ""},
        "worksheets": [
            {
                "metadata": {},
                "cells": [
                    {
                        "cell_type": "code",
                        "collapsed": False,
                        "input": ["import tiny\n", "print(tiny.who)"],
                        "language": "python",
                        "metadata": {},
                        "outputs": [],
                    }
                ],
            }
        ],
    }
    write(folder, {"old.ipynb": json.dumps(old)})
    done = unigrad_run(folder, *TINY, "old.ipynb")
    assert done.returncode == 0, done.stderr
    assert outputs(folder / "old.out.ipynb") == {1: "the dialect\n"}


def test_a_notebook_is_checked_cell_by_cell(folder):
    write(folder, {"book.ipynb": notebook("import tiny", "%matplotlib inline\ntiny.gone()", "def f(tiny): tiny.x")})
    done = unigrad_run(folder, *TINY, "--check", "book.ipynb")
    assert done.stdout.splitlines() == [
        "book.ipynb: cell 2:2: tiny.gone",
        "the dialect 'tiny' lacks 1 name of what book.ipynb calls",
    ]
    assert done.returncode == 1


def test_what_is_missing_for_notebooks_is_named_with_the_command(folder):
    write(folder, {"book.ipynb": notebook("print(1)")})
    unigrad_run(folder, "--help")  # writes the site
    with (folder.parent / "site" / "sitecustomize.py").open("a") as site:
        site.write("\nimport sys\nsys.modules['nbclient'] = None\n")
    done = unigrad_run(folder, *TINY, "book.ipynb")
    message = "Error: a notebook needs 'nbclient', which is not installed; try: pip install 'unigrad[notebook]'\n"
    assert (done.returncode, done.stderr) == (2, message)


def test_an_interrupt_ends_the_kernel_and_leaves_the_copy_so_far(folder):
    write(folder, {"book.ipynb": notebook("print(1)", "open('begun', 'w').close()\nimport time; time.sleep(600)")})
    with started(folder, *TINY, "book.ipynb") as process:
        deadline = time.monotonic() + 60
        while not (folder / "begun").exists() and time.monotonic() < deadline:
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, shown = process.communicate(timeout=60)
    assert shown == "Interrupted before the cell was through.\nthe outputs are in book.out.ipynb\n"
    assert process.returncode == 1
    assert outputs(folder / "book.out.ipynb")[1] == "1\n"
