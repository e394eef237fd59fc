"""The report: its JSON follows the schema, its page stands alone, escapes what it shows, and can be used by all."""

from __future__ import annotations

import base64
import hashlib
import json
import re
import shlex
import sys
import time
from pathlib import Path

import jsonschema
import numpy
import pytest

from unigrad import plugins
from unigrad_conformance import cases, main, page, reports, run
from unigrad_conformance.case import Case, Outcome
from unigrad_conformance.document import document, kill_rates, room, schema
from unigrad_conformance.results import Column, Results, Row
from unigrad_conformance.tally import Finding

sys.path.insert(0, str(Path(__file__).parent.parent / "docs"))
import schema_table

VALIDATOR = jsonschema.Draft202012Validator(json.loads(schema()))
EVIL = "</script><script>alert(1)</script><img src=x onerror=alert(2)>&\"'`"
MUTANTS = {
    "seed": 0,
    "families": [
        {"suite": "rules", "family": "sign", "killed": 9, "equivalent": 2, "survived": 1, "not_run": 0},
        {"suite": "kernels", "family": EVIL, "killed": 0, "equivalent": 1, "survived": 0, "not_run": 0},
    ],
    "mutants": [
        {"key": "k", "where": "f.py:3", "before": "x", "after": EVIL, "backend": "numpy", "status": "survived", "suite": "rules"},
        {"key": "l", "where": "f.py:4", "before": "x", "after": "-x", "backend": "numpy", "status": "killed", "suite": "rules"},
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def ran():
    """A real run with a failure, a success, a backend that did not run, and cases of each matrix."""
    broken = {"broken": OSError(f"libbroken {EVIL}")}

    def bad(tally, backend, seed):
        tally.close(f"tanh({EVIL})", "value", numpy.array([1.0, 2.5]), numpy.array([1.0, 2.0]), 1e-7)
        tally.fail("tanh([2, 3])", "gradient", f"raised {EVIL}")

    chosen = [
        *cases(["conventions", "kernels"], "/abs", quick=True),
        *cases(["chapter"], "reset"),
        *cases(["transforms"], "optim", quick=True),
        Case("kernels", "tanh", bad),
    ]
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(plugins, "failures", lambda: broken)
        return run(chosen, ["numpy", "broken"], depth="quick", seed=3)


@pytest.fixture(scope="module")
def rates():
    return kill_rates(MUTANTS)


@pytest.fixture(scope="module")
def html(ran, rates, tmp_path_factory):
    path = tmp_path_factory.mktemp("report") / "report.html"
    reports.write(ran, path, rates)
    return path


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    """The page of 4,000 cases."""
    names = [f"{letter}{number}" for number in range(250) for letter in ("kernel", "rule")][:445]
    backends = ("numpy", "torch", "jax")
    outcome = Outcome("passed", 40, 1e-14, "call([2, 3], [3], axis=0)", seconds=0.01, share=0.02)
    rows = [
        Row(suite, name, dict.fromkeys(backends, outcome))
        for suite in ("kernels", "rules", "batching")
        for name in names
    ]
    failed = Outcome("failed", 3, 0.5, "f()", (Finding("f()", "value", 0.5, "is 1"),), share=5e6)
    rows[7].outcomes["torch"] = failed
    path = tmp_path_factory.mktemp("large") / "report.html"
    columns = tuple(Column(name, "1.0", "") for name in backends)
    reports.write(Results(0, columns, tuple(rows)), path)
    return path


# --- the document


def test_a_real_report_follows_the_schema(ran, rates, tmp_path):
    reports.write(ran, tmp_path / "r.json", rates)
    written = json.loads((tmp_path / "r.json").read_text(), parse_constant=pytest.fail)
    VALIDATOR.validate(written)
    assert len(written["cases"]) == sum(
        each["passed"] + each["failed"] + each["not_run"] for each in written["backends"]
    )
    assert written["mutants"]["total"] == {"killed": 9, "equivalent": 3, "survived": 1, "not_run": 0, "rate": 0.9}
    assert [each["rate"] for each in written["mutants"]["families"]] == [0.9, None]
    assert [each["key"] for each in written["mutants"]["survivors"]] == ["k"]
    assert ("abs(0.0)", "0; second 0") in [(each["point"], each["slope"]) for each in written["conventions"]]


@pytest.mark.parametrize(
    ("place", "value"),
    [(("schema",), 2), (("status",), 3), (("depth",), "shallow"), (("cases", 0, "status"), "fine"),
     (("cases", 0, "seconds"), -1.0), (("backends", 0, "extra"), 1), (("written",), "yesterday"), (("mutants",), {})],
)  # fmt: skip
def test_the_schema_refuses_another_document(ran, place, value):
    changed = document(ran)
    part = changed
    for step in place[:-1]:
        part = part[step]
    part[place[-1]] = value
    with pytest.raises(jsonschema.ValidationError):
        VALIDATOR.validate(changed)


def test_every_member_of_the_schema_is_described_and_the_page_of_it_is_up_to_date():
    assert schema_table.PAGE.read_text(encoding="utf-8") == schema_table.page()
    assert " |  |" not in schema_table.page()


def test_a_case_is_replayed_by_its_line(ran):
    found = {(each["suite"], each["name"], each["backend"]): each for each in document(ran)["cases"]}
    line = found["kernels", "abs", "numpy"]["replay"]
    assert line == "unigrad conformance --suite kernels --select kernels/abs --backend numpy --seed 3 --quick"
    assert main(shlex.split(line)[2:]) == 0
    assert "--select 'chapter/sum after a reset'" in found["chapter", "sum after a reset", "numpy"]["replay"]


def test_a_drawn_call_is_replayed_by_the_line_that_its_search_printed():
    line = "unigrad conformance --deep --replay '{}' --backend numpy"
    outcome = Outcome("failed", 1, 0.5, "f()", reason=f"again: {line}")
    (case,) = document(Results(0, (Column("numpy", "", ""),), (Row("deep", "sin", {"numpy": outcome}),)))["cases"]
    assert case["replay"] == line


def test_the_room_is_the_file_of_the_card():
    assert [room("rules", "tanh"), room("kernels", "partition"), room("transforms", "grad")] == [
        "trigonometry", "numpy", "transforms",
    ]  # fmt: skip


def test_kill_rates_are_taken_from_a_run_of_mutants(tmp_path, capsys):
    given = tmp_path / "mutants.json"
    arguments = ["--backend", "numpy", "--suite", "chapter", "--select", "reset", "--mutants-of", str(given)]
    given.write_text(json.dumps(MUTANTS))
    assert main([*arguments, "--report", str(tmp_path / "r.json")]) == 0
    assert json.loads((tmp_path / "r.json").read_text())["mutants"]["total"]["killed"] == 9
    assert main(arguments) == 2
    assert "--mutants-of adds to a report; give --report too" in capsys.readouterr().err
    given.write_text('{"seed": 0}')
    assert main([*arguments, "--report", str(tmp_path / "r.html")]) == 2
    assert "is no report of a run with --mutants: KeyError('mutants')" in " ".join(capsys.readouterr().err.split())


# --- the page, as it is written


def test_the_page_stands_alone_and_escapes_what_it_shows(html):
    text = html.read_text(encoding="utf-8")
    assert "alert(1)</script>" not in text
    assert "<img" not in text
    assert "raised &lt;/script&gt;&lt;script&gt;alert(1)" in text
    assert not any(word in text for word in ("http:", "https:", "<link", "url(", "@import"))
    assert set(re.findall(r'<[a-z]+ [^<>]*?\b(?:src|href)="(.)', text)) == {"#"}


def test_the_page_allows_its_own_script_and_style_alone(html):
    text = html.read_text(encoding="utf-8")
    policy = re.search('Content-Security-Policy" content="([^"]*)"', text)[1].replace("&#39;", "'")
    for tag, directive in (("style", "style-src"), ("script", "script-src")):
        (inside,) = re.findall(f"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(inside.encode()).digest()).decode()
        assert f"{directive} 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert not re.search(r"\s(style|on\w+)=\"", text.partition("</style>")[2].partition("<script")[0])


def test_the_page_holds_the_whole_document(ran, rates):
    whole = document(ran, rates)
    text = page.render(whole)
    embedded = re.search('<script type="application/json" id="document">(.*?)</script>', text, re.DOTALL)[1]
    assert json.loads(embedded) == json.loads(json.dumps(whole))


def test_what_the_page_says_without_its_script(html):
    text = re.sub(r"\s+", " ", html.read_text(encoding="utf-8").partition("<main>")[2].partition("<script")[0])
    for words in (
        "kernels/tanh <small>on numpy</small>",
        "is 2.5 at [1], should be 2; error 2.5e-01, tolerance 1e-07",
        "--suite kernels --select kernels/tanh --backend numpy --seed 3 --quick",
        "its plugin did not load: OSError: libbroken",
        "it noticed <b>90.0 %</b>",
        "<code>abs(0.0)</code>",
    ):
        assert words in text


@pytest.mark.parametrize(
    ("outcomes", "named", "said"),
    [
        ({"numpy": Outcome("passed", 1)}, (), "All 1</span> cases passed</h1>"),
        (
            {"numpy": Outcome("failed", 1, findings=(Finding("f()", "v", 1.0, "is"),))},
            (),
            "1 of 1</span> cases failed</h1>",
        ),
        ({"numpy": Outcome("not run", reason="no")}, (), "Nothing ran</span>, so nothing has been shown to conform"),
        (
            {"numpy": Outcome("passed", 1), "cupy": Outcome("not run", reason="no")},
            ("cupy",),
            "not on every backend</span>",
        ),
    ],
)
def test_the_verdict_is_the_heading(outcomes, named, said):
    columns = tuple(Column(name, "", "") for name in outcomes)
    assert said in page.render(document(Results(0, columns, (Row("rules", "sin", outcomes),), frozenset(named))))


# --- the page, in a browser


def rows(opened):
    return [row.get_attribute("data-name") for row in opened.locator("table.matrix tr[data-name]:visible").all()]


def settled(opened, count):
    """Waits for the filter, which waits for the next letter."""
    opened.wait_for_function("text => document.querySelector('output').textContent.includes(text)", arg=count)


@pytest.mark.browser
def test_it_opens_and_nothing_that_was_shown_is_run(visit, html):
    opened = visit(html)
    opened.on("dialog", lambda dialog: pytest.fail("a string of the run was run"))
    assert opened.locator("h1").inner_text() == "1 of 5 cases failed"
    assert opened.locator("#failures dd").first.inner_text().startswith("raised </script><script>alert(1)")
    assert opened.locator("img").count() == 0


@pytest.mark.browser
def test_filters_show_the_rows_that_fit_and_stand_in_the_address(visit, html):
    opened = visit(html)
    assert {"abs", "tanh", "sum after a reset", "optim"} <= set(rows(opened))
    opened.get_by_label("Status").select_option("failed")
    settled(opened, "1 row, 1 case")
    assert rows(opened) == ["tanh"]
    assert opened.url.endswith("#?status=failed")
    opened.get_by_role("button", name="Clear").click()
    opened.get_by_label("Name").fill("OPTI")
    settled(opened, "1 row, 2 cases")
    assert rows(opened) == ["optim"]
    opened.get_by_label("Backend").select_option("numpy")
    settled(opened, "1 row, 1 case")
    assert opened.locator("thead th[data-backend=broken]:visible").count() == 0
    again = visit(f"{html}")
    again.goto(opened.url)
    again.reload()
    settled(again, "1 row, 1 case")
    assert rows(again) == ["optim"]


@pytest.mark.browser
def test_a_row_opens_by_the_keyboard_and_says_what_the_document_says(visit, html, ran):
    opened = visit(html)
    button = opened.locator("tr[data-name=tanh] button")
    button.focus()
    opened.keyboard.press("Enter")
    assert button.get_attribute("aria-expanded") == "true"
    detail = opened.locator("tr.detail")
    case = next(each for each in document(ran)["cases"] if each["name"] == "tanh" and each["backend"] == "numpy")
    text = detail.inner_text()
    for words in ("2.5e-1", case["sample"], case["replay"], case["findings"][1]["detail"], "its plugin did not load"):
        assert words in text
    opened.keyboard.press("Enter")
    assert detail.count() == 0
    assert button.get_attribute("aria-expanded") == "false"


@pytest.mark.browser
def test_a_line_is_copied_or_selected(visit, html):
    opened = visit(html)
    button = opened.locator("#failures .replay").first.get_by_role("button")
    line = button.get_attribute("data-copy")
    assert line == opened.locator("#failures .replay code").first.inner_text()
    button.click()
    opened.wait_for_function(
        "() => [undefined, 'Copied'].includes(document.querySelector('#failures [data-copy]')?.textContent)"
    )


@pytest.mark.browser
def test_the_json_of_the_page_is_saved(visit, html, tmp_path):
    opened = visit(html)
    with opened.expect_download() as download:
        opened.get_by_role("button", name="Save it").click()
    download.value.save_as(tmp_path / "saved.json")
    VALIDATOR.validate(json.loads((tmp_path / "saved.json").read_text(encoding="utf-8")))


@pytest.mark.browser
@pytest.mark.parametrize("dark", [False, True])
def test_axe_finds_no_serious_fault(visit, html, dark):
    from browser import faults

    opened = visit(html, dark=dark)
    opened.locator("tr[data-name=tanh] button").click()
    for details in opened.locator("details > summary").all():
        details.click()
    assert faults(opened) == []


@pytest.mark.browser
def test_a_narrow_page_does_not_scroll_sideways(visit, html):
    opened = visit(html, width=380)
    assert opened.evaluate("document.documentElement.scrollWidth <= innerWidth")


@pytest.mark.browser
def test_four_thousand_cases_open_and_are_filtered_fast(visit, large):
    assert 0.2e6 < large.stat().st_size < 4e6
    opened = visit(large)
    took = opened.evaluate("performance.getEntriesByType('navigation')[0].domComplete")
    assert opened.locator("tr[data-name]").count() == 445
    assert took < 5000  # on a busy machine; alone it takes a fifth of a second
    start = time.perf_counter()
    opened.get_by_label("Status").select_option("failed")
    settled(opened, "1 row, 1 case")
    assert time.perf_counter() - start < 5
