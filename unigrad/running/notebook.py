"""A notebook: the file of cells that is read, and the file that its copy with the outputs goes to."""

from __future__ import annotations

import json
import os
import warnings
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, Final

from unigrad.errors import ProgramError

__all__ = ["code_cells", "copy_of", "is_notebook", "read", "write"]

_NEEDED: Final = ("nbformat", "nbclient", "ipykernel")


def is_notebook(path: str) -> bool:
    """Whether the file is a notebook, by its name."""
    return path.lower().endswith(".ipynb")


def read(path: str, source: bytes) -> Any:
    """The notebook, in the present format; raises `ProgramError` for a broken one, or where nbclient is missing."""
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        raise ProgramError(
            f"a notebook needs {missing[0]!r}, which is not installed; try: pip install 'unigrad[notebook]'"
        )
    nbformat: Any = import_module("nbformat")
    try:
        fields = json.loads(source)
        if not isinstance(fields, dict) or "nbformat" not in fields:
            raise TypeError("it has no field 'nbformat'")
        with warnings.catch_warnings(action="ignore"):  # of cells without an id, which only editors need
            found = nbformat.convert(nbformat.reader.reads(source.decode()), 4)
            nbformat.validate(found)
        language = found.metadata.get("kernelspec", {}).get("language", "python")
        if language.lower() != "python":
            raise ValueError(f"its cells are {language}, not Python")
    except Exception as error:
        reason = (str(error).splitlines() or [type(error).__name__])[0]
        raise ProgramError(f"{path!r} is not a notebook that can be read: {reason}") from error
    return found


def code_cells(notebook: Any) -> list[str]:
    """The source of each code cell."""
    return [cell.source for cell in notebook.cells if cell.cell_type == "code"]


def copy_of(path: str, output: str | None) -> Path:
    """The file that the copy goes to: `output`, or ``<name>.out.ipynb`` beside the notebook.

    Raises `ProgramError` where it would be the notebook itself, or has no folder to be in.
    """
    copy = Path(output) if output else Path(path).with_suffix(".out.ipynb")
    if copy.resolve() == Path(path).resolve():
        raise ProgramError(f"{path!r} is executed to a copy; give '--output' another name than the notebook's")
    if copy.is_dir() or not os.access(copy if copy.exists() else copy.parent, os.W_OK):
        raise ProgramError(
            f"the copy {str(copy)!r} cannot be written; give '--output' a file in a folder that is there"
        )
    return copy


def write(notebook: Any, copy: Path) -> None:
    """Write the notebook to the file, outputs and all."""
    nbformat: Any = import_module("nbformat")
    nbformat.write(notebook, copy)
