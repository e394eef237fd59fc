"""The shape level: arrays without numbers, a shape and a dtype each, and a ledger of what computing them would cost.

The shape of a result is a rule's (`unigrad.virtual.shape_rules`), its dtype the library's own answer for arrays of a few
elements. Whole numbers and booleans that do not depend on the arguments are known, as shapes may depend on them: indices,
masks, lengths.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from types import ModuleType
from typing import Any, Final, NamedTuple

from unigrad import settings
from unigrad.conversion import format_of
from unigrad.errors import ArgumentError
from unigrad.places import at_line
from unigrad.virtual.arithmetic import Arithmetic
from unigrad.virtual.levels import PLAIN, READING, Level, Namespace

Shape = tuple[int, ...]

MAKING: Final = frozenset("arange linspace asarray from_numpy".split())
"""Kernels that make arrays of what the program gives, which are made."""


class ShapeArray(Arithmetic):
    """The shape and the library's dtype of an array; ``data`` are its numbers where they are known, else None."""

    __slots__ = ("dtype", "shape")

    shape: Shape
    dtype: Any

    def __init__(self, shape: Shape, dtype: Any, xp: ShapeNamespace, data: Any = None) -> None:
        self.shape = shape
        self.dtype = dtype
        self.xp: ShapeNamespace = xp
        self.data = data

    def replaced(self, data: Any, xp: Any) -> ShapeArray:
        """The same shape in another namespace of the level."""
        return ShapeArray(self.shape, self.dtype, xp, None if self.data is None else data)

    @property
    def device(self) -> None:
        """No device holds it."""
        return

    def __repr__(self) -> str:
        return f"<shape {self.shape}, {self.xp.dtype_name(self.dtype)}>"

    def no_value(self, what: str) -> ArgumentError:
        """The error for what would need the numbers."""
        return no_value(what)


def no_value(what: str) -> ArgumentError:
    """The error for what would need the numbers of an array."""
    return ArgumentError(
        f"eval_shape and cost have shapes and no values, and {what} needs one; use where() for a choice, or give the "
        f"argument as a Python number{at_line()}"
    )


class Entry(NamedTuple):
    """One kernel in the ledger: its name, floating-point operations, bytes read and written, and whether they are guessed."""

    name: str
    flops: float
    read: int
    written: int
    guessed: bool


class Call(NamedTuple):
    """One kernel with its operands, which are ShapeArrays and Python numbers, and its options."""

    name: str
    operands: tuple[Any, ...]
    options: dict[str, Any]

    @property
    def arrays(self) -> list[ShapeArray]:
        """All arrays among the operands."""
        return list(arrays_in(self.operands))

    @property
    def shapes(self) -> list[Shape]:
        """Their shapes."""
        return [x.shape for x in self.arrays]


class ShapeLevel(Level):
    """One abstract run; its ``ledger`` has an entry for each kernel."""

    def __init__(self) -> None:
        super().__init__()
        self.ledger: list[Entry] = []
        self._dtypes: dict[Any, list[Any]] = {}

    def make_namespace(self, inner: ModuleType | Namespace) -> ShapeNamespace:
        """The kernels on shapes."""
        return ShapeNamespace(self, inner)

    def check_open(self) -> None:
        """Raise `ArgumentError` once the run is over."""
        if self.closed:
            raise ArgumentError(
                "this Tensor stood for a shape under eval_shape or cost, and has escaped from it; "
                "give it back as a result instead of keeping it outside"
            )

    def total(self, data: Any, xp: Any, mapped: bool) -> Any:
        """There are no numbers to hand out: raises `ArgumentError`."""
        raise no_value("the gradient of an array from outside")

    def dtypes_of(self, call: Call, probe: Callable[[], Any]) -> list[Any]:
        """The dtypes of a call's results: those of `probe`, which runs the kernel on a few elements, once for each case."""
        key = (call.name, *map(_key, call.operands), *((word, _key(value)) for word, value in call.options.items()))
        found = self._dtypes.get(key)
        if found is None:
            with warnings.catch_warnings(), settings.host().errstate(all="ignore"):
                warnings.simplefilter("ignore")
                results = probe()
            found = self._dtypes[key] = [each.dtype for each in _several(results)]
        return found


class ShapeNamespace(Namespace):
    """Kernels on shapes; each is made when it is first asked for."""

    level: ShapeLevel

    def make_kernel(self, name: str, inner: Any) -> Any:
        """The kernel on shapes, given the library's."""
        if not callable(inner) or name in PLAIN:
            return inner
        if name in READING:
            return lambda x, *operands, **options: inner(_read(x), *operands, **options)
        if name in ("number_beside", "device_of"):  # numbers stay Python's, and no device holds a shape
            return lambda *operands, **options: None
        if name == "is_traced":
            return lambda x: isinstance(x, ShapeArray) and x.data is None
        if name in MAKING:
            return lambda *operands, **options: self.constant(inner(*operands, **options))
        return lambda *operands, **options: self.run(Call(name, operands, options), inner)

    def operate(self, name: str, compute: Callable[..., Any], operands: tuple[Any, ...]) -> Any:
        """An operator of Python's on shapes."""
        return self.run(Call(name, operands, {}), compute)

    def constant(self, data: Any) -> ShapeArray:
        """An array of the library's as a shape; its numbers are kept where a shape may depend on them."""
        known = data if format_of(data.dtype).kind in ("integer", "bool") else None
        return ShapeArray(tuple(data.shape), data.dtype, self, known)

    def run(self, call: Call, kernel: Callable[..., Any]) -> Any:
        """The results of a call, entered in the ledger."""
        from unigrad.virtual.shape_costs import entry  # both are written with the arrays of this module
        from unigrad.virtual.shape_rules import results_of

        if call.arrays and all(x.data is not None for x in arrays_in((call.operands, call.options))):
            found = kernel(*bare(call.operands), **bare(call.options))
            results = [self.constant(each) for each in _several(found)]
            several = isinstance(found, tuple)
        else:
            results, several = results_of(self, call, kernel)
        self.level.ledger.append(entry(call, results))
        return tuple(results) if several else results[0]


def arrays_in(value: Any) -> Any:
    """The ShapeArrays in an operand, in a sequence of them, or in options."""
    if isinstance(value, ShapeArray):
        yield value
    elif isinstance(value, (tuple, list)):
        for each in value:
            yield from arrays_in(each)
    elif isinstance(value, dict):
        yield from arrays_in(tuple(value.values()))


def bare(value: Any) -> Any:
    """The library's arrays in the place of those whose numbers are known."""
    if isinstance(value, ShapeArray):
        return value.data
    if isinstance(value, dict):
        return {word: bare(each) for word, each in value.items()}
    return type(value)(map(bare, value)) if type(value) in (tuple, list) else value


def _several(result: Any) -> list[Any]:
    return list(result) if isinstance(result, tuple) else [result]


def _read(x: Any) -> Any:
    if isinstance(x, ShapeArray):
        if x.data is None:
            raise no_value("what reads the values")
        return x.data
    return x


def _key(value: Any) -> Any:
    """What a dtype may depend on: of arrays the dtype and the number of axes, of numbers all."""
    if isinstance(value, ShapeArray):
        return value.dtype, len(value.shape)
    if isinstance(value, (tuple, list)):
        return tuple(map(_key, value))
    if isinstance(value, slice):
        return "slice"
    return (type(value), value) if isinstance(value, (int, float, complex, str, type(None))) else str(value)
