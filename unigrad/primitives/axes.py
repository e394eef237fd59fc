"""Axes: options that name axes, checked and counted from the front."""

from __future__ import annotations

import operator
from collections.abc import Callable, Sequence
from typing import Any

from unigrad.errors import AxisError, ShapeError

Options = dict[str, Any]
Prepare = Callable[[tuple[Any, ...], Options], Options]


def axis_in_range(axis: Any, ndim: int) -> int:
    """`axis` counted from the front; `AxisError` where an array of `ndim` axes has none such."""
    try:
        position = operator.index(axis)
    except TypeError:
        raise AxisError(f"an axis is a whole number, not {axis!r}") from None
    if not -ndim <= position < ndim:
        raise AxisError(
            f"axis {position} is out of range for an array with {ndim} axes; use {-ndim} to {ndim - 1}"
            if ndim
            else f"axis {position} is out of range: the array has no axes"
        )
    return position % ndim


def axes_in_range(axes: Any, ndim: int) -> tuple[int, ...]:
    """One axis or several, as a tuple counted from the front; none may come twice."""
    given = tuple(axes) if isinstance(axes, Sequence) else (axes,)
    positions = tuple(axis_in_range(axis, ndim) for axis in given)
    if len(set(positions)) < len(positions):
        raise AxisError(f"the axes {given} name one axis twice, in an array with {ndim} axes")
    return positions


def reduction_axes(arrays: tuple[Any, ...], options: Options) -> Options:
    """For reductions: ``axis`` as a tuple; None becomes all axes."""
    ndim = len(arrays[0].raw.shape)
    axis = options["axis"]
    return {**options, "axis": tuple(range(ndim)) if axis is None else axes_in_range(axis, ndim)}


def one_axis(arrays: tuple[Any, ...], options: Options) -> Options:
    """For functions along one ``axis``; None stays."""
    axis = options["axis"]
    return options if axis is None else {**options, "axis": axis_in_range(axis, len(arrays[0].raw.shape))}


def refuse_empty(name: str, shape: Sequence[int], axis: Any) -> None:
    """`ShapeError` where one of the axes ``axis`` (None: all) has no elements, of which `name` has no result."""
    if 0 in (shape if axis is None else [shape[i] for i in axes_in_range(axis, len(shape))]):
        raise ShapeError(
            f"'{name}' needs at least one element along each axis that it reduces; "
            f"got the shape {tuple(shape)} with axis={axis}"
        )


def of_some(name: str, prepare: Prepare) -> Prepare:
    """`prepare` for a reduction that has no result for no elements."""

    def prepared(arrays: tuple[Any, ...], options: Options) -> Options:
        shape = arrays[0].raw.shape
        if 0 in shape:
            refuse_empty(name, shape, options["axis"])
        return prepare(arrays, options)

    return prepared


def new_axis(arrays: tuple[Any, ...], options: Options) -> Options:
    """For functions that make a new axis (``stack``): it may also stand behind the last."""
    return {**options, "axis": axis_in_range(options["axis"], len(arrays[0].raw.shape) + 1)}


def new_axes(arrays: tuple[Any, ...], options: Options) -> Options:
    """For ``expand_dims``: one or several new axes, as a tuple counted from the front of the result."""
    axis = options["axis"]
    count = len(axis) if isinstance(axis, Sequence) else 1
    return {**options, "axis": axes_in_range(axis, len(arrays[0].raw.shape) + count)}
