"""torch.nn.functional: activations, losses, linear maps; the layers are in a module of their own."""

from __future__ import annotations

import math
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.torch import elementwise, reductions, sampling
from unigrad.dialects.torch.errors import LibraryError, SizeError, StepError
from unigrad.dialects.torch.formats import int64
from unigrad.dialects.torch.nn import layers
from unigrad.dialects.torch.notes import MISSING
from unigrad.dialects.torch.searching import gather
from unigrad.dialects.torch.tensor import F, Tensor

__all__ = [
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cosine_similarity",
    "cross_entropy",
    "dropout",
    "elu",
    "embedding",
    "gelu",
    "hardtanh",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "leaky_relu",
    "linear",
    "log_softmax",
    "logsigmoid",
    "mse_loss",
    "nll_loss",
    "normalize",
    "one_hot",
    "pad",
    "pairwise_distance",
    "relu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "softsign",
    "tanh",
    "tanhshrink",
]
__all__ += layers.__all__

globals().update({name: getattr(layers, name) for name in layers.__all__})
sigmoid, tanh = elementwise.sigmoid, elementwise.tanh


def relu(input: Any, inplace: bool = False) -> Tensor:
    """`input` where it is positive, else 0."""
    return input.relu_() if inplace else F.relu(input)  # type: ignore[no-any-return]


def softmax(input: Any, dim: int | None = None, dtype: Any = None) -> Tensor:
    """``exp(input)`` divided by its sum along `dim`."""
    return reductions.softmax(input, dim, dtype=dtype)


def log_softmax(input: Any, dim: int | None = None, dtype: Any = None) -> Tensor:
    """The logarithm of `softmax`."""
    return reductions.log_softmax(input, dim, dtype=dtype)


def leaky_relu(input: Any, negative_slope: float = 0.01) -> Tensor:
    """`input` where it is positive, else a fraction of it."""
    return F.where(F.greater(input, 0), input, F.multiply(input, negative_slope))  # type: ignore[no-any-return]


def elu(input: Any, alpha: float = 1.0) -> Tensor:
    """`input` where it is positive, else ``alpha * (exp(input) - 1)``."""
    below = F.multiply(F.expm1(F.minimum(input, 0.0)), alpha)
    return F.where(F.greater(input, 0), input, below)  # type: ignore[no-any-return]


def gelu(input: Any, approximate: str = "none") -> Tensor:
    """`input` times the normal distribution's share below it; ``approximate="tanh"`` is Hendrycks' and Gimpel's formula."""
    if approximate == "tanh":
        inner = F.multiply(F.add(input, F.multiply(F.pow(input, 3), 0.044715)), math.sqrt(2 / math.pi))
        return F.multiply(F.multiply(input, 0.5), F.add(F.tanh(inner), 1))  # type: ignore[no-any-return]
    if not hasattr(elementwise, "erf"):
        raise LibraryError("gelu() needs erf, which unigrad does not have yet; use approximate='tanh'")
    share = F.add(elementwise.erf(F.divide(input, math.sqrt(2))), 1)
    return F.multiply(F.multiply(input, 0.5), share)  # type: ignore[no-any-return]


def silu(input: Any) -> Tensor:
    """`input` times its `sigmoid`."""
    return F.multiply(input, F.sigmoid(input))  # type: ignore[no-any-return]


def softplus(input: Any, beta: float = 1.0, threshold: float = 20.0) -> Tensor:
    """``log(1 + exp(beta * input)) / beta``; the input itself above the threshold."""
    scaled = F.multiply(input, beta)
    return F.where(F.greater(scaled, threshold), input, F.divide(F.logaddexp(scaled, F.zeros_like(scaled)), beta))  # type: ignore[no-any-return]


def softsign(input: Any) -> Tensor:
    """``input / (1 + |input|)``."""
    return F.divide(input, F.add(F.abs(input), 1))  # type: ignore[no-any-return]


def tanhshrink(input: Any) -> Tensor:
    """``input - tanh(input)``."""
    return F.subtract(input, F.tanh(input))  # type: ignore[no-any-return]


def hardtanh(input: Any, min_val: float = -1.0, max_val: float = 1.0) -> Tensor:
    """`input` kept within bounds."""
    return F.clip(input, min_val, max_val)  # type: ignore[no-any-return]


def logsigmoid(input: Any) -> Tensor:
    """The logarithm of `sigmoid`, without overflow."""
    return F.negative(F.logaddexp(F.negative(input), F.zeros_like(input.detach())))  # type: ignore[no-any-return]


