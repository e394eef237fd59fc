"""Functions that reduce axes: sums, products, extremes, norms."""

from __future__ import annotations

import math
from typing import Any

from unigrad.card import linear, primitive
from unigrad.primitives.axes import of_some, reduction_axes, refuse_empty
from unigrad.primitives.magnitudes import abs_slope, conjugate, real_part
from unigrad.samples import INF, NAN, Array, at, sample

__all__ = [
    "logsumexp",
    "max",
    "mean",
    "min",
    "prod",
    "sum",
    "vector_norm",
]


Shape = tuple[int, ...]
COMPLEX = Array((2, 3), dtype="complex")


def reduced(*arrays: Array) -> list[Any]:
    """Samples of a reduction for each array: over all axes, one, one kept, several, the last by its negative number."""
    given = arrays or (Array((2, 3)),)
    options: list[dict[str, Any]] = [
        {},
        {"axis": 0},
        {"axis": 1, "keepdims": True},
        {"axis": (0, -1)},
        {"keepdims": True},
    ]
    return [sample(array, **each) for array in given for each in options] + [sample(Array((), *_bounds(given[0])))]


def _bounds(array: Array) -> tuple[float, float]:
    return array.low, array.high


def kept(xp: Any, g: Any, x_shape: Shape, axis: Shape) -> Any:
    """A reduction's result with the reduced axes put back at length 1."""
    if not g.shape:
        return g
    return xp.reshape(g, shape=tuple(1 if i in axis else n for i, n in enumerate(x_shape)))


def _spread(xp: Any, g: Any, x_shape: Shape, axis: Shape) -> Any:
    if not g.shape:  # of all elements: nothing to put back
        return xp.broadcast_to(g, shape=x_shape)
    return xp.broadcast_to(kept(xp, g, x_shape, axis), shape=x_shape)


def count(x_shape: Shape, axis: Shape) -> int:
    """How many elements are reduced to one."""
    return math.prod(x_shape[i] for i in axis)


@linear(
    transpose=_spread,
    prepare=reduction_axes,
    samples=[*reduced(), sample(Array((0, 3)), axis=0), sample(Array((2, 2, 3)), axis=(0, 2)), sample(COMPLEX, axis=0)],
    conventions=[at([], slope=[], why="of nothing", value=0.0, agree="autograd jax torch")],
)
def sum(x, /, axis=None, keepdims=False):
    """Sum over ``axis``: an axis, several, or None for all."""


@linear(
    transpose=lambda xp, g, x_shape, axis: _spread(xp, g / count(x_shape, axis), x_shape, axis),
    prepare=reduction_axes,
    floating=True,
    samples=[*reduced(), sample(COMPLEX, axis=0)],
    conventions=[at([], slope=[], why="of nothing", value=NAN, agree="autograd jax torch")],
)
def mean(x, /, axis=None, keepdims=False):
    """Mean over ``axis``: an axis, several, or None for all."""


def scan(xp: Any, x: Any) -> Any:
    """Running products along the last axis, in a logarithmic number of multiplications (Hillis and Steele 1986).

    Nothing but products and slices, so that it is exact at zeros to any order.
    """
    step = 1
    while step < x.shape[-1]:
        x = xp.concat([x[..., :step], x[..., step:] * x[..., :-step]], axis=-1)
        step *= 2
    return x


def _others(xp: Any, x: Any, x_shape: Shape, axis: Shape) -> Any:
    """For each element the product of all others: those before it times those behind it."""
    rest = tuple(i for i in range(len(x_shape)) if i not in axis)
    order = rest + tuple(axis)
    moved = xp.permute_dims(x, axes=order)
    row = xp.reshape(moved, shape=(*(x_shape[i] for i in rest), count(x_shape, axis)))
    if row.shape[-1] == 0:
        return xp.zeros_like(x)
    one = xp.ones_like(row[..., :1])
    before = xp.concat([one, scan(xp, row)[..., :-1]], axis=-1)
    behind = xp.flip(xp.concat([one, scan(xp, xp.flip(row, axis=-1))[..., :-1]], axis=-1), axis=-1)
    others = xp.reshape(before * behind, shape=moved.shape)
    back = tuple(order.index(i) for i in range(len(order)))
    return xp.permute_dims(others, axes=back)


