"""unigrad.special: special functions, under SciPy's names and with its order of arguments."""

from __future__ import annotations

from typing import Any

from unigrad import primitives
from unigrad.graph import Tensor
from unigrad.primitives.elementwise import sigmoid as expit
from unigrad.primitives.elementwise import sinc
from unigrad.primitives.nn import log_softmax, softmax
from unigrad.primitives.reduction import logsumexp
from unigrad.primitives.special import (
    beta,
    betaln,
    digamma,
    entr,
    erf,
    erfc,
    erfinv,
    gamma,
    gammaln,
    i0,
    i0e,
    i1,
    i1e,
    kl_div,
    log_expit,
    log_ndtr,
    logit,
    multigammaln,
    ndtr,
    ndtri,
    rel_entr,
    xlog1py,
    xlogy,
)

__all__ = [
    "beta",
    "betaln",
    "digamma",
    "entr",
    "erf",
    "erfc",
    "erfinv",
    "expit",
    "gamma",
    "gammaln",
    "i0",
    "i0e",
    "i1",
    "i1e",
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
]

psi = digamma


def polygamma(n: int, x: Any) -> Tensor:
    """The ``n``-th derivative of `digamma` at ``x``, ``n`` a whole number from 0 on."""
    return primitives.polygamma(x, n=n)
