"""Fallbacks for convolution: the windows of an array side by side as columns, and one matrix product a group.

The batch is taken in blocks whose columns stay in the cache: writing and reading all columns at once takes twice as long.
What is written in place here was made here.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator
from typing import Any

__all__ = ["conv", "conv_transpose", "conv_weight", "overlap_add", "windows"]

Shape = tuple[int, ...]
Edges = tuple[tuple[int, int], ...]

BLOCK = 2**18
"""How many numbers the columns of a block may hold: two megabytes in double precision."""


def padded(xp: Any, x: Any, padding: Edges, value: float = 0.0) -> Any:
    """``x`` with the number ``value`` around its spatial axes."""
    if not any(map(any, padding)):
        return x
    spatial = x.shape[2:]
    shape = (*x.shape[:2], *(low + n + high for n, (low, high) in zip(spatial, padding, strict=True)))
    out = xp.full(shape, value, dtype=x.dtype, device=xp.device_of(x))
    out[(..., *(slice(low, low + n) for n, (low, _) in zip(spatial, padding, strict=True)))] = x
    return out


def taps(size: Shape, lengths: Shape, stride: Shape, dilation: Shape) -> Iterator[tuple[Shape, tuple[Any, ...]]]:
    """For each element of the window its place there, and the key of the elements of a padded array that it meets."""
    for place in itertools.product(*map(range, size)):
        starts = [k * d for k, d in zip(place, dilation, strict=True)]
        ends = [start + s * (n - 1) + 1 for start, s, n in zip(starts, stride, lengths, strict=True)]
        yield place, (..., *(slice(*each) for each in zip(starts, ends, stride, strict=True)))


def positions(spatial: Shape, size: Shape, stride: Shape, dilation: Shape) -> Shape:
    """How many positions the window takes along each axis of a padded array."""
    return tuple((n - d * (k - 1) - 1) // s + 1 for n, k, s, d in zip(spatial, size, stride, dilation, strict=True))


def windows(xp: Any, x: Any, *, size: Shape, stride: Shape, padding: Edges, dilation: Shape) -> Any:
    """What the window shows at each position: (N, C, *size, *positions)."""
    x = padded(xp, x, padding)
    lengths = positions(x.shape[2:], size, stride, dilation)
    shown = [x[key] for _, key in taps(size, lengths, stride, dilation)]
    joined = xp.stack(shown, axis=2) if len(shown) > 1 else shown[0]
    return xp.reshape(joined, shape=(*x.shape[:2], *size, *lengths))


def overlap_add(xp: Any, x: Any, *, shape: Shape, stride: Shape, padding: Edges, dilation: Shape) -> Any:
    """The transpose of `windows`: each element is added where it was shown, in an array of the spatial ``shape``."""
    n = len(shape)
    size, lengths = tuple(x.shape[2 : 2 + n]), tuple(x.shape[2 + n :])
    whole = tuple(low + m + high for m, (low, high) in zip(shape, padding, strict=True))
    out = xp.zeros((*x.shape[:2], *whole), dtype=x.dtype, device=xp.device_of(x))
    for place, key in taps(size, lengths, stride, dilation):
        out[key] += x[(slice(None), slice(None), *place, ...)]
    return out[(..., *(slice(low, low + m) for m, (low, _) in zip(shape, padding, strict=True)))]


def conv(xp: Any, x: Any, weight: Any, *, stride: Shape, padding: Edges, dilation: Shape, groups: int) -> Any:
    """Each group's weights as a matrix, times its columns."""
    size = tuple(weight.shape[2:])
    matrix, whole = _matrix(xp, weight, groups), padded(xp, x, padding)
    lengths = positions(whole.shape[2:], size, stride, dilation)
    parts = [
        xp.matmul(matrix, _columns(xp, whole[key], size, stride, dilation, groups))
        for key in _parts(x.shape[0], x.shape[1] * math.prod(size + lengths))
    ]
    joined = xp.concat(parts, axis=0) if len(parts) > 1 else parts[0]
    return xp.reshape(joined, shape=(x.shape[0], weight.shape[0], *lengths))


def conv_transpose(
    xp: Any, x: Any, weight: Any, *, shape: Shape, stride: Shape, padding: Edges, dilation: Shape, groups: int
) -> Any:
    """Each group's weights transposed, times ``x``, are columns: they go back to where they would have come from."""
    size, lengths = tuple(weight.shape[2:]), tuple(x.shape[2:])
    matrix = xp.matrix_transpose(_matrix(xp, weight, groups))
    channels = weight.shape[1] * groups
    parts = []
    for key in _parts(x.shape[0], channels * math.prod(size + lengths)):
        part = x[key]
        rows = xp.reshape(part, shape=(part.shape[0], groups, x.shape[1] // groups, math.prod(lengths)))
        columns = xp.reshape(xp.matmul(matrix, rows), shape=(part.shape[0], channels, *size, *lengths))
        parts.append(xp.overlap_add(columns, shape=shape, stride=stride, padding=padding, dilation=dilation))
    return xp.concat(parts, axis=0) if len(parts) > 1 else parts[0]


def conv_weight(
    xp: Any, x: Any, y: Any, *, shape: Shape, stride: Shape, padding: Edges, dilation: Shape, groups: int
) -> Any:
    """Each group's part of ``y`` as a matrix, times its columns transposed, summed over the batch."""
    whole, lengths, total = padded(xp, x, padding), tuple(y.shape[2:]), None
    for key in _parts(x.shape[0], x.shape[1] * math.prod(shape + lengths)):
        part = y[key]
        rows = xp.reshape(part, shape=(part.shape[0], groups, y.shape[1] // groups, math.prod(lengths)))
        columns = _columns(xp, whole[key], shape, stride, dilation, groups)
        added = xp.sum(xp.matmul(rows, xp.matrix_transpose(columns)), axis=0)
        total = added if total is None else total + added
    return xp.reshape(total, shape=(y.shape[1], x.shape[1] // groups, *shape))


def _matrix(xp: Any, weight: Any, groups: int) -> Any:
    """The weights (O, C / groups, *K) as a matrix for each group, its rows the channels of the result."""
    return xp.reshape(weight, shape=(groups, weight.shape[0] // groups, math.prod(weight.shape[1:])))


def _columns(xp: Any, x: Any, size: Shape, stride: Shape, dilation: Shape, groups: int) -> Any:
    """The windows of a padded array as columns, group by group: (N, groups, C / groups · size, positions)."""
    n, channels = x.shape[:2]
    lengths = positions(x.shape[2:], size, stride, dilation)
    shown = windows(xp, x, size=size, stride=stride, padding=((0, 0),) * len(size), dilation=dilation)
    return xp.reshape(shown, shape=(n, groups, channels // groups * math.prod(size), math.prod(lengths)))


def _parts(n: int, each: int) -> Iterator[tuple[Any, ...]]:
    """Keys of a batch of `n` in parts, whose columns hold `each` numbers an array; one that is empty for an empty batch."""
    step = max(1, BLOCK // max(1, each))
    return ((slice(start, min(start + step, n)), ...) for start in range(0, max(n, 1), step))
