"""Formats: torch's names for dtypes, shapes and devices."""

from __future__ import annotations

import functools
import math
from typing import Any, Final

import unigrad as ug
from unigrad import dtypes, settings
from unigrad.dialects.torch.errors import LibraryError


class dtype(ug.DType):  # noqa: N801 - torch's name
    """A number format: unigrad's, printed as torch prints it."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"torch.{self.name}"

    __str__ = __repr__

    @property
    def is_floating_point(self) -> bool:
        """Whether it is a real floating format."""
        return self.kind == "real"

    @property
    def is_complex(self) -> bool:
        """Whether it is a complex format."""
        return self.kind == "complex"

    @property
    def itemsize(self) -> int:
        """How many bytes an element takes."""
        return 1 if self.kind == "bool" else int("".join(filter(str.isdigit, self.name))) // 8

    def __reduce__(self) -> tuple[Any, ...]:
        return format_named, (self.name,)


@functools.cache
def format_named(name: str) -> dtype:
    """The one dtype of this name."""
    return dtype(name)


@functools.cache
def format_of(native: Any) -> dtype:
    """The dtype of a library's own dtype."""
    return format_named(dtypes.dtype(native).name)


def chosen(spec: Any) -> dtype | None:
    """A dtype argument as one of these; Python's ``float`` is the default dtype. Raises `DTypeError`."""
    return None if spec is None else format_named(settings.resolve_dtype(spec).name)


int8, int16, int32, int64 = (format_named(f"int{bits}") for bits in (8, 16, 32, 64))
uint8, uint16, uint32, uint64 = (format_named(f"uint{bits}") for bits in (8, 16, 32, 64))
float16, bfloat16, float32, float64 = (format_named(name) for name in ("float16", "bfloat16", "float32", "float64"))
complex64, complex128, truth = format_named("complex64"), format_named("complex128"), format_named("bool")

TYPE_NAMES: Final = {
    "float32": "Float",
    "float64": "Double",
    "float16": "Half",
    "bfloat16": "BFloat16",
    "int64": "Long",
    "int32": "Int",
    "int16": "Short",
    "int8": "Char",
    "uint8": "Byte",
    "bool": "Bool",
    "complex64": "ComplexFloat",
    "complex128": "ComplexDouble",
}
"""What torch calls the class of a tensor of each dtype, as in ``torch.FloatTensor``."""


def get_default_dtype() -> dtype:
    """The dtype of tensors made from Python floats."""
    return format_named(ug.get_default_dtype().name)


def set_default_dtype(d: Any) -> None:
    """Make `d` the dtype of tensors made from Python floats, for unigrad as a whole."""
    ug.set_default_dtype(d)


class Size(tuple[int, ...]):
    """The shape of a tensor."""

    __slots__ = ()

    def __repr__(self) -> str:
        return f"torch.Size({list(self)})"

    __str__ = __repr__

    def __getitem__(self, key: Any) -> Any:
        part = tuple.__getitem__(self, key)
        return Size(part) if isinstance(key, slice) else part

    def __add__(self, other: Any) -> Any:
        return Size(tuple.__add__(self, tuple(other)))

    def __reduce__(self) -> tuple[Any, ...]:
        return Size, (tuple(self),)

    def numel(self) -> int:
        """The number of elements of a tensor of this shape."""
        return math.prod(self)


class device:  # noqa: N801 - torch's name
    """Where a tensor lies: ``device("cpu")``, ``device("cuda", 0)``."""

    __slots__ = ("index", "type")

    index: int | None
    type: str

    def __init__(self, type: Any, index: int | None = None) -> None:
        if isinstance(type, int):
            type, index = "cuda", type
        kind, _, number = str(type).partition(":")
        if kind not in ("cpu", "cuda", "mps", "xpu", "meta"):
            raise LibraryError(f"expected a device such as 'cpu' or 'cuda:0', not {type!r}")
        self.type = kind
        self.index = int(number) if number else index

    def __repr__(self) -> str:
        place = "" if self.index is None else f", index={self.index}"
        return f"device(type={self.type!r}{place})"

    def __str__(self) -> str:
        return self.type if self.index is None else f"{self.type}:{self.index}"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, device) and str(self) == str(other)

    def __hash__(self) -> int:
        return hash(str(self))


def device_of(native: Any) -> device:
    """The device that a backend's own words name."""
    words = f"{native}".lower()
    if "cuda" in words or "gpu" in words:
        digits = "".join(filter(str.isdigit, words.rpartition(":")[2]))
        return device("cuda", int(digits or "0"))
    return device("cpu")


def place(spec: Any) -> Any:
    """A device argument as the backend in force takes it; None where nothing was asked, or the host's own memory.

    Raises `LibraryError` where the backend has no such device.
    """
    if spec is None:
        return None
    wanted, backend = device(spec), ug.get_backend()
    if wanted.type == "cpu" and device_of(backend.default_device()).type == "cpu":
        return None
    for name in backend.devices():
        if device_of(name).type == wanted.type and wanted.index in (None, device_of(name).index):
            return name
    raise LibraryError(
        f"backend '{backend.name}' has no device '{wanted}' here; leave the device out, or choose another backend with "
        "unigrad.set_backend"
    )
