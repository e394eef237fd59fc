"""Examining: one call on one backend, its values, its two sweeps and their recorded twins."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

import numpy

import unigrad as ug
import unigrad.numpy as np
from unigrad_conformance import differences, rules, tolerances
from unigrad_conformance.case import conditions, default_dtype
from unigrad_conformance.deep.call import Call
from unigrad_conformance.drawing import Drawing
from unigrad_conformance.reference import Reference, outputs
from unigrad_conformance.subject import Subject
from unigrad_conformance.tally import Tally
from unigrad_conformance.trial import Trial, floating, has_strides, strided

DIRECTIONS: Final = 3
"""Random directions along which a gradient is compared with differences."""
TRUSTED: Final = 1e-9
"""The largest estimated error, by the tolerances' measure, of differences that are compared with."""


UNFIT: Final[Mapping[str, Callable[[Drawing], bool]]] = {
    # NumPy leaves out the axis of q.
    "nanpercentile": lambda drawing: _empty(drawing),
    "nanquantile": lambda drawing: _empty(drawing),
    # Which of the polynomials through too few points is the least depends on how the powers are scaled.
    "polyfit": lambda drawing: drawing.operands[0].size <= drawing.options["deg"],
    # NumPy forgets the second argument beside a first without variables.
    "cov": lambda drawing: _empty(drawing),
    "corrcoef": lambda drawing: _empty(drawing),
    # Its array has the shape of what the key takes, which an assignment of NumPy's broadcasts to.
    "scatter": lambda drawing: (
        drawing.operands[0].shape != numpy.zeros(drawing.options["shape"])[drawing.options["key"]].shape
    ),
}
"""Functions, and the calls of them that NumPy is no oracle for."""


class Discarded(Exception):
    """Nothing can be said of the call: NumPy refuses it, its values are not finite, or unigrad refuses it in its own words."""


def examine(call: Call, subject: Subject, backend: str) -> Tally:
    """What comes of the call. Raises Discarded."""
    tally, refused = Tally(), ""
    with conditions(backend), default_dtype("float64"):
        known = _reference(call, subject)
        layout = strided if call.layout == "strided" and has_strides() else np.asarray
        trial = Trial(subject, known.drawing, layout=layout)
        with tally.guarded(known.drawing.label, "call"):
            refused = _refusal(trial)
            if not refused:
                _check_values(trial, tally)
            if not refused and not tally.findings:
                _check_sweeps(trial, known, tally, smooth=known.drawing.sample.smooth and call.magnitude != "tiny")
    if refused:
        raise Discarded(refused)
    return tally


def _reference(call: Call, subject: Subject) -> Reference:
    """The call in NumPy's own terms; what NumPy does not take, or gives no numbers for, is discarded."""
    try:
        drawing = call.drawing(subject)
        if UNFIT.get(subject.name, lambda _: False)(drawing):
            raise Discarded("NumPy is no oracle for this call")
        paths = subject.paths(drawing)
        known = Reference(drawing, rules.function(subject), paths, DIRECTIONS)
        values = outputs(rules.function(subject), drawing, {})
    except Discarded:
        raise
    except Exception as error:
        raise Discarded(f"NumPy: {error}") from error
    if not values or not all(numpy.isfinite(value).all() for value in values):
        raise Discarded("there are no numbers to compare with")
    return known


def _empty(drawing: Drawing) -> bool:
    return any(array.size == 0 for _, _, array in drawing.arrays())


def _refusal(trial: Trial) -> str:
    """What unigrad says where it does not take the call; empty where it does."""
    try:
        trial.outputs(trial.laid_out(trial.layout))
    except (
        ug.UnigradError,
        IndexError,
    ) as error:  # an index out of bounds, which NumPy lets pass where nothing is taken
        return f"unigrad: {error}"
    return ""


def _check_values(trial: Trial, tally: Tally) -> None:
    got = floating(trial.outputs(trial.laid_out(trial.layout)))
    want = outputs(rules.function(trial.subject), trial.drawing, {})
    tally.same(trial.drawing.label, "number of results", len(got), len(want))
    for out, wanted in zip(got, want, strict=False):
        tally.close(trial.drawing.label, "value", out.numpy(), wanted, tolerances.ROUNDING)


def _check_sweeps(trial: Trial, known: Reference, tally: Tally, smooth: bool) -> None:
    label, paths = trial.drawing.label, trial.subject.paths(trial.drawing)
    grads = trial.gradients(paths, known.cotangents)
    pushed = trial.pushed(paths, known.unflat(known.tangent))
    again = trial.recorded_gradients(paths, known.cotangents)
    facts = [(str(trial.arrays[path].dtype), trial.arrays[path].shape) for path in paths]
    for what, group in (("gradient", grads), ("recorded gradient", again)):
        got = [(str(grad.dtype), tuple(grad.shape)) for grad in group]
        tally.same(label, f"dtypes and shapes of the {what}", got, facts)
    if tally.findings:
        return
    flat, twin = (known.flat([grad.numpy() for grad in group]) for group in (grads, again))
    rules.check_adjoint(tally, "all arguments", known, grads, pushed)
    tally.close(label, "recorded gradient, against the gradient", twin, flat, tolerances.ROUNDING)
    if trial.drawing.sample.smooth:
        tally.same(label, "whether the gradient is finite", bool(numpy.isfinite(flat).all()), True)
    if smooth:
        _check_differences(known, flat, tally)


def _check_differences(known: Reference, grads: numpy.ndarray, tally: Tally) -> None:
    slopes: list[Any] = []
    errors: list[Any] = []
    for direction in known.directions:
        slope, error = differences.estimated(known.weighted, known.point, direction)
        slopes.append(slope)
        errors.append(error)
    if _tell(slopes, errors):
        what = "gradient along random directions"
        tally.close(known.drawing.label, what, known.directions @ grads, slopes, tolerances.DIFFERENCES[1])


def _tell(slopes: Sequence[Any], errors: Sequence[Any]) -> bool:
    """Whether differences are as exact as a comparison needs them, by their own estimate: not beside a kink or a pole."""
    size = max(float(numpy.max(numpy.abs(slopes), initial=0.0)), tolerances.FLOOR)
    return bool(numpy.isfinite(slopes).all() and numpy.all(numpy.asarray(errors) <= TRUSTED * size))
