"""Products: of vectors, matrices and stacks of them, with torch's checks."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.torch.errors import LibraryError, SizeError
from unigrad.dialects.torch.tensor import F, Tensor

matmul = F.matmul


def _of(name: str, *operands: tuple[Any, int]) -> None:
    """Raise unless each operand is a tensor with so many axes."""
    for operand, ndim in operands:
        if not isinstance(operand, ug.Tensor):
            raise ug.ArgumentError(f"{name}() takes tensors, not {type(operand).__name__}")
        if len(operand.shape) != ndim:
            raise SizeError(
                f"{name}: expected a {ndim}D tensor, but got one of shape {operand.shape}; matmul takes any"
            )


def dot(input: Any, tensor: Any) -> Tensor:
    """Inner product of two vectors of one dtype."""
    _of("dot", (input, 1), (tensor, 1))
    return F.matmul(input, tensor)  # type: ignore[no-any-return]


def vdot(input: Any, other: Any) -> Tensor:
    """Product of two vectors, the first conjugated."""
    return dot(F.conj(input) if input.dtype.kind == "complex" else input, other)


def mv(input: Any, vec: Any) -> Tensor:
    """Product of a matrix and a vector."""
    _of("mv", (input, 2), (vec, 1))
    return F.matmul(input, vec)  # type: ignore[no-any-return]


def mm(input: Any, mat2: Any) -> Tensor:
    """Product of two matrices."""
    _of("mm", (input, 2), (mat2, 2))
    return F.matmul(input, mat2)  # type: ignore[no-any-return]


def bmm(input: Any, mat2: Any) -> Tensor:
    """Products of the matrices in two stacks of one length."""
    _of("bmm", (input, 3), (mat2, 3))
    if input.shape[0] != mat2.shape[0]:
        raise SizeError(f"bmm: expected stacks of one length, but got {input.shape[0]} and {mat2.shape[0]}")
    return F.matmul(input, mat2)  # type: ignore[no-any-return]


def addmm(input: Any, mat1: Any, mat2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """``beta * input + alpha * (mat1 @ mat2)``."""
    _of("addmm", (mat1, 2), (mat2, 2))
    return _added(input, F.matmul(mat1, mat2), beta, alpha)


def addmv(input: Any, mat: Any, vec: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """``beta * input + alpha * (mat @ vec)``."""
    _of("addmv", (mat, 2), (vec, 1))
    return _added(input, F.matmul(mat, vec), beta, alpha)


def baddbmm(input: Any, batch1: Any, batch2: Any, *, beta: Any = 1, alpha: Any = 1) -> Tensor:
    """``beta * input + alpha * (batch1 @ batch2)``, for stacks of matrices."""
    return _added(input, bmm(batch1, batch2), beta, alpha)


def _added(input: Any, product: Any, beta: Any, alpha: Any) -> Tensor:
    scaled = product if alpha == 1 else F.multiply(product, alpha)
    return F.add(input if beta == 1 else F.multiply(input, beta), scaled)  # type: ignore[no-any-return]


def outer(input: Any, vec2: Any) -> Tensor:
    """Every product of an element of one vector with one of the other."""
    _of("outer", (input, 1), (vec2, 1))
    return F.multiply(F.expand_dims(input, axis=1), vec2)  # type: ignore[no-any-return]


ger = outer


def inner(input: Any, other: Any) -> Tensor:
    """Sums of products over the last axes of both; with a number-like tensor the product."""
    if not input.ndim or not other.ndim:
        return F.multiply(input, other)  # type: ignore[no-any-return]
    return F.tensordot(input, other, axes=((-1,), (-1,)))  # type: ignore[no-any-return]


def tensordot(a: Any, b: Any, dims: Any = 2) -> Tensor:
    """Sum of products over pairs of axes: a number (the last of `a` with the first of `b`) or two lists."""
    return F.tensordot(a, b, axes=dims if isinstance(dims, int) else tuple(map(tuple, dims)))  # type: ignore[no-any-return]


def einsum(equation: str, *operands: Any) -> Tensor:
    """Sum of products in Einstein's notation: ``einsum("ij,jk->ik", a, b)``."""
    given = operands[0] if len(operands) == 1 and isinstance(operands[0], (tuple, list)) else operands
    try:
        return F.einsum(equation, *given)  # type: ignore[no-any-return]
    except ug.ArgumentError as error:
        raise LibraryError(str(error)) from error


def trace(input: Any) -> Tensor:
    """Sum of the diagonal of a matrix."""
    _of("trace", (input, 2))
    return F.trace(input)  # type: ignore[no-any-return]


def cross(input: Any, other: Any, dim: int | None = None) -> Tensor:
    """The vector product of vectors of three elements along `dim`: the first axis of that length if none is given."""
    place = next(i for i, n in enumerate(input.shape) if n == 3) if dim is None else dim
    return F.cross(input, other, axis=place)  # type: ignore[no-any-return]


def kron(input: Any, other: Any) -> Tensor:
    """The Kronecker product."""
    return F.kron(input, other)  # type: ignore[no-any-return]


def cdist(x1: Any, x2: Any, p: float = 2.0) -> Tensor:
    """The p-norm of the difference of each row of `x1` and each of `x2`."""
    difference = F.subtract(F.expand_dims(x1, axis=-2), F.expand_dims(x2, axis=-3))
    return F.vector_norm(difference, axis=-1, ord=p)  # type: ignore[no-any-return]
