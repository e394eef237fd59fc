"""Pooling: one number for each position of a window, the largest of what it shows, or the mean."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

from unigrad.card import composition, linear, primitive
from unigrad.conversion import constant
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.geometry import Edges, Shape, edges, extent, numbers, places, rounded_up
from unigrad.primitives.linalg import tensordot
from unigrad.primitives.manipulation import reshape
from unigrad.primitives.operands import as_operands
from unigrad.primitives.sliding import window_options
from unigrad.samples import NAN, Array, at, sample

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "max_pool",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "sum_pool",
]

Options = dict[str, Any]


def _taps(n: int) -> Shape:
    """The axes of `windows` over `n` spatial axes that run within the window."""
    return tuple(range(2, 2 + n))


def _under(xp: Any, pooled: Any, n: int) -> Any:
    """One number a position, (N, C, *positions), with axes of length 1 where the window is in `windows`."""
    return xp.reshape(pooled, shape=(*pooled.shape[:2], *(1,) * n, *pooled.shape[2:]))


def _first_hits(xp: Any, x: Any, out: Any, x_dtype: Any, window: Options) -> Any:
    """Where each window reaches its maximum, or holds NaN, for the first time in its order; the padding takes no part."""
    n = len(window["size"])
    shown = xp.windows(x, **window)
    hit = (shown == _under(xp, out, n)) | (shown != shown)
    if any(map(any, window["padding"])):
        one = x[(*(slice(0, min(1, count)) for count in x.shape[:2]), ...)]
        hit = hit & (xp.windows(xp.ones_like(one), **window) != 0)
    shape = tuple(shown.shape)
    in_a_row = xp.reshape(xp.astype(hit, dtype=x_dtype), shape=(*shape[:2], math.prod(window["size"]), *shape[2 + n :]))
    return hit & (xp.reshape(xp.cumulative_sum(in_a_row, axis=2), shape=shape) == 1)


def _max_pool_back(
    xp: Any, g: Any, x: Any, out: Any, x_shape: Any, x_dtype: Any, size: Any, stride: Any, padding: Any, dilation: Any
) -> Any:
    window = {"size": size, "stride": stride, "padding": padding, "dilation": dilation}
    shares = xp.where(_first_hits(xp, x, out, x_dtype, window), _under(xp, g, len(size)), 0.0)
    return xp.overlap_add(shares, shape=tuple(x_shape[2:]), stride=stride, padding=padding, dilation=dilation)


def _max_pool_push(
    xp: Any, t: Any, x: Any, out: Any, x_dtype: Any, size: Any, stride: Any, padding: Any, dilation: Any
) -> Any:
    window = {"size": size, "stride": stride, "padding": padding, "dilation": dilation}
    first = _first_hits(xp, x, out, x_dtype, window)
    return xp.sum(xp.where(first, xp.windows(t, **window), 0.0), axis=_taps(len(size)), keepdims=False)


def _max_pool_options(arrays: tuple[Any, ...], options: Options) -> Options:
    shape = tuple(arrays[0].raw.shape)
    full = window_options("max_pool", shape, options)
    _refuse_empty("max_pool", shape)
    return full


def _refuse_empty(function: str, shape: Shape) -> None:
    if 0 in shape[2:] and 0 not in shape[:2]:
        raise ShapeError(f"'{function}' has nothing to take the largest of; got the shape {shape}")


@primitive(
    vjp={"x": _max_pool_back},
    jvp={"x": _max_pool_push},
    prepare=_max_pool_options,
    floating=True,
    samples=[
        sample(Array((2, 1, 5), distinct=True), size=2),
        sample(Array((1, 2, 5), distinct=True), size=3, stride=1, padding=1),
        sample(Array((1, 1, 4, 5), distinct=True), size=(2, 3), stride=(1, 2), padding=((1, 0), (0, 1))),
        sample(Array((1, 1, 5, 3), distinct=True), size=2, stride=(2, 1), dilation=(2, 1)),
        sample(Array((1, 1, 2, 2, 2), distinct=True), size=2),
        sample(Array((1, 1, 2, 1, 2, 3), distinct=True), size=(2, 1, 1, 2), stride=1),
        sample(Array((0, 1, 4)), size=3, padding=1),
        sample(Array((1, 0, 4)), size=2),
    ],
    conventions=[
        at([[[0.0, -1.0]]], slope=[[[2.0, 1.0]]], why="the padding takes no part", size=2, stride=1, padding=1),
        at([[[NAN, 1.0]]], slope=[[[1.0, 0.0]]], why="a NaN carries the slope", size=2),
        at([[[2.0, 2.0]]], slope=[[[1.0, 0.0]]], why="of the first that ties, as sort", size=2),
    ],
)
def max_pool(x, /, size, stride=None, padding=0, dilation=1):
    """The largest of what a window of ``size`` shows of ``x`` (N, C, *S) at each position, nothing in the padding.

    Of elements that tie the first in the window has the slope; a NaN carries it.
    """


def _sum_pool_options(arrays: tuple[Any, ...], options: Options) -> Options:
    full = window_options("sum_pool", tuple(arrays[0].raw.shape), {**options, "dilation": 1})
    return {name: full[name] for name in ("size", "stride", "padding")}


def _sum_pool_back(xp: Any, g: Any, x_shape: Any, size: Any, stride: Any, padding: Any) -> Any:
    n = len(size)
    shown = xp.broadcast_to(_under(xp, g, n), shape=(*g.shape[:2], *size, *g.shape[2:]))
    return xp.overlap_add(shown, shape=tuple(x_shape[2:]), stride=stride, padding=padding, dilation=(1,) * n)


@linear(
    transpose=_sum_pool_back,
    prepare=_sum_pool_options,
    floating=True,
    samples=[
        sample(Array((2, 1, 5)), size=2),
        sample(Array((1, 2, 5)), size=3, stride=1, padding=1),
        sample(Array((1, 2, 4, 5)), size=(2, 3), stride=(1, 2), padding=((1, 0), (0, 1))),
        sample(Array((1, 1, 2, 3, 2)), size=2, stride=1),
        sample(Array((1, 1, 2, 1, 2, 3)), size=(2, 1, 1, 2), stride=1),
        sample(Array((0, 1, 4)), size=2),
        sample(Array((1, 0, 4)), size=2),
        sample(Array((1, 1, 0)), size=2, padding=1),
    ],
)
def sum_pool(x, /, size, stride=None, padding=0):
    """The sum of what a window of ``size`` shows of ``x`` (N, C, *S) at each position."""


def _batched(function: str, x: Any, n: int) -> tuple[Tensor, bool]:
    """``x`` as (N, C, *S), and whether it came without the first axis."""
    (given,) = as_operands(x)
    if given.ndim not in (n + 1, n + 2):
        raise ShapeError(
            f"'{function}' needs an array of shape (N, C, ...) or (C, ...) with {n} spatial axes; "
            f"got the shape {tuple(given.shape)}"
        )
    return (reshape(given, shape=(1, *given.shape)), True) if given.ndim == n + 1 else (given, False)


def _unbatched(x: Tensor, alone: bool) -> Tensor:
    return reshape(x, shape=tuple(x.shape[1:])) if alone else x


def _geometry(
    function: str, x: Tensor, size: Any, stride: Any, padding: Any, dilation: Any, ceil_mode: bool
) -> tuple[Shape, Shape, Edges, Edges, Shape]:
    """Size, stride, the padding asked for, that which ``ceil_mode`` makes of it, and dilation."""
    n = x.ndim - 2
    size = numbers(function, "kernel_size", size, n, 1)
    stride = size if stride is None else numbers(function, "stride", stride, n, 1)
    dilation = numbers(function, "dilation", dilation, n, 1)
    asked = edges(function, padding, n)
    for k, d, pair in zip(size, dilation, asked, strict=True):
        if max(pair) > extent(k, d) // 2:
            raise ArgumentError(
                f"'{function}' takes padding up to half of the kernel, so that no window shows padding alone; "
                f"got padding={padding!r} and a kernel that spans {extent(k, d)} elements"
            )
    places(function, x.shape[2:], size, stride, asked, dilation)
    return size, stride, asked, rounded_up(x.shape[2:], size, stride, asked, dilation) if ceil_mode else asked, dilation


def _max(function: str, n: int, x: Any, size: Any, stride: Any, padding: Any, dilation: Any, ceil: bool) -> Tensor:
    given, alone = _batched(function, x, n)
    size, stride, _, full, dilation = _geometry(function, given, size, stride, padding, dilation, ceil)
    _refuse_empty(function, tuple(given.shape))
    return _unbatched(max_pool(given, size=size, stride=stride, padding=full, dilation=dilation), alone)


def _counts(
    lengths: Sequence[int], size: Shape, stride: Shape, asked: Edges, full: Edges, inside: bool
) -> list[list[int]]:
    """How many elements the mean at each position is over, by axis: of the input alone, or of its padding too."""
    found = []
    for n, k, s, (low, high), whole in zip(lengths, size, stride, asked, full, strict=True):
        count = (n + sum(whole) - k) // s + 1
        starts = [i * s - low for i in range(count)]
        first, last = (0, n) if inside else (-low, n + high)
        found.append([min(start + k, last) - max(start, first) for start in starts])
    return found


def _avg(
    function: str, n: int, x: Any, size: Any, stride: Any, padding: Any, ceil: bool, include: bool, divisor: Any = None
) -> Tensor:
    given, alone = _batched(function, x, n)
    size, stride, asked, full, _ = _geometry(function, given, size, stride, padding, 1, ceil)
    total = sum_pool(given, size=size, stride=stride, padding=full)
    if divisor is not None:
        if divisor == 0:
            raise ArgumentError(f"'{function}' takes a divisor_override that is not 0")
        return _unbatched(total / divisor, alone)
    counts = _counts(given.shape[2:], size, stride, asked, full, inside=not include)
    for axis, each in enumerate(counts):
        line: Any = each[0]
        if set(each) != {each[0]}:
            line = constant([float(count) for count in each], total.xp, total.dtype, total.device)
            line = reshape(line, shape=(-1, *(1,) * (n - 1 - axis)))
        total = total / line
    return _unbatched(total, alone)


_MAXIMA: list[dict[str, Any]] = [
    {"kernel_size": 2},
    {"kernel_size": 3, "stride": 2, "padding": 1, "ceil_mode": True},
    {"kernel_size": 2, "stride": 1, "dilation": 2},
]
_MEANS: list[dict[str, Any]] = [
    {"kernel_size": 2},
    {"kernel_size": 3, "stride": 2, "padding": 1},
    {"kernel_size": 3, "stride": 2, "padding": 1, "count_include_pad": False},
    {"kernel_size": 2, "stride": 2, "padding": 1, "ceil_mode": True},
]
_LINE, _PLANE = Array((1, 2, 6), distinct=True), Array((1, 1, 4, 6), distinct=True)


@composition(
    samples=[*(sample(_LINE, **each) for each in _MAXIMA), sample(Array((2, 5), distinct=True), kernel_size=2)],
    conventions=[
        at([[[3.0, 3.0]]], kernel_size=2, slope=[[[1.0, 0.0]]], why="of the first that ties, as sort", agree="torch")
    ],
)
def max_pool1d(x, /, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False) -> Tensor:
    """The largest of each window along the last axis of ``x``, (N, C, L) or (C, L); `max_pool2d` says the rest."""
    return _max("max_pool1d", 1, x, kernel_size, stride, padding, dilation, ceil_mode)


@composition(samples=[sample(_PLANE, **each) for each in _MAXIMA])
def max_pool2d(x, /, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False) -> Tensor:
    """The largest of each window of ``x``, (N, C, H, W) or (C, H, W); integers become the default dtype.

    ``kernel_size``, ``stride`` (None: the kernel's size), ``padding`` and ``dilation`` are whole numbers or one an axis;
    the padding, at most half the kernel, is never the largest. ``ceil_mode`` lets the last window reach over the end.
    Of elements that tie the first in the window has the slope. Raises `ShapeError` where the kernel does not fit.
    """
    return _max("max_pool2d", 2, x, kernel_size, stride, padding, dilation, ceil_mode)


@composition(samples=[sample(Array((1, 1, 2, 3, 2), distinct=True), kernel_size=2, stride=1)])
def max_pool3d(x, /, kernel_size, stride=None, padding=0, dilation=1, ceil_mode=False) -> Tensor:
    """The largest of each window of ``x``, (N, C, D, H, W) or (C, D, H, W); `max_pool2d` says the rest."""
    return _max("max_pool3d", 3, x, kernel_size, stride, padding, dilation, ceil_mode)


@composition(samples=[*(sample(_LINE, **each) for each in _MEANS), sample(Array((2, 5)), kernel_size=2)])
def avg_pool1d(x, /, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True) -> Tensor:
    """The mean of each window along the last axis of ``x``, (N, C, L) or (C, L); `avg_pool2d` says the rest."""
    return _avg("avg_pool1d", 1, x, kernel_size, stride, padding, ceil_mode, count_include_pad)


@composition(samples=[*(sample(_PLANE, **each) for each in _MEANS), sample(_PLANE, kernel_size=2, divisor_override=3)])
def avg_pool2d(
    x, /, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
) -> Tensor:
    """The mean of each window of ``x``, (N, C, H, W) or (C, H, W); integers become the default dtype.

    ``count_include_pad`` says whether the zeros of the padding count; what ``ceil_mode`` adds behind it never does.
    ``divisor_override`` is divided by in the place of any count. Raises `ShapeError` where the kernel does not fit.
    """
    return _avg("avg_pool2d", 2, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


@composition(samples=[sample(Array((1, 1, 2, 3, 2)), kernel_size=2, padding=1)])
def avg_pool3d(
    x, /, kernel_size, stride=None, padding=0, ceil_mode=False, count_include_pad=True, divisor_override=None
) -> Tensor:
    """The mean of each window of ``x``, (N, C, D, H, W) or (C, D, H, W); `avg_pool2d` says the rest."""
    return _avg("avg_pool3d", 3, x, kernel_size, stride, padding, ceil_mode, count_include_pad, divisor_override)


def _shares(n: int, count: int) -> list[list[float]]:
    """The matrix of ``n`` rows that takes the means over ``count`` parts: part i is from ⌊i n / count⌋ to ⌈(i + 1) n / count⌉."""
    spans = [(i * n // count, -(-(i + 1) * n // count)) for i in range(count)]
    return [[1 / (end - start) if start <= row < end else 0.0 for start, end in spans] for row in range(n)]


def _adaptive(function: str, n: int, x: Any, output_size: Any) -> Tensor:
    given, alone = _batched(function, x, n)
    lengths = tuple(given.shape[2:])
    asked = tuple(output_size) if isinstance(output_size, Sequence) else (output_size,) * n
    wanted = tuple(length if each is None else each for each, length in zip(asked, lengths, strict=False))
    sizes = numbers(function, "output_size", wanted if len(asked) == n else asked, n, 1)
    if 0 in lengths:
        raise ShapeError(f"'{function}' has nothing to take the mean of; got the shape {tuple(given.shape)}")
    if all(length % each == 0 for length, each in zip(lengths, sizes, strict=True)):
        parts = tuple(length // each for length, each in zip(lengths, sizes, strict=True))
        return _unbatched(sum_pool(given, size=parts) / math.prod(parts), alone)
    for length, each in zip(lengths, sizes, strict=True):  # each product moves the axis behind the others
        kind = given.dtype if given.dtype.kind == "real" else None
        matrix = constant(_shares(length, each), given.xp, kind, given.device)
        given = tensordot(given, matrix, axes=((2,), (0,)))
    return _unbatched(given, alone)


@composition(samples=[sample(Array((1, 2, 5)), output_size=2), sample(Array((2, 6)), output_size=3)])
def adaptive_avg_pool1d(x, /, output_size) -> Tensor:
    """The means over ``output_size`` parts of the last axis of ``x``, (N, C, L) or (C, L); they overlap where it does not divide."""
    return _adaptive("adaptive_avg_pool1d", 1, x, output_size)


@composition(samples=[sample(Array((1, 2, 5, 3)), output_size=(2, None)), sample(Array((1, 1, 4, 2)), output_size=1)])
def adaptive_avg_pool2d(x, /, output_size) -> Tensor:
    """The means over so many parts of each spatial axis of ``x``, (N, C, H, W) or (C, H, W); None leaves an axis as it is."""
    return _adaptive("adaptive_avg_pool2d", 2, x, output_size)


@composition(samples=[sample(Array((1, 1, 3, 2, 2)), output_size=(2, 1, 2))])
def adaptive_avg_pool3d(x, /, output_size) -> Tensor:
    """The means over so many parts of each spatial axis of ``x``, (N, C, D, H, W) or (C, D, H, W)."""
    return _adaptive("adaptive_avg_pool3d", 3, x, output_size)
