"""Eigenvalues and eigenvectors of matrices that need not be symmetric; they are complex."""

from __future__ import annotations

from typing import Any, NamedTuple

from unigrad import dtypes
from unigrad.card import composition, primitive
from unigrad.graph import Tensor
from unigrad.primitives.creation import asarray, astype
from unigrad.primitives.decomposition import adjoint, as_diagonal, identity_like, over, square
from unigrad.primitives.magnitudes import conjugate
from unigrad.samples import Array, sample

__all__ = ["eig", "eig_packed", "eigvals"]


class EigResult(NamedTuple):
    """What `eig` gives: the eigenvalues, and the eigenvectors as columns, both complex."""

    eigenvalues: Tensor
    eigenvectors: Tensor


ONES = [sample(Array((1, 1), dtype="complex")), sample(Array((2, 1, 1), dtype="complex"))]


def _gaps(xp: Any, w: Any) -> Any:
    """The differences of each eigenvalue, along the rows, from each other one."""
    return xp.expand_dims(w, axis=len(w.shape) - 1) - xp.expand_dims(w, axis=len(w.shape))


def _along_vectors(xp: Any, v: Any, other: Any) -> Any:
    """The real parts of the products of each vector with its fellow, as a diagonal matrix."""
    return as_diagonal(xp, xp.real(xp.sum(conjugate(xp, v) * other, axis=-2)), v)


def _eig_x(xp: Any, g: Any, out: Any) -> Any:
    """Giles (2008), section 3.1, and Boeddeker et al. (2017), arXiv:1701.00392, 4.77: of vectors whose length stays 1."""
    w, v = conjugate(xp, out[..., 0, :]), conjugate(xp, out[..., 1:, :])
    gw, gv = g[..., 0, :], g[..., 1:, :]
    vh = adjoint(xp, v)
    inner = xp.matmul(vh, gv) - xp.matmul(xp.matmul(vh, v), _along_vectors(xp, v, gv))
    inner = over(xp, inner - inner * identity_like(xp, inner), conjugate(xp, _gaps(xp, w)))
    return xp.solve(vh, xp.matmul(inner + as_diagonal(xp, gw, inner), vh))


def _eig_tangent(xp: Any, t: Any, out: Any) -> Any:
    w, v = out[..., 0, :], out[..., 1:, :]
    inner = xp.solve(v, xp.matmul(t, v))
    values = inner * identity_like(xp, inner)
    turned = xp.matmul(v, over(xp, inner - values, _gaps(xp, w)))
    vectors = turned - xp.matmul(v, _along_vectors(xp, v, turned))
    row = xp.expand_dims(xp.sum(values, axis=-2), axis=len(w.shape) - 1)
    return xp.concat([row, vectors], axis=-2)


@primitive(vjp={"x": _eig_x}, jvp={"x": _eig_tangent}, prepare=square, floating=True, samples=ONES)
def eig_packed(x, /):
    """`eig` of a complex ``x``: the values as the first row, the vectors below them."""


def _complex(x: Any) -> Tensor:
    given = asarray(x)
    square((given,), {})
    if given.dtype.kind == "complex":
        return given
    return astype(given, dtypes.complex128 if given.dtype is dtypes.float64 else dtypes.complex64)


@composition(samples=ONES)
def eig(x, /) -> EigResult:
    """Eigenvalues and eigenvectors of a square ``x``, in no particular order; both are complex, whatever ``x`` is.

    The vectors have length 1. Their phase is the library's choice: a gradient that depends on it has no meaning. Where
    eigenvalues coincide the vectors have no derivative, and a gradient that comes through them is NaN.
    """
    packed = eig_packed(_complex(x))
    return EigResult(packed[..., 0, :], packed[..., 1:, :])


@composition(samples=ONES)
def eigvals(x, /) -> Tensor:
    """The eigenvalues of a square ``x``, complex and in no particular order."""
    values: Tensor = eig(x).eigenvalues
    return values
