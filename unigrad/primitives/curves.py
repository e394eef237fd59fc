"""Functions of functions given by their values: interpolation, integrals, convolution, choice by case."""

from __future__ import annotations

from typing import Any

from unigrad import dtypes, settings
from unigrad.card import composition, primitive
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.axes import axis_in_range
from unigrad.primitives.choices import clip, where
from unigrad.primitives.constant import isnan, searchsorted
from unigrad.primitives.creation import asarray
from unigrad.primitives.indexing import getitem, take
from unigrad.primitives.magnitudes import conj
from unigrad.primitives.manipulation import flip, reshape
from unigrad.primitives.reduction import sum
from unigrad.primitives.sorting import diff
from unigrad.samples import INF, NAN, Array, at, sample

__all__ = ["convolve", "correlate", "interp", "nan_to_num", "select", "trapezoid"]

Options = dict[str, Any]
Shape = tuple[int, ...]


@composition(
    samples=[
        sample((Array((3,), dtype="bool"), Array((3,), dtype="bool")), (Array((3,)), Array((3,)))),
        sample((Array((2, 3), dtype="bool"),), (Array((3,)),), default=1.5),
    ]
)
def select(conditions, choices, /, default=0.0) -> Tensor:
    """For each element the choice that belongs to the first condition that holds, or ``default``.

    Raises `ArgumentError` unless there are as many ``choices`` as ``conditions``, one at least.
    """
    held, chosen = list(conditions), list(choices)
    if len(held) != len(chosen) or not held:
        raise ArgumentError(f"'select' needs a choice for each condition; got {len(held)} and {len(chosen)}")
    result = default
    for condition, choice in zip(reversed(held), reversed(chosen), strict=True):
        result = where(condition, choice, result)
    return asarray(result)


@composition(
    samples=[sample(Array((2, 2), 1.5, 2.0), Array((1,)), Array((1,)))],
    conventions=[
        at(
            1.0,
            [0.0, 1.0, 2.0],
            [0.0, 1.0, 0.0],
            slope=(-1.0, None, None),
            why="of the piece to its right",
            agree="jax",
            autograd="error",
        ),
        at(
            [-1.0, 3.0],
            [0.0, 1.0, 2.0],
            [0.0, 1.0, 0.0],
            slope=([0.0, 0.0], None, None),
            why="constant beyond the ends",
            agree="jax",
            autograd="error",
        ),
    ],
)
def interp(x, points, values, /, left=None, right=None) -> Tensor:
    """The broken line through ``values`` at the increasing ``points`` (vectors), at ``x``; beyond, ``left`` and ``right`` or the ends.

    At a point the slope is that of the piece to its right; beyond the ends it is 0.
    """
    x, points, values = asarray(x), asarray(points), asarray(values)
    n = points.shape[0] if points.ndim == 1 else 0
    if n < 1 or tuple(points.shape) != tuple(values.shape):
        raise ShapeError(
            f"'interp' needs points and values as vectors of one length; got the shapes {tuple(points.shape)} and {tuple(values.shape)}"
        )
    first, last = points[0], points[n - 1]
    low, high = (values[i] if given is None else given for i, given in ((0, left), (n - 1, right)))
    if n == 1:
        return where(x < first, low, where(x > last, high, values[0] + 0.0 * x))
    place = clip(searchsorted(points, x, side="right") - 1, 0, n - 2)
    start, end = take(points, place), take(points, place + 1)
    before, behind = take(values, place), take(values, place + 1)
    inner = before + (behind - before) * ((x - start) / (end - start))
    return where(x < first, low, where(x > last, high, inner))


