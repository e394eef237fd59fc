"""Functions that join arrays, and take or leave out sub-arrays, in NumPy's names and signatures."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.autograd.arrays import F, asarray, ndarray
from unigrad.dialects.autograd.numpy.shapes import atleast_1d, atleast_2d, atleast_3d, broadcast_to, ravel

NAMES = (
    "append block c_ column_stack compress concat concatenate concatenate_args delete diagflat dstack hstack "
    "insert pad r_ row_stack stack take vstack"
).split()


def concatenate(arrays: Any, axis: int | None = 0) -> ndarray:
    """The arrays joined along an axis that they have; None flattens them first."""
    parts = [asarray(each) for each in arrays]
    if axis is None:
        parts, axis = [F.reshape(each, (-1,)) for each in parts], 0
    if not parts:
        raise ug.ShapeError("need at least one array to concatenate")
    if any(not each.shape for each in parts):
        raise ug.ShapeError("zero-dimensional arrays cannot be concatenated; stack them, or use atleast_1d")
    made: ndarray = F.concat(parts, axis=axis)
    return made


concat = concatenate


def concatenate_args(axis: int, *args: Any) -> ndarray:
    """`concatenate`, with the arrays as arguments."""
    return concatenate(args, axis)


def stack(arrays: Any, axis: int = 0) -> ndarray:
    """The arrays, all of one shape, joined along a new axis."""
    parts = [asarray(each) for each in arrays]
    if not parts:
        raise ug.ShapeError("need at least one array to stack")
    made: ndarray = F.stack(parts, axis=axis)
    return made


def vstack(tup: Any) -> ndarray:
    """The arrays below each other."""
    return concatenate([atleast_2d(each) for each in tup])


row_stack = vstack


def hstack(tup: Any) -> ndarray:
    """The arrays beside each other."""
    parts = [atleast_1d(each) for each in tup]
    return concatenate(parts, 0 if parts and parts[0].ndim == 1 else 1)


def dstack(tup: Any) -> ndarray:
    """The arrays behind each other, along a third axis."""
    return concatenate([atleast_3d(each) for each in tup], 2)


def column_stack(tup: Any) -> ndarray:
    """The arrays as columns."""
    parts = [asarray(each) for each in tup]
    return concatenate([each if each.ndim > 1 else F.reshape(each, (-1, 1)) for each in parts], 1)


def append(arr: Any, values: Any, axis: int | None = None) -> ndarray:
    """`arr` with `values` behind it; both flattened where there is no axis."""
    return concatenate([arr, values], axis)


def block(arrays: Any) -> ndarray:
    """Nested lists of blocks as one array: the innermost lists along the last axis, the next along the last but one."""
    depth = _depth(arrays)
    return _block(arrays, depth, max(depth, _widest(arrays)))


def _depth(arrays: Any) -> int:
    return 1 + max(map(_depth, arrays)) if isinstance(arrays, list) else 0


def _widest(arrays: Any) -> int:
    return max(map(_widest, arrays)) if isinstance(arrays, list) else asarray(arrays).ndim


def _block(arrays: Any, depth: int, ndim: int) -> ndarray:
    if not isinstance(arrays, list):
        x = asarray(arrays)
        made: ndarray = F.reshape(x, (1,) * (ndim - x.ndim) + x.shape)
        return made
    return concatenate([_block(each, depth - 1, ndim) for each in arrays], -depth)


class _Joined:
    """What ``np.r_[…]`` and ``np.c_[…]`` are: the things between the brackets, joined."""

    def __init__(self, columns: bool) -> None:
        self._columns = columns

    def __getitem__(self, key: Any) -> ndarray:
        """Slices stand for ranges, ``a:b:nj`` for n numbers from a to b."""
        parts = [_line(each) for each in (key if isinstance(key, tuple) else (key,))]
        return column_stack(parts) if self._columns else concatenate([atleast_1d(each) for each in parts])


def _line(part: Any) -> Any:
    if isinstance(part, str):
        raise ug.ArgumentError("r_ and c_ take arrays, numbers and slices here, no directives in strings")
    if not isinstance(part, slice):
        return part
    start, step = part.start or 0, 1 if part.step is None else part.step
    if isinstance(step, complex):
        return F.linspace(float(start), float(part.stop), int(abs(step)), dtype="float64")
    whole = all(isinstance(each, int) for each in (start, part.stop, step))
    return F.arange(start, part.stop, step, dtype="int64" if whole else "float64")


r_, c_ = _Joined(columns=False), _Joined(columns=True)


def take(a: Any, indices: Any, axis: int | None = None) -> ndarray:
    """The sub-arrays of `a` at the positions `indices`."""
    made: ndarray = F.take(asarray(a), asarray(indices), axis=axis)
    return made


def compress(condition: Any, a: Any, axis: int | None = None) -> ndarray:
    """The sub-arrays of `a` where `condition` holds."""
    return take(a, F.nonzero(asarray(condition))[0], axis)


def delete(arr: Any, obj: Any, axis: int | None = None) -> ndarray:
    """`arr` without the sub-arrays at `obj`: a position, several, or a slice."""
    x = asarray(arr)
    places = list(range(x.size if axis is None else x.shape[axis]))
    if isinstance(obj, slice):
        gone = places[obj]
    else:
        chosen = asarray(obj)
        marked = F.nonzero(chosen)[0] if chosen.dtype.kind == "bool" else chosen
        gone = [places[i] for i in marked.numpy().ravel().tolist()]
    return take(x, asarray([i for i in places if i not in gone]).astype("int64"), axis)


def insert(arr: Any, obj: int, values: Any, axis: int | None = None) -> ndarray:
    """`arr` with `values` before the position `obj`."""
    x = ravel(arr) if axis is None else asarray(arr)
    place = 0 if axis is None else axis % x.ndim
    at = obj + x.shape[place] if obj < 0 else obj
    before = (slice(None),) * place
    new = ravel(values) if axis is None else asarray(values)
    if axis is not None and new.ndim < x.ndim:
        new = broadcast_to(
            F.expand_dims(new, axis=place) if new.ndim else new, (*x.shape[:place], 1, *x.shape[place + 1 :])
        )
    return concatenate([x[(*before, slice(None, at))], new, x[(*before, slice(at, None))]], place)


def pad(array: Any, pad_width: Any, mode: str = "constant", **kwargs: Any) -> ndarray:
    """`array` with a margin; `mode` is 'constant' (with ``constant_values``), 'edge', 'reflect', 'symmetric' or 'wrap'."""
    made: ndarray = F.pad(asarray(array), pad_width, mode, **kwargs)
    return made


def diagflat(v: Any, k: int = 0) -> ndarray:
    """The matrix whose diagonal `k` is the flattened `v`."""
    made: ndarray = F.diag(ravel(v), k)
    return made
