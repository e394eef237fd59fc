"""tf.nn: the functions of neural networks, without the layers."""

from __future__ import annotations

import math
from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.tensorflow import notes
from unigrad.dialects.tensorflow import random as random_numbers
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.creation import number
from unigrad.dialects.tensorflow.elementwise import softplus, softsign
from unigrad.dialects.tensorflow.errors import ConversionError, InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.linalg import l2_normalize
from unigrad.dialects.tensorflow.ordering import in_top_k, top_k
from unigrad.dialects.tensorflow.reduction import axes_of
from unigrad.dialects.tensorflow.selection import gather
from unigrad.dialects.tensorflow.tensor import EagerTensor

__all__ = [
    "batch_normalization",
    "bias_add",
    "crelu",
    "dropout",
    "elu",
    "embedding_lookup",
    "gelu",
    "in_top_k",
    "l2_loss",
    "l2_normalize",
    "leaky_relu",
    "log_poisson_loss",
    "log_softmax",
    "moments",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "sigmoid_cross_entropy_with_logits",
    "silu",
    "softmax",
    "softmax_cross_entropy_with_logits",
    "softplus",
    "softsign",
    "sparse_softmax_cross_entropy_with_logits",
    "swish",
    "tanh",
    "top_k",
    "weighted_cross_entropy_with_logits",
    "weighted_moments",
    "zero_fraction",
]

relu, sigmoid, tanh = F.relu, F.sigmoid, F.tanh


def softmax(logits: Any, axis: Any = None, name: Any = None) -> EagerTensor:
    """Exponentials that add up to 1 along `axis`, the last one if none is given."""
    return F.softmax(convert(logits), axis=-1 if axis is None else axis)


def log_softmax(logits: Any, axis: Any = None, name: Any = None) -> EagerTensor:
    """The logarithm of `softmax`, without overflow."""
    return F.log_softmax(convert(logits), axis=-1 if axis is None else axis)


def leaky_relu(features: Any, alpha: float = 0.2, name: Any = None) -> EagerTensor:
    """X where it is positive, else ``alpha * x``."""
    x = convert(features)
    return F.where(F.greater(x, 0.0), x, x * alpha)


def relu6(features: Any, name: Any = None) -> EagerTensor:
    """X kept within 0 and 6; the slope at both is 0."""
    x = convert(features)
    inside = F.logical_and(F.greater(x, 0.0), F.less(x, 6.0))
    return F.where(inside, x, F.adopt(F.clip(F.stop_gradient(x), 0.0, 6.0)))


def elu(features: Any, name: Any = None) -> EagerTensor:
    """X where it is positive, else eˣ - 1."""
    x = convert(features)
    positive = F.greater(x, 0.0)
    return F.where(positive, x, F.expm1(F.where(positive, 0.0, x)))


def selu(features: Any, name: Any = None) -> EagerTensor:
    """The scaled elu of Klambauer et al. (2017), equation 2 with the constants of its appendix."""
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    x = convert(features)
    positive = F.greater(x, 0.0)
    return F.where(positive, x * scale, F.expm1(F.where(positive, 0.0, x)) * (scale * alpha))


def gelu(features: Any, approximate: bool = False, name: Any = None) -> EagerTensor:
    """X times the normal distribution function of x, or its approximation by tanh (Hendrycks and Gimpel, 2016)."""
    x = convert(features)
    if approximate:
        return 0.5 * x * (1.0 + F.tanh(math.sqrt(2 / math.pi) * (x + 0.044715 * x * x * x)))
    return 0.5 * x * (1.0 + F.erf(x * (1 / math.sqrt(2))))


def silu(features: Any, beta: float = 1.0) -> EagerTensor:
    """X times the sigmoid of ``beta * x``."""
    x = convert(features)
    return x * F.sigmoid(x * beta)


swish = silu


def crelu(features: Any, axis: int = -1, name: Any = None) -> EagerTensor:
    """The relu of x and that of -x, joined along `axis`."""
    x = convert(features)
    return F.concat([F.relu(x), F.relu(-x)], axis=axis)


def softmax_cross_entropy_with_logits(labels: Any, logits: Any, axis: int = -1, name: Any = None) -> EagerTensor:
    """-Σ labels · log softmax(logits) along `axis`: a loss for each row."""
    x = convert(logits)
    return -F.sum(convert(labels, like=x.dtype) * F.log_softmax(x, axis=axis), axis=axis)


def sparse_softmax_cross_entropy_with_logits(labels: Any, logits: Any, name: Any = None) -> EagerTensor:
    """-log softmax(logits) at each row's label: a loss for each row. Raises `InvalidArgumentError` for labels out of range."""
    x, positions = convert(logits), convert(labels)
    if positions.shape != x.shape[:-1]:
        raise ConversionError(
            f"labels have the shape {positions.shape}, and must have {x.shape[:-1]}, one for each row"
        )
    rows = F.log_softmax(x, axis=-1)
    picked = gather(rows, F.expand_dims(positions, axis=-1), batch_dims=len(positions.shape))
    return -F.squeeze(picked, axis=-1)


