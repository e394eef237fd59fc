"""`unigrad run` on files: which imports lead to the dialect, and what a program sees of being run so."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from types import MappingProxyType

import pytest
from running_site import unigrad_run, write

import unigrad.dialects
from unigrad import plugins
from unigrad.running.dialect import KNOWN

TINY = ("--dialect", "tiny")


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "work"
    made.mkdir()
    return made


@pytest.fixture
def run(folder):
    """Write the files and run ``program.py``: its output where its status is the expected, without the last newline."""

    def run(program, *arguments, options=TINY, status=0, stream="stdout", files=MappingProxyType({})):
        write(folder, {"program.py": program, **files})
        done = unigrad_run(folder, *options, "program.py", *arguments)
        assert done.returncode == status, done.stderr
        return getattr(done, stream).removesuffix("\n")

    return run


@pytest.mark.parametrize(
    ("code", "who"),
    [
        ("import tiny; print(tiny.who)", "the dialect"),
        ("import tiny as t; print(t.who)", "the dialect"),
        ("import sys, tiny.numbers as n, os; print(n.who)", "the dialect.numbers"),
        ("import tiny.numbers; print(tiny.who, tiny.numbers.who)", "the dialect the dialect.numbers"),
        ("import tiny.numbers.primes; print(tiny.numbers.primes.who)", "the dialect.numbers.primes"),
        ("from tiny import numbers; print(numbers.who)", "the dialect.numbers"),
        (
            "from tiny.numbers import primes as p, who; print(p.who, who)",
            "the dialect.numbers.primes the dialect.numbers",
        ),
        ("from tiny import *; print(who)", "the dialect"),
        ("def f():\n    import tiny.numbers\n    return tiny.who\nprint(f())", "the dialect"),
        ("try:\n    import tiny\nexcept ImportError:\n    tiny = None\nprint(tiny.who)", "the dialect"),
        ("class A:\n    import tiny as __t\n    who = __t.who\nprint(A.who)", "the dialect"),
        ("import importlib; print(importlib.import_module('tiny.numbers').who)", "the dialect.numbers"),
        ("from importlib import import_module; print(import_module('.numbers', 'tiny').who)", "the dialect.numbers"),
        ("import importlib.util; print(importlib.util.find_spec('tiny').name)", "unigrad.dialects.tiny"),
        ("print(__import__('tiny.numbers').who)", "the dialect"),
        ("print(__import__('tiny.numbers', fromlist=['who']).who)", "the dialect.numbers"),
        (
            "import json.decoder, user_of_tiny; print(json.decoder.__name__, user_of_tiny.who)",
            "json.decoder the library",
        ),
        ("import importlib; print(importlib.import_module('json').__name__)", "json"),
    ],
)
def test_what_an_import_gives(run, code, who):
    assert run(code) == who


def test_an_import_leaves_no_other_name_behind(run):
    names = "import tiny.numbers\nprint(sorted(name for name in dir() if name[0] != '_'))"
    assert run(names) == "['tiny']"


def test_the_program_is_main_with_its_arguments_untouched(run, folder):
    program = "import sys; print(__name__, sys.argv, __file__, __doc__, sys.path[0], sys.modules['__main__'].__file__)"
    arguments = ["--backend", "-h", "--", "x y"]
    argv = ["program.py", *arguments]
    path = folder / "program.py"
    assert run(program, *arguments) == f"__main__ {argv} {path} None {folder} {path}"


def test_the_backend_is_the_one_asked_for(run):
    program = "import tiny, unigrad; print(unigrad.get_backend().name, tiny.ones(2).backend.name)"
    assert run(program, options=(*TINY, "--backend", "numpy", "--device", "cpu")) == "numpy numpy"


def test_the_library_itself_stays_what_it_is_below_the_backend(run):
    pytest.importorskip("torch", reason="torch is not installed")
    program = """
