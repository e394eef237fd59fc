"""Functions of ``mx.nd`` with arguments of their own: reductions, products, shapes, choice."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.mxnet.errors import translated
from unigrad.dialects.mxnet.formats import format_for
from unigrad.dialects.mxnet.legacy import G, NDArray
from unigrad.dialects.mxnet.numpy_extension.selection import special as _special

__all__ = [
    "argmax",
    "argmin",
    "argsort",
    "broadcast_to",
    "clip",
    "concat",
    "concatenate",
    "dot",
    "expand_dims",
    "flatten",
    "flip",
    "max",
    "mean",
    "min",
    "norm",
    "prod",
    "repeat",
    "reshape",
    "slice_axis",
    "sort",
    "split",
    "squeeze",
    "stack",
    "stop_gradient",
    "sum",
    "swapaxes",
    "take",
    "tile",
    "transpose",
    "where",
]


def _reduction(name: str, dtype: str | None = None, **fixed: Any) -> Any:
    """A reduction that gives shape (1,) where NumPy gives no axes."""
    operation = getattr(G, name)

    @translated
    def function(data: NDArray, axis: Any = None, keepdims: bool = False, exclude: bool = False, **_: Any) -> Any:
        axis = None if axis == () else tuple(axis) if isinstance(axis, list) else axis
        if exclude:
            given = {a % data.ndim for a in ((axis,) if isinstance(axis, int) else axis)}
            axis = tuple(a for a in range(data.ndim) if a not in given)
        result = operation(data, axis=axis, keepdims=keepdims, **fixed)
        result = result if result.ndim else G.reshape(result, (1,))
        return result if dtype is None else G.astype(result, dtype)

    function.__name__ = name
    function.__doc__ = f"{operation.__doc__}\n\nWithout axes left the result has shape (1,)."
    return function


sum, mean, prod, max, min = map(_reduction, ("sum", "mean", "prod", "max", "min"))


argmax, argmin = _reduction("argmax", "float32"), _reduction("argmin", "float32")


def norm(data: NDArray, ord: int = 2, axis: Any = None, keepdims: bool = False, **_: Any) -> Any:
    """The norm of the flat array, or of vectors along `axis`."""
    result = G.vector_norm(data, axis=axis, keepdims=keepdims, ord=ord)
    return result if result.ndim else G.reshape(result, (1,))


@translated
def dot(lhs: NDArray, rhs: NDArray, transpose_a: bool = False, transpose_b: bool = False, **_: Any) -> Any:
    """The product over the last axis of one and the first of the other."""
    lhs = transpose(lhs) if transpose_a else lhs
    rhs = transpose(rhs) if transpose_b else rhs
    result = G.tensordot(lhs, rhs, axes=1)
    return result if result.ndim else G.reshape(result, (1,))


@translated
def reshape(data: NDArray, shape: Any, **_: Any) -> Any:
    """The same elements in another shape; 0 keeps a length, -1 is what is left over."""
    shape = (shape,) if isinstance(shape, int) else tuple(shape)
    lengths = tuple(-2 if length == 0 else length for length in shape)
    if any(length < -1 for length in shape):
        raise ug.ArgumentError("nd.reshape() has the special lengths 0 and -1 only; npx.reshape has others")
    return G.reshape(data, _special(data.shape, lengths))


@translated
def transpose(data: NDArray, axes: Any = None, **_: Any) -> Any:
    """The array with its axes in another order, reversed if none is given."""
    return G.permute_dims(data, tuple(axes) if axes else tuple(range(data.ndim))[::-1])


def flatten(data: NDArray, **_: Any) -> Any:
    """All axes but the first as one."""
    return reshape(data, (data.shape[0], -1))


@translated
def concat(*data: NDArray, dim: int = 1, **_: Any) -> Any:
    """The arrays one after another along `dim`."""
    return G.concat(list(data), axis=dim)


@translated
def concatenate(arrays: Any, axis: int = 0, always_copy: bool = True) -> Any:
    """The arrays one after another along `axis`."""
    return G.concat(list(arrays), axis=axis)


@translated
def stack(*data: NDArray, axis: int = 0, **_: Any) -> Any:
    """The arrays side by side along another axis."""
    return G.stack(list(data), axis=axis)


@translated
def split(data: NDArray, num_outputs: int, axis: int = 1, squeeze_axis: bool = False) -> Any:
    """The array in equal parts; the array itself where there is one."""
    parts = list(G.split(data, num_outputs, axis=axis))
    parts = [G.squeeze(part, axis) for part in parts] if squeeze_axis else parts
    return parts if num_outputs > 1 else parts[0]


@translated
def where(condition: NDArray, x: NDArray, y: NDArray, **_: Any) -> Any:
    """The elements of `x` where the condition is not 0, else those of `y`."""
    return G.where(G.not_equal(condition, 0), x, y)


@translated
def clip(data: NDArray, a_min: float, a_max: float, **_: Any) -> Any:
    """The values kept within bounds."""
    return G.clip(data, a_min, a_max)


@translated
def take(a: NDArray, indices: NDArray, axis: int = 0, mode: str = "clip", **_: Any) -> Any:
    """The parts at `indices` along `axis`, those beyond the end being the last."""
    places = G.astype(G.stop_gradient(indices), "int64")
    length = a.shape[axis]
    places = G.clip(places, 0, length - 1) if mode == "clip" else G.remainder(places, length)
    return G.take(a, places, axis=axis)


@translated
def slice_axis(data: NDArray, axis: int, begin: int, end: int | None) -> Any:
    """The part from `begin` to below `end` along `axis`."""
    return G.getitem(data, key=(slice(None),) * (axis % data.ndim) + (slice(begin, end),))


@translated
def sort(data: NDArray, axis: int = -1, is_ascend: bool = True, **_: Any) -> Any:
    """The elements in order along `axis`."""
    return G.sort(data, axis=axis, descending=not is_ascend)


@translated
def argsort(data: NDArray, axis: int = -1, is_ascend: bool = True, dtype: Any = "float32", **_: Any) -> Any:
    """The places that put the elements in order, float32."""
    return G.astype(G.argsort(data, axis=axis, descending=not is_ascend), format_for(dtype))


def _simple(name: str) -> Any:
    @translated
    def function(data: NDArray, *args: Any, **options: Any) -> Any:
        return getattr(G, name)(data, *args, **options)

    function.__name__ = name
    function.__doc__ = getattr(G, name).__doc__
    return function


broadcast_to, expand_dims, flip, repeat, squeeze, tile = map(
    _simple, ("broadcast_to", "expand_dims", "flip", "repeat", "squeeze", "tile")
)


stop_gradient = _simple("stop_gradient")


@translated
def swapaxes(data: NDArray, dim1: int = 0, dim2: int = 0) -> Any:
    """The array with two axes exchanged."""
    return G.swapaxes(data, dim1, dim2)
