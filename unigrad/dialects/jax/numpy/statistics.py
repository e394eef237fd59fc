"""Statistics of ``jnp``: spreads, averages, quantiles, and reductions that pass over NaN."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, promoted, strong
from unigrad.dialects.jax.numpy.reduction import argmax, argmin, axes_of, mean, prod, refuse_out, sum
from unigrad.dialects.jax.precision import given_dtype, inexact
from unigrad.errors import ArgumentError, ShapeError

__all__ = [
    "average",
    "median",
    "nanargmax",
    "nanargmin",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
    "percentile",
    "quantile",
    "std",
    "var",
]


def _spread(name: str) -> Callable[..., Array]:
    native = getattr(F, name)

    def spread(
        a: Any,
        axis: Any = None,
        dtype: Any = None,
        out: None = None,
        ddof: float = 0,
        keepdims: bool = False,
        *,
        where: Any = None,
        mean: Any = None,
        correction: float | None = None,
    ) -> Array:
        refuse_out(out, name)
        if where is not None or mean is not None:
            raise ArgumentError(f"jnp.{name} here takes neither 'where' nor 'mean'; select the elements first")
        x = strong(a, name)
        x = cast(x, inexact(dtype_of(x)) if dtype is None else given_dtype(dtype, name))
        result: Array = native(
            x, axis=axes_of(axis), correction=ddof if correction is None else correction, keepdims=keepdims
        )
        return result

    spread.__name__ = spread.__qualname__ = name
    spread.__doc__ = f"{native.__doc__}\n\n``ddof`` is NumPy's name for the correction."
    return spread


var, std = _spread("var"), _spread("std")


def nanargmax(a: Any, axis: int | None = None, out: None = None, keepdims: bool | None = None) -> Array:
    """Where the largest element that is no NaN stands."""
    return argmax(_without_nan(strong(a, "nanargmax"), float("-inf")), axis, out, keepdims)


def nanargmin(a: Any, axis: int | None = None, out: None = None, keepdims: bool | None = None) -> Array:
    """Where the smallest element that is no NaN stands."""
    return argmin(_without_nan(strong(a, "nanargmin"), float("inf")), axis, out, keepdims)


def _without_nan(x: Array, filler: float) -> Array:
    return F.where(F.isnan(x), filler, x) if dtype_of(x).kind == "real" else x


def nansum(a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Array:
    """Sum over ``axis`` of what is no NaN."""
    return sum(_without_nan(strong(a, "nansum"), 0.0), axis, dtype, out, keepdims)


def nanprod(a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Array:
    """Product over ``axis`` of what is no NaN."""
    return prod(_without_nan(strong(a, "nanprod"), 1.0), axis, dtype, out, keepdims)


def nanmean(a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False) -> Array:
    """Mean over ``axis`` of what is no NaN."""
    x = strong(a, "nanmean")
    return _nan_mean(x, axis, keepdims) if dtype_of(x).kind == "real" else mean(x, axis, dtype, out, keepdims)


def _nan_mean(x: Array, axis: Any, keepdims: bool) -> Array:
    there = F.logical_not(F.isnan(x))
    return sum(_without_nan(x, 0.0), axis, keepdims=keepdims) / sum(there, axis, keepdims=keepdims)


def nanvar(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, ddof: float = 0, keepdims: bool = False
) -> Array:
    """Variance over ``axis`` of what is no NaN."""
    x = strong(a, "nanvar")
    x = cast(x, inexact(dtype_of(x)))
    there = F.logical_not(F.isnan(x))
    deviation = F.where(there, x - _nan_mean(x, axis, True), 0.0)
    return sum(deviation * deviation, axis, keepdims=keepdims) / (sum(there, axis, keepdims=keepdims) - ddof)


def nanstd(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, ddof: float = 0, keepdims: bool = False
) -> Array:
    """Standard deviation over ``axis`` of what is no NaN."""
    result: Array = F.sqrt(nanvar(a, axis, dtype, out, ddof, keepdims))
    return result


def nanmax(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Array:
    """Largest element over ``axis`` that is no NaN."""
    result: Array = F.nanmax(strong(a, "nanmax"), axis=axes_of(axis), keepdims=keepdims)
    return result


def nanmin(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Array:
    """Smallest element over ``axis`` that is no NaN."""
    result: Array = F.nanmin(strong(a, "nanmin"), axis=axes_of(axis), keepdims=keepdims)
    return result


def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, keepdims: bool = False) -> Any:
    """Mean over ``axis``, weighted if `weights` are given; with ``returned`` the sum of the weights too."""
    x = strong(a, "average")
    x = cast(x, inexact(dtype_of(x)))
    if weights is None:
        value = mean(x, axis, keepdims=keepdims)
        total = F.full_like(value, x.size / builtins.max(value.size, 1))
    else:
        x, w = promoted(x, weights, what="average")
        if w.ndim < x.ndim:
            if not isinstance(axis, int) or w.ndim != 1:
                raise ShapeError("average needs weights of the array's shape, or a vector of them and one axis")
            w = F.reshape(w, shape=tuple(-1 if i == axis % x.ndim else 1 for i in range(x.ndim)))
        total = sum(F.broadcast_to(w, shape=tuple(x.raw.shape)), axis, keepdims=keepdims)
        value = sum(x * w, axis, keepdims=keepdims) / total
    return (value, total) if returned else value


def _floating(a: Any, what: str) -> Array:
    x = strong(a, what)
    return cast(x, inexact(dtype_of(x)))


def median(a: Any, axis: Any = None, out: None = None, overwrite_input: bool = False, keepdims: bool = False) -> Array:
    """The middle element over ``axis``, or the mean of the two middle ones."""
    refuse_out(out, "median")
    result: Array = F.median(_floating(a, "median"), axis=axes_of(axis), keepdims=keepdims)
    return result


def quantile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
) -> Array:
    """The element over ``axis`` below which the share `q` lies, between neighbours on a straight line."""
    refuse_out(out, "quantile")
    if method != "linear":
        raise ArgumentError(f"jnp.quantile here knows method='linear' only, not {method!r}")
    shares = strong(q, "quantile", 1).tolist()
    result: Array = F.quantile(_floating(a, "quantile"), shares, axis=axes_of(axis), keepdims=keepdims)
    return result


def percentile(
    a: Any,
    q: Any,
    axis: Any = None,
    out: None = None,
    overwrite_input: bool = False,
    method: str = "linear",
    keepdims: bool = False,
) -> Array:
    """`quantile`, with `q` in hundredths."""
    return quantile(a, strong(q, "percentile", 1) / 100, axis, out, overwrite_input, method, keepdims)
