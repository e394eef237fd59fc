"""The documentation's site: its blocks, its text from cards, its links; small sites that must fail. `make docs` builds the whole."""

from __future__ import annotations

import importlib.util
import subprocess
import sys
from pathlib import Path

import pytest

import unigrad as ug
from unigrad.cli import main

DOCS = Path(__file__).parent.parent / "docs"
sys.path.insert(0, str(DOCS))
from unigrad_site import blocks, cardtext, entries, formulas, links, pages, ruletext  # noqa: E402 - of the documentation

NEEDED = ("sphinx", "myst_parser", "sphinx_design", "furo", "sphinx_copybutton")
needs_sphinx = pytest.mark.skipif(
    any(importlib.util.find_spec(name) is None for name in NEEDED), reason="the site's builder is not installed"
)

PAGE = """\
# A page

```python
x = 1
x + 1
```

```output
2
```

::::{tab-set}
:::{tab-item} Native
:sync: unigrad

```python
x += 1
```
:::
:::{tab-item} Other
:sync: other

```python
x = "other"
```
:::
::::

```python own/file.py
raise RuntimeError("a file of a package is not run")
```

````
```python
raise RuntimeError("shown, and not run")
```
````

```python
print(x)
```
"""


def entry(name):
    return next(each for each in entries.entries() if name in each.names)


def test_the_blocks_of_a_page_are_those_without_a_path_each_with_its_tab_and_output():
    found = blocks.blocks(PAGE)
    assert [(block.line, block.tab, block.output) for block in found] == [
        (4, "", "2\n"),
        (17, "", None),
        (24, "other", None),
        (40, "", None),
    ]


def test_tabs_have_namespaces_of_their_own_and_the_native_one_that_of_the_page():
    scopes = {}
    for block in blocks.blocks(PAGE.replace("print(x)", "assert x == 2")):
        blocks.run(block, "page.md", scopes.setdefault(block.tab, {}))
    assert (scopes[""]["x"], scopes["other"]["x"]) == (2, "other")


def test_what_a_block_prints_is_compared_with_what_the_page_shows():
    (block,) = blocks.blocks("```python\nprint(1)\n'text'\n```\n\n```output\n1\n'text'\n```\n")
    blocks.run(block, "page.md", {})
    with pytest.raises(AssertionError) as caught:
        blocks.run(block._replace(output="1\n'test'\n"), "page.md", {})
    assert str(caught.value) == "page.md, line 2: the block prints\n1\n'text'\nand the page shows\n1\n'test'\n"


def test_the_path_of_a_file_becomes_its_caption_and_what_is_only_shown_stays():
    text = blocks.captioned(PAGE)
    assert '```{code-block} python\n:caption: own/file.py\n\nraise RuntimeError("a file' in text
    nested = "````\n```python own/file.py\npass\n```\n````\n"
    assert blocks.captioned(nested) == nested


def test_outputs_are_filled_in_as_the_blocks_print_them_now():
    old = PAGE.replace("```output\n2\n", "```output\n3\n")
    assert old != PAGE
    assert blocks.refreshed(old.replace("print(x)", ""), "page.md") == PAGE.replace("print(x)", "")


def test_a_traceback_has_the_lines_of_the_page():
    (block,) = blocks.blocks("# Title\n\n```python\nx = 1\n1 / 0\n```\n")
    with pytest.raises(ZeroDivisionError) as caught:
        blocks.run(block, "page.md", {})
    assert caught.traceback[-1].lineno + 1 == 5


def test_an_output_without_a_program_is_refused():
    with pytest.raises(ValueError, match=r"^line 2: an output without a block of Python in front of it$"):
        blocks.blocks("text\n```output\n1\n```\n")


