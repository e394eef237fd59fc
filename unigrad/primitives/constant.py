"""Functions whose derivative is zero wherever there is one: comparisons, rounding, logic, positions."""

from __future__ import annotations

import math
from typing import Any

from unigrad.card import constant
from unigrad.conversion import is_complex
from unigrad.errors import MissingRule
from unigrad.primitives.axes import of_some, one_axis, reduction_axes
from unigrad.recording import recording_flag
from unigrad.samples import Array, at, binary, sample, unary

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "bitwise_and",
    "bitwise_invert",
    "bitwise_left_shift",
    "bitwise_or",
    "bitwise_right_shift",
    "bitwise_xor",
    "ceil",
    "count_nonzero",
    "equal",
    "floor",
    "floor_divide",
    "greater",
    "greater_equal",
    "isfinite",
    "isinf",
    "isnan",
    "less",
    "less_equal",
    "logical_and",
    "logical_not",
    "logical_or",
    "logical_xor",
    "not_equal",
    "round",
    "searchsorted",
    "sign",
    "signbit",
    "trunc",
]

TIED = Array((12,), 0, 1, dtype="int")
COMPARED = [*binary(), sample(Array((4,)), 0.5), sample(0.5, Array((4,))), sample(TIED, TIED)]
ROUNDED = unary(-1.9, 1.9, away=(-1.5, -1.0, -0.5, 0.0, 0.5, 1.0, 1.5))
LOGICAL = binary(Array(dtype="bool"), Array(dtype="bool"))
INTEGERS = binary(Array(low=0, high=7, dtype="int"), Array(low=0, high=5, dtype="int"))
REDUCED = [
    sample(Array((2, 3), distinct=True)),
    sample(Array((2, 3), distinct=True), axis=0),
    sample(Array((2, 3), distinct=True), axis=-1, keepdims=True),
]
BOOLEANS = [
    sample(Array((2, 3), dtype="bool")),
    sample(Array((2, 3), dtype="bool"), axis=(0, 1)),
    sample(Array((2, 3), dtype="bool"), axis=1, keepdims=True),
    sample(Array((0, 3), dtype="bool"), axis=0),
]


@constant(operator="==", samples=COMPARED)
def equal(x1, x2, /):
    """Whether ``x1 == x2``, elementwise."""


@constant(operator="!=", samples=COMPARED)
def not_equal(x1, x2, /):
    """Whether ``x1 != x2``, elementwise."""


@constant(operator="<", samples=COMPARED)
def less(x1, x2, /):
    """Whether ``x1 < x2``, elementwise."""


@constant(operator="<=", samples=COMPARED)
def less_equal(x1, x2, /):
    """Whether ``x1 <= x2``, elementwise."""


@constant(operator=">", samples=COMPARED)
def greater(x1, x2, /):
    """Whether ``x1 > x2``, elementwise."""


@constant(operator=">=", samples=COMPARED)
def greater_equal(x1, x2, /):
    """Whether ``x1 >= x2``, elementwise."""


@constant(samples=LOGICAL)
def logical_and(x1, x2, /):
    """Whether both hold, elementwise."""


@constant(samples=LOGICAL)
def logical_or(x1, x2, /):
    """Whether either holds, elementwise."""


@constant(samples=LOGICAL)
def logical_xor(x1, x2, /):
    """Whether exactly one holds, elementwise."""


@constant(samples=[sample(Array((2, 3), dtype="bool"))])
def logical_not(x, /):
    """Whether ``x`` does not hold."""


@constant(samples=[*INTEGERS, *LOGICAL])
def bitwise_and(x1, x2, /):
    """The bits set in both."""


@constant(samples=[*INTEGERS, *LOGICAL])
def bitwise_or(x1, x2, /):
    """The bits set in either."""


@constant(samples=[*INTEGERS, *LOGICAL])
def bitwise_xor(x1, x2, /):
    """The bits set in exactly one."""


@constant(samples=[sample(Array((2, 3), -5, 5, dtype="int")), sample(Array((2, 3), dtype="bool"))])
def bitwise_invert(x, /):
    """``x`` with every bit flipped."""


@constant(samples=INTEGERS)
def bitwise_left_shift(x1, x2, /):
    """``x1`` with its bits moved up by ``x2``."""


@constant(samples=INTEGERS)
def bitwise_right_shift(x1, x2, /):
    """``x1`` with its bits moved down by ``x2``."""


