"""The folder of a program: which modules in it are the program's own."""

from __future__ import annotations

import importlib
import sys
from importlib.machinery import ModuleSpec
from types import ModuleType

import pytest
from running_site import write

import unigrad.dialects
from unigrad import plugins
from unigrad.backend import Backend
from unigrad.running import dialect, folder
from unigrad.running.redirect import Redirect

FILES = ("own", "pack/__init__", "pack/leaf", "lent/__init__", "lent/kernels", "venv/lib/site-packages/installed")


@pytest.fixture
def program(tmp_path, monkeypatch):
    """A folder of modules that import json, for which there is a dialect here; nothing of it stays."""
    spoken = ModuleType("unigrad.dialects.json")
    spoken.__spec__ = ModuleSpec(spoken.__name__, None)
    monkeypatch.setitem(sys.modules, spoken.__name__, spoken)
    monkeypatch.setattr(unigrad.dialects, "json", spoken, raising=False)
    monkeypatch.setattr(dialect, "KNOWN", ["json"])
    lent = Backend("lent", array_module="numpy", kernels="lent.kernels", requires="numpy", owns=("numpy",))
    monkeypatch.setattr(plugins, "backends", lambda: {"lent": lent})
    write(tmp_path, {f"{name}.py": "import json" for name in FILES})
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.syspath_prepend(tmp_path / "venv/lib/site-packages")
    before = set(sys.modules)
    yield tmp_path
    for name in {"own", "pack", "pack.leaf", "lent", "lent.kernels", "installed"} - before:
        sys.modules.pop(name, None)


def imported(name):
    sys.modules.pop(name, None)
    return importlib.import_module(name).json.__name__


def test_the_program_s_modules_are_and_a_backend_s_and_installed_ones_are_not(program):
    uninstall = folder.install(Redirect("json"), program)
    try:
        found = {name: imported(name) for name in ("own", "pack", "pack.leaf", "lent", "lent.kernels", "installed")}
    finally:
        uninstall()
    own = dict.fromkeys(("own", "pack", "pack.leaf"), "unigrad.dialects.json")
    assert found == own | dict.fromkeys(("lent", "lent.kernels", "installed"), "json")


def test_uninstalled_it_redirects_no_more(program):
    before = list(sys.path_hooks)
    uninstall = folder.install(Redirect("json"), program)
    assert imported("own") == "unigrad.dialects.json"
    uninstall()
    uninstall()
    assert imported("own") == "json"
    assert sys.path_hooks == before
