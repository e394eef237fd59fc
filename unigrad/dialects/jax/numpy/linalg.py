"""``jnp.linalg``: norms, solving and decompositions, as far as unigrad has them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from unigrad import primitives
from unigrad.dialects.absence import absent
from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, promoted, settled, strong
from unigrad.dialects.jax.elementwise import described
from unigrad.dialects.jax.notes import MISSING
from unigrad.dialects.jax.numpy.manipulation import matrix_transpose
from unigrad.dialects.jax.numpy.products import cross, diagonal, matmul, outer, tensordot, trace, vecdot
from unigrad.dialects.jax.precision import inexact
from unigrad.errors import ShapeError

__all__ = [
    "cond",
    "cross",
    "diagonal",
    "matmul",
    "matrix_norm",
    "matrix_transpose",
    "norm",
    "outer",
    "slogdet",
    "tensordot",
    "trace",
    "vecdot",
    "vector_norm",
]

OF_ONE: Final = (
    "cholesky det eig eigh eigvals eigvalsh inv matrix_power matrix_rank multi_dot pinv qr svd svdvals".split()
)
"""unigrad's functions of one matrix with JAX's name and options."""

OF_TWO: Final = "lstsq solve".split()
"""Those of two."""


def _floating(x: Any, what: str) -> Array:
    array = strong(x, what)
    return cast(array, inexact(dtype_of(array)))


def _square(x: Array, what: str) -> None:
    if what in ("cholesky", "det", "eig", "eigh", "eigvals", "eigvalsh", "inv", "solve", "slogdet") and (
        x.ndim < 2 or x.shape[-1] != x.shape[-2]
    ):
        raise ShapeError(f"jnp.linalg.{what} needs square matrices, not an array of shape {x.shape}")


def _of_one(name: str) -> Callable[..., Any]:
    def function(a: Any, *args: Any, **options: Any) -> Any:
        if name == "multi_dot":
            return F.multi_dot(promoted(*a, what=name), *args, **options)
        x = _floating(a, name)
        _square(x, name)
        return settled(getattr(F, name)(x, *args, **_known(options)))

    return described(function, name, getattr(primitives, name).__doc__)


def _of_two(name: str) -> Callable[..., Any]:
    def function(a: Any, b: Any, *args: Any, **options: Any) -> Any:
        first, second = promoted(_floating(a, name), _floating(b, name), what=name)
        _square(first, name)
        return settled(getattr(F, name)(first, second, *args, **_known(options)))

    return described(function, name, getattr(primitives, name).__doc__)


def _known(options: dict[str, Any]) -> dict[str, Any]:
    """The options without those that say how JAX is to go about it, not what comes out."""
    return {
        name: value for name, value in options.items() if name not in ("symmetrize_input", "hermitian", "precision")
    }


for _name in OF_ONE + OF_TWO:
    if hasattr(primitives, _name):
        globals()[_name] = _of_one(_name) if _name in OF_ONE else _of_two(_name)
        __all__.append(_name)


def norm(x: Any, ord: Any = None, axis: Any = None, keepdims: bool = False) -> Array:
    """The norm of a vector or a matrix; without `ord` and axis that of all elements."""
    result: Array = F.norm(_floating(x, "norm"), ord=ord, axis=axis, keepdims=keepdims)
    return result


def vector_norm(x: Any, /, *, axis: Any = None, keepdims: bool = False, ord: Any = 2) -> Array:
    """The p-norm over ``axis``."""
    result: Array = F.vector_norm(_floating(x, "vector_norm"), axis=axis, keepdims=keepdims, ord=ord)
    return result


def matrix_norm(x: Any, /, *, keepdims: bool = False, ord: Any = "fro") -> Array:
    """The norm of the matrices in the last two axes."""
    result: Array = F.norm(_floating(x, "matrix_norm"), ord=ord, axis=(-2, -1), keepdims=keepdims)
    return result


def slogdet(a: Any, *, method: str | None = None) -> Any:
    """The sign of a determinant, and the logarithm of its size."""
    x = _floating(a, "slogdet")
    _square(x, "slogdet")
    return F.slogdet(x)


def cond(x: Any, p: Any = None) -> Array:
    """The condition number: the largest singular value over the smallest, or by another norm."""
    matrix = _floating(x, "cond")
    if p in (None, 2, -2):
        values = F.svdvals(matrix)
        ratio: Array = values[..., 0] / values[..., -1]
        return 1 / ratio if p == -2 else ratio
    return norm(matrix, ord=p, axis=(-2, -1)) * norm(F.inv(matrix), ord=p, axis=(-2, -1))


__getattr__ = absent("jax.numpy.linalg", lambda: __all__, MISSING)
