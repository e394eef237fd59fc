"""Reductions and running sums that pass over NaN."""

from __future__ import annotations

from typing import Any

from unigrad.card import composition
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import sqrt
from unigrad.primitives.axes import refuse_empty
from unigrad.primitives.choices import where
from unigrad.primitives.constant import all as all_hold
from unigrad.primitives.constant import any as any_holds
from unigrad.primitives.constant import argmax, argmin, isnan, logical_not
from unigrad.primitives.creation import asarray, astype
from unigrad.primitives.magnitudes import conj, real
from unigrad.primitives.manipulation import reshape
from unigrad.primitives.reduction import max, mean, min, prod, reduced, sum
from unigrad.primitives.running import cumulative_prod, cumulative_sum
from unigrad.primitives.spreads import SPREADS, std, var
from unigrad.samples import NAN, Array, at, sample

__all__ = [
    "nanargmax",
    "nanargmin",
    "nancumprod",
    "nancumsum",
    "nanmax",
    "nanmean",
    "nanmin",
    "nanprod",
    "nanstd",
    "nansum",
    "nanvar",
]

INF = float("inf")


def _filled(x: Any, number: float) -> tuple[Tensor, Any]:
    """``x`` with ``number`` for every NaN, and where these are; None where there can be none."""
    x = asarray(x)
    if x.dtype.kind not in ("real", "complex"):
        return x, None
    gap = isnan(x)
    return where(gap, number, x), gap


@composition(
    samples=[*reduced(), sample(Array((2, 3), dtype="complex"), axis=0)],
    conventions=[at([NAN, 1.0], slope=[0.0, 1.0], why="a NaN takes no part", agree="jax torch", autograd="error")],
)
def nansum(x, /, axis=None, keepdims=False) -> Tensor:
    """Sum over ``axis`` of what is not NaN, 0 of nothing."""
    return sum(_filled(x, 0.0)[0], axis=axis, keepdims=keepdims)


@composition(
    samples=[*reduced(), sample(Array((2, 3), dtype="complex"), axis=0)],
    conventions=[
        at(
            [NAN, 0.0, 2.0],
            slope=[0.0, 2.0, 0.0],
            why="a NaN takes no part; exact with zeros",
            agree="jax",
            autograd="error",
        )
    ],
)
def nanprod(x, /, axis=None, keepdims=False) -> Tensor:
    """Product over ``axis`` of what is not NaN, 1 of nothing."""
    return prod(_filled(x, 1.0)[0], axis=axis, keepdims=keepdims)


def _running(scan: Any, x: Any, filler: float, axis: Any) -> Tensor:
    filled = _filled(x, filler)[0]
    result: Tensor = scan(reshape(filled, shape=(-1,)), axis=0) if axis is None else scan(filled, axis=axis)
    return result


RUNNING = [
    sample(Array((4,))),
    sample(Array((4,), dtype="complex")),
    sample(Array((2, 3))),
    sample(Array((2, 3)), axis=1),
]


@composition(samples=RUNNING)
def nancumsum(x, /, axis=None) -> Tensor:
    """Running sum along ``axis``, of the flattened array for None, where NaN counts as 0."""
    return _running(cumulative_sum, x, 0.0, axis)


@composition(samples=RUNNING)
def nancumprod(x, /, axis=None) -> Tensor:
    """Running product along ``axis``, of the flattened array for None, where NaN counts as 1."""
    return _running(cumulative_prod, x, 1.0, axis)


def _count(gap: Tensor, like: Tensor, axis: Any, keepdims: bool) -> Tensor:
    return sum(astype(logical_not(gap), like.dtype), axis=axis, keepdims=keepdims)


@composition(
    samples=[*reduced(), sample(Array((2, 3), dtype="complex"), axis=0)],
    conventions=[
        at([NAN, 1.0], slope=[0.0, 1.0], why="a NaN takes no part", agree="jax torch", autograd="error"),
        at(
            [NAN, NAN],
            slope=[0.0, 0.0],
            why="a NaN takes no part",
            value=NAN,
            agree="jax",
            autograd="error",
            torch=[NAN, NAN],
        ),
    ],
)
def nanmean(x, /, axis=None, keepdims=False) -> Tensor:
    """Mean over ``axis`` of what is not NaN; NaN, with a slope of 0, of nothing."""
    filled, gap = _filled(x, 0.0)
    if gap is None:
        return mean(filled, axis=axis, keepdims=keepdims)
    return _mean(filled, gap, axis, keepdims)


