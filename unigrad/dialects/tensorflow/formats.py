"""tf.DType: unigrad's dtypes as TensorFlow prints and names them."""

from __future__ import annotations

import builtins
import math
from typing import Any, Final

from unigrad import dtypes, settings
from unigrad.dialects.absence import absent

_SIZES: Final = {
    "bool": 1,
    "bfloat16": 2,
    "complex64": 8,
    "complex128": 16,
    **{f"{sign}int{8 * size}": size for sign in ("", "u") for size in (1, 2, 4, 8)},
    **{f"float{8 * size}": size for size in (2, 4, 8)},
}
_OTHER_NAMES: Final = {"half": "float16", "double": "float64", "float": "float32"}


class DType(dtypes.DType):
    """A number format: ``tf.float32``. It equals its name and every library's format of that name."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"tf.{self.name}"

    def __str__(self) -> str:
        return f"<dtype: {self.name!r}>"

    __hash__ = dtypes.DType.__hash__

    def __reduce__(self) -> tuple[Any, ...]:
        return as_dtype, (self.name,)

    @property
    def is_floating(self) -> builtins.bool:
        """Whether it holds real floating numbers."""
        return self.kind == "real"

    @property
    def is_integer(self) -> builtins.bool:
        """Whether it holds whole numbers."""
        return self.kind == "integer"

    @property
    def is_bool(self) -> builtins.bool:
        """Whether it holds truth values."""
        return self.kind == "bool"

    @property
    def is_complex(self) -> builtins.bool:
        """Whether it holds complex numbers."""
        return self.kind == "complex"

    @property
    def is_unsigned(self) -> builtins.bool:
        """Whether it holds whole numbers without a sign."""
        return self.name.startswith("uint")

    @property
    def is_numpy_compatible(self) -> builtins.bool:
        """Whether NumPy has it."""
        return self.name != "bfloat16"

    @property
    def base_dtype(self) -> DType:
        """Itself: there are no reference dtypes."""
        return self

    @property
    def real_dtype(self) -> DType:
        """The dtype of the real part."""
        return as_dtype({"complex64": "float32", "complex128": "float64"}.get(self.name, self.name))

    @property
    def size(self) -> int:
        """Bytes an element."""
        return _SIZES[self.name]

    @property
    def as_numpy_dtype(self) -> Any:
        """NumPy's scalar type of this name."""
        return settings.host().native_dtype(self.name).type

    @property
    def min(self) -> Any:
        """The smallest finite value."""
        if self.is_floating:
            return -self.max
        if self.is_bool:
            return False
        return 0 if self.is_unsigned else -(2 ** (8 * self.size - 1))

    @property
    def max(self) -> Any:
        """The largest finite value."""
        if self.is_floating:
            digits, top = {"float16": (11, 16), "bfloat16": (8, 128), "float32": (24, 128), "float64": (53, 1024)}[
                self.name
            ]
            return self.as_numpy_dtype(math.ldexp(1 - 2.0**-digits, top))
        bits = 8 * self.size - (not self.is_unsigned)
        return True if self.is_bool else 2**bits - 1

    @property
    def limits(self) -> tuple[int, int]:
        """The range of whole numbers, from 0 on for the signed ones too, as TensorFlow has it."""
        return (0, 1) if self.is_floating else (0, int(self.max))


_FORMATS: Final = {name: DType(name) for name in _SIZES}


def as_dtype(spec: Any) -> DType:
    """The tf.DType of a name, a Python type, or any library's dtype; ``float`` is float32 and ``int`` int32."""
    if type(spec) is DType:
        return spec
    if spec is float:
        return _FORMATS["float32"]
    if spec is int:
        return _FORMATS["int32"]
    return _FORMATS[dtypes.dtype(_OTHER_NAMES.get(spec, spec) if isinstance(spec, str) else spec).name]


def of_native(native: Any) -> DType:
    """The tf.DType of a backend's own dtype."""
    made = _BY_NATIVE.get(native)
    if made is None:
        made = _BY_NATIVE[native] = _FORMATS[dtypes.dtype(native).name]
    return made


_BY_NATIVE: Final[dict[Any, DType]] = {}

bool = _FORMATS["bool"]
int8, int16, int32, int64 = (_FORMATS[f"int{bits}"] for bits in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (_FORMATS[f"uint{bits}"] for bits in (8, 16, 32, 64))
bfloat16, float16, float32, float64 = (_FORMATS[name] for name in ("bfloat16", "float16", "float32", "float64"))
half, double = float16, float64
complex64, complex128 = _FORMATS["complex64"], _FORMATS["complex128"]

__all__ = ["DType", "as_dtype", "double", "half"]
__all__ += list(_FORMATS)

__getattr__ = absent(
    "tensorflow.dtypes", lambda: __all__, {"string": "arrays hold numbers", "variant": "arrays hold numbers"}
)
