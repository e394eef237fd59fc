"""The table of functions in docs/reference/functions.md: ``python docs/function_table.py`` writes the page by running them.

Every public function of `unigrad.numpy`, its ``linalg`` and its ``fft`` is put through the conformance suite on each
backend, at the samples of its card: its values beside NumPy's own, its gradients and theirs beside differences. What has
no derivative stands in a table of its own, with the reason.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any, NamedTuple

import unigrad.numpy as np
from unigrad import plugins
from unigrad.card import REGISTRY
from unigrad.dtypes import DType
from unigrad.graph import Tensor
from unigrad_conformance import kernels, rules
from unigrad_conformance.case import Case, Outcome, conditions, default_dtype
from unigrad_conformance.drawing import draw
from unigrad_conformance.subject import Subject, subjects
from unigrad_conformance.trial import Trial

PAGE = Path(__file__).parent / "reference" / "functions.md"
BACKENDS = ("numpy", "torch", "jax")
NAMESPACES: dict[str, ModuleType] = {"": np, "linalg.": np.linalg, "fft.": np.fft}
INTRODUCTION = """\
# Functions

Every function of `unigrad.numpy`, which is the array API standard's namespace (2024.12) with NumPy's spellings beside it.
`python docs/function_table.py` writes this page by running them at the samples on their cards.

- *forward*: the values, dtypes and shapes are NumPy's own, or those that NumPy would give by the function's definition;
- *pull*: the gradients agree with differences of NumPy's function; *second*: so do the gradients of the gradients;
- *push*: so do the tangents that are pushed forward, and their gradients.

*all* means {names}. A name with another in parentheses is that function under another name.
"""
LEGEND = """\
## No derivative

Functions of which no gradient flows: their results are constants.
"""

MADE = "it makes an array from numbers and shapes"
ASKED = "it answers a question about shapes or dtypes"
POSITIONS = "integer result: positions"
#: The functions that are no function of arrays, or give what the suite's samples cannot show, and why they have no derivative.
REASONS = {
    **dict.fromkeys("arange empty eye identity indices ones tri zeros fromfunction".split(), MADE),
    **dict.fromkeys("fft.fftfreq fft.rfftfreq".split(), MADE),
    **dict.fromkeys("empty_like ones_like zeros_like".split(), "it takes the shape and dtype of an array alone"),
    **dict.fromkeys("broadcast_shapes can_cast finfo iinfo isdtype ndim promote_types result_type".split(), ASKED),
    **dict.fromkeys("shape size".split(), ASKED),
    **dict.fromkeys(
        "argpartition diag_indices ix_ lexsort ravel_multi_index tril_indices triu_indices".split(), POSITIONS
    ),
    "argwhere": POSITIONS + ", of a shape that depends on the values",
    "flatnonzero": POSITIONS + ", of a shape that depends on the values",
    "nonzero": POSITIONS + ", of a shape that depends on the values",
    "unravel_index": POSITIONS,
    "from_dlpack": "another library's array comes in as a constant",
    "stop_gradient": "it is what cuts a gradient off",
    "dtype": ASKED,
}
#: Functions that are recorded as another one is, or as none, and have no samples for that reason.
SAME = dict.fromkeys("array asanyarray asarray ascontiguousarray".split(), "positive")


class Entry(NamedTuple):
    """A public name: the namespace's prefix with it, and the function."""

    name: str
    function: Any


def entries() -> list[Entry]:
    """Every public function, by namespace and name."""
    found = []
    for prefix, module in NAMESPACES.items():
        listed = getattr(module, "__all__", None) or [name for name in dir(module) if not name.startswith("_")]
        functions = ((name, getattr(module, name)) for name in listed)
        found += [Entry(prefix + name, each) for name, each in sorted(functions) if _is_function(name, each)]
    return found


def _is_function(name: str, each: Any) -> bool:
    return callable(each) and not isinstance(each, (type, ModuleType, DType)) and not name.endswith("_packed")


@cache
def known() -> dict[str, Subject]:
    """The suite's subjects by name."""
    return {subject.name: subject for subject in subjects()}


@cache
def _cases() -> dict[str, Case]:
    return {case.id: case for case in (*kernels.cases(), *rules.cases())}


def subject_of(entry: Entry) -> Subject | None:
    """The subject that a name stands for: its own, or that of the function which it is another name of."""
    name = entry.name.rpartition(".")[2]
    own = known().get(name) or known().get(SAME.get(name, "")) or known().get(getattr(entry.function, "__name__", ""))
    return own if entry.name not in REASONS else None


