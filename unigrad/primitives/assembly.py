"""Functions that take arrays apart and put them together: padding, splitting, stacking in rows and columns."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from unigrad.card import composition
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.axes import axis_in_range
from unigrad.primitives.creation import asarray, full_like, zeros_like
from unigrad.primitives.indexing import getitem, index_set, scatter, take
from unigrad.primitives.manipulation import broadcast_to, concat, reshape
from unigrad.samples import Array, sample

__all__ = [
    "array_split",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "column_stack",
    "dstack",
    "hstack",
    "pad",
    "split",
    "vstack",
]

Widths = tuple[tuple[int, int], ...]


def _widths(given: Any, ndim: int) -> Widths:
    """NumPy's ``pad_width`` as a pair for each axis: a number, one pair for all, or a pair for each."""
    try:
        if not isinstance(given, Sequence):
            return ((operator.index(given),) * 2,) * ndim
        if not any(isinstance(each, Sequence) for each in given):
            ends = tuple(map(operator.index, given))
            return ((ends[0], ends[-1]),) * ndim if len(ends) in (1, 2) else _unpaired(given, ndim)
        pairs = tuple((operator.index(low), operator.index(high)) for low, high in given)
    except (TypeError, ValueError):
        return _unpaired(given, ndim)
    return pairs * ndim if len(pairs) == 1 else pairs if len(pairs) == ndim else _unpaired(given, ndim)


def _unpaired(given: Any, ndim: int) -> Widths:
    raise ArgumentError(
        f"'pad' takes a width, a pair of them, or a pair for each of the {ndim} axes; got pad_width={given!r}"
    )


def _sources(mode: str, n: int, before: int, after: int) -> list[int]:
    """Which of ``n`` elements stands at each place of the padded axis."""
    places = range(-before, n + after)
    if mode == "edge":
        return [0 if i < 0 else n - 1 if i >= n else i for i in places]
    if mode == "wrap":
        return [i % n for i in places]
    period = 2 * n if mode == "symmetric" else 2 * (n - 1) or 1
    folded = [i % period for i in places]
    return [i if i < n else period - i - (mode == "symmetric") for i in folded]


@composition(
    samples=[
        sample(Array((2, 3)), pad_width=1),
        sample(Array((2, 3)), pad_width=((0, 2), (1, 0))),
        sample(Array((3,)), pad_width=(1, 2), constant_values=1.5),
        sample(Array((2, 3)), pad_width=((1, 2), (0, 1)), mode="edge"),
        sample(Array((3,)), pad_width=4, mode="reflect"),
        sample(Array((1, 3)), pad_width=(1, 2), mode="symmetric"),
        sample(Array((3,)), pad_width=(2, 4), mode="wrap"),
        sample(Array(()), pad_width=0),
    ]
)
def pad(x, /, pad_width, mode="constant", constant_values=0.0) -> Tensor:
    """``x`` with ``pad_width`` more elements at the ends of its axes: one number, a pair, or a pair for each axis.

    They hold ``constant_values`` (one number), or are copied by the ``mode``: the ``"edge"``, the inside mirrored at the
    edge element (``"reflect"``) or behind it (``"symmetric"``), or the other end (``"wrap"``).
    """
    result = asarray(x)
    widths = _widths(pad_width, result.ndim)
    if any(low < 0 or high < 0 for low, high in widths):
        raise ArgumentError(f"'pad' takes widths from 0 on; got pad_width={pad_width!r}")
    if mode == "constant":
        return _pad_constant(result, widths, constant_values)
    if mode not in ("edge", "reflect", "symmetric", "wrap"):
        raise ArgumentError(f"'pad' knows mode='constant', 'edge', 'reflect', 'symmetric' and 'wrap'; got {mode!r}")
    for axis, (low, high) in enumerate(widths):
        if low or high:
            if result.shape[axis] == 0:
                raise ArgumentError(f"'pad' with mode={mode!r} has nothing to copy along axis {axis}, of length 0")
            result = take(result, _sources(mode, result.shape[axis], low, high), axis=axis)
    return result


def _pad_constant(x: Tensor, widths: Widths, value: Any) -> Tensor:
    key = tuple(slice(low, low + n) for (low, _), n in zip(widths, x.shape, strict=True))
    shape = tuple(low + n + high for (low, high), n in zip(widths, x.shape, strict=True))
    if type(value) in (int, float) and value == 0:
        return scatter(x, key=key, shape=shape)
    return index_set(full_like(broadcast_to(zeros_like(x[(0,) * x.ndim]), shape=shape), value), x, key=key)


