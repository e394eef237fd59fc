"""Functions that reduce axes: sums, means, extremes, quantiles, in NumPy's signatures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad.dialects.autograd.arrays import F, asarray, cast, floating, ndarray

NAMES = (
    "all amax amin any argmax argmin average max mean median min nanmax nanmean nanmin nanstd nansum nanvar "
    "percentile prod ptp quantile std sum var"
).split()


def _no_out(name: str, out: Any) -> None:
    if out is not None:
        raise ug.ArgumentError(f"{name} takes no out= here: results are new arrays; assign what it returns")


def _named(run: Callable[..., Any], name: str, function: Callable[..., Any]) -> Callable[..., Any]:
    run.__name__ = run.__qualname__ = name
    run.__doc__ = function.__doc__
    return run


def _summing(name: str, needs_float: bool = False) -> Callable[..., Any]:
    function = getattr(F, name)

    def run(a: Any, axis: Any = None, dtype: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        if type(a) is ndarray and a.form is not None and dtype is None and out is None:
            return function(a, axis=axis, keepdims=keepdims)
        _no_out(name, out)
        x = floating(a) if needs_float else asarray(a)
        return function(cast(x, dtype), axis=axis, keepdims=keepdims)

    return _named(run, name, function)


def _extreme(name: str) -> Callable[..., Any]:
    function = getattr(F, name)

    def run(a: Any, axis: Any = None, out: Any = None, keepdims: bool = False) -> Any:
        _no_out(name, out)
        return function(a if type(a) is ndarray else asarray(a), axis=axis, keepdims=keepdims)

    return _named(run, name, function)


def _spread(name: str) -> Callable[..., Any]:
    function = getattr(F, name)

    def run(
        a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False
    ) -> Any:
        _no_out(name, out)
        return function(cast(floating(a), dtype), axis=axis, correction=ddof, keepdims=keepdims)

    return _named(run, name, function)


sum, prod, nansum = _summing("sum"), _summing("prod"), _summing("nansum")
mean, nanmean = _summing("mean", needs_float=True), _summing("nanmean", needs_float=True)
max, min, nanmax, nanmin = _extreme("max"), _extreme("min"), _extreme("nanmax"), _extreme("nanmin")
amax, amin = max, min
any, all, ptp = _extreme("any"), _extreme("all"), _extreme("ptp")
argmax, argmin = _extreme("argmax"), _extreme("argmin")
var, std = _spread("var"), _spread("std")


def average(a: Any, axis: Any = None, weights: Any = None, returned: bool = False, *, keepdims: bool = False) -> Any:
    """The mean over `axis`, with `weights` of the shape of `a` or of that axis; with `returned` the weights' sum too."""
    x = floating(a)
    w = F.ones_like(x) if weights is None else floating(weights)
    result = F.average(x, w, axis=axis, keepdims=keepdims)
    if not returned:
        return result
    full = w if w.shape == x.shape else F.reshape(w, tuple(-1 if i == axis % x.ndim else 1 for i in range(x.ndim)))
    return result, F.sum(F.broadcast_to(full, shape=x.shape), axis=axis, keepdims=keepdims)


def quantile(a: Any, q: Any, axis: Any = None, *, keepdims: bool = False) -> ndarray:
    """The quantiles `q` of the elements over `axis`, between two of them linearly; recorded by way of sorting."""
    made: ndarray = F.quantile(floating(a), _levels(q), axis=_axes(axis), keepdims=keepdims)
    return made


def percentile(a: Any, q: Any, axis: Any = None, *, keepdims: bool = False) -> ndarray:
    """`quantile`, in hundredths."""
    made: ndarray = F.percentile(floating(a), _levels(q), axis=_axes(axis), keepdims=keepdims)
    return made


def _levels(q: Any) -> Any:
    return q.numpy() if isinstance(q, ug.Tensor) else q


def _axes(axis: Any) -> Any:
    return tuple(axis) if isinstance(axis, list) else axis


def median(a: Any, axis: Any = None, out: Any = None, overwrite_input: bool = False, keepdims: bool = False) -> ndarray:
    """The middle element over `axis`, or the mean of the two in the middle."""
    _no_out("median", out)
    made: ndarray = F.median(floating(a), axis=_axes(axis), keepdims=keepdims)
    return made


def nanvar(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False
) -> ndarray:
    """The variance without NaNs."""
    x = floating(a)
    gap = F.isnan(x)
    numbers = F.sum(cast(F.logical_not(gap), F.real(x).dtype), axis=axis, keepdims=keepdims)
    deviation = F.where(gap, 0.0, x - nanmean(x, axis, keepdims=True))
    made: ndarray = sum(F.real(deviation * F.conj(deviation)), axis, dtype, out, keepdims) / (numbers - ddof)
    return made


def nanstd(
    a: Any, axis: Any = None, dtype: Any = None, out: Any = None, ddof: float = 0, keepdims: bool = False
) -> ndarray:
    """The standard deviation without NaNs."""
    made: ndarray = F.sqrt(nanvar(a, axis, dtype, out, ddof, keepdims))
    return made
