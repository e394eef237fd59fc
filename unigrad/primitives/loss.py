"""Losses: how far predictions are from targets, as one number or one for each of them."""

from __future__ import annotations

import math
from typing import Any

from unigrad.card import composition
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.graph import Tensor
from unigrad.primitives.activation import log_sigmoid
from unigrad.primitives.arithmetic import add, multiply, negative, subtract
from unigrad.primitives.choices import maximum, where
from unigrad.primitives.constant import equal, less, not_equal
from unigrad.primitives.creation import astype
from unigrad.primitives.exponentials import exp
from unigrad.primitives.indexing import take, take_along_axis
from unigrad.primitives.layers import bounds
from unigrad.primitives.layout import broadcast_shape
from unigrad.primitives.magnitudes import abs
from unigrad.primitives.manipulation import broadcast_to, expand_dims, reshape, squeeze
from unigrad.primitives.nn import log_softmax
from unigrad.primitives.operands import as_operands, same_shape, whole_numbers
from unigrad.primitives.reduction import sum, vector_norm
from unigrad.primitives.special import xlogy
from unigrad.samples import Array, at, sample

__all__ = [
    "binary_cross_entropy_with_logits",
    "cosine_similarity",
    "cross_entropy",
    "huber_loss",
    "kl_divergence",
    "l1_loss",
    "mse_loss",
    "nll_loss",
    "smooth_l1_loss",
]

Shape = tuple[int, ...]
REDUCTIONS = ("none", "mean", "sum")
PAIRS = [
    sample(Array((2, 3), -2.0, -0.2), Array((2, 3), 0.2, 2.0)),
    sample(Array((3,), -2.0, -0.2), Array((3,), 0.2, 2.0), reduction="sum"),
    sample(Array((2,), 0.2, 2.0), Array((2,), -2.0, -0.2), reduction="none"),
]
NEAR = [
    sample(Array((2, 3), -0.4, -0.1), Array((2, 3), 0.1, 0.4)),
    sample(Array((3,), 0.8, 2.0), Array((3,), -2.0, -0.8), reduction="sum"),
]


def _known(function: str, reduction: Any, allowed: tuple[str, ...] = REDUCTIONS) -> None:
    if reduction not in allowed:
        words = ", ".join(map(repr, allowed[:-1]))
        raise ArgumentError(f"'{function}' takes reduction={words} or {allowed[-1]!r}; got {reduction!r}")


def _over(total: Tensor, count: int) -> Tensor:
    """The mean of nothing is NaN."""
    return total * (1 / count if count else math.nan)


def _reduced(losses: Tensor, reduction: str) -> Tensor:
    if reduction == "none":
        return losses
    return sum(losses) if reduction == "sum" else _over(sum(losses), losses.size)


def _difference(function: str, x: Any, target: Any, reduction: Any) -> Tensor:
    _known(function, reduction)
    x, target = as_operands(x, target)
    same_shape(function, "x", x, "target", target)
    return subtract(x, target)


@composition(samples=PAIRS)
def mse_loss(x, target, /, *, reduction="mean") -> Tensor:
    """The squares of ``x - target``, of one shape: their mean, their sum, or (``reduction="none"``) each."""
    d = _difference("mse_loss", x, target, reduction)
    return _reduced(multiply(d, d), reduction)


@composition(samples=PAIRS, conventions=[at(0.0, 0.0, slope=(0.0, 0.0), why="abs at 0", agree="torch")])
def l1_loss(x, target, /, *, reduction="mean") -> Tensor:
    """The magnitudes of ``x - target``, of one shape: their mean, their sum, or each; the slope at 0 is 0."""
    return _reduced(abs(_difference("l1_loss", x, target, reduction)), reduction)


def _positive(function: str, name: str, value: float, least: float = 0.0) -> None:
    if value < 0 or (value == 0 and least == 0.0):
        raise ArgumentError(
            f"'{function}' takes {name} {'from' if least else 'above'} 0{' on' if least else ''}; got {value}"
        )


@composition(
    samples=[*PAIRS, *NEAR, sample(Array((3,), 0.8, 2.0), Array((3,), -2.0, -0.8), delta=0.5)],
    conventions=[at(1.0, 0.0, slope=(1.0, -1.0), why="exists", agree="torch")],
)
def huber_loss(x, target, /, *, reduction="mean", delta=1.0) -> Tensor:
    """Half the square of ``x - target`` up to ``delta``, beyond it ``delta * (|x - target| - delta / 2)`` (Huber 1964)."""
    _positive("huber_loss", "delta", delta)
    d = _difference("huber_loss", x, target, reduction)
    size = abs(d)
    return _reduced(where(less(size, delta), 0.5 * d * d, delta * (size - 0.5 * delta)), reduction)


