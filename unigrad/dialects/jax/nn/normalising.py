"""What ``jax.nn`` has beside activations: softmax, its logarithm, standardised and one-hot vectors."""

from __future__ import annotations

import math
from typing import Any

from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, promoted, strong
from unigrad.dialects.jax.nn.activations import floating
from unigrad.dialects.jax.numpy.elementwise import where
from unigrad.dialects.jax.numpy.reduction import max as largest
from unigrad.dialects.jax.numpy.reduction import mean
from unigrad.dialects.jax.numpy.reduction import sum as total
from unigrad.dialects.jax.numpy.statistics import var
from unigrad.dialects.jax.precision import default_dtype, given_dtype

__all__ = ["log1mexp", "log_softmax", "logmeanexp", "logsumexp", "one_hot", "softmax", "standardize"]


def log1mexp(x: Any) -> Array:
    """``log(1 - exp(-x))``, accurate for small and large `x`."""
    array = floating(x, "log1mexp")
    small = array < math.log(2)
    found: Array = where(small, F.log(-F.expm1(-where(small, array, 1.0))), F.log1p(-F.exp(-where(small, 1.0, array))))
    return found


def softmax(x: Any, axis: Any = -1, where: Any = None) -> Array:
    """``exp(x)`` divided by its sum along an axis; `where` leaves elements out, which are then 0."""
    array = floating(x, "softmax")
    if where is not None:
        masked = F.where(strong(where, "softmax"), array, float("-inf"))
        found: Array = F.where(strong(where, "softmax"), F.exp(masked - logsumexp(masked, axis, keepdims=True)), 0.0)
        return found
    if not isinstance(axis, int):
        whole: Array = F.exp(array - logsumexp(array, axis, keepdims=True))
        return whole
    result: Array = F.softmax(array, axis=axis)
    return result


def log_softmax(x: Any, axis: Any = -1, where: Any = None) -> Array:
    """The logarithm of `softmax`."""
    array = floating(x, "log_softmax")
    if where is not None or not isinstance(axis, int):
        masked = array if where is None else F.where(strong(where, "log_softmax"), array, float("-inf"))
        found: Array = masked - logsumexp(masked, axis, keepdims=True)
        return found
    result: Array = F.log_softmax(array, axis=axis)
    return result


def logsumexp(
    a: Any, axis: Any = None, b: Any = None, keepdims: bool = False, return_sign: bool = False, where: Any = None
) -> Any:
    """``log(sum(b * exp(a)))`` over axes, without overflow; with `return_sign` the sign of the sum too."""
    array = floating(a, "logsumexp")
    if where is not None:
        array = F.where(strong(where, "logsumexp"), array, float("-inf"))
    axes = axis if axis is None or isinstance(axis, int) else tuple(axis)
    if b is None:
        found = F.logsumexp(array, axis=axes, keepdims=keepdims)
        return (found, F.ones_like(found)) if return_sign else found
    array, weights = promoted(array, b, what="logsumexp")
    top = F.stop_gradient(largest(array, axes, keepdims=True))
    top = F.where(F.isfinite(top), top, 0.0)
    amount = total(weights * F.exp(array - top), axes, keepdims=keepdims)
    peak = top if keepdims else F.reshape(top, shape=amount.shape)
    sign = F.sign(amount)
    if return_sign:
        return F.log(F.abs(amount)) + peak, sign
    return F.log(amount) + peak


def logmeanexp(x: Any, axis: Any = None, where: Any = None, keepdims: bool = False) -> Array:
    """The logarithm of the mean of ``exp(x)`` over axes."""
    array = floating(x, "logmeanexp")
    found = logsumexp(array, axis, keepdims=keepdims, where=where)
    if where is None:
        result: Array = found - math.log(array.size / max(found.size, 1))
        return result
    there = F.broadcast_to(strong(where, "logmeanexp"), shape=array.shape)
    counted: Array = found - F.log(cast(total(there, axis, keepdims=keepdims), dtype_of(array)))
    return counted


def standardize(
    x: Any, axis: Any = -1, mean: Any = None, variance: Any = None, epsilon: Any = 1e-5, where: Any = None
) -> Array:
    """`x` less its mean along an axis, divided by its standard deviation."""
    array = floating(x, "standardize")
    centre = _mean(array, axis, where) if mean is None else strong(mean, "standardize")
    if variance is None:
        spread = var(array, axis, keepdims=True) if where is None else _mean(F.square(array - centre), axis, where)
    else:
        spread = strong(variance, "standardize")
    result: Array = (array - centre) / F.sqrt(spread + epsilon)
    return result


def _mean(x: Array, axis: Any, where: Any) -> Array:
    return mean(x, axis, keepdims=True, where=where)


def one_hot(x: Any, num_classes: int, *, dtype: Any = None, axis: int = -1) -> Array:
    """For each number a vector of zeros with a one in its place; all zeros where there is no such place."""
    array = strong(x, "one_hot")
    chosen = default_dtype("real") if dtype is None else given_dtype(dtype, "one_hot")
    places = F.arange(int(num_classes), dtype=dtype_of(array))
    spot = axis if axis >= 0 else axis + array.ndim + 1
    line = F.reshape(places, shape=tuple(num_classes if i == spot else 1 for i in range(array.ndim + 1)))
    return cast(F.equal(F.expand_dims(array, axis=spot), line), chosen)
