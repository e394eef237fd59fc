"""The Torch backend's own kernels: what Torch spells or does differently from the array API standard.

Tensors come in detached (`enter`), so that Torch records nothing and no mode is ever switched. Arithmetic goes through
Python's operators, which take a number on either side; the functions of Torch's that refuse numbers are wrapped.
"""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any

import torch

from unigrad_torch.activation import elu, gelu, hardswish, leaky_relu, log_sigmoid, mish, selu, silu, softplus
from unigrad_torch.callbacks import callback  # noqa: F401
from unigrad_torch.compilation import compiled  # noqa: F401
from unigrad_torch.convolution import conv, conv_transpose, conv_weight, max_pool, overlap_add, sum_pool, windows
from unigrad_torch.decomposition import cholesky, det, eigvalsh, expm, inv, pinv, solve, solve_triangular, svdvals
from unigrad_torch.differentiation import own_vjp
from unigrad_torch.fft import fftn, ifftn, irfftn, rfftn
from unigrad_torch.glue import (
    buffer_of,
    copy,
    device_of,
    devices,
    dtype_name,
    enter,
    from_numpy,
    native_dtype,
    number_beside,
    to_device,
    to_numpy,
)
from unigrad_torch.indexing import getitem, index_set, scatter, take, take_along_axis
from unigrad_torch.manipulation import (
    argsort,
    broadcast_to,
    concat,
    expand_dims,
    flip,
    matrix_transpose,
    nonzero,
    permute_dims,
    repeat,
    roll,
    searchsorted,
    sort,
    squeeze,
    stack,
    tile,
)
from unigrad_torch.normalization import standardize
from unigrad_torch.reduction import (
    all,
    any,
    argmax,
    argmin,
    count_nonzero,
    cumulative_prod,
    cumulative_sum,
    log_softmax,
    logsumexp,
    max,
    mean,
    min,
    prod,
    softmax,
    std,
    sum,
    var,
    vector_norm,
)
from unigrad_torch.special import (
    digamma,
    entr,
    erf,
    erfc,
    erfcx,
    erfinv,
    gamma,
    gammaln,
    i0,
    i0e,
    i1,
    i1e,
    kl_div,
    log_expit,
    log_ndtr,
    logit,
    ndtr,
    ndtri,
    polygamma,
    rel_entr,
    xlog1py,
    xlogy,
    zeta,
)

__all__ = [
    "all",
    "any",
    "argmax",
    "argmin",
    "argsort",
    "broadcast_to",
    "buffer_of",
    "cholesky",
    "concat",
    "conv",
    "conv_transpose",
    "conv_weight",
    "copy",
    "count_nonzero",
    "cumulative_prod",
    "cumulative_sum",
    "det",
    "device_of",
    "devices",
    "digamma",
    "dtype_name",
    "eigvalsh",
    "elu",
    "enter",
    "entr",
    "erf",
    "erfc",
    "erfcx",
    "erfinv",
    "expand_dims",
    "expm",
    "fftn",
    "flip",
    "from_numpy",
    "gamma",
    "gammaln",
    "gelu",
    "getitem",
    "hardswish",
    "i0",
    "i0e",
    "i1",
    "i1e",
    "ifftn",
    "index_set",
    "inv",
    "irfftn",
    "kl_div",
    "ldexp",
    "leaky_relu",
    "log_expit",
    "log_ndtr",
    "log_sigmoid",
    "log_softmax",
    "logit",
    "logsumexp",
    "matrix_transpose",
    "max",
    "max_pool",
    "mean",
    "min",
    "mish",
    "native_dtype",
    "ndtr",
    "ndtri",
    "nonzero",
    "number_beside",
    "overlap_add",
    "own_vjp",
    "permute_dims",
    "pinv",
    "polygamma",
    "prod",
    "rel_entr",
    "repeat",
    "rfftn",
    "roll",
    "scatter",
    "searchsorted",
    "selu",
    "silu",
    "softmax",
    "softplus",
    "solve",
    "solve_triangular",
    "sort",
    "squeeze",
    "stack",
    "standardize",
    "std",
    "sum",
    "sum_pool",
    "svdvals",
    "take",
    "take_along_axis",
    "tile",
    "to_device",
    "to_numpy",
    "var",
    "vector_norm",
    "windows",
    "xlog1py",
    "xlogy",
    "zeta",
]

