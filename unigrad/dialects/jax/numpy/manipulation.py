"""Functions of ``jnp`` that change shapes, and those that join and take apart."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from unigrad.dialects.jax.arrays import Array, F, strong
from unigrad.dialects.jax.numpy.creation import array
from unigrad.dialects.jax.refusals import IncompatibleShapes
from unigrad.errors import ShapeError

__all__ = [
    "atleast_1d",
    "atleast_2d",
    "atleast_3d",
    "broadcast_arrays",
    "broadcast_shapes",
    "broadcast_to",
    "expand_dims",
    "matrix_transpose",
    "moveaxis",
    "ndim",
    "permute_dims",
    "ravel",
    "reshape",
    "rollaxis",
    "shape",
    "size",
    "squeeze",
    "swapaxes",
    "transpose",
]


def lengths_of(shape: Any) -> tuple[int, ...]:
    if hasattr(shape, "tolist"):
        shape = shape.tolist()
    return tuple(map(operator.index, shape)) if isinstance(shape, (tuple, list)) else (operator.index(shape),)


def shape(a: Any) -> tuple[int, ...]:
    """The length of each axis."""
    return array(a).shape


def ndim(a: Any) -> int:
    """The number of axes."""
    return array(a).ndim


def size(a: Any, axis: int | None = None) -> int:
    """The number of elements, or the length of an axis."""
    return array(a).size if axis is None else array(a).shape[axis]


def reshape(a: Any, /, shape: Any, order: str = "C", *, copy: bool | None = None) -> Array:
    """The same elements in another shape; -1 is the length that is left over."""
    x, lengths = strong(a, "reshape"), lengths_of(shape)
    if order == "F":
        return transpose(reshape(transpose(x), tuple(reversed(lengths))))
    if order != "C":
        raise ShapeError(f"jnp.reshape knows order='C' and order='F', not {order!r}")
    try:
        result: Array = F.reshape(x, shape=lengths)
    except ShapeError as error:
        raise IncompatibleShapes(
            f"cannot reshape array of shape {x.shape} (size {x.size}) into shape {shape}"
        ) from error
    return result


def ravel(a: Any, order: str = "C") -> Array:
    """All elements along one axis."""
    return reshape(strong(a, "ravel"), (-1,), order)


def transpose(a: Any, axes: Any = None) -> Array:
    """The axes in the order `axes`, reversed if none is given."""
    x = strong(a, "transpose")
    order = tuple(reversed(range(x.ndim))) if axes is None else tuple(axes)
    result: Array = F.permute_dims(x, axes=order)
    return result


def permute_dims(a: Any, /, axes: Any) -> Array:
    """The axes in the order `axes`."""
    return transpose(a, axes)


def matrix_transpose(x: Any, /) -> Array:
    """The last two axes exchanged."""
    given = strong(x, "matrix_transpose")
    if given.ndim < 2:
        raise ShapeError(f"x must be at least two-dimensional for matrix_transpose; got ndim={given.ndim}")
    return swapaxes(given, -1, -2)


def swapaxes(a: Any, axis1: int, axis2: int) -> Array:
    """Two axes exchanged."""
    result: Array = F.swapaxes(strong(a, "swapaxes"), axis1, axis2)
    return result


def moveaxis(a: Any, source: Any, destination: Any) -> Array:
    """Axes moved to other places; the rest keep their order."""
    result: Array = F.moveaxis(strong(a, "moveaxis"), source, destination)
    return result


def rollaxis(a: Any, axis: int, start: int = 0) -> Array:
    """The axis `axis` moved in front of the axis `start`."""
    x = strong(a, "rollaxis")
    place, before = axis % x.ndim, start if start >= 0 else start + x.ndim
    return moveaxis(x, place, before - (place < before))


def expand_dims(a: Any, axis: int | Sequence[int]) -> Array:
    """New axes of length 1 at the places `axis` of the result."""
    x = strong(a, "expand_dims")
    places = [axis] if isinstance(axis, int) else list(axis)
    total = x.ndim + len(places)
    for place in sorted(each % total if -total <= each < total else each for each in places):
        x = F.expand_dims(x, axis=place)
    return x


def squeeze(a: Any, axis: Any = None) -> Array:
    """The array without its axes of length 1, or without those named."""
    result: Array = F.squeeze(strong(a, "squeeze"), axis)
    return result


def broadcast_to(array: Any, shape: Any) -> Array:
    """The array repeated along axes of length 1 and new leading ones, to this shape."""
    result: Array = F.broadcast_to(strong(array, "broadcast_to"), shape=lengths_of(shape))
    return result


def broadcast_shapes(*shapes: Any) -> tuple[int, ...]:
    """The shape that arrays of these shapes have together."""
    lists = [lengths_of(each) for each in shapes]
    longest = max(map(len, lists), default=0)
    columns = zip(*((1,) * (longest - len(each)) + each for each in lists), strict=True)
    found = []
    for column in columns:
        lengths = {n for n in column if n != 1} or {1}
        if len(lengths) > 1:
            raise ShapeError(f"Incompatible shapes for broadcasting: shapes={lists}")
        found.append(lengths.pop())
    return tuple(found)


def broadcast_arrays(*args: Any) -> list[Array]:
    """The arrays in the shape that they have together."""
    arrays = [strong(each, "broadcast_arrays", i) for i, each in enumerate(args)]
    common = broadcast_shapes(*(each.shape for each in arrays))
    return [broadcast_to(each, common) for each in arrays]


def atleast_1d(*arys: Any) -> Any:
    """The arrays with one axis or more."""
    return _at_least(arys, lambda x: reshape(x, (1,)) if x.ndim == 0 else x)


def atleast_2d(*arys: Any) -> Any:
    """The arrays with two axes or more, new ones in front."""
    return _at_least(arys, lambda x: reshape(x, (1, *x.shape)[-2:] if x.ndim else (1, 1)) if x.ndim < 2 else x)


def atleast_3d(*arys: Any) -> Any:
    """The arrays with three axes or more, as NumPy places them."""
    shapes = {0: (1, 1, 1), 1: (1, -1, 1)}
    return _at_least(
        arys, lambda x: expand_dims(x, 2) if x.ndim == 2 else reshape(x, shapes[x.ndim]) if x.ndim < 2 else x
    )


def _at_least(arrays: tuple[Any, ...], widen: Any) -> Any:
    given = arrays[0] if len(arrays) == 1 and isinstance(arrays[0], (list, tuple)) else arrays
    made = [widen(array(each, copy=False)) for each in given]
    return made[0] if len(arrays) == 1 and given is arrays else made
