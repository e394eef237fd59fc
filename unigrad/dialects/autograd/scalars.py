"""Scalar types: NumPy's number formats, which serve as dtypes, as conversions and in ``isinstance``."""

from __future__ import annotations

from typing import Any, Final

from unigrad.dialects.autograd.arrays import asarray, cast, ndarray

KINDS: Final = {
    "generic": ("bool", "integer", "real", "complex"),
    "number": ("integer", "real", "complex"),
    "integer": ("integer",),
    "inexact": ("real", "complex"),
    "floating": ("real",),
    "complexfloating": ("complex",),
}
"""NumPy's abstract types, and the kinds of dtype that they cover."""

FORMATS: Final = (
    "bool_ int8 int16 int32 int64 uint8 uint16 uint32 uint64 float16 float32 float64 complex64 complex128".split()
)


class ScalarType(type):
    """The class of the types below: an array without axes is an instance of its format's, and of the abstract ones."""

    def __instancecheck__(cls, value: object) -> bool:
        if not isinstance(value, ndarray) or value.ndim:
            return False
        if cls.__name__ in KINDS:
            return value.dtype.kind in KINDS[cls.__name__]
        return bool(value.dtype == cls.__name__)

    def __call__(cls, value: Any = 0) -> ndarray:
        """`value` in this format."""
        if cls.__name__ in KINDS:
            raise TypeError(f"cannot create '{cls.__name__}' instances; use float64 or another format")
        return cast(asarray(value), cls.__name__.removesuffix("_"))


TYPES: dict[str, Any] = {name: ScalarType(name, (), {}) for name in (*FORMATS, *KINDS)}
TYPES |= {
    "bool": TYPES["bool_"],
    "double": TYPES["float64"],
    "single": TYPES["float32"],
    "half": TYPES["float16"],
    "int_": TYPES["int64"],
    "intp": TYPES["int64"],
    "intc": TYPES["int32"],
    "uint": TYPES["uint64"],
    "cdouble": TYPES["complex128"],
    "csingle": TYPES["complex64"],
}
