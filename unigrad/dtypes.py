"""DType: a number format by its standard name, the same object whatever library holds the numbers."""

from __future__ import annotations

import builtins
from typing import Any, Final

from unigrad.errors import DTypeError

_KINDS: Final = {
    "bool": "bool",
    **dict.fromkeys(("int8", "int16", "int32", "int64", "uint8", "uint16", "uint32", "uint64"), "integer"),
    **dict.fromkeys(("float16", "bfloat16", "float32", "float64"), "real"),
    **dict.fromkeys(("complex64", "complex128"), "complex"),
}


class DType:
    """One number format; there is one object a format, so that ``is`` and ``==`` agree.

    It equals its own name, and any library's format of that name: ``x.dtype == "float32"``, ``x.dtype == torch.float32``.
    """

    __slots__ = ("kind", "name")

    def __init__(self, name: str) -> None:
        self.name = name
        self.kind = _KINDS[name]

    def __eq__(self, other: object) -> bool:
        return self is other or name_of(other) == self.name

    def __hash__(self) -> int:
        return hash(self.name)

    def __repr__(self) -> str:
        return f"unigrad.{self.name}"

    def __str__(self) -> str:
        return self.name

    def __reduce__(self) -> tuple[Any, ...]:
        return dtype, (self.name,)


_FORMATS: Final = {name: DType(name) for name in _KINDS}
_PYTHON_NAMES: Final = {builtins.bool: "bool", builtins.int: "int64", builtins.complex: "complex128"}


def name_of(spec: object) -> str | None:
    """The standard name that `spec` stands for (a name, a DType, a library's own dtype), or None."""
    if isinstance(spec, DType):
        return spec.name
    if isinstance(spec, type) and spec in _PYTHON_NAMES:
        return _PYTHON_NAMES[spec]
    name = getattr(spec, "name", None) or getattr(spec, "__name__", None) or str(spec)
    name = str(name).rpartition(".")[2].removesuffix("_")
    return name if name in _KINDS else None


def dtype(spec: object) -> DType:
    """The DType for a name, a Python type, or a library's own dtype.

    ``float`` has no entry of its own: it is the default dtype, which `unigrad.settings` knows. Raises `DTypeError`.
    """
    name = name_of(spec)
    if name is None:
        raise DTypeError(f"no dtype {spec!r}; there are {', '.join(_KINDS)}")
    return _FORMATS[name]


def promote(first: DType, second: DType) -> DType:
    """The dtype that holds both, one table for every backend: a floating dtype wins over integers and booleans.

    Among floats and complex numbers the wider; among integers the array API standard's table. Raises `DTypeError` for
    uint64 with a signed integer, where no dtype holds both.
    """
    if first is second:
        return first
    low, high = sorted((first, second), key=lambda d: list(_KINDS).index(d.name))
    if high.kind == "complex":
        wide = "complex128" if "float64" in (low.name, high.name) or high.name == "complex128" else "complex64"
        return _FORMATS[wide]
    if low.kind != high.kind:
        return high
    if {low.name, high.name} == {"float16", "bfloat16"}:
        return _FORMATS["float32"]
    if low.name[0] == "i" and high.name[0] == "u":
        return _mixed_integers(low, high)
    return high


def _mixed_integers(signed: DType, unsigned: DType) -> DType:
    bits = max(int(signed.name[3:]), 2 * int(unsigned.name[4:]))
    if bits > 64:
        raise DTypeError(f"no integer dtype holds both '{signed}' and '{unsigned}'; cast one with astype")
    return _FORMATS[f"int{bits}"]


bool_ = _FORMATS["bool"]
int8, int16, int32, int64 = (_FORMATS[f"int{bits}"] for bits in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (_FORMATS[f"uint{bits}"] for bits in (8, 16, 32, 64))
float16, bfloat16, float32, float64 = (_FORMATS[name] for name in ("float16", "bfloat16", "float32", "float64"))
complex64, complex128 = _FORMATS["complex64"], _FORMATS["complex128"]
