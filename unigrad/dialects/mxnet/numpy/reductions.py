"""Reductions of ``mx.np``: functions over axes, which are methods of its arrays too."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unigrad.dialects.mxnet.errors import LengthError, as_mxnet, translated
from unigrad.dialects.mxnet.formats import format_for
from unigrad.dialects.mxnet.numpy.arrays import F, ndarray
from unigrad.dialects.mxnet.writes import put
from unigrad.errors import UnigradError

__all__ = [
    "all",
    "alltrue",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "average",
    "count_nonzero",
    "cumsum",
    "max",
    "mean",
    "median",
    "min",
    "percentile",
    "prod",
    "product",
    "ptp",
    "quantile",
    "sometrue",
    "std",
    "sum",
    "var",
]


class NotAnArray(LengthError, TypeError):
    """A list or number where only an array will do; MXNet raises AssertionError for it."""


def _array(a: Any) -> ndarray:
    if not isinstance(a, ndarray):
        raise NotAnArray(f"an array of mxnet.np is needed, not a '{type(a).__name__}'; use np.array first")
    return a


def _reduced(primitive: str, a: Any, axis: Any, dtype: Any, out: Any, keepdims: Any, **options: Any) -> Any:
    a = _array(a)
    if dtype is not None:
        a = F.astype(a, format_for(dtype))
    result = getattr(F, primitive)(a, axis=axis, keepdims=bool(keepdims), **options)
    if a.form is None and a.dtype.kind == "integer" and primitive in ("sum", "prod"):
        result = F.astype(result, a.dtype)  # MXNet adds up integers in their own dtype
    return result if out is None else put(out, result)


def _sum_like(name: str, doc: str) -> Callable[..., Any]:
    """The reduction `name`; a floating array, the usual case, comes to the primitive by the first line."""
    operation = getattr(F, name)

    def function(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: Any = None, **_: Any) -> Any:
        try:
            if type(a) is ndarray and a.form is not None and dtype is None and out is None:
                return operation(a, axis=axis, keepdims=bool(keepdims))
            return _reduced(name, a, axis, dtype, out, keepdims)
        except UnigradError as error:
            raise as_mxnet(error) from error

    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


sum = _sum_like("sum", "Sum over `axis`; integers keep their dtype, booleans give int64.")
prod = product = _sum_like("prod", "Product over `axis`; integers keep their dtype, booleans give int64.")
mean = _sum_like("mean", "Mean over `axis`; integers give float32.")


@translated
def std(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: Any = None) -> Any:
    """Standard deviation over `axis`, of the population unless `ddof` says otherwise."""
    return _reduced("std", a, axis, dtype, out, keepdims, correction=ddof)


@translated
def var(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: int = 0, keepdims: Any = None) -> Any:
    """Variance over `axis`, of the population unless `ddof` says otherwise."""
    return _reduced("var", a, axis, dtype, out, keepdims, correction=ddof)


@translated
def max(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None, **_: Any) -> Any:
    """Largest element over `axis`."""
    return _reduced("max", a, axis, None, out, keepdims)


@translated
def min(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None, **_: Any) -> Any:
    """Smallest element over `axis`."""
    return _reduced("min", a, axis, None, out, keepdims)


amax, amin = max, min


@translated
def all(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """Whether every element holds."""
    return _reduced("all", a, axis, None, out, keepdims)


@translated
def any(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """Whether some element holds."""
    return _reduced("any", a, axis, None, out, keepdims)


alltrue, sometrue = all, any


@translated
def argmax(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """Where the largest element stands, int64."""
    return _reduced("argmax", a, axis, None, out, keepdims)


@translated
def argmin(a: Any, axis: Any = None, out: Any = None, keepdims: Any = None) -> Any:
    """Where the smallest element stands, int64."""
    return _reduced("argmin", a, axis, None, out, keepdims)


@translated
def cumsum(a: Any, axis: int | None = None, dtype: Any = None, out: Any = None) -> Any:
    """Running sum along `axis`, of the flat array if there is none."""
    a = _array(a) if dtype is None else F.astype(_array(a), format_for(dtype))
    flat = F.reshape(a, (-1,)) if axis is None else a
    result = F.cumulative_sum(flat, axis=0 if axis is None else axis)
    if a.dtype.kind == "integer":
        result = F.astype(result, a.dtype)
    return result if out is None else put(out, result)


@translated
def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, out: Any = None) -> Any:
    """Mean over `axis`, weighed by `weights`; with `returned` their sum too."""
    if weights is None:
        result = mean(a, axis)
        total = F.full_like(result, _array(a).size / result.size)
    else:
        spread = F.broadcast_to(weights, shape=a.shape) if weights.ndim == a.ndim else weights
        if spread.ndim != a.ndim:
            spread = F.broadcast_to(F.reshape(weights, _along(a.ndim, axis)), shape=a.shape)
        total = F.sum(spread, axis=axis)
        result = F.divide(F.sum(F.multiply(a, spread), axis=axis), total)
    result = result if out is None else put(out, result)
    return (result, total) if returned else result


def _along(ndim: int, axis: int) -> tuple[int, ...]:
    return tuple(-1 if place == axis % ndim else 1 for place in range(ndim))


def _direct(name: str) -> Callable[..., Any]:
    @translated
    def function(a: Any, *args: Any, **options: Any) -> Any:
        return getattr(F, name)(_array(a), *args, **options)

    function.__name__ = name
    function.__doc__ = getattr(F, name).__doc__
    return function


count_nonzero, median, ptp = map(_direct, ("count_nonzero", "median", "ptp"))
quantile, percentile = map(_direct, ("quantile", "percentile"))
