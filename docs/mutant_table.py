"""The kill rates in docs/reference/mutants.md: ``python docs/mutant_table.py`` runs every mutant on NumPy, and writes the page anew."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from unigrad_conformance.mutants import Fate, Verdict, judge
from unigrad_conformance.mutants.verdict import STATUSES, rate, total
from unigrad_conformance.progress import bar

PAGE = Path(__file__).parent / "reference" / "mutants.md"
INTRODUCTION = """\
# Mutants

`unigrad conformance --mutants` tests the conformance suite: it breaks every rule on purpose, and every kernel of a
backend, one small change at a time, and runs the cases that reach the change until one fails. That mutant is *killed*.
One that survives either shows a sample that is too weak, or changes nothing that can be seen: *equivalent*, which
`mutants/equivalent.toml` of the suite says with the reason. `--select rules/sin` tries those of one primitive, and
`--backend` names the backend whose kernels are broken. `python docs/mutant_table.py` writes this page by running them all.
"""
FAMILIES = {
    "accumulation": "cotangents of one value not added up as they should be",
    "axis": "an axis counted from the other end, or the kernel's own default",
    "comparison": "`<` for `<=`, `==` for `!=`, and so on",
    "dropped term": "one side of a sum, product or quotient alone",
    "dtype": "a kernel's result in another dtype",
    "factor": "a result or a constant doubled",
    "missing sum": "a sum left out: over an axis, or over a broadcast one",
    "neighbour": "`floor` for `ceil`, `less` for `less_equal`, `max` for `min`",
    "off by one": "an integer of a rule, or the result of a kernel, one too large",
    "option": "an option left out, moved by one or inverted",
    "parent order": "cotangents handed to the wrong operand",
    "rounding": "a kernel's result rounded to single precision",
    "saved value": "`out` read for `x`, `x1` for `x2`, one shape for another",
    "sign": "a result or a term with the other sign",
    "swapped operands": "two operands exchanged",
    "transpose": "a transpose, flip or conjugate left out",
}


def page(verdict: Verdict) -> str:
    """The whole page, of one run."""
    lines = [INTRODUCTION, f"On NumPy, seed {verdict.seed}:", "", *_table(verdict), "", "## Survivors", ""]
    lines += [f"- {_text(fate)}" for fate in verdict.survivors] or ["None."]
    lines += ["", "## Equivalent", ""]
    for reason, fates in _by_reason(verdict.fates).items():
        lines += [f"{reason}:", "", *(f"- {_text(fate)}" for fate in fates), ""]
    return "\n".join(lines).rstrip() + "\n"


def _table(verdict: Verdict) -> list[str]:
    heads = ["broken", "family", "mistake", "mutants", *STATUSES, "kill rate"]
    rows = [f"| {' | '.join(heads)} |", "| --- | --- | --- |" + " ---: |" * (len(heads) - 3)]
    for (suite, family), count in verdict.families().items():
        numbers = " | ".join(str(count[status]) for status in STATUSES)
        rows.append(f"| {suite} | {family} | {FAMILIES[family]} | {count.total()} | {numbers} | {rate(count)} |")
    count = total(verdict)
    numbers = " | ".join(str(count[status]) for status in STATUSES)
    return [*rows, f"| all | | | {count.total()} | {numbers} | {rate(count)} |"]


def _by_reason(fates: Iterable[Fate]) -> dict[str, list[Fate]]:
    found: dict[str, list[Fate]] = {}
    for fate in fates:
        if fate.status == "equivalent":
            found.setdefault(fate.reason, []).append(fate)
    return found


def _text(fate: Fate) -> str:
    mutant = fate.mutant
    return f"{mutant.place}, {mutant.family}: `{mutant.before}` → `{mutant.after}`"


if __name__ == "__main__":
    with bar() as start:
        verdict = judge(["rules", "kernels"], ["numpy"], start=start)
    PAGE.write_text(page(verdict), encoding="utf-8")
