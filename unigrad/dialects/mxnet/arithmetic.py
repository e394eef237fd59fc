"""Arithmetic: Python's operators with MXNet's dtypes, which differ from unigrad's where an array of integers takes part.

A Python number takes an integer array's dtype, also one with a fraction (``int32 * 2.5`` is int32, the number truncated).
Everything else is the primitive itself: floating arrays come to it by the first line of each function.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

import unigrad as ug
from unigrad import arrayclass
from unigrad.dialects.mxnet.errors import ArrayTypeError, as_mxnet
from unigrad.errors import UnigradError

Operation = Callable[[Any, Any], Any]

OPERATORS: Final = {name: primitive for name, primitive in arrayclass.OPERATORS.items() if "shift" not in name}
"""MXNet's operators of two operands: Python's, but for the shifts, which it has not."""
UNARY: Final = {name: arrayclass.OTHERS[name] for name in ("neg", "pos", "abs", "invert")}
COMPARISONS: Final = {name: primitive for name, primitive in arrayclass.OTHERS.items() if name not in UNARY}
_EXACT: Final = frozenset({*COMPARISONS.values(), "divide", "logical_and", "logical_or", "logical_xor"})
"""What does not give the array's dtype, so that a number beside it keeps its fraction."""


def binary(functions: ug.Functions, array_class: type[ug.Tensor], name: str) -> Operation:
    """The primitive `name` of two operands, arrays of `array_class` or numbers, with MXNet's dtypes and errors."""
    operation = getattr(functions, name)
    plain = frozenset({array_class, float, int})

    def operate(x1: Any, x2: Any) -> Any:
        try:
            if type(x1) is array_class and x1.form is not None and type(x2) in plain:
                return operation(x1, x2)
            if type(x2) is array_class and x2.form is not None and type(x1) in plain:
                return operation(x1, x2)
            return operation(*_operands(array_class, name, x1, x2))
        except UnigradError as error:
            raise as_mxnet(error) from error

    operate.__name__ = name
    operate.__doc__ = operation.__doc__
    return operate


def _operands(array_class: type[ug.Tensor], name: str, x1: Any, x2: Any) -> tuple[Any, Any]:
    x1, x2 = operand(array_class, x1), operand(array_class, x2)
    if isinstance(x1, ug.Tensor) and not isinstance(x2, ug.Tensor):
        return x1, _beside(name, x1, x2)
    if isinstance(x2, ug.Tensor) and not isinstance(x1, ug.Tensor):
        return _beside(name, x2, x1), x2
    return x1, x2


def operand(array_class: type[ug.Tensor], value: Any) -> Any:
    """`value`, an array of the class or a number (NumPy's scalars as Python's); raises `ArrayTypeError` for all else."""
    kind = type(value)
    if kind is array_class or kind is float or kind is int:
        return value
    if isinstance(value, (bool, int, float)):
        return int(value) if isinstance(value, int) else float(value)
    if not isinstance(value, ug.Tensor) and getattr(value, "shape", None) == () and hasattr(value, "item"):
        return operand(array_class, value.item())
    raise ArrayTypeError(
        f"'{kind.__module__}.{kind.__name__}' does not go with '{array_class.__name__}' of this dialect of mxnet; "
        "convert it first, for example with np.array"
    )


def _beside(name: str, x: ug.Tensor, number: Any) -> Any:
    """The number as MXNet takes it beside an array `x`: truncated where the array holds integers."""
    if name in _EXACT or isinstance(number, int) or x.dtype.kind not in ("integer", "bool"):
        return number
    return int(number)


def give_operators(
    array_class: type[ug.Tensor], functions: ug.Functions, compared: Callable[[Any], Any] | None = None
) -> dict[str, Operation]:
    """Give `array_class` its operators, none of them in place, and return the functions of two operands by primitive.

    ``compared`` is what becomes of the result of a comparison; it stays booleans if there is none.
    """
    made = {name: binary(functions, array_class, name) for name in (*OPERATORS.values(), *COMPARISONS.values())}
    for word, name in OPERATORS.items():
        setattr(array_class, f"__{word}__", made[name])
        setattr(array_class, f"__r{word}__", _reflected(made[name]))
    for word, name in COMPARISONS.items():
        if compared is not None:
            made[name] = _then(made[name], compared)
        setattr(array_class, f"__{word}__", made[name])
    for word, name in UNARY.items():
        setattr(array_class, f"__{word}__", getattr(functions, name))
    array_class.__hash__ = object.__hash__  # type: ignore[method-assign, assignment]
    return made


def _reflected(operation: Operation) -> Operation:
    return lambda self, other: operation(other, self)


def _then(operation: Operation, change: Callable[[Any], Any]) -> Operation:
    return lambda self, other: change(operation(self, other))
