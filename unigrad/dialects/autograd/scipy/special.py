"""autograd.scipy.special: special functions, as far as unigrad has the primitive."""

from __future__ import annotations

import math
from typing import Any, Final

from unigrad import primitives
from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import F, floating, ndarray, of_one, of_two
from unigrad.dialects.autograd.notes import SPECIAL

OF_ONE: Final = {
    "digamma": "digamma psi",
    "entr": "entr",
    "erf": "erf",
    "erfc": "erfc",
    "erfinv": "erfinv",
    "exp2": "exp2",
    "expm1": "expm1",
    "cbrt": "cbrt",
    "gamma": "gamma",
    "gammaln": "gammaln",
    "i0": "i0",
    "i0e": "i0e",
    "i1": "i1",
    "i1e": "i1e",
    "log1p": "log1p",
    "log_expit": "log_expit",
    "log_ndtr": "log_ndtr",
    "logit": "logit",
    "ndtr": "ndtr",
    "ndtri": "ndtri",
    "sigmoid": "expit",
    "sinc": "sinc",
}
"""Primitives of one array, and SciPy's names for each."""

OF_TWO: Final = {
    "beta": "beta",
    "betaln": "betaln",
    "kl_div": "kl_div",
    "rel_entr": "rel_entr",
    "xlog1py": "xlog1py",
    "xlogy": "xlogy",
}
"""Primitives of two arrays, and SciPy's names for each."""

_found: dict[str, Any] = {
    name: make(getattr(F, primitive), name, True)
    for table, make in ((OF_ONE, of_one), (OF_TWO, of_two))
    for primitive, names in table.items()
    if hasattr(primitives, primitive)
    for name in names.split()
}
globals().update(_found)


def polygamma(n: Any, x: Any) -> ndarray:
    """The derivative of order `n` of `digamma`; `n` is a whole number."""
    made: ndarray = F.polygamma(floating(x), n=int(n))
    return made


def multigammaln(a: Any, d: int) -> ndarray:
    """The logarithm of the gamma function of `d` dimensions."""
    made: ndarray = F.multigammaln(floating(a), d=d)
    return made


def rgamma(x: Any) -> ndarray:
    """1 / gamma."""
    made: ndarray = 1.0 / F.gamma(floating(x))
    return made


def gammasgn(x: Any) -> ndarray:
    """The sign of gamma, a constant."""
    a = floating(x)
    made: ndarray = F.where(F.greater(a, 0), F.ones_like(a), 1.0 - 2.0 * F.remainder(F.floor(a), 2.0))
    return made


def erfcinv(x: Any) -> ndarray:
    """The inverse of ``1 - erf``."""
    made: ndarray = F.ndtri(floating(x) * 0.5) * -math.sqrt(0.5)
    return made


def softmax(x: Any, axis: int = -1) -> ndarray:
    """``exp(x)`` divided by its sum along `axis`, without overflow."""
    made: ndarray = F.softmax(floating(x), axis=axis)
    return made


def logsumexp(a: Any, axis: Any = None, b: Any = None, keepdims: bool = False) -> ndarray:
    """``log(sum(b exp(a)))`` over `axis`, without overflow."""
    x = floating(a)
    if b is None:
        plain: ndarray = F.logsumexp(x, axis=axis, keepdims=keepdims)
        return plain
    top = F.stop_gradient(F.max(x, axis=axis, keepdims=True))
    result = F.log(F.sum(floating(b) * F.exp(x - top), axis=axis, keepdims=True)) + top
    made: ndarray = result if keepdims else F.sum(result, axis=axis)
    return made


__all__ = ["erfcinv", "gammasgn", "logsumexp", "multigammaln", "polygamma", "rgamma", "softmax", *_found]  # noqa: PLE0604 - the tables' names

__getattr__ = absent("autograd.scipy.special", lambda: __all__, SPECIAL)
