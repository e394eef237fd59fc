"""Conversion: an EagerTensor from whatever a program hands over, in the dtype that TensorFlow would give it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final, cast

import unigrad as ug
from unigrad import settings
from unigrad.dialects.tensorflow import formats
from unigrad.dialects.tensorflow.errors import ConversionError
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.graph import make_tensor

READABLE: Final[set[type]] = set()
"""Variables and their parts: what is no tensor, but can be read as one."""


def read(value: Any) -> Any:
    """`value`, where it is a variable or a part of one as the EagerTensor that it holds now."""
    return value._read() if type(value) in READABLE else value


def adopted(value: ug.Tensor) -> EagerTensor:
    """`value`, which nobody else has, as an EagerTensor, in place."""
    value.__class__ = EagerTensor
    return cast(EagerTensor, value)


def convert(value: Any, dtype: Any = None, like: Any = None) -> EagerTensor:
    """`value` as an EagerTensor: what has a dtype keeps it, Python's whole numbers are int32 and its floats float32.

    `dtype` is demanded, `like` the dtype of the operand beside it. Raises `ConversionError` for floats as integers, and
    for a tensor of another dtype than `dtype`.
    """
    value = read(value)
    if type(value) is EagerTensor and dtype is None:
        return value
    wanted = dtype if dtype is not None else like
    wanted = None if wanted is None else formats.as_dtype(wanted)
    if isinstance(value, ug.Tensor):
        return _kept(value, None if dtype is None else wanted)
    if isinstance(value, str):
        raise ConversionError(f"a tensor of text, as {value!r}, is missing: unigrad's arrays hold numbers")
    if isinstance(value, (list, tuple)) and _holds_array(value):
        return _stacked(value, wanted)
    made = _made(value, wanted)
    if wanted is not None and made.dtype is not wanted and not hasattr(value, "dtype") and _loses(made, wanted):
        raise ConversionError(
            f"cannot convert {value!r} to a tensor of dtype {wanted.name}; use tf.cast, or {made.dtype!r}"
        )
    return made if wanted is None or made.dtype is wanted else _cast(made, wanted)


def _made(value: Any, wanted: Any) -> EagerTensor:
    given = hasattr(value, "dtype") or _typed(value)
    direct = wanted if wanted is not None and wanted.kind == "real" else None
    try:
        made = adopted(ug.array(value, dtype=direct))
    except ug.DTypeError:  # complex numbers; those of Python's own are complex128
        made = adopted(ug.array(value))
    if not given and made.dtype is formats.complex64:
        made = adopted(ug.array(value, dtype=formats.complex128))
    if not given and wanted is None and made.dtype is formats.int64 and _fits_32(value, made):
        return _cast(made, formats.int32)
    return made


def _cast(made: EagerTensor, dtype: formats.DType) -> EagerTensor:
    """A new constant in another dtype."""
    return adopted(ug.asarray(made, dtype=dtype))


def _typed(value: Any) -> bool:
    """Whether the innermost elements of a nested list bring a dtype of their own: NumPy's numbers do."""
    while isinstance(value, (list, tuple, range)) and len(value):
        value = value[0]
    return hasattr(value, "dtype")


def _fits_32(value: Any, made: EagerTensor) -> bool:
    if type(value) is int:
        return -(2**31) <= value < 2**31
    array = settings.host().asarray(made.numpy())
    return not array.size or bool(array.min() >= -(2**31) and array.max() < 2**31)


def _loses(made: EagerTensor, wanted: formats.DType) -> bool:
    kinds = ("bool", "integer", "real", "complex")
    return kinds.index(made.dtype.kind) > kinds.index(wanted.kind)


def _kept(value: ug.Tensor, wanted: Any) -> EagerTensor:
    if type(value) is not EagerTensor:
        form = value.form
        value = make_tensor(value.raw, value.xp, value.node)
        value.form = form
        value = adopted(value)
    if wanted is not None and value.dtype is not wanted:
        raise ConversionError(
            f"Tensor conversion requested dtype {wanted.name} for Tensor with dtype {value.dtype.name}; use tf.cast"
        )
    return value


def _holds_array(value: Sequence[Any]) -> bool:
    return any(
        isinstance(read(each), ug.Tensor) or (isinstance(each, (list, tuple)) and _holds_array(each)) for each in value
    )


def _stacked(value: Sequence[Any], wanted: Any) -> EagerTensor:
    from unigrad.dialects.tensorflow.functions import F  # which converts what it is given with this module

    parts = [read(each) for each in value]
    first = next((each.dtype for each in parts if isinstance(each, EagerTensor)), wanted)
    return F.stack([convert(each, like=first) for each in parts])
