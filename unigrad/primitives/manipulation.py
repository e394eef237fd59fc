"""Functions that move elements about: shapes, axes, joining, repeating."""

from __future__ import annotations

import builtins
import itertools
import math
import operator
from collections.abc import Sequence
from typing import Any

from unigrad.card import composition, linear
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.axes import axes_in_range, axis_in_range, new_axes, new_axis, one_axis
from unigrad.primitives.indexing import getitem
from unigrad.pulls import unbroadcast
from unigrad.samples import Array, sample

__all__ = [
    "broadcast_to",
    "concat",
    "expand_dims",
    "flip",
    "matrix_transpose",
    "moveaxis",
    "permute_dims",
    "repeat",
    "reshape",
    "roll",
    "squeeze",
    "stack",
    "swapaxes",
    "tile",
    "unstack",
]

Options = dict[str, Any]


def _shape(spec: Any) -> tuple[int, ...]:
    try:
        return tuple(map(operator.index, spec)) if isinstance(spec, Sequence) else (operator.index(spec),)
    except TypeError:
        raise ShapeError(f"a shape is a whole number or a sequence of them, not {spec!r}") from None


def _full_shape(arrays: tuple[Any, ...], options: Options) -> Options:
    """``shape`` with its -1 worked out."""
    before = tuple(arrays[0].raw.shape)
    asked = _shape(options["shape"])
    size, known = math.prod(before), math.prod(n for n in asked if n != -1)
    shape = asked
    if asked.count(-1) == 1 and known and size % known == 0:
        shape = tuple(size // known if n == -1 else n for n in asked)
    if math.prod(shape) != size or min(shape, default=0) < 0:
        raise ShapeError(f"cannot reshape an array of shape {before}, {size} elements, to {asked}")
    return {"shape": shape}


@linear(
    transpose=lambda xp, g, x_shape: xp.reshape(g, shape=x_shape),
    prepare=_full_shape,
    samples=[
        sample(Array((2, 3)), shape=(6,)),
        sample(Array((2, 3)), shape=(3, -1)),
        sample(Array(()), shape=(1, 1)),
        sample(Array((0, 2)), shape=(2, 0)),
        sample(Array((2, 3), dtype="complex"), shape=(3, 2)),
    ],
)
def reshape(x, /, shape, *, copy=None):
    """``x`` with the same elements, in order, in another ``shape``; one length may be -1.

    ``copy`` makes no difference, as nothing can change a Tensor's array behind another's back.
    """


def _all_axes(arrays: tuple[Any, ...], options: Options) -> Options:
    ndim = len(arrays[0].raw.shape)
    axes = axes_in_range(tuple(options["axes"]), ndim)
    if len(axes) != ndim:
        raise ShapeError(f"'permute_dims' needs each of the {ndim} axes once; got {options['axes']}")
    return {**options, "axes": axes}


@linear(
    transpose=lambda xp, g, axes: xp.permute_dims(g, axes=tuple(axes.index(i) for i in range(len(axes)))),
    prepare=_all_axes,
    samples=[
        sample(Array((2, 3)), axes=(1, 0)),
        sample(Array((2, 3, 4)), axes=(2, 0, -2)),
        sample(Array(()), axes=()),
        sample(Array((2, 3), dtype="complex"), axes=(1, 0)),
    ],
)
def permute_dims(x, /, axes):
    """``x`` with its axes in the order ``axes``."""


@linear(
    transpose=lambda xp, g, x_shape: xp.reshape(g, shape=x_shape),
    prepare=new_axes,
    samples=[
        sample(Array((2, 3)), axis=0),
        sample(Array((2, 3)), axis=-1),
        sample(Array(()), axis=0),
        sample(Array((2,)), axis=(0, 2)),
        sample(Array((2, 3), dtype="complex"), axis=1),
    ],
)
def expand_dims(x, /, axis=0):
    """``x`` with a new axis of length 1 at ``axis``, one or several."""


def _squeezable(arrays: tuple[Any, ...], options: Options) -> Options:
    shape = tuple(arrays[0].raw.shape)
    axis = options["axis"]
    axes = tuple(i for i, n in enumerate(shape) if n == 1) if axis is None else axes_in_range(axis, len(shape))
    for i in axes:
        if shape[i] != 1:
            raise ShapeError(f"cannot squeeze axis {i} of an array of shape {shape}: its length is {shape[i]}, not 1")
    return {**options, "axis": axes}


@linear(
    transpose=lambda xp, g, x_shape: xp.reshape(g, shape=x_shape),
    prepare=_squeezable,
    samples=[
        sample(Array((2, 1, 3)), axis=1),
        sample(Array((1, 2, 1))),
        sample(Array((1, 2, 1)), axis=(0, -1)),
        sample(Array((2, 1), dtype="complex")),
        sample(Array((1, 2, 1)), axis=0),
    ],
)
def squeeze(x, /, axis=None):
    """``x`` without the axes ``axis``, which have length 1; None for all such."""


def _broadcast_shape(arrays: tuple[Any, ...], options: Options) -> Options:
    before, shape = tuple(arrays[0].raw.shape), _shape(options["shape"])
    added = len(shape) - len(before)
    if added < 0 or any(n not in (1, m) for n, m in zip(before, shape[added:], strict=True)):
        raise ShapeError(f"cannot broadcast an array of shape {before} to {shape}")
    return {**options, "shape": shape}


@linear(
    transpose=lambda xp, g, x_shape: unbroadcast(xp, g, x_shape),
    prepare=_broadcast_shape,
    samples=[
        sample(Array((3,)), shape=(2, 3)),
        sample(Array((2, 1)), shape=(2, 3)),
        sample(Array(()), shape=(2, 2)),
        sample(Array((1,)), shape=(0,)),
        sample(Array((2, 1), dtype="complex"), shape=(2, 3)),
    ],
)
def broadcast_to(x, /, shape):
    """``x`` repeated along new axes and axes of length 1, up to ``shape``."""


def _concat_transpose(xp: Any, g: Any, index: int, arrays_shape: Any, axis: int) -> Any:
    start = builtins.sum(shape[axis] for shape in arrays_shape[:index])
    return xp.getitem(g, key=(*((slice(None),) * axis), slice(start, start + arrays_shape[index][axis]), Ellipsis))


def _shapes(name: str, arrays: tuple[Any, ...]) -> list[tuple[int, ...]]:
    if not arrays:
        raise ShapeError(f"'{name}' needs at least one array")
    return [tuple(array.raw.shape) for array in arrays]


def _joined_axis(arrays: tuple[Any, ...], options: Options) -> Options:
    shapes = _shapes("concat", arrays)
    axis = axis_in_range(options["axis"], len(shapes[0]))
    if len({(*shape[:axis], *shape[axis + 1 :]) for shape in shapes}) > 1 or len({len(shape) for shape in shapes}) > 1:
        raise ShapeError(
            f"'concat' along axis {axis} needs arrays of one shape but for that axis; got {' and '.join(map(str, shapes))}"
        )
    return {**options, "axis": axis}


def _equal_shapes(arrays: tuple[Any, ...], options: Options) -> Options:
    shapes = _shapes("stack", arrays)
    if len(set(shapes)) > 1:
        raise ShapeError(f"'stack' needs arrays of one shape; got {' and '.join(map(str, shapes))}")
    return new_axis(arrays, options)


@linear(
    transpose=_concat_transpose,
    prepare=_joined_axis,
    sequence=True,
    samples=[
        sample((Array((2, 3)), Array((1, 3)))),
        sample((Array((2, 1)), Array((2, 0)), Array((2, 2))), axis=-1),
        sample((Array((2,)),)),
        sample((Array((2, 1), dtype="complex"), Array((2, 2))), axis=1),
    ],
)
def concat(arrays, /, axis=0):
    """The ``arrays`` joined along an ``axis`` that they have."""


@linear(
    transpose=lambda xp, g, index, axis: xp.getitem(g, key=(*((slice(None),) * axis), index, Ellipsis)),
    prepare=_equal_shapes,
    sequence=True,
    samples=[
        sample((Array((2, 3)), Array((2, 3)))),
        sample((Array((2,)), Array((2,)), Array((2,))), axis=-1),
        sample((Array(()), Array(()))),
        sample((Array((2,)), Array((2,), dtype="complex")), axis=1),
    ],
)
def stack(arrays, /, axis=0):
    """The ``arrays``, all of one shape, joined along a new ``axis``."""


def _flipped_axes(arrays: tuple[Any, ...], options: Options) -> Options:
    ndim = len(arrays[0].raw.shape)
    axis = options["axis"]
    return {**options, "axis": tuple(range(ndim)) if axis is None else axes_in_range(axis, ndim)}


@linear(
    transpose=lambda xp, g, axis: xp.flip(g, axis=axis),
    prepare=_flipped_axes,
    samples=[
        sample(Array((2, 3))),
        sample(Array((2, 3)), axis=0),
        sample(Array((2, 3)), axis=(-1,)),
        sample(Array(())),
        sample(Array((2, 3), dtype="complex"), axis=0),
    ],
)
def flip(x, /, axis=None):
    """``x`` in reverse order along ``axis``: an axis, several, or None for all."""


def _rolled_axes(arrays: tuple[Any, ...], options: Options) -> Options:
    if options["axis"] is None:
        if not isinstance(options["shift"], int):
            raise ArgumentError("'roll' without an axis takes one shift, a whole number")
        return options
    axes = axes_in_range(options["axis"], len(arrays[0].raw.shape))
    shift = options["shift"]
    shifts = tuple(shift) if isinstance(shift, Sequence) else (shift,) * len(axes)
    if len(shifts) != len(axes):
        raise ArgumentError(f"'roll' needs a shift for each axis; got {len(shifts)} shifts for {len(axes)} axes")
    return {**options, "axis": axes, "shift": shifts}


def _roll_back(xp: Any, g: Any, shift: Any, axis: Any) -> Any:
    return xp.roll(g, shift=-shift if axis is None else tuple(-n for n in shift), axis=axis)


@linear(
    transpose=_roll_back,
    prepare=_rolled_axes,
    samples=[
        sample(Array((2, 3)), shift=1),
        sample(Array((2, 3)), shift=-1, axis=1),
        sample(Array((2, 3)), shift=(1, 2), axis=(0, 1)),
        sample(Array((2, 3), dtype="complex"), shift=1, axis=1),
    ],
)
def roll(x, /, shift, axis=None):
    """``x`` with its elements moved by ``shift`` along ``axis``, round and round; None rolls the flattened array."""


def _repetitions(arrays: tuple[Any, ...], options: Options) -> Options:
    given = _shape(options["repetitions"])
    return {**options, "repetitions": (1,) * (len(arrays[0].raw.shape) - len(given)) + given}


def _tile_transpose(xp: Any, g: Any, x_shape: tuple[int, ...], repetitions: tuple[int, ...]) -> Any:
    shape = (1,) * (len(repetitions) - len(x_shape)) + tuple(x_shape)
    pairs = xp.reshape(g, shape=tuple(itertools.chain.from_iterable(zip(repetitions, shape, strict=True))))
    return xp.reshape(xp.sum(pairs, axis=tuple(range(0, 2 * len(shape), 2)), keepdims=False), shape=x_shape)


@linear(
    transpose=_tile_transpose,
    prepare=_repetitions,
    samples=[
        sample(Array((2, 3)), repetitions=(2, 1)),
        sample(Array((3,)), repetitions=(2, 2)),
        sample(Array((2, 2)), repetitions=(3,)),
        sample(Array((2,)), repetitions=(0,)),
        sample(Array((2, 3), dtype="complex"), repetitions=(1, 2)),
    ],
)
def tile(x, /, repetitions):
    """``x`` laid out ``repetitions`` times along each axis, new axes in front."""


def _repeated_axis(arrays: tuple[Any, ...], options: Options) -> Options:
    if operator.index(options["repeats"]) < 0:
        raise ArgumentError(f"'repeat' takes a number of repeats from 0 on; got {options['repeats']}")
    return one_axis(arrays, {**options, "repeats": operator.index(options["repeats"])})


def _repeat_transpose(xp: Any, g: Any, x_shape: tuple[int, ...], repeats: int, axis: int | None) -> Any:
    shape = (math.prod(x_shape),) if axis is None else tuple(x_shape)
    place = 0 if axis is None else axis
    runs = xp.reshape(g, shape=(*shape[: place + 1], repeats, *shape[place + 1 :]))
    return xp.reshape(xp.sum(runs, axis=(place + 1,), keepdims=False), shape=x_shape)


@linear(
    transpose=_repeat_transpose,
    prepare=_repeated_axis,
    samples=[
        sample(Array((2, 3)), repeats=2),
        sample(Array((2, 3)), repeats=3, axis=0),
        sample(Array((2, 3)), repeats=2, axis=-1),
        sample(Array((3,)), repeats=0),
        sample(Array((2, 3), dtype="complex"), repeats=2, axis=0),
    ],
)
def repeat(x, /, repeats, axis=None):
    """Each element of ``x`` ``repeats`` times in a row along ``axis``; None flattens first."""


@composition(
    samples=[
        sample(Array((2, 3, 4)), source=0, destination=-1),
        sample(Array((2, 3, 4)), source=(0, 1), destination=(2, 0)),
        sample(Array((2, 3), dtype="complex"), source=0, destination=1),
    ]
)
def moveaxis(x, /, source, destination) -> Tensor:
    """``x`` with the axes ``source`` moved to the places ``destination``, the others in their order."""
    ndim = len(x.shape)
    sources, places = axes_in_range(source, ndim), axes_in_range(destination, ndim)
    if len(sources) != len(places):
        raise ArgumentError(f"'moveaxis' needs a destination for each source; got {source} and {destination}")
    order = [axis for axis in range(ndim) if axis not in sources]
    for place, axis in sorted(zip(places, sources, strict=True)):
        order.insert(place, axis)
    return permute_dims(x, axes=tuple(order))


@composition(
    samples=[sample(Array((2, 3, 4)), axis1=0, axis2=-1), sample(Array((2, 3), dtype="complex"), axis1=0, axis2=1)]
)
def swapaxes(x, /, axis1, axis2) -> Tensor:
    """``x`` with two axes exchanged."""
    order = list(range(len(x.shape)))
    one, two = axis_in_range(axis1, len(order)), axis_in_range(axis2, len(order))
    order[one], order[two] = two, one
    return permute_dims(x, axes=tuple(order))


@composition(samples=[sample(Array((2, 3))), sample(Array((2, 3, 4))), sample(Array((2, 3), dtype="complex"))])
def matrix_transpose(x, /) -> Tensor:
    """``x`` with its last two axes exchanged."""
    if len(x.shape) < 2:
        raise ShapeError(
            f"'matrix_transpose' needs a matrix or a stack of them; got an array of shape {tuple(x.shape)}"
        )
    return swapaxes(x, axis1=-1, axis2=-2)


def unstack(x, /, axis=0):
    """The sub-arrays of ``x`` along ``axis``, as a tuple; the reverse of `stack`."""
    place = axis_in_range(axis, len(x.shape))
    return tuple(getitem(x, key=(*((slice(None),) * place), i, Ellipsis)) for i in range(x.shape[place]))
