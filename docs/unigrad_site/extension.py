"""The site's extension of Sphinx: programs run, formulas are MathML, the reference is written from cards, links are checked."""

from __future__ import annotations

import traceback
from pathlib import Path
from typing import Any

from docutils import nodes
from docutils.utils.math.latex2mathml import tex2mathml
from sphinx.addnodes import pending_xref
from sphinx.application import Sphinx
from sphinx.environment import BuildEnvironment
from sphinx.errors import ExtensionError
from sphinx.util import logging
from sphinx.writers.html5 import HTML5Translator

from unigrad_site.blocks import Block, blocks, captioned, isolated, lacking, run
from unigrad_site.entries import NAMESPACES
from unigrad_site.links import faults
from unigrad_site.pages import pages

LOGGER = logging.getLogger(__name__)
FOLDER = Path("reference") / "api"


def write(app: Sphinx) -> None:
    """Write the pages that have changed, where the site has a reference, and remove those that there are no more."""
    folder = Path(app.srcdir) / FOLDER
    if not folder.parent.is_dir():
        return
    folder.mkdir(exist_ok=True)
    found = {folder / f"{name}.rst": page for name, page in pages().items()}
    for path in folder.glob("*.rst"):
        if path not in found:
            path.unlink()
    for path, page in found.items():
        if not path.exists() or path.read_text(encoding="utf-8") != page:
            path.write_text(page, encoding="utf-8")


def execute(app: Sphinx, docname: str, source: list[str]) -> None:
    """Run a page's blocks, with a warning at the line of each that fails; put the path of each of its files above it."""
    path = Path(app.env.doc2path(docname)).relative_to(app.srcdir.parent)  # as the tests name the page
    if path.suffix != ".md":
        return
    scopes: dict[str, dict[str, Any]] = {}
    failed = set[str]()
    with isolated():
        for block in blocks(source[0]):
            scope = scopes.setdefault(block.tab, {"__name__": docname})
            if block.tab not in failed and not _execute(docname, block, str(path), scope):
                failed.add(block.tab)  # what follows builds on it, and would fail for that reason alone
    source[0] = captioned(source[0])


def _execute(docname: str, block: Block, path: str, scope: dict[str, Any]) -> bool:
    library = lacking(block)
    if library is not None:
        LOGGER.info("%s, line %s: not run, as %s is not installed", docname, block.line, library)
        return True
    try:
        run(block, path, scope)
    except AssertionError as error:
        LOGGER.warning("the block fails: %s", str(error) or traceback.format_exc(), location=(docname, block.line))
        return False
    except Exception:  # noqa: BLE001 - a page's program may raise anything, and all of it is to be shown
        LOGGER.warning("the block raises\n%s", traceback.format_exc(), location=(docname, block.line))
        return False
    return True


PREFERRED = ("", "unigrad.", "unigrad.Tensor.", "unigrad.errors.", *(f"{name}." for name in NAMESPACES))
"""Where a name of a docstring is looked for, in this order."""


def resolve(app: Sphinx, env: BuildEnvironment, node: pending_xref, shown: nodes.TextElement) -> nodes.Node | None:
    """A name between backquotes in a docstring leads to the function, where the site has it; else it is a name."""
    if node.get("reftype") != "obj" or node.get("refdomain") not in ("py", None):
        return None
    objects = env.domains.python_domain.objects
    target = str(node["reftarget"]).removesuffix("()")
    for name in (prefix + target for prefix in PREFERRED):
        if name in objects:
            entry = objects[name]
            uri = app.builder.get_relative_uri(str(node["refdoc"]), entry.docname)
            return nodes.reference("", "", shown, internal=True, refuri=f"{uri}#{entry.node_id}", reftitle=name)
    return shown


def formula_in_line(self: HTML5Translator, node: nodes.math) -> None:
    """A formula in a line."""
    self.body.append(tex2mathml(node.astext()))
    raise nodes.SkipNode


def formula_block(self: HTML5Translator, node: nodes.math_block) -> None:
    """A formula on a line of its own."""
    self.body.append(f'<div class="formula">{tex2mathml(node.astext(), as_block=True)}</div>')
    raise nodes.SkipNode


def check(app: Sphinx, exception: Exception | None) -> None:
    """Fail the build for links that lead nowhere."""
    if exception is None and app.builder.name == "html" and (found := faults(Path(app.outdir).resolve())):
        raise ExtensionError("\n".join(["links of the site:", *found]))


def setup(app: Sphinx) -> dict[str, bool]:
    """Register all of it."""
    app.connect("builder-inited", write)
    app.connect("source-read", execute)
    app.connect("missing-reference", resolve)
    app.connect("build-finished", check, priority=900)  # behind the theme, which writes then too
    app.add_html_math_renderer(
        "mathml", inline_renderers=(formula_in_line, None), block_renderers=(formula_block, None)
    )
    return {"parallel_read_safe": True, "parallel_write_safe": True}
