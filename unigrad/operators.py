"""Operators: Python's arithmetic, comparison and indexing of Tensors, in the spelling of the primitives.

The class below is never instantiated: its members are given to `unigrad.graph.Tensor` when this module is imported, so
that the graph itself knows no primitive.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from unigrad import primitives, settings
from unigrad.conversion import constant
from unigrad.errors import DTypeError, InPlaceError, ShapeError
from unigrad.graph import Leaf, Tensor, add_members, as_tensor
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
        _to_levels_of(value, x)
        x.raw = value.raw
    else:
        _to_levels_of(value, x)
        x.raw, x.node, x.form = value.raw, value.node, value.form
    return x


def _to_levels_of(value: Tensor, x: Tensor) -> None:
    """Move `x` to the virtual backends of what it is about to hold, which take note of it."""
    if value.xp is not x.xp:
        for level in getattr(value.xp, "levels", frozenset()) - getattr(x.xp, "levels", frozenset()):
            level.write(x)
        x.xp = value.xp


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

    def __getitem__(self, key: Any) -> Tensor:
        """`primitives.getitem`: integers, slices, ``...``, None, arrays of integers or booleans."""
        return primitives.getitem(as_tensor(self), key=key)

    def __setitem__(self, key: Any, value: Any) -> None:
        """Put `value` at `key`, recorded; the Tensor holds a new array afterwards, and earlier views keep the old one."""
        x = as_tensor(self)
        if isinstance(x.node, Leaf):
            _only_unrecorded(x)
        values = (
            value
            if isinstance(value, Tensor)
            else constant(value, x.xp, dtype=x.dtype if isinstance(value, (int, float)) else None)
        )
        if values.xp is settings.host() and x.xp.__backend__ is not values.xp.__backend__ and values.node is None:
            values = constant(values.raw, x.xp)
        if _loses_its_kind(values, x):
            raise DTypeError(f"an array of dtype '{x.dtype}' cannot hold values of dtype '{values.dtype}'; use astype")
        assign(x, primitives.index_set(x, primitives.astype(values, x.dtype), key=key))

    def __len__(self) -> int:
        """The length of the first axis."""
        shape = as_tensor(self).raw.shape
        if not shape:
            raise ShapeError("an array without axes has no len(); use .size, or item() for its value")
        return int(shape[0])

    def __iter__(self) -> Iterator[Tensor]:
        """The sub-arrays along the first axis, recorded."""
        x = as_tensor(self)
        return (x[i] for i in range(len(self)))

    def __contains__(self, value: Any) -> bool:
        return bool(primitives.any(primitives.equal(as_tensor(self), value)))


add_members(Tensor, Operators)
