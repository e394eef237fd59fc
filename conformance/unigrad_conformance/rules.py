"""The suite *rules*: every derivative rule against differences of NumPy's own function.

In float64, at each sample of the card: the gradient by the rules on raw arrays, with all arguments tracked and with
each alone; the gradient of the gradient by the same rules on Tensors; the tangent that is pushed forward, and its gradient;
that the two sweeps are adjoint, to rounding; the dtype and shape of each. At the largest of the samples that differ in shape
alone, the engine's own derivative where the backend is an engine; and at the largest of each kind of numbers, as beside
every Python number, the float32 gradient against the float64 one. Where every shape is compiled anew, only the largest of the
samples that differ in shape alone is taken, with all arguments tracked.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final

import numpy

import unigrad as ug
import unigrad.numpy as np
from unigrad.samples import Array
from unigrad_conformance import depth, engines, oracle, tolerances
from unigrad_conformance.case import Case, default_dtype
from unigrad_conformance.drawing import Drawing, Path, draw
from unigrad_conformance.reference import Reference, reference
from unigrad_conformance.subject import Subject, subjects
from unigrad_conformance.tally import Tally
from unigrad_conformance.trial import Trial, floating

ALONE: Final = 2
"""Random directions for an argument that is tracked alone: its every entry is compared when all are tracked."""


def cases(quick: bool = False) -> Iterator[Case]:
    """A case for every subject that has something to differentiate; a quick one takes one sample, in float64 alone."""
    return (
        Case("rules", subject.name, functools.partial(_check, subject, quick))
        for subject in subjects()
        if subject.differentiable
    )


def _check(subject: Subject, quick: bool, tally: Tally, backend: str, seed: int) -> None:
    drawings = [draw(subject.name, index, sample, seed) for index, sample in depth.samples(subject, one=quick)]
    largest = {_but_shape(drawing): drawing for drawing in sorted(drawings, key=_size)}
    single = {_numbers(drawing): drawing for drawing in sorted(drawings, key=_size)}
    sparing = backend in depth.ONE_IN
    taken = [each for each in drawings if largest[_but_shape(each)] is each] if sparing else drawings
    with default_dtype("float64"):
        for drawing in filter(subject.paths, taken):
            with tally.guarded(drawing.label, "gradient"):
                grads = _check_sample(subject, drawing, tally, alone=not sparing)
                if grads and drawing.sample.smooth and largest[_but_shape(drawing)] is drawing:
                    _check_engine(subject, drawing, grads, tally, backend)
                if grads and not quick and single[_numbers(drawing)] is drawing:
                    _check_single(subject, drawing, grads, tally)


def _size(drawing: Drawing) -> int:
    return sum(array.size for _, _, array in drawing.arrays())


def _but_shape(drawing: Drawing) -> str:
    """What a call is apart from the shapes of its arrays."""
    return repr(
        [replace(spec, shape=()) if isinstance(spec, Array) else spec for spec in drawing.sample.arrays]
        + [drawing.options]
    )


def _numbers(drawing: Drawing) -> str:
    """The Python numbers among the operands, which must not change the dtype, and the kinds of the arrays."""
    return repr(
        [
            [part.dtype for part in (spec if isinstance(spec, tuple) else (spec,))]
            if isinstance(spec, (Array, tuple))
            else spec
            for spec in drawing.sample.arrays
        ]
    )


def _check_sample(subject: Subject, drawing: Drawing, tally: Tally, alone: bool) -> tuple[Any, ...]:
    """First and second order at one sample, each argument `alone` too; gives the gradients, none where the results carry none."""
    trial, paths = Trial(subject, drawing), subject.paths(drawing)
    if not floating(trial.outputs(trial.laid_out(np.asarray))):
        _check_unrecorded(trial, tally)
        return ()
    grads = _check_tracked(trial, paths, function(subject), tally)
    for path in paths if alone and len(paths) > 1 else ():
        _check_tracked(trial, [path], function(subject), tally)
    return grads


def _check_tracked(trial: Trial, paths: Sequence[Path], function: oracle.Function, tally: Tally) -> tuple[Any, ...]:
    """First and second order with respect to the arrays at `paths`; gives the gradients."""
    drawing, whole = trial.drawing, len(paths) == len(trial.subject.paths(trial.drawing))
    known = reference(drawing, function, paths, None if whole else ALONE)
    alone = "" if whole else ", tracked alone"
    names = [f"argument {_place(path)}{alone}" for path in paths]
    tangents = known.unflat(known.tangent)
    grads = trial.gradients(paths, known.cotangents)
    again, seconds = trial.second_gradients(paths, known.cotangents, tangents)
    wanted = [(str(trial.arrays[path].dtype), trial.arrays[path].shape) for path in paths]
    for group, order in ((grads, "gradient"), (again, "recorded gradient"), (seconds[: len(paths)], "second gradient")):
        for name, got, want in zip(names, group, wanted, strict=True):
            tally.same(
                drawing.label, f"dtype and shape of the {order}, {name}", (str(got.dtype), tuple(got.shape)), want
            )
    if drawing.sample.smooth:
        first, second = tolerances.DIFFERENCES[1], tolerances.DIFFERENCES[2]
        _compare(tally, f"gradient, {_list(names)}", known, grads, known.first, first)
        _compare(tally, f"recorded gradient, {_list(names)}", known, again, known.first, first)
        _compare(tally, f"second gradient, {_list(names)}", known, seconds[: len(paths)], known.second, second)
        pushed = known.flat([g.numpy() for g in seconds[len(paths) :]])
        tally.close(
            drawing.label, f"gradient of the gradient in the cotangent, {_list(names)}", pushed, known.pushed, first
        )
    pushed = _check_push(trial, paths, known, tangents, names, whole, tally)
    check_adjoint(tally, _list(names), known, grads, pushed)
    return grads


def check_adjoint(tally: Tally, names: str, known: Reference, grads: Sequence[Any], pushed: Sequence[Any]) -> None:
    """⟨g, push t⟩ = ⟨pull g, t⟩, by the real part of the products: the sums of one and the same terms in another order.

    Both are measured by the sum of the sizes of the terms, where these are more than what rounding may leave of nothing.
    """
    back, forth = known.flat([each.numpy() for each in grads]), known.flat([each.numpy() for each in pushed])
    weights = known.flat(known.cotangents)
    if back.shape != known.tangent.shape or forth.shape != weights.shape:  # which has been reported already
        return
    size = max(float(abs(weights) @ abs(forth)), tolerances.FLOOR)
    single = any(str(each.dtype) in ("float32", "complex64") for each in (*grads, *pushed))
    tally.close(
        known.drawing.label,
        f"product of the gradient with a tangent, against that of the cotangent with what is pushed, {names}",
        back @ known.tangent / size,
        weights @ forth / size,
        tolerances.SINGLE if single else tolerances.ROUNDING,
    )


def _check_push(
    trial: Trial,
    paths: Sequence[Path],
    known: Reference,
    tangents: Sequence[numpy.ndarray],
    names: list[str],
    whole: bool,
    tally: Tally,
) -> tuple[Any, ...]:
    """What is pushed forward, against differences; and the gradient of it where all arrays are tracked. Gives the tangents."""
    drawing, outs = trial.drawing, floating(trial.outputs(trial.laid_out(np.asarray)))
    pushed = trial.pushed(paths, tangents)
    for place, (got, out) in enumerate(zip(pushed, outs, strict=True)):
        tally.same(
            drawing.label,
            f"dtype and shape of the tangent of output {place + 1}, {_list(names)}",
            (str(got.dtype), tuple(got.shape)),
            (str(out.dtype), tuple(out.shape)),
        )
    if drawing.sample.smooth:
        got = known.flat([each.numpy() for each in pushed])
        tally.close(drawing.label, f"tangent, {_list(names)}", got, known.pushed, tolerances.DIFFERENCES[1])
    if whole:
        grads = trial.gradients_of_push(paths, known.cotangents, tangents)
        if drawing.sample.smooth:
            second = tolerances.DIFFERENCES[2]
            _compare(tally, f"gradient of the tangent, {_list(names)}", known, grads, known.second, second)
    return pushed


def _compare(
    tally: Tally, what: str, known: Reference, grads: Sequence[Any], want: numpy.ndarray, tolerance: float
) -> None:
    """Gradients, as their products with the reference's directions, so that one comparison holds all arguments."""
    got = known.flat([grad.numpy() for grad in grads])
    if got.shape == known.point.shape:  # another shape has been reported already
        along = "" if known.by_axis else ", along random directions"
        tally.close(
            known.drawing.label, what + along, got if known.by_axis else known.directions @ got, want, tolerance
        )


