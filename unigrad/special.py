"""unigrad.special: special functions, under SciPy's names and with its order of arguments.

``docs/reference/special-accuracy.md`` says how exact each is on each backend.
"""

from __future__ import annotations

from typing import Any

from unigrad import primitives
from unigrad.graph import Tensor
from unigrad.primitives.bessel import i0, i0e, i1, i1e, j0, j1
from unigrad.primitives.elementwise import sigmoid as expit
from unigrad.primitives.elementwise import sinc
from unigrad.primitives.errorfunctions import erf, erfc, erfcinv, erfcx, erfinv, log_ndtr, ndtr, ndtri
from unigrad.primitives.gammas import beta, betaln, digamma, gamma, gammaln, multigammaln
from unigrad.primitives.incomplete import betainc, gammainc, gammaincc
from unigrad.primitives.nn import log_softmax, softmax
from unigrad.primitives.reduction import logsumexp
from unigrad.primitives.special import entr, kl_div, log_expit, logit, rel_entr, xlog1py, xlogy

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
