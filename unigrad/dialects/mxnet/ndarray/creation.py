"""Creation: functions of ``mx.nd`` that make arrays, float32 unless a dtype is given."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.mxnet.context import device_name
from unigrad.dialects.mxnet.errors import translated
from unigrad.dialects.mxnet.formats import format_for
from unigrad.dialects.mxnet.legacy import G, NDArray
from unigrad.dialects.mxnet.writes import put

__all__ = ["arange", "array", "empty", "eye", "full", "linspace", "ones", "ones_like", "zeros", "zeros_like"]


@translated
def array(source_array: Any, ctx: Any = None, dtype: Any = None) -> NDArray:
    """A new array; float32 unless a dtype is given, or an array of this dialect brings its own."""
    if isinstance(source_array, ug.Tensor):
        form = format_for(dtype, source_array.dtype.name)
        return G.adopt(ug.array(ug.stop_gradient(source_array), form, device=device_name(ctx)))  # type: ignore[no-any-return]
    return G.asarray(source_array, format_for(dtype), device=device_name(ctx), copy=True)  # type: ignore[no-any-return]


def _shape(shape: Any) -> tuple[int, ...]:
    return (shape,) if isinstance(shape, int) else tuple(shape)


@translated
def full(shape: Any, val: Any, ctx: Any = None, dtype: Any = None, out: Any = None) -> NDArray:
    """`val` everywhere."""
    made = G.full(_shape(shape), val, format_for(dtype), device=device_name(ctx))
    return made if out is None else put(out, made)  # type: ignore[no-any-return]


def zeros(shape: Any, ctx: Any = None, dtype: Any = None, **_: Any) -> NDArray:
    """Zeros."""
    return full(shape, 0, ctx, dtype)


def ones(shape: Any, ctx: Any = None, dtype: Any = None, **_: Any) -> NDArray:
    """Ones."""
    return full(shape, 1, ctx, dtype)


def empty(shape: Any, ctx: Any = None, dtype: Any = None) -> NDArray:
    """An array whose values do not matter; they are zeros."""
    return full(shape, 0, ctx, dtype)


@translated
def arange(
    start: Any, stop: Any = None, step: Any = 1.0, repeat: int = 1, ctx: Any = None, dtype: Any = None, **_: Any
) -> NDArray:
    """Numbers from `start` to below `stop` in steps (or from 0 to below `start`), each `repeat` times."""
    made = G.arange(start, stop, step, dtype=format_for(dtype), device=device_name(ctx))
    return made if repeat == 1 else G.repeat(made, repeat)  # type: ignore[no-any-return]


@translated
def linspace(start: Any, stop: Any, num: int, endpoint: bool = True, ctx: Any = None, dtype: Any = None) -> NDArray:
    """`num` evenly spaced numbers."""
    return G.linspace(start, stop, num, dtype=format_for(dtype), device=device_name(ctx), endpoint=endpoint)  # type: ignore[no-any-return]


@translated
def eye(N: int, M: int = 0, k: int = 0, ctx: Any = None, dtype: Any = None, **_: Any) -> NDArray:  # noqa: N803
    """Ones on the diagonal `k`."""
    return G.eye(N, M or N, k=k, dtype=format_for(dtype), device=device_name(ctx))  # type: ignore[no-any-return]


def zeros_like(data: NDArray, **_: Any) -> NDArray:
    """Zeros of the shape and dtype of `data`."""
    return G.zeros_like(data)  # type: ignore[no-any-return]


def ones_like(data: NDArray, **_: Any) -> NDArray:
    """Ones of the shape and dtype of `data`."""
    return G.ones_like(data)  # type: ignore[no-any-return]
