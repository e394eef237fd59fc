"""The suite *kernels*: every forward kernel against NumPy's own function.

In float64 and float32, on arrays that are contiguous, strided and read-only; the result's shape, dtype and backend are
checked as well, and that no input was written to. Creation functions, which have no card, have a table of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Any, Final

import numpy

import unigrad as ug
import unigrad.numpy as np
from unigrad import plugins
from unigrad_conformance import depth, oracle, tolerances
from unigrad_conformance.case import Case, default_dtype
from unigrad_conformance.drawing import Drawing, draw
from unigrad_conformance.reference import values
from unigrad_conformance.subject import Subject, subjects
from unigrad_conformance.tally import Tally
from unigrad_conformance.trial import Layout, Trial, has_strides, read_only, strided

LAYOUTS: Final[tuple[tuple[str, str, Layout], ...]] = (
    ("float64", "value", np.asarray),
    ("float32", "value in float32", np.asarray),
    ("float64", "value of strided arrays", strided),
    ("float64", "value of read-only arrays", read_only),
)


def cases(quick: bool = False) -> Iterator[Case]:
    """A case a primitive, then one a creation function; a quick one takes one sample, in float64 alone."""
    described = {subject.name: subject for subject in subjects()}
    for name, subject in described.items():
        if name not in CREATION:
            yield Case("kernels", name, partial(_check, subject, quick))
    for name in CREATION:
        yield Case("kernels", name, partial(_check_creation, name, described.get(name), quick))


def _check(subject: Subject, quick: bool, tally: Tally, backend: str, seed: int) -> None:
    function = oracle.find(subject.name)
    if function is None:
        tally.reason = (
            f"NumPy has no function '{subject.name}'; unigrad_conformance/oracle.py or a plugin could spell it"
        )
        return
    if not subject.samples:
        tally.reason = "its card has no samples"
    single = () if quick else [index for index, _ in depth.samples(subject, one=backend in depth.ONE_IN)]
    for index, sample in depth.samples(subject, one=quick):
        drawing = draw(subject.name, index, sample, seed)
        for dtype, what, layout in LAYOUTS:
            if (layout is strided and not has_strides()) or (dtype == "float32" and index not in single):
                continue
            with tally.guarded(drawing.label, what), default_dtype(dtype):
                _check_call(tally, Trial(subject, drawing, dtype), function, what, layout, backend)


def _check_call(tally: Tally, trial: Trial, function: oracle.Function, what: str, layout: Layout, backend: str) -> None:
    drawing, arrays = trial.drawing, trial.laid_out(layout)
    got = trial.outputs(arrays)
    want = values(function, drawing, {path: _wide(array) for path, array in trial.arrays.items()})
    kinds = [out.dtype for out in values(function, drawing, trial.arrays)]
    tally.same(drawing.label, f"number of results ({what})", len(got), len(want))
    for out, wanted, kind in zip(got, want, kinds, strict=True):
        expected = _expected_dtype(kind, drawing)
        tally.same(drawing.label, f"dtype of the {what}", str(out.dtype), expected)
        tally.same(drawing.label, f"backend of the {what}", _owner(out), backend)
        tally.close(drawing.label, what, out.numpy(), wanted, tolerances.kernel(expected))
    for path, array in trial.arrays.items():
        after = arrays[path] if isinstance(arrays[path], numpy.ndarray) else arrays[path].numpy()
        tally.close(drawing.label, f"an input after the call ({what})", after, array, 0.0)


def _owner(out: Any) -> str:
    owner = plugins.backend_of_type(type(out.data))
    return f"none (its data is a '{type(out.data).__name__}')" if owner is None else owner.name


def _wide(array: numpy.ndarray) -> numpy.ndarray:
    return array.astype({"f": numpy.float64, "c": numpy.complex128}.get(array.dtype.kind, array.dtype))


def _expected_dtype(kind: numpy.dtype, drawing: Drawing) -> str:
    """NumPy's own, but what integers and booleans become where a float is needed is the default dtype."""
    given = any(array.dtype.kind in "fc" for _, _, array in drawing.arrays())
    return str(ug.get_default_dtype()) if kind.kind == "f" and not given else kind.name


def _check_creation(name: str, subject: Subject | None, quick: bool, tally: Tally, backend: str, seed: int) -> None:
    """The table's calls, and those of arrays, where the function takes any."""
    if subject is not None:
        _check(subject, quick, tally, backend, seed)
    for dtype in ("float64",) if quick else ("float64", "float32"):
        with tally.guarded(name, f"value in {dtype}"), default_dtype(dtype):
            pairs = zip(CREATION[name](np, dtype), CREATION[name](numpy, dtype), strict=True)
            for i, (got, want) in enumerate(pairs):
                label = f"{name}, call {i + 1}"
                tally.same(label, "dtype", str(got.dtype), want.dtype.name)
                tally.same(label, "backend", _owner(got), backend)
                tally.close(label, f"value in {dtype}", got.numpy(), want, tolerances.kernel(dtype))


CREATION: Final[dict[str, Callable[[Any, str], list[Any]]]] = {
    "arange": lambda np, d: [
        np.arange(4, dtype=d),
        np.arange(1, 7, 2),
        np.arange(1.0, -1.0, -0.25, dtype=d),
        np.arange(0, dtype=d),
    ],
    "array": lambda np, d: [
        np.array([1.0, 2.0], dtype=d),
        np.array([[1, 2], [3, 4]]),
        np.array(True),
        np.array([], dtype=d),
    ],
    "asarray": lambda np, d: [np.asarray([1.0, 2.0], dtype=d), np.asarray(3), np.asarray(numpy.eye(2, dtype=d))],
    "eye": lambda np, d: [np.eye(2, dtype=d), np.eye(2, 3, k=1, dtype=d), np.eye(3, 2, k=-1, dtype=d)],
    "full": lambda np, d: [np.full((2, 3), 0.5, dtype=d), np.full((), 2), np.full((0,), 1.0, dtype=d)],
    "full_like": lambda np, d: [np.full_like(np.zeros((1, 3), dtype=d), 3.0)],
    "linspace": lambda np, d: [
        np.linspace(0.0, 1.0, 5, dtype=d),
        np.linspace(2, -1, 4, endpoint=False, dtype=d),
        np.linspace(1, 2, 1, dtype=d),
    ],
    "ones": lambda np, d: [np.ones((2, 3), dtype=d), np.ones((), dtype=d), np.ones((0, 2), dtype="int64")],
    "ones_like": lambda np, d: [np.ones_like(np.zeros((1, 3), dtype=d))],
    "zeros": lambda np, d: [np.zeros((2, 3), dtype=d), np.zeros(3, dtype=d), np.zeros((), dtype="bool")],
    "zeros_like": lambda np, d: [np.zeros_like(np.ones((1, 3), dtype=d))],
}
"""Calls of the creation functions, each written once for `unigrad.numpy` and for NumPy itself."""
