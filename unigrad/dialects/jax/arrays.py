"""Array: the dialect's array class, what may become one, and the dtype that several of them share.

JAX's *weak* arrays (made of Python scalars, and giving way to any other dtype of their kind) are a subclass, so that
weakness needs no room in an Array and costs nothing where there is none.
"""

from __future__ import annotations

import functools
from collections.abc import Iterator
from typing import TYPE_CHECKING, Any, Final

import unigrad as ug
from unigrad import DType, dtypes
from unigrad.dialects.jax.precision import KINDS, canonical, default_dtype, promote
from unigrad.dialects.jax.refusals import IntegerOutOfRange
from unigrad.errors import ArgumentError

NUMBERS: Final = {bool: "bool", int: "integer", float: "real", complex: "complex"}
"""Python's numbers, and the kinds of dtypes that they have."""


if TYPE_CHECKING:  # the members that `unigrad.dialects.jax.members` gives to the class

    class _Members(ug.Tensor):
        __slots__ = ()

        at: Any
        weak_type: bool

        def __getitem__(self, key: Any) -> Array: ...
        def __iter__(self) -> Iterator[Array]: ...
        def __add__(self, other: Any) -> Array: ...
        def __sub__(self, other: Any) -> Array: ...
        def __mul__(self, other: Any) -> Array: ...
        def __truediv__(self, other: Any) -> Array: ...
        def __pow__(self, other: Any) -> Array: ...
        def __radd__(self, other: Any) -> Array: ...
        def __rsub__(self, other: Any) -> Array: ...
        def __rmul__(self, other: Any) -> Array: ...
        def __rtruediv__(self, other: Any) -> Array: ...
        def __neg__(self) -> Array: ...
        def __lt__(self, other: Any) -> Array: ...
        def __le__(self, other: Any) -> Array: ...
        def __gt__(self, other: Any) -> Array: ...
        def __ge__(self, other: Any) -> Array: ...
        def astype(self, dtype: Any, copy: bool = False) -> Array: ...
        def reshape(self, *shape: Any) -> Array: ...
        def detach(self) -> Array: ...
        def block_until_ready(self) -> Array: ...
else:
    _Members = ug.Tensor


class Array(_Members):
    """An array of numbers that does not change; its functions are those of ``jnp``."""

    __slots__ = ()


class WeakArray(Array):
    """An array made of Python scalars: beside another array it takes that one's dtype, unless its kind is higher."""

    __slots__ = ()


F: Final = ug.Functions(Array)


format_of: Final = functools.cache(dtypes.dtype)
"""unigrad's dtype for a library's own."""


def dtype_of(x: Any) -> DType:
    """Unigrad's dtype of an Array; its public ``dtype`` is NumPy's."""
    return format_of(x.raw.dtype)


def alias(x: ug.Tensor, array_class: type[Array] = Array) -> Array:
    """Another object for the same array, at the same place in the graph."""
    made = array_class()
    made.raw, made.xp, made.node, made.form = x.raw, x.xp, x.node, x.form
    return made


def is_arraylike(x: Any) -> bool:
    """Whether JAX's functions take `x`: an array, a NumPy array or scalar, a Python number; no lists."""
    return type(x) in NUMBERS or isinstance(x, ug.Tensor) or (hasattr(x, "dtype") and hasattr(x, "shape"))


def operand(x: Any, what: str, position: int = 0) -> Array:
    """`x` as an Array; raises `ArgumentError` for a list, a string or None, which are no arrays."""
    if isinstance(x, Array):
        return x
    if type(x) in NUMBERS:
        return scalar(x)
    if isinstance(x, ug.Tensor):
        return alias(x)
    if not is_arraylike(x):
        raise ArgumentError(
            f"{what} requires ndarray or scalar arguments, got {type(x)} at position {position}; "
            "make an array of it with jnp.array"
        )
    return from_foreign(x)


def strong(x: Any, what: str, position: int = 0) -> Array:
    """`operand`, as an array that is not weak: what functions other than elementwise ones compute with."""
    given = operand(x, what, position)
    return alias(given) if type(given) is WeakArray else given


def scalar(x: Any, dtype: DType | None = None) -> Array:
    """A Python number as an Array without axes, weak unless it is a boolean or has a dtype given."""
    kind = NUMBERS[type(x)]
    chosen = default_dtype(kind) if dtype is None else dtype
    if kind == "integer":
        check_range(x, chosen)
    made: Array = F.asarray(x, dtype=chosen)
    return weak(made) if dtype is None and kind != "bool" else made


def weak(x: Array) -> Array:
    """`x`, which nobody else holds yet, as a weak array."""
    x.__class__ = WeakArray
    return x


def check_range(x: int, dtype: DType) -> None:
    """Raise `IntegerOutOfRange` unless an integer `dtype` holds `x`."""
    if dtype.kind == "integer":
        bits, signed = int(dtype.name.lstrip("uint")), dtype.name[0] == "i"
        low, high = (-(1 << (bits - 1)), 1 << (bits - 1)) if signed else (0, 1 << bits)
        if not low <= x < high:
            raise IntegerOutOfRange(f"Python integer {x} out of bounds for {dtype}; give a wider dtype")


def from_foreign(x: Any) -> Array:
    """An array of another library, NumPy's above all, copied in the 32-bit dtype of its kind unless 64 bits are on."""
    made: Array = F.asarray(x, dtype=canonical(dtypes.dtype(x.dtype)))
    return made


def result_dtype(operands: tuple[Any, ...]) -> tuple[DType, bool]:
    """The dtype that Arrays and Python numbers take together, and whether it is weak."""
    strong: DType | None = None
    weakest = -1
    for each in operands:
        kind = NUMBERS.get(type(each))
        if kind is None:
            dtype = dtype_of(each)
            if type(each) is not WeakArray:
                strong = dtype if strong is None else promote(strong, dtype)
                continue
            kind = dtype.kind
        elif kind == "bool":
            strong = dtypes.bool_ if strong is None else promote(strong, dtypes.bool_)
            continue
        weakest = max(weakest, KINDS.index(kind))
    if strong is None:
        return default_dtype(KINDS[weakest]), True
    if weakest <= KINDS.index(strong.kind):
        return strong, False
    if strong.kind == "real":  # beside a weak complex number
        return (dtypes.complex128 if strong is dtypes.float64 else dtypes.complex64), False
    return default_dtype(KINDS[weakest]), True


def cast(x: Array, dtype: DType) -> Array:
    """`x` in another dtype, recorded where both are floating; itself where it has it already."""
    if format_of(x.raw.dtype) is dtype:
        return x
    made: Array = F.astype(x, dtype)
    return made


def promoted(*values: Any, what: str) -> tuple[Array, ...]:
    """`values` as Arrays of one dtype."""
    operands = tuple(operand(value, what, position) for position, value in enumerate(values))
    dtype, _ = result_dtype(operands)
    return tuple(strong(cast(each, dtype), what) for each in operands)


def plain(x: Array) -> ug.Tensor:
    """The same array as a Tensor of unigrad's own class."""
    tensor = ug.Tensor()
    tensor.raw, tensor.xp, tensor.node, tensor.form = x.raw, x.xp, x.node, x.form
    return tensor


def settled(value: Any) -> Any:
    """`value` with 64-bit Arrays in it (itself, or in tuples and lists) in the 32-bit dtype of their kind, unless 64 bits are on."""
    if isinstance(value, Array):
        return cast(value, canonical(dtype_of(value)))
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*map(settled, value))
    return type(value)(map(settled, value)) if isinstance(value, (tuple, list)) else value