@primitive(
    vjp={"x": lambda xp, g, x, x_shape, axis: kept(xp, g, x_shape, axis) * _others(xp, x, x_shape, axis)},
    jvp={
        "x": lambda xp, t, x, x_shape, axis, keepdims: xp.sum(
            t * _others(xp, x, x_shape, axis), axis=axis, keepdims=keepdims
        )
    },
    prepare=reduction_axes,
    samples=[
        *reduced(),
        sample(Array((2, 2, 3)), axis=(0, 2)),
        sample(Array((0, 2)), axis=0),
        sample(COMPLEX, axis=1),
    ],
    conventions=[
        at([], slope=[], why="of nothing", value=1.0, agree="autograd jax torch"),
        at(
            [0.0, 2.0, 3.0],
            slope=[6.0, 0.0, 0.0],
            why="exact with zeros: the product of the others",
            second=[5.0, 3.0, 2.0],
            agree="jax torch tf",
            autograd=[NAN, 0.0, 0.0],
            mxnet=[NAN, 0.0, 0.0],
        ),
        at(
            [0.0, 0.0, 3.0],
            slope=[0.0, 0.0, 0.0],
            why="exact with zeros",
            second=[3.0, 3.0, 0.0],
            agree="jax torch",
            autograd=[NAN, NAN, 0.0],
        ),
    ],
)
def prod(x, /, axis=None, keepdims=False):
    """Product over ``axis``; its gradient is exact where elements are zero."""


def _shared(xp: Any, each: Any, out: Any, x: Any, x_shape: Shape, x_dtype: Any, axis: Shape) -> Any:
    """`each` shared equally by all elements that reach the extreme, 0 for the others; a NaN reaches it."""
    hit = (x == kept(xp, out, x_shape, axis)) | (x != x)
    count = xp.sum(xp.astype(hit, dtype=x_dtype), axis=axis, keepdims=True)
    return xp.where(hit, each / count, 0.0)


def _extreme_x(xp: Any, g: Any, out: Any, x: Any, x_shape: Shape, x_dtype: Any, axis: Shape) -> Any:
    return _shared(xp, kept(xp, g, x_shape, axis), out, x, x_shape, x_dtype, axis)


def _extreme_tangent(
    xp: Any, t: Any, out: Any, x: Any, x_shape: Shape, x_dtype: Any, axis: Shape, keepdims: bool
) -> Any:
    return xp.sum(_shared(xp, t, out, x, x_shape, x_dtype, axis), axis=axis, keepdims=keepdims)


@primitive(
    vjp={"x": _extreme_x},
    jvp={"x": _extreme_tangent},
    prepare=of_some("max", reduction_axes),
    samples=reduced(Array((2, 3), distinct=True)),
    conventions=[
        at(
            [1.0, 3.0, 3.0, 2.0, 3.0],
            slope=[0.0, 1 / 3, 1 / 3, 0.0, 1 / 3],
            why="smallest: those that tie share the slope",
            agree="autograd jax torch",
        ),
        at([1.0, 1.0], slope=[0.5, 0.5], why="smallest", agree="autograd jax torch tf", mxnet=[1.0, 1.0]),
        at(
            [[1.0, 1.0], [1.0, 2.0]],
            axis=1,
            slope=[[0.5, 0.5], [0.0, 1.0]],
            why="smallest, along each line",
            agree="autograd jax tf",
            torch=[[1.0, 0.0], [0.0, 1.0]],
        ),
        at(
            [1.0, NAN, 2.0],
            slope=[0.0, 1.0, 0.0],
            why="the NaN is the result, and carries the slope",
            agree="torch",
            autograd=[NAN, NAN, NAN],
            jax=[NAN, NAN, NAN],
        ),
        at([INF, INF, 1.0], slope=[0.5, 0.5, 0.0], why="a tie as any other", agree="autograd jax torch"),
    ],
)
def max(x, /, axis=None, keepdims=False):
    """Largest element over ``axis``; elements that tie share the slope equally. Raises `ShapeError` where there are none."""


