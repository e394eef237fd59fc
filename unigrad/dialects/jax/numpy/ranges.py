"""Functions of ``jnp`` that make ranges and grids."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from unigrad import settings
from unigrad.dialects.jax.arrays import (
    NUMBERS,
    Array,
    F,
    cast,
    dtype_of,
    promoted,
    result_dtype,
    scalar,
    strong,
)
from unigrad.dialects.jax.numpy.creation import astype, lengths_of, on_backend
from unigrad.dialects.jax.precision import default_dtype, given_dtype, inexact
from unigrad.dialects.jax.refusals import StepIsZero
from unigrad.errors import ArgumentError, ShapeError

__all__ = [
    "arange",
    "eye",
    "fromfunction",
    "geomspace",
    "identity",
    "indices",
    "linspace",
    "logspace",
    "meshgrid",
    "tri",
]


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None, *, device: Any = None) -> Array:
    """Numbers from `start` (0 if there is one bound) to below `stop`; integers if the arguments are."""
    given = [_number(each, "arange") for each in (start, stop, step) if each is not None]
    chosen = result_dtype(tuple(given))[0] if dtype is None else given_dtype(dtype, "arange")
    first, last = (0, start) if stop is None else (start, stop)
    numbers = [_number(each, "arange") for each in (first, last, 1 if step is None else step)]
    if numbers[2] == 0:
        raise StepIsZero("arange needs a step that is not 0")
    return on_backend(settings.host().arange(*numbers), chosen)


def _number(x: Any, what: str) -> Any:
    value = x.item() if hasattr(x, "item") else x
    if type(value) not in NUMBERS:
        raise ArgumentError(f"{what} needs numbers, not {x!r}")
    return value


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    *,
    device: Any = None,
) -> Any:
    """`num` evenly spaced numbers from `start` to `stop`, which may be arrays; with `retstep` their distance too."""
    count = operator.index(num)
    if count < 0:
        raise ShapeError(f"linspace needs a number of samples from 0 on, not {num}")
    first, last = promoted(start, stop, what="linspace")
    wide = inexact(dtype_of(first))
    first, last = cast(first, wide), cast(last, wide)
    parts = count - 1 if endpoint else count
    steps = F.arange(count, dtype=wide) / max(parts, 1)
    steps = F.reshape(steps, shape=(count, *(1,) * max(first.ndim, last.ndim)))
    result = first * (1 - steps) + last * steps
    if endpoint and count > 1:
        ends = F.broadcast_to(last, shape=tuple(result.raw.shape[1:]))
        result = F.concat([result[:-1], F.expand_dims(ends, axis=0)])
    if axis != 0:
        result = F.moveaxis(result, 0, axis)
    chosen = wide if dtype is None else given_dtype(dtype, "linspace")
    result = cast(F.floor(result) if chosen.kind == "integer" else result, chosen)
    return (result, (last - first) / parts if parts > 0 else scalar(float("nan"))) if retstep else result


def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: Any = 10.0, dtype: Any = None, axis: int = 0
) -> Array:
    """`num` numbers from ``base ** start`` to ``base ** stop``, evenly spaced in their logarithms."""
    powers = F.pow(strong(base, "logspace"), linspace(start, stop, num, endpoint, axis=axis))
    return powers if dtype is None else astype(powers, dtype)


def geomspace(start: Any, stop: Any, num: int = 50, endpoint: bool = True, dtype: Any = None, axis: int = 0) -> Array:
    """`num` numbers from `start` to `stop` with one ratio between neighbours."""
    first, last = promoted(start, stop, what="geomspace")
    wide = inexact(dtype_of(first))
    first, last = cast(first, wide), cast(last, wide)
    result = first * F.pow(last / first, linspace(0.0, 1.0, num, endpoint, axis=axis))
    return result if dtype is None else astype(result, dtype)


def eye(N: Any, M: Any = None, k: int = 0, dtype: Any = None, *, device: Any = None) -> Array:  # noqa: N803
    """Ones on the diagonal `k`, zeros elsewhere."""
    chosen = default_dtype("real") if dtype is None else given_dtype(dtype, "eye")
    rows = operator.index(N)
    made: Array = F.eye(rows, rows if M is None else operator.index(M), k=k, dtype=chosen)
    return made


def identity(n: Any, dtype: Any = None) -> Array:
    """The identity matrix."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Array:  # noqa: N803
    """Ones at and below the diagonal `k`."""
    host = settings.host()
    return on_backend(host.tri(N, M, k), default_dtype("real") if dtype is None else given_dtype(dtype, "tri"))


def indices(dimensions: Any, dtype: Any = None, sparse: bool = False) -> Any:
    """The index of every element of an array of these dimensions, an array for each axis."""
    chosen = default_dtype("integer") if dtype is None else given_dtype(dtype, "indices")
    found = settings.host().indices(tuple(dimensions), sparse=sparse)
    return tuple(on_backend(each, chosen) for each in found) if sparse else on_backend(found, chosen)


def meshgrid(*xi: Any, copy: bool = True, sparse: bool = False, indexing: str = "xy") -> list[Array]:
    """Arrays that hold the coordinates of the points of a grid, one for each of the vectors."""
    if indexing not in ("xy", "ij"):
        raise ShapeError(f"meshgrid needs indexing='xy' or 'ij', not {indexing!r}")
    vectors = [F.reshape(strong(each, "meshgrid"), shape=(-1,)) for each in xi]
    order = list(range(len(vectors)))
    if indexing == "xy" and len(vectors) > 1:
        order[:2] = [1, 0]
    lengths = tuple(int(vectors[place].raw.shape[0]) for place in order)
    grid = []
    for place, vector in enumerate(vectors):
        own = tuple(n if order[i] == place else 1 for i, n in enumerate(lengths))
        line = F.reshape(vector, shape=own)
        grid.append(line if sparse else F.broadcast_to(line, shape=lengths))
    return grid


def fromfunction(function: Callable[..., Any], shape: Any, *, dtype: Any = float, **kwargs: Any) -> Any:
    """`function` of the indices of every element, called once on whole arrays (JAX maps it over them)."""
    chosen = given_dtype(dtype, "fromfunction")
    grid = settings.host().indices(lengths_of(shape, "fromfunction"))
    return function(*(on_backend(each, chosen) for each in grid), **kwargs)