def test_a_block_needs_a_library_that_it_names_and_a_dialect_of_that_name_needs_none(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    lacking = [blocks.lacking(blocks.Block(1, "", code, None)) for code in (
        'ug.set_backend("torch")', "import jax", "from unigrad.dialects import jax", "torch = 1"
    )]  # fmt: skip
    assert lacking == ["torch", "jax", None, None]


def test_what_a_page_sets_does_not_outlive_it():
    before = dict(ug.REGISTRY), ug.get_default_dtype(), ug.get_backend()
    with blocks.isolated():
        ug.set_default_dtype("float64")
        ug.set_backend("numpy")
        ug.composition(samples=())(lambda x, /: x)
        assert before[0] != ug.REGISTRY
    assert (ug.REGISTRY, ug.get_default_dtype(), ug.get_backend()) == before


def test_the_rules_of_a_card_are_shown_as_its_file_has_them():
    assert ruletext.rules(ug.REGISTRY["multiply"]) == "dx1 = lambda x2: x2\ndx2 = lambda x1: x1"
    softmax = ruletext.rules(ug.REGISTRY["softmax"])
    assert softmax.startswith(
        'vjp["x"] = _softmax_x\njvp["x"] = lambda xp, t, out, axis: _softmax_x(xp, t, out, axis)\n\n'
    )
    assert "return out * (g - xp.sum(g * out, axis=(axis,), keepdims=True))" in softmax


def test_every_rule_of_every_card_is_shown():
    lacking = [
        card.name
        for card in ug.REGISTRY.values()
        if card.module.startswith("unigrad.") and card.kind in ("elementwise", "linear", "primitive")
        and sum(line.startswith(("d", "transpose =", "vjp[")) and " = " in line for line in ruletext.rules(card).splitlines())
        < len(card.rules)
    ]  # fmt: skip
    assert lacking == []


def test_the_definition_of_a_composition_is_its_text_without_docstring():
    assert ruletext.definition("unigrad.primitives.spectra", "eigh").splitlines() == [
        "def eigh(x, /) -> EighResult:",
        "    packed = eigh_packed(x)",
        "    return EighResult(real(packed[..., 0, :]), packed[..., 1:, :])",
    ]


def test_a_function_has_all_that_its_card_says():
    text = cardtext.text(entry("unigrad.numpy.clip"))
    assert text.startswith(".. py:function:: unigrad.numpy.clip(x, /, min=None, max=None)\n")
    for said in (
        "      dx = lambda xp, g, x",
        ":Kind: elementwise",
        ":Samples: ``x`` real from -2 to 2 away from -1, 1",
    ):
        assert said in text
    assert "* - ``clip([0.0, 1.0, -0.1, 1.1], 0.0, 1.0)``" in text
    assert "Torch, TensorFlow, MXNet the same; autograd [0, 0, 0, 0], ·, ·; JAX [0.5, 0.5, 0, 0], ·, ·" in text


def test_another_spelling_shows_the_function_that_it_spells():
    text = cardtext.text(entry("unigrad.numpy.cumsum"))
    assert ":caption: Definition\n\n      def cumsum(" in text
    assert "cumulative_sum(" in text


def test_another_name_of_a_function_is_said():
    assert "Also ``unigrad.numpy.arccos``." in cardtext.text(entry("unigrad.numpy.acos"))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("sin", {"x": "g · cos(x)"}),
        ("multiply", {"x1": "g · x2", "x2": "g · x1"}),
        ("softmax", {"x": "out · (g − ∑[axis 0] g · out)"}),
        ("solve", {"x1": "−solve(x1ᵀ, g) @ outᵀ", "x2": "solve(x1ᵀ, g)"}),
        ("mish", {"x": "g · (a1 + x · (1 − a1²) · σ(x)), a1 = tanh(softplus(x, beta=1, threshold=20))"}),
    ],
)
def test_a_rule_writes_its_formula(name, expected):
    found = formulas.cotangents(ug.REGISTRY[name])
    assert {argument: formulas.line(each) for argument, each in found.formulas.items()} == expected


def test_a_formula_stands_above_the_rule_where_it_can_be_read():
    text = cardtext.text(entry("unigrad.numpy.sin"))
    assert text.index('<table class="cotangents"><caption>Cotangents</caption>') < text.index(":caption: Rules")
    assert "<mrow><mi>g</mi><mo>·</mo><mrow><mi>cos</mi>" in text
    assert "Cotangents of <code>sum([2, 3])</code>" in cardtext.text(entry("unigrad.numpy.sum"))
    assert "cotangents" not in cardtext.text(entry("unigrad.numpy.betainc"))  # pages of it
    assert "cotangents" not in cardtext.text(entry("unigrad.numpy.floor"))  # constant


def test_stars_that_are_no_markup_are_escaped():
    said = cardtext.escaped("``x**2`` is *even*, x**3 (N, *shape)")
    assert said == r"``x**2`` is *even*, x\**3 (N, \*shape)"


def test_gaps_of_a_backend_are_named(monkeypatch):
    backend = ug.backend.Backend("mine", array_module="m", requires="m", owns=("m",), gaps={"sin": "it hums"})
    monkeypatch.setattr(cardtext.plugins, "backends", lambda: {"mine": backend})
    assert ":Backends: all but for mine: it hums" in cardtext.text(entry("unigrad.numpy.sin"))


def test_the_measured_marks_are_read_from_the_table_of_functions():
    assert len(cardtext._measured()) > 300
    assert cardtext._measured()["sin"] == ("all", "all", "all", "all")


