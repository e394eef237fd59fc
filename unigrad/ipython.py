"""The IPython extension: ``%load_ext unigrad``, then ``%unigrad mxnet --backend torch`` redirects the cells below."""

from __future__ import annotations

import os
import shlex
from collections.abc import Callable
from typing import Any, Final

import click

from unigrad.errors import UnigradError
from unigrad.running import folder
from unigrad.running.redirect import Redirect
from unigrad.running.selection import select

__all__ = ["Magic", "load_ipython_extension", "unload_ipython_extension"]

_NAME: Final = "unigrad"


def load_ipython_extension(shell: Any) -> None:
    """Give the shell the magic ``%unigrad``."""
    shell.register_magic_function(Magic(shell), magic_kind="line", magic_name=_NAME)


def unload_ipython_extension(shell: Any) -> None:
    """End the redirect and take the magic away."""
    magic = shell.magics_manager.magics["line"].pop(_NAME, None)
    if magic is not None:
        magic.off()


class Magic:
    """``%unigrad DIALECT [--backend NAME] [--device DEVICE]``: the library's name is the dialect, from the next cell on.

    ``%unigrad off`` ends that: the next import is the library's own. The backend stays, and so do names already bound.
    """

    def __init__(self, shell: Any) -> None:
        self._shell = shell
        self._redirect: Redirect | None = None
        self._uninstall: Callable[[], None] | None = None

    def __call__(self, line: str) -> None:
        """Read the line as a command line; what is wrong in it is one line, and no traceback."""
        from IPython.core.error import UsageError

        try:
            _command.main(shlex.split(line), prog_name=f"%{_NAME}", standalone_mode=False, obj=self)
        except click.ClickException as error:
            raise UsageError(error.format_message()) from None
        except (UnigradError, ValueError) as error:
            raise UsageError(str(error)) from None

    def on(self, dialect: str, backend: str | None, device: str | None) -> None:
        """Redirect the cells to come and the modules that they import from this folder."""
        redirect = Redirect(dialect)
        select(backend, device)
        self.off()
        self._redirect = redirect
        self._shell.ast_transformers.append(redirect)
        self._uninstall = folder.install(redirect, os.getcwd())

    def off(self) -> None:
        """Redirect no more."""
        if self._redirect in self._shell.ast_transformers:
            self._shell.ast_transformers.remove(self._redirect)
        if self._uninstall is not None:
            self._uninstall()
        self._redirect = self._uninstall = None


@click.command(context_settings={"help_option_names": ["-h", "--help"]})
@click.argument("dialect")
@click.option("--backend", metavar="NAME", help="The backend of new arrays.")
@click.option("--device", metavar="DEVICE", help="Where new arrays go, in the backend's spelling.")
@click.pass_obj
def _command(magic: Magic, dialect: str, backend: str | None, device: str | None) -> None:
    """Have the imports of a library lead to its dialect; the dialect 'off' ends that."""
    if dialect == "off":
        magic.off()
    else:
        magic.on(dialect, backend, device)
