"""Functions of each element by itself: a table of NumPy's names over unigrad's primitives, and what is composed of them."""

from __future__ import annotations

import math
from typing import Any, Final

import unigrad as ug
from unigrad import primitives, settings
from unigrad.dialects.autograd.arrays import F, agreed, asarray, cast, floating, ndarray, of_one, of_two

OF_ONE: Final = {
    "abs": "abs absolute",
    "acos": "acos arccos",
    "acosh": "acosh arccosh",
    "asin": "asin arcsin",
    "asinh": "asinh arcsinh",
    "atan": "atan arctan",
    "atanh": "atanh arctanh",
    "bitwise_invert": "bitwise_invert bitwise_not invert",
    "cbrt": "cbrt",
    "ceil": "ceil",
    "conj": "conj conjugate",
    "cos": "cos",
    "cosh": "cosh",
    "deg2rad": "deg2rad radians",
    "exp": "exp",
    "exp2": "exp2",
    "expm1": "expm1",
    "floor": "floor",
    "imag": "imag",
    "isfinite": "isfinite",
    "isinf": "isinf",
    "isnan": "isnan",
    "log": "log",
    "log10": "log10",
    "log1p": "log1p",
    "log2": "log2",
    "logical_not": "logical_not",
    "negative": "negative",
    "positive": "positive",
    "rad2deg": "rad2deg degrees",
    "real": "real",
    "reciprocal": "reciprocal",
    "sign": "sign",
    "signbit": "signbit",
    "sin": "sin",
    "sinc": "sinc",
    "sinh": "sinh",
    "sqrt": "sqrt",
    "square": "square",
    "tan": "tan",
    "tanh": "tanh",
    "trunc": "trunc fix",
}
"""Primitives of one array, and NumPy's names for each."""

OF_TWO: Final = {
    "add": "add",
    "atan2": "atan2 arctan2",
    "bitwise_and": "bitwise_and",
    "bitwise_left_shift": "bitwise_left_shift left_shift",
    "bitwise_or": "bitwise_or",
    "bitwise_right_shift": "bitwise_right_shift right_shift",
    "bitwise_xor": "bitwise_xor",
    "copysign": "copysign",
    "divide": "divide true_divide",
    "equal": "equal",
    "floor_divide": "floor_divide",
    "fmax": "fmax",
    "fmin": "fmin",
    "fmod": "fmod",
    "greater": "greater",
    "greater_equal": "greater_equal",
    "heaviside": "heaviside",
    "hypot": "hypot",
    "less": "less",
    "less_equal": "less_equal",
    "logaddexp": "logaddexp",
    "logaddexp2": "logaddexp2",
    "logical_and": "logical_and",
    "logical_or": "logical_or",
    "logical_xor": "logical_xor",
    "maximum": "maximum",
    "minimum": "minimum",
    "multiply": "multiply",
    "nextafter": "nextafter",
    "not_equal": "not_equal",
    "pow": "pow power",
    "remainder": "remainder mod",
    "subtract": "subtract",
}
"""Primitives of two arrays, and NumPy's names for each."""

NAMES = "angle around clip divmod float_power nan_to_num real_if_close round select where".split()

ELEMENTWISE: dict[str, Any] = {}
"""The functions of both tables, by NumPy's names, as far as unigrad has the primitive."""

for _table, _make in ((OF_ONE, of_one), (OF_TWO, of_two)):
    for _primitive, _names in _table.items():
        if hasattr(primitives, _primitive):
            _card = ug.REGISTRY.get(_primitive)
            _function = _make(getattr(F, _primitive), _names.split()[0], _card is not None and _card.floating)
            ELEMENTWISE |= dict.fromkeys(_names.split(), _function)

ELEMENTWISE |= {"fabs": of_one(F.abs, "fabs", True), "rint": of_one(F.round, "rint", True)}


def where(condition: Any, x: Any = None, y: Any = None) -> Any:
    """`x` where `condition` holds, else `y`; with the condition alone, the positions where it holds, as `nonzero` gives them."""
    if x is None and y is None:
        return F.nonzero(asarray(condition))
    if x is None or y is None:
        raise ug.ShapeError("where takes a condition alone, or with both x and y")
    if isinstance(condition, bool) and isinstance(x, (int, float)) and isinstance(y, (int, float)):
        return x if condition else y
    x, y = agreed((x, y))
    chosen = asarray(condition)
    return F.where(chosen if chosen.dtype.kind == "bool" else F.not_equal(chosen, 0), x, y)


def clip(a: Any, a_min: Any = None, a_max: Any = None, *, min: Any = None, max: Any = None) -> ndarray:
    """`a` kept within bounds; its slope is 1 inside and at both edges."""
    low, high = a_min if min is None else min, a_max if max is None else max
    bounds = [
        None if bound is None else asarray(bound) if isinstance(bound, (list, tuple)) else bound
        for bound in (low, high)
    ]
    made: ndarray = F.clip(asarray(a), *bounds)
    return made


def around(a: Any, decimals: int = 0) -> ndarray:
    """`a` rounded to a number of decimals, halves to even."""
    if not decimals:
        return rounded(asarray(a))
    made: ndarray = F.round(floating(a) * 10.0**decimals) / 10.0**decimals
    return made


round = around


def rounded(x: ndarray) -> ndarray:
    """The nearest whole numbers, in the dtype of `x`."""
    made: ndarray = x if x.dtype.kind in ("integer", "bool") else F.round(x)
    return made


def float_power(x1: Any, x2: Any, /) -> ndarray:
    """`x1` to the power `x2`, in float64."""
    made: ndarray = F.pow(cast(asarray(x1), "float64"), cast(asarray(x2), "float64"))
    return made


def nan_to_num(x: Any, copy: bool = True, nan: float = 0.0, posinf: Any = None, neginf: Any = None) -> ndarray:
    """`x` with numbers in place of NaNs and infinities, which carry no slope."""
    made: ndarray = F.nan_to_num(asarray(x), nan, posinf, neginf)
    return made


def real_if_close(a: Any, tol: float = 100) -> ndarray:
    """The real part of `a` where every imaginary part is within `tol` steps of precision (below `tol`, if that is 1 or less)."""
    x = asarray(a)
    if x.dtype.kind != "complex":
        return x
    bound = tol * float(settings.host().finfo(x.dtype.name).eps) if tol > 1 else tol
    made: ndarray = F.real(x) if bool(F.all(F.less(F.abs(F.imag(x)), bound))) else x
    return made


def angle(z: Any, deg: bool = False) -> ndarray:
    """The angle of a complex number, with the slope 0 at the origin; of a real one 0 or half a turn, without a slope."""
    a = floating(z)
    if a.dtype.kind == "complex":
        turned: ndarray = F.atan2(F.imag(a), F.real(a))
        return F.rad2deg(turned) if deg else turned
    made: ndarray = F.where(F.less(a, 0), 180.0 if deg else math.pi, F.zeros_like(a))
    return made


def select(condlist: Any, choicelist: Any, default: Any = 0) -> ndarray:
    """For each element the choice of the first condition that holds, else `default`."""
    result: Any = default
    for condition, choice in reversed(list(zip(condlist, choicelist, strict=True))):
        result = where(asarray(condition), choice, result)
    return asarray(result)


def divmod(x1: Any, x2: Any, /) -> tuple[ndarray, ndarray]:
    """``(x1 // x2, x1 % x2)``."""
    return ELEMENTWISE["floor_divide"](x1, x2), ELEMENTWISE["remainder"](x1, x2)
