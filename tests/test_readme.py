"""The documentation's programs: every Python block of the README and of docs/ runs, in order, a namespace a file."""

from __future__ import annotations

import importlib.util
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import unigrad as ug

ROOT = Path(__file__).resolve().parent.parent
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BLOCK = re.compile(r"^```python\n(.*?)^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)\)")


def blocks() -> Iterator[Any]:
    for page in PAGES:
        text, name = page.read_text(encoding="utf-8"), str(page.relative_to(ROOT))
        for found in BLOCK.finditer(text):
            line = text.count("\n", 0, found.start(1))
            yield pytest.param(name, line, found[1], id=f"{name}:{line + 1}")


@pytest.fixture(scope="module")
def namespaces() -> Iterator[dict[str, dict[str, Any]]]:
    """A namespace a page; the primitives that the pages declare are forgotten again."""
    before = dict(ug.REGISTRY)
    yield {}
    ug.REGISTRY.clear()
    ug.REGISTRY.update(before)


@pytest.mark.parametrize(("page", "line", "code"), list(blocks()))
def test_the_block_runs(page, line, code, namespaces):
    for library in ("torch", "jax"):
        if f'"{library}"' in code and importlib.util.find_spec(library) is None:
            pytest.skip(f"the block needs {library}, which is not installed")
    # The empty lines in front make the numbers in a traceback the page's own.
    exec(compile("\n" * line + code, page, "exec"), namespaces.setdefault(page, {"__name__": page}))


def test_every_page_that_is_linked_to_is_there():
    linked = [(page, link) for page in PAGES for link in LINK.findall(page.read_text(encoding="utf-8"))]
    assert [(page.name, link) for page, link in linked if not (page.parent / link).exists()] == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120
