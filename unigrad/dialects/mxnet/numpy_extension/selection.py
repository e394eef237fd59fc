"""Functions that pick, mark and mask by position, and MXNet's reshape with its special lengths."""

from __future__ import annotations

import builtins
from typing import Any

from unigrad.dialects.mxnet.errors import ArrayValueError, translated
from unigrad.dialects.mxnet.formats import format_for
from unigrad.dialects.mxnet.numpy import choice, shapes
from unigrad.dialects.mxnet.numpy.arrays import F, ndarray

__all__ = [
    "arange_like",
    "cast",
    "gather_nd",
    "nonzero",
    "one_hot",
    "pick",
    "reshape",
    "reshape_like",
    "sequence_mask",
    "shape_array",
    "slice",
    "topk",
]


def _places(index: Any) -> Any:
    return F.astype(F.stop_gradient(index), "int64")


@translated
def one_hot(data: Any, depth: int, on_value: float = 1.0, off_value: float = 0.0, dtype: Any = "float32") -> Any:
    """For each number of `data` a row of `depth` places, `on_value` at that one and `off_value` elsewhere."""
    hit = F.equal(F.expand_dims(_places(data), axis=-1), F.arange(depth))
    return F.astype(F.where(hit, float(on_value), float(off_value)), format_for(dtype))


@translated
def pick(data: Any, index: Any, axis: int = -1, mode: str = "clip", keepdims: bool = False) -> Any:
    """The element along `axis` that `index` names, one for each of the other places."""
    axis %= data.ndim
    places = _places(index)
    places = places if places.ndim == data.ndim else F.expand_dims(places, axis=axis)
    length = data.shape[axis]
    places = F.clip(places, 0, length - 1) if mode == "clip" else F.remainder(places, length)
    picked = F.take_along_axis(data, places, axis=axis)
    return picked if keepdims else F.squeeze(picked, axis)


@translated
def topk(
    data: Any, axis: int | None = -1, k: int = 1, ret_typ: str = "indices", is_ascend: bool = False, dtype: Any = None
) -> Any:
    """The `k` largest (or smallest) along `axis`: their places (float32), ``"value"``, ``"both"``, or a ``"mask"`` of them."""
    if axis is None:
        data, axis = shapes.ravel(data), 0
    order = F.argsort(data, axis=axis, descending=not is_ascend)
    places = F.take(order, F.arange(k or data.shape[axis]), axis=axis)
    values = F.take_along_axis(data, places, axis=axis)
    if ret_typ == "mask":
        axis %= data.ndim
        row = F.reshape(F.arange(data.shape[axis]), (-1,) + (1,) * (data.ndim - axis))
        hit = F.any(F.equal(F.expand_dims(places, axis=axis), row), axis=axis + 1)
        return F.astype(hit, data.dtype)
    found = {"indices": F.astype(places, format_for(dtype)), "value": values}
    if ret_typ == "both":
        return [values, found["indices"]]
    if ret_typ not in found:
        raise ArrayValueError(f"topk()'s ret_typ is 'indices', 'value', 'both' or 'mask', not {ret_typ!r}")
    return found[ret_typ]


@translated
def sequence_mask(
    data: Any, sequence_length: Any = None, use_sequence_length: bool = False, value: float = 0.0, axis: int = 0
) -> Any:
    """`data` with `value` where the place along `axis` (0 or 1) is beyond the length of the sequence."""
    if not use_sequence_length or sequence_length is None:
        return data
    places = F.reshape(F.arange(data.shape[axis]), (-1, 1) if axis == 0 else (1, -1))
    lengths = F.reshape(_places(sequence_length), (1, -1) if axis == 0 else (-1, 1))
    inside = F.less(places, lengths)
    inside = F.broadcast_to(F.reshape(inside, inside.shape + (1,) * (data.ndim - 2)), data.shape)
    return F.where(inside, data, F.full_like(data, value))


@translated
def gather_nd(data: Any, indices: Any) -> Any:
    """The parts at the places whose coordinates are the columns of `indices`."""
    places = _places(indices)
    return F.getitem(data, key=tuple(F.getitem(places, key=i) for i in range(places.shape[0])))


@translated
def arange_like(data: Any, start: float = 0.0, step: float = 1.0, axis: int | None = None, **_: Any) -> Any:
    """Numbers from `start` in steps, as many as `data` has elements (in its shape), or places along `axis`."""
    count = data.size if axis is None else data.shape[axis]
    row = F.add(F.multiply(F.arange(count, dtype=data.dtype), step), start)
    return F.reshape(row, data.shape) if axis is None else row


def reshape_like(lhs: Any, rhs: Any) -> Any:
    """The elements of `lhs` in the shape of `rhs`."""
    return shapes.reshape(lhs, rhs.shape)


def shape_array(data: Any) -> ndarray:
    """The shape as an array, int64."""
    return F.asarray(list(data.shape), "int64")  # type: ignore[no-any-return]


def nonzero(data: Any) -> Any:
    """The places of the elements that are not zero, one in a row."""
    return choice.argwhere(data)


def cast(data: Any, dtype: Any) -> Any:
    """`data` in another dtype."""
    return data.astype(dtype)


@translated
def slice(data: Any, begin: Any, end: Any, step: Any = ()) -> Any:
    """The part from `begin` to below `end`, for each axis."""
    steps = tuple(step) or (None,) * len(tuple(begin))
    return F.getitem(data, key=tuple(builtins.slice(*each) for each in zip(begin, end, steps, strict=True)))


@translated
def reshape(a: Any, newshape: Any, reverse: bool = False, order: str = "C") -> Any:
    """The same elements in another shape, with special lengths.

    -1 is what is left over, -2 keeps a length, -3 drops a length of 1, -4 keeps all that follow, -5 joins two axes, and -6
    divides one into the two lengths after it.
    """
    if reverse or order != "C":
        raise ArrayValueError("npx.reshape() reads axes from the left and elements in C order only")
    return F.reshape(a, special(a.shape, (newshape,) if isinstance(newshape, int) else tuple(newshape)))


def special(shape: tuple[int, ...], newshape: tuple[int, ...]) -> tuple[int, ...]:
    """The lengths that `newshape`, with MXNet's special ones, stands for."""
    lengths, place, out = iter(newshape), 0, []
    for length in lengths:
        if length >= -1:
            out.append(length)
            place += 1
        elif length in (-2, -3):
            if length == -3 and shape[place] != 1:
                raise ArrayValueError(f"-3 drops an axis of length 1, but axis {place} has {shape[place]}")
            out += [shape[place]] if length == -2 else []
            place += 1
        elif length == -4:
            out += shape[place:]
            place = len(shape)
        elif length == -5:
            out.append(shape[place] * shape[place + 1])
            place += 2
        elif length == -6:
            first, second = next(lengths), next(lengths)
            first = shape[place] // second if first == -1 else first
            out += [first, shape[place] // first if second == -1 else second]
            place += 1
        else:
            raise ArrayValueError(f"npx.reshape() has no length {length}; the special ones are -1 to -6")
    return tuple(out)