@constant(
    samples=ROUNDED,
    conventions=[at(1.0, slope=0.0, why="constant on either side of the jump", agree="autograd jax torch")],
)
def ceil(x, /):
    """The smallest whole number not below ``x``."""


@constant(
    samples=ROUNDED,
    conventions=[at(1.0, slope=0.0, why="constant on either side of the jump", agree="autograd jax torch")],
)
def floor(x, /):
    """The largest whole number not above ``x``."""


@constant(
    samples=ROUNDED,
    conventions=[at(1.0, slope=0.0, why="constant on either side of the jump", agree="autograd jax torch")],
)
def trunc(x, /):
    """``x`` without its fraction."""


@constant(
    samples=ROUNDED,
    conventions=[at(0.5, slope=0.0, why="constant on either side of the jump", agree="autograd jax torch")],
)
def round(x, /):
    """The nearest whole number; a half goes to the even one."""


def _constant_sign(arrays: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    (x,) = arrays
    if x.node is not None and is_complex(x.raw.dtype) and recording_flag.get():
        raise MissingRule("'sign' is no constant where numbers are complex; write x / abs(x), which has a derivative")
    return options


@constant(
    samples=unary(away=(0.0,)),
    prepare=_constant_sign,
    conventions=[at(0.0, slope=0.0, why="constant on either side", second=0.0, agree="autograd jax torch")],
)
def sign(x, /):
    """-1, 0 or 1 as ``x`` is negative, zero or positive."""


@constant(samples=unary(away=(0.0,)))
def signbit(x, /):
    """Whether the sign bit of ``x`` is set: true for -0.0."""


@constant(
    samples=[
        *binary(Array(low=0.2, high=0.9), Array(low=1.1, high=1.9)),
        *binary(Array(low=-3.7, high=-3.3), Array(low=1.25, high=1.55)),
    ],
    conventions=[
        at(3.0, 1.5, slope=(0.0, 0.0), why="constant on either side of the jump", agree="autograd jax", torch="error")
    ],
)
def floor_divide(x1, x2, /):
    """The largest whole number not above ``x1 / x2``."""


@constant(samples=[*unary(), sample(math.inf)])
def isfinite(x, /):
    """Whether ``x`` is neither infinite nor NaN."""


@constant(samples=unary())
def isinf(x, /):
    """Whether ``x`` is infinite."""


@constant(samples=unary())
def isnan(x, /):
    """Whether ``x`` is NaN."""


@constant(samples=BOOLEANS, prepare=reduction_axes)
def all(x, /, axis=None, keepdims=False):
    """Whether every element along ``axis`` holds."""


@constant(samples=BOOLEANS, prepare=reduction_axes)
def any(x, /, axis=None, keepdims=False):
    """Whether some element along ``axis`` holds."""


@constant(samples=[*BOOLEANS, *REDUCED], prepare=reduction_axes)
def count_nonzero(x, /, axis=None, keepdims=False):
    """How many elements along ``axis`` are not zero."""


@constant(samples=REDUCED, prepare=of_some("argmax", one_axis))
def argmax(x, /, axis=None, keepdims=False):
    """Where along ``axis`` the largest element stands: the first of several, a position in the flattened array for None.

    Raises `ShapeError` where there are no elements.
    """


@constant(samples=REDUCED, prepare=of_some("argmin", one_axis))
def argmin(x, /, axis=None, keepdims=False):
    """Where along ``axis`` the smallest element stands: the first of several, a position in the flattened array for None.

    Raises `ShapeError` where there are no elements.
    """


@constant(
    samples=[
        sample(Array((2, 5), distinct=True)),
        sample(Array((4, 2), distinct=True), axis=0, descending=True),
        sample(Array((40,), 0, 3, dtype="int")),
    ],
    prepare=one_axis,
)
def argsort(x, /, axis=-1, descending=False, stable=True):
    """The positions that sort ``x`` along ``axis``; equal elements keep their order."""


@constant(
    samples=[
        sample(Array((1,)), Array((3,))),
        sample(Array((0,)), Array((2,)), side="right"),
        sample(Array((1,), 1, 1, dtype="int"), Array((8,), 0, 2, dtype="int"), side="right"),
    ]
)
def searchsorted(x1, x2, /, side="left"):
    """Where the elements of ``x2`` belong in the sorted vector ``x1``."""
