"""The suite *compiling*: every function as a program, run on other numbers than it was written with, against the function itself.

In float64, at each sample of the card on NumPy and at the largest elsewhere: the values, and the gradients both ways: of the
program, and as a program. The programs run in a straight line; that a library's own compiler keeps their meaning is the suite
*transforms*'s to show, on a few.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterator
from typing import Any, Final

import unigrad as ug
import unigrad.numpy as np
from unigrad_conformance import depth, tolerances
from unigrad_conformance.batching import weighted_gradients
from unigrad_conformance.case import Case, default_dtype
from unigrad_conformance.drawing import Drawing, draw
from unigrad_conformance.subject import Subject, subjects
from unigrad_conformance.tally import Tally
from unigrad_conformance.trial import Trial, floating

MAY_REFUSE: Final = frozenset(
    "compress extract unique_all unique_values unique_counts unique_inverse union1d intersect1d setdiff1d setxor1d "
    "bincount delete insert one_hot piecewise unique nonzero argwhere flatnonzero".split()
)
"""Functions with results whose shape depends on the values, in some calls at least: under jit they say so."""


def cases(quick: bool = False) -> Iterator[Case]:
    """A case for every subject with an array in some sample; a quick one takes one sample on NumPy too."""
    return (Case("compiling", subject.name, functools.partial(_check, subject, quick)) for subject in subjects())


def _check(subject: Subject, quick: bool, tally: Tally, backend: str, seed: int) -> None:
    with default_dtype("float64"):
        for index, sample in depth.samples(subject, one=quick or backend != "numpy"):
            drawings = [draw(subject.name, index, sample, seed + place) for place in range(2)]
            if not any(drawings[0].arrays()):  # Python numbers alone: nothing that a program could depend on
                continue
            with tally.guarded(drawings[0].label, "under jit"):
                if subject.name not in MAY_REFUSE or not _refused(drawings, subject, tally):
                    _check_sample(subject, drawings, tally)


def _refused(drawings: list[Drawing], subject: Subject, tally: Tally) -> bool:
    """Whether the function refuses to be a program, which is a check passed."""
    trial = Trial(subject, drawings[0])
    try:
        _program(trial, trial.outputs)(*_given(trial))
    except (ug.TraceError, ug.ArgumentError) as error:
        tally.same(drawings[0].label, "whether the error tells", "values" in str(error) or "known" in str(error), True)
        return True
    return False


def _check_sample(subject: Subject, drawings: list[Drawing], tally: Tally) -> None:
    first, other = (Trial(subject, drawing) for drawing in drawings)
    label = drawings[0].label
    tracked = subject.paths(drawings[0])
    program = _program(first, first.outputs)
    program(*_given(first))
    _compare(tally, label, "values", program(*_given(other)), other.outputs(other.laid_out(np.asarray)))
    if not tracked or not floating(first.outputs(first.laid_out(np.asarray))):
        return
    paths = list(first.arrays)
    gradients = _program(first, lambda arrays: weighted_gradients(first, arrays, tracked))
    gradients(*_given(first))
    want = weighted_gradients(other, other.laid_out(np.asarray), tracked)
    _compare(tally, label, "gradients, as a program", gradients(*_given(other)), want)
    outputs = lambda _trial, arrays: program(*(arrays[path] for path in paths))
    got = weighted_gradients(other, other.laid_out(np.asarray), tracked, outputs)
    _compare(tally, label, "gradients of the program", got, want)


def _given(trial: Trial) -> list[Any]:
    return [np.asarray(array) for array in trial.arrays.values()]


def _program(trial: Trial, function: Callable[[dict[Any, Any]], Any]) -> Any:
    """`function` of the trial's arrays as a program of them in order."""
    paths = list(trial.arrays)
    return ug.jit(lambda *arrays: function(dict(zip(paths, arrays, strict=True))), compile=False)


def _compare(tally: Tally, label: str, what: str, got: tuple[Any, ...], want: tuple[Any, ...]) -> None:
    for have, ask in zip(got, want, strict=True):
        facts = [(str(each.dtype), tuple(each.shape)) for each in (have, ask)]
        tally.same(label, f"dtype and shape of {what}", *facts)
        if facts[0] == facts[1]:
            tally.close(label, what, have.numpy(), ask.numpy(), tolerances.ROUNDING)
