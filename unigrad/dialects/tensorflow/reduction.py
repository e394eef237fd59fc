"""Reductions and running sums: they keep the dtype, of integers too."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.tensorflow import formats
from unigrad.dialects.tensorflow.conversion import convert, read
from unigrad.dialects.tensorflow.creation import number
from unigrad.dialects.tensorflow.errors import DTypeMismatch, InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.tensor import EagerTensor


def axes_of(axis: Any) -> Any:
    """`axis` as a number, a tuple of numbers, or None."""
    if axis is None or type(axis) is int:
        return axis
    axis = read(axis)
    if isinstance(axis, EagerTensor):
        axis = axis.numpy().tolist()
    return int(axis) if not isinstance(axis, (list, tuple)) else tuple(int(number(each)) for each in axis)


def _reduced(primitive: str, x: Any, axis: Any, keepdims: bool) -> EagerTensor:
    x = convert(x)
    if x.form is None and x.dtype.is_bool:
        raise DTypeMismatch(
            f"a reduction of truth values by '{primitive}': use tf.reduce_any or tf.reduce_all, or tf.cast to tf.int32"
        )
    try:
        result = getattr(F, primitive)(x, axis=axes_of(axis), keepdims=bool(keepdims))
    except (ValueError, IndexError) as error:
        if isinstance(error, InvalidArgumentError):
            raise
        raise InvalidArgumentError(str(error)) from error
    return result if x.form is not None or result.dtype is x.dtype else F.astype(result, x.dtype)


def reduce_sum(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> EagerTensor:
    """Sum over `axis`, a number or several, all if there is none."""
    return _reduced("sum", input_tensor, axis, keepdims)


def reduce_mean(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> EagerTensor:
    """Mean over `axis`; a whole number for integers, the fraction cut off."""
    x = convert(input_tensor)
    if x.form is None and x.dtype.is_integer:
        return F.astype(_reduced("mean", F.astype(x, formats.float64), axis, keepdims), x.dtype)
    return _reduced("mean", x, axis, keepdims)


def reduce_prod(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> EagerTensor:
    """Product over `axis`."""
    return _reduced("prod", input_tensor, axis, keepdims)


def reduce_max(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> EagerTensor:
    """Largest element over `axis`."""
    return _reduced("max", input_tensor, axis, keepdims)


def reduce_min(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> EagerTensor:
    """Smallest element over `axis`."""
    return _reduced("min", input_tensor, axis, keepdims)


def reduce_logsumexp(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> EagerTensor:
    """Log Σ eˣ over `axis`, without overflow."""
    return _reduced("logsumexp", input_tensor, axis, keepdims)


def reduce_variance(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> EagerTensor:
    """Mean square of the distances from the mean."""
    return _reduced("var", _floating(input_tensor), axis, keepdims)


def reduce_std(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> EagerTensor:
    """Square root of the variance."""
    return _reduced("std", _floating(input_tensor), axis, keepdims)


def reduce_euclidean_norm(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> EagerTensor:
    """Square root of the sum of squares."""
    return _reduced("vector_norm", _floating(input_tensor), axis, keepdims)


def _floating(x: Any) -> EagerTensor:
    value = convert(x)
    if not (value.dtype.is_floating or value.dtype.is_complex):
        raise DTypeMismatch(
            f"this reduction takes floating numbers, not {value.dtype!r}; cast with tf.cast(x, tf.float32)"
        )
    return value


def reduce_all(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> EagerTensor:
    """Whether every element holds."""
    return F.all(_booleans(input_tensor), axis=axes_of(axis), keepdims=bool(keepdims))


def reduce_any(input_tensor: Any, axis: Any = None, keepdims: bool = False, name: Any = None) -> EagerTensor:
    """Whether some element holds."""
    return F.any(_booleans(input_tensor), axis=axes_of(axis), keepdims=bool(keepdims))


def _booleans(x: Any) -> EagerTensor:
    value = convert(x)
    if not value.dtype.is_bool:
        raise DTypeMismatch(
            f"tf.reduce_all and tf.reduce_any take truth values, not {value.dtype!r}; compare, as in x != 0"
        )
    return value


def count_nonzero(
    input: Any, axis: Any = None, keepdims: bool | None = None, dtype: Any = formats.int64, name: Any = None
) -> EagerTensor:
    """How many elements are not zero, int64 unless another dtype is given."""
    return F.astype(F.count_nonzero(convert(input), axis=axes_of(axis), keepdims=bool(keepdims)), dtype)


def argmax(input: Any, axis: Any = None, output_type: Any = formats.int64, name: Any = None) -> EagerTensor:
    """Where the largest element stands along `axis`, the first axis if none is given."""
    return F.astype(F.argmax(convert(input), axis=axes_of(axis) or 0), output_type)


def argmin(input: Any, axis: Any = None, output_type: Any = formats.int64, name: Any = None) -> EagerTensor:
    """Where the smallest element stands along `axis`, the first axis if none is given."""
    return F.astype(F.argmin(convert(input), axis=axes_of(axis) or 0), output_type)


def cumsum(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: Any = None) -> EagerTensor:
    """Running sum along `axis`; ``exclusive`` leaves each element out of its own, ``reverse`` starts at the end."""
    return _running("cumulative_sum", 0, x, axis, exclusive, reverse)


def cumprod(x: Any, axis: Any = 0, exclusive: bool = False, reverse: bool = False, name: Any = None) -> EagerTensor:
    """Running product along `axis`, with the options of `cumsum`."""
    return _running("cumulative_prod", 1, x, axis, exclusive, reverse)


def _running(primitive: str, neutral: int, x: Any, axis: Any, exclusive: bool, reverse: bool) -> EagerTensor:
    x, axis = convert(x), int(number(axis))
    if not -len(x.shape) <= axis < len(x.shape):
        raise InvalidArgumentError(f"the axis {axis} is not there in shape {x.shape}")
    turned = F.flip(x, axis=axis) if reverse else x
    if exclusive:
        key = [slice(None)] * len(x.shape)
        key[axis] = slice(0, 1)
        first = F.full_like(F.zeros_like(turned[tuple(key)]), neutral)
        key[axis] = slice(0, -1)
        turned = F.concat([F.astype(first, x.dtype), turned[tuple(key)]], axis=axis)
    run = getattr(F, primitive)(turned, axis=axis)
    run = run if run.dtype is x.dtype else F.astype(run, x.dtype)
    return F.flip(run, axis=axis) if reverse else run


NAMES = """reduce_sum reduce_mean reduce_prod reduce_max reduce_min reduce_logsumexp reduce_variance reduce_std
reduce_euclidean_norm reduce_all reduce_any count_nonzero argmax argmin cumsum cumprod""".split()