def _full_start(mode: str, m: int, n: int) -> int:
    """Where the part that ``mode`` keeps starts in the full convolution."""
    shorter = m if m < n else n
    return {"full": 0, "same": (shorter - 1) // 2, "valid": shorter - 1}[mode]


def _convolved(xp: Any, g: Any, other: Any, m: int, n: int, mode: str) -> Any:
    """The cotangent of a full convolution, correlated with the ``other`` operand."""
    start = _full_start(mode, m, n)
    full = xp.scatter(g, key=(slice(start, start + g.shape[0]),), shape=(m + n - 1,))
    return xp.convolve(full, xp.flip(other, axis=0), mode="valid")


def _two_vectors(arrays: tuple[Any, ...], options: Options) -> Options:
    one, two = (tuple(array.raw.shape) for array in arrays)
    if len(one) != 1 or len(two) != 1 or 0 in one + two:
        raise ShapeError(f"'convolve' needs two vectors that are not empty; got the shapes {one} and {two}")
    if options["mode"] not in ("full", "same", "valid"):
        raise ArgumentError(f"'convolve' takes mode='full', 'same' or 'valid'; got {options['mode']!r}")
    return options


@primitive(
    vjp={
        "x1": lambda xp, g, x2, x1_shape, x2_shape, mode: _convolved(xp, g, x2, x1_shape[0], x2_shape[0], mode),
        "x2": lambda xp, g, x1, x1_shape, x2_shape, mode: _convolved(xp, g, x1, x1_shape[0], x2_shape[0], mode),
    },
    jvp={
        "x1": lambda xp, t, x2, mode: xp.convolve(t, x2, mode=mode),
        "x2": lambda xp, t, x1, mode: xp.convolve(x1, t, mode=mode),
    },
    prepare=_two_vectors,
    batching="example",
    samples=[
        sample(Array((m,)), Array((n,)), mode=mode)
        for mode in ("full", "same", "valid")
        for m, n in ((5, 3), (3, 4), (4, 4), (1, 3))
    ]
    + [sample(Array((4,), dtype="complex"), Array((2,), dtype="complex"))],
)
def convolve(x1, x2, /, mode="full"):
    """Convolution of two vectors: all of it, its middle, as long as the longer one (``"same"``), or the full overlaps (``"valid"``)."""


@composition(
    samples=[
        sample(Array((m,)), Array((n,)), mode=mode)
        for mode in ("full", "same", "valid")
        for m, n in ((5, 3), (3, 4), (4, 4), (2, 5))
    ]
    + [sample(Array((4,), dtype="complex"), Array((2,), dtype="complex"))]
)
def correlate(x1, x2, /, mode="valid") -> Tensor:
    """Cross-correlation of two vectors, sums of ``x1[i + k]`` times the conjugate of ``x2[i]``; ``mode`` as in `convolve`."""
    x1, x2 = asarray(x1), asarray(x2)
    x2 = conj(x2) if x2.dtype.kind == "complex" else x2
    if x1.ndim == 1 and x2.ndim == 1 and x1.shape[0] < x2.shape[0]:
        return flip(
            convolve(x2, flip(x1), mode=mode)
        )  # as NumPy has it: where the middle is depends on which is longer
    return convolve(x1, flip(x2), mode=mode)


@composition(
    samples=[
        sample(Array((4,)), None),
        sample(Array((2, 4)), None, dx=0.5, axis=0),
        sample(Array((2, 3)), Array((3,))),
        sample(Array((3, 2)), Array((3, 2)), axis=0),
        sample(Array((4,), dtype="complex"), None, dx=0.5),
    ]
)
def trapezoid(y, x=None, /, dx=1.0, axis=-1) -> Tensor:
    """The integral of ``y`` along ``axis`` by the trapezoidal rule, at the points ``x`` (a vector, or like ``y``) or ``dx`` apart."""
    y = asarray(y)
    place = axis_in_range(axis, y.ndim)
    front = (slice(None),) * place
    middles = (getitem(y, key=(*front, slice(1, None))) + getitem(y, key=(*front, slice(None, -1)))) * 0.5
    return sum(middles * (dx if x is None else _steps(asarray(x), place, y.ndim)), axis=place)


def _steps(x: Tensor, axis: int, ndim: int) -> Tensor:
    if x.ndim > 1:
        return diff(x, axis=axis)
    return reshape(diff(x), shape=tuple(-1 if i == axis else 1 for i in range(ndim)))


def _largest(dtype: Any) -> float:
    return 3.3895313892515355e38 if dtype is dtypes.bfloat16 else float(settings.host().finfo(dtype.name).max)


@composition(
    samples=[
        sample(Array((2, 3))),
        sample(Array((3,)), nan=1.0, posinf=2.0, neginf=-2.0),
        sample(Array((3,), dtype="complex")),
    ],
    conventions=[
        at([NAN, INF, -INF, 1.0], slope=[0.0, 0.0, 0.0, 1.0], why="a constant stands there", agree="autograd jax torch")
    ],
)
def nan_to_num(x, /, nan=0.0, posinf=None, neginf=None) -> Tensor:
    """``x`` with ``nan`` for NaN, and numbers for the infinities (None: the largest and smallest of the dtype); constant there."""
    given = asarray(x)
    if given.dtype.kind != "real":
        return given
    inf = float("inf")
    top = _largest(given.dtype)
    finite = where(given == inf, top if posinf is None else posinf, where(isnan(given), nan, given))
    return where(given == -inf, -top if neginf is None else neginf, finite)
