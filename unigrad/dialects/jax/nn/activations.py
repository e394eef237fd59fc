"""Activations of ``jax.nn``, and what stands beside them: softmax, one-hot vectors, attention's like."""

from __future__ import annotations

import math
from typing import Any

from unigrad import primitives
from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, strong
from unigrad.dialects.jax.elementwise import binary, described, unary
from unigrad.dialects.jax.numpy.elementwise import where
from unigrad.dialects.jax.precision import inexact
from unigrad.errors import ShapeError

__all__ = [
    "celu",
    "elu",
    "glu",
    "hard_sigmoid",
    "hard_silu",
    "hard_swish",
    "hard_tanh",
    "identity",
    "leaky_relu",
    "log_sigmoid",
    "mish",
    "relu",
    "relu6",
    "selu",
    "sigmoid",
    "silu",
    "soft_sign",
    "softplus",
    "sparse_plus",
    "sparse_sigmoid",
    "squareplus",
    "swish",
    "tanh",
]

relu, sigmoid, tanh = unary("relu"), unary("sigmoid", floating=True), unary("tanh", floating=True)
_logaddexp, _minimum, _maximum = binary("logaddexp", floating=True), binary("minimum"), binary("maximum")


def floating(x: Any, what: str) -> Array:
    array = strong(x, what)
    return cast(array, inexact(dtype_of(array)))


def identity(x: Any) -> Array:
    """`x` itself."""
    return strong(x, "identity")


def relu6(x: Any) -> Array:
    """`x` kept within 0 and 6."""
    result: Array = _minimum(_maximum(x, 0), 6.0)
    return result


def softplus(x: Any) -> Array:
    """``log(1 + exp(x))``, without overflow."""
    result: Array = _logaddexp(strong(x, "softplus"), 0.0)
    return result


def squareplus(x: Any, b: Any = 4) -> Array:
    """``(x + sqrt(x² + b)) / 2``."""
    array = floating(x, "squareplus")
    result: Array = (array + F.sqrt(F.square(array) + b)) / 2
    return result


def sparse_plus(x: Any) -> Array:
    """0 up to -1, `x` from 1 on, a parabola between."""
    array = strong(x, "sparse_plus")
    middle = F.square(array + 1.0) / 4
    found: Array = where(array <= -1.0, 0.0, where(array >= 1.0, array, middle))
    return found


def sparse_sigmoid(x: Any) -> Array:
    """0 up to -1, 1 from 1 on, a straight line between."""
    array = strong(x, "sparse_sigmoid")
    found: Array = F.clip(floating(array, "sparse_sigmoid") * 0.5 + 0.5, 0.0, 1.0)
    return found


def soft_sign(x: Any) -> Array:
    """``x / (1 + |x|)``."""
    array = floating(x, "soft_sign")
    result: Array = array / (F.abs(array) + 1)
    return result


def silu(x: Any) -> Array:
    """``x * sigmoid(x)``."""
    array = floating(x, "silu")
    result: Array = array * F.sigmoid(array)
    return result


swish = silu


def mish(x: Any) -> Array:
    """``x * tanh(softplus(x))``."""
    array = floating(x, "mish")
    result: Array = array * F.tanh(softplus(array))
    return result


def log_sigmoid(x: Any) -> Array:
    """The logarithm of `sigmoid`."""
    result: Array = -softplus(-floating(x, "log_sigmoid"))
    return result


def elu(x: Any, alpha: Any = 1.0) -> Array:
    """`x` where positive, else ``alpha * (exp(x) - 1)``."""
    array = floating(x, "elu")
    positive = array > 0
    found: Array = where(positive, array, alpha * F.expm1(where(positive, 0.0, array)))
    return found


def celu(x: Any, alpha: Any = 1.0) -> Array:
    """`x` where positive, else ``alpha * (exp(x / alpha) - 1)``."""
    array = floating(x, "celu")
    result: Array = _maximum(array, 0.0) + alpha * F.expm1(_minimum(array, 0.0) / alpha)
    return result


def selu(x: Any) -> Array:
    """`elu`, scaled so that means and variances keep (Klambauer et al. 2017)."""
    result: Array = 1.0507009873554804934193349852946 * elu(x, 1.6732632423543772848170429916717)
    return result


def leaky_relu(x: Any, negative_slope: Any = 1e-2) -> Array:
    """`x` where it is not negative, else `x` times a small slope."""
    array = floating(x, "leaky_relu")
    found: Array = where(array >= 0, array, negative_slope * array)
    return found


def hard_tanh(x: Any) -> Array:
    """`x` kept within -1 and 1."""
    array = strong(x, "hard_tanh")
    found: Array = where(array > 1, 1, where(array < -1, -1, array))
    return found


def hard_sigmoid(x: Any) -> Array:
    """``relu6(x + 3) / 6``."""
    result: Array = relu6(strong(x, "hard_sigmoid") + 3.0) / 6.0
    return result


def hard_silu(x: Any) -> Array:
    """``x * hard_sigmoid(x)``."""
    array = floating(x, "hard_silu")
    return array * hard_sigmoid(array)


hard_swish = hard_silu


def _gelu(x: Any, approximate: bool = True) -> Array:
    array = floating(x, "gelu")
    if approximate:
        inner = math.sqrt(2 / math.pi) * (array + 0.044715 * (array * array * array))
        smooth: Array = array * (0.5 * (1.0 + F.tanh(inner)))
        return smooth
    exact: Array = 0.5 * array * F.erfc(-array / math.sqrt(2))
    return exact


if hasattr(primitives, "erfc"):
    gelu = described(
        _gelu, "gelu", "``x`` times the share of the normal distribution below it, by default by a formula with tanh."
    )
    __all__.append("gelu")


def glu(x: Any, axis: int = -1) -> Array:
    """The first half of an axis times the sigmoid of the second."""
    array = floating(x, "glu")
    n = array.shape[axis]
    if n % 2:
        raise ShapeError(f"axis size must be divisible by 2, it is {n}")
    key = (slice(None),) * (axis % array.ndim)
    result: Array = array[(*key, slice(n // 2))] * F.sigmoid(array[(*key, slice(n // 2, None))])
    return result
