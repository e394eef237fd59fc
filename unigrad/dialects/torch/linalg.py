"""torch.linalg: norms, decompositions, equations."""

from __future__ import annotations

from typing import Any, NamedTuple

from unigrad.dialects.absence import absent
from unigrad.dialects.torch.notes import MISSING
from unigrad.dialects.torch.products import cross as _cross
from unigrad.dialects.torch.products import matmul
from unigrad.dialects.torch.reductions import dims, numpy_spelled, printed_as
from unigrad.dialects.torch.shaping import diagonal
from unigrad.dialects.torch.tensor import F, Tensor

__all__ = [
    "cholesky",
    "cross",
    "det",
    "diagonal",
    "eig",
    "eigh",
    "eigvals",
    "eigvalsh",
    "inv",
    "lstsq",
    "matmul",
    "matrix_norm",
    "matrix_power",
    "matrix_rank",
    "multi_dot",
    "norm",
    "pinv",
    "qr",
    "slogdet",
    "solve",
    "solve_triangular",
    "svd",
    "svdvals",
    "vecdot",
    "vector_norm",
]


@numpy_spelled
def norm(A: Any, ord: Any = None, dim: Any = None, keepdim: bool = False) -> Tensor:  # noqa: N803 - torch's name
    """The norm of all elements, of vectors along one `dim`, or of matrices over two, with `ord`."""
    if ord is None:
        return F.vector_norm(A, axis=dims(A, dim), keepdims=keepdim)  # type: ignore[no-any-return]
    return F.norm(A, ord=ord, axis=dims(A, dim), keepdims=keepdim)  # type: ignore[no-any-return]


@numpy_spelled
def vector_norm(x: Any, ord: Any = 2, dim: Any = None, keepdim: bool = False) -> Tensor:
    """The p-norm of the elements, or of the vectors along `dim`."""
    return F.vector_norm(x, axis=dims(x, dim), keepdims=keepdim, ord=ord)  # type: ignore[no-any-return]


@numpy_spelled
def matrix_norm(A: Any, ord: Any = "fro", dim: Any = (-2, -1), keepdim: bool = False) -> Tensor:  # noqa: N803
    """The norm of matrices."""
    return F.norm(A, ord=ord, axis=dims(A, dim), keepdims=keepdim)  # type: ignore[no-any-return]


def cross(input: Any, other: Any, *, dim: int = -1) -> Tensor:
    """The vector product along `dim`."""
    return _cross(input, other, dim)


def vecdot(x: Any, y: Any, *, dim: int = -1) -> Tensor:
    """Inner products of the vectors along `dim`."""
    return F.sum(F.multiply(x, y), axis=dims(x, dim))  # type: ignore[no-any-return]


def det(A: Any) -> Tensor:  # noqa: N803
    """The determinant."""
    return F.det(A)  # type: ignore[no-any-return]


def inv(A: Any) -> Tensor:  # noqa: N803
    """The inverse."""
    return F.inv(A)  # type: ignore[no-any-return]


def pinv(A: Any) -> Tensor:  # noqa: N803
    """The pseudo-inverse."""
    return F.pinv(A)  # type: ignore[no-any-return]


def solve(A: Any, B: Any) -> Tensor:  # noqa: N803
    """The solution X of ``A @ X = B``."""
    return F.solve(A, B)  # type: ignore[no-any-return]


def solve_triangular(A: Any, B: Any, *, upper: bool) -> Tensor:  # noqa: N803
    """The solution X of ``A @ X = B`` for a triangular A."""
    return F.solve_triangular(A, B, lower=not upper)  # type: ignore[no-any-return]


def cholesky(A: Any, *, upper: bool = False) -> Tensor:  # noqa: N803
    """The lower triangular factor L with ``A = L @ L.T``, or its transpose."""
    lower = F.cholesky(A)
    return F.matrix_transpose(lower) if upper else lower  # type: ignore[no-any-return]


def eigvalsh(A: Any) -> Tensor:  # noqa: N803
    """The eigenvalues of symmetric matrices, in ascending order."""
    return F.eigvalsh(A)  # type: ignore[no-any-return]


def svdvals(A: Any) -> Tensor:  # noqa: N803
    """The singular values, in descending order."""
    return F.svdvals(A)  # type: ignore[no-any-return]


def matrix_power(A: Any, n: int) -> Tensor:  # noqa: N803
    """Matrices to a whole power."""
    return F.matrix_power(A, n)  # type: ignore[no-any-return]


def matrix_rank(A: Any) -> Tensor:  # noqa: N803
    """How many singular values are not negligible."""
    return F.astype(F.matrix_rank(A), "int64")  # type: ignore[no-any-return]


def multi_dot(tensors: Any) -> Tensor:
    """The product of several matrices, in the order that is cheapest."""
    return F.multi_dot(tensors)  # type: ignore[no-any-return]


class _Eig(NamedTuple):
    eigenvalues: Tensor
    eigenvectors: Tensor


class _Eigh(NamedTuple):
    eigenvalues: Tensor
    eigenvectors: Tensor


class _Svd(NamedTuple):
    U: Tensor
    S: Tensor
    Vh: Tensor


class _Qr(NamedTuple):
    Q: Tensor
    R: Tensor


class _Slogdet(NamedTuple):
    sign: Tensor
    logabsdet: Tensor


class _Lstsq(NamedTuple):
    solution: Tensor
    residuals: Tensor
    rank: Any
    singular_values: Tensor


for _kind, _name in (
    (_Eig, "eig"),
    (_Eigh, "eigh"),
    (_Svd, "svd"),
    (_Qr, "qr"),
    (_Slogdet, "slogdet"),
    (_Lstsq, "lstsq"),
):
    printed_as(f"linalg_{_name}")(_kind)


def eig(A: Any) -> _Eig:  # noqa: N803
    """Eigenvalues and eigenvectors of square matrices, complex."""
    return _Eig(*F.eig(A))


def eigvals(A: Any) -> Tensor:  # noqa: N803
    """The eigenvalues of square matrices, complex."""
    return F.eigvals(A)  # type: ignore[no-any-return]


def eigh(A: Any) -> _Eigh:  # noqa: N803
    """Eigenvalues and eigenvectors of symmetric matrices."""
    return _Eigh(*F.eigh(A))


def svd(A: Any, full_matrices: bool = True) -> _Svd:  # noqa: N803
    """``A = U @ diag(S) @ Vh``."""
    return _Svd(*F.svd(A, full_matrices=full_matrices))


def qr(A: Any, mode: str = "reduced") -> _Qr:  # noqa: N803
    """``A = Q @ R`` with orthonormal columns in Q."""
    return _Qr(*F.qr(A, mode=mode))


def slogdet(A: Any) -> _Slogdet:  # noqa: N803
    """The sign of the determinant and the logarithm of its size."""
    return _Slogdet(*F.slogdet(A))


def lstsq(A: Any, B: Any) -> _Lstsq:  # noqa: N803
    """The X that makes ``A @ X - B`` smallest."""
    found = F.lstsq(A, B)
    return _Lstsq(found[0], *(list(found[1:]) + [None] * 3)[:3])


__getattr__ = absent("torch.linalg", lambda: __all__, MISSING)
