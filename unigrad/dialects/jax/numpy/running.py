"""Functions of ``jnp`` that run along an axis: sums and products so far."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, settled, strong
from unigrad.dialects.jax.numpy.reduction import refuse_out
from unigrad.dialects.jax.precision import default_dtype, given_dtype
from unigrad.errors import ShapeError

__all__ = ["cumprod", "cumsum", "cumulative_prod", "cumulative_sum"]


def _running(name: str, native_name: str) -> Callable[..., Array]:
    def running(a: Any, axis: int | None = None, dtype: Any = None, out: None = None) -> Array:
        refuse_out(out, name)
        x = strong(a, name)
        kept = default_dtype("integer") if dtype_of(x).kind == "bool" else dtype_of(x)
        chosen = kept if dtype is None else given_dtype(dtype, name)
        x = cast(x, chosen)
        x = F.reshape(x, shape=(-1,)) if axis is None else x
        return cast(getattr(F, native_name)(x, axis=0 if axis is None else axis), chosen)

    running.__name__ = running.__qualname__ = name
    running.__doc__ = getattr(F, native_name).__doc__
    return running


cumsum, cumprod = _running("cumsum", "cumulative_sum"), _running("cumprod", "cumulative_prod")


def cumulative_sum(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Array:
    """Running sum along ``axis``, with a zero in front if ``include_initial``."""
    return _with_initial(x, axis, dtype, include_initial, cumsum, 0)


def cumulative_prod(x: Any, /, *, axis: int | None = None, dtype: Any = None, include_initial: bool = False) -> Array:
    """Running product along ``axis``, with a one in front if ``include_initial``."""
    return _with_initial(x, axis, dtype, include_initial, cumprod, 1)


def _with_initial(x: Any, axis: int | None, dtype: Any, initial: bool, run: Callable[..., Array], first: int) -> Array:
    array = strong(x, "cumulative_sum")
    if axis is None and array.ndim != 1:
        raise ShapeError(f"cumulative functions need an axis for an array of {array.ndim} axes")
    place = (axis or 0) % array.ndim
    found = run(array, place, dtype)
    if not initial:
        return found
    shape = tuple(1 if i == place else n for i, n in enumerate(found.raw.shape))
    start = F.full(shape, first, dtype=dtype_of(found))
    joined: Array = settled(F.concat([start, found], axis=place))
    return joined