@cache
def differentiable(subject: Subject) -> bool:
    """Whether some result of some sample is recorded: found by running it."""
    return any(isinstance(out, Tensor) and out.node is not None and _moves(subject) for out in results(subject))


def _moves(subject: Subject) -> bool:
    card = REGISTRY.get(subject.name)
    return not subject.constant and (card is None or card.kind == "composition" or bool(card.differentiable))


@cache
def results(subject: Subject) -> tuple[Any, ...]:
    """What it gives for its samples on NumPy, with all arrays tracked that can be."""
    found: list[Any] = []
    with conditions("numpy"), default_dtype("float64"):
        for index, sample in enumerate(subject.samples):
            trial = Trial(subject, draw(subject.name, index, sample, 0))
            arrays = trial.laid_out(np.asarray)
            for path in subject.paths(trial.drawing):
                arrays[path].attach_grad()
            found += trial.outputs(arrays)
    return tuple(found)


def reason(entry: Entry) -> str:
    """Why no gradient flows through a function."""
    if entry.name in REASONS:
        return REASONS[entry.name]
    subject = subject_of(entry)
    kinds = {out.dtype.kind for out in results(subject)} if subject is not None else set()
    if kinds == {"bool"}:
        return "boolean result"
    if kinds and kinds <= {"bool", "integer"}:
        return "integer result"
    if kinds:
        return "constant between its jumps"
    raise LookupError(f"'{entry.name}' has neither samples nor a reason why it has no derivative; add one")


class Marks(NamedTuple):
    """Whether the values, the gradients, the second gradients and the tangents passed on a backend."""

    forward: bool
    pull: bool
    second: bool
    push: bool


def marks(subject: Subject, backend: str) -> Marks:
    """What the suite says of a function on a backend."""
    outcome = _cases()[f"rules/{subject.name}"].run(backend)
    findings = [finding.what for finding in outcome.findings]
    second = [what for what in findings if "second gradient" in what or "gradient of the gradient" in what]
    pushed = [what for what in findings if "tangent" in what or "adjoint" in what]
    ran = outcome.status != "not run"
    raised = any(what in ("gradient", "the case itself") for what in findings)
    first = ran and len(findings) == len({*second, *pushed})
    good = ran and not raised
    return Marks(_forward(subject, backend, outcome), first, good and not second, good and not pushed)


def _forward(subject: Subject, backend: str, outcome: Outcome) -> bool:
    """By the kernels' suite; where NumPy has no such function, by running at all, as the gradients must."""
    values = _cases()[f"kernels/{subject.name}"].run(backend)
    return outcome.status == "passed" if values.status == "not run" else values.status == "passed"


def _cell(passed: dict[str, bool]) -> str:
    names = [backend for backend, good in passed.items() if good]
    return "all" if len(names) == len(passed) else ", ".join(names) or "—"


def _title(entry: Entry, other: str) -> str:
    name = entry.name.rpartition(".")[2]
    return f"`{entry.name}`" if name == other else f"`{entry.name}` ({other})"


@cache
def _row(subject: Subject) -> str:
    found = {backend: marks(subject, backend) for backend in BACKENDS}
    return " | ".join(_cell({backend: each[i] for backend, each in found.items()}) for i in range(4))


def row(entry: Entry) -> str:
    """The line of a differentiable function."""
    subject = subject_of(entry)
    if subject is None:
        raise LookupError(f"'{entry.name}' has no samples")
    return f"| {_title(entry, subject.name)} | {_row(subject)} |"


def split(found: Sequence[Entry]) -> tuple[list[Entry], list[Entry]]:
    """The differentiable functions, and the others."""
    pairs = [(entry, subject_of(entry)) for entry in found]
    good = [entry for entry, subject in pairs if subject is not None and differentiable(subject)]
    return good, [entry for entry in found if entry not in good]


def page() -> str:
    """The whole page."""
    good, others = split(entries())
    versions = [f"{name} {plugins.backend(name).version()}" for name in BACKENDS]
    lines = [INTRODUCTION.format(names=", ".join(versions)), f"## Differentiable: {len(good)}", ""]
    lines += ["| function | forward | pull | second | push |", "| --- | --- | --- | --- | --- |"]
    for entry in good:
        print(entry.name, file=sys.stderr)
        lines.append(row(entry))
    lines += ["", LEGEND, "| function | why |", "| --- | --- |"]
    lines += [f"| `{entry.name}` | {reason(entry)} |" for entry in others]
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
