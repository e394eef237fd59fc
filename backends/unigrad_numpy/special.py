"""Special functions on NumPy: SciPy's, where unigrad's own fallbacks would make them of others."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any


def _scipy(name: str) -> Callable[..., Any]:
    """SciPy's function of this name; it takes a tenth of a second to import, which the first call does.

    Numbers are given the dtype of the array beside them: many of SciPy's functions would widen it to theirs.
    """

    def kernel(*operands: Any) -> Any:
        like = next(each for each in operands if hasattr(each, "dtype"))
        given = [each if hasattr(each, "dtype") else like.dtype.type(each) for each in operands]
        return getattr(import_module("scipy.special"), name)(*given)

    kernel.__name__ = kernel.__qualname__ = name
    kernel.__doc__ = f"``scipy.special.{name}``."
    return kernel


beta, betainc, betaln = map(_scipy, ("beta", "betainc", "betaln"))
gammainc, gammaincc = map(_scipy, ("gammainc", "gammaincc"))
erfcinv, kl_div, log_expit = map(_scipy, ("erfcinv", "kl_div", "log_expit"))
i0, j0, j1 = map(_scipy, ("i0", "j0", "j1"))
"""NumPy has an `i0` too, written in Python."""
