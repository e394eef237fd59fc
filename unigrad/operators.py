"""Operators: what a Tensor can do besides having a place in the graph, that is Python's spelling of the primitives.

The class below is never instantiated: its members are given to `unigrad.graph.Tensor` when this module is imported, so
that the graph itself knows no primitive.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from typing import Any, cast

from unigrad import primitives, settings
from unigrad.backend import Backend
from unigrad.conversion import constant, format_of
from unigrad.dtypes import DType
from unigrad.errors import ArgumentError, DTypeError, InPlaceError, NotRecorded, ShapeError
from unigrad.graph import Leaf, Tensor, add_members, make_tensor
from unigrad.recording import recording_flag


def _reflected(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def reflected(self: Any, other: Any) -> Any:
        return operation(other, self)

    reflected.__doc__ = operation.__doc__
    return reflected


def _in_place(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def in_place(self: Any, other: Any) -> Any:
        return assign(self, operation(self, other))

    in_place.__doc__ = f"In place: {operation.__doc__}"
    return in_place


def assign(x: Tensor, value: Tensor) -> Tensor:
    """Make `x` hold `value`, of the same shape, in its own dtype; functional inside: a new array and a recorded operation.

    Raises `InPlaceError` for a leaf while recording, `ShapeError`, and `DTypeError` where the dtype would lose its kind.
    """
    if tuple(value.raw.shape) != tuple(x.raw.shape):
        raise ShapeError(f"an array of shape {x.shape} cannot hold a result of shape {value.shape} in place")
    if _loses_its_kind(value, x):
        raise DTypeError(
            f"an array of dtype '{x.dtype}' cannot hold a result of dtype '{value.dtype}' in place; use astype"
        )
    value = primitives.astype(value, x.dtype)
    if isinstance(x.node, Leaf):
        _only_unrecorded(x)
        x.raw = value.raw
    else:
        x.raw, x.node, x.form = value.raw, value.node, value.form
    return x


def _loses_its_kind(value: Tensor, x: Tensor) -> bool:
    """Whether `value` would lose more than digits in the dtype of `x`: a fraction, or an imaginary part."""
    kinds = ("bool", "integer", "real", "complex")
    return kinds.index(value.dtype.kind) > kinds.index(x.dtype.kind)


def _only_unrecorded(x: Tensor) -> None:
    if recording_flag.get():
        raise InPlaceError(
            "this Tensor has attach_grad(): changing it in place while recording would lose its gradient; "
            "do it under unigrad.pause(), or on a copy such as x * 1"
        )


def _not_none(operation: Callable[[Any, Any], Any]) -> Callable[[Any, Any], Any]:
    def compared(self: Any, other: Any) -> Any:
        return NotImplemented if other is None or isinstance(other, str) else operation(self, other)

    compared.__doc__ = operation.__doc__
    return compared


class Operators:
    """The members that every Tensor gets."""

    __slots__ = ()

    __array_ufunc__ = None  # so that ndarray * Tensor is left to the Tensor
    __array_priority__ = 1000
    __hash__ = object.__hash__

    __add__ = primitives.add
    __sub__ = primitives.subtract
    __mul__ = primitives.multiply
    __truediv__ = primitives.divide
    __floordiv__ = primitives.floor_divide
    __mod__ = primitives.remainder
    __pow__ = primitives.pow
    __matmul__ = primitives.matmul
    __and__ = primitives.bitwise_and
    __or__ = primitives.bitwise_or
    __xor__ = primitives.bitwise_xor
    __lshift__ = primitives.bitwise_left_shift
    __rshift__ = primitives.bitwise_right_shift
    __radd__ = _reflected(primitives.add)
    __rsub__ = _reflected(primitives.subtract)
    __rmul__ = _reflected(primitives.multiply)
    __rtruediv__ = _reflected(primitives.divide)
    __rfloordiv__ = _reflected(primitives.floor_divide)
    __rmod__ = _reflected(primitives.remainder)
    __rpow__ = _reflected(primitives.pow)
    __rmatmul__ = _reflected(primitives.matmul)
    __rand__ = _reflected(primitives.bitwise_and)
    __ror__ = _reflected(primitives.bitwise_or)
    __rxor__ = _reflected(primitives.bitwise_xor)
    __rlshift__ = _reflected(primitives.bitwise_left_shift)
    __rrshift__ = _reflected(primitives.bitwise_right_shift)
    __iadd__ = _in_place(primitives.add)
    __isub__ = _in_place(primitives.subtract)
    __imul__ = _in_place(primitives.multiply)
    __itruediv__ = _in_place(primitives.divide)
    __ifloordiv__ = _in_place(primitives.floor_divide)
    __imod__ = _in_place(primitives.remainder)
    __ipow__ = _in_place(primitives.pow)
    __imatmul__ = _in_place(primitives.matmul)
    __iand__ = _in_place(primitives.bitwise_and)
    __ior__ = _in_place(primitives.bitwise_or)
    __ixor__ = _in_place(primitives.bitwise_xor)
    __ilshift__ = _in_place(primitives.bitwise_left_shift)
    __irshift__ = _in_place(primitives.bitwise_right_shift)
    __neg__ = primitives.negative
    __pos__ = primitives.positive
    __abs__ = primitives.abs
    __invert__ = primitives.bitwise_invert
    __lt__ = primitives.less
    __le__ = primitives.less_equal
    __gt__ = primitives.greater
    __ge__ = primitives.greater_equal
    __eq__ = _not_none(primitives.equal)
    __ne__ = _not_none(primitives.not_equal)

    @property
    def data(self) -> Any:
        """The backend's own array."""
        return _tensor(self).raw

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return tuple(_tensor(self).raw.shape)

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(_tensor(self).raw.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        size = 1
        for length in _tensor(self).raw.shape:
            size *= length
        return size

    @property
    def dtype(self) -> DType:
        """The number format, the same object on every backend; equal to its name and to any library's own."""
        return format_of(_tensor(self).raw.dtype)

    @property
    def backend(self) -> Backend:
        """The backend that holds the array."""
        return _backend(_tensor(self))

    @property
    def device(self) -> Any:
        """Where the array lies, in the backend's own words."""
        x = _tensor(self)
        return x.xp.device_of(x.raw)

    @property
    def T(self) -> Tensor:  # noqa: N802 - the standard's name
        """The array with its axes in reverse order."""
        x = _tensor(self)
        return primitives.permute_dims(x, axes=tuple(reversed(range(x.ndim))))

    @property
    def mT(self) -> Tensor:  # noqa: N802 - the standard's name
        """The array with its last two axes exchanged."""
        return primitives.matrix_transpose(_tensor(self))

    def __getitem__(self, key: Any) -> Tensor:
        """`primitives.getitem`: integers, slices, ``...``, None, arrays of integers or booleans."""
        return primitives.getitem(_tensor(self), key=key)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Put `value` at `key`, recorded; the Tensor holds a new array afterwards, and earlier views keep the old one."""
        x = _tensor(self)
        if isinstance(x.node, Leaf):
            _only_unrecorded(x)
        values = (
            value
            if isinstance(value, Tensor)
            else constant(value, x.xp, dtype=x.dtype if isinstance(value, (int, float)) else None)
        )
        if values.xp is not x.xp and values.node is None and _backend(values).name == "numpy":
            values = constant(values.raw, x.xp)
        if _loses_its_kind(values, x):
            raise DTypeError(f"an array of dtype '{x.dtype}' cannot hold values of dtype '{values.dtype}'; use astype")
        assign(x, primitives.index_set(x, primitives.astype(values, x.dtype), key=key))

    def __len__(self) -> int:
        """The length of the first axis."""
        shape = _tensor(self).raw.shape
        if not shape:
            raise ShapeError("an array without axes has no len(); use .size, or item() for its value")
        return int(shape[0])

    def __iter__(self) -> Iterator[Tensor]:
        """The sub-arrays along the first axis, recorded."""
        x = _tensor(self)
        return (x[i] for i in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return bool(primitives.any(primitives.equal(_tensor(self), value)))

    def __bool__(self) -> bool:
        """The truth of the one element; `ShapeError` where there are more."""
        return bool(_one_value(_tensor(self), "bool()", "; use .any() or .all()"))

    def __int__(self) -> int:
        """The one element as an integer."""
        return int(_one_value(_tensor(self), "int()"))

    def __float__(self) -> float:
        """The one element as a float."""
        return float(_one_value(_tensor(self), "float()"))

    def __complex__(self) -> complex:
        """The one element as a complex number."""
        return complex(_one_value(_tensor(self), "complex()"))

    def __index__(self) -> int:
        """The one element of an integer array."""
        x = _tensor(self)
        if x.dtype.kind != "integer" or x.ndim:
            raise DTypeError(
                f"only an integer without axes can stand for an index; this has dtype '{x.dtype}' and shape {x.shape}"
            )
        return int(_one_value(x, "index"))

    def __format__(self, spec: str) -> str:
        return format(_one_value(_tensor(self), "format()"), spec) if spec else str(self)

    def item(self) -> Any:
        """The one element as a Python number."""
        return _one_value(_tensor(self), "item()")

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        return self.numpy().tolist()

    def numpy(self) -> Any:
        """The values as a NumPy array that cannot be written; a copy only where the array lies elsewhere. Not recorded."""
        x = _tensor(self)
        return x.xp.read_only_view(x.raw)

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """For NumPy's implicit conversions; refused where it would cut a graph without a word."""
        x = _tensor(self)
        if x.node is not None and recording_flag.get():
            raise NotRecorded(
                "NumPy functions are not recorded: converting a recorded Tensor would cut its graph; "
                "use unigrad.numpy, or x.detach() or x.numpy() where a constant is meant"
            )
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __dlpack__(self, **options: Any) -> Any:
        """For other libraries' ``from_dlpack``; writing to what they make of it is at the writer's risk."""
        x = _tensor(self)
        if x.node is not None and recording_flag.get():
            raise NotRecorded("other libraries' functions are not recorded; use x.detach() where a constant is meant")
        return x.xp.to_dlpack(x.raw, **options)

    def __dlpack_device__(self) -> Any:
        return _tensor(self).raw.__dlpack_device__()

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """`unigrad.numpy`, so that code written for the array API standard finds its functions."""
        return importlib.import_module("unigrad.numpy")

    def to_backend(self, name: str | Backend, device: Any = None) -> Tensor:
        """The values as a constant on another backend, by DLPack where both know it; itself where it is there already."""
        x = _tensor(self)
        chosen = settings.choose(name, device)
        if chosen.xp is x.xp:
            return self.to(device) if device is not None else x
        if x.node is not None and recording_flag.get():
            raise NotRecorded(
                f"a gradient cannot cross from '{_backend(x).name}' to '{chosen.backend.name}'; use x.detach().to_backend(…)"
            )
        return make_tensor(_moved(x, chosen), chosen.xp)

    def to(self, device: Any) -> Tensor:
        """The array on another device of its backend, recorded."""
        return primitives.to_device(_tensor(self), device=device)

    to_device = to

    def detach(self) -> Tensor:
        """The values as a constant: no gradient flows through it."""
        return primitives.stop_gradient(_tensor(self))

    def zero_(self) -> Tensor:
        """Zeros, in place."""
        x = _tensor(self)
        return assign(x, primitives.zeros_like(x))

    def copy(self) -> Tensor:
        """The same values in another Tensor, recorded."""
        return primitives.positive(_tensor(self))

    def astype(self, dtype: Any, copy: bool = True) -> Tensor:
        """The array in another dtype; recorded between floating dtypes."""
        return primitives.astype(_tensor(self), dtype, copy=copy)

    def reshape(self, *shape: Any) -> Tensor:
        """The same elements in another shape, given as numbers or as one tuple."""
        return primitives.reshape(_tensor(self), shape=shape[0] if len(shape) == 1 else shape)

    def transpose(self, *axes: Any) -> Tensor:
        """The array with its axes in the order given, reversed if none is."""
        order = axes[0] if len(axes) == 1 and not isinstance(axes[0], int) else axes
        return primitives.permute_dims(_tensor(self), axes=order) if order else self.T

    def flatten(self) -> Tensor:
        """All elements along one axis."""
        return primitives.reshape(_tensor(self), shape=(-1,))

    ravel = flatten

    def squeeze(self, axis: Any = None) -> Tensor:
        """The array without axes of length 1."""
        return primitives.squeeze(_tensor(self), axis)

    def swapaxes(self, axis1: int, axis2: int) -> Tensor:
        """The array with two axes exchanged."""
        return primitives.swapaxes(_tensor(self), axis1, axis2)

    def repeat(self, repeats: int, axis: int | None = None) -> Tensor:
        """Each element several times in a row."""
        return primitives.repeat(_tensor(self), repeats, axis=axis)

    def take(self, indices: Any, axis: int | None = None) -> Tensor:
        """The sub-arrays at the positions `indices`."""
        return primitives.take(_tensor(self), indices, axis=axis)

    def dot(self, other: Any) -> Tensor:
        """NumPy's product of vectors and matrices."""
        return primitives.dot(_tensor(self), other)

    def conj(self) -> Tensor:
        """The complex conjugate."""
        return primitives.conj(_tensor(self))

    def round(self) -> Tensor:
        """The nearest whole numbers."""
        return primitives.round(_tensor(self))

    def clip(self, min: Any = None, max: Any = None) -> Tensor:
        """The values kept within bounds."""
        return primitives.clip(_tensor(self), min, max)

    def sum(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Sum over `axis`."""
        return primitives.sum(_tensor(self), axis=axis, keepdims=keepdims)

    def mean(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Mean over `axis`."""
        return primitives.mean(_tensor(self), axis=axis, keepdims=keepdims)

    def prod(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Product over `axis`."""
        return primitives.prod(_tensor(self), axis=axis, keepdims=keepdims)

    def max(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Largest element over `axis`."""
        return primitives.max(_tensor(self), axis=axis, keepdims=keepdims)

    def min(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Smallest element over `axis`."""
        return primitives.min(_tensor(self), axis=axis, keepdims=keepdims)

    def var(self, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """Variance over `axis`."""
        return primitives.var(_tensor(self), axis=axis, correction=ddof, keepdims=keepdims)

    def std(self, axis: Any = None, ddof: float = 0, keepdims: bool = False) -> Tensor:
        """Standard deviation over `axis`."""
        return primitives.std(_tensor(self), axis=axis, correction=ddof, keepdims=keepdims)

    def cumsum(self, axis: int | None = None) -> Tensor:
        """Running sum along `axis`, of the flattened array if there is none."""
        x = _tensor(self)
        return primitives.cumulative_sum(self.flatten() if axis is None else x, axis=0 if axis is None else axis)

    def argmax(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Where the largest element stands."""
        return primitives.argmax(_tensor(self), axis=axis, keepdims=keepdims)

    def argmin(self, axis: int | None = None, keepdims: bool = False) -> Tensor:
        """Where the smallest element stands."""
        return primitives.argmin(_tensor(self), axis=axis, keepdims=keepdims)

    def all(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Whether every element holds."""
        return primitives.all(_tensor(self), axis=axis, keepdims=keepdims)

    def any(self, axis: Any = None, keepdims: bool = False) -> Tensor:
        """Whether some element holds."""
        return primitives.any(_tensor(self), axis=axis, keepdims=keepdims)

    def __repr__(self) -> str:
        x = _tensor(self)
        place = "" if x.node is None else ", leaf" if isinstance(x.node, Leaf) else f", recorded by {x.node.pull.name}"
        if x.xp.is_traced(x.raw):
            return f"Tensor({x.raw}, backend={_backend(x).name}{place})"
        values = str(settings.host().array2string(self.numpy(), separator=", ", prefix="Tensor("))
        empty = f", shape={self.shape}" if not self.size else ""
        return f"Tensor({values}{empty}, dtype={self.dtype}, backend={_backend(x).name}{place})"

    def __str__(self) -> str:
        x = _tensor(self)
        return repr(self) if x.xp.is_traced(x.raw) else str(self.numpy())

    def __copy__(self) -> Tensor:
        return self.copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        x = _constant_only(_tensor(self), "copy.deepcopy")
        return make_tensor(x.xp.copy(x.raw), x.xp)

    def __reduce__(self) -> Any:
        x = _constant_only(_tensor(self), "pickle")
        return _unpickled, (_backend(x).name, x.dtype.name, x.xp.to_numpy(x.raw))


def _tensor(self: Operators) -> Tensor:
    return cast(Tensor, self)


def _backend(x: Tensor) -> Backend:
    return cast(Backend, x.xp.__backend__)


def _moved(x: Tensor, chosen: settings.Choice) -> Any:
    """The array of `x` on another backend, in memory of its own."""
    try:
        # Copied on both sides, as a library whose arrays cannot change copies nothing, and would share the other's buffer.
        data = chosen.xp.copy(chosen.xp.from_dlpack(x.xp.copy(x.raw)))
    except (AttributeError, TypeError, ValueError, RuntimeError, BufferError):
        # No DLPack for this array: a NumPy scalar, a read-only buffer, a dtype or a device that one of the two lacks.
        native = chosen.xp.native_dtype(x.dtype.name)
        return chosen.xp.from_numpy(x.xp.to_numpy(x.raw), dtype=native, device=chosen.device, copy=True)
    return data if chosen.device is None else chosen.xp.to_device(data, chosen.device)


def _constant_only(x: Tensor, what: str) -> Tensor:
    if x.node is not None:
        raise NotRecorded(
            f"{what} cannot take a graph along; use it on x.detach(), and attach_grad() to what comes out"
        )
    return x


def _unpickled(name: str, dtype: str, array: Any) -> Tensor:
    xp = settings.choose(name, None).xp
    return make_tensor(xp.from_numpy(array, dtype=xp.native_dtype(dtype), device=None, copy=True), xp)


def _one_value(x: Tensor, what: str, remedy: str = "; take one with x[…]") -> Any:
    if x.xp.is_traced(x.raw):
        raise ArgumentError(
            f"{what} needs a value, but this Tensor holds a tracer of '{_backend(x).name}'; use where, or leave the jit out"
        )
    if x.size != 1:
        raise ShapeError(f"{what} needs an array of one element, not of shape {tuple(x.shape)}{remedy}")
    return x.xp.item(x.raw)


add_members(Tensor, Operators)