def test_marks_that_are_not_all_are_told_by_what_was_measured(monkeypatch):
    monkeypatch.setattr(cardtext, "_measured", lambda: {"sin": ("all", "numpy, jax", "all", "all")})
    assert ":Backends: values: all; gradients: numpy, jax; second gradients: all" in cardtext.text(
        entry("unigrad.numpy.sin")
    )


def test_every_public_function_is_in_the_reference_once():
    written = "\n".join(pages.pages().values())
    for namespace, module in entries.NAMESPACES.items():
        for name in module.__all__ if hasattr(module, "__all__") else ("sin", "sum", "concatenate", "einsum"):
            holder = entry(f"{namespace}.{name}")
            assert written.count(f".. py:function:: {holder.names[0]}(") == 1


def test_every_name_of_unigrad_is_in_the_reference():
    page = pages.pages()["names"]
    assert [name for name in ug.__all__ if f":py:obj:`{name}`" not in page] == []
    assert pages.directive("grad", ug.grad) == ".. autofunction:: unigrad.grad"
    assert ".. autofunction:: unigrad.grad" not in page  # it has a page of its own


def test_every_command_is_in_the_reference():
    page = pages.pages()["command-line"]
    for name, command in main.commands.items():
        assert f"unigrad {name}\n" in page
        assert (command.get_short_help_str(20).partition(" ")[0]) in page
    assert "--mutants" in page


def test_links_that_lead_nowhere_and_what_comes_from_the_network_are_found(tmp_path):
    (tmp_path / "index.html").write_text(
        '<a href="other.html#there">1</a><a href="other.html#gone">2</a><a href="gone.html">3</a>'
        '<a href="https://example.org">4</a><a href="#here">5</a><p id="here"><img src="gone.png">'
        '<script src="https://example.org/x.js"></script>'
    )
    (tmp_path / "other.html").write_text('<p id="there"><a href="index.html?q=1">')
    assert links.faults(tmp_path) == [
        "index.html loads https://example.org/x.js from the network",
        "index.html links to gone.html, which is not there",
        "index.html links to gone.png, which is not there",
        "index.html links to other.html#gone, which is not there",
    ]


def build(folder, index):
    """The outcome of a site of one page, built as `make docs` builds, with the same settings."""
    source, target = folder / "pages", folder / "html"
    source.mkdir()
    (source / "index.md").write_text(index, encoding="utf-8")
    command = [sys.executable, "-m", "sphinx", "-c", str(DOCS), "--fail-on-warning", "--nitpicky", "--quiet"]
    return subprocess.run([*command, str(source), str(target)], capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The page above as a site, with formulas."""
    folder = tmp_path_factory.mktemp("site")
    done = build(folder, PAGE + "\n$x^2$\n\n$$\ny = x\n$$\n\n```python\nassert x == 2\n```\n")
    assert (done.returncode, done.stderr) == (0, "")
    return folder / "html"


@needs_sphinx
def test_a_small_site_is_built_with_formulas_and_names_of_files(site):
    html = (site / "index.html").read_text(encoding="utf-8")
    assert "<msup>" in html
    assert '<div class="formula"><math' in html
    assert "own/file.py" in html


@needs_sphinx
@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_a_page_opens_in_a_browser_turns_its_tabs_and_has_no_serious_fault(site, visit, dark):
    from browser import faults

    page = visit(site / "index.html", dark=dark)
    assert page.locator('pre:has-text("x += 1")').is_visible()
    page.get_by_text("Other", exact=True).click()
    assert page.locator("pre:has-text('x = \"other\"')").is_visible()
    assert not page.locator('pre:has-text("x += 1")').is_visible()
    assert page.locator("math").first.bounding_box()["width"] > 5
    assert faults(page) == []


FAULTY = """\
# Title

```python
1 / 0
```

::::{tab-set}
:::{tab-item} Other
:sync: other

```python
1
```

```output
2
```
:::
::::

[there](gone.md) and <a href="gone.html">there</a>
"""


@needs_sphinx
def test_every_fault_of_a_site_is_named_and_fails_the_build(tmp_path):
    done = build(tmp_path, FAULTY)
    assert done.returncode != 0
    for message in (
        "index.md:4: WARNING: the block raises\nTraceback",
        "index.md:12: WARNING: the block fails: pages/index.md, line 12: the block prints\n1\nand the page shows\n2",
        "WARNING: 'myst' cross-reference target not found: 'gone.md'",
        "index.html links to gone.html, which is not there",
    ):
        assert message in done.stderr


@needs_sphinx
def test_a_warning_alone_fails_the_build(tmp_path):
    assert build(tmp_path, "# Title\n\n```python\n1 / 0\n```\n").returncode != 0
