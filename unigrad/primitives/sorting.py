"""Functions that put elements in order, and those that look at neighbours: differences, weighted means, distinct elements.

Where elements tie, the gradient follows the stable permutation, the lowest index first.
"""

from __future__ import annotations

from typing import Any

from unigrad import settings
from unigrad.card import composition, primitive
from unigrad.conversion import constant
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor, make_tensor
from unigrad.primitives.axes import axes_in_range, axis_in_range, refuse_empty
from unigrad.primitives.constant import argsort
from unigrad.primitives.creation import asarray
from unigrad.primitives.indexing import getitem, take, take_along_axis
from unigrad.primitives.manipulation import broadcast_to, concat, reshape
from unigrad.primitives.reduction import max, mean, min, reduced, sum
from unigrad.samples import Array, at, sample

__all__ = [
    "average",
    "diff",
    "ediff1d",
    "nonzero",
    "ptp",
    "sort",
    "topk",
    "unique",
]

Options = dict[str, Any]
DISTINCT = Array((3, 4), distinct=True)
MANY_TIES = Array((40,), 1.0, 1.0 + 2.0**-51)
"""Three numbers only, in a length at which an unstable sort shows."""


def _sorted_axis(arrays: tuple[Any, ...], options: Options) -> Options:
    return {**options, "axis": axis_in_range(options["axis"], len(arrays[0].raw.shape))}


def _sort_x(xp: Any, g: Any, x: Any, axis: int, descending: bool) -> Any:
    """The cotangent by the inverse of the permutation, which sorting the permutation itself gives."""
    order = xp.argsort(x, axis=axis, descending=descending, stable=True)
    return xp.take_along_axis(g, xp.argsort(order, axis=axis, descending=False, stable=True), axis=axis)


def _sorted_tangent(xp: Any, t: Any, x: Any, axis: int, descending: bool) -> Any:
    return xp.take_along_axis(t, xp.argsort(x, axis=axis, descending=descending, stable=True), axis=axis)


@primitive(
    vjp={"x": _sort_x},
    jvp={"x": _sorted_tangent},
    prepare=_sorted_axis,
    samples=[
        sample(Array((5,), distinct=True)),
        sample(DISTINCT, axis=0),
        sample(DISTINCT, descending=True),
        sample(Array((2, 0)), axis=1),
        sample(MANY_TIES, smooth=False),
    ],
    conventions=[
        at(
            [1.0, 3.0, 3.0, 2.0, 3.0],
            slope=[1.0, 100.0, 1000.0, 10.0, 10000.0],
            cotangent=[1.0, 10.0, 100.0, 1000.0, 10000.0],
            why="the stable permutation",
            agree="autograd jax torch",
        ),
        at(
            [1.0, 3.0, 3.0, 2.0, 3.0],
            descending=True,
            slope=[10000.0, 1.0, 10.0, 1000.0, 100.0],
            cotangent=[1.0, 10.0, 100.0, 1000.0, 10000.0],
            why="the stable permutation",
            agree="torch",
            jax=[10000.0, 100.0, 10.0, 1000.0, 1.0],
        ),
        at(
            [1.0, 1.0],
            slope=[1.0, 0.0],
            cotangent=[1.0, 0.0],
            why="the stable permutation",
            agree="autograd jax torch tf mxnet",
        ),
    ],
)
def sort(x, /, axis=-1, descending=False, stable=True):
    """``x`` in order along ``axis``; the gradient follows the stable permutation, whatever ``stable`` says."""


@composition(
    samples=[
        sample(Array((5,), distinct=True), k=2),
        sample(DISTINCT, k=2, axis=0),
        sample(DISTINCT, k=3, largest=False),
        sample(DISTINCT, k=0),
    ],
    conventions=[
        at(
            [1.0, 3.0, 3.0, 2.0, 3.0],
            k=2,
            slope=[0.0, 1.0, 10.0, 0.0, 0.0],
            cotangent=[1.0, 10.0],
            why="lowest index first",
            agree="jax",
            torch=[0.0, 0.0, 1.0, 0.0, 10.0],
        )
    ],
)
def topk(x, /, k, axis=-1, largest=True) -> tuple[Tensor, Tensor]:
    """The ``k`` largest elements along ``axis`` in descending order, and their positions; smallest, ascending, if not ``largest``.

    Of equal elements the one with the lowest index comes first. Raises `ArgumentError` where ``axis`` is shorter than ``k``.
    """
    x = asarray(x)
    place = axis_in_range(axis, len(x.shape))
    if not 0 <= k <= x.shape[place]:
        raise ArgumentError(f"'topk' cannot take {k} of the {x.shape[place]} elements along axis {place}")
    order = argsort(x, axis=place, descending=largest)
    first = getitem(order, key=(*((slice(None),) * place), slice(0, k), Ellipsis))
    return take_along_axis(x, first, axis=place), first


