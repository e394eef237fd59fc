"""Functions of ``jnp`` that join arrays and take them apart."""

from __future__ import annotations

import itertools
from typing import Any

from unigrad.dialects.jax.arrays import Array, F, cast, promoted, strong
from unigrad.dialects.jax.numpy.manipulation import (
    atleast_1d,
    atleast_2d,
    atleast_3d,
    lengths_of,
    moveaxis,
    ravel,
    reshape,
)
from unigrad.dialects.jax.precision import given_dtype
from unigrad.dialects.jax.refusals import IncompatibleShapes
from unigrad.errors import ShapeError

__all__ = [
    "append",
    "array_split",
    "block",
    "column_stack",
    "concat",
    "concatenate",
    "dsplit",
    "dstack",
    "hsplit",
    "hstack",
    "split",
    "stack",
    "unstack",
    "vsplit",
    "vstack",
]


def _arrays(arrays: Any, what: str, dtype: Any = None) -> tuple[Array, ...]:
    if not isinstance(arrays, (list, tuple)):
        arrays = list(strong(arrays, what))
    if not arrays:
        raise ShapeError(f"Need at least one array to {what}.")
    made = promoted(*arrays, what=what)
    return made if dtype is None else tuple(cast(each, given_dtype(dtype, what)) for each in made)


def concatenate(arrays: Any, axis: int | None = 0, dtype: Any = None) -> Array:
    """The arrays joined along an axis; without one, flattened and joined."""
    made = _arrays(arrays, "concatenate", dtype)
    if axis is None:
        made, axis = tuple(map(ravel, made)), 0
    if any(each.ndim == 0 for each in made):
        raise ShapeError("Zero-dimensional arrays cannot be concatenated.")
    try:
        result: Array = F.concat(made, axis=axis)
    except ShapeError as error:
        raise IncompatibleShapes(f"cannot concatenate arrays: {error}") from error
    return result


def concat(arrays: Any, /, *, axis: int | None = 0) -> Array:
    """`concatenate`, under the array API's name."""
    return concatenate(arrays, axis)


def stack(arrays: Any, axis: int = 0, out: None = None, dtype: Any = None) -> Array:
    """The arrays, of one shape, along a new axis."""
    result: Array = F.stack(_arrays(arrays, "stack", dtype), axis=axis)
    return result


def unstack(x: Any, /, *, axis: int = 0) -> tuple[Array, ...]:
    """The sub-arrays along an axis."""
    return tuple(moveaxis(x, axis, 0))


def vstack(tup: Any, dtype: Any = None) -> Array:
    """The arrays, rows or matrices, below each other."""
    return concatenate([atleast_2d(each) for each in _arrays(tup, "vstack", dtype)], 0)


def hstack(tup: Any, dtype: Any = None) -> Array:
    """The arrays beside each other."""
    made = [atleast_1d(each) for each in _arrays(tup, "hstack", dtype)]
    return concatenate(made, 0 if made[0].ndim == 1 else 1)


def dstack(tup: Any, dtype: Any = None) -> Array:
    """The arrays behind each other."""
    return concatenate([atleast_3d(each) for each in _arrays(tup, "dstack", dtype)], 2)


def column_stack(tup: Any) -> Array:
    """Vectors as columns, and matrices, beside each other."""
    return concatenate([reshape(x, (-1, 1)) if x.ndim < 2 else x for x in _arrays(tup, "column_stack")], 1)


def block(arrays: Any) -> Array:
    """Blocks in nested lists, the innermost beside each other, put together."""
    depth = _depth(arrays)
    return _blocks(arrays, depth, max(depth, _most_axes(arrays)))


def _depth(x: Any) -> int:
    return 1 + max(map(_depth, x)) if isinstance(x, list) else 0


def _most_axes(x: Any) -> int:
    return max(map(_most_axes, x)) if isinstance(x, list) else strong(x, "block").ndim


def _blocks(x: Any, depth: int, axes: int) -> Array:
    if not isinstance(x, list):
        given = strong(x, "block")
        return reshape(given, (1,) * (axes - given.ndim) + given.shape)
    return concatenate([_blocks(each, depth - 1, axes) for each in x], -depth)


def append(arr: Any, values: Any, axis: int | None = None) -> Array:
    """`values` behind `arr` along an axis; without one, both flattened."""
    return concatenate([strong(arr, "append"), strong(values, "append", 1)], axis)


def array_split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    """Parts along an axis: so many of nearly one length, or between the positions given."""
    x = strong(ary, "array_split")
    n = x.shape[axis]
    if isinstance(indices_or_sections, int):
        each, more = divmod(n, indices_or_sections)
        sizes = [each + 1] * more + [each] * (indices_or_sections - more)
        cuts = [sum(sizes[:i]) for i in range(len(sizes) + 1)]
    else:
        cuts = [0, *lengths_of(indices_or_sections), n]
    place = axis % x.ndim
    keys = ((*((slice(None),) * place), slice(a, b)) for a, b in itertools.pairwise(cuts))
    return [F.getitem(x, key=key) for key in keys]


def split(ary: Any, indices_or_sections: Any, axis: int = 0) -> list[Array]:
    """Parts along an axis: so many of one length, or between the positions given."""
    n = strong(ary, "split").shape[axis]
    if isinstance(indices_or_sections, int) and n % indices_or_sections:
        raise ShapeError(f"array split does not result in an equal division: {n} elements, {indices_or_sections} parts")
    return array_split(ary, indices_or_sections, axis)


def vsplit(ary: Any, indices_or_sections: Any) -> list[Array]:
    """`split` along the first axis."""
    return split(ary, indices_or_sections, 0)


def hsplit(ary: Any, indices_or_sections: Any) -> list[Array]:
    """`split` along the second axis, of a vector along its one."""
    return split(ary, indices_or_sections, 0 if strong(ary, "hsplit").ndim == 1 else 1)


def dsplit(ary: Any, indices_or_sections: Any) -> list[Array]:
    """`split` along the third axis."""
    return split(ary, indices_or_sections, 2)
