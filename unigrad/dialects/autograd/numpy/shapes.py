"""Functions that change shapes and axes, in NumPy's names and signatures."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import unigrad as ug
from unigrad import settings
from unigrad.dialects.autograd.arrays import F, asarray, cast, ndarray

NAMES = (
    "astype atleast_1d atleast_2d atleast_3d broadcast_arrays broadcast_to fliplr flipud make_diagonal permute_dims ravel repeat "
    "reshape rollaxis tile transpose"
).split()


def reshape(a: Any, /, shape: Any = None, order: Any = "C", *, newshape: Any = None) -> ndarray:
    """The same elements, in order, in another shape."""
    if order not in ("C", "A", None):
        raise ug.ArgumentError("reshape takes order='C' here; transpose before and after for 'F'")
    made: ndarray = F.reshape(asarray(a), shape=lengths(newshape if shape is None else shape))
    return made


def lengths(shape: Any) -> Any:
    """A shape as a tuple of Python numbers, or one number."""
    return tuple(int(n) for n in shape) if isinstance(shape, Sequence) else int(shape)


def ravel(a: Any, order: Any = "C") -> ndarray:
    """All elements along one axis."""
    return reshape(a, -1, order)


def transpose(a: Any, axes: Any = None) -> ndarray:
    """`a` with its axes in the order `axes`, reversed if none is given."""
    x = asarray(a)
    made: ndarray = F.permute_dims(x, axes=tuple(reversed(range(x.ndim))) if axes is None else tuple(axes))
    return made


permute_dims = transpose


def rollaxis(a: Any, axis: int, start: int = 0) -> ndarray:
    """`a` with `axis` moved to before `start`."""
    x = asarray(a)
    place, before = axis % x.ndim, start + x.ndim if start < 0 else start
    made: ndarray = F.moveaxis(x, place, before - 1 if place < before else before)
    return made


def broadcast_to(array: Any, shape: Any, subok: bool = False) -> ndarray:
    """`array` repeated along new axes and axes of length 1, up to `shape`."""
    made: ndarray = F.broadcast_to(asarray(array), shape=lengths(shape))
    return made


def broadcast_arrays(*args: Any) -> tuple[ndarray, ...]:
    """The arrays, all of their common shape."""
    arrays = [asarray(each) for each in args]
    shape = settings.host().broadcast_shapes(*(each.shape for each in arrays))
    return tuple(broadcast_to(each, shape) for each in arrays)


def repeat(a: Any, repeats: Any, axis: int | None = None) -> ndarray:
    """Each element `repeats` times in a row; several numbers of repeats are one for each."""
    x = asarray(a)
    if isinstance(repeats, int):
        made: ndarray = F.repeat(x, repeats=repeats, axis=axis)
        return made
    counts = asarray(repeats).numpy().ravel().tolist()
    if len(counts) == 1:
        return repeat(x, counts[0], axis)
    places = [i for i, n in enumerate(counts) for _ in range(n)]
    taken: ndarray = F.take(x, places, axis=axis)
    return taken


def tile(A: Any, reps: Any) -> ndarray:  # noqa: N803 - NumPy's name
    """`A` laid out `reps` times along each axis."""
    counts = reps.tolist() if hasattr(reps, "tolist") else reps
    made: ndarray = F.tile(asarray(A), repetitions=counts if isinstance(counts, int) else tuple(counts))
    return made


def fliplr(m: Any) -> ndarray:
    """`m` with its columns in reverse order."""
    made: ndarray = F.flip(asarray(m), axis=1)
    return made


def flipud(m: Any) -> ndarray:
    """`m` with its rows in reverse order."""
    made: ndarray = F.flip(asarray(m), axis=0)
    return made


def atleast_1d(*arys: Any) -> Any:
    """Arrays of one axis or more."""
    return _each(arys, lambda x: x if x.ndim else F.reshape(x, (1,)))


def atleast_2d(*arys: Any) -> Any:
    """Arrays of two axes or more, new ones in front."""
    return _each(arys, lambda x: x if x.ndim > 1 else F.reshape(x, (1, *(x.shape or (1,)))))


def atleast_3d(*arys: Any) -> Any:
    """Arrays of three axes or more; a vector becomes the middle one, a matrix the first two."""
    return _each(arys, lambda x: x if x.ndim > 2 else F.reshape(atleast_2d(x), (*atleast_2d(x).shape, 1)))


def _each(arrays: Sequence[Any], change: Callable[[ndarray], Any]) -> Any:
    made = tuple(change(asarray(each)) for each in arrays)
    return made[0] if len(made) == 1 else made


def make_diagonal(D: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> ndarray:  # noqa: N803 - autograd's name
    """Matrices over the last two axes with the last axis of `D` on their diagonals; for offset 0 and the axes -1, -2."""
    if (offset, axis1, axis2) != (0, -1, -2):
        raise NotImplementedError(
            "make_diagonal supports offset=0, axis1=-1, axis2=-2 only; scatter by index for others"
        )
    x = asarray(D)
    places = list(range(x.shape[-1]))
    made: ndarray = F.scatter(x, key=(Ellipsis, places, places), shape=(*x.shape, x.shape[-1]))
    return made


def astype(x: Any, dtype: Any, /, *, copy: bool = True) -> ndarray:
    """`x` in another dtype; a change to integers cuts the graph."""
    return cast(asarray(x), dtype)
