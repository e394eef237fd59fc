"""The command line: the version, the table of backends, and the way to the conformance suite."""

from __future__ import annotations

import subprocess
import sys
from importlib import metadata

import pytest
from click.testing import CliRunner

from unigrad import plugins
from unigrad.backend import Backend
from unigrad.cli import main
from unigrad.errors import UnknownHook


def lines(*arguments, status=0):
    result = CliRunner().invoke(main, arguments)
    assert result.exit_code == status, result.output
    return result.output.splitlines()


def row(name):
    (found,) = [line for line in lines("backends") if line.startswith(f"│ {name} ")]
    return [cell.strip() for cell in found.strip("│").split("│")]


def test_the_version_is_the_distribution_s():
    assert lines("--version") == [f"unigrad {metadata.version('unigrad')}"]


def test_a_backend_that_can_be_used_is_ready():
    version = metadata.version("unigrad")
    numpy = metadata.version("numpy")
    assert row("numpy") == ["numpy", numpy, "cpu", f"unigrad {version} (unigrad_numpy)", "ready"]


def test_a_backend_that_is_not_installed_is_listed_with_the_command_that_installs_it(monkeypatch):
    nope = Backend("nope", array_module="no_such", requires="no_such", owns=(), extra="nope")
    monkeypatch.setattr(plugins, "backends", lambda: {"nope": nope})
    monkeypatch.setattr(plugins, "origin", lambda name: "somewhere 1.0 (nope)")
    assert row("nope") == [
        "nope",
        "-",
        "-",
        "somewhere 1.0 (nope)",
        "unavailable: not installed; try: pip install 'unigrad[nope]'",
    ]


def test_a_plugin_that_did_not_load_is_listed_with_the_reason(monkeypatch):
    monkeypatch.setattr(plugins, "failures", lambda: {"bad": OSError("libbad is missing")})
    assert row("bad") == ["bad", "-", "-", "-", "not loaded: libbad is missing"]


def test_an_error_of_unigrad_s_is_a_sentence_and_a_status(monkeypatch):
    def refuse():
        raise UnknownHook("the plugin 'typo' implements a hook that does not exist")

    monkeypatch.setattr(plugins, "backends", refuse)
    assert lines("backends", status=1) == ["Error: the plugin 'typo' implements a hook that does not exist"]


def test_an_unknown_command_is_bad_usage():
    assert lines("gradients", status=2)[-1] == "Error: No such command 'gradients'."


@pytest.mark.parametrize("status", [0, 1, 2])
def test_conformance_hands_its_options_and_its_status_through(monkeypatch, status):
    called = []

    def run_module(name, run_name):
        called.append((name, run_name, sys.argv))
        raise SystemExit(status)

    monkeypatch.setattr("runpy.run_module", run_module)
    lines("conformance", "--backend", "numpy", "--suite=chapter", status=status)
    argv = ["unigrad conformance", "--backend", "numpy", "--suite=chapter"]
    assert called == [("unigrad_conformance", "__main__", argv)]


def test_an_unknown_backend_lists_the_known_and_is_bad_usage():
    command = [sys.executable, "-m", "unigrad_conformance", "--backend", "tpu"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "tpu" in done.stderr
    assert all(name in done.stderr for name in plugins.backends())
