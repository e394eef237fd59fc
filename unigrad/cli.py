"""The command ``unigrad``: what is installed, whether every gradient comes out right on it, and programs run on it."""

from __future__ import annotations

import os
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


# What follows the program is the program's, be it spelled like an option.
@main.command(context_settings={"allow_interspersed_args": False})
@click.option("--dialect", metavar="NAME", required=True, help="The library that the program was written for.")
@click.option("--backend", metavar="NAME", help="The backend to run it on; 'unigrad backends' lists them.")
@click.option("--device", metavar="DEVICE", help="Where its arrays go, in the backend's spelling: cuda:0.")
@click.option("--check", is_flag=True, help="Run nothing; list each name that it calls and the dialect lacks.")
@click.option("--output", metavar="FILE", help="A notebook's copy with the outputs; else NOTEBOOK.out.ipynb beside it.")
@click.argument("program")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def run(
    dialect: str,
    backend: str | None,
    device: str | None,
    check: bool,
    output: str | None,
    program: str,
    arguments: tuple[str, ...],
) -> None:
    """Run PROGRAM, a file .py or .ipynb written for another library, unchanged on unigrad.

    In its own files the imports of that library lead to the dialect. Its ARGUMENTS and its exit status are its own; the
    status is 2 where it could not be begun.
    """
    from unigrad.running.request import Request

    request = Request(program, arguments, dialect, backend, device, output)
    try:
        status = request.check() if check else request.run()
    except UnigradError as error:
        raise _BadInput(str(error)) from error
    sys.exit(status)


@main.command()
@click.option(
    "--backend", "backends", metavar="NAME", multiple=True, help="A backend that takes part; else all there are."
)
@click.option(
    "--args", "arguments", metavar="NAME", help="The program's tuple of arguments, or a function that makes it."
)
@click.option("--rtol", type=float, help="How far results may be apart, relative to the largest entry.")
@click.option("--atol", type=float, help="How far they may be apart besides.")
@click.argument("target", metavar="PROGRAM.py:FUNCTION")
def compare(
    backends: tuple[str, ...], arguments: str | None, rtol: float | None, atol: float | None, target: str
) -> None:
    """Run a FUNCTION of a program on several backends in lock-step, and its gradients on each.

    Shows the first result that differs. The status is 1 if there is one, 2 where it could not be begun.
    """
    from unigrad.running.target import Target
    from unigrad.settings import use_backend
    from unigrad.transforms import compare as run

    try:
        with use_backend(backends[0] if backends else "numpy"):
            found = Target(target, arguments)
            result = run(found.function, *found.arguments, backends=backends or None, rtol=rtol, atol=atol)
    except UnigradError as error:
        raise _BadInput(str(error)) from error
    _console().print(result)
    sys.exit(0 if result else 1)


# As above, what follows the program is its own.
@main.command(context_settings={"allow_interspersed_args": False})
@click.option("--dialect", metavar="NAME", help="The library that the program was written for, if not unigrad itself.")
@click.option("--backend", metavar="NAME", help="The backend to run it on.")
@click.option("--device", metavar="DEVICE", help="Where its arrays go, in the backend's spelling: cuda:0.")
@click.option("--number", metavar="N", default=1, show_default=True, help="Which reverse sweep, or call of FUNCTION.")
@click.option("--output", metavar="FILE", help="The page, or FILE.svg, .dot, .txt, .json; else PROGRAM.html here.")
@click.option("--step", is_flag=True, help="Walk the sweep in the terminal.")
@click.argument("target", metavar="PROGRAM.py[:FUNCTION]")
@click.argument("arguments", nargs=-1, type=click.UNPROCESSED)
def explain(
    dialect: str | None,
    backend: str | None,
    device: str | None,
    number: int,
    output: str | None,
    step: bool,
    target: str,
    arguments: tuple[str, ...],
) -> None:
    """Run PROGRAM and show a graph that it recorded: its first reverse sweep, or the first call of its FUNCTION.

    The result is one HTML file: the graph, each node's value, line and rule, and both sweeps step by step. The program
    runs to its end, and the exit status is its own; 2 where it could not be begun.
    """
    from unigrad.explaining.explanation import ending
    from unigrad.running.explained import ExplainedProgram, redirect_of
    from unigrad.running.selection import select

    try:
        if output is not None:
            ending(output)
        asked = ExplainedProgram(target, number, step)
        redirect = redirect_of(dialect)
        select(backend, device)
        explanation = asked.run(arguments, redirect)
        if output is not None or not step:
            name = os.path.splitext(os.path.basename(asked.path))[0]
            click.echo(f"{explanation!r} is in {explanation.save(output or f'{name}.html')}", err=True)
    except (UnigradError, OSError) as error:
        raise _BadInput(str(error)) from error
    sys.exit(asked.status)


class _BadInput(click.ClickException):
    """One line, and the exit status of bad usage."""

    exit_code = 2


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
