"""The settings: which backend decides, for whom, and what becomes of Python numbers."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading

import numpy
import pytest

import unigrad as ug
import unigrad.numpy as np
from unigrad import plugins, settings
from unigrad.backend import Backend
from unigrad.errors import DTypeError, MixedBackends, UnknownBackend

OTHER = Backend("other", array_module="numpy", kernels="unigrad_numpy.kernels", requires="numpy", owns=("otherlib",))


@pytest.fixture(autouse=True)
def restored(monkeypatch):
    """Whatever a test sets is as before after it."""
    monkeypatch.setattr(settings, "_global", settings._global)
    monkeypatch.setattr(settings, "_default_dtype", settings._default_dtype)


def test_the_backend_is_numpy_unless_something_else_is_asked_for():
    assert ug.get_backend().name == "numpy"
    assert np.zeros(2).backend.name == "numpy"


def test_set_backend_gives_the_backend_it_sets():
    assert ug.set_backend(OTHER) is OTHER
    assert ug.get_backend() is OTHER
    assert np.zeros(2).backend is OTHER


def test_the_innermost_use_backend_goes_before_set_backend():
    ug.set_backend(OTHER)
    with ug.use_backend("numpy") as inner:
        assert inner.name == ug.get_backend().name == "numpy"
        with ug.use_backend(OTHER):
            assert ug.get_backend() is OTHER
        assert ug.get_backend() is inner
    assert ug.get_backend() is OTHER


def test_an_exception_in_use_backend_restores_the_backend():
    with pytest.raises(KeyboardInterrupt), ug.use_backend(OTHER):
        raise KeyboardInterrupt
    assert ug.get_backend().name == "numpy"


def test_a_tensor_remembers_its_own_backend():
    x = np.asarray([1.0])
    with ug.use_backend(OTHER):
        assert (x + 1.0).backend.name == "numpy"


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("print(ug.get_backend().name)", "torch"),
        ("ug.set_backend('numpy'); print(ug.get_backend().name)", "numpy"),
        ("with ug.use_backend('numpy'): print(ug.get_backend().name)", "numpy"),
    ],
)
def test_the_environment_variable_goes_before_numpy_and_behind_the_rest(monkeypatch, code, expected):
    if expected == "torch":
        pytest.importorskip("torch", reason="torch is not installed")
    monkeypatch.setenv("UNIGRAD_BACKEND", "torch")
    run = subprocess.run(
        [
            sys.executable,
            "-c",
            f"import unigrad as ug; {code}" if ";" in code or "print" in code[:5] else f"import unigrad as ug\n{code}",
        ],
        capture_output=True,
        text=True,
        check=True,
    )
    assert run.stdout.strip() == expected


def test_an_unknown_backend_changes_nothing():
    with pytest.raises(UnknownBackend) as caught:
        ug.set_backend("tpu")
    assert str(caught.value) == f"no backend named 'tpu'; known: {', '.join(plugins.backends())}"
    with pytest.raises(UnknownBackend):
        ug.use_backend("tpu")
    assert ug.get_backend().name == "numpy"


def test_a_thread_sees_set_backend_and_no_use_backend_of_another():
    seen = []
    ug.set_backend(OTHER)
    with ug.use_backend("numpy"):
        thread = threading.Thread(target=lambda: seen.append(ug.get_backend().name))
        thread.start()
        thread.join()
    assert seen == ["other"]


def test_asyncio_tasks_do_not_see_each_others_backend():
    seen = []

    async def scoped():
        with ug.use_backend(OTHER):
            await asyncio.sleep(0)
            await asyncio.sleep(0)

    async def plain():
        await asyncio.sleep(0)
        seen.append(ug.get_backend().name)

    async def both():
        await asyncio.gather(scoped(), plain())

    asyncio.run(both())
    assert seen == ["numpy"]


def test_numpy_is_always_available():
    assert "numpy" in ug.available_backends()


def test_python_floats_become_the_default_dtype():
    assert ug.get_default_dtype() == "float32"
    ug.set_default_dtype("float64")
    assert ug.get_default_dtype() == "float64"
    assert np.asarray([1.0]).dtype == np.zeros(2).dtype == np.sqrt(2).dtype == "float64"
    assert np.asarray(1j).dtype == "complex128"
    ug.set_default_dtype(numpy.float32)
    assert np.asarray([1.0], dtype=float).dtype == "float32"


def test_the_default_dtype_must_be_real_floating():
    with pytest.raises(DTypeError) as caught:
        ug.set_default_dtype("int64")
    assert str(caught.value) == "the default dtype must be real floating, not 'int64'; try 'float32' or 'float64'"
    assert ug.get_default_dtype() == "float32"


def test_two_backends_in_one_operation_are_refused():
    x = np.asarray([1.0])
    with ug.use_backend(OTHER):
        y = np.asarray([1.0])
    with pytest.raises(MixedBackends) as caught:
        x + y
    assert (
        str(caught.value)
        == "the operands are on two backends, 'numpy' and 'other'; move one of them, for example with x.to_backend('numpy')"
    )


def test_weights_of_another_backend_are_refused():
    x = np.asarray([1.0]).attach_grad()
    with ug.use_backend(OTHER):
        weights = np.asarray([1.0])
    with pytest.raises(MixedBackends):
        (x * x).backward(weights)
    assert x.grad.tolist() == [0.0]


def test_a_torch_array_beside_a_numpy_tensor_is_refused():
    torch = pytest.importorskip("torch", reason="torch is not installed")
    with pytest.raises(MixedBackends) as caught:
        np.asarray([1.0]) * torch.ones(1)
    assert (
        str(caught.value)
        == "the operands are on two backends, 'numpy' and 'torch'; move one of them, for example with x.to_backend('numpy')"
    )
