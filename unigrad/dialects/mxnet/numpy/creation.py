"""Creation: functions of ``mx.np`` that make arrays; what is made from Python's numbers is float32."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.mxnet.context import device_name
from unigrad.dialects.mxnet.errors import ArrayTypeError, translated
from unigrad.dialects.mxnet.formats import format_for
from unigrad.dialects.mxnet.numpy.arrays import F, ndarray
from unigrad.dialects.mxnet.writes import put

__all__ = [
    "arange",
    "array",
    "asarray",
    "copy",
    "empty",
    "empty_like",
    "eye",
    "full",
    "full_like",
    "identity",
    "indices",
    "linspace",
    "logspace",
    "ones",
    "ones_like",
    "zeros",
    "zeros_like",
]


@translated
def array(object: Any, dtype: Any = None, ctx: Any = None) -> ndarray:
    """A new array of `object`: arrays keep their dtype, numbers and lists are float32."""
    if isinstance(object, complex):
        raise ArrayTypeError("there are no complex arrays in this dialect of mxnet")
    if isinstance(object, ug.Tensor):
        same: ndarray = F.positive(object if isinstance(object, ndarray) else F.stop_gradient(object))
        made: Any = same if dtype is None else F.astype(same, format_for(dtype))
        return made if ctx is None else made.as_in_ctx(ctx)  # type: ignore[no-any-return]
    given = hasattr(object, "dtype") and hasattr(object, "shape")
    return F.asarray(object, format_for(dtype, None if given else "float32"), device=device_name(ctx), copy=True)  # type: ignore[no-any-return]


def asarray(a: Any, dtype: Any = None, ctx: Any = None) -> ndarray:
    """`a` itself where it is such an array already, else `array`."""
    return a if isinstance(a, ndarray) and dtype is None and ctx is None else array(a, dtype, ctx)


def copy(a: ndarray) -> ndarray:
    """The same values in another array, recorded."""
    return a.copy()  # type: ignore[return-value]


@translated
def zeros(shape: Any, dtype: Any = None, order: str = "C", ctx: Any = None) -> ndarray:
    """Zeros."""
    return F.zeros(shape, format_for(dtype), device=device_name(ctx))  # type: ignore[no-any-return]


@translated
def ones(shape: Any, dtype: Any = None, order: str = "C", ctx: Any = None) -> ndarray:
    """Ones."""
    return F.ones(shape, format_for(dtype), device=device_name(ctx))  # type: ignore[no-any-return]


def empty(shape: Any, dtype: Any = None, order: str = "C", ctx: Any = None) -> ndarray:
    """An array whose values do not matter; they are zeros."""
    return zeros(shape, dtype, order, ctx)


@translated
def full(
    shape: Any, fill_value: Any, order: str = "C", ctx: Any = None, dtype: Any = None, out: ndarray | None = None
) -> ndarray:
    """`fill_value` everywhere; a bool gives booleans, any other number float32."""
    chosen = format_for(dtype, "bool" if isinstance(fill_value, bool) else "float32")
    made = F.full(shape, fill_value, chosen, device=device_name(ctx))
    return made if out is None else put(out, made)  # type: ignore[no-any-return]


@translated
def arange(start: Any, stop: Any = None, step: Any = 1, dtype: Any = None, ctx: Any = None) -> ndarray:
    """Numbers from `start` to below `stop` in steps, or from 0 to below `start`."""
    return F.arange(start, stop, step, dtype=format_for(dtype), device=device_name(ctx))  # type: ignore[no-any-return]


@translated
def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
    ctx: Any = None,
) -> Any:
    """`num` evenly spaced numbers; with `retstep` the distance between them too."""
    if axis != 0:
        raise ArrayTypeError("linspace() between numbers has no axis but 0")
    made = F.linspace(start, stop, num, dtype=format_for(dtype), device=device_name(ctx), endpoint=endpoint)
    return (made, (stop - start) / max(num - bool(endpoint), 1)) if retstep else made


def logspace(
    start: Any, stop: Any, num: int = 50, endpoint: bool = True, base: float = 10.0, dtype: Any = None, ctx: Any = None
) -> Any:
    """`num` numbers whose logarithms are evenly spaced."""
    return (base ** linspace(start, stop, num, endpoint, ctx=ctx)).astype(format_for(dtype))


@translated
def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None, ctx: Any = None) -> ndarray:  # noqa: N803
    """Ones on the diagonal `k`, zeros elsewhere."""
    return F.eye(N, M, k=k, dtype=format_for(dtype), device=device_name(ctx))  # type: ignore[no-any-return]


def identity(n: int, dtype: Any = None, ctx: Any = None) -> ndarray:
    """The unit matrix."""
    return eye(n, dtype=dtype, ctx=ctx)


def _like(name: str, prototype: ndarray, dtype: Any, ctx: Any) -> ndarray:
    made = getattr(F, name)(prototype, format_for(dtype, None))
    return made if ctx is None else made.as_in_ctx(ctx)  # type: ignore[no-any-return]


def zeros_like(a: ndarray, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None) -> ndarray:
    """Zeros of the shape and dtype of `a`."""
    made = _like("zeros_like", a, dtype, ctx)
    return made if out is None else put(out, made)


def ones_like(a: ndarray, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None) -> ndarray:
    """Ones of the shape and dtype of `a`."""
    made = _like("ones_like", a, dtype, ctx)
    return made if out is None else put(out, made)


def empty_like(prototype: ndarray, dtype: Any = None, order: str = "C") -> ndarray:
    """An array like `prototype` whose values do not matter; they are zeros."""
    return _like("zeros_like", prototype, dtype, None)


def full_like(
    a: ndarray, fill_value: Any, dtype: Any = None, order: str = "C", ctx: Any = None, out: Any = None
) -> ndarray:
    """`fill_value` everywhere, in the shape and dtype of `a`."""
    made = F.full(a.shape, fill_value, format_for(dtype, a.dtype.name), device=a.device)
    made = made if ctx is None else made.as_in_ctx(ctx)
    return made if out is None else put(out, made)  # type: ignore[no-any-return]


def indices(dimensions: Any, dtype: Any = None, ctx: Any = None) -> ndarray:
    """For each axis of a grid, the number of the place along it."""
    rows = [
        F.broadcast_to(
            F.reshape(
                arange(length, dtype=dtype or "int32", ctx=ctx),
                (1,) * axis + (-1,) + (1,) * (len(dimensions) - axis - 1),
            ),
            shape=tuple(dimensions),
        )
        for axis, length in enumerate(dimensions)
    ]
    return F.stack(rows)  # type: ignore[no-any-return]
