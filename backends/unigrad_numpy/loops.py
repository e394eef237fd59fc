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
    "tanh": "math.tanh({})",
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


@cache
def _numba() -> Any:
    return import_module("numba") if find_spec("numba") else None


def scalar_forms() -> Mapping[str, str]:
    """The functions that can be part of a loop, as expressions of their operands; none where Numba is not installed."""
    return _FORMS if _numba() else {}


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
    scope: dict[str, Any] = {"math": math, **{name: dtype.type(value) for name, value in constants.items()}}
    exec(compile("\n".join(source), "<a loop under jit>", "exec"), scope)
    loop = _numba().njit(scope["loop"], error_model="numpy")
    dtypes, count = tuple(outputs.values()), len(arrays)

    def run(*operands: Any) -> Any:
        given = [array if array.flags.c_contiguous else numpy.ascontiguousarray(array) for array in operands[:count]]
        outs = tuple([numpy.empty(given[0].shape, dtype) for dtype in dtypes])
        loop(*outs, *given, *operands[count:])
        return outs

    return run
