"""The suite *batching*: every function mapped over examples against the same function of each example alone.

In float64, for numbers of several draws, at each sample of the card on NumPy and at the largest elsewhere: the values with all
arrays mapped and with each alone, and the gradients with all mapped. What is compared with is the backend's own result for
one example, which other suites check.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Collection, Iterator
from typing import Any, Final

import numpy

import unigrad as ug
import unigrad.numpy as np
from unigrad_conformance import depth, tolerances
from unigrad_conformance.case import Case, default_dtype
from unigrad_conformance.drawing import Drawing, Path, draw
from unigrad_conformance.subject import Subject, subjects
from unigrad_conformance.tally import Tally
from unigrad_conformance.trial import Trial, floating

EXAMPLES: Final = 4
"""A number of examples that few axes of a sample are as long as."""

MAY_REFUSE: Final = frozenset(
    "compress extract unique_all unique_values unique_counts unique_inverse union1d intersect1d setdiff1d setxor1d "
    "bincount delete insert one_hot piecewise unique".split()
)
"""Functions with results whose shape depends on the values, in some calls at least: mapped over, they say so."""

Arrays = dict[Path, Any]


def cases(quick: bool = False) -> Iterator[Case]:
    """A case for every subject with an array in some sample; a quick one takes one sample on NumPy too."""
    return (Case("batching", subject.name, functools.partial(_check, subject, quick)) for subject in subjects())


def _check(subject: Subject, quick: bool, tally: Tally, backend: str, seed: int) -> None:
    with default_dtype("float64"):
        for index, sample in depth.samples(subject, one=quick or backend != "numpy"):
            drawings = [draw(subject.name, index, sample, seed + place) for place in range(EXAMPLES)]
            if not any(drawings[0].arrays()):  # Python numbers alone, and nothing to map over
                continue
            with tally.guarded(drawings[0].label, "under vmap"):
                if subject.name not in MAY_REFUSE or not _refused(subject, drawings, tally):
                    _check_sample(subject, drawings, tally)


def _check_sample(subject: Subject, drawings: list[Drawing], tally: Tally) -> None:
    trials = [Trial(subject, drawing) for drawing in drawings]
    paths = list(trials[0].arrays)
    label = drawings[0].label
    for mapped in [paths, *([path] for path in paths if len(paths) > 1)]:
        name = "all arrays mapped" if len(mapped) == len(paths) else f"argument {mapped[0][0] + 1} mapped alone"
        _compare(tally, label, f"values, {name}", trials, mapped, lambda trial, arrays: trial.outputs(arrays))
    tracked = subject.paths(drawings[0])
    if tracked and floating(trials[0].outputs(trials[0].laid_out(np.asarray))):
        gradients = functools.partial(weighted_gradients, tracked=tracked)
        _compare(tally, label, "gradients, all arrays mapped", trials, paths, gradients)


def _refused(subject: Subject, drawings: list[Drawing], tally: Tally) -> bool:
    """Whether mapping over all arrays is an `ArgumentError`, which is a check passed."""
    trials = [Trial(subject, drawing) for drawing in drawings]
    paths = list(trials[0].arrays)
    stacked = [np.asarray(numpy.stack([trial.arrays[path] for trial in trials])) for path in paths]
    try:
        ug.vmap(lambda *arrays: trials[0].outputs(dict(zip(paths, arrays, strict=True))))(*stacked)
    except ug.ArgumentError:
        tally.same(drawings[0].label, "the error under vmap", "ArgumentError", "ArgumentError")
        return True
    return False


def weighted_gradients(
    trial: Trial,
    arrays: Arrays,
    tracked: list[Path],
    outputs: Callable[[Trial, Arrays], tuple[Any, ...]] = Trial.outputs,
) -> tuple[Any, ...]:
    """The gradients of the sum of the outputs, weighted by the places of their elements."""

    def function(*operands: Any) -> tuple[Any, ...]:
        return floating(outputs(trial, arrays | dict(zip(tracked, operands, strict=True))))

    outs, pull = ug.vjp(function, *(arrays[path] for path in tracked))
    weights = tuple(
        np.astype(np.reshape(np.arange(1, out.size + 1), shape=tuple(out.shape)), out.dtype) for out in outs
    )
    return tuple(pull(weights))


def _compare(
    tally: Tally,
    label: str,
    what: str,
    trials: list[Trial],
    mapped: Collection[Path],
    function: Callable[[Trial, Arrays], tuple[Any, ...]],
) -> None:
    """`function` of all trials at once, which share the first one's arrays at other places, against each by itself."""
    first = trials[0]
    shared = {path: np.asarray(array) for path, array in first.arrays.items() if path not in mapped}
    places = list(mapped)
    stacked = [np.asarray(numpy.stack([trial.arrays[path] for trial in trials])) for path in places]
    together = ug.vmap(lambda *arrays: function(first, shared | dict(zip(places, arrays, strict=True))))(*stacked)
    alone = [function(first, shared | {path: np.asarray(trial.arrays[path]) for path in places}) for trial in trials]
    for place, got in enumerate(together):
        want = numpy.stack([each[place].numpy() for each in alone])
        tally.same(
            label, f"dtype and shape of {what}", (str(got.dtype), tuple(got.shape)), (str(want.dtype), want.shape)
        )
        if tuple(got.shape) == want.shape:
            tally.close(label, what, got.numpy(), want, tolerances.ROUNDING)