_tensor = torch.Tensor

add, subtract, multiply, divide = operator.add, operator.sub, operator.mul, operator.truediv
negative, remainder, floor_divide, matmul = operator.neg, operator.mod, operator.floordiv, torch.matmul
equal, not_equal = operator.eq, operator.ne
less, less_equal, greater, greater_equal = operator.lt, operator.le, operator.gt, operator.ge
bitwise_and, bitwise_or, bitwise_xor, bitwise_invert = operator.and_, operator.or_, operator.xor, operator.invert
bitwise_left_shift, bitwise_right_shift = operator.lshift, operator.rshift
moveaxis, unstack = torch.moveaxis, torch.unbind


def _of_two_tensors(function: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    """A function of Torch's that takes tensors only, so that it takes a number on either side too."""

    def kernel(x1: Any, x2: Any) -> Any:
        if type(x1) is not _tensor or type(x2) is not _tensor:
            x1, x2 = _tensors(x1, x2)
        return function(x1, x2)

    kernel.__name__ = kernel.__qualname__ = function.__name__
    kernel.__doc__ = f"``torch.{function.__name__}``, of tensors and numbers."
    return kernel


def _tensors(x1: Any, x2: Any) -> tuple[Any, Any]:
    dtype = torch.result_type(x1, x2)
    device = x1.device if isinstance(x1, _tensor) else x2.device
    return torch.as_tensor(x1, dtype=dtype, device=device), torch.as_tensor(x2, dtype=dtype, device=device)


atan2, hypot, logaddexp = _of_two_tensors(torch.atan2), _of_two_tensors(torch.hypot), _of_two_tensors(torch.logaddexp)
copysign, nextafter = _of_two_tensors(torch.copysign), _of_two_tensors(torch.nextafter)
maximum, minimum = _of_two_tensors(torch.maximum), _of_two_tensors(torch.minimum)
fmax, fmin, logaddexp2 = _of_two_tensors(torch.fmax), _of_two_tensors(torch.fmin), _of_two_tensors(torch.logaddexp2)
fmod, heaviside = _of_two_tensors(torch.fmod), _of_two_tensors(torch.heaviside)
logical_and, logical_or = _of_two_tensors(torch.logical_and), _of_two_tensors(torch.logical_or)
logical_xor = _of_two_tensors(torch.logical_xor)


def where(condition: Any, x1: Any, x2: Any) -> Any:
    """``x1`` where the condition holds, else ``x2``."""
    if not isinstance(condition, _tensor):
        condition = torch.as_tensor(condition, device=(x1 if isinstance(x1, _tensor) else x2).device)
    if condition.dtype is not torch.bool:
        condition = condition != 0
    return torch.where(condition, x1, x2)


def clip(x: Any, min: Any = None, max: Any = None) -> Any:
    """``x`` limited to at least ``min`` and at most ``max``."""
    if min is None and max is None:
        return x
    if not (isinstance(x, _tensor) and _alike(min, max)):
        x = x if min is None else maximum(x, min)
        return x if max is None else minimum(x, max)
    return torch.clamp(x, min, max)


def _alike(low: Any, high: Any) -> bool:
    return low is None or high is None or isinstance(low, _tensor) == isinstance(high, _tensor)


def ldexp(x1: Any, x2: Any) -> Any:
    """``x1`` times 2 to the power of the integers ``x2``, or of one integer."""
    # Torch 2.13's own reads beyond the end where it has to broadcast, and has a slope of 0 for negative x2.
    low = round(math.log2(torch.finfo(x1.dtype).tiny))
    left = torch.as_tensor(x2, dtype=x1.dtype, device=x1.device)
    steps = []
    for _ in range(2):
        steps.append(torch.clamp(left, low, 1 - low))
        left = left - steps[-1]
    for step in (torch.clamp(left, low, 1 - low), *reversed(steps)):
        x1 = x1 * torch.pow(2.0, step)
    return x1


def sign(x: Any) -> Any:
    """The sign of ``x``; NaN stays NaN, which Torch's own makes 0."""
    if x.dtype.is_complex:
        return torch.sgn(x)
    return torch.where(torch.isnan(x), x, torch.sign(x)) if x.dtype.is_floating_point else torch.sign(x)


def conj(x: Any) -> Any:
    """The complex conjugate, computed: Torch's own would note it for later, and NumPy could not read that."""
    return torch.conj_physical(x)


def imag(x: Any) -> Any:
    """The imaginary part, zeros of a real tensor."""
    return torch.imag(x) if x.dtype.is_complex else torch.zeros_like(x)


def tensordot(x1: Any, x2: Any, *, axes: Any = 2) -> Any:
    """The sum of products over ``axes``: a number of them, or those of each operand."""
    if not isinstance(axes, int):
        axes = tuple((each,) if isinstance(each, int) else tuple(each) for each in axes)
    return torch.tensordot(x1, x2, dims=axes)


def vecdot(x1: Any, x2: Any, *, axis: int = -1) -> Any:
    """The sum along ``axis`` of the conjugate of ``x1`` times ``x2``, with broadcasting."""
    if x1.dtype.is_floating_point or x1.dtype.is_complex:
        return torch.linalg.vecdot(x1, x2, dim=axis)
    return torch.sum(x1 * x2, axis, dtype=x1.dtype)


def outer(x1: Any, x2: Any) -> Any:
    """Each element of ``x1`` times each of ``x2``, both taken flat."""
    return torch.outer(x1.reshape(-1), x2.reshape(-1))


def trace(x: Any, *, offset: int = 0) -> Any:
    """The sum of the diagonal of the matrices in the last two axes."""
    return sum(torch.diagonal(x, offset, -2, -1), axis=-1)


def diagonal(x: Any, *, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Any:
    """The diagonal of the matrices in ``axis1`` and ``axis2``, as the last axis."""
    return torch.diagonal(x, offset, axis1, axis2)


def convolve(x1: Any, x2: Any, *, mode: str = "full") -> Any:
    """The convolution of two vectors: all of it, its middle, or where they overlap fully."""
    long, short = (x1, x2) if x1.shape[0] >= x2.shape[0] else (x2, x1)
    n = short.shape[0]
    before, behind = {"full": (n - 1, n - 1), "same": (n // 2, (n - 1) // 2), "valid": (0, 0)}[mode]
    padded = torch.nn.functional.pad(long, (before, behind))
    if padded.dtype.is_floating_point:
        return torch.conv1d(padded[None, None], torch.flip(short, (0,))[None, None])[0, 0]
    return torch.sum(padded.unfold(0, n, 1) * torch.flip(short, (0,)), 1, dtype=padded.dtype)


def tril(x: Any, *, k: int = 0) -> Any:
    """``x`` with zeros above the ``k``-th diagonal."""
    return torch.tril(x, k)


def triu(x: Any, *, k: int = 0) -> Any:
    """``x`` with zeros below the ``k``-th diagonal."""
    return torch.triu(x, k)


def asarray(obj: Any, *, dtype: Any = None, device: Any = None) -> Any:
    """A tensor of numbers, nested lists of numbers, or another array."""
    return enter(torch.asarray(obj, dtype=dtype, device=device))


def arange(start: Any, stop: Any = None, step: Any = 1, *, dtype: Any = None, device: Any = None) -> Any:
    """Numbers from ``start`` (or 0) up to ``stop``, ``step`` apart; none where the step leads away."""
    if stop is None:
        start, stop = 0, start
    if math.ceil((stop - start) / step) <= 0:
        return torch.zeros((0,), dtype=dtype or torch.arange(start, start + step, step).dtype, device=device)
    return torch.arange(start, stop, step, dtype=dtype, device=device)


def linspace(
    start: Any, stop: Any, num: int = 50, *, dtype: Any = None, device: Any = None, endpoint: bool = True
) -> Any:
    """``num`` numbers at equal distances, found in double precision as on the other backends."""
    exact = torch.linspace(start, stop, num if endpoint else num + 1, dtype=torch.float64, device=device)
    return exact[:num].to(dtype or torch.get_default_dtype())


def eye(n_rows: int, n_cols: int | None = None, *, k: int = 0, dtype: Any = None, device: Any = None) -> Any:
    """Ones on the ``k``-th diagonal of a matrix, zeros elsewhere."""
    n_cols = n_rows if n_cols is None else n_cols
    rows, columns = torch.arange(n_rows, device=device)[:, None], torch.arange(n_cols, device=device)
    return (columns - rows == k).to(dtype or torch.get_default_dtype())


def astype(x: Any, *, dtype: Any) -> Any:
    """``x`` in another dtype."""
    return x.to(dtype)