import sys
import torch
import unigrad.numpy as np
data = np.ones(2).data
print(torch.__name__, type(data).__module__, sys.modules["torch"] is torch)
"""
    options = ("--dialect", "torch", "--backend", "torch")
    assert run(program, options=options) == "unigrad.dialects.torch torch False"


def test_the_program_s_own_modules_are_redirected(run):
    program = "import own, pack.inner; from pack import inner; import pack.sub.leaf as leaf; print(own.who, inner.who, leaf.who)"
    files = {
        "own.py": "from tiny import who",
        "pack/__init__.py": "",
        "pack/inner.py": "import tiny as t; who = t.who",
        "pack/sub/leaf.py": "import tiny as t; who = t.who",
    }
    assert run(program, files=files) == "the dialect the dialect the dialect"


def test_modules_are_the_program_s_own_in_a_plain_run_too(run, folder):
    """The redirected bytecode must not end up where a plain run, or one with another dialect, would find it."""
    own = {"own.py": "from tiny import who"}
    assert run("import own; print(own.who)", files=own) == "the dialect"
    environment = {**os.environ, "PYTHONPATH": str(folder.parent / "site")}
    plain = [sys.executable, "program.py"]
    done = subprocess.run(plain, cwd=folder, env=environment, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "the library"
    assert run("import own; print(own.who)", files=own) == "the dialect"


def test_what_is_installed_below_the_folder_is_not_redirected(run):
    program = "import os, sys; sys.path.append(os.path.abspath('env/site-packages')); import lib; print(lib.who)"
    assert run(program, files={"env/site-packages/lib.py": "from tiny import who"}) == "the library"


def test_a_traceback_is_the_program_s_own(run, folder):
    program = "import tiny\nimport own\n\ndef f(x):\n    return own.g(x)\n\nf(0)\n"
    path = folder / "program.py"
    marker = re.compile(r"^ *[~^]+\n", re.MULTILINE)  # under the place in the line, from Python 3.11 on; 3.13 has fewer
    own = {"own.py": "import tiny\ndef g(x):\n    return 1 / x\n"}
    shown = run(program, files=own, status=1, stream="stderr")
    assert marker.sub("", f"{shown}\n") == (
        "Traceback (most recent call last):\n"
        f'  File "{path}", line 7, in <module>\n    f(0)\n'
        f'  File "{path}", line 5, in f\n    return own.g(x)\n'
        f'  File "{folder / "own.py"}", line 3, in g\n    return 1 / x\n'
        "ZeroDivisionError: division by zero\n"
    )


@pytest.mark.parametrize(
    ("program", "own"),
    [
        ("import tiny.numbers; x = (1 +\n", ""),
        ("import own", "def f(:\n    pass"),
        ("import own", "raise KeyError(1)"),
        ("try:\n    import own\nexcept SyntaxError as error:\n    raise ValueError(tiny) from error", "f("),
        ("\n\nimport tiny.missing", ""),
        ("raise ExceptionGroup('two', [KeyError(1), KeyError(2)])", ""),
        ("# -*- coding: latin-1 -*-\nassert 'ü' == 'x', 'no'", ""),
        ("import sys\nsys.excepthook = lambda kind, *_: print('hook', kind.__name__, file=sys.stderr)\n1 / 0", ""),
    ],
)
def test_standard_error_is_what_python_would_have_written(run, folder, program, own):
    shown = run(program, files={"own.py": own}, status=1, stream="stderr")
    environment = {**os.environ, "PYTHONPATH": str(folder.parent / "site"), "PYTHONIOENCODING": "utf-8"}
    plain = [sys.executable, "program.py"]
    done = subprocess.run(plain, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    assert shown.replace("unigrad.dialects.tiny", "tiny") == done.stderr.removesuffix("\n")


@pytest.mark.parametrize(
    ("program", "status", "shown"),
    [
        ("import sys; sys.exit(7)", 7, ""),
        ("raise SystemExit", 0, ""),
        ("import sys; sys.exit('enough')", 1, "enough"),
        ("import sys; sys.exit(2)", 2, ""),
        ("raise KeyboardInterrupt", 130, "KeyboardInterrupt"),
        ("input()", 1, "EOFError: EOF when reading a line"),
        ("from unigrad import UnigradError; raise UnigradError('mine')", 1, "unigrad.errors.UnigradError: mine"),
        ("import click; raise click.ClickException('mine')", 1, "click.exceptions.ClickException: mine"),
        (
            "import atexit, tiny; atexit.register(lambda: print(tiny.who)); 1 / 0",
            1,
            "ZeroDivisionError: division by zero",
        ),
    ],
)
def test_the_exit_status_is_the_program_s(folder, program, status, shown):
    write(folder, {"program.py": program})
    done = unigrad_run(folder, *TINY, "program.py")
    assert (done.returncode, done.stderr.splitlines()[-1:]) == (status, [shown] if shown else [])


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ([*TINY, "gone.py"], "there is no file 'gone.py' here, in '{folder}'"),
        ([*TINY, "."], "'.' is a folder; name a Python file or a notebook in it"),
        (["--dialect", "theano", "program.py"], f"no dialect named 'theano'; known: {', '.join([*KNOWN, 'tiny'])}"),
        ([*TINY, "--backend", "tpu", "program.py"], f"no backend named 'tpu'; known: {', '.join(plugins.backends())}"),
        (
            [*TINY, "--backend", "numpy", "--device", "cuda", "program.py"],
            "backend 'numpy' cannot use the device 'cuda': {reason}; it has: cpu",
        ),
        (
            [*TINY, "--output", "x.ipynb", "program.py"],
            "'--output' is for the copy of a notebook, and 'program.py' is none; leave it out",
        ),
        ([*TINY, "--check", "broken.py"], "broken.py:2 is not Python, and cannot be checked: {reason}"),
    ],
)
def test_bad_input_is_one_line_and_nothing_runs(folder, arguments, message):
    write(folder, {"program.py": "print('it ran')", "broken.py": "import tiny\nx = = 1"})
    done = unigrad_run(folder, *arguments)
    expected = re.escape(f"Error: {message}\n").replace(r"\{folder\}", re.escape(str(folder)))
    assert re.fullmatch(expected.replace(r"\{reason\}", ".+"), done.stderr), done.stderr
    assert (done.returncode, done.stdout) == (2, "")


def test_the_dialect_must_be_named(folder):
    done = unigrad_run(folder, "program.py")
    assert (done.returncode, done.stderr.splitlines()[-1]) == (2, "Error: Missing option '--dialect'.")


CHAPTERS = {
    "autograd": """
