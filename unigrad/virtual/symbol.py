"""The symbol level: arrays that also know how they were computed, so that a rule is shown as the formula that it computes.

Its kernels compute with those below, so that a rule that looks at shapes or values takes its usual way, and write down
what they did. Nothing in a rule knows of it.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any, Final

from unigrad.virtual.arithmetic import Holding
from unigrad.virtual.formula import Call, Constant, Formula, Name, Part
from unigrad.virtual.levels import PLAIN, READING, Level, Namespace


class SymbolArray(Holding):
    """An array and the formula for it."""

    __slots__ = ("formula",)

    def __init__(self, data: Any, formula: Formula, xp: SymbolNamespace) -> None:
        self.data = data
        self.formula = formula
        self.xp: SymbolNamespace = xp

    def replaced(self, data: Any, xp: Any) -> SymbolArray:
        """The same formula for other data, in another namespace of the level."""
        return SymbolArray(data, self.formula, xp)

    def __repr__(self) -> str:
        return f"<formula of shape {self.shape}>"

    def __bool__(self) -> bool:
        return bool(self.data)


class SymbolLevel(Level):
    """A level at which formulas are written."""

    def make_namespace(self, inner: ModuleType | Namespace) -> SymbolNamespace:
        """The kernels that write formulas while they compute with those of `inner`."""
        return SymbolNamespace(self, inner)


class SymbolNamespace(Namespace):
    """Kernels on arrays with formulas; each is made when it is first asked for."""

    def make_kernel(self, name: str, inner: Any) -> Any:
        """The kernel that also writes its call down; what gives no arrays is handed on."""
        if not callable(inner) or name in PLAIN or name == "number_beside":
            return inner
        if name in READING or name in ("device_of", "is_traced"):
            return lambda x, *operands, **options: inner(_bare(x), *operands, **options)
        if name in _UNSEEN:
            return lambda x, **options: SymbolArray(inner(x.data, **options), x.formula, self)

        def kernel(*operands: Any, **options: Any) -> Any:
            data = inner(*_bare(operands), **{word: _bare(value) for word, value in options.items()})
            if name in _SHAPING and data.shape == operands[0].shape and data.dtype == operands[0].dtype:
                return SymbolArray(data, operands[0].formula, self)
            written = tuple((word, _formula(value)) for word, value in options.items())
            return self.wrapped(data, Call(name, tuple(map(_formula, operands)), written))

        return kernel

    def operate(self, name: str, compute: Callable[..., Any], operands: tuple[Any, ...]) -> SymbolArray:
        """What an operator gives: rules have those of logic for booleans only."""
        data = compute(*map(_bare, operands))
        return SymbolArray(data, Call(_OF_LOGIC.get(name, name), tuple(map(_formula, operands))), self)

    def wrapped(self, data: Any, formula: Formula) -> Any:
        """`data` of the namespace below with its formula; of several results each is a part of it."""
        if isinstance(data, tuple):
            return tuple(SymbolArray(part, Part(formula, place), self) for place, part in enumerate(data))
        return SymbolArray(data, formula, self)

    def named(self, data: Any, name: str) -> SymbolArray:
        """`data` under a name."""
        return SymbolArray(data, Name(name), self)

    def constant(self, data: Any) -> SymbolArray:
        """`data` that no name was given."""
        return SymbolArray(data, Name("constant"), self)


_OF_LOGIC: Final = {
    "bitwise_and": "logical_and",
    "bitwise_or": "logical_or",
    "bitwise_xor": "logical_xor",
    "bitwise_invert": "logical_not",
}
_UNSEEN: Final = frozenset("copy enter to_device positive".split())
"""What leaves the values as they are."""
_SHAPING: Final = frozenset("reshape broadcast_to astype squeeze".split())
"""What is not worth a word where it changes nothing."""


def _bare(value: Any) -> Any:
    if isinstance(value, SymbolArray):
        return value.data
    return type(value)(map(_bare, value)) if type(value) in (tuple, list) else value


def _formula(value: Any) -> Any:
    if isinstance(value, SymbolArray):
        return value.formula
    if type(value) in (tuple, list) and any(isinstance(each, SymbolArray) for each in value):
        return tuple(map(_formula, value))
    return Constant(value)
