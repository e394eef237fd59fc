"""The documentation's programs: every Python block of the README and of docs/ runs, in order, a namespace a file."""

from __future__ import annotations

import contextlib
import re
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs"))
from unigrad_site.blocks import blocks, isolated, lacking, run  # noqa: E402 - a package of the documentation

BUILT = ROOT / "docs" / "_build"
PAGES = [ROOT / "README.md", *sorted(page for page in (ROOT / "docs").rglob("*.md") if BUILT not in page.parents)]
PROGRAM = re.compile(r"^```.*?^```$|`[^`\n]+`", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\(([^)#:]+)\)")


def programs() -> Iterator[Any]:
    for page in PAGES:
        name = str(page.relative_to(ROOT))
        for block in blocks(page.read_text(encoding="utf-8")):
            yield pytest.param(name, block, id=f"{name}:{block.line}")


@pytest.fixture(scope="module")
def entered() -> Iterator[Callable[[str], dict[str, Any]]]:
    """The namespaces of a page, by tab; what its programs set is forgotten when the next page is entered."""
    with contextlib.ExitStack() as stack:
        opened: dict[str, dict[str, Any]] = {}

        def enter(page: str) -> dict[str, Any]:
            if page not in opened:
                stack.close()
                stack.enter_context(isolated())
                opened.clear()
            return opened.setdefault(page, {})

        yield enter


@pytest.mark.parametrize(("page", "block"), list(programs()))
def test_the_block_runs(page, block, entered):
    library = lacking(block)
    if library is not None:
        pytest.skip(f"the block needs {library}, which is not installed")
    run(block, page, entered(page).setdefault(block.tab, {"__name__": page}))


def test_every_page_that_is_linked_to_is_there():
    texts = {page: PROGRAM.sub("", page.read_text(encoding="utf-8")) for page in PAGES}
    linked = [(page, link) for page, text in texts.items() for link in LINK.findall(text)]
    assert [(page.name, link) for page, link in linked if not (page.parent / link).exists()] == []


def test_the_readme_is_short():
    assert len((ROOT / "README.md").read_text(encoding="utf-8").splitlines()) <= 120
