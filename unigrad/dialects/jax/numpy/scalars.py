"""Scalar types: ``jnp.float32`` and its like, which are called to make arrays and stand for dtypes."""

from __future__ import annotations

from typing import Any, Final

from unigrad import DType, dtypes, settings
from unigrad.dialects.jax.arrays import NUMBERS, Array, result_dtype, scalar, strong
from unigrad.dialects.jax.numpy.creation import asarray
from unigrad.dialects.jax.precision import canonical, default_dtype, given_dtype, promote, public_dtype

__all__ = [
    "bfloat16",
    "bool_",
    "can_cast",
    "complex64",
    "complex128",
    "complexfloating",
    "dtype",
    "finfo",
    "float16",
    "float32",
    "float64",
    "float_",
    "floating",
    "generic",
    "iinfo",
    "inexact",
    "int8",
    "int16",
    "int32",
    "int64",
    "int_",
    "integer",
    "isdtype",
    "issubdtype",
    "number",
    "promote_types",
    "result_type",
    "signedinteger",
    "uint8",
    "uint16",
    "uint32",
    "uint64",
    "unsignedinteger",
]


class ScalarType(type):
    """The class of the scalar types: they are called, compared with dtypes, and give theirs as ``dtype``."""

    format: DType

    def __call__(cls, x: Any) -> Array:
        """`x` as an array of this dtype."""
        return asarray(x, dtype=cls.format)

    @property
    def dtype(cls) -> Any:
        """The dtype, as ``x.dtype`` gives it."""
        return public_dtype(cls.format)

    def __eq__(cls, other: object) -> bool:
        return cls is other or bool(cls.format == other)

    def __hash__(cls) -> int:
        return hash(cls.format)

    def __instancecheck__(cls, instance: Any) -> bool:
        return False

    def __repr__(cls) -> str:
        return f"<class 'jax.numpy.{cls.__name__}'>"


def _scalar(name: str) -> ScalarType:
    made = ScalarType(name, (), {"__doc__": f"The dtype {name}; called, it makes an array of it."})
    made.format = dtypes.dtype(name)
    return made


bool_ = _scalar("bool")
int8, int16, int32, int64 = (_scalar(f"int{bits}") for bits in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (_scalar(f"uint{bits}") for bits in (8, 16, 32, 64))
float16, bfloat16, float32, float64 = (_scalar(name) for name in ("float16", "bfloat16", "float32", "float64"))
complex64, complex128 = _scalar("complex64"), _scalar("complex128")
float_, int_ = float64, int64
_host: Final = settings.host()
generic, number, integer, inexact = _host.generic, _host.number, _host.integer, _host.inexact
signedinteger, unsignedinteger = _host.signedinteger, _host.unsignedinteger
floating, complexfloating = _host.floating, _host.complexfloating


def dtype(spec: Any) -> Any:
    """The dtype that `spec` stands for, as ``x.dtype`` gives it."""
    return public_dtype(dtypes.dtype(spec)) if isinstance(spec, (ScalarType, DType)) else _host.dtype(spec)


def issubdtype(arg1: Any, arg2: Any) -> bool:
    """Whether the first dtype is one of the second's kind (``jnp.floating``) or the same."""
    if isinstance(arg1, (ScalarType, DType)) and arg1 == "bfloat16":
        return arg2 in (floating, inexact, number, generic, bfloat16)
    second = _host.dtype(arg2.format.name) if isinstance(arg2, ScalarType) and arg2 != "bfloat16" else arg2
    first = dtype(arg1) if isinstance(arg1, (ScalarType, DType)) else arg1
    return bool(_host.issubdtype(first, second))


def isdtype(dtype: Any, kind: Any) -> bool:
    """Whether the dtype is of a kind ("real floating", "integral", "numeric", …) or one of several, or equal to one."""
    found = given_dtype(dtype, "isdtype")
    kinds = kind if isinstance(kind, tuple) else (kind,)
    return any(_is_kind(found, each) for each in kinds)


def _is_kind(found: DType, kind: Any) -> bool:
    signed = found.kind == "integer" and found.name.startswith("int")
    named = {
        "bool": found.kind == "bool",
        "signed integer": signed,
        "unsigned integer": found.kind == "integer" and not signed,
        "integral": found.kind == "integer",
        "real floating": found.kind == "real",
        "complex floating": found.kind == "complex",
        "numeric": found.kind != "bool",
    }
    return named[kind] if isinstance(kind, str) and kind in named else bool(found == kind)


def result_type(*args: Any) -> Any:
    """The dtype that arrays, numbers and dtypes have together."""
    values = [each for each in args if hasattr(each, "shape") or type(each) in NUMBERS]
    given = [strong(each, "result_type") if hasattr(each, "shape") else scalar(each) for each in values]
    named = [canonical(dtypes.dtype(dtype(each))) for each in args if not any(each is one for one in values)]
    found: DType | None = None
    for each in named:
        found = each if found is None else promote(found, each)
    if not given:
        return public_dtype(default_dtype("real") if found is None else found)
    arrays = tuple(given) if found is None else (*given, asarray(0).astype(found))
    return public_dtype(result_dtype(arrays)[0])


def promote_types(a: Any, b: Any) -> Any:
    """The dtype that holds both."""
    return public_dtype(promote(dtypes.dtype(dtype(a)), dtypes.dtype(dtype(b))))


def can_cast(from_: Any, to: Any, casting: str = "safe") -> bool:
    """Whether NumPy casts between the dtypes by this rule."""
    return bool(_host.can_cast(dtype(from_), dtype(to), casting))


def finfo(spec: Any) -> Any:
    """The limits of a floating dtype."""
    return _host.finfo(getattr(spec, "dtype", None) or dtype(spec))


def iinfo(spec: Any) -> Any:
    """The limits of an integer dtype."""
    return _host.iinfo(getattr(spec, "dtype", None) or dtype(spec))
