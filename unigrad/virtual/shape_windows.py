"""Shape rules of sliding windows: convolutions, their adjoints, pooling."""

from __future__ import annotations

from unigrad.primitives.geometry import places
from unigrad.virtual.shape import Call, Shape
from unigrad.virtual.shape_options import option


def _window(call: Call, size: Shape, lengths: Shape) -> Shape:
    n = len(size)
    dilation = call.options.get("dilation", (1,) * n)
    return places(call.name, lengths, size, option(call, "stride"), option(call, "padding"), dilation)


def convolved(call: Call) -> Shape:
    """Of `conv`."""
    x, weight = call.shapes
    return (x[0], weight[0], *_window(call, weight[2:], x[2:]))


def convolved_back(call: Call) -> Shape:
    """Of `conv_transpose`."""
    x, weight = call.shapes
    return (x[0], weight[1] * option(call, "groups"), *option(call, "shape"))


def weight_shape(call: Call) -> Shape:
    """Of `conv_weight`."""
    x, y = call.shapes
    return (y[1], x[1] // option(call, "groups"), *option(call, "shape"))


def shown(call: Call) -> Shape:
    """Of `windows`."""
    x, size = call.arrays[0].shape, tuple(option(call, "size"))
    return (*x[:2], *size, *_window(call, size, x[2:]))


def pooled(call: Call) -> Shape:
    """Of a pooling."""
    x, size = call.arrays[0].shape, tuple(option(call, "size"))
    return (*x[:2], *_window(call, size, x[2:]))


def added_up(call: Call) -> Shape:
    """Of `overlap_add`."""
    return (*call.arrays[0].shape[:2], *option(call, "shape"))


def sequence_convolved(call: Call) -> Shape:
    """Of `convolve`."""
    (n,), (m,) = call.shapes
    lengths = {"full": n + m - 1, "same": max(n, m), "valid": max(n, m) - min(n, m) + 1}
    return (lengths[option(call, "mode")],)
