"""Arithmetic on virtual arrays of levels that compute everything in one way: operators, indices, iteration."""

from __future__ import annotations

import math
import operator
from collections.abc import Callable
from typing import Any, Final

from unigrad.virtual.levels import VirtualArray

OPERATORS: Final = {
    "add": "add",
    "sub": "subtract",
    "mul": "multiply",
    "truediv": "divide",
    "floordiv": "floor_divide",
    "mod": "remainder",
    "pow": "pow",
    "and_": "bitwise_and",
    "or_": "bitwise_or",
    "xor": "bitwise_xor",
    "lshift": "bitwise_left_shift",
    "rshift": "bitwise_right_shift",
}
"""Python's operators of two operands, by their names in `operator`, and the kernels of the same meaning."""
COMPARISONS: Final = {
    "eq": "equal",
    "ne": "not_equal",
    "lt": "less",
    "le": "less_equal",
    "gt": "greater",
    "ge": "greater_equal",
}
SIGNS: Final = {"neg": "negative", "pos": "positive", "abs": "abs", "invert": "bitwise_invert"}


class Arithmetic(VirtualArray):
    """An array whose operators are its namespace's: ``xp.operate(name, compute, operands)``.

    A subclass has ``shape``, ``dtype`` and ``device``.
    """

    __slots__ = ()

    xp: Any
    shape: Any

    @property
    def ndim(self) -> int:
        """The number of axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """The number of elements."""
        return math.prod(self.shape)

    def __getitem__(self, key: Any) -> Any:
        return self.xp.getitem(self, key=key if isinstance(key, tuple) else (key,))

    def __iter__(self) -> Any:
        return (self[place] for place in range(self.shape[0]))

    def __len__(self) -> int:
        return int(self.shape[0])

    __hash__ = None  # type: ignore[assignment]


class Holding(Arithmetic):
    """An array of the namespace below, ``data``, and what the level knows of it: shape, dtype and device are that array's."""

    __slots__ = ()

    @property
    def shape(self) -> tuple[int, ...]:
        """The length of each axis."""
        return tuple(self.data.shape)

    @property
    def dtype(self) -> Any:
        """The library's own dtype."""
        return self.data.dtype

    @property
    def device(self) -> Any:
        """The library's own device."""
        return self.data.device


def _binary(name: str, compute: Callable[[Any, Any], Any], swapped: bool = False) -> Any:
    def method(self: Arithmetic, other: Any) -> Any:
        return self.xp.operate(name, compute, (other, self) if swapped else (self, other))

    return method


def _unary(name: str, compute: Callable[[Any], Any]) -> Any:
    return lambda self: self.xp.operate(name, compute, (self,))


for _word, _kernel in OPERATORS.items():
    _compute = getattr(operator, _word)
    setattr(Arithmetic, f"__{_word.removesuffix('_')}__", _binary(_kernel, _compute))
    setattr(Arithmetic, f"__r{_word.removesuffix('_')}__", _binary(_kernel, _compute, swapped=True))
for _word, _kernel in COMPARISONS.items():
    setattr(Arithmetic, f"__{_word}__", _binary(_kernel, getattr(operator, _word)))
for _word, _kernel in SIGNS.items():
    setattr(Arithmetic, f"__{_word}__", _unary(_kernel, getattr(operator, _word)))
