"""Functions that make tensors, and those that change their format."""

from __future__ import annotations

import logging
import math
from typing import Any, Final

import unigrad as ug
from unigrad import settings
from unigrad.dialects.tensorflow import formats
from unigrad.dialects.tensorflow.conversion import adopted, convert, read
from unigrad.dialects.tensorflow.errors import ConversionError, InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.shape import TensorShape
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.dialects.tensorflow.variable import Variable
from unigrad.graph import make_tensor

_log: Final = logging.getLogger("tensorflow")


def constant(value: Any, dtype: Any = None, shape: Any = None, name: Any = None) -> EagerTensor:
    """`value` as a tensor; with ``shape`` reshaped to it, or repeated to fill it where there is one number.

    Raises `ConversionError`, a TypeError, for floats as integers and for another number of elements.
    """
    made = convert(value, dtype=dtype)
    if shape is None:
        return made
    lengths = lengths_of(shape)
    if math.prod(made.shape) == math.prod(lengths):
        return F.reshape(made, lengths)
    if math.prod(made.shape) == 1:
        return F.broadcast_to(F.reshape(made, ()), lengths)
    raise ConversionError(
        f"tf.constant cannot give {math.prod(made.shape)} elements the shape {lengths}; use tf.reshape or tf.broadcast_to"
    )


def convert_to_tensor(value: Any, dtype: Any = None, dtype_hint: Any = None, name: Any = None) -> EagerTensor:
    """`value` as a tensor; ``dtype`` is demanded, and raises `ConversionError`, a ValueError, where it is not had."""
    if isinstance(value, Variable):
        value = value.value()
    return convert(value, dtype=dtype, like=dtype_hint)


def lengths_of(shape: Any) -> tuple[int, ...]:
    """A shape given as a number, a sequence or a tensor, as a tuple."""
    shape = read(shape)
    if isinstance(shape, ug.Tensor):
        array = ug.Tensor.numpy(shape)
        return tuple(int(n) for n in array) if array.shape else (int(array),)
    if isinstance(shape, int) or hasattr(shape, "__index__"):
        return (int(shape),)
    return tuple(int(n) for n in shape)


def number(value: Any) -> Any:
    """A tensor without axes as a Python number; what is none as it is."""
    value = read(value)
    if isinstance(value, ug.Tensor):
        return ug.Tensor.numpy(value).item()
    return value.item() if hasattr(value, "item") else value


def _numbers_dtype(values: list[Any]) -> Any:
    given = [read(each) for each in values if each is not None]
    typed = next((each.dtype for each in given if isinstance(each, EagerTensor)), None)
    if typed is not None:
        return typed
    whole = all(isinstance(each, int) or "int" in str(getattr(each, "dtype", "")) for each in given)
    return formats.int32 if whole else formats.float32


def range(start: Any, limit: Any = None, delta: Any = 1, dtype: Any = None, name: Any = "range") -> EagerTensor:
    """Numbers from `start` (0 if there is only one argument) to below `limit` in steps of `delta`: int32 for whole numbers."""
    dtype = _numbers_dtype([start, limit, delta]) if dtype is None else formats.as_dtype(dtype)
    first, last = (0, start) if limit is None else (start, limit)
    first, last, step = number(first), number(last), number(delta)
    if step == 0:
        raise InvalidArgumentError("tf.range needs a delta that is not 0")
    return F.arange(first, last, step, dtype=dtype)


def linspace(start: Any, stop: Any, num: Any, name: Any = None, axis: int = 0) -> EagerTensor:
    """`num` evenly spaced values from `start` to `stop`, both included, along a new axis; float64 for Python's whole numbers."""
    first = convert(start)
    if not first.dtype.is_floating:
        first = F.astype(first, formats.float64)
    last = F.astype(convert(stop), first.dtype)
    count = int(number(num))
    steps = F.linspace(0.0, 1.0, max(count, 1), dtype=first.dtype)
    line = F.reshape(steps, (-1,) + (1,) * len(first.shape))
    values = first * (1.0 - line) + last * line
    return values if axis == 0 else F.moveaxis(values, 0, axis)


def zeros(shape: Any, dtype: Any = formats.float32, name: Any = None, layout: Any = None) -> EagerTensor:
    """Zeros, float32 unless another dtype is given."""
    return F.zeros(lengths_of(shape), dtype=formats.as_dtype(dtype))


def ones(shape: Any, dtype: Any = formats.float32, name: Any = None, layout: Any = None) -> EagerTensor:
    """Ones, float32 unless another dtype is given."""
    return F.ones(lengths_of(shape), dtype=formats.as_dtype(dtype))