def linear(input: Any, weight: Any, bias: Any = None) -> Tensor:
    """``input @ weight.T + bias``."""
    product = F.matmul(input, weight.T)
    return product if bias is None else F.add(product, bias)  # type: ignore[no-any-return]


def dropout(input: Any, p: float = 0.5, training: bool = True, inplace: bool = False) -> Tensor:
    """Zeros with probability `p`, the rest scaled up by ``1 / (1 - p)``; the input itself unless `training`."""
    if not 0 <= p <= 1:
        raise LibraryError(f"dropout probability has to be between 0 and 1, but got {p}")
    if not training or p == 0:
        return input  # type: ignore[no-any-return]
    if p == 1:
        return F.multiply(input, 0.0)  # type: ignore[no-any-return]
    draws = sampling.drawn(None, "uniform", 0.0, 1.0, size=tuple(input.shape), like=input)
    kept = F.astype(F.greater_equal(draws, p), input.dtype)
    return F.multiply(F.multiply(input, kept), 1 / (1 - p))  # type: ignore[no-any-return]


def one_hot(tensor: Any, num_classes: int = -1) -> Tensor:
    """Rows with a one at the place that each whole number names; int64."""
    if tensor.dtype != int64:
        raise LibraryError(f"one_hot is only applicable to an index tensor of int64, not {tensor.dtype}; use .long()")
    highest = int(tensor.max()) if tensor.numel() else -1
    count = highest + 1 if num_classes == -1 else num_classes
    if highest >= count or (tensor.numel() and int(tensor.min()) < 0):
        raise LibraryError("class values must not be negative, and smaller than num_classes")
    with ug.use_backend(tensor.xp.__backend__):
        places = F.arange(count)
    return F.astype(F.equal(F.expand_dims(tensor, axis=-1), places), int64)  # type: ignore[no-any-return]


def embedding(input: Any, weight: Any) -> Tensor:
    """The rows of `weight` at the positions `input`."""
    return weight[input]  # type: ignore[no-any-return]


def normalize(input: Any, p: float = 2.0, dim: int = 1, eps: float = 1e-12) -> Tensor:
    """`input` divided by its p-norm along `dim`."""
    size = reductions.norm(input, p, dim, True)
    return F.divide(input, F.clip(size, eps, None))  # type: ignore[no-any-return]


def cosine_similarity(x1: Any, x2: Any, dim: int = 1, eps: float = 1e-8) -> Tensor:
    """Inner products divided by the norms of both, along `dim`."""
    sizes = [F.clip(reductions.norm(each, 2, dim), eps, None) for each in (x1, x2)]
    return F.divide(reductions.sum(F.multiply(x1, x2), dim), F.multiply(*sizes))  # type: ignore[no-any-return]


def pairwise_distance(x1: Any, x2: Any, p: float = 2.0, eps: float = 1e-6, keepdim: bool = False) -> Tensor:
    """The p-norm of the difference along the last axis."""
    return reductions.norm(F.add(F.subtract(x1, x2), eps), p, -1, keepdim)


def pad(input: Any, pad: Any, mode: str = "constant", value: float | None = None) -> Tensor:
    """More elements around the last axes: `pad` holds two lengths for each, the last axis first."""
    if mode != "constant":
        raise LibraryError(f"pad() has no mode={mode!r} in unigrad's torch; it has 'constant'")
    pairs = [(int(pad[i]), int(pad[i + 1])) for i in range(0, len(pad), 2)][::-1]
    widths = [(0, 0)] * (input.ndim - len(pairs)) + pairs
    return F.pad(input, widths, constant_values=0.0 if value is None else value)  # type: ignore[no-any-return]


def _reduced(losses: Any, reduction: str) -> Tensor:
    if reduction == "mean":
        return F.mean(losses)  # type: ignore[no-any-return]
    if reduction == "sum":
        return F.sum(losses)  # type: ignore[no-any-return]
    if reduction == "none":
        return losses  # type: ignore[no-any-return]
    raise StepError(f"{reduction!r} is not a valid value for reduction; it is 'mean', 'sum' or 'none'")


def mse_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """The mean (or sum) of squared differences."""
    return _reduced(F.square(F.subtract(input, target)), reduction)


def l1_loss(input: Any, target: Any, reduction: str = "mean") -> Tensor:
    """The mean (or sum) of absolute differences."""
    return _reduced(F.abs(F.subtract(input, target)), reduction)


def huber_loss(input: Any, target: Any, reduction: str = "mean", delta: float = 1.0) -> Tensor:
    """Half the squared difference where it is small, a straight line where it is more than `delta`."""
    size = F.abs(F.subtract(input, target))
    near, far = F.multiply(F.square(size), 0.5), F.multiply(F.subtract(size, 0.5 * delta), delta)
    return _reduced(F.where(F.less(size, delta), near, far), reduction)


