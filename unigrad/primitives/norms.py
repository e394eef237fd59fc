"""Norms of arrays, vectors and matrices, in NumPy's and in the standard's spelling."""

from __future__ import annotations

import math
from typing import Any

from unigrad.card import composition
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.axes import axes_in_range
from unigrad.primitives.creation import asarray
from unigrad.primitives.decomposition import EYE, NANS, ZEROS, inv
from unigrad.primitives.magnitudes import abs
from unigrad.primitives.manipulation import moveaxis, reshape
from unigrad.primitives.reduction import max, min, sum, vector_norm
from unigrad.primitives.spectra import svdvals
from unigrad.samples import Array, at, sample

__all__ = ["cond", "matrix_norm", "norm"]

Shape = tuple[int, ...]


def norm(x, /, ord=None, axis=None, keepdims=False) -> Tensor:
    """NumPy's ``linalg.norm``: of all elements, of the vectors along one ``axis``, or of the matrices over two.

    Vectors: any ``ord`` (None is 2). Matrices: None, ``"fro"``, ``"nuc"``, 1, -1, 2, -2, inf, -inf.
    """
    ndim = len(getattr(x, "shape", ()))
    if ord is None:
        return vector_norm(x, axis=axis, keepdims=keepdims)
    axes = tuple(range(ndim)) if axis is None else axes_in_range(axis, ndim)
    if len(axes) == 1:
        return vector_norm(x, axis=axes, keepdims=keepdims, ord=ord)
    if len(axes) != 2:
        raise ArgumentError(
            f"'norm' with ord={ord!r} is of vectors or matrices; got an array of {ndim} axes and axis={axis!r}"
        )
    return _over(x, ord, axes, keepdims)


MATRIX = Array((2, 3, 4), distinct=True, away=(0.0,), low=-3.0, high=3.0)


@composition(
    samples=[
        sample(MATRIX),
        *(sample(MATRIX, ord=ord) for ord in (1, -1, 2, -2, math.inf, -math.inf, "nuc")),
        sample(MATRIX, ord=2, keepdims=True),
        *(sample(Array((2, 3, 0)), ord=ord) for ord in (1, 2)),
        sample(Array((2, 3), dtype="complex"), ord=1),
    ],
    conventions=[
        at(ZEROS, slope=ZEROS, why="smallest of the unit ball", agree="torch", autograd=NANS, jax=NANS),
        at(
            EYE,
            ord=2,
            slope=[[0.5, 0.0], [0.0, 0.5]],
            why="smallest: equal values share the slope",
            agree="jax torch",
            autograd="error",
        ),
        at(
            ZEROS,
            ord="nuc",
            slope=EYE,
            why="U Vᵀ of the vectors found, one of the subgradients",
            agree="autograd jax torch",
        ),
        at(
            ZEROS, ord=1, slope=ZEROS, why="abs at 0", agree="torch", autograd="error", jax=[[0.25, 0.25], [0.25, 0.25]]
        ),
    ],
)
def matrix_norm(x, /, keepdims=False, ord="fro") -> Tensor:
    """The norm of the matrices in the last two axes: ``"fro"``, ``"nuc"``, 1, -1, 2, -2, inf or -inf."""
    ndim = len(x.shape)
    if ndim < 2:
        raise ShapeError(f"'matrix_norm' needs a matrix or a stack of them; got an array of shape {tuple(x.shape)}")
    return _over(x, ord, (ndim - 2, ndim - 1), keepdims)


def _over(x: Any, ord: Any, axes: Shape, keepdims: bool) -> Tensor:
    if ord == "fro":
        return vector_norm(x, axis=axes, keepdims=keepdims)
    if ord in ("nuc", 2, -2):
        result = _of_singular_values(svdvals(moveaxis(x, source=axes, destination=(-2, -1))), ord, x.shape)
        return (
            reshape(result, shape=tuple(1 if i in axes else n for i, n in enumerate(x.shape))) if keepdims else result
        )
    if ord not in (1, -1, math.inf, -math.inf):
        raise ArgumentError(f"'norm' of matrices takes ord=None, 'fro', 'nuc', 1, -1, 2, -2, inf or -inf; got {ord!r}")
    rows, columns = axes
    along, over = (rows, columns) if ord in (1, -1) else (columns, rows)
    sums = sum(abs(x), axis=along, keepdims=True)
    result = _extreme(sums, ord, over, x.shape, keepdims=True)
    return result if keepdims else reshape(result, shape=tuple(n for i, n in enumerate(result.shape) if i not in axes))


def _of_singular_values(values: Tensor, ord: Any, shape: Shape) -> Tensor:
    if ord == "nuc":
        return sum(values, axis=-1)
    return _extreme(values, ord, -1, shape)


def _extreme(values: Tensor, ord: Any, axis: int, shape: Shape, keepdims: bool = False) -> Tensor:
    """The largest of numbers that are not negative, of none 0; the smallest where ``ord`` is negative."""
    if values.shape[axis]:
        return (max if ord > 0 else min)(values, axis=axis, keepdims=keepdims)
    if ord < 0:
        raise ShapeError(f"'norm' with ord={ord!r} has nothing to take the smallest of; got the shape {tuple(shape)}")
    return sum(values, axis=axis, keepdims=keepdims)


REGULAR = Array((2, 3, 3), distinct=True, low=-3.0, high=3.0)
SMALL = Array((2, 2), distinct=True, low=0.3, high=3.0)


@composition(
    samples=[
        *(sample(REGULAR, p=p) for p in (None, -2, "fro")),
        *(sample(SMALL, p=p) for p in (1, math.inf)),
        sample(Array((3, 3), dtype="complex")),
    ]
)
def cond(x, /, p=None) -> Tensor:
    """How much errors grow at most when equations with the matrix ``x`` are solved, measured by the norm ``p`` (None: 2).

    For 2 and -2 the ratio of the largest and the smallest singular value; else the norm of ``x`` times that of its inverse.
    Raises `ShapeError` for matrices without elements.
    """
    x = asarray(x)
    if 0 in x.shape[-2:]:
        raise ShapeError(f"'cond' needs matrices that are not empty; got the shape {tuple(x.shape)}")
    if p in (None, 2, -2):
        values = svdvals(x)
        largest, smallest = values[..., 0], values[..., -1]
        return smallest / largest if p == -2 else largest / smallest
    result: Tensor = matrix_norm(x, ord=p) * matrix_norm(inv(x), ord=p)
    return result
