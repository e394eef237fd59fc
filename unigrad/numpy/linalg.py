"""unigrad.numpy.linalg: products, equations, factorizations and norms, in the standard's and in NumPy's spelling."""

from __future__ import annotations

from typing import Any

from unigrad import primitives
from unigrad.graph import Tensor
from unigrad.primitives import matrix_transpose
from unigrad.primitives.decomposition import det, inv, qr, slogdet
from unigrad.primitives.eigen import eig, eigvals
from unigrad.primitives.linalg import matmul, outer, tensordot, vecdot
from unigrad.primitives.matrices import cross
from unigrad.primitives.norms import cond, matrix_norm, norm
from unigrad.primitives.reduction import vector_norm
from unigrad.primitives.solving import (
    expm,
    lstsq,
    matrix_power,
    matrix_rank,
    multi_dot,
    solve,
    solve_triangular,
    tensorinv,
    tensorsolve,
)
from unigrad.primitives.spectra import eigh, eigvalsh, pinv, svd, svdvals

__all__ = [
    "cholesky",
    "cond",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "expm",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "matrix_transpose",
    "multi_dot",
    "norm",
    "outer",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "tensordot",
    "tensorinv",
    "tensorsolve",
    "trace",
    "vecdot",
    "vector_norm",
]


def cholesky(x: Any, /, *, upper: bool = False) -> Tensor:
    """The lower triangle whose product with its transpose is the symmetric, positive definite ``x``, or with ``upper`` that transpose.

    See `unigrad.primitives.cholesky`.
    """
    lower = primitives.cholesky(x)
    if not upper:
        return lower
    turned = matrix_transpose(lower)
    return primitives.conj(turned) if turned.dtype.kind == "complex" else turned


def diagonal(x: Any, /, *, offset: int = 0) -> Tensor:
    """The diagonals ``offset`` of the matrices in the last two axes, along the last axis."""
    return primitives.diagonal(x, offset=offset, axis1=-2, axis2=-1)


def trace(x: Any, /, *, offset: int = 0, dtype: object = None) -> Tensor:
    """The sums of the diagonals ``offset`` of the matrices in the last two axes, computed in ``dtype`` where one is given."""
    given = x if dtype is None else primitives.astype(x, dtype)
    result = primitives.trace(given, offset=offset, axis1=-2, axis2=-1)
    return result if dtype is None else primitives.astype(result, dtype)
