"""Tolerances: how far a result may be from what it is compared with, and how that distance is measured."""

from __future__ import annotations

from typing import Any, Final

import numpy

DIFFERENCES: Final = {1: 1e-7, 2: 1e-6}
"""A derivative of this order in float64 against central differences."""
SINGLE: Final = 1e-4
"""A gradient in float32 against the same gradient in float64."""
ROUNDING: Final = 1e-11
"""A result in float64 against the same computed in another order."""
ENGINE: Final = 1e-10
"""A gradient in float64 against the engine's own."""
INEXACT_ENGINE: Final = {"digamma": 1e-9, "polygamma": 1e-9}
"""The same where an engine's own derivative is known to be inexact: Torch's trigamma is off by 5e-10, as mpmath shows."""
FLOOR: Final = 1e-2
"""Below this size of the largest entry the error is absolute: differences of numbers near 1 know no more."""


def kernel(dtype: str) -> float:
    """For a value in `dtype` against NumPy's own function computed in float64, or against a closed form; 0 for integers."""
    return _KERNEL.get(dtype, 0.0)


_KERNEL: Final = {"float64": 1e-12, "complex128": 1e-12, "float32": 1e-5, "complex64": 1e-5}


def error(got: Any, want: Any) -> float:
    """The largest distance between entries, relative to the largest entry of `want`; infinite where NaN or infinity disagree.

    Both have one shape.
    """
    got, want = numpy.asarray(got), numpy.asarray(want)
    if got.dtype.kind in "biu" and want.dtype.kind in "biu":
        return 0.0 if bool(numpy.all(got == want)) else float("inf")
    finite = numpy.isfinite(want)
    if not bool(numpy.all((got == want) | (numpy.isnan(got) & numpy.isnan(want)) | (finite & numpy.isfinite(got)))):
        return float("inf")
    scale = max(float(numpy.max(abs(want[finite]), initial=0.0)), FLOOR)
    return float(numpy.max(abs(got[finite] - want[finite]), initial=0.0)) / scale


def worst_entry(got: Any, want: Any) -> tuple[int, ...]:
    """The index of the entry that is farthest off."""
    got, want = numpy.asarray(got), numpy.asarray(want)
    if got.dtype.kind in "biu" and want.dtype.kind in "biu":
        distance = (got != want).astype(float)
    else:
        with numpy.errstate(invalid="ignore"):
            distance = numpy.where((got == want) | (numpy.isnan(got) & numpy.isnan(want)), 0.0, abs(got - want))
    distance = numpy.where(numpy.isnan(distance), numpy.inf, distance)
    return tuple(int(i) for i in numpy.unravel_index(int(numpy.argmax(distance)), distance.shape))
