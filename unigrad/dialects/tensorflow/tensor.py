"""EagerTensor: an array that cannot be changed and prints as TensorFlow's does."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final, NoReturn

import unigrad as ug
from unigrad.dialects.tensorflow import formats
from unigrad.dialects.tensorflow.shape import TensorShape

NATIVE_ONLY: Final = """T mT item tolist astype reshape transpose flatten ravel squeeze swapaxes repeat take dot conj round
clip sum mean prod max min var std cumsum argmax argmin all any size zero_ attach_grad backward grad zero_grad
register_hook register_post_accumulate_grad_hook retain_grad""".split()
"""Members of unigrad's Tensors that TensorFlow's do not have: a program that asks for them is told of the function."""


class EagerTensor(ug.Tensor):
    """An array that cannot be changed. Operators and indexing are in `unigrad.dialects.tensorflow.operators`."""

    __slots__ = ()

    if TYPE_CHECKING:  # what `unigrad.dialects.tensorflow.operators` gives it

        def __add__(self, other: Any) -> EagerTensor: ...
        def __radd__(self, other: Any) -> EagerTensor: ...
        def __sub__(self, other: Any) -> EagerTensor: ...
        def __rsub__(self, other: Any) -> EagerTensor: ...
        def __mul__(self, other: Any) -> EagerTensor: ...
        def __rmul__(self, other: Any) -> EagerTensor: ...
        def __truediv__(self, other: Any) -> EagerTensor: ...
        def __rtruediv__(self, other: Any) -> EagerTensor: ...
        def __floordiv__(self, other: Any) -> EagerTensor: ...
        def __rfloordiv__(self, other: Any) -> EagerTensor: ...
        def __mod__(self, other: Any) -> EagerTensor: ...
        def __rmod__(self, other: Any) -> EagerTensor: ...
        def __pow__(self, other: Any) -> EagerTensor: ...
        def __rpow__(self, other: Any) -> EagerTensor: ...
        def __matmul__(self, other: Any) -> EagerTensor: ...
        def __rmatmul__(self, other: Any) -> EagerTensor: ...
        def __neg__(self) -> EagerTensor: ...
        def __getitem__(self, key: Any) -> EagerTensor: ...

    @property
    def shape(self) -> TensorShape:
        """The length of each axis."""
        return TensorShape(self.raw.shape)

    @property
    def dtype(self) -> formats.DType:
        """The number format."""
        return formats.of_native(self.raw.dtype)

    @property
    def device(self) -> str:
        """Where the array lies, in TensorFlow's words."""
        return f"/job:localhost/replica:0/task:0/device:{_device_of(self)}"

    @property
    def backing_device(self) -> str:
        """Where the array lies."""
        return self.device

    @property
    def name(self) -> NoReturn:
        """Refused, as there is no graph of named operations."""
        raise AttributeError("Tensor.name is undefined when eager execution is enabled.")

    def get_shape(self) -> TensorShape:
        """The length of each axis."""
        return self.shape

    def numpy(self) -> Any:
        """The values as a NumPy array of the caller's own, or a NumPy number where there are no axes. Not recorded."""
        array = self._host()
        return array.copy() if array.shape else array[()]

    def _host(self) -> Any:
        return ug.Tensor.numpy(self)

    def ref(self) -> Reference:
        """Something to have in sets and dictionaries in place of the tensor."""
        return Reference(self)

    def __hash__(self) -> int:
        raise TypeError("a Tensor cannot be hashed, as == compares elements; use x.ref() as the key")

    def __setitem__(self, key: Any, value: Any) -> NoReturn:
        raise TypeError(
            "'EagerTensor' object does not support item assignment; use a tf.Variable and v[i].assign(…), "
            "or tf.tensor_scatter_nd_update"
        )

    def __len__(self) -> int:
        if not self.raw.shape:
            raise TypeError("Scalar tensor has no `len()`")
        return int(self.raw.shape[0])

    def __iter__(self) -> Iterator[EagerTensor]:
        if not self.raw.shape:
            raise TypeError("Cannot iterate over a scalar tensor.")
        return (self[i] for i in range(len(self)))

    def __bool__(self) -> bool:
        return bool(self._host())

    def __int__(self) -> int:
        return int(self._scalar())

    def __float__(self) -> float:
        return float(self._scalar())

    def __complex__(self) -> complex:
        return complex(self._scalar())

    def _scalar(self) -> Any:
        if self.raw.shape:
            raise TypeError(f"only a tensor without axes can be a Python number, not one of shape {self.shape}")
        return self._host()[()]

    def __format__(self, spec: str) -> str:
        return format(self.numpy(), spec)

    def __repr__(self) -> str:
        if self.xp.is_traced(self.raw):
            return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, tracer={self.raw}>"
        return f"<tf.Tensor: shape={self.shape}, dtype={self.dtype.name}, numpy={text_of(self, repr)}>"

    def __str__(self) -> str:
        if self.xp.is_traced(self.raw):
            return repr(self)
        return f"tf.Tensor({text_of(self, str)}, shape={self.shape}, dtype={self.dtype.name})"


def text_of(x: ug.Tensor, form: Any) -> str:
    """The values, as ``form(array)`` gives them: on a line of their own where they take several."""
    array = ug.Tensor.numpy(x)
    text = str(form(array)) if array.shape else repr(array.tolist()) if form is repr else str(array[()])
    return f"\n{text}" if "\n" in text else text


def _device_of(x: ug.Tensor) -> str:
    place = str(x.xp.device_of(x.raw)).lower()
    on_card = "cuda" in place or "gpu" in place
    return f"GPU:{place.rpartition(':')[2] if ':' in place else 0}" if on_card else "CPU:0"


class Reference:
    """A tensor or variable as a key: two of one object are equal."""

    __slots__ = ("_object",)

    def __init__(self, referred: Any) -> None:
        self._object = referred

    def deref(self) -> Any:
        """The tensor or variable."""
        return self._object

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Reference) and self._object is other._object

    def __hash__(self) -> int:
        return id(self._object)

    def __repr__(self) -> str:
        return f"<Reference wrapping {self._object!r}>"


class _NativeOnly:
    """A member that TensorFlow's tensors do not have."""

    def __init__(self, name: str) -> None:
        self._name = name

    def __get__(self, instance: Any, owner: Any = None) -> NoReturn:
        raise ug.MissingName(
            f"'EagerTensor' object has no attribute '{self._name}': TensorFlow's tensors have few methods; "
            f"use the function of tf, such as tf.reduce_sum, or x.numpy().{self._name}",
            name=self._name,
        )

    def __set__(self, instance: Any, value: Any) -> NoReturn:
        self.__get__(instance)


for _name in NATIVE_ONLY:
    setattr(EagerTensor, _name, _NativeOnly(_name))
