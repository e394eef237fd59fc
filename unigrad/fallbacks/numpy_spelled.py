"""Kernels for libraries with NumPy's spelling, where that differs from the standard's: NumPy, CuPy and the like.

Each takes the library ``np`` first. They stand before the library's own functions of the same name; see the argument
``spelling`` of `unigrad.backend.Backend`.
"""

from __future__ import annotations

from typing import Any

from unigrad.errors import DTypeError

__all__ = [
    "arange",
    "argsort",
    "astype",
    "clip",
    "copy",
    "count_nonzero",
    "dtype_name",
    "expand_dims",
    "eye",
    "index_set",
    "native_dtype",
    "permute_dims",
    "reshape",
    "scatter",
    "sort",
    "squeeze",
    "std",
    "tile",
    "trace",
    "var",
]

#: These need no function of their own name in the library.
WRAPS = False


def arange(np: Any, start: Any, stop: Any = None, step: Any = 1, **options: Any) -> Any:
    """Numbers from ``start`` (or 0) up to ``stop``, ``step`` apart."""
    return np.arange(start, **options) if stop is None and step == 1 else _arange(np, start, stop, step, options)


def _arange(np: Any, start: Any, stop: Any, step: Any, options: dict[str, Any]) -> Any:
    return np.arange(0, start, step, **options) if stop is None else np.arange(start, stop, step, **options)


def eye(np: Any, n_rows: int, n_cols: int | None = None, *, k: int = 0, dtype: Any = float, **options: Any) -> Any:
    """Ones on the ``k``-th diagonal of a matrix, zeros elsewhere."""
    return np.eye(n_rows, n_cols, k=k, dtype=dtype, **options)


def astype(_np: Any, x: Any, *, dtype: Any) -> Any:
    """``x`` in another dtype."""
    return x.astype(dtype, copy=False)


def clip(np: Any, x: Any, min: Any = None, max: Any = None) -> Any:
    """``x`` limited to at least ``min`` and at most ``max``; two ufuncs are cheaper than NumPy's own function."""
    if min is not None:
        x = np.maximum(x, min)
    if max is not None:
        x = np.minimum(x, max)
    return x


def reshape(_np: Any, x: Any, *, shape: Any) -> Any:
    """``x`` with the same elements in another shape."""
    return x.reshape(shape)


def permute_dims(_np: Any, x: Any, *, axes: Any = None) -> Any:
    """``x`` with its axes in another order, reversed if none is given."""
    return x.transpose(axes)


def squeeze(_np: Any, x: Any, *, axis: Any = None) -> Any:
    """``x`` without axes of length one."""
    return x.squeeze(axis)


def expand_dims(np: Any, x: Any, *, axis: Any = 0) -> Any:
    """``x`` with a new axis of length one."""
    if type(axis) is int and 0 <= axis <= x.ndim:
        return x.reshape((*x.shape[:axis], 1, *x.shape[axis:]))
    return np.expand_dims(x, axis)


def tile(np: Any, x: Any, *, repetitions: Any) -> Any:
    """``x`` laid side by side, ``repetitions`` times along each axis."""
    return np.tile(x, repetitions)


def trace(np: Any, x: Any, *, offset: int = 0) -> Any:
    """The sum of the diagonal of the matrices in the last two axes."""
    return np.trace(x, offset, -2, -1)


def var(np: Any, x: Any, *, axis: Any = None, correction: float = 0, keepdims: bool = False) -> Any:
    """The variance; ``correction`` is taken from the count that it divides by."""
    return np.var(x, axis=axis, ddof=correction, keepdims=keepdims)


def std(np: Any, x: Any, *, axis: Any = None, correction: float = 0, keepdims: bool = False) -> Any:
    """The standard deviation, the root of `var`."""
    return np.std(x, axis=axis, ddof=correction, keepdims=keepdims)


def count_nonzero(np: Any, x: Any, *, axis: Any = None, keepdims: bool = False) -> Any:
    """How many elements differ from zero."""
    return np.sum(np.not_equal(x, 0), axis=axis, keepdims=keepdims)


def sort(np: Any, x: Any, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """``x`` in order along ``axis``."""
    ordered = np.sort(x, axis=axis, kind=_kind(stable))
    return np.flip(ordered, axis=axis) if descending else ordered


def argsort(np: Any, x: Any, *, axis: int = -1, descending: bool = False, stable: bool = True) -> Any:
    """The indices that put ``x`` in order along ``axis``, equal elements in the order in which they stand."""
    if not descending:
        return np.argsort(x, axis=axis, kind=_kind(stable))
    # Reversed before and after, so that equal elements keep their order.
    backwards = np.argsort(np.flip(x, axis=axis), axis=axis, kind=_kind(stable))
    return x.shape[axis] - 1 - np.flip(backwards, axis=axis)


def _kind(stable: bool) -> str | None:
    return "stable" if stable else None


def scatter(np: Any, g: Any, *, key: Any, shape: tuple[int, ...]) -> Any:
    """Zeros of ``shape`` with ``g`` added at ``[key]``, as often as a place is named."""
    out = np.zeros(shape, dtype=g.dtype)
    if _names_each_once(key):
        out[key] = g
    else:
        np.add.at(out, key, g)
    return out


def _names_each_once(key: Any) -> bool:
    """Whether no element can be named twice: no array of integers among the indices."""
    parts = key if type(key) is tuple else (key,)
    return all(each is None or each is Ellipsis or type(each) in (int, slice, bool) for each in parts)


def index_set(np: Any, x: Any, values: Any, *, key: Any) -> Any:
    """A copy of ``x`` with ``values`` at ``x[key]``."""
    out = np.array(x)
    out[key] = values
    return out


def copy(np: Any, data: Any) -> Any:
    """The same numbers in memory of their own."""
    return np.array(data)


def native_dtype(np: Any, name: str) -> Any:
    """The dtype of this name; raises `DTypeError` where the library has none."""
    try:
        return np.dtype(name)
    except TypeError:
        raise DTypeError(f"{np.__name__} has no dtype {name!r}") from None


def dtype_name(np: Any, native: Any) -> str:
    """The name of a dtype: ``"float32"``."""
    name: str = np.dtype(native).name
    return name
