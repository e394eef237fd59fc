"""Normalization: arrays brought to mean 0 and variance 1 over some axes, then scaled and moved."""

from __future__ import annotations

import operator
from collections.abc import Sequence
from typing import Any

from unigrad import settings
from unigrad.card import composition, primitive
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.arithmetic import add, divide, multiply, sqrt
from unigrad.primitives.axes import reduction_axes
from unigrad.primitives.manipulation import reshape
from unigrad.primitives.operands import as_operands
from unigrad.primitives.reduction import mean
from unigrad.samples import Array, sample

__all__ = ["batch_norm", "group_norm", "layer_norm", "rms_norm", "standardize"]

Shape = tuple[int, ...]


def _across(xp: Any, part: Any, x: Any, out: Any, axis: Shape, eps: float) -> Any:
    """The derivative of `standardize`, a symmetric matrix: it pushes tangents and pulls cotangents alike."""
    centred = x - xp.mean(x, axis=axis, keepdims=True)
    scale = 1 / xp.sqrt(
        xp.mean(centred * centred, axis=axis, keepdims=True) + eps
    )  # Torch's var takes ten times as long
    level = xp.mean(part, axis=axis, keepdims=True)
    slope = xp.mean(part * out, axis=axis, keepdims=True)
    return scale * (part - level - out * slope)


@primitive(
    vjp={"x": lambda xp, g, x, out, axis, eps: _across(xp, g, x, out, axis, eps)},
    jvp={"x": lambda xp, t, x, out, axis, eps: _across(xp, t, x, out, axis, eps)},
    prepare=reduction_axes,
    floating=True,
    samples=[
        sample(Array((4,)), axis=0),
        sample(Array((2, 3)), axis=-1, eps=0.1),
        sample(Array((3, 2, 2)), axis=(0, 2)),
        sample(Array((2, 2, 3)), axis=(1, 2), eps=0.01),
        sample(Array((0, 3)), axis=1),
    ],
)
def standardize(x, /, axis=-1, eps=1e-5):
    """``x`` less its mean over ``axis``, divided by ``sqrt(variance + eps)``; the variance is that of the elements as they are."""


def _scaled(out: Tensor, weight: Any, bias: Any, shape: Shape) -> Tensor:
    """``out * weight + bias``, both with their elements in the axes that `shape` gives them."""
    if weight is not None:
        out = multiply(out, reshape(weight, shape=shape))
    return out if bias is None else add(out, reshape(bias, shape=shape))


def _fitting(function: str, shape: Shape, **parts: Any) -> None:
    for name, part in parts.items():
        if part is not None and tuple(part.shape) != shape:
            raise ShapeError(f"'{function}' needs {name} of shape {shape}; got {tuple(part.shape)}")


def _trailing(function: str, x: Tensor, normalized_shape: Any) -> Shape:
    """``normalized_shape``, which has to be the end of the shape of ``x``."""
    given = normalized_shape if isinstance(normalized_shape, Sequence) else (normalized_shape,)
    try:
        shape = tuple(map(operator.index, given))
    except TypeError:
        shape = ()
    if not shape or tuple(x.shape[-len(shape) :]) != shape:
        raise ShapeError(
            f"'{function}' needs normalized_shape to be the end of the shape of x, {tuple(x.shape)}; got {normalized_shape!r}"
        )
    return shape


@composition(
    samples=[
        sample(Array((2, 3)), 3, Array((3,)), Array((3,))),
        sample(Array((2, 2, 2)), normalized_shape=(2, 2)),
        sample(Array((4,)), 4, None, Array((4,)), eps=0.1),
    ]
)
def layer_norm(x, /, normalized_shape, weight=None, bias=None, eps=1e-5) -> Tensor:
    """``x`` brought to mean 0 and variance 1 over its last axes, of shape ``normalized_shape``, times ``weight``, plus ``bias``.

    Both are of that shape, or None. Raises `ShapeError` where a shape does not fit. Ba, Kiros and Hinton (2016).
    """
    x, weight, bias = as_operands(x, weight, bias)
    shape = _trailing("layer_norm", x, normalized_shape)
    _fitting("layer_norm", shape, weight=weight, bias=bias)
    return _scaled(standardize(x, axis=tuple(range(-len(shape), 0)), eps=eps), weight, bias, shape)