def sigmoid_cross_entropy_with_logits(labels: Any = None, logits: Any = None, name: Any = None) -> EagerTensor:
    """The cross entropy of `labels` and sigmoid(logits), element by element, without overflow."""
    x = convert(logits)
    z = convert(labels, like=x.dtype)
    if z.shape != x.shape:
        raise ConversionError(f"`logits` and `labels` must have the same shape, received ({x.shape} vs {z.shape}).")
    return F.logaddexp(x, 0.0) - x * z


def weighted_cross_entropy_with_logits(labels: Any, logits: Any, pos_weight: Any, name: Any = None) -> EagerTensor:
    """`sigmoid_cross_entropy_with_logits` with the positive labels weighed."""
    x = convert(logits)
    z = convert(labels, like=x.dtype)
    positive, negative = z * pos_weight * F.logaddexp(-x, 0.0), F.subtract(1.0, z) * F.logaddexp(x, 0.0)
    return F.add(positive, negative)


def log_poisson_loss(targets: Any, log_input: Any, compute_full_loss: bool = False, name: Any = None) -> EagerTensor:
    """exp(log_input) - targets · log_input."""
    if compute_full_loss:
        raise InvalidArgumentError("compute_full_loss=True is missing; add Stirling's term to the loss yourself")
    x = convert(log_input)
    return F.exp(x) - x * convert(targets, like=x.dtype)


def l2_loss(t: Any, name: Any = None) -> EagerTensor:
    """Half the sum of squares."""
    return F.sum(F.square(convert(t))) * 0.5


def dropout(x: Any, rate: Any, noise_shape: Any = None, seed: Any = None, name: Any = None) -> EagerTensor:
    """Elements put to 0 with probability `rate`, the others divided by ``1 - rate``."""
    value, share = convert(x), float(number(rate))
    if not 0 <= share < 1:
        raise ConversionError(f"rate must be in [0, 1), not {share}")
    if share == 0:
        return value
    kept = random_numbers.uniform(value.shape if noise_shape is None else noise_shape, dtype=value.dtype, seed=seed)
    return F.where(F.greater_equal(kept, share), value * (1 / (1 - share)), 0.0)


def moments(
    x: Any, axes: Any, shift: Any = None, keepdims: bool = False, name: Any = None
) -> tuple[EagerTensor, EagerTensor]:
    """Mean and variance over `axes`."""
    x, over = convert(x), axes_of(axes)
    return F.mean(x, axis=over, keepdims=keepdims), F.var(x, axis=over, keepdims=keepdims)


def weighted_moments(
    x: Any, axes: Any, frequency_weights: Any, keepdims: bool = False, name: Any = None
) -> tuple[EagerTensor, EagerTensor]:
    """Mean and variance over `axes` of elements that count as often as the weights say."""
    x, over = convert(x), axes_of(axes)
    weights = F.broadcast_to(convert(frequency_weights, like=x.dtype), x.shape)
    total = F.sum(weights, axis=over, keepdims=True)
    mean = F.sum(x * weights, axis=over, keepdims=True) / total
    variance = F.sum(weights * F.square(x - mean), axis=over, keepdims=True) / total
    return (mean, variance) if keepdims else (F.squeeze(mean, axis=over), F.squeeze(variance, axis=over))


def batch_normalization(
    x: Any, mean: Any, variance: Any, offset: Any, scale: Any, variance_epsilon: float, name: Any = None
) -> EagerTensor:
    """``scale * (x - mean) / √(variance + ε) + offset``; None leaves scale or offset out."""
    value = convert(x)
    factor = F.reciprocal(F.sqrt(convert(variance, like=value.dtype) + variance_epsilon))
    factor = factor if scale is None else factor * convert(scale, like=value.dtype)
    centred = (value - convert(mean, like=value.dtype)) * factor
    return centred if offset is None else centred + convert(offset, like=value.dtype)


def bias_add(value: Any, bias: Any, data_format: Any = None, name: Any = None) -> EagerTensor:
    """A number for each channel added, along the last axis, or the second if ``data_format`` begins with ``"NC"``."""
    x = convert(value)
    line = convert(bias, like=x.dtype)
    if data_format is not None and data_format.startswith("NC"):
        line = F.reshape(line, (-1,) + (1,) * (len(x.shape) - 2))
    return F.add(x, line)


def embedding_lookup(params: Any, ids: Any, max_norm: Any = None, name: Any = None) -> EagerTensor:
    """The rows of `params` at the positions `ids`."""
    if max_norm is not None:
        raise InvalidArgumentError("embedding_lookup with max_norm is missing; use tf.clip_by_norm on the rows")
    return gather(params, ids)


def zero_fraction(value: Any, name: Any = None) -> EagerTensor:
    """The share of elements that are zero."""
    return F.mean(F.astype(F.equal(convert(value), 0), "float32"))


__getattr__ = absent("tensorflow.nn", lambda: __all__, notes.reasons("nn"))
