"""Special functions made of others, and by SciPy on the host: what NumPy has, and the last resort of every library."""

from __future__ import annotations

import math
from collections.abc import Callable
from importlib import import_module
from typing import Any

from unigrad.formulas.operands import as_arrays

__all__ = [
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfcinv",
    "erfcx",
    "erfinv",
    "gamma",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "kl_div",
    "log_expit",
    "log_ndtr",
    "logit",
    "ndtr",
    "ndtri",
    "polygamma",
    "rel_entr",
    "xlog1py",
    "xlogy",
    "zeta",
]

# SciPy takes a tenth of a second to import: the first call that needs it does.


def _on_host(name: str) -> Callable[..., Any]:
    """SciPy's function of this name, of the backend's arrays and of numbers beside them."""

    def kernel(xp: Any, *operands: Any) -> Any:
        like = next(each for each in operands if hasattr(each, "dtype"))
        given = [xp.to_numpy(each) if hasattr(each, "dtype") else each for each in operands]
        result = getattr(import_module("scipy.special"), name)(*given)
        return xp.from_numpy(result, dtype=like.dtype, device=xp.device_of(like))

    kernel.__name__ = kernel.__qualname__ = name
    kernel.__doc__ = f"``scipy.special.{name}``, on the host."
    return kernel


def polygamma(xp: Any, x: Any, *, n: int) -> Any:
    """The ``n``-th derivative of `digamma`."""
    result = import_module("scipy.special").polygamma(n, xp.to_numpy(x))
    return xp.from_numpy(result, dtype=x.dtype, device=xp.device_of(x))


digamma, gamma, gammaln, zeta = map(_on_host, ("digamma", "gamma", "gammaln", "zeta"))
entr, rel_entr, xlog1py, xlogy = map(_on_host, ("entr", "rel_entr", "xlog1py", "xlogy"))
erf, erfc, erfcx, erfinv, logit = map(_on_host, ("erf", "erfc", "erfcx", "erfinv", "logit"))
i0, i0e, i1, i1e = map(_on_host, ("i0", "i0e", "i1", "i1e"))
log_ndtr, ndtr, ndtri = map(_on_host, ("log_ndtr", "ndtr", "ndtri"))


def erfcinv(xp: Any, x: Any) -> Any:
    """The number whose `erfc` is ``x``, by the normal distribution's quantiles (DLMF 7.17.1, 7.18.1)."""
    return -math.sqrt(0.5) * xp.ndtri(0.5 * x)


def log_expit(xp: Any, x: Any) -> Any:
    """The logarithm of ``1 / (1 + exp(-x))``."""
    return xp.where(x < 0, x, 0.0) - xp.log1p(xp.exp(-xp.abs(x)))


def kl_div(xp: Any, x1: Any, x2: Any) -> Any:
    """``x1 log(x1 / x2) - x1 + x2``; ``x2`` where ``x1`` is 0, infinite outside of positive arguments."""
    x1, x2 = as_arrays(xp, x1, x2)
    entropy = xp.rel_entr(x1, x2)
    infinite = entropy == math.inf
    return entropy - xp.where(infinite, 0.0, x1) + xp.where(infinite, 0.0, x2)