@primitive(
    vjp={"x": _extreme_x},
    jvp={"x": _extreme_tangent},
    prepare=of_some("min", reduction_axes),
    samples=reduced(Array((2, 3), distinct=True)),
    conventions=[
        at(
            [1.0, 1.0, 2.0],
            slope=[0.5, 0.5, 0.0],
            why="smallest: those that tie share the slope",
            agree="autograd jax torch",
        ),
        at(
            [[1.0, 1.0], [1.0, 2.0]],
            axis=1,
            slope=[[0.5, 0.5], [1.0, 0.0]],
            why="smallest, along each line",
            agree="autograd jax",
            torch=[[1.0, 0.0], [1.0, 0.0]],
        ),
        at(
            [1.0, NAN, 2.0],
            slope=[0.0, 1.0, 0.0],
            why="the NaN is the result, and carries the slope",
            agree="torch",
            autograd=[NAN, NAN, NAN],
            jax=[NAN, NAN, NAN],
        ),
    ],
)
def min(x, /, axis=None, keepdims=False):
    """Smallest element over ``axis``; elements that tie share the slope equally. Raises `ShapeError` where there are none."""


def _logsumexp_x(xp: Any, g: Any, out: Any, x: Any, x_shape: Shape, axis: Shape) -> Any:
    return kept(xp, g, x_shape, axis) * xp.exp(x - kept(xp, out, x_shape, axis))


def _logsumexp_tangent(xp: Any, t: Any, out: Any, x: Any, x_shape: Shape, axis: Shape, keepdims: bool) -> Any:
    return xp.sum(t * xp.exp(x - kept(xp, out, x_shape, axis)), axis=axis, keepdims=keepdims)


@primitive(
    vjp={"x": _logsumexp_x},
    jvp={"x": _logsumexp_tangent},
    prepare=reduction_axes,
    floating=True,
    samples=reduced(),
    conventions=[
        at([], slope=[], why="of nothing", value=-INF, agree="autograd jax torch"),
        at([-INF, 0.0], slope=[0.0, 1.0], why="limit", agree="autograd jax torch"),
        at([-INF, -INF], slope=[NAN, NAN], why="no limit: any shares of 1", value=-INF, agree="autograd jax torch"),
        at([INF, 0.0], slope=[NAN, 0.0], why="∞ less ∞, and a share of 0", value=INF, agree="autograd jax torch"),
    ],
)
def logsumexp(x, /, axis=None, keepdims=False):
    """``log(sum(exp(x)))`` over ``axis``, without overflow."""


def _ratio(xp: Any, x: Any, out: Any) -> Any:
    zero = out == 0
    return xp.where(zero, 0.0, x / xp.where(zero, 1.0, out))


def _norm_x(xp: Any, g: Any, out: Any, x: Any, x_shape: Shape, x_dtype: Any, axis: Shape, ord: float) -> Any:
    return _norm_slope(xp, kept(xp, g, x_shape, axis), kept(xp, out, x_shape, axis), x, x_dtype, axis, ord)


def _norm_tangent(
    xp: Any, t: Any, out: Any, x: Any, x_shape: Shape, x_dtype: Any, axis: Shape, ord: float, keepdims: bool
) -> Any:
    parts = _norm_slope(xp, t, kept(xp, out, x_shape, axis), x, x_dtype, axis, ord)
    return xp.sum(real_part(xp, parts), axis=axis, keepdims=keepdims)


def _norm_slope(xp: Any, g: Any, out: Any, x: Any, x_dtype: Any, axis: Shape, ord: float) -> Any:
    """`g` times the slope of (Σ|x|^p)^(1/p): sign(x) (|x| / norm)^(p-1), and 0 at the origin."""
    if ord == 2:
        return g * _ratio(xp, conjugate(xp, x), out)
    if ord == 1:
        return g * abs_slope(xp, x)
    if ord == 0:
        return xp.zeros_like(x)
    if math.isinf(ord):
        hit = xp.abs(x) == out
        count = xp.sum(xp.astype(hit, dtype=x_dtype), axis=axis, keepdims=True)
        return xp.where(hit, g * abs_slope(xp, x) / count, 0.0)
    zero = x == 0
    size = xp.where(zero, 1.0, xp.abs(x))
    return xp.where(zero, 0.0, g * abs_slope(xp, x) * xp.pow(_ratio(xp, size, out), ord - 1))


