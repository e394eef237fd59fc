"""Distributions that are made of others: their parameters may be arrays, and gradients flow to those."""

from __future__ import annotations

import math
import operator
from typing import Any

from unigrad import DType, settings
from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, promoted, strong
from unigrad.dialects.jax.precision import default_dtype, given_dtype, inexact
from unigrad.dialects.jax.random.draws import (
    common_shape,
    exponential,
    float_dtype,
    lengths,
    normal,
    rademacher,
    uniform,
)
from unigrad.dialects.jax.random.hosted import computed, host
from unigrad.dialects.jax.random.keys import split
from unigrad.errors import ShapeError

__all__ = [
    "cauchy",
    "double_sided_maxwell",
    "geometric",
    "laplace",
    "logistic",
    "lognormal",
    "maxwell",
    "multivariate_normal",
    "orthogonal",
    "pareto",
    "rayleigh",
    "triangular",
    "wald",
    "weibull_min",
]


def parameter(x: Any, dtype: DType) -> Array:
    return cast(strong(x, "a parameter"), dtype)


def _limits(dtype: DType) -> Any:
    return settings.host().finfo(dtype.name)


def laplace(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Numbers of the Laplace distribution."""
    chosen = float_dtype(dtype, "laplace")
    native = settings.host()
    drawn = uniform(key, shape, chosen, -1.0 + float(_limits(chosen).epsneg), 1.0)
    return computed(lambda drawn: native.sign(drawn) * native.log1p(-abs(drawn)), host(drawn))


def logistic(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Numbers of the logistic distribution."""
    chosen = float_dtype(dtype, "logistic")
    native = settings.host()
    drawn = uniform(key, shape, chosen, float(_limits(chosen).tiny), 1.0)
    return computed(lambda drawn: native.log(drawn) - native.log1p(-drawn), host(drawn))


def cauchy(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Numbers of the Cauchy distribution."""
    chosen = float_dtype(dtype, "cauchy")
    native = settings.host()
    drawn = uniform(key, shape, chosen, float(_limits(chosen).eps), 1.0)
    return computed(lambda drawn: native.tan(drawn.dtype.type(math.pi) * (drawn - drawn.dtype.type(0.5))), host(drawn))


def maxwell(key: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Lengths of vectors of three normal numbers."""
    result: Array = F.vector_norm(normal(key, (*lengths(shape), 3), dtype), axis=-1)
    return result


def double_sided_maxwell(key: Any, loc: Any, scale: Any, shape: Any = (), dtype: Any = None) -> Array:
    """`maxwell` with either sign, times `scale`, around `loc`."""
    chosen = float_dtype(dtype, "double_sided_maxwell")
    asked = lengths(shape) + common_shape("double_sided_maxwell", None, loc, scale)
    first, second = split(key)
    result: Array = rademacher(second, asked, chosen) * maxwell(first, asked, chosen) * parameter(scale, chosen)
    return result + parameter(loc, chosen)


def weibull_min(key: Any, scale: Any, concentration: Any, shape: Any = (), dtype: Any = None) -> Array:
    """Numbers of the Weibull distribution."""
    chosen = float_dtype(dtype, "weibull_min")
    drawn = exponential(key, lengths(shape), chosen)
    result: Array = F.pow(drawn, 1.0 / parameter(concentration, chosen)) * parameter(scale, chosen)
    return result


def pareto(key: Any, b: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Numbers of the Pareto distribution."""
    chosen = float_dtype(dtype, "pareto")
    result: Array = F.exp(exponential(key, common_shape("pareto", shape, b), chosen) / parameter(b, chosen))
    return result


def rayleigh(key: Any, scale: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Numbers of the Rayleigh distribution."""
    chosen = float_dtype(dtype, "rayleigh")
    drawn = uniform(key, common_shape("rayleigh", shape, scale), chosen)
    result: Array = parameter(scale, chosen) * F.sqrt(F.log(drawn) * -2)
    return result


def lognormal(key: Any, sigma: Any = 1.0, shape: Any = None, dtype: Any = None) -> Array:
    """Exponentials of normal numbers of standard deviation `sigma`."""
    chosen = float_dtype(dtype, "lognormal")
    drawn = normal(key, common_shape("lognormal", shape, sigma), chosen)
    result: Array = F.exp(drawn * parameter(sigma, chosen))
    return result


def triangular(key: Any, left: Any, mode: Any, right: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Numbers between `left` and `right`, most often near `mode`."""
    chosen = float_dtype(dtype, "triangular")
    asked = common_shape("triangular", shape, left, mode, right)
    low, peak, high = (F.broadcast_to(parameter(each, chosen), shape=asked) for each in (left, mode, right))
    drawn = uniform(key, asked, chosen)
    rising = low + F.sqrt(drawn * (high - low) * (peak - low))
    falling = high - F.sqrt((1 - drawn) * (high - low) * (high - peak))
    result: Array = F.where(F.less(drawn, (peak - low) / (high - low)), rising, falling)
    return result


def geometric(key: Any, p: Any, shape: Any = None, dtype: Any = None) -> Array:
    """How many trials of probability `p` it takes to the first success."""
    chosen = default_dtype("integer") if dtype is None else given_dtype(dtype, "geometric")
    share = strong(p, "geometric", 1)
    wide = inexact(dtype_of(share))
    native = settings.host()

    def count(drawn: Any, share: Any) -> Any:
        with native.errstate(divide="ignore"):
            return native.floor(native.log(native.where(drawn == 0, 1, drawn)) / native.log1p(-share)) + 1

    drawn = uniform(key, common_shape("geometric", shape, share), wide)
    return cast(computed(count, host(drawn), host(share, wide)), chosen)


def wald(key: Any, mean: Any, shape: Any = None, dtype: Any = None) -> Array:
    """Numbers of the inverse normal distribution with this mean."""
    chosen = float_dtype(dtype, "wald")
    asked, m = common_shape("wald", shape, mean), parameter(mean, chosen)
    first, second = split(key)
    y = F.square(normal(first, asked, chosen))
    x = m + F.square(m) * y / 2 - m / 2 * F.sqrt(4 * m * y + F.square(m) * F.square(y))
    result: Array = F.where(F.less_equal(uniform(second, asked, chosen), m / (m + x)), x, F.square(m) / x)
    return result


def multivariate_normal(
    key: Any, mean: Any, cov: Any, shape: Any = None, dtype: Any = None, method: str = "cholesky"
) -> Array:
    """Vectors of the normal distribution with this mean and these covariances."""
    if method not in ("svd", "eigh", "cholesky"):
        raise ShapeError("method must be one of {'svd', 'eigh', 'cholesky'}")
    centre, spread = promoted(mean, cov, what="multivariate_normal")
    chosen = inexact(dtype_of(centre)) if dtype is None else float_dtype(dtype, "multivariate_normal")
    centre, spread = cast(centre, chosen), cast(spread, chosen)
    if centre.ndim < 1 or spread.shape[-2:] != (centre.shape[-1], centre.shape[-1]):
        raise ShapeError(
            f"multivariate_normal requires cov.shape == (..., n, n) for mean.shape == (..., n), got {spread.shape} "
            f"and {centre.shape}"
        )
    asked = common_shape("multivariate_normal", shape, centre[..., 0], spread[..., 0, 0])
    if method == "cholesky":
        factor = F.cholesky(spread)
    elif method == "eigh":
        values, vectors = F.eigh(spread)
        factor = vectors * F.sqrt(F.expand_dims(values, axis=-2))
    else:
        left, values, _ = F.svd(spread)
        factor = left * F.sqrt(F.expand_dims(values, axis=-2))
    drawn = normal(key, (*asked, centre.shape[-1]), chosen)
    result: Array = centre + F.matmul(factor, F.expand_dims(drawn, axis=-1))[..., 0]
    return result


def orthogonal(key: Any, n: Any, shape: Any = (), dtype: Any = None, m: Any = None) -> Array:
    """Orthogonal matrices, evenly spread."""
    rows = operator.index(n)
    columns = rows if m is None else operator.index(m)
    drawn = normal(key, (*lengths(shape), max(rows, columns), min(rows, columns)), float_dtype(dtype, "orthogonal"))
    q, r = F.qr(drawn)
    found = q * F.expand_dims(F.sign(F.diagonal(r, 0, -2, -1)), axis=-2)
    result: Array = F.matrix_transpose(found) if rows < columns else found
    return result
