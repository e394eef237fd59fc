"""unigrad.special: special functions, under SciPy's names and with its order of arguments.

``docs/reference/special-accuracy.md`` says how exact each is on each backend.
"""

from __future__ import annotations

import math
from typing import Any

from unigrad import primitives
from unigrad.graph import Tensor
from unigrad.primitives.bessel import i0, i0e, i1, i1e, j0, j1
from unigrad.primitives.errorfunctions import erf, erfc, erfcinv, erfcx, erfinv, log_ndtr, ndtr, ndtri
from unigrad.primitives.exponentials import sigmoid as expit
from unigrad.primitives.gammas import beta, betaln, digamma, gamma, gammaln, multigammaln
from unigrad.primitives.incomplete import betainc, gammainc, gammaincc
from unigrad.primitives.operands import as_operands
from unigrad.primitives.special import entr, kl_div, log_expit, logit, rel_entr, xlog1py, xlogy
from unigrad.primitives.trigonometry import sinc

Axis = int | tuple[int, ...] | None

__all__ = [
    "beta",
    "betainc",
    "betaln",
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfcinv",
    "erfcx",
    "erfinv",
    "expit",
    "gamma",
    "gammainc",
    "gammaincc",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "j0",
    "j1",
    "kl_div",
    "log_expit",
    "log_ndtr",
    "log_softmax",
    "logit",
    "logsumexp",
    "multigammaln",
    "ndtr",
    "ndtri",
    "polygamma",
    "psi",
    "rel_entr",
    "sinc",
    "softmax",
    "xlog1py",
    "xlogy",
    "zeta",
]

psi = digamma


def polygamma(n: int, x: Any) -> Tensor:
    """The ``n``-th derivative of `digamma` at ``x``, ``n`` a whole number from 0 on."""
    return primitives.polygamma(x, n=n)


def zeta(x: Any, q: Any = None) -> Tensor:
    """Hurwitz' zeta function of the exponent ``x`` above 1 and of ``q``; Riemann's, which is that of 1, where ``q`` is None."""
    return primitives.zeta(x, 1.0 if q is None else q)


def softmax(x: Any, axis: Axis = None) -> Tensor:
    """``exp(x)`` divided by its sum over ``axis``, an axis, a tuple of them or, for None, all."""
    if isinstance(axis, int):
        return primitives.softmax(x, axis=axis)
    return primitives.exp(log_softmax(x, axis))


def log_softmax(x: Any, axis: Axis = None) -> Tensor:
    """The logarithm of `softmax`, without loss of accuracy."""
    if isinstance(axis, int):
        return primitives.log_softmax(x, axis=axis)
    return primitives.subtract(x, primitives.logsumexp(x, axis=axis, keepdims=True))


def logsumexp(
    a: Any, axis: Axis = None, b: Any = None, keepdims: bool = False, return_sign: bool = False
) -> Tensor | tuple[Tensor, Tensor]:
    """``log(sum(b * exp(a)))`` over ``axis``, without overflow; ``b`` are weights, ones for None, that broadcast with ``a``.

    With ``return_sign`` the logarithm of the sum's size, and its sign; without it a negative sum gives NaN.
    """
    if b is None and not return_sign:
        return primitives.logsumexp(a, axis=axis, keepdims=keepdims)
    given = as_operands(a, 1.0 if b is None else b)
    exponents, weights = primitives.broadcast_arrays(given)
    exponents = primitives.where((weights == 0) & (exponents == math.inf), 0.0, exponents)  # 0 · ∞ counts as 0
    top = primitives.max(exponents.detach(), axis=axis, keepdims=True)
    top = primitives.where(primitives.isfinite(top), top, 0.0)
    total = primitives.sum(weights * primitives.exp(exponents - top), axis=axis, keepdims=keepdims)
    size = primitives.log(primitives.abs(total)) + primitives.reshape(top, shape=tuple(total.shape))
    return (size, primitives.sign(total)) if return_sign else primitives.where(total < 0, math.nan, size)
