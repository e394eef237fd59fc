"""The packages that the how-to pages show: their files are the pages' blocks with a path behind the language."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

PAGES = Path(__file__).resolve().parent.parent / "docs" / "how-to"
FILE = re.compile(r"^```\w+ (\S+)\n(.*?)^```$", re.DOTALL | re.MULTILINE)


def files(page: str) -> dict[str, str]:
    """The files of a page by their paths."""
    return dict(FILE.findall((PAGES / page).read_text(encoding="utf-8")))


def write(page: str, place: Path) -> None:
    """Put a page's files into the folder `place`."""
    for path, text in files(page).items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(text, encoding="utf-8")


def register(place: Path) -> None:
    """Give the folder `place`, a project, the metadata that an installation would, so that it is one where it lies."""
    project = tomllib.loads((place / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    name, version = project["name"], project["version"]
    info = place / f"{name}-{version}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", encoding="utf-8")
    points = (f"[{group}]\n" + "".join(f"{key} = {value}\n" for key, value in entries.items())
              for group, entries in project["entry-points"].items())  # fmt: skip
    (info / "entry_points.txt").write_text("".join(points), encoding="utf-8")
