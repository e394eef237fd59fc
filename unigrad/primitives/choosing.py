"""Choosing: elements by their number, by a condition, or by cases."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from unigrad import dtypes
from unigrad.card import composition
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import remainder
from unigrad.primitives.choices import clip, where
from unigrad.primitives.constant import logical_not, logical_or
from unigrad.primitives.creation import asarray, astype, stop_gradient, zeros_like
from unigrad.primitives.indexing import getitem, index_set, take, take_along_axis
from unigrad.primitives.layout import broadcast_arrays, ravel
from unigrad.primitives.manipulation import expand_dims, reshape, stack
from unigrad.primitives.sorting import nonzero
from unigrad.samples import Array, sample

__all__ = ["argwhere", "choose", "compress", "extract", "flatnonzero", "piecewise"]


def wrapped(indices: Any, n: int, mode: str, name: str) -> Tensor:
    """``indices`` brought within ``n`` elements: ``"raise"`` leaves them, ``"wrap"`` goes round, ``"clip"`` stops at the ends."""
    index = stop_gradient(indices)
    if mode == "wrap":
        return remainder(index, n)
    if mode == "clip":
        return clip(index, 0, n - 1)
    if mode != "raise":
        raise ArgumentError(f"'{name}' takes mode='raise', 'wrap' or 'clip'; got {mode!r}")
    return index


@composition(
    samples=[
        sample(Array((2, 3), 0, 1, dtype="int"), (Array((2, 3)), Array((3,)))),
        sample(Array((3,), 0, 5, dtype="int"), (Array((3,)), Array((3,)), Array(())), mode="wrap"),
        sample(Array((3,), -2, 5, dtype="int"), (Array((3,)), Array((3,))), mode="clip"),
    ]
)
def choose(x, choices, /, mode="raise") -> Tensor:
    """For each element of the integers ``x``, the element of the array of that number among the ``choices``, all broadcast together."""
    given = [asarray(each) for each in choices]
    if not given:
        raise ShapeError("'choose' needs at least one array to choose from")
    index = wrapped(x, len(given), mode, "choose")
    if index.dtype.kind != "integer":
        raise DTypeError(f"'choose' needs integers to choose by, not '{index.dtype}'")
    index, *given = broadcast_arrays([index, *given])
    return take_along_axis(stack(given), expand_dims(index, axis=0), axis=0)[0]


@composition(
    samples=[
        sample(Array((4,), dtype="bool"), Array((4, 2)), axis=0),
        sample(Array((3,), dtype="bool"), Array((2, 3)), axis=-1),
        sample(Array((5,), dtype="bool"), Array((2, 3))),
        sample(Array((3,), dtype="bool"), Array((3,), dtype="complex")),
    ]
)
def compress(condition, x, /, axis=None) -> Tensor:
    """The sub-arrays of ``x`` along ``axis`` where the vector ``condition`` holds, which may be shorter; None flattens first."""
    condition = asarray(condition)
    if condition.ndim != 1:
        raise ShapeError(f"'compress' needs a vector of conditions; got an array of shape {tuple(condition.shape)}")
    return take(ravel(x) if axis is None else x, nonzero(condition)[0], axis=0 if axis is None else axis)


@composition(samples=[sample(Array((2, 3), dtype="bool"), Array((2, 3)))])
def extract(condition, x, /) -> Tensor:
    """The elements of ``x`` where ``condition`` holds, along one axis."""
    return compress(ravel(condition), x)


def flatnonzero(x: Any, /) -> Tensor:
    """The positions in the flattened ``x`` of the elements that are not zero."""
    return nonzero(ravel(x))[0]


def argwhere(x: Any, /) -> Tensor:
    """The positions of the elements that are not zero, a row for each."""
    x = asarray(x)
    if not x.shape:
        row = astype(reshape(x, shape=(1, 1)), dtypes.int64)
        return getitem(row, key=(slice(0, int(bool(x))), slice(0, 0)))
    return stack(nonzero(x), axis=1)


def piecewise(
    x: Any, /, conditions: Sequence[Any], functions: Sequence[Callable[..., Any] | Any], *args: Any
) -> Tensor:
    """For each element the value of the function that belongs to the last condition that holds, of those elements alone.

    One function more than conditions is for the elements for which none holds; else these give 0. A number stands for a
    constant function. Raises `ArgumentError` for another number of functions.
    """
    x = asarray(x)
    cases = [stop_gradient(each) for each in (conditions if isinstance(conditions, (list, tuple)) else [conditions])]
    given = list(functions)
    if len(given) == len(cases) + 1:
        some = cases[0]
        for case in cases[1:]:
            some = logical_or(some, case)
        cases.append(logical_not(some))
    if len(given) != len(cases):
        raise ArgumentError(
            f"'piecewise' needs a function for each condition, or one more; got {len(given)} for {len(cases)}"
        )
    result = zeros_like(x)
    for case, function in zip(cases, given, strict=True):
        if callable(function):
            result = index_set(result, astype(asarray(function(getitem(x, key=case), *args)), x.dtype), key=case)
        else:
            result = where(case, function, result)
    return result
