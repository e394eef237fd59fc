"""Elementwise functions of ``jnp``: a table of names, and the few that take more than arrays."""

from __future__ import annotations

from typing import Any, Final

from unigrad import primitives, settings
from unigrad.dialects.jax.arrays import Array, F, cast, dtype_of, operand, promoted, result_dtype, weak
from unigrad.dialects.jax.elementwise import binary, unary
from unigrad.dialects.jax.precision import default_dtype, inexact
from unigrad.dialects.jax.refusals import IncompatibleShapes
from unigrad.errors import ArgumentError, ShapeError

UNARY: Final = {
    "abs": "abs absolute",
    "bitwise_invert": "bitwise_invert bitwise_not invert",
    "ceil": "ceil",
    "conj": "conj conjugate",
    "floor": "floor",
    "isfinite": "isfinite",
    "isinf": "isinf",
    "isnan": "isnan",
    "logical_not": "logical_not",
    "negative": "negative",
    "positive": "positive",
    "real": "real",
    "sign": "sign",
    "signbit": "signbit",
    "square": "square",
    "trunc": "trunc fix",
}
"""unigrad's functions of one array that keep the dtype or give booleans, and JAX's names for each."""

FLOATING: Final = {
    **dict.fromkeys(
        "cbrt cos cosh exp exp2 expm1 i0 log log10 log1p log2 reciprocal sin sinc sinh sqrt tan tanh".split()
    ),
    "acos": "acos arccos",
    "acosh": "acosh arccosh",
    "asin": "asin arcsin",
    "asinh": "asinh arcsinh",
    "atan": "atan arctan",
    "atanh": "atanh arctanh",
    "deg2rad": "deg2rad radians",
    "rad2deg": "rad2deg degrees",
}
"""Those of one array that are fractional, integers or not."""

BINARY: Final = {
    **dict.fromkeys(
        "add subtract multiply floor_divide fmod maximum minimum fmax fmin equal not_equal less less_equal greater "
        "greater_equal logical_and logical_or logical_xor bitwise_and bitwise_or bitwise_xor".split()
    ),
    "bitwise_left_shift": "bitwise_left_shift left_shift",
    "bitwise_right_shift": "bitwise_right_shift right_shift",
    "pow": "pow power",
    "remainder": "remainder mod",
}
"""Those of two arrays."""

BINARY_FLOATING: Final = {
    **dict.fromkeys("copysign heaviside hypot logaddexp logaddexp2 nextafter".split()),
    "atan2": "atan2 arctan2",
    "divide": "divide true_divide",
}
"""Those of two arrays that are fractional, integers or not."""

__all__ = [
    "angle",
    "around",
    "clip",
    "divmod",
    "fabs",
    "float_power",
    "imag",
    "iscomplex",
    "isneginf",
    "isposinf",
    "isreal",
    "ldexp",
    "modf",
    "nan_to_num",
    "rint",
    "round",
    "select",
    "where",
]


def _fill(table: dict[str, Any], make: Any, floating: bool) -> None:
    for name, words in table.items():
        if not hasattr(primitives, name):
            continue
        for spelled in (words or name).split():
            globals()[spelled] = make(name, spelled, floating)
            __all__.append(spelled)


_fill(UNARY, unary, False)
_fill(FLOATING, unary, True)
_fill(BINARY, binary, False)
_fill(BINARY_FLOATING, binary, True)

_floor_divide, _remainder = binary("floor_divide"), binary("remainder")
_abs, _trunc, _pow, _ldexp = unary("abs"), unary("trunc"), binary("pow"), binary("multiply")
_round = unary("round")


def fabs(x: Any, /) -> Array:
    """Magnitude of ``x`` as a float."""
    array = operand(x, "fabs")
    result: Array = _abs(cast(array, inexact(dtype_of(array))))
    return result


def float_power(x: Any, y: Any, /) -> Array:
    """``x`` to the power ``y`` in floats."""
    first, second = promoted(x, y, what="float_power")
    wide = inexact(dtype_of(first))
    result: Array = _pow(cast(first, wide), cast(second, wide))
    return result


def ldexp(x1: Any, x2: Any, /) -> Array:
    """``x1 * 2 ** x2``."""
    first = operand(x1, "ldexp")
    wide = inexact(dtype_of(first))
    result: Array = _ldexp(cast(first, wide), F.exp2(cast(operand(x2, "ldexp", 1), wide)))
    return result


def divmod(x: Any, y: Any, /) -> tuple[Array, Array]:
    """``(x // y, x % y)``."""
    return _floor_divide(x, y), _remainder(x, y)


def modf(x: Any, /) -> tuple[Array, Array]:
    """The fraction and the whole part of ``x``."""
    array = operand(x, "modf")
    array = cast(array, inexact(dtype_of(array)))
    whole = _trunc(array)
    return array - whole, whole


