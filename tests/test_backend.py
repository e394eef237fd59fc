"""Backend: a declaration that imports nothing, and the namespace of kernels that it turns into."""

from __future__ import annotations

import sys
import types

import numpy
import pytest

from unigrad.backend import Backend, need_kernel
from unigrad.errors import BackendUnavailable, MissingKernel


@pytest.fixture
def library(monkeypatch):
    """A module that can be imported as ``tinylib``, to be filled by a test."""
    module = types.ModuleType("tinylib")
    module.__spec__ = __import__("importlib.machinery").machinery.ModuleSpec("tinylib", None)
    monkeypatch.setitem(sys.modules, "tinylib", module)
    return module


def tiny(**options):
    return Backend("tiny", **{"array_module": "tinylib", "requires": "tinylib", "owns": ("tinylib",)} | options)


def test_the_kernels_are_the_library_s_own_functions(library):
    library.sin = numpy.sin
    xp = tiny().xp
    assert xp.sin is numpy.sin
    assert vars(xp)["sin"] is numpy.sin, "found once, then kept"


def test_the_namespace_is_a_plain_module_that_knows_its_backend(library):
    backend = tiny()
    assert type(backend.xp) is types.ModuleType
    assert backend.xp is backend.xp
    assert backend.xp.__backend__ is backend
    assert backend.xp.__name__ == "unigrad kernels of tiny"


def test_the_backend_s_own_module_comes_before_the_library_and_that_before_the_fallbacks(library, monkeypatch):
    kernels = types.ModuleType("tinykernels")
    monkeypatch.setitem(sys.modules, "tinykernels", kernels)
    kernels.sin, library.sin, library.sigmoid = object(), object(), object()
    xp = tiny(kernels="tinykernels").xp
    assert xp.sin is kernels.sin
    assert xp.sigmoid is library.sigmoid
    assert xp.relu.func.__module__ == "unigrad.fallbacks.elementwise"
    assert xp.relu.args == (xp,)


def test_options_that_the_standard_makes_positional_are_passed_by_position(library):
    library.tile = lambda x, repetitions, /: (x, repetitions)
    assert tiny().xp.tile("x", repetitions=(2,)) == ("x", (2,))
    assert tiny(spelling="own").xp.tile is library.tile


def test_a_fallback_stands_in_where_the_library_lacks_what_the_standard_has(library):
    assert tiny().xp.tile.func.__module__ == "unigrad.fallbacks.manipulation"


def test_a_library_with_numpy_s_spelling_is_called_so(library):
    library.var = lambda x, axis, ddof, keepdims: (x, axis, ddof, keepdims)
    assert tiny(spelling="numpy").xp.var("x", axis=0, correction=1) == ("x", 0, 1, False)


def test_a_missing_kernel_is_named_with_its_backend(library):
    with pytest.raises(MissingKernel) as caught:
        tiny().kernel("airy")
    assert str(caught.value) == (
        "backend 'tiny' has no kernel 'airy', and unigrad has no fallback for it; "
        "give the backend a kernels module with it, have a plugin lend it, or use another backend"
    )


def test_a_known_gap_says_why(library, monkeypatch):
    monkeypatch.setitem(sys.modules, "tinykernels", types.ModuleType("tinykernels"))
    with pytest.raises(MissingKernel) as caught:
        tiny(kernels="tinykernels", gaps={"fft": "needs tinylib 2"}).kernel("fft")
    assert str(caught.value) == (
        "backend 'tiny' has no kernel 'fft', and unigrad has no fallback for it (known: needs tinylib 2); "
        "define it in 'tinykernels', have a plugin lend it, or use another backend"
    )


def test_a_name_that_a_primitive_needs_later_is_found_in_a_namespace_that_is_built(library):
    backend = tiny()
    xp = backend.xp
    library.late = object()
    need_kernel("late")
    need_kernel("never")
    assert xp.late is library.late
    with pytest.raises(MissingKernel, match="^backend 'tiny' has no kernel 'never', "):
        xp.never(1.0)
    assert not backend.provides("never")


def test_provides_tells_without_an_error(library):
    assert tiny().provides("relu")
    assert not tiny().provides("airy")


def test_a_private_name_is_an_ordinary_missing_attribute(library):
    assert not hasattr(tiny().xp, "__wrapped__")
    with pytest.raises(AttributeError, match="^module 'unigrad kernels of tiny' has no attribute '_private'$"):
        tiny().xp._private  # noqa: B018


def test_a_library_that_is_not_installed_is_named_with_the_command_that_installs_it():
    backend = Backend("nope", array_module="no_such_library", requires="no_such_library", owns=(), extra="nope")
    assert backend.available() == "not installed"
    assert backend.version() is None
    with pytest.raises(BackendUnavailable) as caught:
        backend.xp  # noqa: B018
    assert str(caught.value) == (
        "backend 'nope' needs 'no_such_library', which is not installed; try: pip install 'unigrad[nope]'"
    )


def test_a_plugin_of_somebody_else_s_is_installed_by_its_own_name():
    backend = Backend("nope", array_module="no_such", requires="no_such", owns=())
    assert backend.remedy() == "pip install no-such"


def test_a_library_that_does_not_import_is_reported_with_its_own_words(tmp_path, monkeypatch):
    (tmp_path / "brokenlib.py").write_text("raise OSError('libbroken.so.1 is missing')")
    monkeypatch.syspath_prepend(tmp_path)
    backend = Backend("broken", array_module="brokenlib", requires="brokenlib", owns=())
    assert backend.available() == "does not import: OSError: libbroken.so.1 is missing"
    with pytest.raises(BackendUnavailable) as caught:
        backend.xp  # noqa: B018
    assert str(caught.value) == (
        "backend 'broken' needs 'brokenlib', which cannot be imported (OSError: libbroken.so.1 is missing); "
        "try: pip install brokenlib"
    )
    assert isinstance(caught.value.__cause__, OSError)


def test_a_backend_that_finds_no_device_says_so(library, monkeypatch):
    kernels = types.ModuleType("tinykernels")
    kernels.unavailable = lambda: "no GPU: nothing there"
    monkeypatch.setitem(sys.modules, "tinykernels", kernels)
    with pytest.raises(BackendUnavailable, match="^backend 'tiny' cannot be used here: no GPU: nothing there$"):
        tiny(kernels="tinykernels").xp  # noqa: B018


def test_devices_come_from_the_standard_s_inspection(library):
    assert tiny().devices() == ("cpu",)

    class Info:
        def default_device(self):
            return "b"

        def devices(self):
            return ["a", "b"]

    library.__array_namespace_info__ = Info
    assert tiny().devices() == ("b", "a")
    assert tiny().default_device() == "b"
