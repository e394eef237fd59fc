"""Attention: values mixed by how well their keys answer a query."""

from __future__ import annotations

import math

from unigrad.card import composition
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.graph import Tensor, make_tensor
from unigrad.primitives.arithmetic import add, multiply
from unigrad.primitives.choices import where
from unigrad.primitives.constant import any, greater_equal, not_equal
from unigrad.primitives.layout import broadcast_shape
from unigrad.primitives.linalg import matmul
from unigrad.primitives.manipulation import matrix_transpose, repeat, reshape
from unigrad.primitives.nn import softmax
from unigrad.primitives.operands import as_operands
from unigrad.samples import Array, sample

__all__ = ["attention_weights", "scaled_dot_product_attention"]

Q, K, V = Array((2, 2, 3)), Array((2, 4, 3)), Array((2, 4, 2))


def _shared(name: str, x: Tensor, heads: int) -> Tensor:
    """Keys or values repeated so that each group of query heads has its own."""
    if x.ndim < 3 or heads % x.shape[-3]:
        raise ShapeError(
            f"'scaled_dot_product_attention' with enable_gqa=True needs {name} whose heads, axis -3, divide the query's {heads}; "
            f"got the shape {tuple(x.shape)}"
        )
    return repeat(x, repeats=heads // x.shape[-3], axis=-3)


def grouped(query: Tensor, key: Tensor, value: Tensor) -> tuple[Tensor, Tensor]:
    """Keys and values with as many heads, along axis -3, as the query has."""
    if query.ndim < 3:
        raise ShapeError(
            f"'scaled_dot_product_attention' with enable_gqa=True needs heads along axis -3; got a query of shape {tuple(query.shape)}"
        )
    return _shared("key", key, query.shape[-3]), _shared("value", value, query.shape[-3])


def _check_mask(mask: Tensor, shape: tuple[int, ...]) -> None:
    if mask.dtype.kind not in ("bool", "real"):
        raise DTypeError(
            f"'scaled_dot_product_attention' needs an attn_mask of booleans or of floating numbers; got '{mask.dtype}'"
        )
    if broadcast_shape(mask.shape, shape) != shape:
        raise ShapeError(
            f"'scaled_dot_product_attention' needs an attn_mask that can be broadcast to {shape}; got the shape {tuple(mask.shape)}"
        )


def _allowed(x: Tensor, rows: int, columns: int) -> Tensor:
    """Whether query i may see key j: j is not behind i."""
    xp = x.xp
    lines = [
        make_tensor(xp.arange(0, n, 1, dtype=xp.native_dtype("int64"), device=xp.device_of(x.raw)), xp)
        for n in (rows, columns)
    ]
    return greater_equal(reshape(lines[0], shape=(-1, 1)), lines[1])


@composition(
    samples=[
        sample(Q, K),
        sample(Q, K, Array((2, 4), dtype="bool")),
        sample(Q, K, Array((2, 2, 4)), scale=0.3),
        sample(Q, K, is_causal=True),
    ]
)
def attention_weights(query, key, /, attn_mask=None, is_causal=False, scale=None) -> Tensor:
    """How much of each key answers each query: `softmax` (``query @ key.T * scale + attn_mask``), of shape (..., L, S).

    ``query`` is (..., L, E), ``key`` (..., S, E). ``attn_mask`` broadcasts to (..., L, S): booleans say which keys take part,
    numbers are added. ``is_causal`` lets query i see the keys up to i. ``scale`` is 1 / √E unless given. A query that
    may see no key gets zeros, and no gradient.
    """
    query, key, attn_mask = as_operands(query, key, attn_mask)
    if query.ndim < 2 or key.ndim < 2 or query.shape[-1] != key.shape[-1]:
        raise ShapeError(
            "'scaled_dot_product_attention' needs query of shape (..., L, E) and key of shape (..., S, E); "
            f"got the shapes {tuple(query.shape)} and {tuple(key.shape)}"
        )
    factor = 1 / math.sqrt(query.shape[-1]) if scale is None and query.shape[-1] else 1.0 if scale is None else scale
    scores = multiply(matmul(query, matrix_transpose(key)), factor)
    if is_causal:
        if attn_mask is not None:
            raise ArgumentError("'scaled_dot_product_attention' takes attn_mask or is_causal=True, not both")
        return softmax(where(_allowed(scores, *scores.shape[-2:]), scores, -math.inf))
    if attn_mask is None:
        return softmax(scores)
    _check_mask(attn_mask, tuple(scores.shape))
    if attn_mask.dtype.kind == "bool":
        seen, scores = attn_mask, where(attn_mask, scores, -math.inf)
    else:
        seen, scores = not_equal(attn_mask, -math.inf), add(scores, attn_mask)
    # Softmax of nothing but -∞ is NaN, in its rule too: such a row is replaced before it, and after it.
    some = any(seen, axis=-1, keepdims=True)
    return where(some, softmax(where(some, scores, 0.0)), 0.0)


@composition(
    samples=[
        sample(Q, K, V),
        sample(Q, K, V, Array((2, 4), dtype="bool")),
        sample(Q, K, V, Array((2, 4)), scale=0.3),
        sample(Array((1, 3, 2)), Array((1, 3, 2)), Array((1, 3, 2)), is_causal=True),
        sample(Array((1, 4, 2, 2)), Array((1, 2, 3, 2)), Array((1, 2, 3, 2)), enable_gqa=True),
    ]
)
def scaled_dot_product_attention(
    query, key, value, /, attn_mask=None, is_causal=False, scale=None, enable_gqa=False
) -> Tensor:
    """`attention_weights` ``@ value``: ``value`` is (..., S, F), the result (..., L, F).

    With ``enable_gqa`` keys and values may have fewer heads, along axis -3, than the query: groups of its heads share one.
    Raises `ShapeError` where shapes do not fit, `ArgumentError` for a mask together with ``is_causal``. Vaswani et al. (2017).
    """
    query, key, value, attn_mask = as_operands(query, key, value, attn_mask)
    if enable_gqa:
        key, value = grouped(query, key, value)
    if value.ndim < 2 or value.shape[-2] != key.shape[-2]:
        raise ShapeError(
            "'scaled_dot_product_attention' needs a value for each key, of shape (..., S, F); "
            f"got key of shape {tuple(key.shape)} and value of shape {tuple(value.shape)}"
        )
    return matmul(attention_weights(query, key, attn_mask, is_causal=is_causal, scale=scale), value)