def _starts(n: int, sections: Any, even: bool) -> list[int]:
    """Where each part but the first starts."""
    if isinstance(sections, Sequence):
        return [operator.index(each) for each in sections]
    count = operator.index(sections)
    if count < 1 or (even and n % count):
        raise ArgumentError(f"an axis of length {n} cannot be split into {count} equal parts; use array_split")
    size, longer = divmod(n, count)
    return [i * size + (longer if i > longer else i) for i in range(1, count)]


def _split(x: Any, sections: Any, axis: int, even: bool) -> tuple[Tensor, ...]:
    x = asarray(x)
    place = axis_in_range(axis, x.ndim)
    starts = _starts(x.shape[place], sections, even)
    front = (slice(None),) * place
    return tuple(
        getitem(x, key=(*front, slice(first, last))) for first, last in zip([0, *starts], [*starts, None], strict=True)
    )


@composition(
    samples=[
        sample(Array((4, 3)), sections=2),
        sample(Array((2, 3)), sections=3, axis=-1),
        sample(Array((5,)), sections=[1, 3]),
    ]
)
def split(x, /, sections, axis=0) -> tuple[Tensor, ...]:
    """``x`` in parts along ``axis``: so many equal ones, or cut before each of the positions in ``sections``.

    Raises `ArgumentError` where the parts would not be equal.
    """
    return _split(x, sections, axis, even=True)


@composition(samples=[sample(Array((5, 2)), sections=3), sample(Array((2, 3)), sections=2, axis=1)])
def array_split(x, /, sections, axis=0) -> tuple[Tensor, ...]:
    """`split`, where the first parts may be longer by one."""
    return _split(x, sections, axis, even=False)


def _at_least(x: Any, ndim: int) -> Tensor:
    given = asarray(x)
    shape = tuple(given.shape)
    if len(shape) >= ndim:
        return given
    line = shape or (1,)
    return reshape(
        given, shape=line if ndim == 1 else (1, *line) if ndim == 2 else (*line, 1) if shape[1:] else (1, *line, 1)
    )


SHAPES = [sample(Array(shape)) for shape in ((), (2,), (2, 3), (2, 1, 2))]


@composition(samples=SHAPES)
def atleast_1d(x, /) -> Tensor:
    """``x``, with one axis if it has none."""
    return _at_least(x, 1)


@composition(samples=SHAPES)
def atleast_2d(x, /) -> Tensor:
    """``x`` with two axes if it has fewer, new ones in front."""
    return _at_least(x, 2)


@composition(samples=SHAPES)
def atleast_3d(x, /) -> Tensor:
    """``x`` with three axes if it has fewer; a vector becomes the middle one, a matrix the first two."""
    return _at_least(x, 3)


def _listed(arrays: Any, name: str) -> list[Tensor]:
    listed = list(arrays)
    if not listed:
        raise ShapeError(f"'{name}' needs at least one array")
    return listed


PAIRS = [sample((Array((2,)), Array((2,)))), sample((Array((2, 3)), Array((2, 3)), Array((2, 3))))]
NUMBERS = sample((Array(()), Array(())))


@composition(samples=[*PAIRS, NUMBERS, sample((Array((2, 1)), Array((2, 3))))])
def hstack(arrays, /) -> Tensor:
    """The ``arrays`` side by side: joined along the second axis, vectors along the first."""
    listed = [_at_least(each, 1) for each in _listed(arrays, "hstack")]
    return concat(listed, axis=0 if listed[0].ndim == 1 else 1)


@composition(samples=[*PAIRS, NUMBERS, sample((Array((1, 3)), Array((3,))))])
def vstack(arrays, /) -> Tensor:
    """The ``arrays`` below each other: joined along the first axis, vectors as rows."""
    return concat([_at_least(each, 2) for each in _listed(arrays, "vstack")], axis=0)


@composition(samples=PAIRS)
def dstack(arrays, /) -> Tensor:
    """The ``arrays`` behind each other: joined along the third axis."""
    return concat([_at_least(each, 3) for each in _listed(arrays, "dstack")], axis=2)


@composition(samples=[*PAIRS, sample((Array((2,)), Array((2, 2))))])
def column_stack(arrays, /) -> Tensor:
    """The ``arrays`` side by side, vectors as columns."""
    given = [asarray(each) for each in _listed(arrays, "column_stack")]
    return concat([reshape(x, shape=(-1, 1)) if x.ndim < 2 else x for x in given], axis=1)
