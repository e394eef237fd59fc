"""Functions that take arrays apart and put them together: splitting, stacking in rows and columns."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from unigrad.card import composition
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.axes import axis_in_range
from unigrad.primitives.creation import asarray
from unigrad.primitives.indexing import getitem
from unigrad.primitives.manipulation import concat, reshape
from unigrad.samples import Array, sample

__all__ = [
    "array_split",
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "column_stack",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "split",
    "vsplit",
    "vstack",
]


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


def _of_axes(name: str, x: Any, sections: Any, axis: int, ndim: int) -> tuple[Tensor, ...]:
    given = asarray(x)
    if given.ndim < ndim:
        raise ShapeError(f"'{name}' needs at least {ndim} axes; got an array of shape {tuple(given.shape)}")
    return split(given, sections, axis)


@composition(samples=[sample(Array((2, 4)), sections=2), sample(Array((5,)), sections=[1, 3])])
def hsplit(x, /, sections) -> tuple[Tensor, ...]:
    """`split` along the second axis, of a vector along the first."""
    given = asarray(x)
    return _of_axes("hsplit", given, sections, 0 if given.ndim == 1 else 1, 1)


@composition(samples=[sample(Array((4, 2)), sections=2)])
def vsplit(x, /, sections) -> tuple[Tensor, ...]:
    """`split` along the first axis of an array that has at least two."""
    return _of_axes("vsplit", x, sections, 0, 2)


@composition(samples=[sample(Array((2, 1, 4)), sections=2)])
def dsplit(x, /, sections) -> tuple[Tensor, ...]:
    """`split` along the third axis."""
    return _of_axes("dsplit", x, sections, 2, 3)


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


@composition(
    samples=[
        *PAIRS,
        NUMBERS,
        sample((Array((1, 3)), Array((3,)))),
        sample((Array((2,), dtype="complex"), Array((2,), dtype="complex"))),
    ]
)
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
