"""The kernel that executes a notebook's cells, redirected from the first one on."""

from __future__ import annotations

import asyncio
import os
import shlex
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from importlib import import_module
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from unigrad.errors import ProgramError

__all__ = ["execute"]


def execute(path: str, notebook: Any, selection: list[str]) -> str | None:
    """Execute each cell and give it its outputs; None, or what to say of the cell that was not got through.

    ``path`` is the notebook's file, in whose folder its cells run, and ``selection`` what ``%unigrad`` takes. Raises
    `ProgramError` where the kernel refuses that, or does not start.
    """
    from nbclient.exceptions import CellExecutionError, DeadKernelError

    try:
        asyncio.run(_executed(path, notebook, selection))
    except CellExecutionError as error:
        return str(error)
    except DeadKernelError:
        return "The kernel died before the cell was through."
    except KeyboardInterrupt:
        return "Interrupted before the cell was through."
    return None


async def _executed(path: str, notebook: Any, selection: list[str]) -> None:
    async with _started(_client(path, notebook)) as client:
        await _redirect(client, selection)
        with _progress() as progress:
            task = progress.add_task(os.path.basename(path), total=len(notebook.cells))
            for index, cell in enumerate(notebook.cells):
                await client.async_execute_cell(cell, index)
                progress.advance(task)
        client.set_widgets_metadata()


def _client(path: str, notebook: Any) -> Any:
    from jupyter_client.kernelspec import KernelSpecManager
    from jupyter_client.manager import AsyncKernelManager
    from nbclient import NotebookClient

    # The kernel of this Python, where unigrad is, whatever the notebook was written with.
    manager = AsyncKernelManager(kernel_name="python3", kernel_spec_manager=KernelSpecManager(kernel_dirs=[]))
    place = {"metadata": {"path": os.path.dirname(os.path.abspath(path))}}
    # The kernel's own warnings, of a transport that is Jupyter's ordinary one, are not for the reader of the outputs.
    quiet = ["--log-level=ERROR"]
    return NotebookClient(
        notebook, km=manager, resources=place, timeout=None, record_timing=False, extra_arguments=quiet
    )


@asynccontextmanager
async def _started(client: Any) -> AsyncIterator[Any]:
    """The client with its kernel, which ends with it; nbclient's own way has signal handlers that end it twice."""
    from nbclient.exceptions import DeadKernelError

    try:
        await client.async_start_new_kernel()
        await client.async_start_new_kernel_client()
    except RuntimeError as error:
        raise ProgramError(f"the notebook's kernel does not start: {error}") from error
    idle = False
    try:
        yield client
        idle = True
    except DeadKernelError:
        # nbclient takes every cancellation for the kernel's death; an interrupt is one too.
        if await client.km.is_alive():
            raise KeyboardInterrupt from None
        raise
    finally:
        client.kc.stop_channels()
        await client.km.shutdown_kernel(now=not idle)


async def _redirect(client: Any, selection: list[str]) -> None:
    """Run the magic in a cell that is not the notebook's, and is not counted."""
    from nbclient.exceptions import CellExecutionError

    nbformat: Any = import_module("nbformat")
    cell = nbformat.v4.new_code_cell(f"%load_ext unigrad\n%unigrad {shlex.join(selection)}")
    client.nb.cells.insert(0, cell)
    try:
        await client.async_execute_cell(cell, 0, store_history=False)
    except CellExecutionError as error:
        raise ProgramError(error.evalue) from error
    finally:
        del client.nb.cells[0]


def _progress() -> Progress:
    console = Console(stderr=True)
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    return Progress(*columns, console=console, disable=not console.is_terminal)
