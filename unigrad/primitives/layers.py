"""Layers: the functions of networks that have weights, and those that turn positions into vectors."""

from __future__ import annotations

import operator
from typing import Any

from unigrad.card import composition
from unigrad.conversion import constant
from unigrad.errors import ArgumentError, ShapeError
from unigrad.graph import Tensor, make_tensor
from unigrad.primitives.arithmetic import add
from unigrad.primitives.choices import where
from unigrad.primitives.constant import equal
from unigrad.primitives.convolution import conv, conv_transpose
from unigrad.primitives.creation import astype, stop_gradient
from unigrad.primitives.geometry import edges, numbers
from unigrad.primitives.indexing import take
from unigrad.primitives.linalg import matmul
from unigrad.primitives.manipulation import expand_dims, permute_dims, reshape
from unigrad.primitives.operands import as_operands, whole_numbers
from unigrad.samples import Array, sample

__all__ = [
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "embedding",
    "linear",
    "one_hot",
]

Shape = tuple[int, ...]


@composition(
    samples=[
        sample(Array((2, 3)), Array((4, 3)), Array((4,))),
        sample(Array((2, 2, 3)), Array((4, 3))),
        sample(Array((3,)), Array((2, 3)), Array((2,))),
        sample(Array((2, 3)), Array((3,)), Array(())),
    ]
)
def linear(x, weight, /, bias=None) -> Tensor:
    """``x @ weight.T + bias``: ``x`` is (..., I), ``weight`` (O, I) or (I,), ``bias`` (O,) or None; the result (..., O)."""
    x, weight, bias = as_operands(x, weight, bias)
    shape, rows = tuple(x.shape), tuple(weight.shape)
    if not shape or len(rows) not in (1, 2) or shape[-1] != rows[-1]:
        raise ShapeError(
            f"'linear' needs x of shape (..., I) and weight of shape (O, I) or (I,); got the shapes {shape} and {rows}"
        )
    if bias is not None and tuple(bias.shape) not in (rows[:-1], ()):
        raise ShapeError(f"'linear' needs bias of shape {rows[:-1]}, as weight has rows; got {tuple(bias.shape)}")
    flat = x if len(shape) <= 2 else reshape(x, shape=(_product(shape[:-1]), shape[-1]))  # one product, not a stack
    out = matmul(flat, weight if len(rows) == 1 else permute_dims(weight, axes=(1, 0)))
    out = out if len(shape) <= 2 else reshape(out, shape=(*shape[:-1], *rows[:-1]))
    return out if bias is None else add(out, bias)


def _product(shape: Shape) -> int:
    total = 1
    for n in shape:
        total *= n
    return total


def _channels(function: str, x: Any, weight: Any, bias: Any, n: int, row: int) -> tuple[Tensor, Tensor, Any, bool]:
    """The operands with a batch axis and a bias to add, and whether ``x`` came without the batch axis."""
    x, weight, bias = as_operands(x, weight, bias)
    if x.ndim not in (n + 1, n + 2) or weight.ndim != n + 2:
        raise ShapeError(
            f"'{function}' needs x of shape (N, C, ...) or (C, ...) and weight with {n} spatial axes too; "
            f"got the shapes {tuple(x.shape)} and {tuple(weight.shape)}"
        )
    if bias is not None:
        if bias.ndim != 1 or (row == 0 and bias.shape[0] != weight.shape[0]):
            raise ShapeError(
                f"'{function}' needs bias of shape ({weight.shape[0]},), a number for each output channel; "
                f"got {tuple(bias.shape)}"
            )
        bias = reshape(bias, shape=(-1, *(1,) * n))
    alone = x.ndim == n + 1
    return (expand_dims(x, axis=0) if alone else x), weight, bias, alone


def _finished(out: Tensor, bias: Any, alone: bool) -> Tensor:
    out = out if bias is None else add(out, bias)
    return reshape(out, shape=tuple(out.shape[1:])) if alone else out


def _conv(n: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, dilation: Any, groups: Any) -> Tensor:
    given, kernel, spread, alone = _channels(f"conv{n}d", x, weight, bias, n, 0)
    out = conv(given, kernel, stride=stride, padding=padding, dilation=dilation, groups=groups)
    return _finished(out, spread, alone)


