"""Functions of ``jnp`` that call a function on parts of arrays: piece by piece, line by line, element by element."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from unigrad import settings
from unigrad.dialects.jax.arrays import Array, F, promoted, strong
from unigrad.dialects.jax.numpy.elementwise import where
from unigrad.dialects.jax.numpy.manipulation import broadcast_arrays, moveaxis, reshape
from unigrad.errors import ArgumentError, ShapeError

__all__ = [
    "apply_along_axis",
    "apply_over_axes",
    "array_repr",
    "array_str",
    "isscalar",
    "iterable",
    "piecewise",
    "vectorize",
]


def vectorize(
    pyfunc: Callable[..., Any], *, excluded: Any = frozenset(), signature: str | None = None
) -> Callable[..., Any]:
    """`pyfunc`, a function of numbers, as one of arrays: called for every element in turn, and recorded."""
    if excluded or signature is not None:
        raise ArgumentError("jnp.vectorize here takes neither 'excluded' nor 'signature'; write the loop")

    @functools.wraps(pyfunc)
    def each(*args: Any) -> Any:
        arrays = broadcast_arrays(*args)
        shape = arrays[0].shape
        flat = [reshape(array, (-1,)) for array in arrays]
        results = [pyfunc(*(array[i] for array in flat)) for i in range(flat[0].shape[0])]
        if results and isinstance(results[0], tuple):
            return tuple(_joined([result[k] for result in results], shape) for k in range(len(results[0])))
        return _joined(results, shape)

    return each


def _joined(results: list[Any], shape: tuple[int, ...]) -> Array:
    if not results:
        raise ShapeError("jnp.vectorize here needs one element at least, to know the result's dtype")
    found: Array = F.reshape(F.stack(promoted(*results, what="vectorize")), shape=shape)
    return found


def apply_along_axis(func1d: Callable[..., Any], axis: int, arr: Any, *args: Any, **kwargs: Any) -> Array:
    """`func1d` of every line along ``axis``, its results in the lines' place."""
    x = moveaxis(strong(arr, "apply_along_axis"), axis, -1)
    lines = reshape(x, (-1, x.shape[-1]))
    found = F.stack(promoted(*(func1d(line, *args, **kwargs) for line in lines), what="apply_along_axis"))
    own = found.shape[1:]
    result = reshape(found, x.shape[:-1] + own)
    for _ in own:
        result = moveaxis(result, -1, axis % x.ndim)
    return result


def apply_over_axes(func: Callable[..., Any], a: Any, axes: Any) -> Array:
    """`func` of the array and an axis, for one axis after another, each of which it keeps or drops."""
    x = strong(a, "apply_over_axes")
    for axis in (axes,) if isinstance(axes, int) else axes:
        found = func(x, axis)
        x = found if found.ndim == x.ndim else F.expand_dims(found, axis=axis % x.ndim)
    return x


def piecewise(x: Any, condlist: Any, funclist: Any, *args: Any, **kw: Any) -> Array:
    """For each element the function, or the number, of the first condition that holds; the last without one is for the rest."""
    places = strong(x, "piecewise")
    conditions = condlist if isinstance(condlist, (list, tuple)) else [condlist]
    if len(funclist) not in (len(conditions), len(conditions) + 1):
        raise ShapeError(f"piecewise needs a function for each of {len(conditions)} conditions, and may have one more")
    pieces = [each(places, *args, **kw) if callable(each) else each for each in funclist]
    result = F.zeros_like(places) if len(pieces) == len(conditions) else pieces.pop()
    for test, piece in reversed(list(zip(conditions, pieces, strict=True))):
        result = where(test, piece, result)
    found: Array = F.astype(result, places.raw.dtype)
    return found


def isscalar(element: Any) -> bool:
    """Whether it is a number, or an array without axes."""
    return (
        not strong(element, "isscalar").ndim
        if hasattr(element, "dtype")
        else isinstance(element, (bool, int, float, complex))
    )


def iterable(y: Any) -> bool:
    """Whether it can be iterated over."""
    return getattr(y, "ndim", None) != 0 and hasattr(y, "__iter__")


def array_repr(
    arr: Any, max_line_width: int | None = None, precision: int | None = None, suppress_small: bool | None = None
) -> str:
    """The array as ``repr`` shows it."""
    with settings.host().printoptions(
        **{k: v for k, v in (("precision", precision), ("suppress", suppress_small)) if v is not None}
    ):
        return repr(strong(arr, "array_repr"))


def array_str(
    a: Any, max_line_width: int | None = None, precision: int | None = None, suppress_small: bool | None = None
) -> str:
    """The array as ``str`` shows it."""
    with settings.host().printoptions(
        **{k: v for k, v in (("precision", precision), ("suppress", suppress_small)) if v is not None}
    ):
        return str(strong(a, "array_str"))
