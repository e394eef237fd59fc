"""Networks: the functions of `unigrad.nn` by their definitions, element by element, where NumPy has no function of the name.

Written to be read beside a textbook: loops over outputs and over the window, and nothing of unigrad's.
"""

from __future__ import annotations

import itertools
import math
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final

import numpy
import scipy.special

Array = Any
Window = dict[str, Any]


def _each(value: Any, n: int) -> tuple[int, ...]:
    return tuple(value) if isinstance(value, Sequence) else (value,) * n


def _pairs(padding: Any, size: Sequence[int], dilation: Sequence[int]) -> list[tuple[int, int]]:
    if padding == "valid":
        return [(0, 0)] * len(size)
    if padding == "same":
        spans = [d * (k - 1) for k, d in zip(size, dilation, strict=True)]
        return [(span // 2, span - span // 2) for span in spans]
    given = _each(padding, len(size))
    return [tuple(each) if isinstance(each, Sequence) else (each, each) for each in given]


def _positions(shape: Sequence[int], size: Sequence[int], stride: Any, pads: Any, dilation: Any) -> tuple[int, ...]:
    lines = zip(shape, size, stride, pads, dilation, strict=True)
    return tuple((n + sum(pad) - d * (k - 1) - 1) // s + 1 for n, k, s, pad, d in lines)


def _contacts(
    shape: Sequence[int], size: Sequence[int], lengths: Sequence[int], stride: Any, pads: Any, dilation: Any
) -> Iterator[tuple[Any, Any, Any]]:
    """Each position of the window, each element of it, and the place in the input that it meets, if it is one."""
    for at in itertools.product(*map(range, lengths)):
        for k in itertools.product(*map(range, size)):
            place = tuple(
                p * s + j * d - low for p, s, j, d, (low, _) in zip(at, stride, k, dilation, pads, strict=True)
            )
            if all(0 <= i < n for i, n in zip(place, shape, strict=True)):
                yield at, k, place


def _geometry(size: Sequence[int], stride: Any = 1, padding: Any = 0, dilation: Any = 1) -> tuple[Any, Any, Any]:
    dilation = _each(dilation, len(size))
    return _each(size if stride is None else stride, len(size)), _pairs(padding, size, dilation), dilation


def _triples(x: Array, o: int, each: int, groups: int) -> Iterator[tuple[int, int, int]]:
    """Output channel, channel within the group, and input channel that belong together."""
    for out, c in itertools.product(range(o), range(each)):
        yield out, c, out // (o // groups) * each + c


def _conv(x: Array, weight: Array, *, groups: int = 1, **window: Any) -> Array:
    size = weight.shape[2:]
    stride, pads, dilation = _geometry(size, **window)
    lengths = _positions(x.shape[2:], size, stride, pads, dilation)
    out = numpy.zeros((x.shape[0], weight.shape[0], *lengths), numpy.result_type(x, weight))
    for at, k, place in _contacts(x.shape[2:], size, lengths, stride, pads, dilation):
        for o, c, channel in _triples(x, weight.shape[0], weight.shape[1], groups):
            out[(slice(None), o, *at)] += x[(slice(None), channel, *place)] * weight[(o, c, *k)]
    return out


def _conv_transpose(x: Array, weight: Array, *, shape: Any, groups: int = 1, **window: Any) -> Array:
    size = weight.shape[2:]
    stride, pads, dilation = _geometry(size, **window)
    out = numpy.zeros((x.shape[0], weight.shape[1] * groups, *shape), numpy.result_type(x, weight))
    for at, k, place in _contacts(shape, size, x.shape[2:], stride, pads, dilation):
        for o, c, channel in _triples(x, weight.shape[0], weight.shape[1], groups):
            out[(slice(None), channel, *place)] += x[(slice(None), o, *at)] * weight[(o, c, *k)]
    return out


def _conv_weight(x: Array, y: Array, *, shape: Any, groups: int = 1, **window: Any) -> Array:
    stride, pads, dilation = _geometry(shape, **window)
    out = numpy.zeros((y.shape[1], x.shape[1] // groups, *shape), numpy.result_type(x, y))
    for at, k, place in _contacts(x.shape[2:], shape, y.shape[2:], stride, pads, dilation):
        for o, c, channel in _triples(x, y.shape[1], x.shape[1] // groups, groups):
            out[(o, c, *k)] += numpy.sum(x[(slice(None), channel, *place)] * y[(slice(None), o, *at)])
    return out


def _with_bias(n: int, function: Callable[..., Array]) -> Callable[..., Array]:
    """A function of an array with a batch axis, for one without it too, and with a number to add to each channel."""

    def run(x: Array, weight: Array, bias: Array = None, **options: Any) -> Array:
        whole = x if x.ndim == n + 2 else x[None]
        out = function(whole, weight, **options)
        if bias is not None:
            out = out + bias.reshape(-1, *(1,) * n)
        return out if x.ndim == n + 2 else out[0]

    return run


def _transposed(x: Array, weight: Array, *, output_padding: Any = 0, groups: int = 1, **window: Any) -> Array:
    size = weight.shape[2:]
    stride, pads, dilation = _geometry(size, **window)
    lines = zip(x.shape[2:], size, stride, pads, dilation, _each(output_padding, len(size)), strict=True)
    shape = [(m - 1) * s - sum(pad) + d * (k - 1) + extra + 1 for m, k, s, pad, d, extra in lines]
    return _conv_transpose(x, weight, shape=shape, groups=groups, **window)


def _windows(x: Array, *, size: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> Array:
    size = _each(size, x.ndim - 2)
    stride, pads, dilation = _geometry(size, stride, padding, dilation)
    lengths = _positions(x.shape[2:], size, stride, pads, dilation)
    out = numpy.zeros((*x.shape[:2], *size, *lengths), x.dtype)
    for at, k, place in _contacts(x.shape[2:], size, lengths, stride, pads, dilation):
        out[(..., *k, *at)] = x[(..., *place)]
    return out


def _overlap_add(x: Array, *, shape: Any, stride: Any = None, padding: Any = 0, dilation: Any = 1) -> Array:
    n = len(shape)
    size = x.shape[2 : 2 + n]
    stride, pads, dilation = _geometry(size, stride, padding, dilation)
    out = numpy.zeros((*x.shape[:2], *shape), x.dtype)
    for at, k, place in _contacts(shape, size, x.shape[2 + n :], stride, pads, dilation):
        out[(..., *place)] += x[(..., *k, *at)]
    return out


def _pooled(
    x: Array, combine: Callable[[list[Array], int], Array], size: Any, ceil: bool = False, **window: Any
) -> Array:
    """At each position what `combine` makes of the elements shown, and of how many places of the padded input there are."""
    size = _each(size, x.ndim - 2)
    stride, pads, dilation = _geometry(size, **window)
    shape, lengths = x.shape[2:], list(_positions(x.shape[2:], size, stride, pads, dilation))
    if ceil:
        for i, (n, k, s, (low, high), d) in enumerate(zip(shape, size, stride, pads, dilation, strict=True)):
            behind = lengths[i] * s - low
            if behind + low + d * (k - 1) + 1 > n + low + high > (lengths[i] - 1) * s + d * (k - 1) + 1 and behind < n:
                lengths[i] += 1
    out = numpy.zeros((*x.shape[:2], *lengths), x.dtype)
    shown: dict[Any, list[Array]] = {}
    for at, _, place in _contacts(shape, size, lengths, stride, pads, dilation):
        shown.setdefault(at, []).append(x[(..., *place)])
    for at, elements in shown.items():
        starts = [p * s - low for p, s, (low, _) in zip(at, stride, pads, strict=True)]
        ends = [min(a + k, n + high) - a for a, k, n, (_, high) in zip(starts, size, shape, pads, strict=True)]
        out[(..., *at)] = combine(elements, int(numpy.prod(ends)))
    return out


def _max_pool(x: Array, *, size: Any, stride: Any = None, ceil_mode: bool = False, **window: Any) -> Array:
    return _pooled(x, lambda shown, _: numpy.max(shown, axis=0), size, ceil_mode, stride=stride, **window)


def _sum_pool(x: Array, *, size: Any, stride: Any = None, padding: Any = 0) -> Array:
    return _pooled(x, lambda shown, _: numpy.sum(shown, axis=0), size, stride=stride, padding=padding)


def _avg_pool(
    x: Array,
    *,
    size: Any,
    stride: Any = None,
    padding: Any = 0,
    ceil_mode: bool = False,
    count_include_pad: bool = True,
    divisor_override: int | None = None,
) -> Array:
    def mean(shown: list[Array], places: int) -> Array:
        return numpy.sum(shown, axis=0) / (divisor_override or (places if count_include_pad else len(shown)))

    return _pooled(x, mean, size, ceil_mode, stride=stride, padding=padding)


def _adaptive(x: Array, *, size: Any) -> Array:
    for i, n in enumerate(x.shape[2:]):
        count = _each(size, x.ndim - 2)[i] or n
        parts = [range(p * n // count, -(-(p + 1) * n // count)) for p in range(count)]
        x = numpy.stack([numpy.mean(numpy.take(x, part, axis=2 + i), axis=2 + i) for part in parts], axis=2 + i)
    return x


def _by_rank(n: int, pool: Callable[..., Array], name: str) -> Callable[..., Array]:
    def run(x: Array, **options: Any) -> Array:
        size = options.pop(name)
        whole = x if x.ndim == n + 2 else x[None]
        out = pool(whole, size=size, **options)
        return out if x.ndim == n + 2 else out[0]

    return run


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
    "attention_weights": _attention_weights,
    "batch_norm": _batch_norm,
    "binary_cross_entropy_with_logits": _binary,
    "conv": _conv,
    "conv_transpose": _conv_transpose,
    "conv_weight": _conv_weight,
    **{f"conv{n}d": _with_bias(n, _conv) for n in (1, 2, 3)},
    **{f"conv_transpose{n}d": _with_bias(n, _transposed) for n in (1, 2, 3)},
    **{f"max_pool{n}d": _by_rank(n, _max_pool, "kernel_size") for n in (1, 2, 3)},
    **{f"avg_pool{n}d": _by_rank(n, _avg_pool, "kernel_size") for n in (1, 2, 3)},
    **{f"adaptive_avg_pool{n}d": _by_rank(n, _adaptive, "output_size") for n in (1, 2, 3)},
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
    "max_pool": _max_pool,
    "mish": lambda x: x * numpy.tanh(_softplus(x)),
    "mse_loss": lambda x, target, *, reduction="mean": _reduced((x - target) ** 2, reduction),
    "nll_loss": _nll,
    "one_hot": _one_hot,
    "overlap_add": _overlap_add,
    "rms_norm": _rms_norm,
    "scaled_dot_product_attention": _attention,
    "selu": lambda x: 1.0507009873554805 * _elu(x, alpha=1.6732632423543772),
    "silu": lambda x: x * _sigmoid(x),
    "smooth_l1_loss": _smooth_l1,
    "softplus": _softplus,
    "standardize": _standardize,
    "sum_pool": _sum_pool,
    "windows": _windows,
}
"""The functions by the names of their primitives, arrays by position and options by unigrad's names."""
