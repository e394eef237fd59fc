"""unigrad.numpy.linalg: products, equations, factorizations and norms, in NumPy's spelling."""

from unigrad.primitives.decomposition import cholesky, det, eigh, eigvalsh, inv, pinv, qr, slogdet, svd, svdvals
from unigrad.primitives.linalg import diagonal, matmul, outer, tensordot, trace, vecdot
from unigrad.primitives.manipulation import matrix_transpose
from unigrad.primitives.matrices import cross
from unigrad.primitives.norms import matrix_norm, norm
from unigrad.primitives.reduction import vector_norm
from unigrad.primitives.solving import expm, lstsq, matrix_power, matrix_rank, multi_dot, solve, solve_triangular

__all__ = [
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eigh",
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
    "trace",
    "vecdot",
    "vector_norm",
]
