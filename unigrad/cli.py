"""The command ``unigrad``: what is installed, and whether every gradient comes out right on it."""

from __future__ import annotations

import runpy
import sys

import click
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from unigrad import plugins
from unigrad.backend import Backend
from unigrad.errors import UnigradError

__all__ = ["main"]


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name="unigrad", message="unigrad %(version)s")
def main() -> None:
    """Automatic differentiation on the arrays of NumPy, Torch, JAX and CuPy."""


@main.command()
def backends() -> None:
    """List the backends: version, devices, who registers each, and what keeps one from being used."""
    table = Table("backend", "version", "devices", "registered by", "state")
    try:
        for name, backend in plugins.backends().items():
            table.add_row(name, backend.version() or "-", *_devices_and_state(backend))
        for name, error in plugins.failures().items():
            table.add_row(name, "-", "-", "-", escape(f"not loaded: {error}"))
    except UnigradError as error:
        raise click.ClickException(str(error)) from error
    _console().print(table)


@main.command(add_help_option=False, context_settings={"ignore_unknown_options": True})
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def conformance(arguments: tuple[str, ...]) -> None:
    """Check every backend: the chapter's programs, the kernels, the rules. Options: unigrad conformance --help."""
    # By its name, and as "python -m" would: unigrad must not import the suite that tests it, and the exit status is
    # the suite's own (0 all that ran passed, 1 something failed, 2 bad usage).
    before, sys.argv = sys.argv, ["unigrad conformance", *arguments]
    try:
        runpy.run_module("unigrad_conformance", run_name="__main__")
    finally:
        sys.argv = before


def _devices_and_state(backend: Backend) -> tuple[str, str, str]:
    place = plugins.origin(backend.name)
    reason = backend.available()
    if reason is None:
        return ", ".join(backend.devices()), place, "ready"
    # Where the library is there already, installing it again would not bring what is missing.
    cure = "" if backend.version() else f"; try: {backend.remedy()}"
    return "-", place, escape(f"unavailable: {reason}{cure}")


def _console() -> Console:
    """The terminal at its width; a pipe or a file wide enough that no sentence is broken."""
    return Console() if sys.stdout.isatty() else Console(width=200)
