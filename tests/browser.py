"""A page in a real browser: Chromium driven by Playwright, and axe-core's judgement of it.

A test names the fixture `visit` (tests/conftest.py) and has the mark ``browser``; ``visit(path)`` opens a file and gives
Playwright's page. What the page writes to the console as an error fails the test.
"""

from __future__ import annotations

import importlib.util
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

__all__ = ["Visits", "chromium", "faults", "why_not"]

#: Debian's names for it.
_NAMES = ("chromium", "chromium-browser", "google-chrome")
#: As root there is no sandbox; without the others the browser asks the network for things of its own.
_FLAGS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


def why_not() -> str | None:
    """What keeps a page from being opened here; None if nothing does."""
    for module in ("playwright", "axe_playwright_python"):
        if importlib.util.find_spec(module) is None:
            return f"needs {module}, which is not installed"
    if _executable() is None:
        return "needs Chromium, which is not installed: apt-get install chromium"
    return None


def _executable() -> str | None:
    return next((found for name in _NAMES if (found := shutil.which(name))), None)


@contextmanager
def chromium() -> Iterator[Any]:
    """A browser without a window."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright, tempfile.TemporaryDirectory(prefix="chromium-") as home:
        environment = {"HOME": home, "PATH": "/usr/bin:/bin"}
        browser = playwright.chromium.launch(executable_path=_executable(), args=_FLAGS, env=environment)
        try:
            yield browser
        finally:
            browser.close()


class Visits:
    """Opens pages in a browser of its own profile, and gathers the errors that they report."""

    def __init__(self, browser: Any) -> None:
        self._browser = browser
        self._contexts: list[Any] = []
        self.errors: list[str] = []

    def __call__(self, path: str | Path, *, dark: bool = False, width: int = 1280, height: int = 800) -> Any:
        """Playwright's page of an HTML file, opened without a network."""
        context = self._browser.new_context(
            color_scheme="dark" if dark else "light",
            viewport={"width": width, "height": height},
            reduced_motion="reduce",  # so that colours are at once what they are going to be
            offline=True,
        )
        self._contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(20_000)
        page.on("console", lambda message: self.errors.append(message.text) if message.type == "error" else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(Path(path).resolve().as_uri())
        return page

    def close(self) -> None:
        """Close all pages."""
        for context in self._contexts:
            context.close()


def faults(page: Any) -> list[str]:
    """The serious and critical faults that axe-core finds, each with the place of the first element."""
    from axe_playwright_python.sync_playwright import Axe

    # It would fetch the style sheets anew, which a page that is a file may not.
    violations = Axe().run(page, options={"preload": False}).response["violations"]
    return [
        f"{each['id']}: {each['help']}, at {each['nodes'][0]['html']}"
        for each in violations
        if each["impact"] in ("serious", "critical")
    ]
