"""CuPy's kernels, driven on the host: a stand-in with CuPy's names and signatures, and NumPy behind them.

This is no test of CuPy. It shows that the kernels ask for nothing that CuPy does not have, and that what they make of
it is right if CuPy's functions mean what NumPy's of the same names mean. It needs no GPU, and is skipped without CuPy.
"""

from __future__ import annotations

import contextlib
import importlib
import inspect
import sys
import types
import warnings

import numpy
import pytest
import scipy.special
from kernel_cases import CASES, agree, answer

from unigrad import plugins
from unigrad.backend import Backend

cupy = pytest.importorskip("cupy", reason="cupy is not installed: its names cannot be checked")
cupy_special = importlib.import_module("cupyx.scipy.special")


class Ufunc:
    """One of CuPy's ufuncs: only the methods that CuPy's have, only positional arrays."""

    def __init__(self, name):
        self._numpy, self._cupy = getattr(numpy, name), getattr(cupy, name)

    def __call__(self, *arrays):
        assert len(arrays) == self._cupy.nin
        return self._numpy(*arrays)

    def __getattr__(self, name):
        getattr(self._cupy, name)
        return getattr(self._numpy, name)


def checked(name):
    """NumPy's function of this name, called only as CuPy's can be."""
    signature, function = inspect.signature(getattr(cupy, name)), getattr(numpy, name)

    def call(*args, **options):
        signature.bind(*args, **options)
        return function(*args, **options)

    return call


def device(number):
    assert number in (0, 1)
    return contextlib.nullcontext()


class StandIn(types.ModuleType):
    """The module ``cupy`` as the kernels see it."""

    ndarray = numpy.ndarray
    cuda = types.SimpleNamespace(
        Device=device,
        runtime=types.SimpleNamespace(
            getDeviceCount=lambda: 2, getDevice=lambda: 0, CUDARuntimeError=cupy.cuda.runtime.CUDARuntimeError
        ),
    )

    @staticmethod
    def asnumpy(data):
        return numpy.asarray(data)

    def __getattr__(self, name):
        there = getattr(cupy, name)
        if isinstance(there, cupy.ufunc):
            return Ufunc(name)
        here = getattr(numpy, name)
        return checked(name) if inspect.isroutine(there) else here


class Special(types.ModuleType):
    """SciPy's special functions, as far as CuPy has them."""

    def __getattr__(self, name):
        assert hasattr(cupy_special, name)
        return getattr(scipy.special, name)


@pytest.fixture(scope="module")
def stand_in():
    """The kernels of the backend ``cupy`` over the stand-in."""
    fake = StandIn("cupy")
    fake.__spec__ = sys.modules["cupy"].__spec__
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "cupy", fake)
        patch.setitem(sys.modules, "cupyx.scipy.special", Special("cupyx.scipy.special"))
        patch.delitem(sys.modules, "unigrad_cupy.kernels", raising=False)
        declared = plugins.backend("cupy")
        backend = Backend(
            "cupy stand-in",
            array_module=declared.array_module,
            kernels=declared.kernels,
            spelling=declared.spelling,
            requires=declared.requires,
            owns=(),
        )
        yield backend.xp
    sys.modules.pop("unigrad_cupy.kernels", None)
    importlib.invalidate_caches()


@pytest.mark.parametrize("case", CASES, ids=str)
def test_the_kernels_ask_only_for_what_cupy_has(stand_in, case):
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        got = answer(stand_in, case)
    expected = answer(plugins.backend("numpy").xp, case)
    assert agree(got, expected), f"{got}\nis not\n{expected}"


def test_the_array_methods_in_use_are_cupy_s_too():
    for name in "astype reshape transpose squeeze shape ndim size dtype device".split():
        assert hasattr(cupy.ndarray, name)


def test_devices_go_by_their_names(stand_in):
    assert stand_in.devices() == ("cuda:0", "cuda:1")
    assert stand_in.zeros((2,), device="cuda:1").shape == (2,)
    with pytest.raises(ValueError, match="^no device 'cpu'; known: cuda:0, cuda:1$"):
        stand_in.zeros((2,), device="cpu")


def test_the_stand_in_refuses_what_cupy_does_not_have(stand_in):
    library = sys.modules["cupy"]
    with pytest.raises(AttributeError):
        library.vecdot  # noqa: B018
    with pytest.raises(TypeError):
        library.sort(numpy.zeros(3), stable=True)
