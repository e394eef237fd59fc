"""Convolution and pooling on JAX: XLA's own convolution in its three arrangements, its sums and maxima over windows."""

from __future__ import annotations

import functools
import itertools
from typing import Any

import jax
import jax.numpy as jnp
import numpy
from jax import lax

_AXES = {1: "W", 2: "HW", 3: "DHW"}


def conv(x: Any, weight: Any, *, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """The convolution of ``x`` with ``weight``."""
    return lax.conv_general_dilated(x, weight, stride, padding, rhs_dilation=dilation, feature_group_count=groups)


def conv_transpose(x: Any, weight: Any, *, shape: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """The transposed convolution: that of ``x`` with gaps of the stride, with the kernels turned round."""
    outs, each = weight.shape[0] // groups, weight.shape[1]
    size, axes = weight.shape[2:], tuple(range(2, weight.ndim))
    turned = jnp.flip(weight, axes).reshape(groups, outs, each, *size)
    turned = jnp.swapaxes(turned, 1, 2).reshape(groups * each, outs, *size)
    sides = []
    for n, m, k, s, d, (low, _) in zip(shape, x.shape[2:], size, stride, dilation, padding, strict=True):
        before = d * (k - 1) - low
        sides.append((before, n - ((m - 1) * s + 1) - before + d * (k - 1)))
    ones = (1,) * len(size)
    return lax.conv_general_dilated(x, turned, ones, sides, stride, dilation, feature_group_count=groups)


def conv_weight(x: Any, y: Any, *, shape: Any, stride: Any, padding: Any, dilation: Any, groups: int) -> Any:
    """The slope of the convolution in its weights: ``x`` with ``y``, channels and batch having changed their parts."""
    sides = []
    for n, m, k, s, d, (low, _) in zip(x.shape[2:], y.shape[2:], shape, stride, dilation, padding, strict=True):
        sides.append((low, d * (k - 1) + (m - 1) * s + 1 - n - low))
    axes = _AXES[len(shape)]
    parts = ("CN" + axes, "IO" + axes, "CN" + axes)
    return lax.conv_general_dilated(
        x, y, dilation, sides, rhs_dilation=stride, dimension_numbers=parts, batch_group_count=groups
    )


def _taps(size: Any, lengths: Any, stride: Any, dilation: Any) -> list[tuple[Any, list[int], list[int]]]:
    """For each element of the window its place there, and the first and the last place in the array that it meets."""
    found = []
    for place in itertools.product(*map(range, size)):
        starts = [k * d for k, d in zip(place, dilation, strict=True)]
        found.append((place, starts, [a + s * (m - 1) for a, s, m in zip(starts, stride, lengths, strict=True)]))
    return found


@functools.partial(jax.jit, static_argnames=("size", "stride", "padding", "dilation"))
def windows(x: Any, *, size: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """What the window shows at each position."""
    x = jnp.pad(x, ((0, 0), (0, 0), *padding))
    spans = zip(x.shape[2:], size, stride, dilation, strict=True)
    lengths = [(n - d * (k - 1) - 1) // s + 1 for n, k, s, d in spans]
    shown = [
        x[(..., *(slice(a, b + 1, s) for a, b, s in zip(starts, ends, stride, strict=True)))]
        for _, starts, ends in _taps(size, lengths, stride, dilation)
    ]
    return jnp.stack(shown, axis=2).reshape(*x.shape[:2], *size, *lengths)


@functools.partial(jax.jit, static_argnames=("shape", "stride", "padding", "dilation"))
def overlap_add(x: Any, *, shape: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """The transpose of `windows`."""
    n = len(shape)
    size, lengths = x.shape[2 : 2 + n], x.shape[2 + n :]
    whole = [low + m + high for m, (low, high) in zip(shape, padding, strict=True)]
    out = jnp.zeros((*x.shape[:2], *whole), x.dtype)
    for place, starts, ends in _taps(size, lengths, stride, dilation):
        gaps = [(a, m - 1 - b, s - 1) for a, b, m, s in zip(starts, ends, whole, stride, strict=True)]
        part = x[(slice(None), slice(None), *place)]
        out += lax.pad(part, jnp.zeros((), x.dtype), ((0, 0, 0), (0, 0, 0), *gaps))
    return out[(..., *(slice(low, low + m) for m, (low, _) in zip(shape, padding, strict=True)))]


def max_pool(x: Any, *, size: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    """The largest of what the window shows."""
    return _reduced(x, -jnp.inf, lax.max, size, stride, padding, dilation)


def sum_pool(x: Any, *, size: Any, stride: Any, padding: Any) -> Any:
    """The sum of what the window shows."""
    return _reduced(x, 0.0, lax.add, size, stride, padding, (1,) * len(size))


def _reduced(x: Any, start: float, combine: Any, size: Any, stride: Any, padding: Any, dilation: Any) -> Any:
    return lax.reduce_window(
        x,
        numpy.asarray(start, x.dtype),
        combine,
        (1, 1, *size),
        (1, 1, *stride),
        ((0, 0), (0, 0), *padding),
        window_dilation=(1, 1, *dilation),
    )
