"""Grids of positions: open and full ones, those of triangles and diagonals, flat positions and back."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any

from unigrad import dtypes, settings
from unigrad.conversion import constant
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import remainder
from unigrad.primitives.constant import any as any_holds
from unigrad.primitives.constant import floor_divide
from unigrad.primitives.creation import arange, asarray, astype, eye, ones, stop_gradient
from unigrad.primitives.layout import broadcast_arrays
from unigrad.primitives.manipulation import broadcast_to, reshape, stack
from unigrad.primitives.matrices import tril
from unigrad.primitives.sorting import nonzero

__all__ = [
    "diag_indices",
    "fromfunction",
    "identity",
    "indices",
    "ix_",
    "ravel_multi_index",
    "tri",
    "tril_indices",
    "triu_indices",
    "unravel_index",
]

Shape = tuple[int, ...]


def identity(n: int, dtype: object = None) -> Tensor:
    """The ``n`` × ``n`` matrix with ones on the diagonal, zeros elsewhere."""
    return eye(n, dtype=dtype)


def tri(n_rows: int, n_cols: int | None = None, k: int = 0, dtype: object = None) -> Tensor:
    """Ones at and below the diagonal ``k``, zeros above it."""
    return tril(ones((n_rows, n_rows if n_cols is None else n_cols), dtype), k=k)


def _along(n: int, axis: int, ndim: int) -> Tensor:
    return reshape(arange(n), shape=tuple(n if i == axis else 1 for i in range(ndim)))


def indices(dimensions: Sequence[int], dtype: object = None, sparse: bool = False) -> Tensor | tuple[Tensor, ...]:
    """The positions in an array of the shape ``dimensions``: for each axis a grid, along a new first axis.

    With ``sparse`` the grids are open, and a tuple.
    """
    shape = tuple(dimensions)
    lines = [astype(_along(n, i, len(shape)), dtype or dtypes.int64) for i, n in enumerate(shape)]
    if sparse:
        return tuple(lines)
    if not shape:
        return arange(0, dtype=dtype)
    return stack([broadcast_to(line, shape=shape) for line in lines])


def fromfunction(function: Callable[..., Any], shape: Sequence[int], dtype: object = float, **options: Any) -> Any:
    """What ``function`` makes of the positions in an array of ``shape``, one array for each axis."""
    grid = indices(shape, dtype)
    return function(*(grid[i] for i in range(len(shape))), **options)


def ix_(*sequences: Any) -> tuple[Tensor, ...]:
    """Vectors of positions, or of booleans, as an open grid: what picks the rows and columns that they name."""
    lines = []
    for axis, each in enumerate(sequences):
        line = stop_gradient(each)
        if line.ndim != 1:
            raise ShapeError(f"'ix_' needs vectors; got an array of shape {tuple(line.shape)}")
        line = nonzero(line)[0] if line.dtype.kind == "bool" else line
        line = astype(line, dtypes.int64) if line.size == 0 else line
        lines.append(reshape(line, shape=tuple(-1 if i == axis else 1 for i in range(len(sequences)))))
    return tuple(lines)


def _of_triangle(name: str, n: int, k: int, m: int | None) -> tuple[Tensor, Tensor]:
    host = settings.host()
    rows, columns = getattr(host, name)(n, k, m)
    xp = settings.choice().xp
    return constant(rows, xp, dtype=dtypes.int64), constant(columns, xp, dtype=dtypes.int64)


def tril_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Tensor, Tensor]:
    """The rows and columns of what is at and below the diagonal ``k`` of an ``n`` × ``m`` matrix (None: a square one)."""
    return _of_triangle("tril_indices", n, k, m)


def triu_indices(n: int, k: int = 0, m: int | None = None) -> tuple[Tensor, Tensor]:
    """The rows and columns of what is at and above the diagonal ``k`` of an ``n`` × ``m`` matrix (None: a square one)."""
    return _of_triangle("triu_indices", n, k, m)


def diag_indices(n: int, ndim: int = 2) -> tuple[Tensor, ...]:
    """The positions of the main diagonal of an array with ``ndim`` axes of length ``n``."""
    return tuple(arange(n) for _ in range(ndim))


def _whole(name: str, x: Any) -> Tensor:
    given = stop_gradient(x)
    if given.dtype.kind != "integer":
        raise DTypeError(f"'{name}' needs integers, not '{given.dtype}'")
    return given


def _refuse(name: str, outside: Tensor, shape: Shape) -> None:
    if not outside.xp.is_traced(outside.raw) and any_holds(outside):
        raise ArgumentError(f"'{name}' got a position that an array of shape {shape} does not have")


def unravel_index(indices: Any, /, shape: Sequence[int]) -> tuple[Tensor, ...]:
    """The positions along each axis of an array of ``shape`` that the positions ``indices`` in the flattened one stand for."""
    lengths = tuple(shape) if isinstance(shape, Sequence) else (shape,)
    rest = _whole("unravel_index", indices)
    _refuse("unravel_index", (rest < 0) | (rest >= math.prod(lengths)), lengths)
    found = []
    for n in reversed(lengths):
        found.append(remainder(rest, n))
        rest = floor_divide(rest, n)
    return tuple(reversed(found))


def ravel_multi_index(multi_index: Sequence[Any], /, dims: Sequence[int], mode: str = "raise") -> Tensor:
    """The positions in the flattened array of shape ``dims`` that the positions ``multi_index``, an array for each axis, stand for.

    Those beyond an end are refused with `ArgumentError`, or counted round and round (``mode="wrap"``).
    """
    if mode not in ("raise", "wrap"):
        raise ArgumentError(f"'ravel_multi_index' takes mode='raise' or 'wrap'; got {mode!r}")
    given = broadcast_arrays([_whole("ravel_multi_index", each) for each in multi_index])
    if len(given) != len(dims):
        raise ShapeError(f"'ravel_multi_index' needs positions for each of {len(dims)} axes; got {len(given)}")
    result: Any = 0
    for n, each in zip(dims, given, strict=True):
        if mode == "raise":
            _refuse("ravel_multi_index", (each < 0) | (each >= n), tuple(dims))
        result = result * n + (each if mode == "raise" else remainder(each, n))
    return asarray(result)