def round(a: Any, decimals: int = 0, out: None = None) -> Array:
    """``a`` rounded to `decimals` places; a half goes to the even neighbour."""
    if out is not None:
        raise ArgumentError("jnp.round takes no 'out': arrays do not change; bind the result")
    array = operand(a, "round")
    if dtype_of(array).kind in ("bool", "integer") and decimals >= 0:
        return array
    if not decimals:
        result: Array = _round(array)
        return result
    scale = 10.0**decimals
    scaled: Array = _round(cast(array, inexact(dtype_of(array))) * scale) / scale
    return cast(scaled, dtype_of(array))


around = round


def rint(x: Any, /) -> Array:
    """The nearest whole number, as a float."""
    array = operand(x, "rint")
    result: Array = _round(cast(array, inexact(dtype_of(array))))
    return result


def isreal(x: Any) -> Array:
    """Whether each element has no imaginary part."""
    array = operand(x, "isreal")
    if dtype_of(array).kind == "complex":
        result: Array = F.equal(F.imag(array), 0)
        return result
    return cast(F.ones_like(array), default_dtype("bool"))


def iscomplex(x: Any) -> Array:
    """Whether each element has an imaginary part."""
    result: Array = F.logical_not(isreal(x))
    return result


def isposinf(x: Any, /) -> Array:
    """Whether each element is plus infinity."""
    result: Array = F.equal(operand(x, "isposinf"), float("inf"))
    return result


def isneginf(x: Any, /) -> Array:
    """Whether each element is minus infinity."""
    result: Array = F.equal(operand(x, "isneginf"), float("-inf"))
    return result


def imag(val: Any, /) -> Array:
    """The imaginary part; zeros where ``val`` is real."""
    array = operand(val, "imag")
    result: Array = F.imag(array) if dtype_of(array).kind == "complex" else F.zeros_like(array)
    return result


def angle(z: Any, deg: bool = False) -> Array:
    """The angle of a complex number; of a real one 0 or π."""
    array = operand(z, "angle")
    array = cast(array, inexact(dtype_of(array)))
    found = F.atan2(imag(array), F.real(array))
    result: Array = F.rad2deg(found) if deg else found
    return result


def nan_to_num(x: Any, copy: bool = True, nan: Any = 0.0, posinf: Any = None, neginf: Any = None) -> Array:
    """``x`` with numbers in place of NaN and the infinities."""
    array = operand(x, "nan_to_num")
    if dtype_of(array).kind in ("bool", "integer"):
        return array
    finite = settings.host().finfo(dtype_of(array).name)
    top = float(finite.max) if posinf is None else posinf
    bottom = float(finite.min) if neginf is None else neginf
    array = F.where(F.isnan(array), nan, array)
    array = F.where(F.equal(array, float("inf")), top, array)
    result: Array = F.where(F.equal(array, float("-inf")), bottom, array)
    return result


def clip(
    arr: Any = None, /, min: Any = None, max: Any = None, *, a: Any = None, a_min: Any = None, a_max: Any = None
) -> Array:
    """``arr`` kept within ``min`` and ``max``; None is no bound."""
    array = operand(a if arr is None else arr, "clip")
    low, high = (a_min if min is None else min), (a_max if max is None else max)
    bounds = [each for each in (low, high) if each is not None]
    dtype, is_weak = result_dtype((array, *(operand(each, "clip", 1) for each in bounds)))
    if dtype.kind == "complex":
        raise ArgumentError("clip does not take complex numbers, which have no order; clip the real part")
    low, high = (each if each is None else cast(operand(each, "clip"), dtype) for each in (low, high))
    array = cast(array, dtype)
    if dtype.kind == "real":
        array = F.clip(array, low, high)
    else:
        array = array if low is None else F.maximum(array, low)
        array = array if high is None else F.minimum(array, high)
    return weak(array) if is_weak else array


def where(condition: Any, x: Any = None, y: Any = None, /, *, size: int | None = None, fill_value: Any = None) -> Any:
    """``x`` where ``condition`` holds, else ``y``; with the condition alone, the positions where it holds."""
    if x is None and y is None:
        from unigrad.dialects.jax.numpy.searching import nonzero

        return nonzero(condition, size=size, fill_value=fill_value)
    if x is None or y is None:
        raise ArgumentError("where takes the condition alone, or the condition and both x and y")
    test = operand(condition, "where")
    test = test if dtype_of(test).kind == "bool" else F.not_equal(test, 0)
    first, second = operand(x, "where", 1), operand(y, "where", 2)
    dtype, is_weak = result_dtype((first, second))
    try:
        result: Array = F.where(test, cast(first, dtype), cast(second, dtype))
    except ShapeError as error:
        shapes = ", ".join(str(tuple(each.raw.shape)) for each in (test, first, second))
        raise IncompatibleShapes(f"where got incompatible shapes for broadcasting: {shapes}.") from error
    return weak(result) if is_weak else result


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Array:
    """Elements of the first of `choicelist` whose condition holds, else of `default`."""
    if len(condlist) != len(choicelist):
        raise ShapeError(f"select needs a choice for each condition; got {len(condlist)} and {len(choicelist)}")
    *choices, rest = promoted(*choicelist, default, what="select")
    for test, choice in reversed(list(zip(condlist, choices, strict=True))):
        rest = where(test, choice, rest)
    return rest
