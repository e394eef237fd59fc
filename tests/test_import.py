"""What ``import unigrad`` brings along: no array library, no backend, no suite."""

from __future__ import annotations

import subprocess
import sys

import pytest


def loaded_after(code: str) -> set[str]:
    done = subprocess.run(
        [sys.executable, "-c", f"{code}\nimport sys; print(*sys.modules)"], capture_output=True, text=True, check=True
    )
    return {name.partition(".")[0] for name in done.stdout.split()}


@pytest.mark.parametrize(
    "code",
    [
        "import unigrad",
        "import unigrad.numpy",
        "import unigrad.cli",
        "import unigrad; from unigrad import plugins; plugins.backends()",
    ],
)
def test_no_array_library_is_loaded(code):
    assert not loaded_after(code) & {"numpy", "torch", "jax", "jaxlib", "cupy", "scipy", "tensorflow"}


def test_only_the_backend_that_is_used_loads_its_library():
    loaded = loaded_after("import unigrad.numpy as np\nnp.asarray([1.0])")
    assert "numpy" in loaded
    assert not loaded & {"torch", "jax", "cupy"}


def test_the_suite_is_not_loaded():
    assert "unigrad_conformance" not in loaded_after("import unigrad, unigrad.cli")