def fill(dims: Any, value: Any, name: Any = None, layout: Any = None) -> EagerTensor:
    """`value` everywhere, in its dtype."""
    return F.broadcast_to(convert(value), lengths_of(dims))


def zeros_like(input: Any, dtype: Any = None, name: Any = None, layout: Any = None) -> EagerTensor:
    """Zeros of the shape and dtype of `input`."""
    return F.zeros_like(convert(input), dtype=dtype)


def ones_like(input: Any, dtype: Any = None, name: Any = None, layout: Any = None) -> EagerTensor:
    """Ones of the shape and dtype of `input`."""
    return F.ones_like(convert(input), dtype=dtype)


def eye(
    num_rows: Any, num_columns: Any = None, batch_shape: Any = None, dtype: Any = formats.float32, name: Any = None
) -> EagerTensor:
    """Ones on the diagonal; with ``batch_shape`` as many such matrices."""
    rows = int(number(num_rows))
    matrix = F.eye(rows, rows if num_columns is None else int(number(num_columns)), dtype=formats.as_dtype(dtype))
    return matrix if batch_shape is None else F.broadcast_to(matrix, (*lengths_of(batch_shape), *matrix.shape))


def one_hot(
    indices: Any,
    depth: Any,
    on_value: Any = None,
    off_value: Any = None,
    axis: int | None = None,
    dtype: Any = None,
    name: Any = None,
) -> EagerTensor:
    """``on_value`` (1) at the position that each index names along a new axis of length `depth`, else ``off_value`` (0)."""
    positions, count = convert(indices), int(number(depth))
    axis = -1 if axis is None else axis
    line = [1] * (len(positions.shape) + 1)
    line[axis] = count
    hit = F.equal(F.expand_dims(positions, axis=axis), F.reshape(F.arange(count, dtype=positions.dtype), tuple(line)))
    if dtype is None:
        given = next((each for each in (on_value, off_value) if each is not None), None)
        dtype = formats.float32 if given is None else convert(given).dtype
    on, off = convert(1 if on_value is None else on_value), convert(0 if off_value is None else off_value)
    return F.where(hit, F.astype(on, dtype), F.astype(off, dtype))


def cast(x: Any, dtype: Any, name: Any = None) -> EagerTensor:
    """`x` in another dtype; fractions and imaginary parts are cut off. Recorded between floating dtypes."""
    value, wanted = convert(x), formats.as_dtype(dtype)
    if value.dtype.is_complex and wanted.kind not in ("complex", "bool"):
        _log.warning("casting %s to %s discards the imaginary part; use tf.math.real", value.dtype.name, wanted.name)
        value = F.real(value)
    return F.astype(value, wanted)


def saturate_cast(value: Any, dtype: Any, name: Any = None) -> EagerTensor:
    """`value` in another dtype, kept within its range."""
    x, wanted = convert(value), formats.as_dtype(dtype)
    return F.astype(F.clip(x, float(max(x.dtype.min, wanted.min)), float(min(x.dtype.max, wanted.max))), wanted)


def identity(input: Any, name: Any = None) -> EagerTensor:
    """The same values in another tensor, recorded."""
    x = convert(input)
    return F.reshape(x, x.shape)


def stop_gradient(input: Any, name: Any = None) -> EagerTensor:
    """The values as a constant: no gradient flows through it."""
    x = convert(input)
    return adopted(make_tensor(x.raw, x.xp))


def shape(input: Any, out_type: Any = formats.int32, name: Any = None) -> EagerTensor:
    """The length of each axis, as a tensor; ``x.shape`` has them as a TensorShape."""
    return constant(list(convert(input).shape), dtype=out_type)


def size(input: Any, out_type: Any = formats.int32, name: Any = None) -> EagerTensor:
    """The number of elements."""
    return constant(math.prod(convert(input).shape), dtype=out_type)


def rank(input: Any, name: Any = None) -> EagerTensor:
    """The number of axes."""
    return constant(len(convert(input).shape))


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor or a Variable."""
    return isinstance(x, (EagerTensor, Variable))


def get_static_value(tensor: Any, partial: bool = False) -> Any:
    """The values as a NumPy array."""
    return convert(tensor).numpy()


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> TensorShape:
    """The shape that two shapes are broadcast to. Raises ValueError where they do not fit."""
    return TensorShape(settings.host().broadcast_shapes(tuple(shape_x), tuple(shape_y)))
