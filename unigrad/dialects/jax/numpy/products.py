"""Functions of ``jnp`` that multiply and sum: products of matrices, contractions, and what is built of them."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, promoted, strong
from unigrad.dialects.jax.numpy.manipulation import moveaxis, ravel, reshape
from unigrad.dialects.jax.refusals import IncompatibleShapes
from unigrad.errors import ShapeError

__all__ = [
    "cross",
    "diag",
    "diagflat",
    "diagonal",
    "dot",
    "einsum",
    "inner",
    "kron",
    "matmul",
    "matvec",
    "outer",
    "tensordot",
    "trace",
    "tril",
    "triu",
    "vander",
    "vdot",
    "vecdot",
    "vecmat",
]


def _product(name: str, *arrays: Any, **options: Any) -> Array:
    made = promoted(*arrays, what=name)
    try:
        result: Array = getattr(F, name)(*made, **options)
    except ShapeError as error:
        raise IncompatibleShapes(f"{name}: {error}") from error
    return result


def matmul(a: Any, b: Any, *, precision: Any = None, preferred_element_type: Any = None) -> Array:
    """Product of matrices, or stacks of them, in the last two axes."""
    if type(a) is Array and type(b) is Array and a.form is not None and b.form is not None:
        try:
            result: Array = F.matmul(a, b)
        except ShapeError as error:
            raise IncompatibleShapes(f"matmul: {error}") from error
        return result
    for position, each in enumerate((a, b)):
        if not strong(each, "matmul", position).ndim:
            raise ShapeError(f"matmul input operand {position} must have ndim at least 1, but it has ndim 0")
    return _product("matmul", a, b)


def dot(a: Any, b: Any, *, precision: Any = None, preferred_element_type: Any = None) -> Array:
    """NumPy's product of vectors and matrices; of more axes the last with the last but one."""
    return _product("dot", a, b)


def vdot(a: Any, b: Any, *, precision: Any = None, preferred_element_type: Any = None) -> Array:
    """Product of the two, flattened, the first conjugated."""
    return _product("dot", F.conj(ravel(strong(a, "vdot"))), ravel(strong(b, "vdot", 1)))


def inner(a: Any, b: Any, *, precision: Any = None, preferred_element_type: Any = None) -> Array:
    """Sum of products over the last axes of both."""
    first, second = promoted(a, b, what="inner")
    return (
        first * second
        if not first.ndim or not second.ndim
        else _product("tensordot", first, second, axes=((-1,), (-1,)))
    )


def outer(a: Any, b: Any, out: None = None) -> Array:
    """Every element of the first times every one of the second, both flattened."""
    first, second = promoted(ravel(strong(a, "outer")), ravel(strong(b, "outer", 1)), what="outer")
    return reshape(first, (-1, 1)) * second


def vecdot(x1: Any, x2: Any, /, *, axis: int = -1, **_: Any) -> Array:
    """Sum of products along one axis, the first conjugated."""
    return _product("vecdot", x1, x2, axis=axis)


def matvec(x1: Any, x2: Any, /) -> Array:
    """Matrices times vectors."""
    return matmul(x1, F.expand_dims(strong(x2, "matvec", 1), axis=-1))[..., 0]


def vecmat(x1: Any, x2: Any, /) -> Array:
    """Vectors times matrices."""
    return matmul(F.expand_dims(F.conj(strong(x1, "vecmat")), axis=-2), x2)[..., 0, :]


def tensordot(a: Any, b: Any, axes: Any = 2, *, precision: Any = None, preferred_element_type: Any = None) -> Array:
    """Sum of products over `axes`: so many last of the first and first of the second, or two lists."""
    return _product("tensordot", a, b, axes=axes)


def einsum(subscripts: str, /, *operands: Any, **_: Any) -> Array:
    """Products summed over letters, as the formula says."""
    result: Array = F.einsum(subscripts, *promoted(*operands, what="einsum"))
    return result


def kron(a: Any, b: Any) -> Array:
    """A block of the second for each element of the first."""
    return _product("kron", a, b)


def cross(a: Any, b: Any, axisa: int = -1, axisb: int = -1, axisc: int = -1, axis: int | None = None) -> Array:
    """The cross product of vectors of three elements, or of two, where it is one number."""
    if axis is not None:
        axisa = axisb = axisc = axis
    first, second = promoted(a, b, what="cross")
    first, second = moveaxis(first, axisa, -1), moveaxis(second, axisb, -1)
    if first.shape[-1] == second.shape[-1] == 2:
        flat: Array = first[..., 0] * second[..., 1] - first[..., 1] * second[..., 0]
        return flat
    u, v = (
        tuple(each[..., i] for i in range(3))
        if each.shape[-1] == 3
        else (each[..., 0], each[..., 1], F.zeros_like(each[..., 0]))
        for each in (first, second)
    )
    parts = [u[1] * v[2] - u[2] * v[1], u[2] * v[0] - u[0] * v[2], u[0] * v[1] - u[1] * v[0]]
    return moveaxis(F.stack(parts, axis=-1), -1, axisc)


def trace(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1, dtype: Any = None, out: None = None) -> Array:
    """Sum of a diagonal."""
    x = strong(a, "trace")
    return cast(F.trace(x, offset, axis1, axis2), dtype_of(x) if dtype is None else dtype)


def diagonal(a: Any, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The elements of a diagonal."""
    result: Array = F.diagonal(strong(a, "diagonal"), offset, axis1, axis2)
    return result


def diag(v: Any, k: int = 0) -> Array:
    """A matrix with a vector on the diagonal `k`, or the diagonal of a matrix."""
    x = strong(v, "diag")
    if x.ndim not in (1, 2):
        raise ShapeError("diag input must be 1d or 2d")
    result: Array = F.diag(x, k)
    return result


def diagflat(v: Any, k: int = 0) -> Array:
    """A matrix with all elements on the diagonal `k`."""
    return diag(ravel(v), k)


def tril(m: Any, k: int = 0) -> Array:
    """What stands at and below the diagonal `k`, zeros elsewhere."""
    result: Array = F.tril(strong(m, "tril"), k=k)
    return result


def triu(m: Any, k: int = 0) -> Array:
    """What stands at and above the diagonal `k`, zeros elsewhere."""
    result: Array = F.triu(strong(m, "triu"), k=k)
    return result


def vander(x: Any, N: int | None = None, increasing: bool = False) -> Array:  # noqa: N803
    """The powers of each element in a row."""
    result: Array = F.vander(strong(x, "vander"), N, increasing)
    return result
