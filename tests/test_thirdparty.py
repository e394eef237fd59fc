"""A backend from outside: really installed into a fresh virtual environment, and put through the conformance suite."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pages
import pytest

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
PLUGIN = HERE / "thirdparty" / "unigrad_strict"


@pytest.fixture(scope="module")
def python(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The interpreter of a fresh environment that holds the checkout, the plugin, and what they depend on."""
    place = tmp_path_factory.mktemp("outside") / "venv"
    run(sys.executable, "-m", "venv", place)
    python = place / ("Scripts" if os.name == "nt" else "bin") / "python"
    pinned = ("-c", ROOT / "constraints.txt")
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pinned, ROOT)
    run(python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *pinned, PLUGIN)
    return python


def run(*command: object, status: int = 0) -> str:
    """What a command prints; it has to end with this status."""
    # Neither the checkout nor the environment of the tests may lend the new one anything.
    clean = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "PYTHONHOME")}
    done = subprocess.run(
        [str(word) for word in command], capture_output=True, text=True, check=False, cwd=HERE, env=clean
    )
    assert done.returncode == status, f"{command}:\n{done.stdout}\n{done.stderr}"
    return done.stdout


@pytest.mark.slow
def test_the_plugin_is_registered_under_its_own_distribution(python):
    where = run(python, "-c", "from unigrad import plugins; print(plugins.origin('strict'))")
    assert where == "unigrad-strict 1.0 (unigrad_strict)\n"


@pytest.mark.slow
def test_nothing_but_the_packages_is_installed(python):
    code = "from importlib.util import find_spec as f; print([n for n in ('backends', 'conformance', 'tests') if f(n)])"
    assert run(python, "-I", "-c", code) == "[]\n"


@pytest.mark.slow
def test_a_gradient_comes_out_on_it(python):
    code = """
import unigrad as ug, unigrad.numpy as np
ug.set_backend("strict")
print(ug.grad(lambda x: (np.sin(x) * x[::-1]).sum())(np.asarray([0.0, 1.0])).tolist(), ug.get_backend().name)
"""
    assert run(python, "-c", code) == "[1.8414709568023682, 0.0] strict\n"


@pytest.mark.slow
def test_it_passes_the_conformance_suite(python, tmp_path):
    report = tmp_path / "report.json"
    table = run(python, "-m", "unigrad_conformance", "--backend", "strict", "--report", report)
    assert "strict" in table
    skipped = [line for line in table.splitlines() if "not run: " in line]
    assert all("hypothesis, which is not installed" in line for line in skipped)  # users need no tests' libraries
    assert len(skipped) == table.count("not run") - 2  # besides the case's cell and the total
    assert "strict" in json.dumps(json.loads(report.read_text()))


@pytest.mark.slow
def test_the_packages_of_the_how_to_pages_install_and_pass_the_suite(python, tmp_path):
    for page, name in (("add-a-primitive.md", "haversine"), ("add-a-kernel.md", "sigmoid")):
        place = tmp_path / name
        pages.write(page, place)
        install = (python, "-m", "pip", "install", "--quiet", "--disable-pip-version-check")
        run(*install, "-c", ROOT / "constraints.txt", place)
        run(python, place / "use.py")
        report = tmp_path / f"{name}.json"
        run(python, "-m", "unigrad_conformance", "--backend", "numpy", "--select", f"/{name}", "--report", report)
        cases = json.loads(report.read_text())["cases"]
        assert {case["suite"] for case in cases} == {"kernels", "rules", "batching", "compiling"}
        assert {case["status"] for case in cases} == {"passed"}