@composition(
    samples=[
        *PAIRS,
        *NEAR,
        sample(Array((3,), 0.8, 2.0), Array((3,), -2.0, -0.8), beta=0.5),
        sample(*PAIRS[1].arrays, beta=0),
    ],
    conventions=[at(1.0, 0.0, slope=(1.0, -1.0), why="exists", agree="torch")],
)
def smooth_l1_loss(x, target, /, *, reduction="mean", beta=1.0) -> Tensor:
    """`huber_loss` divided by its bound, here ``beta``; with ``beta=0`` the `l1_loss` (Girshick 2015)."""
    _positive("smooth_l1_loss", "beta", beta, least=1.0)
    d = _difference("smooth_l1_loss", x, target, reduction)
    size = abs(d)
    if beta == 0:
        return _reduced(size, reduction)
    return _reduced(where(less(size, beta), (0.5 / beta) * d * d, size - 0.5 * beta), reduction)


LOGITS, SHARES = Array((2, 3)), Array((2, 3), 0.1, 0.9)


@composition(
    samples=[
        sample(LOGITS, SHARES),
        sample(LOGITS, SHARES, Array((3,), 0.5, 2.0), reduction="sum"),
        sample(LOGITS, SHARES, None, Array((3,), 0.5, 2.0)),
        sample(LOGITS, SHARES, Array((2, 3), 0.5, 2.0), Array((3,), 0.5, 2.0), reduction="none"),
    ],
    conventions=[at([-1000.0], [1.0], slope=([-1.0], None), why="limit", agree="torch")],
)
def binary_cross_entropy_with_logits(x, target, /, weight=None, pos_weight=None, *, reduction="mean") -> Tensor:
    """The cross entropy of the probabilities `sigmoid` (``x``) against ``target`` in [0, 1], of one shape, without overflow.

    ``weight`` scales each loss, ``pos_weight`` the part of the positive class; both broadcast. The mean counts every element.
    """
    function = "binary_cross_entropy_with_logits"
    _known(function, reduction)
    x, target, weight, pos_weight = as_operands(x, target, weight, pos_weight)
    same_shape(function, "x", x, "target", target)
    sure = log_sigmoid(x)
    positive = target if pos_weight is None else multiply(target, pos_weight)
    # log sigmoid(-x) is log sigmoid(x) - x
    losses = subtract(multiply(subtract(1.0, target), subtract(x, sure)), multiply(positive, sure))
    return _reduced(losses if weight is None else multiply(losses, weight), reduction)


@composition(
    samples=[
        sample(Array((2, 3)), Array((2, 3), 0.1, 2.0)),
        sample(Array((2, 3)), Array((2, 3), -2.0, 0.0), reduction="batchmean", log_target=True),
        sample(Array((3,)), Array((3,), 0.1, 2.0), reduction="sum"),
        sample(Array((3,)), Array((3,), 0.1, 2.0), reduction="none"),
    ],
    conventions=[at([0.3], [0.0], slope=([0.0], None), why="exists: the target is 0 there", value=0.0, agree="torch")],
)
def kl_divergence(x, target, /, *, reduction="mean", log_target=False) -> Tensor:
    """``target * (log(target) - x)``: ``x`` is the logarithm of the one distribution, ``target`` the other, or its logarithm.

    ``"mean"`` divides by the number of elements, ``"batchmean"`` by the length of the first axis, as the definition has it.
    `unigrad.nn` calls it ``kl_div``.
    """
    _known("kl_div", reduction, (*REDUCTIONS, "batchmean"))
    x, target = as_operands(x, target)
    same_shape("kl_div", "x", x, "target", target)
    share, log_share = (exp(target), multiply(exp(target), target)) if log_target else (target, xlogy(target, target))
    losses = subtract(log_share, multiply(share, x))
    if reduction == "batchmean":
        return _over(sum(losses), losses.shape[0] if losses.ndim else 1)
    return _reduced(losses, reduction)


