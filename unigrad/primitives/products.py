"""Products of vectors and matrices in NumPy's further spellings: inner, dotted, with stacks of either."""

from __future__ import annotations

from typing import Any

from unigrad.card import composition
from unigrad.errors import ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import multiply
from unigrad.primitives.creation import asarray
from unigrad.primitives.indexing import getitem
from unigrad.primitives.layout import ravel
from unigrad.primitives.linalg import matmul, tensordot, vecdot
from unigrad.primitives.magnitudes import conj
from unigrad.primitives.manipulation import expand_dims
from unigrad.samples import Array, sample

__all__ = ["inner", "matvec", "vdot", "vecmat"]


@composition(
    samples=[
        sample(Array((3,)), Array((3,))),
        sample(Array((2, 3)), Array((4, 3))),
        sample(Array(()), Array((2,))),
        sample(Array((2, 3), dtype="complex"), Array((3,), dtype="complex")),
    ]
)
def inner(x1, x2, /) -> Tensor:
    """Sums of products over the last axes of ``x1`` and ``x2``."""
    x1, x2 = asarray(x1), asarray(x2)
    if not x1.shape or not x2.shape:
        return multiply(x1, x2)
    return tensordot(x1, x2, axes=((-1,), (-1,)))


@composition(
    samples=[
        sample(Array((3,)), Array((3,))),
        sample(Array((2, 3)), Array((3, 2))),
        sample(Array((3,), dtype="complex"), Array((3,), dtype="complex")),
    ]
)
def vdot(x1, x2, /) -> Tensor:
    """Inner product of the flattened ``x1``, conjugate, with the flattened ``x2``."""
    x1, x2 = ravel(x1), ravel(x2)
    if x1.shape != x2.shape:
        raise ShapeError(f"'vdot' needs as many elements of each; got {x1.size} and {x2.size}")
    return vecdot(x1, x2)


def _axes(name: str, x: Any, least: int) -> Tensor:
    given = asarray(x)
    if given.ndim < least:
        what = "matrices" if least == 2 else "vectors"
        raise ShapeError(f"'{name}' needs {what}; got an array of shape {tuple(given.shape)}")
    return given


@composition(
    samples=[
        sample(Array((2, 3)), Array((3,))),
        sample(Array((2, 2, 3)), Array((2, 3))),
        sample(Array((2, 3), dtype="complex"), Array((3,), dtype="complex")),
    ]
)
def matvec(x1, x2, /) -> Tensor:
    """Products of the matrices ``x1`` with the vectors ``x2``; leading axes broadcast."""
    x1, x2 = _axes("matvec", x1, 2), _axes("matvec", x2, 1)
    return getitem(matmul(x1, expand_dims(x2, axis=-1)), key=(..., 0))


@composition(
    samples=[
        sample(Array((2,)), Array((2, 3))),
        sample(Array((2, 2)), Array((2, 2, 3))),
        sample(Array((2,), dtype="complex"), Array((2, 3), dtype="complex")),
    ]
)
def vecmat(x1, x2, /) -> Tensor:
    """Products of the vectors ``x1``, conjugate, with the matrices ``x2``; leading axes broadcast."""
    x1, x2 = _axes("vecmat", x1, 1), _axes("vecmat", x2, 2)
    row = conj(x1) if x1.dtype.kind == "complex" else x1
    return getitem(matmul(expand_dims(row, axis=-2), x2), key=(..., 0, slice(None)))