def _norm_axes(arrays: tuple[Any, ...], options: dict[str, Any]) -> dict[str, Any]:
    """`reduction_axes`; nothing has no smallest element."""
    if options["ord"] == -math.inf:
        refuse_empty("vector_norm", arrays[0].raw.shape, options["axis"])
    return reduction_axes(arrays, options)


@primitive(
    vjp={"x": _norm_x},
    jvp={"x": _norm_tangent},
    prepare=_norm_axes,
    floating=True,
    samples=[
        *reduced(),
        sample(Array((2, 3), -3.0, -0.2, distinct=True), ord=math.inf),
        sample(Array((2, 3), 0.2, 2, distinct=True), axis=1, ord=-math.inf),
        sample(Array((2, 3), away=(0.0,)), axis=0, ord=1),
        sample(Array((2, 3), away=(0.0,)), axis=1, ord=3, keepdims=True),
        sample(Array((4,), 0.3, 2.0), ord=0.5),
        sample(Array((4,), away=(0.0,)), ord=0),
        *(sample(COMPLEX, axis=1, ord=ord) for ord in (1, 2, 3, math.inf)),
    ],
    conventions=[
        at([0.0, 0.0], ord=0.5, slope=[0.0, 0.0], why="smallest", agree="torch", autograd="error", jax=[NAN, NAN]),
        at([0.0, 0.0], ord=-INF, slope=[0.0, 0.0], why="smallest", agree="torch", autograd="error", jax=[0.5, 0.5]),
        at([], slope=[], why="of nothing", value=0.0, agree="autograd jax torch"),
        at(
            [0.0, 0.0],
            slope=[0.0, 0.0],
            why="smallest of the unit ball",
            second=[0.0, 0.0],
            agree="torch",
            autograd=[NAN, NAN],
            jax=[NAN, NAN],
            tf=[NAN, NAN],
            mxnet=[NAN, NAN],
        ),
        at(
            [0.0, 1.0, -2.0],
            ord=1,
            slope=[0.0, 1.0, -1.0],
            why="abs at 0",
            agree="torch",
            autograd="error",
            jax=[1.0, 1.0, -1.0],
        ),
        at([0.0, 0.0], ord=1, slope=[0.0, 0.0], why="smallest", agree="torch", autograd="error", jax=[1.0, 1.0]),
        at([0.0, 0.0], ord=3, slope=[0.0, 0.0], why="smallest", agree="torch", autograd=[NAN, NAN], jax=[NAN, NAN]),
        at([0.0, 0.0], ord=INF, slope=[0.0, 0.0], why="smallest", agree="torch", autograd=[NAN, NAN], jax=[0.25, 0.25]),
        at(
            [2.0, -2.0, 1.0],
            ord=INF,
            slope=[0.5, -0.5, 0.0],
            why="smallest: those that tie share the slope",
            agree="jax torch",
            autograd=[NAN, NAN, 0.0],
        ),
        at(
            [2.0, -2.0, 3.0],
            ord=-INF,
            slope=[0.5, -0.5, 0.0],
            why="smallest: those that tie share the slope",
            agree="jax torch",
            autograd="error",
        ),
        at(
            [2.0, 0.0],
            ord=0,
            slope=[0.0, 0.0],
            why="constant on either side of the jump",
            value=1.0,
            agree="jax torch",
            autograd="error",
        ),
        at(
            [0.0, 1.0],
            ord=0.5,
            slope=[0.0, 1.0],
            why="smallest: a minimum in the first",
            agree="torch",
            autograd="error",
            jax=[INF, 1.0],
        ),
        at(
            [0j, 0j],
            slope=[0j, 0j],
            why="smallest of the unit ball",
            agree="torch",
            autograd=[complex(NAN, NAN), complex(NAN, NAN)],
            jax=[complex(NAN, NAN), complex(NAN, NAN)],
        ),
    ],
)
def vector_norm(x, /, axis=None, keepdims=False, ord=2):
    """The p-norm over ``axis``, for any ``ord`` p; its slope is 0 at the origin, and shared by ties where p is infinite.

    Raises `ShapeError` where p is -inf and there are no elements.
    """
