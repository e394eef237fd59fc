"""Inspection: what the standard lets a program ask of a namespace, and of the dtypes in it."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from types import ModuleType
from typing import Any, Final

from unigrad import dtypes, settings
from unigrad.conversion import NUMBERS, made_dtype
from unigrad.dtypes import DType
from unigrad.errors import ArgumentError, DTypeError
from unigrad.graph import Tensor
from unigrad.primitives import asarray

__all__ = ["can_cast", "finfo", "iinfo", "isdtype", "promote_types", "result_type"]

_SIGNED: Final = ("int8", "int16", "int32", "int64")
_UNSIGNED: Final = ("uint8", "uint16", "uint32", "uint64")
_REAL: Final = ("float32", "float64")
_COMPLEX: Final = ("complex64", "complex128")

#: The dtypes of the standard, by the names that it gives to kinds of them.
KINDS: Final[dict[str, tuple[str, ...]]] = {
    "bool": ("bool",),
    "signed integer": _SIGNED,
    "unsigned integer": _UNSIGNED,
    "integral": _SIGNED + _UNSIGNED,
    "real floating": _REAL,
    "complex floating": _COMPLEX,
    "numeric": _SIGNED + _UNSIGNED + _REAL + _COMPLEX,
}
#: unigrad's own that the standard does not name, of the kinds that they are.
_FURTHER: Final = {
    "real floating": ("float16", "bfloat16"),
    "numeric": ("float16", "bfloat16"),
}


def _of_kind(kind: object) -> tuple[str, ...]:
    if isinstance(kind, tuple):
        return tuple(name for each in kind for name in _of_kind(each))
    if isinstance(kind, str) and kind in KINDS:
        return KINDS[kind] + _FURTHER.get(kind, ())
    name = dtypes.name_of(kind)
    if name is None:
        raise ArgumentError(
            f"a kind of dtypes is {', '.join(map(repr, KINDS))}, a dtype, or a tuple of these; got {kind!r}"
        )
    return (name,)


def isdtype(dtype: object, kind: object) -> bool:
    """Whether `dtype` is of this `kind`: a kind's name (``"integral"`` …), a dtype, or a tuple of these."""
    return dtypes.dtype(dtype).name in _of_kind(kind)


def promote_types(type1: object, type2: object, /) -> DType:
    """The dtype that an operation on arrays of these two gives. Raises `DTypeError` where there is none."""
    return dtypes.promote(settings.resolve_dtype(type1), settings.resolve_dtype(type2))


def _format(operand: Any) -> DType:
    return operand.dtype if isinstance(operand, Tensor) else settings.resolve_dtype(getattr(operand, "dtype", operand))


def result_type(*arrays_and_dtypes: Any) -> DType:
    """The dtype that an operation on these gives: arrays, dtypes, and Python numbers, which give way to arrays of their kind."""
    if not arrays_and_dtypes:
        raise ArgumentError("'result_type' needs at least one array or dtype")
    numbers = [each for each in arrays_and_dtypes if type(each) in NUMBERS]
    formats = [_format(each) for each in arrays_and_dtypes if type(each) not in NUMBERS]
    if not formats:
        formats = [made_dtype(asarray(each).dtype) for each in numbers]
        numbers = []
    common = formats[0]
    for other in formats[1:]:
        common = dtypes.promote(common, other)
    for number in numbers:
        common = _beside(common, number)
    return common


def _beside(common: DType, number: Any) -> DType:
    """The dtype of an array of dtype `common` with a Python number."""
    order = ("bool", "integer", "real", "complex")
    made = made_dtype(dtypes.dtype(type(number)) if type(number) is not float else dtypes.float64)
    if order.index(made.kind) <= order.index(common.kind):
        return common
    if made.kind == "complex" and common.kind == "real":
        return dtypes.complex128 if common is dtypes.float64 else dtypes.complex64
    return made


def can_cast(from_: Any, to: object, /) -> bool:
    """Whether every number of one dtype (or of an array's) has its like in the other, as far as kinds go."""
    first, second = _format(from_), settings.resolve_dtype(to)
    try:
        return dtypes.promote(first, second) is second
    except DTypeError:
        return False


