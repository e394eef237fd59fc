"""``jax.scipy.special``: the special functions that unigrad has rules for."""

from __future__ import annotations

from typing import Any, Final

from unigrad import primitives
from unigrad.dialects.absence import absent
from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, strong
from unigrad.dialects.jax.elementwise import binary, unary
from unigrad.dialects.jax.nn.normalising import log_softmax, logsumexp, softmax
from unigrad.dialects.jax.notes import MISSING
from unigrad.dialects.jax.precision import inexact

__all__ = ["expit", "log_softmax", "logsumexp", "polygamma", "softmax"]

UNARY: Final = "digamma entr erf erfc erfinv gamma gammaln i0 i0e i1 i1e log_ndtr logit ndtr ndtri".split()
"""unigrad's functions of one array with SciPy's name."""

BINARY: Final = "beta betaln kl_div rel_entr xlog1py xlogy".split()
"""Those of two."""

for _name in UNARY + BINARY:
    if hasattr(primitives, _name):
        _spelled = {"erfinv": "erf_inv"}.get(_name, _name)
        globals()[_spelled] = (unary if _name in UNARY else binary)(_name, _spelled, floating=True)
        __all__.append(_spelled)

expit = unary("sigmoid", "expit", floating=True)


def polygamma(n: Any, x: Any) -> Array:
    """The derivative of order `n`, a whole number, of `digamma`."""
    array = strong(x, "polygamma", 1)
    result: Array = F.polygamma(cast(array, inexact(dtype_of(array))), n=int(n))
    return result


__getattr__ = absent("jax.scipy.special", lambda: __all__, MISSING)
