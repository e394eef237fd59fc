"""tf.TensorSpec: what is known of a tensor before it is there, and the arguments that fit such specifications."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.tensorflow import formats, nest
from unigrad.dialects.tensorflow.conversion import convert, read
from unigrad.dialects.tensorflow.errors import InvalidArgumentError
from unigrad.dialects.tensorflow.shape import TensorShape
from unigrad.dialects.tensorflow.tensor import EagerTensor


class SignatureError(InvalidArgumentError, TypeError):
    """Arguments that do not fit the signature of a function that `tf.function` has made."""


class TensorSpec:
    """A shape, in which None is any length, or None for any shape; a dtype; and a name."""

    __slots__ = ("dtype", "name", "shape")

    def __init__(self, shape: Any, dtype: Any = formats.float32, name: str | None = None) -> None:
        self.shape: TensorShape | None = None if shape is None else TensorShape(shape)
        self.dtype: formats.DType = formats.as_dtype(dtype)
        self.name = name

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The specification of `tensor`."""
        return cls(tensor.shape, tensor.dtype, name)

    @classmethod
    def from_spec(cls, spec: TensorSpec, name: str | None = None) -> TensorSpec:
        """`spec` under another name."""
        return cls(spec.shape, spec.dtype, name or spec.name)

    def is_compatible_with(self, spec_or_tensor: Any) -> bool:
        """Whether a tensor of the one could be one of the other."""
        shape = spec_or_tensor.shape
        fits = self.shape is None or shape is None or self.shape.is_compatible_with(shape)
        return fits and self.dtype == formats.as_dtype(spec_or_tensor.dtype)

    def is_fully_defined(self) -> bool:
        """Whether the shape is known."""
        return self.shape is not None and self.shape.is_fully_defined()

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and self._facts() == other._facts()

    def __hash__(self) -> int:
        return hash(self._facts())

    def _facts(self) -> tuple[Any, ...]:
        return (self.shape, self.dtype, self.name)

    def __repr__(self) -> str:
        shape = "<unknown>" if self.shape is None else str(self.shape)
        return f"TensorSpec(shape={shape}, dtype={self.dtype!r}, name={self.name!r})"


def fitted(spec: Any, value: Any) -> Any:
    """`value` as the structure of tensors that `spec` asks for. Raises `SignatureError`, a TypeError, where it does not fit."""
    try:
        return nest.map_structure(_fitted, spec, value)
    except SignatureError:
        raise
    except ValueError as error:
        raise SignatureError(f"an argument does not fit the input_signature {spec}: {error}") from error


def _fitted(spec: TensorSpec, value: Any) -> EagerTensor:
    if not isinstance(spec, TensorSpec):
        raise SignatureError(f"an input_signature is made of tf.TensorSpec, not of '{type(spec).__name__}'")
    try:
        tensor = convert(read(value), dtype=spec.dtype)
    except (ug.UnigradError, TypeError) as error:
        raise SignatureError(f"the argument {value!r} cannot be a tensor of {spec}: {error}") from error
    if not spec.is_compatible_with(tensor):
        raise SignatureError(f"an argument has the shape {tensor.shape}, which does not fit {spec}")
    return tensor
