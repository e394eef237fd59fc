"""autograd.scipy.stats.multivariate_normal: the normal distribution of vectors."""

from __future__ import annotations

import math
from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import F, floating, ndarray

__all__ = ["entropy", "logpdf", "pdf"]


def _covariance(cov: Any, length: int) -> ndarray:
    matrix = floating(cov)
    if matrix.ndim == 2:
        return matrix
    made: ndarray = F.eye(length, dtype=matrix.dtype) * matrix  # a number, or the variances
    return made


def logpdf(x: Any, mean: Any = 0.0, cov: Any = 1.0) -> ndarray:
    """The logarithm of the density at `x`, vectors along the last axis."""
    deviation = floating(x) - mean
    matrix = _covariance(cov, deviation.shape[-1])
    whitened = F.solve(matrix, F.reshape(deviation, (-1, deviation.shape[-1])).T).T
    square = F.sum(deviation * F.reshape(whitened, deviation.shape), axis=-1)
    made: ndarray = -0.5 * (square + F.slogdet(matrix)[1] + deviation.shape[-1] * math.log(2 * math.pi))
    return made


def pdf(x: Any, mean: Any = 0.0, cov: Any = 1.0) -> ndarray:
    """The density at `x`."""
    made: ndarray = F.exp(logpdf(x, mean, cov))
    return made


def entropy(mean: Any = None, cov: Any = 1.0) -> ndarray:
    """The differential entropy."""
    matrix = _covariance(cov, 1 if mean is None else floating(mean).size)
    made: ndarray = 0.5 * (matrix.shape[0] * math.log(2 * math.pi * math.e) + F.slogdet(matrix)[1])
    return made


__getattr__ = absent("autograd.scipy.stats.multivariate_normal", lambda: __all__)
