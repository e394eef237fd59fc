"""Convolution on Torch: its own kernels, the gradient of the weights by the function that its autograd calls."""

from __future__ import annotations

import itertools
import math
from typing import Any

import torch
from torch.nn import functional

_FORWARD = {1: torch.conv1d, 2: torch.conv2d, 3: torch.conv3d}
_TRANSPOSED = {1: torch.conv_transpose1d, 2: torch.conv_transpose2d, 3: torch.conv_transpose3d}


def padded(x: Any, padding: Any, value: float = 0.0) -> Any:
    """``x`` with the number ``value`` around its last axes."""
    if not any(map(any, padding)):
        return x
    return functional.pad(x, [each for pair in reversed(padding) for each in pair], value=value)


def _even(x: Any, padding: Any) -> tuple[Any, tuple[int, ...]]:
    """``x`` and the padding on both sides that is left to do: all of it, or none where the sides differ."""
    if all(low == high for low, high in padding):
        return x, tuple(low for low, _ in padding)
    return padded(x, padding), (0,) * len(padding)


def _lengths(x: Any, size: Any, stride: Any, dilation: Any) -> list[int]:
    """How many positions a window takes along each spatial axis of a padded array."""
    spans = zip(x.shape[2:], size, stride, dilation, strict=True)
    return [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in spans]


def conv(x: Any, weight: Any, *, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """The convolution of ``x`` with ``weight``; zeros where either is empty, which Torch's kernels refuse."""
    if not (x.numel() and weight.numel()):
        lengths = _lengths(padded(x, padding), weight.shape[2:], stride, dilation)
        return x.new_zeros((x.shape[0], weight.shape[0], *lengths))
    x, both = _even(x, padding)
    return _FORWARD[len(stride)](x, weight, None, stride, both, dilation, groups)


def conv_transpose(x: Any, weight: Any, *, shape: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """The transposed convolution, to an array of the spatial ``shape``."""
    if not (x.numel() and weight.numel() and math.prod(shape)):
        return x.new_zeros((x.shape[0], weight.shape[1] * groups, *shape))
    even = all(low == high for low, high in padding)
    sides = tuple(low for low, _ in padding) if even else (0,) * len(stride)
    full = shape if even else tuple(low + n + high for n, (low, high) in zip(shape, padding, strict=True))
    spans = zip(x.shape[2:], weight.shape[2:], stride, dilation, sides, strict=True)
    least = [(n - 1) * s - 2 * side + d * (k - 1) + 1 for n, k, s, d, side in spans]
    rest = [n - m for n, m in zip(full, least, strict=True)]
    out = _TRANSPOSED[len(stride)](x, weight, None, stride, sides, rest, groups, dilation)
    return out if even else out[(..., *(slice(low, low + n) for n, (low, _) in zip(shape, padding, strict=True)))]


def conv_weight(x: Any, y: Any, *, shape: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """The slope of the convolution in its weights, of the spatial ``shape``."""
    if not (x.numel() and y.numel()):
        return x.new_zeros((y.shape[1], x.shape[1] // groups, *shape))
    x, both = _even(x, padding)
    like = y.new_empty(1).expand(y.shape[1], x.shape[1] // groups, *shape)  # its shape is all that is asked of it
    options = (stride, both, dilation, False, [0] * len(stride), groups, (False, True, False))
    return torch.ops.aten.convolution_backward(y, x, like, None, *options)[1]


def windows(x: Any, *, size: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """What the window shows, in order: what is computed of a view takes several times as long."""
    x = padded(x, padding)
    steps = x.stride()[2:]
    lengths = _lengths(x, size, stride, dilation)
    inner = [step * d for step, d in zip(steps, dilation, strict=True)]
    outer = [step * s for step, s in zip(steps, stride, strict=True)]
    strides = (*x.stride()[:2], *inner, *outer)
    return x.as_strided((*x.shape[:2], *size, *lengths), strides, x.storage_offset()).contiguous()


def overlap_add(x: Any, *, shape: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """The transpose of `windows`."""
    n = len(shape)
    size, lengths = x.shape[2 : 2 + n], x.shape[2 + n :]
    out = x.new_zeros((*x.shape[:2], *(low + m + high for m, (low, high) in zip(shape, padding, strict=True))))
    for place in itertools.product(*map(range, size)):
        starts = [k * d for k, d in zip(place, dilation, strict=True)]
        key = [slice(a, a + s * (m - 1) + 1, s) for a, s, m in zip(starts, stride, lengths, strict=True)]
        out[(..., *key)] += x[(slice(None), slice(None), *place)]
    return out[(..., *(slice(low, low + m) for m, (low, _) in zip(shape, padding, strict=True)))]


_LARGEST = {1: functional.max_pool1d, 2: functional.max_pool2d, 3: functional.max_pool3d}
_MEAN = {1: functional.avg_pool1d, 2: functional.avg_pool2d, 3: functional.avg_pool3d}


def _taps(size: Any) -> tuple[int, ...]:
    """The axes of `windows` within the window."""
    return tuple(range(2, 2 + len(size)))


def max_pool(x: Any, *, size: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """The largest of what the window shows."""
    x = padded(x, padding, -math.inf)
    if not x.numel() or len(size) not in _LARGEST:
        return windows(x, size=size, stride=stride, padding=(), dilation=dilation).amax(_taps(size))
    return _LARGEST[len(size)](x, size, stride, 0, dilation)


def sum_pool(x: Any, *, size: Any, stride: Any, padding: Any) -> Any:
    """The sum of what the window shows."""
    x = padded(x, padding)
    if not x.numel() or len(size) not in _MEAN:
        return windows(x, size=size, stride=stride, padding=(), dilation=(1,) * len(size)).sum(_taps(size))
    return _MEAN[len(size)](x, size, stride) * math.prod(size)
