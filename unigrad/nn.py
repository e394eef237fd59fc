"""unigrad.nn: the functions of networks, under the names of ``torch.nn.functional``, channels first, with ``axis`` for ``dim``.

Arrays come by position. Torch's deprecated ``size_average`` and ``reduce`` are left out, so ``reduction`` and what follows
it come by keyword.
"""

from __future__ import annotations

from typing import Any

from unigrad.errors import ArgumentError
from unigrad.graph import Tensor
from unigrad.numpy import random
from unigrad.operators import assign
from unigrad.primitives import normalization
from unigrad.primitives.activation import elu, gelu, hardswish, leaky_relu, log_sigmoid, mish, selu, silu, softplus
from unigrad.primitives.arithmetic import multiply
from unigrad.primitives.attention import attention_weights, grouped
from unigrad.primitives.attention import scaled_dot_product_attention as _attention
from unigrad.primitives.choices import relu, where
from unigrad.primitives.creation import astype
from unigrad.primitives.exponentials import sigmoid
from unigrad.primitives.layers import (
    conv1d,
    conv2d,
    conv3d,
    conv_transpose1d,
    conv_transpose2d,
    conv_transpose3d,
    embedding,
    linear,
    one_hot,
)
from unigrad.primitives.linalg import matmul
from unigrad.primitives.loss import (
    binary_cross_entropy_with_logits,
    cosine_similarity,
    cross_entropy,
    huber_loss,
    l1_loss,
    mse_loss,
    nll_loss,
    smooth_l1_loss,
)
from unigrad.primitives.loss import kl_divergence as kl_div
from unigrad.primitives.nn import log_softmax, softmax
from unigrad.primitives.normalization import group_norm, layer_norm, rms_norm
from unigrad.primitives.operands import as_operands
from unigrad.primitives.pooling import (
    adaptive_avg_pool1d,
    adaptive_avg_pool2d,
    adaptive_avg_pool3d,
    avg_pool1d,
    avg_pool2d,
    avg_pool3d,
    max_pool1d,
    max_pool2d,
    max_pool3d,
)
from unigrad.primitives.reduction import mean
from unigrad.primitives.spreads import var
from unigrad.primitives.trigonometry import tanh
from unigrad.recording import pause

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "adaptive_avg_pool3d",
    "avg_pool1d",
    "avg_pool2d",
    "avg_pool3d",
    "batch_norm",
    "binary_cross_entropy_with_logits",
    "conv1d",
    "conv2d",
    "conv3d",
    "conv_transpose1d",
    "conv_transpose2d",
    "conv_transpose3d",
    "cosine_similarity",
    "cross_entropy",
    "dropout",
    "elu",
    "embedding",
    "gelu",
    "group_norm",
    "hardswish",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "layer_norm",
    "leaky_relu",
    "linear",
    "log_sigmoid",
    "log_softmax",
    "max_pool1d",
    "max_pool2d",
    "max_pool3d",
    "mish",
    "mse_loss",
    "nll_loss",
    "one_hot",
    "relu",
    "rms_norm",
    "scaled_dot_product_attention",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "tanh",
]


def _probability(function: str, name: str, p: Any) -> None:
    if not 0 <= p <= 1:
        raise ArgumentError(f"'{function}' takes {name} from 0 to 1; got {p}")


def dropout(x: Any, p: float = 0.5, training: bool = True) -> Tensor:
    """``x`` with each element set to 0 with probability ``p`` and the others divided by ``1 - p``; ``x`` itself unless ``training``.

    Which they are comes from `unigrad.numpy.random`: one seed, the same elements on every backend. Integers become the
    default dtype. Raises `ArgumentError` for a ``p`` outside of [0, 1]. Srivastava et al. (2014).
    """
    _probability("dropout", "p", p)
    (given,) = as_operands(x)
    if not training or p == 0:
        return given  # type: ignore[no-any-return]
    scaled = multiply(given, 1.0 if p == 1 else 1 / (1 - p))
    drawn = random.bernoulli(1 - p, size=tuple(given.shape))
    beside = drawn.xp.__backend__ is scaled.xp.__backend__  # else by way of the host
    return where(drawn if beside else as_operands(scaled, drawn.numpy())[1], scaled, 0.0)


def batch_norm(
    x: Any,
    running_mean: Any = None,
    running_var: Any = None,
    weight: Any = None,
    bias: Any = None,
    training: bool = False,
    momentum: float = 0.1,
    eps: float = 1e-5,
) -> Tensor:
    """``x`` (N, C, ...) brought to mean 0 and variance 1 in each channel, times ``weight``, plus ``bias``, both (C,) or None.

    In ``training`` the statistics are those of ``x``, and ``running_mean`` and ``running_var``, Tensors of shape (C,) if they
    are given, move towards them in place by the share ``momentum`` (the variance by its unbiased estimate); else they are
    used. Raises `ShapeError` where a shape does not fit, and for a single value a channel in training; `ArgumentError` for
    running statistics that are no Tensors in training. Ioffe and Szegedy (2015).
    """
    out = normalization.batch_norm(x, running_mean, running_var, weight, bias, training=training, eps=eps)
    if training:
        given = as_operands(x, running_mean, running_var)[0]
        axes = (0, *range(2, given.ndim))
        with pause():
            for name, running in (("running_mean", running_mean), ("running_var", running_var)):
                if running is not None:
                    now = mean(given, axis=axes) if name == "running_mean" else var(given, axis=axes, correction=1)
                    _move(name, running, now, momentum)
    return out


def _move(name: str, running: Any, now: Tensor, momentum: float) -> None:
    if not isinstance(running, Tensor):
        raise ArgumentError(f"'batch_norm' updates {name} in training, which has to be a Tensor; use unigrad.asarray")
    assign(running, astype(running * (1 - momentum) + now * momentum, running.dtype))


def scaled_dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    attn_mask: Any = None,
    dropout_p: float = 0.0,
    is_causal: bool = False,
    scale: float | None = None,
    enable_gqa: bool = False,
) -> Tensor:
    """``softmax(query @ key.T * scale + attn_mask) @ value``, of shape (..., L, F), along the last axis of the product.

    ``query`` is (..., L, E), ``key`` (..., S, E), ``value`` (..., S, F). ``attn_mask`` broadcasts to (..., L, S): booleans say
    which keys take part, numbers are added. ``is_causal`` lets query i see the keys up to i. ``scale`` is 1 / √E unless given.
    A query that may see no key gets zeros. ``dropout_p`` is that of `dropout` on the weights. With ``enable_gqa`` groups of
    the query's heads, along axis -3, share the keys and values of one. Raises `ShapeError` where shapes do not fit,
    `DTypeError` for a mask of integers, `ArgumentError` for one together with ``is_causal``. Vaswani et al. (2017).
    """
    _probability("scaled_dot_product_attention", "dropout_p", dropout_p)
    if not dropout_p:
        return _attention(query, key, value, attn_mask, is_causal=is_causal, scale=scale, enable_gqa=enable_gqa)
    query, key, value, attn_mask = as_operands(query, key, value, attn_mask)
    if enable_gqa:
        key, value = grouped(query, key, value)
    shares = attention_weights(query, key, attn_mask, is_causal=is_causal, scale=scale)
    return matmul(dropout(shares, dropout_p), value)
