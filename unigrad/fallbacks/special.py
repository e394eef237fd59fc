"""Special functions by SciPy, on the host: what NumPy has, and the last resort of every library."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

__all__ = [
    "betaln",
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfinv",
    "gamma",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "log_ndtr",
    "logit",
    "ndtr",
    "ndtri",
    "polygamma",
    "rel_entr",
    "xlog1py",
    "xlogy",
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


betaln, digamma, gamma, gammaln = map(_on_host, ("betaln", "digamma", "gamma", "gammaln"))
entr, rel_entr, xlog1py, xlogy = map(_on_host, ("entr", "rel_entr", "xlog1py", "xlogy"))
erf, erfc, erfinv, logit = map(_on_host, ("erf", "erfc", "erfinv", "logit"))
i0, i0e, i1, i1e = map(_on_host, ("i0", "i0e", "i1", "i1e"))
log_ndtr, ndtr, ndtri = map(_on_host, ("log_ndtr", "ndtr", "ndtri"))
