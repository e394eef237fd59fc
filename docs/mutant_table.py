"""The kill rates in docs/reference/mutants.md: ``python docs/mutant_table.py`` runs every mutant, and writes the page anew.

With files, reports of ``unigrad conformance --mutants --report FILE``, it runs nothing and writes what they say; of two that
tried one mutant on one backend the last holds.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Sequence
from contextlib import nullcontext
from pathlib import Path

from unigrad_conformance.mutants import Fate, Mutant, Verdict, judge
from unigrad_conformance.mutants.equivalent import excused, excuses
from unigrad_conformance.mutants.verdict import STATUSES, rate, total
from unigrad_conformance.progress import bar

PAGE = Path(__file__).parent / "reference" / "mutants.md"
INTRODUCTION = """\
# Mutants

`unigrad conformance --mutants` tests the conformance suite: it breaks every rule on purpose, and every kernel of a
backend, one small change at a time, and runs the cases that reach the change until one fails. That mutant is *killed*.
One that survives either shows a sample that is too weak, or changes nothing that can be seen: *equivalent*, which
`mutants/equivalent.toml` of the suite says with the reason. `--select rules/sin` tries those of one primitive, and
`--backend` names the backend whose kernels are broken, and on which the rules are. `python docs/mutant_table.py` writes this
page by running them all: minutes on NumPy and Torch, an hour on JAX, which compiles every shape anew.
"""
BACKENDS = {"numpy": "NumPy", "torch": "Torch", "jax": "JAX"}
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


def page(*verdicts: Verdict) -> str:
    """The whole page, of a run on each of some backends."""
    lines = [INTRODUCTION]
    for verdict in verdicts:
        backend = verdict.fates[0].backend if verdict.fates else "numpy"
        tried = " and ".join(sorted({fate.mutant.suite for fate in verdict.fates}, reverse=True))
        lines += [f"## On {BACKENDS.get(backend, backend)}", "", f"Of the {tried}, seed {verdict.seed}:", ""]
        lines += [*_table(verdict), ""]
    survivors = [fate for verdict in verdicts for fate in verdict.survivors]
    lines += ["## Survivors", "", *([f"- {_text(fate)}, on {fate.backend}" for fate in survivors] or ["None."])]
    lines += ["", "## Equivalent", ""]
    for reason, fates in _by_reason(fate for verdict in verdicts for fate in verdict.fates).items():
        lines += [f"{reason}:", "", *(f"- {text}" for text in dict.fromkeys(map(_text, fates))), ""]
    return "\n".join(lines).rstrip() + "\n"


def read(files: Sequence[Path]) -> list[Verdict]:
    """What reports say of each backend, with the reasons that the suite knows now."""
    found: dict[str, dict[str, Fate]] = {}
    seed = 0
    for file in files:
        document = json.loads(file.read_text(encoding="utf-8"))
        seed = document["seed"]
        for each in document["mutants"]:
            fate = _fate(each)
            found.setdefault(fate.backend, {})[fate.mutant.key] = fate
    return [Verdict(seed, tuple(excused(fates.values(), excuses()))) for fates in found.values()]


def _fate(plain: dict[str, object]) -> Fate:
    said = {name: plain.pop(name) for name in ("backend", "status", "case", "reason", "seconds")}
    if said["status"] == "equivalent":  # by the reasons of then
        said["status"] = "survived"
    return Fate(Mutant(**plain, install=nullcontext), **said)  # type: ignore[arg-type]


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


def run() -> list[Verdict]:
    """Every mutant on every backend."""
    verdicts = []
    for backend in BACKENDS:
        with bar() as start:
            verdicts.append(judge(["rules", "kernels"], [backend], start=start))
    return verdicts


if __name__ == "__main__":
    PAGE.write_text(page(*(read([*map(Path, sys.argv[1:])]) if sys.argv[1:] else run())), encoding="utf-8")
