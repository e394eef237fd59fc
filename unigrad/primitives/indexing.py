"""Functions that take elements out by position, and put them in."""

from __future__ import annotations

from typing import Any

from unigrad import settings
from unigrad.card import composition, linear, primitive
from unigrad.conversion import DeeperIndex, constant, format_of, lifted_to, namespace_of
from unigrad.errors import DTypeError, ShapeError
from unigrad.graph import Tensor, make_tensor
from unigrad.primitives.axes import axis_in_range
from unigrad.pulls import unbroadcast
from unigrad.samples import Array, sample

__all__ = ["getitem", "index_set", "scatter", "take", "take_along_axis"]

Options = dict[str, Any]


def _raw_key(arrays: tuple[Any, ...], options: Options) -> Options:
    """``key`` as a tuple, with index arrays as the backend's own; they are copies where the caller could change them."""
    key = options["key"]
    parts = key if isinstance(key, tuple) else (key,)
    return {**options, "key": tuple(_raw_index(part, arrays[0]) for part in parts)}


def _raw_index(part: Any, x: Tensor) -> Any:
    if part is None or part is Ellipsis or type(part) is int:
        return part
    if isinstance(part, slice):
        return slice(*(None if end is None else int(end) for end in (part.start, part.stop, part.step)))
    if type(part) is not bool and hasattr(part, "__index__") and not getattr(part, "shape", ()) and _whole(part):
        return int(part)
    if hasattr(part, "__level__"):  # a virtual backend's own array, among what a node saved
        part = make_tensor(part, part.xp)
    index = part.detach() if isinstance(part, Tensor) else constant(part, x.xp, copy=True)
    if index.xp is not x.xp:
        index = _at_level_of(x, index)
    kind = format_of(index.raw.dtype).kind
    if kind == "real" and 0 in index.raw.shape:  # an empty list has no numbers to tell its dtype by
        return x.xp.astype(index.raw, dtype=x.xp.native_dtype("int64"))
    if x.xp.is_traced(index.raw) and not (isinstance(part, Tensor) or x.xp.is_traced(part)):
        # A constant of the program, not of the trace.
        return settings.host().asarray(part)
    if kind not in ("integer", "bool"):
        raise DTypeError(f"an index is made of integers or booleans, not '{format_of(index.raw.dtype)}'")
    return index.raw


def _at_level_of(x: Tensor, index: Tensor) -> Tensor:
    """An index of another backend by its values, one from below by lifting it; to one from above `x` has to rise."""
    if index.xp.__backend__ is not x.xp.__backend__:
        return constant(index.numpy(), x.xp)
    joined = namespace_of((x, index))
    if joined is not x.xp:
        raise DeeperIndex(joined)
    return lifted_to(joined, index)


def _whole(part: Any) -> bool:
    """Whether an index is a whole number that is known: not a mask, nor of a trace."""
    return not isinstance(part, Tensor) or (
        format_of(part.raw.dtype).kind == "integer" and not part.xp.is_traced(part.raw)
    )


ROWS = ([0, 2, 2], slice(None))
KEYS = [
    (1,),
    (slice(None), -1),
    (Ellipsis, slice(None, None, 2)),
    (None, 0),
    (slice(None, None, -1), None, slice(1, 3)),
    ([2, 0, 0],),
    (slice(None), [1, 1, -1]),
    ([[0, 1], [2, 2]], [0, 3]),
    ([True, False, True],),
    (slice(2, 2),),
    ROWS,
    (0, Ellipsis, [1, 2]),
]


@linear(
    transpose=lambda xp, g, key, x_shape: xp.scatter(g, key=key, shape=x_shape),
    prepare=_raw_key,
    samples=[
        *(sample(Array((3, 4)), key=key) for key in KEYS),
        sample(Array((2, 3, 4)), key=(slice(None), 0, Ellipsis, [1, 2, 3])),
        sample(Array(()), key=()),
        sample(Array((3,)), key=(2,)),
        sample(Array((3, 4), dtype="complex"), key=([0, 0], slice(1, 3))),
    ],
)
def getitem(x, /, key):
    """``x[key]``, for integers, slices, ``...``, None, and arrays of integers or booleans, as NumPy understands them."""


def _scattered(xp: Any, g: Any, key: Any) -> Any:
    return xp.getitem(g, key=key)


@linear(
    transpose=_scattered,
    prepare=_raw_key,
    samples=[
        sample(Array((3,)), key=(slice(None), 1), shape=(3, 2)),
        sample(Array((3, 4)), key=ROWS, shape=(3, 4)),
        sample(Array(()), key=(1,), shape=(2,)),
        sample(Array((3,), dtype="complex"), key=([0, 1, 0],), shape=(2,)),
    ],
)
def scatter(x, /, key, shape):
    """Zeros of ``shape`` with ``x`` added at ``key``; positions that come twice add up. The transpose of `getitem`."""


