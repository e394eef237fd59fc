"""Conversions: what an Array gives of Python's own and of NumPy's: numbers, truth, text, NumPy arrays."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any

from unigrad import is_recording, settings
from unigrad.dialects.jax.arrays import Array, F, WeakArray, dtype_of
from unigrad.dialects.jax.indexing import getitem
from unigrad.dialects.jax.numpy import (
    creation,
    manipulation,
)
from unigrad.dialects.jax.numpy import elementwise as functions
from unigrad.dialects.jax.precision import given_dtype
from unigrad.dialects.jax.refusals import NotOneElement
from unigrad.errors import ArgumentError, DTypeError, NotRecorded


class NotConvertible(NotRecorded, TypeError):
    """A recorded array was to become another library's: a TypeError as in JAX."""


UFUNCS = frozenset(
    "add subtract multiply divide true_divide floor_divide remainder power bitwise_and bitwise_or bitwise_xor left_shift "
    "right_shift less less_equal greater greater_equal equal not_equal".split()
)
"""NumPy's functions that its operators call, with an Array on the right."""


class Conversions:
    """The members; the class is never instantiated."""

    __slots__ = ()

    def __len__(self) -> int:
        x = as_self(self)
        if not x.ndim:
            raise ArgumentError("len() of unsized object: this array has no axes")
        return int(x.raw.shape[0])

    def __iter__(self) -> Iterator[Array]:
        x = as_self(self)
        if not x.ndim:
            raise ArgumentError("iteration over a 0-d array")
        return (getitem(x, i) for i in range(x.raw.shape[0]))

    def __contains__(self, value: Any) -> bool:
        return bool(F.any(as_self(self) == value))

    def __bool__(self) -> bool:
        x = as_self(self)
        if x.size != 1:
            word = "an empty array" if not x.size else "an array with more than one element"
            raise NotOneElement(f"The truth value of {word} is ambiguous. Use a.any() or a.all()")
        return bool(_value(x))

    def __int__(self) -> int:
        return int(_scalar(as_self(self)))

    def __float__(self) -> float:
        _only_constant(as_self(self), "float()")
        return float(_scalar(as_self(self)))

    def __complex__(self) -> complex:
        _only_constant(as_self(self), "complex()")
        return complex(_scalar(as_self(self)))

    def __index__(self) -> int:
        x = as_self(self)
        if x.ndim or dtype_of(x).kind != "integer":
            raise DTypeError("Only integer scalar arrays can be converted to a scalar index.")
        return int(_value(x))

    def __format__(self, spec: str) -> str:
        x = as_self(self)
        if x.ndim and spec:
            raise ArgumentError("unsupported format string passed to Array.__format__: this array has axes")
        return format(_value(x), spec) if spec else str(x)

    def __repr__(self) -> str:
        x = as_self(self)
        if x.xp.is_traced(x.raw):
            return f"Traced<{dtype_of(x)}{list(x.shape)}>"
        host = settings.host()
        width = host.get_printoptions()["linewidth"]
        values = host.array2string(_shown(x), width, separator=", ", prefix="Array(", suffix=",")
        facts = [f"dtype={dtype_of(x)}"] if x.size else [f"shape={x.shape}", f"dtype={dtype_of(x)}"]
        facts += ["weak_type=True"] if type(x) is WeakArray else []
        said = ", ".join(facts) + ")"
        room = width - (len(values) - values.rfind("\n"))
        return f"Array({values},{' ' if len(said) + 1 <= room else ' ' * 6}{said}"

    def __str__(self) -> str:
        x = as_self(self)
        return repr(x) if x.xp.is_traced(x.raw) else str(_shown(x))

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        _only_constant(as_self(self), "NumPy's view")
        values = as_self(self).numpy()
        values = values if dtype is None or values.dtype == dtype else values.astype(dtype)
        return values.copy() if copy else values

    def __array_ufunc__(self, ufunc: Any, method: str, *inputs: Any, **kwargs: Any) -> Any:
        """NumPy's functions: its operators give Arrays, all else NumPy arrays, of values that are not recorded."""
        if method == "__call__" and not kwargs and ufunc.__name__ in UFUNCS:
            return getattr(functions, ufunc.__name__)(*inputs)
        values = [each.__array__() if isinstance(each, Array) else each for each in inputs]
        return getattr(ufunc, method)(*values, **kwargs)

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        return importlib.import_module("unigrad.dialects.jax.numpy")

    def __copy__(self) -> Array:
        return creation.array(self)

    def __deepcopy__(self, memo: dict[int, Any]) -> Array:
        return creation.array(self)

    def __reduce__(self) -> Any:
        return creation.array, (self.__array__(copy=True),)

    def item(self, *args: int) -> Any:
        """The one element as a Python number, or the one at the position given."""
        x = as_self(self)
        if args:
            x = getitem(x if len(args) > 1 else manipulation.ravel(x), args if len(args) > 1 else args[0])
        if x.size != 1:
            raise NotOneElement("can only convert an array of size 1 to a Python scalar; take one with x[…]")
        return _value(x)

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        _only_constant(as_self(self), "tolist()")
        return as_self(self).numpy().tolist()

    def view(self, dtype: Any = None) -> Array:
        """The same bytes read as another dtype of the same width; a constant."""
        x = as_self(self)
        chosen = given_dtype(dtype, "view")
        made: Array = F.asarray(x.numpy().view(settings.host().native_dtype(chosen.name)))
        return made


def as_self(self: Any) -> Array:
    """`self` of a member, as the type checker is to see it."""
    return self  # type: ignore[no-any-return]


def _only_constant(x: Array, what: str) -> None:
    """Raise `NotConvertible`, a TypeError, for an array that is being differentiated: its gradient would be lost."""
    if x.node is not None and is_recording():
        raise NotConvertible(
            f"{what} of an array that is being differentiated would cut its graph; keep it an array, "
            "or use jax.lax.stop_gradient(x) where a constant is meant"
        )


def _value(x: Array) -> Any:
    if x.xp.is_traced(x.raw):
        if hasattr(x.raw, "__level__"):
            raise x.raw.no_value("a look at the numbers")
        raise NotRecorded("a value is not known while another library traces; leave its jit out")
    return x.xp.item(x.raw)


def _scalar(x: Array) -> Any:
    if x.ndim:
        raise NotOneElement(f"Only scalar arrays can be converted to Python scalars; got arr.ndim={x.ndim}")
    return _value(x)


def _shown(x: Array) -> Any:
    values = x.numpy()
    return values.astype("float32") if dtype_of(x).name == "bfloat16" else values