def _check_single(subject: Subject, drawing: Drawing, grads: Sequence[Any], tally: Tally) -> None:
    trial, paths = Trial(subject, drawing, "float32"), subject.paths(drawing)
    known = reference(drawing, function(subject), paths)
    with tally.guarded(drawing.label, "gradient in float32"), default_dtype("float32"):
        for path, got, want in zip(paths, trial.gradients(paths, known.cotangents), grads, strict=True):
            name = f"argument {_place(path)} in float32"
            wide = "complex128" if str(want.dtype) == "complex128" else "float64"
            single = str(trial.arrays[path].dtype)
            tally.same(drawing.label, f"dtype of the gradient, {name}", str(got.dtype), single)
            if drawing.sample.smooth:
                tally.close(
                    drawing.label, f"gradient, {name}", got.numpy().astype(wide), want.numpy(), tolerances.SINGLE
                )


def _check_engine(subject: Subject, drawing: Drawing, grads: Sequence[Any], tally: Tally, backend: str) -> None:
    pull, paths = engines.find(backend), subject.paths(drawing)
    if pull is None:
        return
    try:
        wanted = pull(Trial(subject, drawing), paths, reference(drawing, function(subject), paths).cotangents)
    except engines.NoDerivative:
        return
    for path, got, want in zip(paths, grads, wanted, strict=True):
        tally.close(
            drawing.label,
            f"gradient against the engine's own, argument {_place(path)}",
            got.numpy(),
            want,
            tolerances.INEXACT_ENGINE.get(subject.name, tolerances.ENGINE),
        )


def _check_unrecorded(trial: Trial, tally: Tally) -> None:
    """Integers and booleans carry no gradient: what gives them is not recorded."""
    for out in trial.outputs(
        {path: np.asarray(array).attach_grad() for path, array in trial.arrays.items() if array.dtype.kind in "fc"}
    ):
        try:
            out.backward()
        except ug.NotRecorded:
            said = "NotRecorded"
        else:
            said = "no error"
        tally.same(trial.drawing.label, f"what backward() on a '{out.dtype}' raises", said, "NotRecorded")


@functools.cache
def function(subject: Subject) -> oracle.Function:
    """NumPy's function; for a subject that NumPy does not know its own values, whose differences are better than none."""

    def own(*operands: Any, **options: Any) -> Any:
        result = subject.function(*operands, **options)
        return tuple(out.numpy() for out in result) if isinstance(result, (tuple, list)) else result.numpy()

    return oracle.find(subject.name) or own


def _place(path: Path) -> str:
    return str(path[0] + 1) if len(path) == 1 else f"{path[0] + 1}, element {path[1] + 1}"


def _list(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else "all arguments"