@composition(
    samples=[
        sample(Array((2, 3)), Array((2, 3))),
        sample(Array((2, 3)), Array((1, 3)), axis=-1),
        sample(Array((3,)), Array((3,)), axis=0),
        sample(Array((2, 3, 2)), Array((3, 1))),
        sample(Array((2, 1)), Array((2, 3))),
    ],
    conventions=[
        at(
            [[0.0, 0.0]],
            [[1.0, 1.0]],
            slope=([[1e8 / math.sqrt(2), 1e8 / math.sqrt(2)]], [[0.0, 0.0]]),
            why="of the norm held at eps",
            agree="torch",
        )
    ],
)
def cosine_similarity(x1, x2, /, axis=1, eps=1e-8) -> Tensor:
    """The cosine of the angle between ``x1`` and ``x2``, broadcast, along ``axis``; a norm below ``eps`` counts as ``eps``.

    At the origin the slope is that of the norm held at ``eps``. Raises `ShapeError` where the shapes do not broadcast.
    """
    x1, x2 = as_operands(x1, x2)
    shape = broadcast_shape(x1.shape, x2.shape)
    if shape is None:
        raise ShapeError(
            "'cosine_similarity' needs x1 and x2 whose shapes can be broadcast together; "
            f"got {tuple(x1.shape)} and {tuple(x2.shape)}"
        )
    x1, x2 = (x if tuple(x.shape) == shape else broadcast_to(x, shape=shape) for x in (x1, x2))
    one = maximum(vector_norm(x1, axis=axis, keepdims=True), eps)
    two = maximum(vector_norm(x2, axis=axis, keepdims=True), eps)
    return sum(multiply(x1 / one, x2 / two), axis=axis)


def _classes(function: str, x: Tensor) -> int:
    """The number of classes, along axis 1, or along the only one."""
    if x.ndim < 1:
        raise ShapeError(f"'{function}' needs x of shape (N, C, ...) or (C,); got a number")
    return int(x.shape[1 if x.ndim > 1 else 0])


def _check_classes(function: str, x: Tensor, target: Tensor, weight: Any, ignore_index: int) -> None:
    count, shape = _classes(function, x), tuple(x.shape)
    wanted = (*shape[:1], *shape[2:]) if len(shape) > 1 else ()
    if tuple(target.shape) != wanted:
        raise ShapeError(
            f"'{function}' needs target of shape {wanted}, a class for each prediction of x of shape {shape}; "
            f"got {tuple(target.shape)}"
        )
    whole_numbers(function, "target", target)
    _check_weight(function, weight, count)
    kept = where(equal(target, ignore_index), 0, target)
    found = bounds(kept)
    if found and not 0 <= found[0] <= found[1] < count:
        raise ArgumentError(
            f"'{function}' takes classes from 0 to {count - 1} in target, or ignore_index={ignore_index}; "
            f"got {found[0] if found[0] < 0 else found[1]}"
        )


def _check_weight(function: str, weight: Any, count: int) -> None:
    if weight is not None and tuple(weight.shape) != (count,):
        raise ShapeError(
            f"'{function}' needs weight of shape ({count},), a number for each class; got {tuple(weight.shape)}"
        )


def _picked(logs: Tensor, target: Tensor, weight: Any, ignore_index: int) -> tuple[Tensor, Tensor, Tensor]:
    """Each prediction's loss, its weight (0 where it is ignored), and where it is not ignored."""
    counts = not_equal(target, ignore_index)
    safe = where(counts, target, 0)
    axis = 1 if logs.ndim > 1 else 0
    chosen = squeeze(take_along_axis(logs, expand_dims(safe, axis=axis), axis=axis), axis=axis)
    scales = astype(counts, logs.dtype)
    if weight is not None:
        scales = multiply(scales, take(weight, safe))
        chosen = multiply(chosen, take(weight, safe))
    return where(counts, negative(chosen), 0.0), scales, counts


def _averaged(losses: Tensor, scales: Tensor, reduction: str) -> Tensor:
    """The mean is over the weights of the targets, so that it is one of predictions that count."""
    if reduction != "mean":
        return _reduced(losses, reduction)
    return sum(losses) / sum(scales) if losses.size else _over(sum(losses), 0)