@dataclass(frozen=True)
class FloatInfo:
    """What `finfo` gives: bits, the distance of 1 to the next number, the largest, smallest, and smallest normal number."""

    bits: int
    eps: float
    max: float
    min: float
    smallest_normal: float
    dtype: DType

    @property
    def tiny(self) -> float:
        """NumPy's other name for the smallest normal number."""
        return self.smallest_normal


@dataclass(frozen=True)
class IntegerInfo:
    """What `iinfo` gives: bits, the largest and the smallest number."""

    bits: int
    max: int
    min: int
    dtype: DType


def finfo(type: Any, /) -> FloatInfo:
    """What there is to know of a floating dtype, or that of an array; of a complex one, that of its parts."""
    given = _format(type)
    parts = {"complex64": dtypes.float32, "complex128": dtypes.float64}.get(given.name, given)
    if parts.kind != "real":
        raise DTypeError(f"'finfo' tells of floating dtypes, not of '{given}'; use iinfo")
    digits, exponents = {"float16": (10, 5), "bfloat16": (7, 8), "float32": (23, 8), "float64": (52, 11)}[parts.name]
    top = 2 ** (exponents - 1)
    largest = float(2 ** (top - 1) * (2 - 2.0**-digits))
    return FloatInfo(1 + digits + exponents, 2.0**-digits, largest, -largest, 2.0 ** (2 - top), parts)


def iinfo(type: Any, /) -> IntegerInfo:
    """What there is to know of an integer dtype, or that of an array."""
    given = _format(type)
    if given.kind != "integer":
        raise DTypeError(f"'iinfo' tells of integer dtypes, not of '{given}'; use finfo")
    bits = int(given.name.lstrip("uint"))
    low = 0 if given.name[0] == "u" else -(2 ** (bits - 1))
    return IntegerInfo(bits, low + 2**bits - 1, low, given)


class NamespaceInfo:
    """What the standard lets a program ask of a namespace, for the backend in force."""

    def capabilities(self) -> dict[str, Any]:
        """What works: indexing by booleans, shapes that depend on values, any number of axes (NumPy's limit is 64)."""
        return {"boolean indexing": True, "data-dependent shapes": True, "max dimensions": 64}

    def default_device(self) -> Any:
        """Where new arrays go."""
        chosen = settings.choice()
        return chosen.xp.devices()[0] if chosen.device is None else chosen.device

    def devices(self) -> list[Any]:
        """The devices that arrays can be on."""
        return list(settings.choice().xp.devices())

    def default_dtypes(self, *, device: Any = None) -> dict[str, DType]:
        """The dtypes of what is made from Python numbers, and of positions."""
        real = settings.get_default_dtype()
        return {
            "real floating": real,
            "complex floating": dtypes.complex64 if real is dtypes.float32 else dtypes.complex128,
            "integral": dtypes.int64,
            "indexing": dtypes.int64,
        }

    def dtypes(self, *, device: Any = None, kind: Any = None) -> dict[str, DType]:
        """The dtypes of the standard that the backend has, by their names, of one kind or of several."""
        known = [name for names in (KINDS["bool"], KINDS["numeric"]) for name in names]
        asked = known if kind is None else _of_kind(kind)
        xp = settings.choice().xp
        return {name: dtypes.dtype(name) for name in known if name in asked and _works(xp, name)}


@functools.cache
def _works(xp: ModuleType, name: str) -> bool:
    """Whether a library has a dtype, and arithmetic for it: Torch can hold large unsigned integers, but not add them."""
    try:
        one = xp.zeros((1,), dtype=xp.native_dtype(name), device=None)
        if name in _UNSIGNED:
            xp.add(one, one)
            xp.less(one, one)
    except (DTypeError, NotImplementedError, RuntimeError, TypeError):
        return False
    return True


def array_namespace_info() -> NamespaceInfo:
    """What there is to know of `unigrad.numpy`, for the backend in force: the standard's ``__array_namespace_info__``."""
    return NamespaceInfo()
