"""Loops: chains of elementwise functions as one loop over the elements, compiled by Numba where it is installed.

A chain of NumPy's functions goes over memory once for each of them; one loop goes over it once. For a few numbers it saves
the calls.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib import import_module
from importlib.util import find_spec
from typing import Any, Final

import numpy

_FORMS: Final = {
    "add": "({} + {})",
    "subtract": "({} - {})",
    "multiply": "({} * {})",
    "divide": "({} / {})",
    "pow": "({} ** {})",
    "negative": "(-{})",
    "square": "({0} * {0})",
    "sqrt": "math.sqrt({})",
    "abs": "math.fabs({})",
    "exp": "math.exp({})",
    "expm1": "math.expm1({})",
    "log": "math.log({})",
    "log1p": "math.log1p({})",
    "sin": "math.sin({})",
    "cos": "math.cos({})",
    "tan": "math.tan({})",
    "sinh": "math.sinh({})",
    "cosh": "math.cosh({})",
    "tanh": "tanh({})",
    "atan": "math.atan({})",
    "maximum": "({0} if {0} > {1} or {0} != {0} else {1})",
    "minimum": "({0} if {0} < {1} or {0} != {0} else {1})",
    "less": "({} < {})",
    "less_equal": "({} <= {})",
    "greater": "({} > {})",
    "greater_equal": "({} >= {})",
    "equal": "({} == {})",
    "not_equal": "({} != {})",
    "where": "({1} if {0} else {2})",
}
"""What each function does with one number, as Numba compiles it; NaN goes through as in NumPy's functions."""
_ALONE: Final = {"tanh": ("float32",)}
"""The functions, and their dtypes, that one loop is faster for by itself: NumPy takes these elements one by one."""


@cache
def _numba() -> Any:
    return import_module("numba") if find_spec("numba") else None


def scalar_forms() -> Mapping[str, str]:
    """The functions that can be part of a loop, as expressions of their operands; none where Numba is not installed."""
    return _FORMS if _numba() else {}


def is_worth_a_loop(name: str, dtype: str) -> bool:
    """Whether the function is faster in a loop of its own than NumPy's is, on many elements."""
    return dtype in _ALONE.get(name, ())


def looped(
    lines: Sequence[str],
    arrays: Sequence[str],
    numbers: Sequence[str],
    outputs: Mapping[str, Any],
    constants: Mapping[str, float],
    dtype: Any,
) -> Callable[..., Any]:
    """The function that runs `lines` for each element of arrays of one shape, and gives a tuple of new arrays.

    It takes an array for each of the names `arrays`, which stand for its element in the lines, then a number for each of
    `numbers`. `outputs` are the names whose values make up the results, with their dtypes; `constants` are numbers by name,
    taken in `dtype`.
    """
    every = [*outputs, *arrays]
    source = [
        f"def loop({', '.join([f'all_{name}' for name in every] + list(numbers))}):",
        *(f"    flat_{name} = all_{name}.ravel()" for name in every),
        f"    for place in range(flat_{every[-1]}.size):",
        *(f"        {name} = flat_{name}[place]" for name in arrays),
        *(f"        {line}" for line in lines),
        *(f"        flat_{name}[place] = {name}" for name in outputs),
    ]
    tanh = _tanh_in_single() if dtype == numpy.float32 else math.tanh
    scope: dict[str, Any] = {
        "math": math,
        "tanh": tanh,
        **{name: dtype.type(value) for name, value in constants.items()},
    }
    exec(compile("\n".join(source), "<a loop under jit>", "exec"), scope)
    loop = _numba().njit(scope["loop"], error_model="numpy")
    dtypes, count = tuple(outputs.values()), len(arrays)

    def run(*operands: Any) -> Any:
        given = [array if array.flags.c_contiguous else numpy.ascontiguousarray(array) for array in operands[:count]]
        outs = tuple([numpy.empty(given[0].shape, dtype) for dtype in dtypes])
        loop(*outs, *given, *operands[count:])
        return outs

    return run


@cache
def _tanh_in_single() -> Any:
    """The hyperbolic tangent of one float32, as arithmetic that a compiler does on several at once: 5 ulp at most.

    The rational approximation is that of Eigen (``generic_fast_tanh_float``), which XLA takes too: odd over even in x, with
    these coefficients. Below 4e-4 tanh x is x, above 8.3 it is 1, to the last digit.
    """
    odd = numpy.array([-2.76076847742355e-16, 2.00018790482477e-13, -8.60467152213735e-11, 5.12229709037114e-08,
                       1.48572235717979e-05, 6.37261928875436e-04, 4.89352455891786e-03], numpy.float32)  # fmt: skip
    even = numpy.array([1.19825839466702e-06, 1.18534705686654e-04, 2.26843463243900e-03, 4.89352518554385e-03],
                       numpy.float32)  # fmt: skip
    p0, p1, p2, p3, p4, p5, p6 = odd
    q0, q1, q2, q3 = even
    bound, one, tiny, large = map(numpy.float32, (7.90531110763549805, 1.0, 4e-4, 8.3))

    def tanh(x: Any) -> Any:
        within = bound if x > bound else -bound if x < -bound else x
        s = within * within
        p = within * ((((((p0 * s + p1) * s + p2) * s + p3) * s + p4) * s + p5) * s + p6)
        ratio = p / (((q0 * s + q1) * s + q2) * s + q3)
        ratio = one if x > large else -one if x < -large else ratio
        return x if -tiny < x < tiny else ratio

    # A product and a sum may be rounded once: that is faster, and more exact.
    return _numba().njit(tanh, error_model="numpy", fastmath={"contract"})
