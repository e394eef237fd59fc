"""What the tests of the dialects share: a backend in force."""

from __future__ import annotations

import pytest

import unigrad as ug


@pytest.fixture(params=["numpy", "torch", "jax"])
def backend(request):
    """A backend in force, by its name."""
    if request.param not in ug.available_backends():
        pytest.skip(f"the library of backend '{request.param}' is not installed")
    with ug.use_backend(request.param):
        yield request.param
