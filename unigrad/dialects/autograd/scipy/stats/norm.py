"""autograd.scipy.stats.norm: the normal distribution."""

from __future__ import annotations

import math
from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import F, floating, ndarray

__all__ = ["cdf", "logcdf", "logpdf", "logsf", "pdf", "ppf", "sf"]


def _standard(x: Any, loc: Any, scale: Any) -> ndarray:
    made: ndarray = (floating(x) - loc) / scale
    return made


def logpdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> ndarray:
    """The logarithm of the density at `x`."""
    z = _standard(x, loc, scale)
    made: ndarray = z * z * -0.5 - (F.log(floating(scale)) + 0.5 * math.log(2 * math.pi))
    return made


def pdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> ndarray:
    """The density at `x`."""
    made: ndarray = F.exp(logpdf(x, loc, scale))
    return made


def cdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> ndarray:
    """The probability of a value up to `x`."""
    made: ndarray = F.ndtr(_standard(x, loc, scale))
    return made


def sf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> ndarray:
    """The probability of a value beyond `x`."""
    made: ndarray = F.ndtr(-_standard(x, loc, scale))
    return made


def logcdf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> ndarray:
    """The logarithm of `cdf`, also far out."""
    made: ndarray = F.log_ndtr(_standard(x, loc, scale))
    return made


def logsf(x: Any, loc: Any = 0.0, scale: Any = 1.0) -> ndarray:
    """The logarithm of `sf`, also far out."""
    made: ndarray = F.log_ndtr(-_standard(x, loc, scale))
    return made


def ppf(q: Any, loc: Any = 0.0, scale: Any = 1.0) -> ndarray:
    """The value up to which there is the probability `q`."""
    made: ndarray = F.ndtri(floating(q)) * scale + loc
    return made


__getattr__ = absent("autograd.scipy.stats.norm", lambda: __all__)
