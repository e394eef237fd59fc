"""Functions of ``jnp`` that turn, repeat, pad, drop and insert elements."""

from __future__ import annotations

import math
import operator
from typing import Any

from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, strong
from unigrad.dialects.jax.numpy.creation import array
from unigrad.dialects.jax.numpy.joining import array_split, concatenate
from unigrad.dialects.jax.numpy.manipulation import broadcast_to, expand_dims, lengths_of, ravel, reshape
from unigrad.dialects.jax.precision import default_dtype
from unigrad.errors import ArgumentError, ShapeError

__all__ = ["delete", "flip", "fliplr", "flipud", "insert", "pad", "repeat", "resize", "roll", "rot90", "tile"]


def flip(m: Any, axis: Any = None) -> Array:
    """The elements in reverse order along an axis, several, or all."""
    result: Array = F.flip(strong(m, "flip"), axis=axis)
    return result


def flipud(m: Any) -> Array:
    """The rows in reverse order."""
    return flip(m, 0)


def fliplr(m: Any) -> Array:
    """The columns in reverse order."""
    return flip(m, 1)


def rot90(m: Any, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """The plane of two axes turned by `k` right angles."""
    result: Array = F.rot90(strong(m, "rot90"), k, axes)
    return result


def roll(a: Any, shift: Any, axis: Any = None) -> Array:
    """The elements moved along, those that fall off coming in at the other end."""
    moved = shift.tolist() if hasattr(shift, "tolist") else shift
    result: Array = F.roll(strong(a, "roll"), tuple(moved) if isinstance(moved, list) else moved, axis=axis)
    return result


def tile(A: Any, reps: Any) -> Array:  # noqa: N803 - JAX's name
    """The array laid side by side, so often along each axis."""
    result: Array = F.tile(strong(A, "tile"), lengths_of(reps))
    return result


def repeat(a: Any, repeats: Any, axis: int | None = None, *, total_repeat_length: int | None = None) -> Array:
    """Each element several times in a row: so often all, or each by its own number."""
    x = strong(a, "repeat")
    counts = repeats.tolist() if hasattr(repeats, "tolist") else repeats
    if isinstance(counts, (list, tuple)) and len(counts) == 1:
        counts = counts[0]
    x, place = (ravel(x), 0) if axis is None else (x, axis % x.ndim)
    if isinstance(counts, int) and total_repeat_length is None:
        result: Array = F.repeat(x, counts, axis=place)
        return result
    each = [counts] * x.shape[place] if isinstance(counts, int) else list(counts)
    if len(each) != x.shape[place]:
        raise ShapeError(f"repeat needs a number for each of {x.shape[place]} elements, not {len(each)}")
    order = [i for i, count in enumerate(each) for _ in range(count)]
    if total_repeat_length is not None:
        order = (order + order[-1:] * total_repeat_length)[:total_repeat_length]
    found: Array = F.take(x, array(order, dtype=int), axis=place)
    return found


def pad(array: Any, pad_width: Any, mode: Any = "constant", **kwargs: Any) -> Array:
    """The array with more elements before and behind along its axes."""
    x = strong(array, "pad")
    widths = pad_width.tolist() if hasattr(pad_width, "tolist") else pad_width
    if not isinstance(mode, str):
        raise ArgumentError("jnp.pad here takes a mode by its name, not a function")
    if mode != "constant" and kwargs:
        raise ArgumentError(f"jnp.pad here takes no {', '.join(kwargs)} with mode {mode!r}")
    if mode == "empty":
        mode = "constant"
    options = {"constant_values": kwargs.get("constant_values", 0)} if mode == "constant" else {}
    result: Array = F.pad(x, widths, mode, **options)
    return cast(result, dtype_of(x))


def delete(arr: Any, obj: Any, axis: int | None = None) -> Array:
    """The array without the elements, or sub-arrays along an axis, at the positions `obj`."""
    x = strong(arr, "delete")
    x, place = (ravel(x), 0) if axis is None else (x, axis % x.ndim)
    n = x.shape[place]
    if isinstance(obj, slice):
        gone = set(range(*obj.indices(n)))
    else:
        listed = array(obj, copy=False)
        places = listed.reshape(-1).tolist()
        if dtype_of(listed).kind == "bool":
            places = [i for i, each in enumerate(places) if each]
        gone = {each + n if each < 0 else each for each in places}
    result: Array = F.take(x, array([i for i in range(n) if i not in gone], dtype=int), axis=place)
    return result


def insert(arr: Any, obj: int, values: Any, axis: int | None = None) -> Array:
    """The array with `values` before the position `obj`, one number."""
    x = strong(arr, "insert")
    x, place = (ravel(x), 0) if axis is None else (x, axis % x.ndim)
    cut = operator.index(obj)
    cut = cut + x.shape[place] if cut < 0 else cut
    before, behind = array_split(x, [cut], place)
    added = cast(array(values, copy=False), dtype_of(x))
    if axis is None:
        added = ravel(added)
    elif added.ndim < x.ndim:
        room = tuple(1 if i == place else n for i, n in enumerate(x.shape))
        added = broadcast_to(expand_dims(added, place) if added.ndim == x.ndim - 1 else added, room)
    return concatenate([before, added, behind], place)


def resize(a: Any, new_shape: Any) -> Array:
    """The elements in another shape, repeated from the start where there are too few."""
    flat, lengths = ravel(a), lengths_of(new_shape)
    wanted = math.prod(lengths)
    if not flat.size:
        return broadcast_to(cast(F.zeros((), dtype=default_dtype("real")), dtype_of(flat)), lengths)
    return reshape(tile(flat, -(-wanted // flat.size))[:wanted], lengths)
