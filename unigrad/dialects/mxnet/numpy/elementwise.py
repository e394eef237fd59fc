"""Elementwise functions of ``mx.np``: each is a primitive, called with MXNet's arguments (``out=``, numbers beside arrays)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from unigrad.dialects.mxnet.arithmetic import binary
from unigrad.dialects.mxnet.array import Array
from unigrad.dialects.mxnet.errors import ArrayTypeError, as_mxnet
from unigrad.dialects.mxnet.numpy.arrays import BINARY, F, ndarray
from unigrad.dialects.mxnet.writes import put
from unigrad.errors import UnigradError

ONE: Final = {
    "abs": "abs",
    "absolute": "abs",
    "fabs": "abs",
    "negative": "negative",
    "positive": "positive",
    "exp": "exp",
    "expm1": "expm1",
    "log": "log",
    "log2": "log2",
    "log10": "log10",
    "log1p": "log1p",
    "sqrt": "sqrt",
    "cbrt": "cbrt",
    "square": "square",
    "reciprocal": "reciprocal",
    "sin": "sin",
    "cos": "cos",
    "tan": "tan",
    "arcsin": "asin",
    "arccos": "acos",
    "arctan": "atan",
    "sinh": "sinh",
    "cosh": "cosh",
    "tanh": "tanh",
    "arcsinh": "asinh",
    "arccosh": "acosh",
    "arctanh": "atanh",
    "deg2rad": "deg2rad",
    "radians": "deg2rad",
    "rad2deg": "rad2deg",
    "degrees": "rad2deg",
    "floor": "floor",
    "ceil": "ceil",
    "trunc": "trunc",
    "fix": "trunc",
    "rint": "round",
    "sign": "sign",
    "signbit": "signbit",
    "logical_not": "logical_not",
    "invert": "bitwise_invert",
    "bitwise_not": "bitwise_invert",
    "isnan": "isnan",
    "isinf": "isinf",
    "isfinite": "isfinite",
}
"""Functions of one array, and the primitive that each is."""

TWO: Final = {
    "add": "add",
    "subtract": "subtract",
    "multiply": "multiply",
    "divide": "divide",
    "true_divide": "divide",
    "floor_divide": "floor_divide",
    "mod": "remainder",
    "remainder": "remainder",
    "fmod": "fmod",
    "power": "pow",
    "float_power": "pow",
    "maximum": "maximum",
    "minimum": "minimum",
    "fmax": "fmax",
    "fmin": "fmin",
    "arctan2": "atan2",
    "hypot": "hypot",
    "copysign": "copysign",
    "heaviside": "heaviside",
    "logaddexp": "logaddexp",
    "equal": "equal",
    "not_equal": "not_equal",
    "less": "less",
    "less_equal": "less_equal",
    "greater": "greater",
    "greater_equal": "greater_equal",
    "logical_and": "logical_and",
    "logical_or": "logical_or",
    "logical_xor": "logical_xor",
    "bitwise_and": "bitwise_and",
    "bitwise_or": "bitwise_or",
    "bitwise_xor": "bitwise_xor",
}
"""Functions of two operands, and the primitive that each is."""


def one(name: str, primitive: str) -> Callable[..., Any]:
    """The function `name` of one array; of a number it gives a number, as NumPy does."""
    operation = getattr(F, primitive)

    def function(x: Any, out: Any = None, where: Any = True) -> Any:
        if type(x) is not ndarray:
            x = _number(name, x)
            return operation(F.asarray(x, "float64" if isinstance(x, float) else None)).item()
        if where is not True:
            raise ArrayTypeError(f"{name}(where=…) is not there; use np.where on the result")
        try:
            result = operation(x)
        except UnigradError as error:
            raise as_mxnet(error) from error
        return result if out is None else put(out, result)

    return _named(function, name, operation)


def two(name: str, primitive: str) -> Callable[..., Any]:
    """The function `name` of two operands, arrays or numbers; of two numbers it gives a number."""
    operation = BINARY.get(primitive) or binary(F, ndarray, primitive)

    def function(x1: Any, x2: Any, out: Any = None, where: Any = True) -> Any:
        if where is not True:
            raise ArrayTypeError(f"{name}(where=…) is not there; use np.where on the result")
        if type(x1) is not ndarray and type(x2) is not ndarray:
            x1, x2 = _number(name, x1), _number(name, x2)
            wide = "float64" if isinstance(x1, float) or isinstance(x2, float) else "int64"
            return operation(F.asarray(x1, wide), x2).item()
        result = operation(x1, x2)
        return result if out is None else put(out, result)

    return _named(function, name, operation)


def _number(name: str, x: Any) -> float:
    if isinstance(x, (int, float)):
        return x
    if not isinstance(x, Array) and getattr(x, "shape", None) == () and hasattr(x, "item"):
        return _number(name, x.item())
    raise ArrayTypeError(
        f"{name}() takes arrays of mxnet.np and numbers, not a '{type(x).__name__}'; use np.array first"
    )


def _named(function: Any, name: str, operation: Any) -> Callable[..., Any]:
    function.__name__ = function.__qualname__ = name
    function.__doc__ = operation.__doc__
    return function  # type: ignore[no-any-return]


def functions() -> dict[str, Callable[..., Any]]:
    """All of them by name, as far as unigrad has the primitives."""
    ones = {name: one(name, primitive) for name, primitive in ONE.items() if hasattr(F, primitive)}
    return ones | {name: two(name, primitive) for name, primitive in TWO.items() if hasattr(F, primitive)}
