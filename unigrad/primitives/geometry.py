"""Geometry: size, stride, padding and dilation of a sliding window, one whole number a spatial axis, checked.

Arrays are channels first: (N, C, *spatial axes). Padding is a pair (low, high) an axis once it is here.
"""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from unigrad.errors import ArgumentError, ShapeError

Shape = tuple[int, ...]
Edges = tuple[tuple[int, int], ...]


def numbers(function: str, argument: str, value: Any, n: int, least: int) -> Shape:
    """``value``, a whole number or one an axis, as a tuple of `n`; none may be below `least`."""
    given = tuple(value) if isinstance(value, Sequence) and not isinstance(value, str) else (value,)
    try:
        found = tuple(map(operator.index, given))
    except TypeError:
        found = ()
    if len(found) not in (1, n):
        raise ArgumentError(f"'{function}' takes {argument} as a whole number or {n} of them; got {value!r}")
    if min(found) < least:
        raise ArgumentError(f"'{function}' takes {argument} from {least} on; got {value!r}")
    return found * n if len(found) == 1 else found


def edges(function: str, padding: Any, n: int) -> Edges:
    """``padding`` as a pair an axis: a whole number, one an axis, or the pairs themselves."""
    if isinstance(padding, Sequence) and any(isinstance(each, Sequence) for each in padding):
        if len(padding) == n and all(isinstance(each, Sequence) and len(each) == 2 for each in padding):
            return tuple((low, high) for low, high in (numbers(function, "padding", each, 2, 0) for each in padding))
        raise ArgumentError(f"'{function}' takes padding as a whole number, {n} of them or {n} pairs; got {padding!r}")
    return tuple((each, each) for each in numbers(function, "padding", padding, n, 0))


def extent(size: int, dilation: int) -> int:
    """How many elements a window of `size` taps spans."""
    return dilation * (size - 1) + 1


def same_edges(size: Shape, dilation: Shape) -> Edges:
    """The padding with which a window of stride 1 leaves the shape as it is; an odd element goes behind."""
    spans = [extent(k, d) - 1 for k, d in zip(size, dilation, strict=True)]
    return tuple((span // 2, span - span // 2) for span in spans)


def places(function: str, lengths: Sequence[int], size: Shape, stride: Shape, padding: Edges, dilation: Shape) -> Shape:
    """How many positions the window takes along each axis; `ShapeError` where it does not fit once."""
    found = []
    for i, n in enumerate(lengths):
        low, high = padding[i]
        span = extent(size[i], dilation[i])
        if n + low + high < span:
            raise ShapeError(
                f"'{function}' has a kernel that spans {span} elements along spatial axis {i}, "
                f"where the padded input has {n + low + high}"
            )
        found.append((n + low + high - span) // stride[i] + 1)
    return tuple(found)


def rounded_up(lengths: Sequence[int], size: Shape, stride: Shape, padding: Edges, dilation: Shape) -> Edges:
    """The padding with which no element at the end is left out (``ceil_mode``).

    A window that would start behind the input and the padding before it does not count.
    """
    found = []
    for n, k, s, (low, high), d in zip(lengths, size, stride, padding, dilation, strict=True):
        room = n + low + high - extent(k, d)
        count = -(-room // s) + 1
        if (count - 1) * s >= n + low:
            count -= 1
        found.append((low, max(high, high + (count - 1) * s - room)))
    return tuple(found)