def _mean(filled: Tensor, gap: Tensor, axis: Any, keepdims: bool) -> Tensor:
    count = _count(gap, filled, axis, keepdims)
    some = count != 0
    return where(some, sum(filled, axis=axis, keepdims=keepdims) / where(some, count, 1.0), float("nan"))


@composition(samples=SPREADS)
def nanvar(x, /, axis=None, correction=0, keepdims=False) -> Tensor:
    """Variance over ``axis`` of what is not NaN; NaN where no more than ``correction`` elements are left."""
    filled, gap = _filled(x, 0.0)
    if gap is None:
        return var(filled, axis=axis, correction=correction, keepdims=keepdims)
    deviation = where(gap, 0.0, filled - _mean(filled, gap, axis, True))
    freedom = real(_count(gap, filled, axis, keepdims)) - correction
    squared = real(deviation * conj(deviation)) if deviation.dtype.kind == "complex" else deviation * deviation
    total = sum(squared, axis=axis, keepdims=keepdims)
    return where(freedom > 0, total / where(freedom > 0, freedom, 1.0), float("nan"))


@composition(
    samples=SPREADS,
    conventions=[
        at(
            [NAN, 1.0, 1.0],
            slope=[0.0, 0.0, 0.0],
            why="a NaN takes no part; smallest",
            autograd="error",
            jax=[0.0, NAN, NAN],
        )
    ],
)
def nanstd(x, /, axis=None, correction=0, keepdims=False) -> Tensor:
    """The square root of `nanvar`; its slope is 0 where all elements are equal."""
    if asarray(x).dtype.kind not in ("real", "complex"):
        return std(x, axis=axis, correction=correction, keepdims=keepdims)
    variance = nanvar(x, axis=axis, correction=correction, keepdims=keepdims)
    flat = variance == 0
    return where(flat, 0.0, sqrt(where(flat, 1.0, variance)))


def _extreme(name: str, extreme: Any, x: Any, filler: float, axis: Any, keepdims: bool) -> Tensor:
    filled, gap = _filled(x, filler)
    refuse_empty(name, filled.shape, axis)
    result: Tensor = extreme(filled, axis=axis, keepdims=keepdims)
    if gap is None:
        return result
    return where(all_hold(gap, axis=axis, keepdims=keepdims), float("nan"), result)


@composition(
    samples=reduced(Array((2, 3), distinct=True)),
    conventions=[
        at([NAN, 1.0, 1.0], slope=[0.0, 0.5, 0.5], why="a NaN takes no part; ties share", agree="jax", autograd="error")
    ],
)
def nanmax(x, /, axis=None, keepdims=False) -> Tensor:
    """Largest element over ``axis`` that is not NaN; NaN if all are. Raises `ShapeError` where there are none."""
    return _extreme("nanmax", max, x, -INF, axis, keepdims)


@composition(
    samples=reduced(Array((2, 3), distinct=True)),
    conventions=[
        at([NAN, 1.0, 1.0], slope=[0.0, 0.5, 0.5], why="a NaN takes no part; ties share", agree="jax", autograd="error")
    ],
)
def nanmin(x, /, axis=None, keepdims=False) -> Tensor:
    """Smallest element over ``axis`` that is not NaN; NaN if all are. Raises `ShapeError` where there are none."""
    return _extreme("nanmin", min, x, INF, axis, keepdims)


def _position(name: str, place: Any, x: Any, filler: float, axis: Any, keepdims: bool) -> Tensor:
    filled, gap = _filled(x, filler)
    refuse_empty(name, filled.shape, axis)
    if gap is not None and not filled.xp.is_traced(filled.raw) and any_holds(all_hold(gap, axis=axis)):
        raise ArgumentError(f"'{name}' needs an element that is not NaN in every line along axis {axis}")
    result: Tensor = place(filled, axis=axis, keepdims=keepdims)
    return result


PLACED = [sample(Array((2, 3), distinct=True)), sample(Array((2, 3), distinct=True), axis=1)]


@composition(samples=PLACED)
def nanargmax(x, /, axis=None, keepdims=False) -> Tensor:
    """Where along ``axis`` the largest element that is not NaN stands; `ArgumentError` where all are."""
    return _position("nanargmax", argmax, x, -INF, axis, keepdims)


@composition(samples=PLACED)
def nanargmin(x, /, axis=None, keepdims=False) -> Tensor:
    """Where along ``axis`` the smallest element that is not NaN stands; `ArgumentError` where all are."""
    return _position("nanargmin", argmin, x, INF, axis, keepdims)
