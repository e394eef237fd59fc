"""autograd.numpy.linalg: products, equations, factorizations and norms, as far as unigrad has them."""

from __future__ import annotations

from typing import Any, Final

from unigrad import primitives, settings
from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import F, floating, ndarray, on_arrays
from unigrad.dialects.autograd.notes import LINALG

ARRAYS: Final = {
    1: (
        "cholesky cond det diagonal eig eigh eigvals eigvalsh expm inv matrix_norm matrix_power matrix_rank matrix_transpose norm pinv "
        "qr slogdet svdvals tensorinv trace vector_norm"
    ),
    2: "cross matmul outer solve tensordot tensorsolve vecdot",
}
"""How many of the first arguments are arrays, and the names."""

_found = {
    name: on_arrays(name, name, count, needs_float=True)
    for count, names in ARRAYS.items()
    for name in names.split()
    if hasattr(primitives, name)
}
globals().update(_found)

__all__ = [*_found]  # noqa: PLE0604 - the table's names


def lstsq(a: Any, b: Any, rcond: float | None = None) -> Any:
    """The least-squares solution of ``a @ x = b``, residuals, rank and singular values."""
    return F.lstsq(floating(a), floating(b), rtol=rcond)


def svd(a: Any, full_matrices: bool = True, compute_uv: bool = True) -> Any:
    """Left vectors, singular values, right vectors; the values alone where not `compute_uv`."""
    return F.svd(floating(a), full_matrices) if compute_uv else F.svdvals(floating(a))


def multi_dot(arrays: Any) -> ndarray:
    """The product of several matrices, in the cheapest order."""
    made: ndarray = F.multi_dot([floating(each) for each in arrays])
    return made


__all__ += ["lstsq", "multi_dot", "svd"]

_absent = absent("autograd.numpy.linalg", lambda: __all__, LINALG)


def __getattr__(name: str) -> Any:
    # The class that the kernels raise is the array library's own; it is looked up when somebody asks for it.
    return settings.host().linalg.LinAlgError if name == "LinAlgError" else _absent(name)
