"""The links of the finished site: each leads to a page and a place that are there, and no page loads anything from elsewhere."""

from __future__ import annotations

from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urldefrag

LOADING = {"script": "src", "img": "src", "link": "href", "iframe": "src", "source": "src"}


class Page(HTMLParser):
    """A page's places (its ids), where its links lead, and what it loads."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.places: set[str] = set()
        self.links: set[str] = set()
        self.loaded: set[str] = set()
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what the tag has of these."""
        given = {name: value or "" for name, value in attrs}
        self.places |= {given[name] for name in ("id", "name") if name in given}
        if tag == "a" and "href" in given:
            self.links.add(given["href"])
        elif tag in LOADING and given.get("rel") not in ("canonical", "search", "next", "prev", "index"):
            self.loaded.add(given.get(LOADING[tag], ""))


def faults(folder: Path) -> list[str]:
    """What is wrong with the links of the pages in a folder, a line each."""
    pages = {path: Page(path.read_text(encoding="utf-8")) for path in sorted(folder.rglob("*.html"))}
    found = []
    for path, page in pages.items():
        name = path.relative_to(folder)
        found += [f"{name} loads {each} from the network" for each in sorted(page.loaded) if _is_remote(each)]
        local = (each for each in sorted(page.links | page.loaded) if each and not _is_remote(each))
        found += [f"{name} links to {each}, which is not there" for each in local if not _is_there(path, each, pages)]
    return found


def _is_remote(link: str) -> bool:
    return link.startswith(("http:", "https:", "//", "mailto:"))


def _is_there(path: Path, link: str, pages: dict[Path, Page]) -> bool:
    if link.startswith("data:"):
        return True
    address, place = urldefrag(link)
    target = (path.parent / unquote(address.partition("?")[0])).resolve() if address else path
    if target not in pages:
        return target.exists() and not place
    return not place or unquote(place) in pages[target].places