CLASSES = Array((3,), low=0, high=2, dtype="int")
WEIGHTS = Array((3,), 0.5, 2.0)
TARGETS: list[Any] = [
    sample(Array((3, 3)), CLASSES),
    sample(Array((3, 3)), CLASSES, WEIGHTS),
    sample(Array((3, 3)), CLASSES, WEIGHTS, reduction="sum", ignore_index=1),
    sample(Array((2, 3, 2)), Array((2, 2), low=0, high=2, dtype="int"), reduction="none", ignore_index=0),
    sample(Array((3,)), Array((), low=0, high=2, dtype="int")),
]


@composition(samples=TARGETS)
def nll_loss(x, target, /, weight=None, *, ignore_index=-100, reduction="mean") -> Tensor:
    """Minus the logarithmic probabilities ``x`` (N, C, ...) or (C,) of the classes ``target`` (N, ...), integers.

    Predictions of the class ``ignore_index`` do not count; ``weight`` (C,) scales each class, and the mean is the sum divided
    by the weights of the targets that count, NaN if none does. Raises `ArgumentError` for a class out of range.
    """
    _known("nll_loss", reduction)
    x, target, weight = as_operands(x, target, weight)
    _check_classes("nll_loss", x, target, weight, ignore_index)
    losses, scales, _ = _picked(x, target, weight, ignore_index)
    return _averaged(losses, scales, reduction)


@composition(
    samples=[
        *TARGETS,
        sample(Array((3, 3)), CLASSES, WEIGHTS, label_smoothing=0.2, ignore_index=2),
        sample(Array((2, 3)), Array((2, 3), 0.1, 1.0)),
        sample(Array((2, 3, 2)), Array((2, 3, 2), 0.1, 1.0), WEIGHTS, label_smoothing=0.1),
        sample(Array((2, 3)), Array((2, 3), 0.1, 1.0), reduction="none"),
        sample(Array((3,)), Array((3,), 0.1, 1.0), reduction="sum"),
    ]
)
def cross_entropy(x, target, /, weight=None, *, ignore_index=-100, reduction="mean", label_smoothing=0.0) -> Tensor:
    """The cross entropy of the probabilities `softmax` (``x``), along axis 1 of (N, C, ...) or the only one, against ``target``.

    ``target`` holds classes, integers of shape (N, ...), or probabilities, of the shape of ``x``. ``label_smoothing`` in [0, 1]
    mixes that much of the uniform distribution into it. ``weight`` (C,) scales each class; the mean is over the weights of
    the classes that count (see `nll_loss`), for probabilities over the predictions. Raises `ShapeError`, `DTypeError`, and
    `ArgumentError` for a class or an option out of range.
    """
    _known("cross_entropy", reduction)
    if not 0 <= label_smoothing <= 1:
        raise ArgumentError(f"'cross_entropy' takes label_smoothing from 0 to 1; got {label_smoothing}")
    x, target, weight = as_operands(x, target, weight)
    count = _classes("cross_entropy", x)
    logs = log_softmax(x, axis=1 if x.ndim > 1 else 0)
    if target.dtype.kind == "real":
        return _against_shares(logs, target, weight, reduction, label_smoothing, count)
    _check_classes("cross_entropy", x, target, weight, ignore_index)
    losses, scales, counts = _picked(logs, target, weight, ignore_index)
    if label_smoothing:
        level = where(counts, negative(_summed(logs, weight)), 0.0)
        losses = add((1 - label_smoothing) * losses, (label_smoothing / count) * level)
    return _averaged(losses, scales, reduction)


def _summed(logs: Tensor, weight: Any) -> Tensor:
    """The sum over the classes, each times its weight."""
    axis = 1 if logs.ndim > 1 else 0
    if weight is not None:
        logs = multiply(logs, reshape(weight, shape=(-1, *(1,) * (logs.ndim - axis - 1))))
    return sum(logs, axis=axis)


def _against_shares(logs: Tensor, target: Tensor, weight: Any, reduction: str, smoothing: float, count: int) -> Tensor:
    if tuple(target.shape) != tuple(logs.shape):
        raise DTypeError(
            f"'cross_entropy' needs target of integers, or of probabilities in the shape of x, {tuple(logs.shape)}; "
            f"got '{target.dtype}' of shape {tuple(target.shape)}"
        )
    _check_weight("cross_entropy", weight, count)
    if smoothing:
        target = add(target * (1 - smoothing), smoothing / count)
    losses = negative(_summed(multiply(target, logs), weight))
    return _over(sum(losses), losses.size) if reduction == "mean" else _reduced(losses, reduction)
