"""The outputs on pages: ``python docs/page_outputs.py PAGE …`` runs the programs of these pages and writes what they print."""

from __future__ import annotations

import sys
from pathlib import Path

from unigrad_site.blocks import refreshed

if __name__ == "__main__":
    for name in sys.argv[1:]:
        page = Path(name)
        page.write_text(refreshed(page.read_text(encoding="utf-8"), name), encoding="utf-8")
