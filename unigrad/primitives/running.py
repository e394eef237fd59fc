"""Running sums and products along an axis."""

from __future__ import annotations

from typing import Any

from unigrad.card import linear, primitive
from unigrad.primitives.axes import axis_in_range
from unigrad.primitives.reduction import COMPLEX, scan
from unigrad.samples import Array, at, sample

__all__ = [
    "cumulative_prod",
    "cumulative_sum",
]


def _running_axis(arrays: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    ndim = len(arrays[0].raw.shape)
    return {**options, "axis": 0 if options["axis"] is None and ndim == 1 else axis_in_range(options["axis"], ndim)}


@linear(
    transpose=lambda xp, g, axis: xp.flip(xp.cumulative_sum(xp.flip(g, axis=axis), axis=axis), axis=axis),
    prepare=_running_axis,
    samples=[
        sample(Array((4,))),
        sample(Array((2, 3)), axis=0),
        sample(Array((2, 3)), axis=-1),
        sample(Array((0,)), axis=0),
        sample(COMPLEX, axis=0),
    ],
    conventions=[at([], slope=[], why="of nothing", agree="autograd jax torch")],
)
def cumulative_sum(x, /, axis=None):
    """Running sum along ``axis``, which may be left out for a vector."""


def _affine_scan(xp: Any, a: Any, b: Any) -> Any:
    """The solution of ``s[m] = a[m] s[m-1] + b[m]`` along the last axis, by doubling as in `scan`: exact at zeros."""
    step = 1
    while step < b.shape[-1]:
        b = xp.concat([b[..., :step], b[..., step:] + a[..., step:] * b[..., :-step]], axis=-1)
        a = xp.concat([a[..., :step], a[..., step:] * a[..., :-step]], axis=-1)
        step *= 2
    return b


def _shifted(xp: Any, x: Any) -> Any:
    """``x`` moved on by one place along the last axis, with a one in front; of nothing, nothing."""
    first = min(x.shape[-1], 1)
    return xp.concat([xp.ones_like(x[..., :first]), x[..., :-first]], axis=-1)


def _cumulative_prod_x(xp: Any, g: Any, x: Any, axis: int) -> Any:
    """An element's partials are the product of those before it, times a sum over those behind it that runs backwards."""
    g, x = (xp.moveaxis(each, source=axis, destination=-1) for each in (g, x))
    before, factors = _shifted(xp, scan(xp, x)), _shifted(xp, xp.flip(x, axis=-1))
    behind = xp.flip(_affine_scan(xp, factors, xp.flip(g, axis=-1)), axis=-1)
    return xp.moveaxis(before * behind, source=-1, destination=axis)


def _cumulative_prod_tangent(xp: Any, t: Any, x: Any, axis: int) -> Any:
    """``s[m] = x[m] s[m-1] + t[m] out[m-1]``, the product rule from each element to the next."""
    t, x = (xp.moveaxis(each, source=axis, destination=-1) for each in (t, x))
    before = _shifted(xp, scan(xp, x))
    return xp.moveaxis(_affine_scan(xp, x, t * before), source=-1, destination=axis)


@primitive(
    vjp={"x": _cumulative_prod_x},
    jvp={"x": _cumulative_prod_tangent},
    prepare=_running_axis,
    samples=[
        sample(Array((5,))),
        sample(Array((2, 3)), axis=0),
        sample(Array((2, 3, 2)), axis=1),
        sample(Array((2, 1)), axis=1),
        sample(Array((0,)), axis=0),
        sample(COMPLEX, axis=1),
    ],
    conventions=[
        at([], slope=[], why="of nothing", agree="jax torch", autograd="error"),
        at(
            [2.0, 0.0, 3.0],
            slope=[1.0, 8.0, 0.0],
            why="exact with zeros",
            second=[4.0, 6.0, 2.0],
            agree="jax torch",
            autograd="error",
        ),
        at(
            [0.0, 2.0, 3.0],
            slope=[6.0, 0.0, 0.0],
            cotangent=[0.0, 0.0, 1.0],
            why="exact with zeros",
            agree="jax torch",
            autograd="error",
            tf=[0.0, 0.0, 0.0],
        ),
    ],
)
def cumulative_prod(x, /, axis=None):
    """Running product along ``axis``, which may be left out for a vector; its gradient is exact where elements are zero."""
