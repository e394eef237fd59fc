"""tf.linalg: matrices."""

from __future__ import annotations

from typing import Any, NamedTuple

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow import notes
from unigrad.dialects.tensorflow.complexes import conj
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.creation import eye
from unigrad.dialects.tensorflow.elementwise import global_norm
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.manipulation import strict
from unigrad.dialects.tensorflow.products import einsum, matmul, matvec, norm, tensordot
from unigrad.dialects.tensorflow.tensor import EagerTensor

__all__ = [
    "adjoint",
    "band_part",
    "cholesky",
    "cross",
    "det",
    "diag",
    "diag_part",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "einsum",
    "expm",
    "eye",
    "global_norm",
    "inv",
    "l2_normalize",
    "logdet",
    "lstsq",
    "matmul",
    "matrix_rank",
    "matrix_transpose",
    "matvec",
    "norm",
    "normalize",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "svd",
    "tensor_diag",
    "tensor_diag_part",
    "tensordot",
    "trace",
    "triangular_solve",
]


@strict
def inv(input: Any, adjoint: bool = False, name: Any = None) -> EagerTensor:
    """The inverse of a matrix, of each where there are more axes."""
    return F.inv(_turned(input, adjoint))


@strict
def det(input: Any, name: Any = None) -> EagerTensor:
    """The determinant."""
    return F.det(convert(input))


def slogdet(input: Any, name: Any = None) -> tuple[EagerTensor, EagerTensor]:
    """The sign of the determinant, and the logarithm of its absolute value."""
    sign, logarithm = F.slogdet(convert(input))
    return sign, logarithm


def logdet(matrix: Any, name: Any = None) -> EagerTensor:
    """The logarithm of the determinant of a positive definite matrix."""
    return slogdet(matrix)[1]


@strict
def solve(matrix: Any, rhs: Any, adjoint: bool = False, name: Any = None) -> EagerTensor:
    """The solution x of ``matrix @ x = rhs``, where `rhs` is a matrix."""
    a = _turned(matrix, adjoint)
    return F.solve(a, convert(rhs, like=a.dtype))


@strict
def triangular_solve(matrix: Any, rhs: Any, lower: bool = True, adjoint: bool = False, name: Any = None) -> EagerTensor:
    """`solve` for a triangular matrix."""
    a = _turned(matrix, adjoint)
    return F.solve_triangular(a, convert(rhs, like=a.dtype), lower=lower != adjoint)


@strict
def lstsq(matrix: Any, rhs: Any, l2_regularizer: float = 0.0, fast: bool = True, name: Any = None) -> EagerTensor:
    """The x of least squares of ``matrix @ x - rhs``, with a penalty on x if ``l2_regularizer`` is not 0."""
    a = convert(matrix)
    b, turned = convert(rhs, like=a.dtype), F.matrix_transpose(a)
    gram = F.matmul(turned, a) + F.eye(a.shape[-1], dtype=a.dtype) * float(l2_regularizer)
    return F.solve(gram, F.matmul(turned, b))


@strict
def cholesky(input: Any, name: Any = None) -> EagerTensor:
    """The lower triangular L with ``L @ Lᵀ = input``."""
    return F.cholesky(convert(input))


class QR(NamedTuple):
    """An orthogonal and an upper triangular matrix."""

    q: EagerTensor
    r: EagerTensor


@strict
def qr(input: Any, full_matrices: bool = False, name: Any = None) -> QR:
    """The matrix as a product of an orthogonal and an upper triangular one."""
    q, r = F.qr(convert(input), mode="complete" if full_matrices else "reduced")
    return QR(q, r)


@strict
def svd(tensor: Any, full_matrices: bool = False, compute_uv: bool = True, name: Any = None) -> Any:
    """``(s, u, v)`` with ``tensor = u @ diag(s) @ vᵀ``: the singular values first, and v not transposed, as in TensorFlow."""
    x = convert(tensor)
    if not compute_uv:
        return F.svdvals(x)
    u, s, vh = F.svd(x, full_matrices=full_matrices)
    return s, u, F.matrix_transpose(vh)


@strict
def eig(tensor: Any, name: Any = None) -> tuple[EagerTensor, EagerTensor]:
    """The eigenvalues of a square matrix and its eigenvectors as columns, complex."""
    values, vectors = F.eig(convert(tensor))
    return values, vectors


@strict
def eigvals(tensor: Any, name: Any = None) -> EagerTensor:
    """The eigenvalues of a square matrix, complex."""
    return F.eigvals(convert(tensor))