def _set_x(xp: Any, g: Any, key: Any) -> Any:
    return xp.index_set(g, 0.0, key=key)


def _set_values(xp: Any, g: Any, values_shape: Any, key: Any) -> Any:
    return _summed_to(xp, xp.getitem(g, key=key), tuple(values_shape))


def _values_set(xp: Any, t: Any, x_shape: Any, key: Any) -> Any:
    return xp.index_set(xp.zeros(tuple(x_shape), dtype=t.dtype, device=t.device), t, key=key)


def _summed_to(xp: Any, g: Any, shape: tuple[int, ...]) -> Any:
    """Like `unbroadcast`, for values that have more leading axes of length 1 than their place, which NumPy allows."""
    while len(shape) > len(g.shape):
        g = xp.expand_dims(g, axis=0)
    return unbroadcast(xp, g, shape)


@primitive(
    vjp={"x": _set_x, "values": _set_values},
    jvp={"x": lambda xp, t, key: _set_x(xp, t, key), "values": _values_set},
    prepare=_raw_key,
    samples=[
        sample(Array((3, 4)), Array((4,)), key=(1,)),
        sample(Array((3, 4)), Array(()), key=(slice(None), -1)),
        sample(Array((3, 4)), Array((2, 1)), key=([0, 2],)),
        sample(Array((3,)), Array((2,)), key=([True, False, True],)),
        sample(Array((3, 4)), Array((1, 4)), key=(2,)),
        sample(Array((3, 4)), 2.0, key=(0, slice(1, 3))),
        sample(Array((3, 2), dtype="complex"), Array((2,), dtype="complex"), key=(1,)),
        sample(Array((3, 2), dtype="complex"), Array((2,)), key=(1,)),
    ],
)
def index_set(x, values, /, key):
    """A copy of ``x`` with ``values`` at ``key``, broadcast to fit; what ``x[key] = values`` records.

    Positions that come twice in ``key`` have no defined value, and are refused nowhere: give each once.
    """


def _tensor(x: Any) -> Tensor:
    return x if isinstance(x, Tensor) else constant(x, namespace_of((x,)), copy=True)


def _index_tensor(indices: Any, like: Any) -> Any:
    index = indices if isinstance(indices, Tensor) else constant(indices, like.xp, copy=True)
    if format_of(index.raw.dtype).kind != "integer":
        raise DTypeError(f"'indices' must be integers, not '{format_of(index.raw.dtype)}'")
    return index


@composition(
    samples=[
        sample(Array((3, 4)), indices=[2, 0, 0], axis=0),
        sample(Array((3, 4)), indices=[1, -1], axis=1),
        sample(Array((4,)), indices=[[0, 1], [3, 3]]),
        sample(Array((3, 2), dtype="complex"), indices=[2, 0, 0], axis=0),
    ]
)
def take(x, /, indices, axis=None) -> Tensor:
    """The sub-arrays of ``x`` along ``axis`` at the positions ``indices``; without an axis, of the flattened ``x``."""
    x = _tensor(x)
    if axis is None:
        x, axis = (x if len(x.shape) == 1 else x.reshape(-1)), 0
    place = axis_in_range(axis, len(x.shape))
    return getitem(x, key=(*((slice(None),) * place), _index_tensor(indices, x)))


@composition(
    samples=[
        sample(Array((2, 3)), indices=[[0, 2], [1, 1]], axis=1),
        sample(Array((2, 3)), indices=[[1, 0, 1]], axis=0),
        sample(Array((2, 3), dtype="complex"), indices=[[0], [2]], axis=1),
    ]
)
def take_along_axis(x, /, indices, axis=-1) -> Tensor:
    """For each line of ``x`` along ``axis`` the elements at that line's own ``indices``; other axes broadcast."""
    x = _tensor(x)
    ndim = len(x.shape)
    place = axis_in_range(axis, ndim)
    index = _index_tensor(indices, x)
    if len(index.shape) != ndim:
        raise ShapeError(
            f"'take_along_axis' needs indices with as many axes as x; got the shapes {tuple(index.shape)} and {tuple(x.shape)}"
        )
    key = [make_tensor(_line(x.xp, n, i, ndim), x.xp) for i, n in enumerate(x.shape)]
    key[place] = index
    return getitem(x, key=tuple(key))


def _line(xp: Any, n: int, axis: int, ndim: int) -> Any:
    positions = xp.arange(0, n, 1, dtype=xp.native_dtype("int64"), device=None)
    return xp.reshape(positions, shape=tuple(n if i == axis else 1 for i in range(ndim)))