@composition(
    samples=[
        sample(Array((2, 2, 5)), Array((3, 2, 2)), Array((3,))),
        sample(Array((2, 4)), Array((4, 1, 3)), padding="same", groups=2),
    ]
)
def conv1d(x, weight, /, bias=None, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """Convolution of ``x`` (N, C, L) with ``weight`` (O, C / groups, K); `conv2d` says the rest."""
    return _conv(1, x, weight, bias, stride, padding, dilation, groups)


@composition(
    samples=[
        sample(Array((1, 2, 4, 3)), Array((2, 2, 2, 2)), Array((2,)), stride=2, padding=1),
        sample(Array((2, 3, 3)), Array((2, 1, 2, 1)), padding="valid", groups=2),
    ]
)
def conv2d(x, weight, /, bias=None, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """Convolution, as networks mean it, of ``x`` (N, C, H, W) or (C, H, W) with ``weight`` (O, C / groups, KH, KW): (N, O, ...).

    ``stride``, ``padding`` and ``dilation`` are whole numbers or one an axis; ``padding`` may also be a pair (low, high) an
    axis, ``"valid"`` (none) or ``"same"`` (stride 1 only). ``bias`` is (O,) or None. Integers become the default dtype.
    Raises `ShapeError` where channels, groups or bias do not fit, or the kernel is larger than the padded input, and
    `ArgumentError` for options that make no sense.
    """
    return _conv(2, x, weight, bias, stride, padding, dilation, groups)


@composition(samples=[sample(Array((1, 1, 2, 3, 2)), Array((2, 1, 2, 2, 1)), Array((2,)))])
def conv3d(x, weight, /, bias=None, stride=1, padding=0, dilation=1, groups=1) -> Tensor:
    """Convolution of ``x`` (N, C, D, H, W) with ``weight`` (O, C / groups, KD, KH, KW); `conv2d` says the rest."""
    return _conv(3, x, weight, bias, stride, padding, dilation, groups)


def _transposed(
    n: int, x: Any, weight: Any, bias: Any, stride: Any, padding: Any, output_padding: Any, groups: Any, dilation: Any
) -> Tensor:
    function = f"conv_transpose{n}d"
    given, kernel, spread, alone = _channels(function, x, weight, bias, n, 1)
    steps, gaps = numbers(function, "stride", stride, n, 1), numbers(function, "dilation", dilation, n, 1)
    sides, more = edges(function, padding, n), numbers(function, "output_padding", output_padding, n, 0)
    if any(extra >= step for extra, step in zip(more, steps, strict=True)):
        raise ArgumentError(
            f"'{function}' takes an output_padding below the stride; got output_padding={output_padding!r}, stride={stride!r}"
        )
    lines = zip(given.shape[2:], kernel.shape[2:], steps, sides, more, gaps, strict=True)
    shape = tuple((m - 1) * s - low - high + d * (k - 1) + extra + 1 for m, k, s, (low, high), extra, d in lines)
    if min(shape) < 1:
        raise ShapeError(f"'{function}' with padding={padding!r} would give a result of the spatial shape {shape}")
    out = conv_transpose(given, kernel, shape=shape, stride=steps, padding=sides, dilation=gaps, groups=groups)
    if spread is not None and spread.shape[0] != out.shape[1]:
        raise ShapeError(f"'{function}' needs bias of shape ({out.shape[1]},); got ({spread.shape[0]},)")
    return _finished(out, spread, alone)


@composition(samples=[sample(Array((2, 2, 3)), Array((2, 3, 2)), Array((3,)), stride=2, output_padding=1)])
def conv_transpose1d(x, weight, /, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1) -> Tensor:
    """Transposed convolution of ``x`` (N, C, L) with ``weight`` (C, O / groups, K); `conv_transpose2d` says the rest."""
    return _transposed(1, x, weight, bias, stride, padding, output_padding, groups, dilation)


@composition(
    samples=[
        sample(Array((1, 2, 2, 3)), Array((2, 2, 2, 2)), Array((2,)), stride=(2, 1), padding=1),
        sample(Array((2, 2, 2)), Array((2, 1, 2, 1)), groups=2, dilation=2),
    ]
)
def conv_transpose2d(x, weight, /, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1) -> Tensor:
    """Transposed convolution of ``x`` (N, C, H, W) or (C, H, W) with ``weight`` (C, O / groups, KH, KW): (N, O, ...).

    It takes a shape back to where `conv2d` with the same options came from; ``output_padding``, below the stride, says to
    which of the shapes that `conv2d` rounds to one. Raises as `conv2d` does.
    """
    return _transposed(2, x, weight, bias, stride, padding, output_padding, groups, dilation)


@composition(samples=[sample(Array((1, 1, 2, 1, 2)), Array((1, 2, 2, 2, 1)), stride=(1, 2, 1))])
def conv_transpose3d(x, weight, /, bias=None, stride=1, padding=0, output_padding=0, groups=1, dilation=1) -> Tensor:
    """Transposed convolution of ``x`` (N, C, D, H, W) with ``weight`` (C, O / groups, KD, KH, KW); see `conv_transpose2d`."""
    return _transposed(3, x, weight, bias, stride, padding, output_padding, groups, dilation)


def bounds(x: Tensor) -> tuple[int, int] | None:
    """The smallest and the largest of an array of integers; None where there are none, or where they are not known yet."""
    if 0 in x.shape or x.xp.is_traced(x.raw):
        return None
    host = x.numpy()
    return int(host.min()), int(host.max())


@composition(
    samples=[
        sample(Array((2, 2), low=0, high=3, dtype="int"), Array((4, 3))),
        sample(Array((3,), low=0, high=1, dtype="int"), Array((2, 2)), padding_idx=1, smooth=False),
    ]
)
def embedding(x, weight, /, padding_idx=None) -> Tensor:
    """The rows of ``weight`` (V, D) at the positions ``x``, integers from 0 to V - 1: the shape of ``x`` with D behind it.

    The row ``padding_idx`` gets no gradient. Raises `ArgumentError` for a position out of range.
    """
    x, weight = as_operands(x, weight)
    whole_numbers("embedding", "x", x)
    if weight.ndim != 2:
        raise ShapeError(f"'embedding' needs weight of shape (V, D); got {tuple(weight.shape)}")
    count, found = weight.shape[0], bounds(x)
    if found and not 0 <= found[0] <= found[1] < count:
        raise ArgumentError(f"'embedding' takes positions from 0 to {count - 1}; got {found[0]} to {found[1]}")
    rows = take(weight, x, axis=0)
    if padding_idx is None:
        return rows
    place = operator.index(padding_idx)
    if not -count <= place < count:
        raise ArgumentError(f"'embedding' takes padding_idx from {-count} to {count - 1}; got {padding_idx}")
    return where(expand_dims(equal(x, place % count), axis=-1), stop_gradient(rows), rows)


@composition(
    samples=[
        sample(Array((3,), low=0, high=2, dtype="int"), num_classes=3),
        sample(Array((2, 2), low=0, high=3, dtype="int"), num_classes=5),
        sample(Array((), low=1, high=1, dtype="int")),
    ]
)
def one_hot(x, /, num_classes=-1) -> Tensor:
    """For each class ``x``, an integer from 0 on, a row of int64 with 1 at its place and 0 elsewhere, along a new last axis.

    ``num_classes`` is the row's length, -1 for as many as the largest class needs. Raises `ArgumentError` for a class out of range.
    """
    (x,) = as_operands(x)
    whole_numbers("one_hot", "x", x)
    count, found = operator.index(num_classes), bounds(x)
    if count == -1:
        if found is None:
            raise ArgumentError(
                "'one_hot' needs num_classes where there are no values to count, or none that are known"
            )
        count = found[1] + 1
    if count < 1 or (found and not 0 <= found[0] <= found[1] < count):
        raise ArgumentError(
            f"'one_hot' takes classes from 0 to num_classes - 1, num_classes={num_classes}; got "
            + (f"{found[0]} to {found[1]}" if found else "none")
        )
    line = x.xp.arange(0, count, 1, dtype=x.xp.native_dtype("int64"), device=x.xp.device_of(x.raw))
    return astype(equal(expand_dims(x, axis=-1), make_tensor(line, x.xp)), constant(0, x.xp).dtype)