@strict
def eigh(tensor: Any, name: Any = None) -> tuple[EagerTensor, EagerTensor]:
    """The eigenvalues of a symmetric matrix, the smallest first, and its eigenvectors as columns."""
    values, vectors = F.eigh(convert(tensor))
    return values, vectors


@strict
def eigvalsh(tensor: Any, name: Any = None) -> EagerTensor:
    """The eigenvalues of a symmetric matrix, the smallest first."""
    return F.eigvalsh(convert(tensor))


@strict
def pinv(a: Any, rcond: Any = None, validate_args: bool = False, name: Any = None) -> EagerTensor:
    """The pseudo-inverse."""
    return F.pinv(convert(a), rtol=rcond)


@strict
def matrix_rank(a: Any, tol: Any = None, validate_args: bool = False, name: Any = None) -> EagerTensor:
    """How many singular values are not zero."""
    return F.astype(F.matrix_rank(convert(a), rtol=tol), "int32")


@strict
def expm(input: Any, name: Any = None) -> EagerTensor:
    """The exponential of a matrix."""
    return F.expm(convert(input))


@strict
def trace(x: Any, name: Any = None) -> EagerTensor:
    """The sum of the diagonal, of each matrix where there are more axes."""
    return F.trace(convert(x), axis1=-2, axis2=-1)


@strict
def diag_part(input: Any, name: Any = "diag_part", k: int = 0) -> EagerTensor:
    """The diagonal `k` of each matrix."""
    return F.diagonal(convert(input), offset=k, axis1=-2, axis2=-1)


@strict
def diag(diagonal: Any, name: Any = "diag", k: int = 0) -> EagerTensor:
    """Matrices with the vectors `diagonal` on the diagonal `k`, and else zeros."""
    line = convert(diagonal)
    count = line.shape[-1]
    size = count + abs(k)
    rows, columns = [i + max(-k, 0) for i in range(count)], [i + max(k, 0) for i in range(count)]
    return F.scatter(line, key=(Ellipsis, rows, columns), shape=(*line.shape[:-1], size, size))


def tensor_diag(diagonal: Any, name: Any = None) -> EagerTensor:
    """`diag` for a vector."""
    return diag(diagonal)


def tensor_diag_part(input: Any, name: Any = None) -> EagerTensor:
    """`diag_part` of a matrix."""
    return diag_part(input)


@strict
def band_part(input: Any, num_lower: Any, num_upper: Any, name: Any = None) -> EagerTensor:
    """The matrices with zeros outside a band of `num_lower` diagonals below the main one and `num_upper` above; -1 is all."""
    x, lower, upper = convert(input), int(num_lower), int(num_upper)
    x = x if lower < 0 else F.triu(x, k=-lower)
    return x if upper < 0 else F.tril(x, k=upper)


def matrix_transpose(a: Any, name: Any = "matrix_transpose", conjugate: bool = False) -> EagerTensor:
    """The last two axes exchanged; with `conjugate`, the conjugates."""
    return F.matrix_transpose(conj(a) if conjugate else convert(a))


def adjoint(matrix: Any, name: Any = None) -> EagerTensor:
    """The last two axes exchanged, and conjugated."""
    return F.matrix_transpose(conj(matrix))


@strict
def cross(a: Any, b: Any, name: Any = None) -> EagerTensor:
    """The cross product along the last axis."""
    x = convert(a)
    return F.cross(x, convert(b, like=x.dtype))


def normalize(
    tensor: Any, ord: Any = "euclidean", axis: Any = None, name: Any = None
) -> tuple[EagerTensor, EagerTensor]:
    """The tensor divided by its norm, and the norm, with the axes kept."""
    x = convert(tensor)
    length = norm(x, ord=ord, axis=axis, keepdims=True)
    return x / length, length


def l2_normalize(x: Any, axis: Any = None, epsilon: float = 1e-12, name: Any = None, dim: Any = None) -> EagerTensor:
    """The tensor divided by its 2-norm, whose square is taken as `epsilon` at least."""
    value = convert(x)
    square = F.sum(F.square(value), axis=axis if axis is None or isinstance(axis, int) else tuple(axis), keepdims=True)
    return value / F.sqrt(F.maximum(square, float(epsilon)))


def _turned(matrix: Any, adjoint: bool) -> EagerTensor:
    x = convert(matrix)
    return F.matrix_transpose(conj(x)) if adjoint else x


__getattr__ = absent("tensorflow.linalg", lambda: __all__, notes.reasons("linalg"))
