"""`unigrad run --check`: each name that a program takes from the library and the dialect lacks, before anything runs."""

from __future__ import annotations

import ast
from types import MappingProxyType

import pytest
from running_site import unigrad_run, write

from unigrad.running.names import uses
from unigrad.running.text import of_cells


def names(program):
    """What is found, as ``line name``, for the library ``lib``."""
    return [f"{each.line} {each.name}" for each in uses(ast.parse(program), "lib")]


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("import lib\nlib.a.b()", ["1 lib", "2 lib.a.b"]),
        ("import lib.a as x\nx.f(x.g)", ["1 lib.a", "2 lib.a.f", "2 lib.a.g"]),
        ("import lib.a\nlib.b", ["1 lib.a", "2 lib.b"]),
        ("from lib import np, a as b\nnp.f()\nb.g.h()", ["1 lib", "1 lib.a", "1 lib.np", "2 lib.np.f", "3 lib.a.g.h"]),
        ("from lib.a import *", ["1 lib.a"]),
        ("import library, numpy as np\nlibrary.a, np.b, c.d", []),
        ("from . import lib\nlib.a", []),
        ("import lib\nnd = lib.nd\nzeros = nd.a\nzeros.b", ["1 lib", "2 lib.nd", "3 lib.nd.a", "4 lib.nd.a.b"]),
        ("import lib\nx = lib.f(1).g.h", ["1 lib", "2 lib.f"]),
        ("import lib\nlib.f.g = 1\nlib.h[0].i", ["1 lib", "3 lib.h"]),
    ],
)
def test_the_names_of_a_module(program, found):
    assert names(program) == found


@pytest.mark.parametrize(
    ("program", "found"),
    [
        ("import lib\ndef f(lib):\n    lib.a", ["1 lib"]),
        (
            "import lib\ndef f(x=lib.a, *lib, y: lib.b = 0) -> lib.c:\n    lib.d",
            ["1 lib", "2 lib.a", "2 lib.b", "2 lib.c"],
        ),
        ("def f():\n    lib.a\nimport lib", ["2 lib.a", "3 lib"]),
        ("def f():\n    import lib\n    lib.a\nlib.b", ["2 lib", "3 lib.a"]),
        ("def f():\n    global np\n    import lib as np\ndef g(): np.a", ["3 lib"]),
        ("import lib\nf = lambda lib, x=lib.a: lib.b", ["1 lib", "2 lib.a"]),
        ("import lib\n[lib.a for x in lib.b]\n{lib.c: 1 for lib in y}", ["1 lib", "2 lib.a", "2 lib.b"]),
        ("class A:\n    import lib\n    lib.a\n    def f(self): lib.b", ["2 lib", "3 lib.a"]),
        (
            "import lib\n@lib.a\nclass A(lib.b, x=lib.c): y = lib.d",
            ["1 lib", "2 lib.a", "3 lib.b", "3 lib.c", "3 lib.d"],
        ),
        ("import lib\n@lib.a\nasync def f(): await lib.b()", ["1 lib", "2 lib.a", "3 lib.b"]),
        ("import lib\nfor lib in x:\n    def f(): lib.a", ["1 lib", "3 lib.a"]),
        ("try:\n    import lib\nexcept ImportError:\n    lib = None\nlib.a", ["2 lib", "5 lib.a"]),
        ("import numpy as np\nnp.a\nfrom lib import np\nnp.b", ["3 lib", "3 lib.np", "4 lib.np.b"]),
        ("import lib as np\nimport numpy as np\nnp.a", ["1 lib"]),
    ],
)
def test_a_name_means_what_its_scope_says(program, found):
    assert names(program) == found


def test_the_lines_of_a_notebook_s_cells(tmp_path):
    cells = [
        "%matplotlib inline\nimport lib",
        "!pip install lib\nlib.a?\nlib.a\nif lib:\n    %time x\n    lib.b",
        "%%time\nlib.c",
        "%%bash\nlib.d()",
        "%%html\n<b>\n",
        "lib.e",
    ]
    text = of_cells(tmp_path, cells, "book.ipynb")
    found = [f"{text.place(each.line)} {each.name}" for each in uses(text.tree, "lib")]
    assert found == [
        "book.ipynb: cell 1:2 lib",
        "book.ipynb: cell 2:3 lib.a",
        "book.ipynb: cell 2:6 lib.b",
        "book.ipynb: cell 3:2 lib.c",
        "book.ipynb: cell 6:1 lib.e",
    ]


@pytest.fixture
def check(tmp_path):
    folder = tmp_path / "work"

    def check(program, files=MappingProxyType({})):
        write(folder, {"program.py": program, **files})
        return unigrad_run(folder, "--dialect", "tiny", "--check", "program.py")

    return check


def test_what_the_dialect_lacks_is_listed_with_its_line_and_nothing_runs(check):
    program = """print("it ran")
import tiny as t, tiny.gone
from tiny import ones, numbers as n, absent
import user_of_tiny
t.ones(t.deep.er, t.who)
n.one() + n.two() + n.primes.who
"""
    done = check(program)
    assert done.stderr == ""
    assert done.stdout.splitlines() == [
        "program.py:2: tiny.gone",
        "program.py:3: tiny.absent",
        "program.py:5: tiny.deep.er",
        "program.py:6: tiny.numbers.two",
        "the dialect 'tiny' lacks 4 names of what program.py calls",
    ]
    assert done.returncode == 1


def test_a_program_without_lacks_ends_well(check):
    done = check("import tiny.numbers\ntiny.ones(tiny.numbers.one())")
    assert (done.returncode, done.stdout) == (0, "the dialect 'tiny' lacks nothing of what program.py calls\n")


def test_the_program_s_own_modules_are_checked_too(check):
    program = "import own\nfrom pack import inner\nfrom pack.deep import f\nimport elsewhere"
    files = {
        "own.py": "import tiny\ntiny.a\nimport program",
        "pack/__init__.py": "from tiny import b",
        "pack/inner.py": "from . import beside\nfrom .. import own",
        "pack/beside.py": "import tiny as t\n\nt.c",
        "pack/deep.py": "from tiny import d\ndef f(): pass",
        "unused.py": "from tiny import e",
    }
    done = check(program, files)
    assert sorted(done.stdout.splitlines()[:-1]) == [
        "own.py:2: tiny.a",
        "pack/__init__.py:1: tiny.b",
        "pack/beside.py:3: tiny.c",
        "pack/deep.py:1: tiny.d",
    ]


def test_what_the_dialect_says_of_an_absent_name_is_shown(check):
    program = "from tiny import speaking\nspeaking.onse(1)"
    done = check(program)
    assert done.stdout.splitlines()[0] == (
        "program.py:2: tiny.speaking.onse ('onse' is missing from unigrad's dialect of tiny.speaking; near it: ones)"
    )
