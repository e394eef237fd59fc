"""Totals: reductions and running sums in NumPy's and the standard's spelling: in another dtype, with ``ddof``, from an initial value on."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unigrad import primitives
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor, make_tensor
from unigrad.primitives import asarray, astype, concat, ones_like, ravel, zeros_like
from unigrad.primitives.axes import axis_in_range

__all__ = [
    "argsort",
    "cumprod",
    "cumsum",
    "cumulative_prod",
    "cumulative_sum",
    "mean",
    "nancumprod",
    "nancumsum",
    "nanmean",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
    "prod",
    "sort",
    "std",
    "sum",
    "var",
]

Axis = int | tuple[int, ...] | None


def _typed(reduce: Callable[..., Any], x: Any, dtype: object, **options: Any) -> Any:
    """A reduction of ``x`` in another dtype, which the result has too."""
    return astype(reduce(astype(x, dtype), **options), dtype)


def sum(x: Any, /, axis: Axis = None, dtype: object = None, *, keepdims: bool = False) -> Tensor:
    """Sum over ``axis``: an axis, several, or None for all; computed in ``dtype`` where one is given."""
    if dtype is None:
        return primitives.sum(x, axis, keepdims)
    return _typed(primitives.sum, x, dtype, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]


def prod(x: Any, /, axis: Axis = None, dtype: object = None, *, keepdims: bool = False) -> Tensor:
    """Product over ``axis``: an axis, several, or None for all; computed in ``dtype`` where one is given."""
    if dtype is None:
        return primitives.prod(x, axis, keepdims)
    return _typed(primitives.prod, x, dtype, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]


def mean(x: Any, /, axis: Axis = None, dtype: object = None, *, keepdims: bool = False) -> Tensor:
    """Mean over ``axis``: an axis, several, or None for all; computed in ``dtype`` where one is given."""
    if dtype is None:
        return primitives.mean(x, axis, keepdims)
    return _typed(primitives.mean, x, dtype, axis=axis, keepdims=keepdims)  # type: ignore[no-any-return]


def _spread(
    spread: Callable[..., Tensor], x: Any, axis: Axis, dtype: object, ddof: float, correction: float, keepdims: bool
) -> Tensor:
    if ddof and correction:
        raise ArgumentError(f"'ddof' is another name for 'correction'; give one of them, not {ddof} and {correction}")
    given = x if dtype is None else astype(x, dtype)
    return spread(given, axis=axis, correction=ddof or correction, keepdims=keepdims)


def var(
    x: Any,
    /,
    axis: Axis = None,
    dtype: object = None,
    *,
    ddof: float = 0,
    correction: float = 0.0,
    keepdims: bool = False,
) -> Tensor:
    """Variance over ``axis``; ``ddof`` is NumPy's name for the standard's ``correction``."""
    return _spread(primitives.var, x, axis, dtype, ddof, correction, keepdims)


def std(
    x: Any,
    /,
    axis: Axis = None,
    dtype: object = None,
    *,
    ddof: float = 0,
    correction: float = 0.0,
    keepdims: bool = False,
) -> Tensor:
    """Standard deviation over ``axis``; ``ddof`` is NumPy's name for the standard's ``correction``."""
    return _spread(primitives.std, x, axis, dtype, ddof, correction, keepdims)


def nanvar(
    x: Any,
    /,
    axis: Axis = None,
    dtype: object = None,
    *,
    ddof: float = 0,
    correction: float = 0.0,
    keepdims: bool = False,
) -> Tensor:
    """`var` of what is not NaN."""
    return _spread(primitives.nanvar, x, axis, dtype, ddof, correction, keepdims)


def nanstd(
    x: Any,
    /,
    axis: Axis = None,
    dtype: object = None,
    *,
    ddof: float = 0,
    correction: float = 0.0,
    keepdims: bool = False,
) -> Tensor:
    """`std` of what is not NaN."""
    return _spread(primitives.nanstd, x, axis, dtype, ddof, correction, keepdims)


def nansum(x: Any, /, axis: Axis = None, dtype: object = None, *, keepdims: bool = False) -> Tensor:
    """`sum` of what is not NaN, 0 of nothing."""
    given = x if dtype is None else astype(x, dtype)
    return primitives.nansum(given, axis=axis, keepdims=keepdims)


def nanprod(x: Any, /, axis: Axis = None, dtype: object = None, *, keepdims: bool = False) -> Tensor:
    """`prod` of what is not NaN, 1 of nothing."""
    given = x if dtype is None else astype(x, dtype)
    return primitives.nanprod(given, axis=axis, keepdims=keepdims)


def nanmean(x: Any, /, axis: Axis = None, dtype: object = None, *, keepdims: bool = False) -> Tensor:
    """`mean` of what is not NaN; NaN, with a slope of 0, of nothing."""
    given = x if dtype is None else astype(x, dtype)
    return primitives.nanmean(given, axis=axis, keepdims=keepdims)


def _running(
    scan: Callable[..., Tensor], x: Any, axis: int | None, dtype: object, initial: Callable[..., Tensor] | None
) -> Tensor:
    given = asarray(x)
    if axis is None and given.ndim != 1:
        raise ArgumentError(
            f"a running sum or product of an array with {given.ndim} axes needs an axis; cumsum and cumprod flatten it"
        )
    place = axis_in_range(0 if axis is None else axis, given.ndim)
    result: Tensor = scan(given, axis=place) if dtype is None else _typed(scan, given, dtype, axis=place)
    if initial is None:
        return result
    shape = tuple(1 if i == place else n for i, n in enumerate(result.shape))
    blank = result.xp.zeros(shape, dtype=result.raw.dtype, device=result.xp.device_of(result.raw))
    return concat([initial(make_tensor(blank, result.xp)), result], axis=place)


def cumulative_sum(
    x: Any, /, axis: int | None = None, dtype: object = None, *, include_initial: bool = False
) -> Tensor:
    """Running sum along ``axis``, which may be left out for a vector; with ``include_initial`` from the sum of nothing on, 0."""
    return _running(primitives.cumulative_sum, x, axis, dtype, zeros_like if include_initial else None)


def cumulative_prod(
    x: Any, /, axis: int | None = None, dtype: object = None, *, include_initial: bool = False
) -> Tensor:
    """Running product along ``axis``, which may be left out for a vector; with ``include_initial`` from that of nothing on, 1."""
    return _running(primitives.cumulative_prod, x, axis, dtype, ones_like if include_initial else None)


def _flat(x: Any, axis: int | None) -> tuple[Any, int]:
    return (ravel(x), 0) if axis is None else (x, axis)


def cumsum(x: Any, /, axis: int | None = None, dtype: object = None) -> Tensor:
    """Running sum along ``axis``, of the flattened array if there is none."""
    return cumulative_sum(*_flat(x, axis), dtype)


def cumprod(x: Any, /, axis: int | None = None, dtype: object = None) -> Tensor:
    """Running product along ``axis``, of the flattened array if there is none."""
    return cumulative_prod(*_flat(x, axis), dtype)


def nancumsum(x: Any, /, axis: int | None = None, dtype: object = None) -> Tensor:
    """`cumsum`, where NaN counts as 0."""
    return primitives.nancumsum(x if dtype is None else astype(x, dtype), axis=axis)


def nancumprod(x: Any, /, axis: int | None = None, dtype: object = None) -> Tensor:
    """`cumprod`, where NaN counts as 1."""
    return primitives.nancumprod(x if dtype is None else astype(x, dtype), axis=axis)


def sort(x: Any, /, axis: int | None = -1, *, descending: bool = False, stable: bool = True) -> Tensor:
    """``x`` in order along ``axis``, of the flattened array for None."""
    flat, place = _flat(x, axis)
    return primitives.sort(flat, axis=place, descending=descending, stable=stable)


def argsort(x: Any, /, axis: int | None = -1, *, descending: bool = False, stable: bool = True) -> Tensor:
    """The positions that sort ``x`` along ``axis``, in the flattened array for None; equal elements keep their order."""
    flat, place = _flat(x, axis)
    return primitives.argsort(flat, axis=place, descending=descending, stable=stable)
