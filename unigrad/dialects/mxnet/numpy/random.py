"""mxnet.np.random: random arrays, from unigrad's own generator: the same numbers for one seed on every backend."""

from __future__ import annotations

from typing import Any

import unigrad as ug
import unigrad.numpy as unp
from unigrad import settings
from unigrad.dialects.absence import absent as _absent
from unigrad.dialects.mxnet.context import device_name
from unigrad.dialects.mxnet.errors import ArrayValueError, translated
from unigrad.dialects.mxnet.formats import format_for
from unigrad.dialects.mxnet.notes import MISSING as _MISSING
from unigrad.dialects.mxnet.numpy.arrays import F, ndarray
from unigrad.dialects.mxnet.writes import put, set_items

__all__ = [
    "choice",
    "exponential",
    "gumbel",
    "laplace",
    "logistic",
    "lognormal",
    "multinomial",
    "multivariate_normal",
    "normal",
    "permutation",
    "rand",
    "randint",
    "randn",
    "rayleigh",
    "seed",
    "shuffle",
    "uniform",
]


def seed(seed: int | None = None, ctx: Any = "all") -> None:
    """Start the stream anew at `seed`."""
    unp.random.seed(seed)


def _drawn(name: str, size: Any, dtype: Any, ctx: Any, out: Any) -> ndarray:
    """Standard numbers of a distribution."""
    numbers = F.adopt(getattr(unp.random, name)(size=_size(size), dtype=format_for(dtype)))
    numbers = numbers if ctx is None else F.to_device(numbers, device=device_name(ctx))
    return numbers if out is None else put(out, numbers)  # type: ignore[no-any-return]


def _size(size: Any, *parameters: Any) -> Any:
    """The shape asked for, or that of the parameters together."""
    if size is not None:
        return (size,) if isinstance(size, int) else tuple(size)
    total: Any = ()
    for parameter in parameters:
        if isinstance(parameter, ug.Tensor):
            total = (parameter + F.zeros(total)).shape
    return total


@translated
def uniform(
    low: Any = 0.0, high: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """Numbers spread evenly over [low, high), which may be arrays, through which gradients flow."""
    numbers = _drawn("uniform", _size(size, low, high), dtype, ctx, None)
    numbers = low + (high - low) * numbers
    return numbers if out is None else put(out, numbers)


@translated
def normal(
    loc: Any = 0.0, scale: Any = 1.0, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """Numbers of the normal distribution; `loc` and `scale` may be arrays, through which gradients flow."""
    numbers = loc + scale * _drawn("normal", _size(size, loc, scale), dtype, ctx, None)
    return numbers if out is None else put(out, numbers)


def randn(*size: int, **options: Any) -> Any:
    """Standard normal numbers, with the lengths as arguments."""
    return normal(size=size, **options)


def rand(*size: int, **options: Any) -> Any:
    """Numbers spread evenly over [0, 1), with the lengths as arguments."""
    return uniform(size=size, **options)


@translated
def randint(
    low: int, high: int | None = None, size: Any = None, dtype: Any = None, ctx: Any = None, out: Any = None
) -> Any:
    """Whole numbers from `low` (0 if there is only one bound) to below `high`, int64."""
    numbers = F.adopt(unp.random.randint(low, high, _size(size)))
    numbers = numbers if dtype is None else F.astype(numbers, format_for(dtype))
    numbers = numbers if ctx is None else F.to_device(numbers, device=device_name(ctx))
    return numbers if out is None else put(out, numbers)


@translated
def choice(a: Any, size: Any = None, replace: bool = True, p: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Elements of `a`, or of the numbers below it, at random, with the probabilities `p`."""
    weights = p
    if isinstance(p, ug.Tensor):  # float32 probabilities add up to 1 only roughly
        host = p.numpy().astype("float64")
        weights = (host / host.sum()).tolist()
    picked = F.adopt(unp.random.choice(a if isinstance(a, int) else len(a), _size(size), replace, weights))
    result = picked if isinstance(a, int) else a[picked]
    return result if out is None else put(out, result)


def shuffle(x: ndarray) -> None:
    """Put the sub-arrays of `x` along its first axis into random order, in place."""
    set_items(x, ..., F.take(x, permutation(len(x)), axis=0))


@translated
def permutation(x: Any) -> Any:
    """The numbers below `x` in random order, or the sub-arrays of `x` along its first axis."""
    order = F.adopt(unp.random.permutation(x if isinstance(x, int) else len(x)))
    return order if isinstance(x, int) else F.take(x, order, axis=0)


@translated
def multinomial(n: int, pvals: Any, size: Any = None, **_: Any) -> Any:
    """How often each outcome occurs in `n` draws with the probabilities `pvals`, int64, the outcomes along the last axis."""
    host = settings.host()
    weights = host.asarray(pvals.numpy() if isinstance(pvals, ug.Tensor) else pvals).astype("float64")
    if weights[:-1].sum() > 1 + 1e-6:
        raise ArrayValueError(f"the probabilities add up to {weights.sum()}, more than 1")
    edges = F.asarray(weights.cumsum()[:-1].tolist(), "float64")
    draws = F.adopt(unp.random.uniform(size=(*_size(size), n, 1), dtype="float64"))
    outcome = F.sum(F.astype(F.greater_equal(draws, edges), "int64"), axis=-1, keepdims=True)
    hits = F.equal(outcome, F.arange(len(weights)))
    return F.sum(F.astype(hits, "int64"), axis=-2)


@translated
def multivariate_normal(mean: ndarray, cov: ndarray, size: Any = None, **_: Any) -> Any:
    """Vectors of the normal distribution with this mean and covariance, along the last axis."""
    standard = _drawn("normal", (*_size(size), *mean.shape), mean.dtype, None, None)
    spread = F.matmul(F.cholesky(cov), F.expand_dims(standard, axis=-1))
    return mean + F.squeeze(spread, axis=-1)


def exponential(scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the exponential distribution with mean `scale`."""
    numbers = scale * _drawn("exponential", _size(size, scale), None, ctx, None)
    return numbers if out is None else put(out, numbers)


def _minus_log(size: Any, ctx: Any, *parameters: Any) -> Any:
    """Standard exponential numbers, of the shape that the parameters need."""
    return _drawn("exponential", _size(size, *parameters), None, ctx, None)


def gumbel(loc: Any = 0.0, scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the Gumbel distribution."""
    numbers = loc - scale * F.log(_minus_log(size, ctx, loc, scale))
    return numbers if out is None else put(out, numbers)


def logistic(loc: Any = 0.0, scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the logistic distribution."""
    numbers = loc + scale * F.log(F.expm1(_minus_log(size, ctx, loc, scale)))
    return numbers if out is None else put(out, numbers)


def laplace(loc: Any = 0.0, scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the Laplace distribution."""
    numbers = loc + scale * (_minus_log(size, ctx, loc, scale) - _minus_log(size, ctx, loc, scale))
    return numbers if out is None else put(out, numbers)


def lognormal(mean: Any = 0.0, sigma: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers whose logarithm has the normal distribution."""
    numbers = F.exp(normal(mean, sigma, size, ctx=ctx))
    return numbers if out is None else put(out, numbers)


def rayleigh(scale: Any = 1.0, size: Any = None, ctx: Any = None, out: Any = None) -> Any:
    """Numbers of the Rayleigh distribution."""
    numbers = scale * F.sqrt(2.0 * _minus_log(size, ctx, scale))
    return numbers if out is None else put(out, numbers)


__getattr__ = _absent("mxnet.np.random", lambda: __all__, _MISSING)
