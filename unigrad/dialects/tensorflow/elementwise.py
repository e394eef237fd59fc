"""Functions of one or two tensors, element by element: unigrad's own, under TensorFlow's names, arguments by position."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.tensorflow import formats
from unigrad.dialects.tensorflow.conversion import convert, read
from unigrad.dialects.tensorflow.errors import InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tensor import EagerTensor

SAME = """abs acos acosh add asin asinh atan atan2 atanh ceil cos cosh digamma divide equal erf erfc erfinv exp expm1 floor
greater greater_equal less less_equal log log1p logical_and logical_not logical_or logical_xor maximum minimum multiply
negative nextafter not_equal pow round sigmoid sign sin sinh sqrt square subtract tan tanh isfinite isinf
isnan ndtri polyval xlogy xlog1py reciprocal""".split()
"""Names that are unigrad's too."""

OTHERS = {
    "is_finite": "isfinite",
    "is_inf": "isinf",
    "is_nan": "isnan",
    "lgamma": "gammaln",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "floormod": "remainder",
    "truncatemod": "fmod",
    "truediv": "divide",
    "bessel_i0": "i0",
    "bessel_i0e": "i0e",
    "bessel_i1": "i1",
    "bessel_i1e": "i1e",
    "rint": "round",
    "log_sigmoid": "log_expit",
}
"""Names under which unigrad knows another."""

for _name, _primitive in {**{each: each for each in SAME}, **OTHERS}.items():
    globals()[_name] = getattr(F, _primitive)


def divide_no_nan(x: Any, y: Any, name: Any = None) -> EagerTensor:
    """``x / y``, and 0 where `y` is 0; so is the gradient there."""
    x, y = _pair(x, y)
    zero = F.equal(y, 0)
    return F.where(zero, 0.0, F.divide(x, F.where(zero, 1.0, y)))


def multiply_no_nan(x: Any, y: Any, name: Any = None) -> EagerTensor:
    """``x * y``, and 0 where `y` is 0, whatever `x` is."""
    x, y = _pair(x, y)
    zero = F.equal(y, 0)
    return F.where(zero, 0.0, F.multiply(F.where(zero, 1.0, x), y))


def squared_difference(x: Any, y: Any, name: Any = None) -> EagerTensor:
    """``(x - y)²``."""
    return F.square(F.subtract(x, y))


def rsqrt(x: Any, name: Any = None) -> EagerTensor:
    """1 / √x."""
    return F.reciprocal(F.sqrt(x))


def softplus(features: Any, name: Any = None) -> EagerTensor:
    """log(1 + eˣ), without overflow."""
    return F.logaddexp(features, 0.0)


def softsign(features: Any, name: Any = None) -> EagerTensor:
    """X / (1 + |x|)."""
    x = convert(features)
    return x / (F.abs(x) + 1.0)


def add_n(inputs: Any, name: Any = None) -> EagerTensor:
    """The sum of several tensors of one shape."""
    first, *others = [convert(each) for each in inputs]
    for each in others:
        if each.shape != first.shape:
            raise InvalidArgumentError(f"add_n needs tensors of one shape, not {first.shape} and {each.shape}")
        first = F.add(first, each)
    return first


def accumulate_n(inputs: Any, shape: Any = None, tensor_dtype: Any = None, name: Any = None) -> EagerTensor:
    """The sum of several tensors of one shape."""
    return add_n(inputs)


def scalar_mul(scalar: Any, x: Any, name: Any = None) -> EagerTensor:
    """``scalar * x``."""
    return F.multiply(scalar, convert(x))


def clip_by_value(t: Any, clip_value_min: Any, clip_value_max: Any, name: Any = None) -> EagerTensor:
    """`t` kept within bounds."""
    x = convert(t)
    low, high = (_bound(each, x) for each in (clip_value_min, clip_value_max))
    return F.clip(x, low, high)


def _bound(value: Any, x: EagerTensor) -> Any:
    value = read(value)
    return value if type(value) in (int, float) else convert(value, like=x.dtype)


def clip_by_norm(t: Any, clip_norm: Any, axes: Any = None, name: Any = None) -> EagerTensor:
    """`t` scaled down to the 2-norm `clip_norm` where its own is larger."""
    x = convert(t)
    norm = F.vector_norm(x, axis=None if axes is None else tuple(axes), keepdims=True)
    return F.multiply(x, F.divide(clip_norm, F.maximum(norm, clip_norm)))


def global_norm(t_list: Any, name: Any = None) -> EagerTensor:
    """The 2-norm of all elements of several tensors together; None among them is passed over."""
    squares = [F.sum(F.square(convert(each))) for each in t_list if each is not None]
    return F.sqrt(add_n(squares))


def clip_by_global_norm(
    t_list: Any, clip_norm: Any, use_norm: Any = None, name: Any = None
) -> tuple[list[Any], EagerTensor]:
    """Several tensors scaled down together to the norm `clip_norm` where theirs is larger, and that norm of theirs."""
    norm = global_norm(t_list) if use_norm is None else convert(use_norm)
    scale = F.divide(clip_norm, F.maximum(norm, clip_norm))
    return [None if each is None else F.multiply(convert(each), scale) for each in t_list], norm


def lbeta(x: Any, name: Any = None) -> EagerTensor:
    """The logarithm of the multivariate beta function along the last axis."""
    x = convert(x)
    return F.sum(F.gammaln(x), axis=-1) - F.gammaln(F.sum(x, axis=-1))


def ndtr(x: Any, name: Any = None) -> EagerTensor:
    """The normal distribution function."""
    return F.ndtr(x)


def _pair(x: Any, y: Any) -> tuple[EagerTensor, EagerTensor]:
    """Both as tensors, a number in the other's dtype."""
    x, y = read(x), read(y)
    like = next((each.dtype for each in (x, y) if isinstance(each, EagerTensor)), formats.float32)
    return convert(x, like=like), convert(y, like=like)


NAMES = [
    *SAME,
    *OTHERS,
    *"""divide_no_nan multiply_no_nan squared_difference rsqrt softplus softsign add_n accumulate_n scalar_mul
    clip_by_value clip_by_norm global_norm clip_by_global_norm lbeta ndtr""".split(),
]
