"""Spectra: factorizations made into functions that differences can be taken of, written once for unigrad's NumPy and NumPy itself.

Differences move every entry by itself, but `cholesky` and `eigh` are functions of symmetric matrices; the vectors of a
factorization have signs that libraries choose differently; and differences of an inverse are exact far from singular
matrices only. So the arguments are made symmetric, definite or regular, and the results are squares and products in
which the signs cancel.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final, NamedTuple

from unigrad.samples import Array, Sample, sample

PARTS: Final = frozenset({"eig_packed", "eigh_packed", "qr_packed", "slogdet_packed", "svd_packed"})
"""Cards that are checked through the public functions that take their results apart."""


class Composed(NamedTuple):
    """A function of a namespace and an array, under the name of the primitive that it shows; and its samples."""

    function: Callable[..., Any]
    samples: tuple[Sample, ...]


def _adjoint(np: Any, x: Any) -> Any:
    return np.conj(np.matrix_transpose(x))


def _symmetric(np: Any, x: Any) -> Any:
    return x + _adjoint(np, x)


def _definite(np: Any, x: Any) -> Any:
    return x @ _adjoint(np, x) + np.eye(x.shape[-1], dtype=x.dtype)


def _regular(np: Any, x: Any) -> Any:
    """A matrix whose diagonal outweighs the rest, so that its inverse is small and differences of it are exact."""
    return x + 4 * np.eye(x.shape[-1], dtype=x.dtype)


def _inv(np: Any, x: Any) -> Any:
    return np.linalg.inv(_regular(np, x))


def _slogdet(np: Any, x: Any) -> Any:
    return tuple(np.linalg.slogdet(_regular(np, x)))


def _solve(np: Any, x1: Any, x2: Any) -> Any:
    return np.linalg.solve(_regular(np, x1), x2)


def _matrix_power(np: Any, x: Any, *, n: int) -> Any:
    return np.linalg.matrix_power(_regular(np, x), n)


def _cholesky(np: Any, x: Any) -> Any:
    return np.linalg.cholesky(_definite(np, x))


def _eigvalsh(np: Any, x: Any) -> Any:
    return np.linalg.eigvalsh(_symmetric(np, x))


def _eigh(np: Any, x: Any) -> Any:
    values, vectors = np.linalg.eigh(_symmetric(np, x))
    turned = (vectors * np.sin(values)[..., None, :]) @ _adjoint(np, vectors)
    return values, np.real(vectors * np.conj(vectors)), turned


def _eig(np: Any, x: Any) -> Any:
    """Sums over all eigenvalues, whose order and whose vectors' phases are the library's own."""
    values, vectors = (part + 0j for part in np.linalg.eig(x))  # NumPy's are real where all values are
    sizes = np.real(vectors * np.conj(vectors))
    return np.sum(np.sin(values) * values, axis=-1), np.sum(sizes * np.real(values)[..., None, :], axis=-1)


def _eigvals(np: Any, x: Any) -> Any:
    values = np.linalg.eigvals(x) + 0j
    return np.sum(np.sin(values) * values, axis=-1), np.prod(values - 0.3, axis=-1)


def _svd(np: Any, x: Any) -> Any:
    left, values, right = np.linalg.svd(x, full_matrices=False)
    return np.real(left * np.conj(left)), values, np.real(right * np.conj(right)), left @ right


def _qr(np: Any, x: Any) -> Any:
    q, r = np.linalg.qr(x)
    return q * q, r * r, (q * np.sin(q)) @ (r * np.sin(r))


def _small(*shape: int) -> Array:
    return Array(shape, -1.0, 1.0)


_COMPLEX: Final = Array((3, 3), -1.0, 1.0, dtype="complex")
_REGULAR: Final = (sample(_small(3, 3)), sample(_small(2, 2, 2)), sample(_small(1, 1)), sample(_COMPLEX))
_SQUARES: Final = (
    sample(Array((3, 3), distinct=True)),
    sample(Array((2, 2, 2), distinct=True)),
    sample(Array((3, 3), -1.5, 1.5, dtype="complex")),
)
_OBLONG: Final = (
    sample(Array((4, 2), distinct=True)),
    sample(Array((2, 3), distinct=True)),
    sample(Array((2, 3, 2), -3.0, 3.0, distinct=True)),
    sample(Array((2, 2, 3), -3.0, 3.0, distinct=True)),
    sample(Array((3, 2), dtype="complex")),
    sample(Array((2, 3), dtype="complex")),
)

COMPOSED: Final = {
    "cholesky": Composed(_cholesky, _SQUARES),
    "eig": Composed(_eig, (*_SQUARES, sample(Array((2, 1, 2, 2), distinct=True)))),
    "eigh": Composed(_eigh, _SQUARES),
    "eigvals": Composed(_eigvals, _SQUARES),
    "eigvalsh": Composed(_eigvalsh, _SQUARES),
    "inv": Composed(_inv, _REGULAR),
    "matrix_power": Composed(
        _matrix_power, (*(sample(_small(3, 3), n=n) for n in (-2, 0, 1, 5)), sample(_small(2, 2, 2), n=-1))
    ),
    "qr": Composed(_qr, _SQUARES + _OBLONG),
    "slogdet": Composed(_slogdet, (*_REGULAR, sample(Array((2, 2, 2), -1.0, 1.0, dtype="complex")))),
    "solve": Composed(
        _solve,
        (
            sample(_small(3, 3), Array((3, 2))),
            sample(_small(3, 3), Array((3,))),
            sample(_small(2, 2, 2), Array((2, 1))),
            sample(_small(2, 2), Array((2, 2, 1))),
            sample(_small(2, 2, 2), Array((2,))),
            sample(_COMPLEX, Array((3, 2), dtype="complex")),
        ),
    ),
    "svd": Composed(_svd, _SQUARES + _OBLONG),
}
