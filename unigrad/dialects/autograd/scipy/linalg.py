"""autograd.scipy.linalg: equations and factorizations in SciPy's signatures, as far as unigrad has them."""

from __future__ import annotations

from typing import Any, Final

import unigrad as ug
from unigrad import primitives
from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import F, floating, ndarray, on_arrays

SAME: Final = "det expm inv norm pinv"
"""The names that mean in SciPy what they mean in unigrad."""

_found: dict[str, Any] = {
    name: on_arrays(name, name, 1, needs_float=True) for name in SAME.split() if hasattr(primitives, name)
}
globals().update(_found)


def solve(a: Any, b: Any) -> ndarray:
    """The solution x of ``a @ x = b``."""
    made: ndarray = F.solve(floating(a), floating(b))
    return made


def solve_triangular(a: Any, b: Any, trans: Any = 0, lower: bool = False) -> ndarray:
    """The solution x of ``a @ x = b``, where `a` counts as a triangle; with `trans` (1 or 'T') of ``a.T @ x = b``."""
    x = floating(a)
    if trans in (1, 2, "T", "C"):
        x, lower = F.matrix_transpose(x), not lower
    elif trans not in (0, "N"):
        raise ug.ShapeError(f"trans is 0, 1, 2, 'N', 'T' or 'C', not {trans!r}")
    triangle = F.tril(x) if lower else F.triu(x)
    made: ndarray = F.solve_triangular(triangle, floating(b), lower=lower)
    return made


def cholesky(a: Any, lower: bool = False) -> ndarray:
    """The triangle whose product with its transpose is `a`: upper, or lower."""
    factor = F.cholesky(floating(a))
    made: ndarray = factor if lower else F.matrix_transpose(factor)
    return made


def cho_factor(a: Any, lower: bool = False) -> tuple[ndarray, bool]:
    """What `cho_solve` takes."""
    return cholesky(a, lower), lower


def cho_solve(c_and_lower: tuple[Any, bool], b: Any) -> ndarray:
    """The solution x of ``a @ x = b``, given the Cholesky factor of `a`."""
    factor, lower = c_and_lower
    first = solve_triangular(factor, b, trans=0 if lower else 1, lower=lower)
    return solve_triangular(factor, first, trans=1 if lower else 0, lower=lower)


__all__ = ["cho_factor", "cho_solve", "cholesky", "solve", "solve_triangular", *_found]  # noqa: PLE0604 - the table's names

REASONS: Final = dict.fromkeys(
    "lu logm qr schur solve_banded solve_sylvester sqrtm svd eig eigh".split(),
    "not there in SciPy's signature; autograd.numpy.linalg has qr, svd and eigh",
)
__getattr__ = absent("autograd.scipy.linalg", lambda: __all__, REASONS)
