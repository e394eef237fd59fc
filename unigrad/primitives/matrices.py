"""Functions that lay out matrices: triangles, diagonals, grids, products of every element with every other."""

from __future__ import annotations

from typing import Any

from unigrad import settings
from unigrad.card import composition, linear
from unigrad.conversion import constant
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import multiply, pow
from unigrad.primitives.axes import axes_in_range, axis_in_range
from unigrad.primitives.creation import asarray
from unigrad.primitives.indexing import scatter
from unigrad.primitives.linalg import diagonal
from unigrad.primitives.manipulation import broadcast_to, expand_dims, flip, moveaxis, reshape, stack, swapaxes
from unigrad.samples import Array, sample

__all__ = ["cross", "diag", "diagflat", "kron", "meshgrid", "rot90", "tril", "triu", "vander"]

Options = dict[str, Any]


def _of_matrices(arrays: tuple[Any, ...], options: Options) -> Options:
    shape = tuple(arrays[0].raw.shape)
    if len(shape) < 2:
        raise ShapeError(f"a triangle is that of a matrix or a stack of them; got an array of shape {shape}")
    return options


TRIANGLES = [
    sample(Array((3, 3))),
    sample(Array((2, 4)), k=1),
    sample(Array((2, 3, 2)), k=-1),
    sample(Array((0, 2))),
    sample(Array((3, 3), dtype="complex"), k=1),
]


@linear(transpose=lambda xp, g, k: xp.tril(g, k=k), prepare=_of_matrices, samples=TRIANGLES)
def tril(x, /, k=0):
    """``x`` with zeros above the diagonal ``k`` of its last two axes."""


@linear(transpose=lambda xp, g, k: xp.triu(g, k=k), prepare=_of_matrices, samples=TRIANGLES)
def triu(x, /, k=0):
    """``x`` with zeros below the diagonal ``k`` of its last two axes."""


@composition(
    samples=[
        sample(Array((3,))),
        sample(Array((2,)), k=1),
        sample(Array((2,)), k=-2),
        sample(Array((3, 4)), k=1),
        sample(Array((0,))),
        sample(Array((3,), dtype="complex")),
    ]
)
def diag(x, /, k=0) -> Tensor:
    """The diagonal ``k`` of a matrix, or the matrix that has a vector ``x`` for it and zeros elsewhere."""
    x = asarray(x)
    if len(x.shape) == 2:
        return diagonal(x, offset=k)
    if len(x.shape) != 1:
        raise ShapeError(f"'diag' takes a vector or a matrix; got an array of shape {tuple(x.shape)}")
    n = x.shape[0] + abs(k)
    start = k if k >= 0 else -k * n
    places = slice(start, start + x.shape[0] * (n + 1), n + 1)
    return reshape(scatter(x, key=(places,), shape=(n * n,)), shape=(n, n))


@composition(samples=[sample(Array((2, 2))), sample(Array((3,)), k=1)])
def diagflat(x, /, k=0) -> Tensor:
    """The matrix that has all elements of ``x`` on its diagonal ``k``, and zeros elsewhere."""
    return diag(reshape(asarray(x), shape=(-1,)), k=k)


def meshgrid(*arrays: Any, indexing: str = "xy", sparse: bool = False) -> tuple[Tensor, ...]:
    """The vectors ``arrays`` repeated over the grid that they span, one axis each; ``"xy"`` exchanges the first two axes.

    With ``sparse`` they are not repeated, and have length 1 along the other axes.
    """
    if indexing not in ("xy", "ij"):
        raise ArgumentError(f"'meshgrid' takes indexing='xy' or 'ij'; got {indexing!r}")
    vectors = [reshape(asarray(each), shape=(-1,)) for each in arrays]
    shape = tuple(each.shape[0] for each in vectors)
    lines = [
        reshape(each, shape=tuple(n if i == place else 1 for i in range(len(shape))))
        for place, (each, n) in enumerate(zip(vectors, shape, strict=True))
    ]
    grids = lines if sparse else [broadcast_to(line, shape=shape) for line in lines]
    return tuple(swapaxes(grid, 0, 1) if indexing == "xy" and len(shape) > 1 else grid for grid in grids)


