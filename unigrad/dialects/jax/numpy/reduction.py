"""Functions of ``jnp`` that reduce axes, or run along one."""

from __future__ import annotations

import builtins
from collections.abc import Callable
from typing import Any

from unigrad import DType, dtypes
from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, promoted, strong
from unigrad.dialects.jax.precision import default_dtype, given_dtype, inexact, x64
from unigrad.errors import ArgumentError, ShapeError

__all__ = [
    "all",
    "amax",
    "amin",
    "any",
    "argmax",
    "argmin",
    "count_nonzero",
    "max",
    "mean",
    "min",
    "prod",
    "ptp",
    "sum",
]


def axes_of(axis: Any) -> Any:
    return (
        axis if axis is None or isinstance(axis, int) else tuple(axis) if isinstance(axis, (tuple, list)) else int(axis)
    )


def refuse_out(out: Any, what: str) -> None:
    if out is not None:
        raise ArgumentError(f"jnp.{what} takes no 'out': arrays do not change; bind the result")


def _widened(dtype: DType) -> DType:
    """The dtype in which integers and booleans are added up: at least the default integer's width."""
    if dtype.kind == "bool":
        return default_dtype("integer")
    if dtype.kind != "integer":
        return dtype
    bits = builtins.max(int(dtype.name.lstrip("uint")), 64 if x64() else 32)
    return dtypes.dtype(f"{dtype.name.rstrip('0123456789')}{bits}")


def _chosen(x: Array, dtype: Any, what: str) -> DType:
    return _widened(dtype_of(x)) if dtype is None else given_dtype(dtype, what)


def _masked(x: Array, where: Any, neutral: Any) -> Array:
    return x if where is None else F.where(strong(where, "where"), x, neutral)


def sum(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = None,
    promote_integers: bool = True,
) -> Array:
    """Sum over ``axis``; integers add up in the default integer dtype or wider."""
    if type(a) is Array and a.form is not None and dtype is None and initial is None and where is None:
        result: Array = F.sum(a, axis=axes_of(axis), keepdims=keepdims)
        return result
    refuse_out(out, "sum")
    x = strong(a, "sum")
    chosen = dtype_of(x) if dtype is None and not promote_integers else _chosen(x, dtype, "sum")
    total = cast(F.sum(_masked(cast(x, chosen), where, 0), axis=axes_of(axis), keepdims=keepdims), chosen)
    return total if initial is None else total + initial


def prod(
    a: Any,
    axis: Any = None,
    dtype: Any = None,
    out: None = None,
    keepdims: bool = False,
    initial: Any = None,
    where: Any = None,
    promote_integers: bool = True,
) -> Array:
    """Product over ``axis``; integers multiply in the default integer dtype or wider."""
    refuse_out(out, "prod")
    x = strong(a, "prod")
    chosen = dtype_of(x) if dtype is None and not promote_integers else _chosen(x, dtype, "prod")
    total = cast(F.prod(_masked(cast(x, chosen), where, 1), axis=axes_of(axis), keepdims=keepdims), chosen)
    return total if initial is None else total * initial


def mean(
    a: Any, axis: Any = None, dtype: Any = None, out: None = None, keepdims: bool = False, *, where: Any = None
) -> Array:
    """Mean over ``axis``, a float."""
    if type(a) is Array and a.form is not None and dtype is None and where is None:
        result: Array = F.mean(a, axis=axes_of(axis), keepdims=keepdims)
        return result
    refuse_out(out, "mean")
    x = strong(a, "mean")
    x = cast(x, inexact(dtype_of(x)) if dtype is None else given_dtype(dtype, "mean"))
    if where is None:
        found: Array = F.mean(cast(x, inexact(dtype_of(x))), axis=axes_of(axis), keepdims=keepdims)
        return found
    count = sum(F.broadcast_to(strong(where, "mean"), shape=tuple(x.raw.shape)), axis, keepdims=keepdims)
    return sum(x, axis, keepdims=keepdims, where=where) / count


def _extreme(name: str, pairwise: str) -> Callable[..., Array]:
    native = getattr(F, name)

    def extreme(
        a: Any, axis: Any = None, out: None = None, keepdims: bool = False, initial: Any = None, where: Any = None
    ) -> Array:
        refuse_out(out, name)
        x = strong(a, name)
        if where is not None:
            if initial is None:
                raise ShapeError(f"{name} with 'where' needs 'initial', the value where nothing is selected")
            x = F.where(strong(where, name), x, initial)
        if initial is None and not x.size:
            raise ShapeError(f"zero-size array to reduction operation {name} which has no identity")
        found: Array = native(x, axis=axes_of(axis), keepdims=keepdims)
        return found if initial is None else getattr(F, pairwise)(*promoted(found, initial, what=name))

    extreme.__name__ = extreme.__qualname__ = name
    extreme.__doc__ = native.__doc__
    return extreme


max, min = _extreme("max", "maximum"), _extreme("min", "minimum")
amax, amin = max, min


def _truth(name: str, neutral: bool) -> Callable[..., Array]:
    native = getattr(F, name)

    def truth(a: Any, axis: Any = None, out: None = None, keepdims: bool = False, *, where: Any = None) -> Array:
        refuse_out(out, name)
        x = strong(a, name)
        x = x if dtype_of(x).kind == "bool" else F.not_equal(x, 0)
        found: Array = native(_masked(x, where, neutral), axis=axes_of(axis), keepdims=keepdims)
        return found

    truth.__name__ = truth.__qualname__ = name
    truth.__doc__ = native.__doc__
    return truth


all, any = _truth("all", True), _truth("any", False)


def count_nonzero(a: Any, axis: Any = None, keepdims: bool = False) -> Array:
    """How many elements along ``axis`` are not zero."""
    return sum(F.not_equal(strong(a, "count_nonzero"), 0), axis, keepdims=keepdims)


def _place(name: str) -> Callable[..., Array]:
    native = getattr(F, name)

    def place(a: Any, axis: int | None = None, out: None = None, keepdims: bool | None = None) -> Array:
        refuse_out(out, name)
        x = strong(a, name)
        if not x.size:
            raise ShapeError(f"attempt to get {name} of an empty sequence")
        return cast(native(x, axis=axis, keepdims=bool(keepdims)), default_dtype("integer"))

    place.__name__ = place.__qualname__ = name
    place.__doc__ = native.__doc__
    return place


argmax, argmin = _place("argmax"), _place("argmin")


def ptp(a: Any, axis: Any = None, out: None = None, keepdims: bool = False) -> Array:
    """The largest element over ``axis`` less the smallest."""
    return max(a, axis, out, keepdims) - min(a, axis, out, keepdims)