def smooth_l1_loss(input: Any, target: Any, reduction: str = "mean", beta: float = 1.0) -> Tensor:
    """`huber_loss` divided by `beta`."""
    return F.divide(huber_loss(input, target, reduction, beta), beta)  # type: ignore[no-any-return]


def cross_entropy(
    input: Any,
    target: Any,
    weight: Any = None,
    ignore_index: int = -100,
    reduction: str = "mean",
    label_smoothing: float = 0.0,
) -> Tensor:
    """The negative logarithm of the share that `softmax` gives to the target: class numbers, or shares of classes.

    Classes are along the second axis, or the only one.
    """
    axis = 0 if input.ndim == 1 else 1
    logs = F.log_softmax(input, axis=axis)
    if target.dtype.kind == "real":
        if label_smoothing:
            target = F.add(F.multiply(target, 1 - label_smoothing), label_smoothing / input.shape[axis])
        losses = F.negative(F.sum(F.multiply(logs, target), axis=axis))
        count = math.prod(losses.shape)
        return F.divide(F.sum(losses), count) if reduction == "mean" else _reduced(losses, reduction)
    loss = nll_loss(logs, target, weight, ignore_index, reduction)
    if not label_smoothing:
        return loss
    spread = _reduced(F.negative(F.mean(logs, axis=axis)), reduction)
    return F.add(F.multiply(loss, 1 - label_smoothing), F.multiply(spread, label_smoothing))  # type: ignore[no-any-return]


def nll_loss(input: Any, target: Any, weight: Any = None, ignore_index: int = -100, reduction: str = "mean") -> Tensor:
    """The negative of the entries of `input` (logarithms) that the class numbers `target` name."""
    axis = 0 if input.ndim == 1 else 1
    if target.dtype.kind != "integer":
        raise LibraryError(f"expected class numbers of int64 as target, not {target.dtype}; use .long()")
    if tuple(target.shape) != (*input.shape[:axis], *input.shape[axis + 1 :]):
        raise SizeError(f"a target of shape {target.shape} does not fit an input of shape {input.shape}")
    counts = F.not_equal(target, ignore_index)
    classes = F.where(counts, target, 0)
    found = F.squeeze(gather(input, axis, F.expand_dims(classes, axis=axis)), axis)
    shares = (
        F.astype(counts, input.dtype) if weight is None else F.multiply(F.astype(counts, input.dtype), weight[classes])
    )
    losses = F.negative(F.multiply(found, shares))
    return F.divide(F.sum(losses), F.sum(shares)) if reduction == "mean" else _reduced(losses, reduction)


def binary_cross_entropy(input: Any, target: Any, weight: Any = None, reduction: str = "mean") -> Tensor:
    """The cross entropy of shares and targets between 0 and 1; logarithms are cut off at -100."""
    yes = F.clip(F.log(input), -100.0, None)
    no = F.clip(F.log(F.subtract(1, input)), -100.0, None)
    losses = F.negative(F.add(F.multiply(target, yes), F.multiply(F.subtract(1, target), no)))
    return _reduced(losses if weight is None else F.multiply(losses, weight), reduction)


def binary_cross_entropy_with_logits(
    input: Any, target: Any, weight: Any = None, reduction: str = "mean", pos_weight: Any = None
) -> Tensor:
    """`binary_cross_entropy` of ``sigmoid(input)``, without overflow."""
    zeros = F.zeros_like(input.detach())
    share = 1 if pos_weight is None else F.add(F.multiply(F.subtract(pos_weight, 1), target), 1)
    falling = F.multiply(F.logaddexp(F.negative(input), zeros), share)
    losses = F.add(F.multiply(F.subtract(1, target), input), falling)
    return _reduced(losses if weight is None else F.multiply(losses, weight), reduction)


def kl_div(input: Any, target: Any, reduction: str = "mean", log_target: bool = False) -> Tensor:
    """How much the shares `target` tell beyond `input`, which holds logarithms."""
    if log_target:
        losses = F.multiply(F.exp(target), F.subtract(target, input))
    else:
        positive = F.greater(target, 0)
        losses = F.where(positive, F.multiply(target, F.subtract(F.log(F.where(positive, target, 1.0)), input)), 0.0)
    return F.divide(F.sum(losses), input.shape[0]) if reduction == "batchmean" else _reduced(losses, reduction)


__getattr__ = absent("torch.nn.functional", lambda: __all__, MISSING)