@composition(
    samples=[
        sample(Array((2, 3), away=(0.0,)), 3, Array((3,))),
        sample(Array((2, 2, 2), away=(0.0,)), normalized_shape=(2, 2), eps=0.1),
    ]
)
def rms_norm(x, /, normalized_shape, weight=None, eps=None) -> Tensor:
    """``x`` divided by its root mean square over its last axes, of shape ``normalized_shape``, times ``weight`` of that shape.

    ``eps`` is added to the mean square; None is the distance from 1 to the next number of the dtype. Zhang and Sennrich (2019).
    """
    x, weight = as_operands(x, weight)
    shape = _trailing("rms_norm", x, normalized_shape)
    _fitting("rms_norm", shape, weight=weight)
    square = mean(multiply(x, x), axis=tuple(range(-len(shape), 0)), keepdims=True)
    out = divide(x, sqrt(add(square, _step(square) if eps is None else eps)))
    return _scaled(out, weight, None, shape)


def _step(x: Tensor) -> float:
    """The distance from 1 to the next number in the dtype of `x`."""
    return 2.0**-7 if x.dtype.name == "bfloat16" else float(settings.host().finfo(x.dtype.name).eps)


@composition(
    samples=[
        sample(Array((2, 4, 2)), 2, Array((4,)), Array((4,))),
        sample(Array((1, 3, 2, 2)), num_groups=1),
        sample(Array((2, 4)), num_groups=2, eps=0.1),
    ]
)
def group_norm(x, /, num_groups, weight=None, bias=None, eps=1e-5) -> Tensor:
    """``x`` (N, C, ...) brought to mean 0 and variance 1 over each of ``num_groups`` groups of channels, scaled by channel.

    ``weight`` and ``bias`` are (C,) or None. Raises `ShapeError` unless the groups divide the channels. Wu and He (2018).
    """
    x, weight, bias = as_operands(x, weight, bias)
    if x.ndim < 2 or num_groups < 1 or x.shape[1] % num_groups:
        raise ShapeError(
            f"'group_norm' needs x of shape (N, C, ...) with channels that are a multiple of num_groups; "
            f"got the shape {tuple(x.shape)} and num_groups={num_groups}"
        )
    _fitting("group_norm", (x.shape[1],), weight=weight, bias=bias)
    shape = tuple(x.shape)
    groups = reshape(x, shape=(shape[0], num_groups, _product(shape[1:]) // num_groups))
    out = reshape(standardize(groups, axis=-1, eps=eps), shape=shape)
    return _scaled(out, weight, bias, (shape[1], *(1,) * (len(shape) - 2)))


def _product(shape: Shape) -> int:
    total = 1
    for n in shape:
        total *= n
    return total


@composition(
    samples=[
        sample(Array((3, 2)), None, None, Array((2,)), Array((2,)), training=True),
        sample(Array((2, 2, 2)), Array((2,)), Array((2,), 0.5, 2.0), Array((2,)), Array((2,))),
        sample(Array((2, 1, 2, 2)), training=True, eps=0.1),
    ]
)
def batch_norm(x, /, running_mean=None, running_var=None, weight=None, bias=None, training=False, eps=1e-5) -> Tensor:
    """``x`` (N, C, ...) brought to mean 0 and variance 1 in each channel, times ``weight``, plus ``bias``, both (C,) or None.

    In ``training`` the statistics are those of ``x``, else ``running_mean`` and ``running_var``, both (C,).
    Raises `ShapeError` where a shape does not fit, and for a single value a channel in training. Ioffe and Szegedy (2015).
    """
    x, running_mean, running_var, weight, bias = as_operands(x, running_mean, running_var, weight, bias)
    if x.ndim < 2:
        raise ShapeError(f"'batch_norm' needs x of shape (N, C, ...); got {tuple(x.shape)}")
    channels = x.shape[1]
    parts = {"running_mean": running_mean, "running_var": running_var, "weight": weight, "bias": bias}
    _fitting("batch_norm", (channels,), **parts)
    line = (channels, *(1,) * (x.ndim - 2))
    if training:
        if x.shape[0] * _product(tuple(x.shape[2:])) < 2:
            raise ShapeError(
                f"'batch_norm' needs more than one value in each channel in training; got the shape {tuple(x.shape)}"
            )
        out = standardize(x, axis=(0, *range(2, x.ndim)), eps=eps)
    elif running_mean is None or running_var is None:
        raise ArgumentError("'batch_norm' needs running_mean and running_var unless it is training=True")
    else:
        deviation = sqrt(add(reshape(running_var, shape=line), eps))
        out = divide(add(x, -reshape(running_mean, shape=line)), deviation)
    return _scaled(out, weight, bias, line)
