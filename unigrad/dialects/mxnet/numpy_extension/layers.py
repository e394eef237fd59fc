"""Functions that layers are made of: activations, softmax, dropout, normalization, products over batches."""

from __future__ import annotations

from typing import Any

import unigrad.numpy as unp
from unigrad.dialects.mxnet.errors import ArrayValueError, translated
from unigrad.dialects.mxnet.flags import training
from unigrad.dialects.mxnet.formats import format_for
from unigrad.dialects.mxnet.numpy.arrays import F

__all__ = [
    "activation",
    "batch_dot",
    "batch_flatten",
    "dropout",
    "embedding",
    "fully_connected",
    "l2_normalization",
    "layer_norm",
    "leaky_relu",
    "log_softmax",
    "relu",
    "sigmoid",
    "smooth_l1",
    "softmax",
]

relu, sigmoid = F.relu, F.sigmoid
if hasattr(F, "erf"):
    erf = F.erf
    __all__ += ["erf"]
_ACTIVATIONS = {
    "relu": F.relu,
    "sigmoid": F.sigmoid,
    "tanh": F.tanh,
    "softrelu": lambda x: F.logaddexp(x, F.zeros_like(x)),
    "softsign": lambda x: F.divide(x, F.add(F.abs(x), 1)),
}


@translated
def activation(data: Any, act_type: str = "relu", **_: Any) -> Any:
    """One of ``relu``, ``sigmoid``, ``tanh``, ``softrelu`` and ``softsign``."""
    if act_type not in _ACTIVATIONS:
        raise ArrayValueError(f"there is no act_type {act_type!r}; there are {', '.join(_ACTIVATIONS)}")
    return _ACTIVATIONS[act_type](data)


@translated
def leaky_relu(data: Any, gamma: Any = None, act_type: str = "leaky", slope: float = 0.25, **_: Any) -> Any:
    """``leaky``: x above 0, ``slope * x`` below; ``prelu`` with the slope `gamma`; ``elu``; ``gelu``."""
    if act_type in ("leaky", "prelu"):
        return F.where(F.greater(data, 0), data, F.multiply(data, slope if gamma is None else gamma))
    if act_type == "elu":
        below = F.multiply(F.expm1(F.minimum(data, F.zeros_like(data))), slope)
        return F.where(F.greater(data, 0), data, below)
    if act_type == "gelu" and hasattr(F, "erf"):
        return F.multiply(F.multiply(data, 0.5), F.add(F.erf(F.multiply(data, 0.5**0.5)), 1))
    raise ArrayValueError(f"there is no act_type {act_type!r}; there are leaky, prelu, elu and gelu")


@translated
def softmax(
    data: Any,
    axis: int = -1,
    length: Any = None,
    temperature: float | None = None,
    use_length: bool = False,
    dtype: Any = None,
) -> Any:
    """``exp(x)`` divided by its sum along `axis`; of the first `length` places only, with `use_length`."""
    data = data if temperature is None else F.divide(data, temperature)
    if use_length or length is not None:
        inside = _within(data, length, axis)
        shifted = F.where(inside, data, F.full_like(data, -1e30))
        result = F.where(inside, F.softmax(shifted, axis=axis), F.zeros_like(data))
    else:
        result = F.softmax(data, axis=axis)
    return result if dtype is None else F.astype(result, format_for(dtype))


def _within(data: Any, length: Any, axis: int) -> Any:
    """Where the place along `axis` is below the `length` that belongs to the other axes."""
    axis %= data.ndim
    places = F.reshape(F.arange(data.shape[axis]), tuple(-1 if a == axis else 1 for a in range(data.ndim)))
    inside = F.less(places, F.expand_dims(F.astype(F.stop_gradient(length), "int64"), axis=axis))
    return F.broadcast_to(inside, data.shape)


@translated
def log_softmax(
    data: Any, axis: int = -1, length: Any = None, temperature: float | None = None, dtype: Any = None, **_: Any
) -> Any:
    """The logarithm of `softmax`."""
    if length is not None:
        return F.log(softmax(data, axis, length, temperature, True, dtype))
    result = F.log_softmax(data if temperature is None else F.divide(data, temperature), axis=axis)
    return result if dtype is None else F.astype(result, format_for(dtype))


@translated
def dropout(data: Any, p: float = 0.5, mode: str = "training", axes: Any = (), **_: Any) -> Any:
    """Zeros with probability `p`, the rest scaled by ``1 / (1 - p)``, in training mode (or always); else `data` itself."""
    if mode not in ("training", "always"):
        raise ArrayValueError(f"dropout()'s mode is 'training' or 'always', not {mode!r}")
    if p == 0 or (mode == "training" and not training.get()):
        return data
    shape = tuple(1 if axis in axes else length for axis, length in enumerate(data.shape))
    kept = F.adopt(unp.random.bernoulli(1 - p, shape))
    return F.multiply(data, F.divide(F.astype(kept, data.dtype), 1 - p))


@translated
def batch_dot(a: Any, b: Any, transpose_a: bool = False, transpose_b: bool = False, **_: Any) -> Any:
    """The product of each matrix of `a` with that of `b`."""
    a = F.matrix_transpose(a) if transpose_a else a
    return F.matmul(a, F.matrix_transpose(b) if transpose_b else b)


@translated
def batch_flatten(data: Any) -> Any:
    """All axes but the first as one."""
    return F.reshape(data, (data.shape[0], -1))


@translated
def fully_connected(
    x: Any, weight: Any, bias: Any = None, num_hidden: Any = None, no_bias: bool = False, flatten: bool = True
) -> Any:
    """``x @ weight.T + bias``, all axes of `x` but the first taken as one with `flatten`."""
    flat = F.reshape(x, (x.shape[0], -1)) if flatten and x.ndim != 2 else x
    result = F.matmul(flat, F.matrix_transpose(weight))
    return result if no_bias or bias is None else F.add(result, bias)


@translated
def embedding(data: Any, weight: Any, input_dim: Any = None, output_dim: Any = None, **_: Any) -> Any:
    """The rows of `weight` that `data` names."""
    return F.take(weight, F.astype(F.stop_gradient(data), "int64"), axis=0)


@translated
def layer_norm(data: Any, gamma: Any, beta: Any, axis: int = -1, eps: float = 1e-5, **_: Any) -> Any:
    """`data` with mean 0 and variance 1 along `axis`, then times `gamma` plus `beta`."""
    centred = F.subtract(data, F.mean(data, axis=axis, keepdims=True))
    spread = F.sqrt(F.add(F.var(data, axis=axis, keepdims=True), eps))
    shape = tuple(-1 if place == axis % data.ndim else 1 for place in range(data.ndim))
    return F.add(F.multiply(F.divide(centred, spread), F.reshape(gamma, shape)), F.reshape(beta, shape))


@translated
def l2_normalization(data: Any, eps: float = 1e-10, mode: str = "instance") -> Any:
    """Each element of the batch divided by its Euclidean norm (``instance``), or each place by that over channels."""
    axes = tuple(range(1, data.ndim)) if mode == "instance" else (1,)
    return F.divide(data, F.sqrt(F.add(F.sum(F.square(data), axis=axes, keepdims=True), eps)))


@translated
def smooth_l1(data: Any, scalar: float = 1.0) -> Any:
    """``(scalar * x)**2 / 2`` near 0, ``|x| - 1 / (2 * scalar**2)`` where ``|x|`` is above ``1 / scalar**2``."""
    square, size = scalar * scalar, F.abs(data)
    near = F.multiply(F.square(data), 0.5 * square)
    return F.where(F.greater(size, 1 / square), F.subtract(size, 0.5 / square), near)
