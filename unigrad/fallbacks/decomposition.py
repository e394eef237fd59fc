"""Linear equations, factorizations and spectra by the library's own ``linalg``, which the standard has as an extension.

The packed kernels join the parts of one factorization in one array; see `unigrad.primitives.decomposition`.
"""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

__all__ = [
    "cholesky",
    "cofactor",
    "det",
    "eig_packed",
    "eigh_packed",
    "eigvalsh",
    "expm",
    "inv",
    "pinv",
    "qr_complete",
    "qr_packed",
    "slogdet_packed",
    "solve",
    "solve_triangular",
    "svd_full",
    "svd_packed",
    "svdvals",
]


def _linalg(xp: Any) -> Any:
    return import_module(xp.__backend__.array_module).linalg


def cholesky(xp: Any, x: Any) -> Any:
    """The lower triangle whose product with its transpose is ``x``."""
    return _linalg(xp).cholesky(x)


def det(xp: Any, x: Any) -> Any:
    """The determinant."""
    return _linalg(xp).det(x)


def inv(xp: Any, x: Any) -> Any:
    """The inverse."""
    return _linalg(xp).inv(x)


def eigvalsh(xp: Any, x: Any) -> Any:
    """The eigenvalues of a symmetric matrix, ascending."""
    return _linalg(xp).eigvalsh(x)


def eigh_packed(xp: Any, x: Any) -> Any:
    """The eigenvalues of a symmetric matrix as a row, and below it the eigenvectors as columns."""
    values, vectors = _linalg(xp).eigh(x)
    return xp.concat([xp.expand_dims(xp.astype(values, dtype=x.dtype), axis=-2), vectors], axis=-2)


def eig_packed(xp: Any, x: Any) -> Any:
    """The eigenvalues of a complex matrix as a row, and below it the eigenvectors as columns; where the library cannot, NumPy."""
    library = _linalg(xp)
    if not hasattr(library, "eig"):
        values, vectors = import_module("numpy").linalg.eig(xp.to_numpy(x))
        packed = import_module("numpy").concatenate([values[..., None, :], vectors], axis=-2)
        return xp.from_numpy(packed, dtype=x.dtype, device=xp.device_of(x))
    values, vectors = library.eig(x)
    return xp.concat([xp.expand_dims(values, axis=-2), vectors], axis=-2)


def svdvals(xp: Any, x: Any) -> Any:
    """The singular values, descending."""
    return _linalg(xp).svdvals(x)


def svd_full(xp: Any, x: Any) -> tuple[Any, ...]:
    """The complete left singular vectors, the values, the complete right vectors as rows."""
    return tuple(_linalg(xp).svd(x, full_matrices=True))


def svd_packed(xp: Any, x: Any) -> Any:
    """The left singular vectors, the values as a row, the right vectors: all columns belong together."""
    left, values, right = _linalg(xp).svd(x, full_matrices=False)
    middle = xp.expand_dims(xp.astype(values, dtype=x.dtype), axis=-2)
    return xp.concat([left, middle, xp.conj(xp.matrix_transpose(right))], axis=-2)


def qr_packed(xp: Any, x: Any) -> Any:
    """The transpose of Q and, beside it, R."""
    q, r = _linalg(xp).qr(x, mode="reduced")
    return xp.concat([xp.matrix_transpose(q), r], axis=-1)


def qr_complete(xp: Any, x: Any) -> tuple[Any, ...]:
    """The square Q, and R with rows of zeros below."""
    return tuple(_linalg(xp).qr(x, mode="complete"))


def slogdet_packed(xp: Any, x: Any) -> Any:
    """The sign of the determinant and the logarithm of its size, along the last axis."""
    sign, logarithm = _linalg(xp).slogdet(x)
    return xp.stack([sign, xp.astype(logarithm, dtype=x.dtype)], axis=-1)


def pinv(xp: Any, x: Any, *, rtol: float) -> Any:
    """The pseudo-inverse."""
    return _linalg(xp).pinv(x, rtol=rtol)


def solve(xp: Any, x1: Any, x2: Any) -> Any:
    """The solution of ``x1 @ x = x2``; a vector only where ``x2`` has one axis."""
    return _linalg(xp).solve(x1, x2)


def solve_triangular(xp: Any, x1: Any, x2: Any, *, lower: bool = False) -> Any:
    """The solution of ``x1 @ x = x2``, of ``x1`` one triangle; there is nothing better for a stack in the standard."""
    return xp.solve(xp.tril(x1, k=0) if lower else xp.triu(x1, k=0), x2)


def _identity_like(xp: Any, x: Any) -> Any:
    return xp.tril(xp.triu(xp.ones_like(x), k=0), k=0)


def cofactor(xp: Any, x: Any) -> Any:
    """The matrix of cofactors: for unitary U and V, that of U D Vᴴ is det U det Vᴴ · U* cof(D) Vᵀ."""
    left, values, right = map(xp.conj, _linalg(xp).svd(x, full_matrices=False))
    sign = xp.conj(xp.det(left) * xp.det(right))
    itself = xp.real(_identity_like(xp, x)) > 0
    rest = xp.prod(xp.where(itself, 1.0, xp.expand_dims(values, axis=-2)), axis=-1)
    scaled = xp.expand_dims(xp.expand_dims(sign, axis=-1), axis=-1) * (left * xp.expand_dims(rest, axis=-2))
    return xp.matmul(scaled, right)


#: The coefficients of the diagonal Padé approximant of degree 13, by Higham's recurrence, and the norm up to which it
#: is exact in double precision: N. J. Higham, "The scaling and squaring method for the matrix exponential revisited" (2005).
_DEGREE, _BOUND = 13, 5.37


def expm(xp: Any, x: Any) -> Any:
    """The matrix exponential by scaling and squaring, all matrices of a stack scaled alike."""
    size = float(xp.max(xp.sum(xp.abs(x), axis=-2))) if math.prod(x.shape) else 0.0
    squarings = max(0, math.ceil(math.log2(size / _BOUND))) if 0 < size < math.inf else 0
    x = x / 2.0**squarings
    power = _identity_like(xp, x)
    above, below, coefficient = power, power, 1.0
    for k in range(1, _DEGREE + 1):
        coefficient *= (_DEGREE - k + 1) / (k * (2 * _DEGREE - k + 1))
        power = xp.matmul(power, x)
        above, below = above + coefficient * power, below + (-1) ** k * coefficient * power
    result = xp.solve(below, above)
    for _ in range(squarings):
        result = xp.matmul(result, result)
    return result