@composition(
    samples=[
        sample(Array((2, 3)), Array((3, 2))),
        sample(Array((2,)), Array((3,))),
        sample(Array((2,)), Array((2, 2))),
        sample(Array((2,), dtype="complex"), Array((2, 2), dtype="complex")),
    ]
)
def kron(x1, x2, /) -> Tensor:
    """Kronecker product: every element of ``x1`` replaced by its product with all of ``x2``."""
    x1, x2 = asarray(x1), asarray(x2)
    ndim = x1.ndim if x1.ndim > x2.ndim else x2.ndim
    one, two = ((1,) * (ndim - x.ndim) + tuple(x.shape) for x in (x1, x2))
    spread = reshape(x1, shape=tuple(n for m in one for n in (m, 1)))
    product = multiply(spread, reshape(x2, shape=tuple(n for m in two for n in (1, m))))
    return reshape(product, shape=tuple(m * n for m, n in zip(one, two, strict=True)))


@composition(
    samples=[
        sample(Array((3,)), Array((3,))),
        sample(Array((2, 3)), Array((3,))),
        sample(Array((3, 2)), Array((3, 2)), axis=0),
        sample(Array((3,), dtype="complex"), Array((2, 3), dtype="complex")),
    ]
)
def cross(x1, x2, /, axis=-1) -> Tensor:
    """Cross products of the vectors of length 3 along ``axis``, other axes broadcast. Raises `ShapeError` for other lengths."""
    x1, x2 = asarray(x1), asarray(x2)
    for x in (x1, x2):
        if not x.shape or x.shape[axis_in_range(axis, x.ndim)] != 3:
            raise ShapeError(
                f"'cross' needs vectors of length 3 along axis {axis}; got an array of shape {tuple(x.shape)}"
            )
    a, b = moveaxis(x1, axis, -1), moveaxis(x2, axis, -1)
    parts = [a[..., i] * b[..., j] - a[..., j] * b[..., i] for i, j in ((1, 2), (2, 0), (0, 1))]
    return moveaxis(stack(parts, axis=-1), -1, axis)


@composition(
    samples=[sample(Array((2, 3)), k=k) for k in (1, 2, 3, 4)]
    + [sample(Array((2, 3, 2)), axes=(2, 1)), sample(Array((2, 3), dtype="complex"))]
)
def rot90(x, /, k=1, axes=(0, 1)) -> Tensor:
    """``x`` turned by ``k`` right angles in the plane of two ``axes``, from the first towards the second."""
    given = asarray(x)
    first, second = axes_in_range(axes, given.ndim)
    turns = k % 4
    if turns == 0:
        return given
    if turns == 2:
        return flip(given, axis=(first, second))
    if turns == 1:
        return swapaxes(flip(given, axis=second), first, second)
    return flip(swapaxes(given, first, second), axis=second)


@composition(
    samples=[
        sample(Array((3,))),
        sample(Array((3,)), N=2),
        sample(Array((2,)), N=4, increasing=True),
        sample(Array((3,), dtype="complex")),
    ]
)
def vander(x, /, N=None, increasing=False) -> Tensor:  # noqa: N803 - NumPy's name
    """Powers of the vector ``x`` as the columns of a matrix: ``N`` (None: as many as elements), the highest first unless ``increasing``."""
    x = asarray(x)
    count = x.shape[0] if N is None else N
    powers = settings.host().asarray([i if increasing else count - 1 - i for i in range(count)])
    device = x.xp.device_of(x.raw)
    return pow(expand_dims(x, axis=-1), constant(powers, x.xp, dtype=x.dtype, device=device))
