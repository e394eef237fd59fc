"""Products of ``mx.np``: dot, matmul and their kin."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.mxnet.errors import translated
from unigrad.dialects.mxnet.numpy.arrays import BINARY, F, ndarray
from unigrad.dialects.mxnet.numpy.reductions import NotAnArray
from unigrad.dialects.mxnet.writes import put

__all__ = ["allclose", "array_equal", "dot", "einsum", "inner", "isclose", "matmul", "outer", "tensordot", "vdot"]


@translated
def dot(a: ndarray, b: Any, out: Any = None) -> Any:
    """NumPy's product of vectors and matrices."""
    if not isinstance(a, ndarray):
        raise NotAnArray(f"an array of mxnet.np is needed, not a '{type(a).__name__}'; use np.array first")
    result = F.dot(a, b)
    return result if out is None else put(out, result)


def matmul(a: ndarray, b: ndarray, out: Any = None) -> Any:
    """The product of matrices, or of stacks of them."""
    result = BINARY["matmul"](a, b)
    return result if out is None else put(out, result)


@translated
def einsum(subscripts: str, *operands: ndarray, out: Any = None, optimize: Any = False) -> Any:
    """The sum of products that the subscripts describe."""
    result = F.einsum(subscripts, *operands)
    return result if out is None else put(out, result)


@translated
def tensordot(a: ndarray, b: ndarray, axes: Any = 2) -> Any:
    """The sum of products over `axes`."""
    return F.tensordot(a, b, axes=axes)


@translated
def inner(a: ndarray, b: ndarray) -> Any:
    """The sum of products over the last axes."""
    return F.multiply(a, b) if not (a.ndim and b.ndim) else F.tensordot(a, b, axes=((-1,), (-1,)))


@translated
def outer(a: ndarray, b: ndarray) -> Any:
    """The product of each element of one with each of the other."""
    return F.outer(F.reshape(a, (-1,)), F.reshape(b, (-1,)))


@translated
def vdot(a: ndarray, b: ndarray) -> Any:
    """The product of the flat arrays."""
    return F.dot(F.reshape(a, (-1,)), F.reshape(b, (-1,)))


@translated
def isclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> Any:
    """Where the two differ by at most ``atol + rtol * |b|``."""
    near = F.less_equal(F.abs(F.subtract(a, b)), F.add(F.multiply(F.abs(b), rtol), atol))
    near = F.logical_or(near, F.equal(a, b))
    return F.logical_or(near, F.logical_and(F.isnan(a), F.isnan(b))) if equal_nan else near


def allclose(a: Any, b: Any, rtol: float = 1e-5, atol: float = 1e-8, equal_nan: bool = False) -> bool:
    """Whether the two are close everywhere."""
    return bool(F.all(isclose(a, b, rtol, atol, equal_nan)))


def array_equal(a1: ndarray, a2: ndarray) -> bool:
    """Whether the two have one shape and the same elements."""
    return a1.shape == a2.shape and bool(F.all(F.equal(a1, a2)))
