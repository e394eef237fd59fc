"""Networks: the functions of `unigrad.nn` by their definitions, one by one, where NumPy has no function of the name.

Written to be read beside a textbook, with nothing of unigrad's; those with a window are in `windowed`.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any, Final

import numpy
import scipy.special

from unigrad_conformance import windowed

Array = Any


def _sigmoid(x: Array) -> Array:
    return 1 / (1 + numpy.exp(-x))


def _softplus(x: Array, *, beta: float = 1.0, threshold: float = 20.0) -> Array:
    return numpy.where(beta * x > threshold, x, numpy.log(1 + numpy.exp(beta * x)) / beta)


def _gelu(x: Array, *, approximate: str = "none") -> Array:
    if approximate == "tanh":
        return 0.5 * x * (1 + numpy.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x**3)))
    return x * 0.5 * scipy.special.erfc(-x / math.sqrt(2))


def _elu(x: Array, *, alpha: float = 1.0) -> Array:
    return numpy.where(x > 0, x, alpha * (numpy.exp(x) - 1))


def _standardize(x: Array, *, axis: Any = -1, eps: float = 1e-5) -> Array:
    return (x - numpy.mean(x, axis, keepdims=True)) / numpy.sqrt(numpy.var(x, axis, keepdims=True) + eps)


def _scaled(out: Array, weight: Array, bias: Array) -> Array:
    return out * (1 if weight is None else weight) + (0 if bias is None else bias)


def _trailing(normalized_shape: Any) -> tuple[int, ...]:
    return tuple(range(-len(normalized_shape), 0)) if isinstance(normalized_shape, tuple) else (-1,)


def _layer_norm(
    x: Array, normalized_shape: Any, weight: Array = None, bias: Array = None, *, eps: float = 1e-5
) -> Array:
    return _scaled(_standardize(x, axis=_trailing(normalized_shape), eps=eps), weight, bias)


def _rms_norm(x: Array, normalized_shape: Any, weight: Array = None, *, eps: float | None = None) -> Array:
    level = numpy.mean(x**2, _trailing(normalized_shape), keepdims=True)
    return _scaled(x / numpy.sqrt(level + (numpy.finfo(x.dtype).eps if eps is None else eps)), weight, None)


def _by_channel(x: Array, part: Array) -> Array:
    return None if part is None else part.reshape(-1, *(1,) * (x.ndim - 2))


def _group_norm(x: Array, num_groups: int, weight: Array = None, bias: Array = None, *, eps: float = 1e-5) -> Array:
    groups = [_standardize(part, axis=tuple(range(1, x.ndim)), eps=eps) for part in numpy.split(x, num_groups, axis=1)]
    return _scaled(numpy.concatenate(groups, axis=1), _by_channel(x, weight), _by_channel(x, bias))


def _batch_norm(
    x: Array,
    mean: Array = None,
    var: Array = None,
    weight: Array = None,
    bias: Array = None,
    *,
    training: bool = False,
    eps: float = 1e-5,
) -> Array:
    if training:
        out = _standardize(x, axis=(0, *range(2, x.ndim)), eps=eps)
    else:
        out = (x - _by_channel(x, mean)) / numpy.sqrt(_by_channel(x, var) + eps)
    return _scaled(out, _by_channel(x, weight), _by_channel(x, bias))


def _reduced(losses: Array, reduction: str) -> Array:
    return {"none": lambda each: each, "mean": numpy.mean, "sum": numpy.sum}[reduction](losses)


def _huber(x: Array, target: Array, *, reduction: str = "mean", delta: float = 1.0) -> Array:
    size = abs(x - target)
    return _reduced(numpy.where(size < delta, size**2 / 2, delta * (size - delta / 2)), reduction)


def _smooth_l1(x: Array, target: Array, *, reduction: str = "mean", beta: float = 1.0) -> Array:
    if beta == 0:
        return _reduced(abs(x - target), reduction)
    return _huber(x, target, reduction=reduction, delta=beta) / beta


def _binary(x: Array, target: Array, weight: Any = None, pos_weight: Any = None, *, reduction: str = "mean") -> Array:
    p, more = _sigmoid(x), 1 if pos_weight is None else pos_weight
    losses = -(more * target * numpy.log(p) + (1 - target) * numpy.log(1 - p))
    return _reduced(losses * (1 if weight is None else weight), reduction)


def _kl(x: Array, target: Array, *, reduction: str = "mean", log_target: bool = False) -> Array:
    share = numpy.exp(target) if log_target else target
    losses = share * (numpy.log(share) - x)
    return numpy.sum(losses) / len(losses) if reduction == "batchmean" else _reduced(losses, reduction)


def _cosine(x1: Array, x2: Array, *, axis: int = 1, eps: float = 1e-8) -> Array:
    x1, x2 = numpy.broadcast_arrays(x1, x2)
    lengths = [numpy.maximum(numpy.sqrt(numpy.sum(x**2, axis)), eps) for x in (x1, x2)]
    return numpy.sum(x1 * x2, axis) / (lengths[0] * lengths[1])


def _log_shares(x: Array) -> Array:
    axis = 1 if x.ndim > 1 else 0
    return x - numpy.log(numpy.sum(numpy.exp(x), axis=axis, keepdims=True))


def _nll(
    logs: Array,
    target: Array,
    weight: Any = None,
    *,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Array:
    """One prediction after the other, each against its class."""
    count = logs.shape[1 if logs.ndim > 1 else 0]
    scale = numpy.ones(count, logs.dtype) if weight is None else weight
    losses, total = numpy.zeros(target.shape, logs.dtype), 0.0
    for place in numpy.ndindex(*target.shape):
        label = int(target[place])
        if label == ignore_index:
            continue
        row = logs[(place[0], slice(None), *place[1:])] if logs.ndim > 1 else logs
        even = sum(scale[c] * row[c] for c in range(count)) / count
        losses[place] = -(1 - label_smoothing) * scale[label] * row[label] - label_smoothing * even
        total = total + scale[label]
    return numpy.sum(losses) / total if reduction == "mean" else _reduced(losses, reduction)


def _cross_entropy(x: Array, target: Array, weight: Any = None, **options: Any) -> Array:
    if target.dtype.kind != "f":
        return _nll(_log_shares(x), target, weight, **options)
    count = x.shape[1 if x.ndim > 1 else 0]
    smoothing = options.get("label_smoothing", 0.0)
    share = target * (1 - smoothing) + smoothing / count
    scale = 1 if weight is None else weight.reshape(-1, *(1,) * max(x.ndim - 2, 0))
    losses = -numpy.sum(share * _log_shares(x) * scale, axis=1 if x.ndim > 1 else 0)
    return _reduced(losses, options.get("reduction", "mean"))


def _attention_weights(
    query: Array, key: Array, mask: Any = None, *, is_causal: bool = False, scale: Any = None
) -> Array:
    scores = query @ key.swapaxes(-1, -2) * (1 / math.sqrt(query.shape[-1]) if scale is None else scale)
    powers = numpy.exp(scores if mask is None or mask.dtype == bool else scores + mask)
    seen = numpy.tri(*scores.shape[-2:]) if is_causal else mask if mask is not None and mask.dtype == bool else 1.0
    powers = powers * numpy.asarray(seen, powers.dtype)
    total = numpy.sum(powers, axis=-1, keepdims=True)
    return powers / numpy.where(total == 0, 1, total)


def _attention(
    query: Array, key: Array, value: Array, mask: Any = None, *, enable_gqa: bool = False, **options: Any
) -> Array:
    if enable_gqa:
        key, value = (numpy.repeat(each, query.shape[-3] // each.shape[-3], axis=-3) for each in (key, value))
    return _attention_weights(query, key, mask, **options) @ value


def _linear(x: Array, weight: Array, bias: Any = None) -> Array:
    return x @ weight.T + (0 if bias is None else bias)


def _one_hot(x: Array, *, num_classes: int = -1) -> Array:
    return numpy.eye(int(numpy.max(x)) + 1 if num_classes == -1 else num_classes, dtype=numpy.int64)[x]


TABLE: Final[dict[str, Callable[..., Any]]] = {
    **windowed.TABLE,
    "attention_weights": _attention_weights,
    "batch_norm": _batch_norm,
    "binary_cross_entropy_with_logits": _binary,
    "cosine_similarity": _cosine,
    "cross_entropy": _cross_entropy,
    "elu": _elu,
    "embedding": lambda x, weight, *, padding_idx=None: weight[x],
    "gelu": _gelu,
    "group_norm": _group_norm,
    "hardswish": lambda x: x * numpy.clip(x + 3, 0, 6) / 6,
    "huber_loss": _huber,
    "kl_divergence": _kl,
    "l1_loss": lambda x, target, *, reduction="mean": _reduced(abs(x - target), reduction),
    "layer_norm": _layer_norm,
    "leaky_relu": lambda x, *, negative_slope=0.01: numpy.where(x > 0, x, negative_slope * x),
    "linear": _linear,
    "log_sigmoid": lambda x: numpy.log(_sigmoid(x)),
    "mish": lambda x: x * numpy.tanh(_softplus(x)),
    "mse_loss": lambda x, target, *, reduction="mean": _reduced((x - target) ** 2, reduction),
    "nll_loss": _nll,
    "one_hot": _one_hot,
    "rms_norm": _rms_norm,
    "scaled_dot_product_attention": _attention,
    "selu": lambda x: 1.0507009873554805 * _elu(x, alpha=1.6732632423543772),
    "silu": lambda x: x * _sigmoid(x),
    "smooth_l1_loss": _smooth_l1,
    "softplus": _softplus,
    "standardize": _standardize,
}
"""The functions by the names of their primitives, arrays by position and options by unigrad's names."""
