"""Notebooks from the scripts beside this file: ``python examples/notebooks.py`` writes each ``*.py`` anew as ``*.ipynb``.

A line ``# %%`` begins a cell, ``# %% [markdown]`` one of text. The last cell of a script, which prints its results, is for
the terminal and left out.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
MARK = "# %%"


def notebook(script: str) -> dict[str, Any]:
    """The notebook of a script, in nbformat 4.5, without outputs."""
    cells = [cell(number, part) for number, part in enumerate(script.split(MARK)[1:]) if "__main__" not in part]
    language = {"name": "python", "display_name": "Python 3", "language": "python"}
    return {"cells": cells, "metadata": {"kernelspec": language}, "nbformat": 4, "nbformat_minor": 5}


def cell(number: int, part: str) -> dict[str, Any]:
    """One cell, from the text that follows its mark."""
    kind, _, body = part.partition("\n")
    lines = body.strip("\n").splitlines()
    if "[markdown]" in kind:
        text = "\n".join(line.removeprefix("#").removeprefix(" ") for line in lines)
        return {"id": f"cell-{number}", "cell_type": "markdown", "metadata": {}, "source": text}
    code: dict[str, Any] = {"id": f"cell-{number}", "cell_type": "code", "metadata": {}, "source": "\n".join(lines)}
    return code | {"execution_count": None, "outputs": []}


def written(script: Path) -> str:
    """The text of the notebook that belongs to a script."""
    return json.dumps(notebook(script.read_text(encoding="utf-8")), indent=1, ensure_ascii=False) + "\n"


def scripts() -> list[Path]:
    """The scripts that have notebooks."""
    return sorted(HERE.glob("*/in_*.py"))


if __name__ == "__main__":
    for script in scripts():
        script.with_suffix(".ipynb").write_text(written(script), encoding="utf-8")
