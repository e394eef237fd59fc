"""The picture of an explanation in the README: ``python docs/explain_picture.py`` makes docs/images/explain.png anew.

It needs Chromium, and Playwright from the extra ``test``.
"""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from playwright.sync_api import sync_playwright

import unigrad as ug
import unigrad.numpy as np

PICTURE = Path(__file__).resolve().parent / "images" / "explain.png"


def neuron(x, w):
    """A small function with everything in it that a page shows."""
    h = np.tanh(x * w)
    return np.sum(h)


def take(page: str) -> None:
    """Open the page, go to the step of the hyperbolic tangent, and take its picture."""
    with sync_playwright() as playwright:
        executable = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox", "--disable-gpu"])
        tab = browser.new_page(viewport={"width": 1180, "height": 660}, color_scheme="light")
        tab.goto(page)
        tab.wait_for_selector("body[data-ready]")
        for _ in range(2):
            tab.click("#next")
        tab.mouse.move(0, 0)
        tab.wait_for_timeout(400)
        tab.screenshot(path=PICTURE)
        browser.close()


def main() -> None:
    """Make the page and its picture."""
    explanation = ug.explain(neuron, np.asarray([0.5, -1.0]), np.asarray([0.8, 0.25]))
    with tempfile.TemporaryDirectory() as folder:
        take(explanation.save(Path(folder) / "neuron.html").as_uri())
    print(f"{PICTURE}: {PICTURE.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
