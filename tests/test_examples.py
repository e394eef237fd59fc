"""The examples: each program on every backend, beside closed forms, beside the real library, and as a notebook."""

from __future__ import annotations

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import numpy
import pytest

import unigrad as ug
from unigrad.running.redirect import Redirect

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT / "examples"))
import notebooks  # noqa: E402 - a script of the examples

SCRIPTS = {f"{script.parent.name}/{script.stem}": script for script in notebooks.scripts()}
BACKENDS = [name for name in ("numpy", "torch", "jax") if importlib.util.find_spec(name)]
INSTALLED = [name for name in ("torch", "jax", "autograd") if importlib.util.find_spec(name)]
X = numpy.arange(4.0)
CLOSED_FORMS = {
    "gradient before any arrives": 0 * X,
    "2 x.x": 28.0,
    "gradient of 2 x.x": 4 * X,
    "gradient of the sum": numpy.ones(4),
    "gradient of x * x": 2 * X,
    "weighted gradient of x * x": 2 * X * numpy.array([1.0, 0.0, 2.0, -1.0]),
    "gradient of u * x": X**2,
    "gradient of y": 2 * X,
    "f(0.37)": 0.37 * 4096,
    "slope of f at 0.37": 4096.0,
    "f(-1.9)": -1.9 * 102400,
    "slope of f at -1.9": 102400.0,
}

NATIVE = """
import json, runpy, sys, numpy
results = runpy.run_path(sys.argv[1], run_name="example")["results"]
arrays = {name: numpy.asarray(value) for name, value in results.items()}
print(json.dumps({name: [array.tolist(), array.dtype.name] for name, array in arrays.items()}))
"""

#: A notebook in unigrad's own spelling is executed as any notebook is, on the backend that the environment names.
EXECUTED = """
import sys, nbclient, nbformat
notebook = nbformat.read(sys.argv[1], as_version=4)
nbclient.NotebookClient(notebook, kernel_name="python3").execute()
nbformat.write(notebook, sys.argv[2])
"""


def dialect_of(name):
    return name.rpartition("in_")[2]


def results_of(name, backend):
    """What a program computes on a backend, as NumPy arrays: its imports lead to the dialect, if it has one."""
    script = SCRIPTS[name]
    scope = {"__name__": "example", "__file__": str(script)}
    source = script.read_bytes()
    native = dialect_of(name) == "unigrad"
    code = compile(source, script, "exec") if native else Redirect(dialect_of(name)).compiled(source, str(script))
    with ug.use_backend(backend):
        exec(code, scope)
    return {key: host(value) for key, value in scope["results"].items()}


def host(value):
    return numpy.asarray(
        value.detach().numpy() if hasattr(value, "detach") else getattr(value, "numpy", lambda: value)()
    )


@pytest.fixture(scope="module")
def computed():
    """The results of each program on each backend, computed once."""
    known = {}

    def compute(name, backend):
        if (name, backend) not in known:
            known[name, backend] = results_of(name, backend)
        return known[name, backend]

    return compute


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", [name for name in SCRIPTS if name.startswith("chapter/")])
def test_the_chapter_has_its_closed_forms(computed, name, backend):
    results = computed(name, backend)
    assert set(results) >= set(CLOSED_FORMS) - {"gradient before any arrives"}
    for key, value in results.items():
        assert value == pytest.approx(numpy.asarray(CLOSED_FORMS[key]), rel=1e-5), key


@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", [name for name in SCRIPTS if name.startswith("from_scratch/")])
def test_learning_from_scratch_comes_to_the_same_on_every_backend_and_in_every_spelling(computed, name, backend):
    results = computed(name, backend)
    expected = computed("from_scratch/in_torch", "numpy")
    assert list(results) == list(expected)
    for key, value in results.items():
        assert value == pytest.approx(expected[key], rel=5e-3, abs=2e-3), key
        assert "accuracy" not in key or value > 0.9


@pytest.mark.parametrize("name", [name for name in SCRIPTS if dialect_of(name) in INSTALLED])
def test_the_real_library_gives_the_same_values_and_dtypes(computed, name):
    command = [sys.executable, "-c", NATIVE, str(SCRIPTS[name])]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    native = json.loads(done.stdout.splitlines()[-1])
    results = computed(name, "numpy")
    assert list(results) == list(native)
    for key, (value, dtype) in native.items():
        assert results[key] == pytest.approx(numpy.asarray(value), rel=5e-3, abs=2e-3), key
        assert results[key].dtype.name == dtype, key


@pytest.mark.parametrize("name", SCRIPTS)
def test_the_notebook_is_the_script(name):
    script = SCRIPTS[name]
    assert script.with_suffix(".ipynb").read_text(encoding="utf-8") == notebooks.written(script)


@pytest.mark.slow
@pytest.mark.parametrize("backend", BACKENDS)
@pytest.mark.parametrize("name", SCRIPTS)
def test_the_notebook_runs_to_a_copy_with_outputs(name, backend, tmp_path):
    pytest.importorskip("nbclient", reason="notebooks are run by nbclient, which is not installed")
    if name.startswith("from_scratch/") and backend != "numpy":
        pytest.skip("the same cells run on this backend as a script, above")
    copy = tmp_path / "copy.ipynb"
    program = str(SCRIPTS[name].with_suffix(".ipynb"))
    if dialect_of(name) == "unigrad":
        command = [sys.executable, "-c", EXECUTED, program, str(copy)]
    else:
        start = [sys.executable, "-c", "from unigrad.cli import main; main()", "run"]
        command = [*start, "--dialect", dialect_of(name), "--backend", backend, "--output", str(copy), program]
    environment = os.environ | {"UNIGRAD_BACKEND": backend}
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    cells = json.loads(copy.read_text(encoding="utf-8"))["cells"]
    assert any(cell.get("outputs") for cell in cells)