@composition(
    samples=[
        sample(Array((4,))),
        sample(Array((3, 4)), n=2, axis=0),
        sample(Array((2, 3)), n=0),
        sample(Array((2, 3)), prepend=0.0, append=[[1.0], [2.0]]),
        sample(Array((4,), dtype="complex"), n=2),
    ]
)
def diff(x, /, n=1, axis=-1, prepend=None, append=None) -> Tensor:
    """Differences of neighbours along ``axis``, taken ``n`` times; ``prepend`` and ``append`` lengthen ``x`` first."""
    result = asarray(x)
    place = axis_in_range(axis, result.ndim)
    if n < 0:
        raise ArgumentError(f"'diff' takes n from 0 on; got {n}")
    if n == 0:
        return result
    ends = [None if end is None else _end(end, result, place) for end in (prepend, append)]
    parts = [part for part in (ends[0], result, ends[1]) if part is not None]
    result = concat(parts, axis=place) if len(parts) > 1 else result
    front = (slice(None),) * place
    for _ in range(n):
        result = getitem(result, key=(*front, slice(1, None))) - getitem(result, key=(*front, slice(None, -1)))
    return result


def _end(end: Any, x: Tensor, axis: int) -> Tensor:
    """``end`` as an array beside ``x`` along ``axis``; a number stands for one layer of it."""
    given = end if isinstance(end, Tensor) else constant(end, x.xp, dtype=None if hasattr(end, "dtype") else x.dtype)
    if given.shape:
        return given
    return broadcast_to(given, shape=tuple(1 if i == axis else n for i, n in enumerate(x.shape)))


@composition(samples=[sample(Array((2, 3))), sample(Array((4,)), to_begin=1.0, to_end=[2.0, 3.0]), sample(Array((0,)))])
def ediff1d(x, /, to_end=None, to_begin=None) -> Tensor:
    """Differences of neighbours in the flattened ``x``, between ``to_begin`` and ``to_end``."""
    flat = reshape(asarray(x), shape=(-1,))
    inner = getitem(flat, key=(slice(1, None),)) - getitem(flat, key=(slice(None, -1),))
    ends = [None if end is None else reshape(_end(end, flat, 0), shape=(-1,)) for end in (to_begin, to_end)]
    parts = [part for part in (ends[0], inner, ends[1]) if part is not None]
    return concat(parts) if len(parts) > 1 else inner


@composition(
    samples=reduced(Array((2, 3), distinct=True)),
    conventions=[
        at([1.0, 3.0, 3.0, 1.0], slope=[-0.5, 0.5, 0.5, -0.5], why="max less min", agree="jax", autograd="error")
    ],
)
def ptp(x, /, axis=None, keepdims=False) -> Tensor:
    """The largest element over ``axis`` less the smallest; elements that tie share the slope equally.

    Raises `ShapeError` where there are no elements.
    """
    x = asarray(x)
    refuse_empty("ptp", x.shape, axis)
    result: Tensor = max(x, axis=axis, keepdims=keepdims) - min(x, axis=axis, keepdims=keepdims)
    return result


WEIGHTS = Array((4,), 0.5, 2.0)


@composition(
    samples=[
        sample(Array((3, 4)), None, axis=0),
        sample(Array((3, 4)), WEIGHTS, axis=1),
        sample(Array((3, 4)), Array((3, 4), 0.5, 2.0)),
        sample(Array((4, 2)), WEIGHTS, axis=0, keepdims=True),
        sample(Array((2, 3), dtype="complex"), Array((3,), 0.5, 2.0), axis=1),
    ]
)
def average(x, weights=None, /, axis=None, keepdims=False) -> Tensor:
    """Mean over ``axis`` with ``weights``, of the shape of ``x`` or a vector along the one ``axis``; they need not sum to 1.

    Raises `ShapeError` for weights that fit neither way.
    """
    if weights is None:
        return mean(x, axis=axis, keepdims=keepdims)
    x, weights = asarray(x), asarray(weights)
    if tuple(weights.shape) != tuple(x.shape):
        axes = () if axis is None else axes_in_range(axis, len(x.shape))
        if len(axes) != 1 or tuple(weights.shape) != (x.shape[axes[0]],):
            raise ShapeError(
                f"'average' needs weights of the shape of x, {tuple(x.shape)}, or a vector along the one axis; "
                f"got weights of shape {tuple(weights.shape)} with axis {axis}"
            )
        weights = reshape(weights, shape=tuple(-1 if i == axes[0] else 1 for i in range(len(x.shape))))
    total = sum(broadcast_to(weights, shape=tuple(x.shape)), axis=axis, keepdims=keepdims)
    result: Tensor = sum(x * weights, axis=axis, keepdims=keepdims) / total
    return result


def nonzero(x: Any, /) -> tuple[Tensor, ...]:
    """The positions of the elements that are not zero, an array of indices for each axis."""
    x = asarray(x)
    if not x.shape:
        raise ShapeError("'nonzero' needs an array with axes; reshape a 0-d one first")
    return tuple(make_tensor(index, x.xp) for index in x.xp.nonzero(x.raw))


def unique(
    x: Any, /, return_index: bool = False, return_inverse: bool = False, return_counts: bool = False
) -> Tensor | tuple[Tensor, ...]:
    """The distinct elements of the flattened ``x`` in order; then what else is asked for, as NumPy's ``unique`` has it.

    They are found on the host, and all that are NaN count as one. The gradient goes to the first of equal elements.
    """
    given = asarray(x)
    device = given.xp.device_of(given.raw)
    _, first, *more = settings.host().unique(given.numpy(), True, return_inverse, return_counts)
    values = take(given, constant(first, given.xp, device=device))
    told = [first, *more] if return_index else more
    return (values, *(constant(part, given.xp, device=device) for part in told)) if told else values
