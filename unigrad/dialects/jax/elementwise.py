"""Elementwise functions: unigrad's own for real Arrays, and JAX's rules of promotion before them for everything else.

The first lines of each function say whether its operands are real Arrays (and Python numbers beside them), for which
unigrad's dtypes are JAX's; only the rest takes the longer way.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from unigrad import DType
from unigrad.dialects.jax.arrays import (
    NUMBERS,
    Array,
    F,
    WeakArray,
    cast,
    check_range,
    dtype_of,
    is_arraylike,
    operand,
    result_dtype,
)
from unigrad.dialects.jax.precision import inexact
from unigrad.dialects.jax.refusals import IncompatibleShapes
from unigrad.errors import ArgumentError, DTypeError, ShapeError

Function = Callable[..., Any]

REFUSED: Final = {
    **dict.fromkeys(("subtract", "negative", "sign"), ("bool",)),
    **dict.fromkeys(("bitwise_and", "bitwise_or", "bitwise_xor", "bitwise_invert"), ("real", "complex")),
    **dict.fromkeys(("bitwise_left_shift", "bitwise_right_shift"), ("bool", "real", "complex")),
    **dict.fromkeys(("floor", "ceil", "trunc", "remainder", "floor_divide"), ("complex",)),
}
"""The kinds of dtypes that a primitive does not take."""

TRUTHS: Final = frozenset(
    "equal not_equal less less_equal greater greater_equal isnan isinf isfinite logical_and logical_or logical_xor "
    "logical_not signbit isneginf isposinf".split()
)
"""The functions whose results are booleans, of which none is weak."""


def unary(name: str, spelled: str | None = None, floating: bool = False) -> Function:
    """The primitive `name` as JAX's function of one array, called `spelled`; with `floating`, integers become floats first."""
    raw, what = getattr(F, name), spelled or name
    if "real" in REFUSED.get(name, ()):
        return described(lambda x, /: _slow_unary(raw, name, what, floating, x), what, raw.__doc__)

    def function(x: Any, /) -> Any:
        if type(x) is Array and x.form is not None:
            return raw(x)
        return _slow_unary(raw, name, what, floating, x)

    return described(function, what, raw.__doc__)


def binary(name: str, spelled: str | None = None, floating: bool = False) -> Function:
    """The primitive `name` as JAX's function of two arrays, called `spelled`; with `floating`, integers become floats first."""
    raw, what = getattr(F, name), spelled or name
    if "real" in REFUSED.get(name, ()):
        return described(lambda x1, x2, /: _slow_binary(raw, name, what, floating, x1, x2), what, raw.__doc__)

    def function(x1: Any, x2: Any, /) -> Any:
        try:
            if type(x1) is Array and x1.form is not None:
                other = type(x2)
                if (other is Array and x2.form is not None) or other is float or other is int:
                    return raw(x1, x2)
            elif type(x2) is Array and x2.form is not None and (type(x1) is float or type(x1) is int):
                return raw(x1, x2)
            return _slow_binary(raw, name, what, floating, x1, x2)
        except ShapeError as error:
            raise _incompatible(what, x1, x2) from error

    return described(function, what, raw.__doc__)


def operator(name: str, function: Function) -> tuple[Function, Function]:
    """Python's operator for the primitive `name`, and the reflected one; both leave to Python what is no array."""
    raw = getattr(F, name)

    def general(self: Any, other: Any) -> Any:
        return function(self, other) if is_arraylike(other) else NotImplemented

    def general_reflected(self: Any, other: Any) -> Any:
        return function(other, self) if is_arraylike(other) else NotImplemented

    def forward(self: Any, other: Any) -> Any:
        form = self.form
        if form is not None and type(self) is Array:
            kind = type(other)
            if kind is float or kind is int or (kind is Array and other.form is form):
                return raw(self, other)
        return general(self, other)

    def reflected(self: Any, other: Any) -> Any:
        if self.form is not None and type(self) is Array and (type(other) is float or type(other) is int):
            return raw(other, self)
        return general_reflected(self, other)

    return (general, general_reflected) if "real" in REFUSED.get(name, ()) else (forward, reflected)


def described(function: Function, name: str, doc: str | None) -> Function:
    """`function`, with a name and a docstring of its own."""
    function.__name__ = function.__qualname__ = name
    function.__doc__ = doc
    return function


def _slow_unary(raw: Function, name: str, what: str, floating: bool, x: Any) -> Any:
    array = operand(x, what)
    dtype = dtype_of(array)
    _check_kind(name, what, dtype)
    if dtype.kind == "bool" and name in ("abs", "positive"):
        return array
    result = raw(cast(array, inexact(dtype)) if floating else array)
    if type(array) is WeakArray and name not in TRUTHS:
        result.__class__ = WeakArray
    return result


def _slow_binary(raw: Function, name: str, what: str, floating: bool, x1: Any, x2: Any) -> Any:
    first = x1 if type(x1) in NUMBERS and type(x1) is not bool and isinstance(x2, Array) else operand(x1, what, 0)
    second = x2 if type(x2) in NUMBERS and type(x2) is not bool and isinstance(first, Array) else operand(x2, what, 1)
    dtype, is_weak = result_dtype((first, second))
    _check_kind(name, what, dtype)
    _check_power(name, dtype, second)
    chosen = inexact(dtype) if floating else dtype
    result = raw(_fitted(first, chosen), _fitted(second, chosen))
    if is_weak and name not in TRUTHS:
        result.__class__ = WeakArray
    return result


def _fitted(x: Any, dtype: DType) -> Any:
    """An operand in the common dtype; a Python number stays one."""
    if isinstance(x, Array):
        return cast(x, dtype)
    if type(x) is int:
        check_range(x, dtype)
    return x


def _check_kind(name: str, what: str, dtype: DType) -> None:
    if dtype.kind in REFUSED.get(name, ()):
        raise DTypeError(f"{what} does not accept dtype {dtype}; cast with astype")


def _check_power(name: str, dtype: DType, exponent: Any) -> None:
    if name == "pow" and dtype.kind == "integer" and type(exponent) is int and exponent < 0:
        raise ArgumentError(f"Integers cannot be raised to negative powers, got {exponent}; use a float")


def _incompatible(what: str, x1: Any, x2: Any) -> IncompatibleShapes:
    shapes = ", ".join(str(tuple(getattr(x, "shape", ()))) for x in (x1, x2))
    return IncompatibleShapes(f"{what} got incompatible shapes for broadcasting: {shapes}.")
