"""Operations of ``lax``: JAX's primitives by their own names; two arrays have one dtype there, and numbers adapt."""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any, Final

import unigrad as ug
from unigrad import primitives
from unigrad.dialects.jax.arrays import Array, F, WeakArray, dtype_of, operand, promoted, strong
from unigrad.dialects.jax.elementwise import binary, described, unary
from unigrad.dialects.jax.numpy import elementwise as functions
from unigrad.dialects.jax.refusals import IncompatibleShapes
from unigrad.errors import DTypeError

UNARY: Final = {
    "abs": "abs",
    "acos": "acos",
    "acosh": "acosh",
    "asin": "asin",
    "asinh": "asinh",
    "atan": "atan",
    "atanh": "atanh",
    "bitwise_not": "bitwise_invert",
    "cbrt": "cbrt",
    "ceil": "ceil",
    "conj": "conj",
    "cos": "cos",
    "cosh": "cosh",
    "digamma": "digamma",
    "erf": "erf",
    "erf_inv": "erfinv",
    "erfc": "erfc",
    "exp": "exp",
    "exp2": "exp2",
    "expm1": "expm1",
    "floor": "floor",
    "imag": "imag",
    "is_finite": "isfinite",
    "lgamma": "gammaln",
    "log": "log",
    "log1p": "log1p",
    "logistic": "sigmoid",
    "neg": "negative",
    "real": "real",
    "reciprocal": "reciprocal",
    "sign": "sign",
    "sin": "sin",
    "sinh": "sinh",
    "sqrt": "sqrt",
    "square": "square",
    "tan": "tan",
    "tanh": "tanh",
}
"""JAX's names of functions of one array, and unigrad's."""

BINARY: Final = {
    "add": "add",
    "atan2": "atan2",
    "bitwise_and": "bitwise_and",
    "bitwise_or": "bitwise_or",
    "bitwise_xor": "bitwise_xor",
    "eq": "equal",
    "ge": "greater_equal",
    "gt": "greater",
    "le": "less_equal",
    "lt": "less",
    "max": "maximum",
    "min": "minimum",
    "mul": "multiply",
    "ne": "not_equal",
    "nextafter": "nextafter",
    "pow": "pow",
    "shift_left": "bitwise_left_shift",
    "shift_right_arithmetic": "bitwise_right_shift",
    "sub": "subtract",
}
"""JAX's names of functions of two arrays, and unigrad's."""

FLOATING: Final = frozenset(name for name, card in ug.REGISTRY.items() if card.floating)
"""unigrad's functions that are fractional, which take no integers in lax."""

__all__ = [
    "clamp",
    "convert_element_type",
    "div",
    "integer_pow",
    "rem",
    "round",
    "rsqrt",
    "select",
    "select_n",
    "stop_gradient",
]


def _same_dtype(name: str, inner: Callable[..., Any]) -> Callable[..., Any]:
    def function(x: Any, y: Any, /, **_: Any) -> Any:
        first, second = operand(x, name), operand(y, name, 1)
        one, two = dtype_of(first), dtype_of(second)
        weak = type(first) is WeakArray or type(second) is WeakArray
        if one is not two and not (weak and one.kind == two.kind):
            raise DTypeError(
                f"lax.{name} requires arguments to have the same dtypes, got {one}, {two}; "
                "use jnp's function, or cast with astype"
            )
        if first.shape != second.shape and first.shape and second.shape and first.ndim != second.ndim:
            raise IncompatibleShapes(f"{name} got arrays of different rank: {first.shape}, {second.shape}.")
        return inner(x, y)

    return described(function, name, inner.__doc__)


def _floats_only(name: str, inner: Callable[..., Any]) -> Callable[..., Any]:
    def function(x: Any, /, **_: Any) -> Any:
        dtype = dtype_of(operand(x, name))
        if dtype.kind in ("bool", "integer"):
            raise DTypeError(f"lax.{name} does not accept dtype {dtype}; use jnp's function, or cast with astype")
        return inner(x)

    return described(function, name, inner.__doc__)


for _name, _native in UNARY.items():
    if hasattr(primitives, _native):
        globals()[_name] = _floats_only(_name, unary(_native, _name)) if _native in FLOATING else unary(_native, _name)
        __all__.append(_name)
for _name, _native in BINARY.items():
    globals()[_name] = _same_dtype(_name, binary(_native, _name))
    __all__.append(_name)

_true, _floor, _fmod = binary("divide"), binary("floor_divide"), binary("fmod")


def div(x: Any, y: Any) -> Array:
    """Quotient; of integers the whole part, towards zero."""
    first, second = promoted(x, y, what="div")
    if dtype_of(first).kind != "integer":
        whole: Array = _same_dtype("div", _true)(x, y)
        return whole
    sign = F.sign(first) * F.sign(second)
    result: Array = sign * _floor(F.abs(first), F.abs(second))
    return result


def rem(x: Any, y: Any) -> Array:
    """Remainder with the sign of `x`."""
    result: Array = _same_dtype("rem", _fmod)(x, y)
    return result


def rsqrt(x: Any) -> Array:
    """One over the square root."""
    result: Array = 1.0 / unary("sqrt")(x)
    return result


def integer_pow(x: Any, y: int) -> Array:
    """`x` to a whole power."""
    result: Array = binary("pow")(x, operator.index(y))
    return result


def round(x: Any, rounding_method: Any = None) -> Array:
    """The nearest whole number; a half goes away from zero, as ``lax.round`` has it."""
    given = strong(x, "round")
    whole = F.trunc(given)
    result: Array = F.where(F.greater_equal(F.abs(given - whole), 0.5), whole + F.sign(given), whole)
    return result


def clamp(min: Any, x: Any, max: Any) -> Array:
    """`x` kept within bounds, which come first and last."""
    return functions.clip(x, min, max)


def select(pred: Any, on_true: Any, on_false: Any) -> Array:
    """`on_true` where `pred` holds, else `on_false`, of one shape and dtype."""
    test, first, second = strong(pred, "select"), strong(on_true, "select", 1), strong(on_false, "select", 2)
    if first.shape != second.shape or (test.shape and test.shape != first.shape):
        raise IncompatibleShapes(
            f"select cases must have the same shapes, got {test.shape}, {first.shape}, {second.shape}."
        )
    found: Array = functions.where(test, first, second)
    return found


def select_n(which: Any, *cases: Any) -> Array:
    """At each place the case that `which` names there: a boolean for two, a number for several."""
    place = strong(which, "select_n")
    if dtype_of(place).kind == "bool":
        return select(place, cases[1], cases[0])
    found = strong(cases[0], "select_n", 1)
    for i, case in enumerate(cases[1:], 1):
        found = functions.where(F.equal(place, i), case, found)
    return found


def stop_gradient(x: Any) -> Any:
    """The values of every leaf as constants: no gradient flows through them."""
    from unigrad.dialects.jax.pytrees import tree_map

    return tree_map(lambda leaf: leaf.detach() if isinstance(leaf, Array) else leaf, x)


def convert_element_type(operand: Any, new_dtype: Any) -> Array:
    """The array in another dtype."""
    from unigrad.dialects.jax.numpy.creation import astype

    return astype(operand, new_dtype)