import autograd.numpy as np
from autograd import grad
x = np.arange(4.0)
slope = grad(lambda x: 2 * np.dot(x, x))(x)
""",
    "jax": """
import jax
from jax import numpy as jnp
x = jnp.arange(4.0)
slope = jax.grad(lambda x: 2 * jnp.dot(x, x))(x)
""",
    "mxnet": """
from mxnet import autograd, np, npx
npx.set_np()
x = np.arange(4.0)
x.attach_grad()
with autograd.record():
    y = 2 * np.dot(x, x)
y.backward()
slope = x.grad
""",
    "tensorflow": """
import tensorflow as tf
x = tf.Variable(tf.range(4, dtype=tf.float32))
with tf.GradientTape() as t:
    y = 2 * tf.tensordot(x, x, axes=1)
slope = t.gradient(y, x)
""",
    "torch": """
import torch
x = torch.arange(4.0, requires_grad=True)
y = 2 * torch.dot(x, x)
y.backward()
slope = x.grad
""",
}


@pytest.mark.parametrize("backend", ["numpy", "torch", "jax"])
@pytest.mark.parametrize("dialect", sorted(CHAPTERS))
def test_the_chapter_s_gradient_in_each_dialect(run, dialect, backend):
    if not (Path(unigrad.dialects.__file__).parent / dialect / "__init__.py").exists():
        pytest.skip(f"the dialect {dialect!r} is not there")
    if backend != "numpy":
        pytest.importorskip(backend, reason=f"{backend} is not installed")
    options = ("--dialect", dialect, "--backend", backend)
    program = f"{CHAPTERS[dialect]}\nprint([float(each) for each in slope])\n"
    assert run(program, options=options) == "[0.0, 4.0, 8.0, 12.0]"
    assert (
        run(program, options=("--check", *options)) == f"the dialect {dialect!r} lacks nothing of what program.py calls"
    )
