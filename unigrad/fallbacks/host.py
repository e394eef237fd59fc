"""Fallbacks for the glue around the kernels: to and from the host, dtypes by name, devices."""

from __future__ import annotations

import math
from importlib import import_module
from typing import Any

from unigrad.errors import DTypeError
from unigrad.fallbacks.standard_spelled import named_device

__all__ = [
    "abstractly",
    "buffer_of",
    "callback",
    "compiled",
    "copy",
    "device_of",
    "devices",
    "dtype_name",
    "enter",
    "from_numpy",
    "fuses",
    "is_traced",
    "is_worth_a_loop",
    "item",
    "lock",
    "native_dtype",
    "number_beside",
    "read_only_view",
    "scalar_forms",
    "takes_out",
    "to_device",
    "to_dlpack",
    "to_numpy",
]

# As in unigrad.fallbacks.indexing: the host of every backend, named so that unigrad imports no array library.
_numpy = import_module("numpy")


def enter(_xp: Any, data: Any) -> Any:
    """The array as unigrad takes it in, free of the library's own recording, sharing memory."""
    return data


def to_numpy(_xp: Any, data: Any) -> Any:
    """The array on the host; memory may be shared."""
    return _numpy.asarray(data)


def from_numpy(xp: Any, array: Any, *, dtype: Any = None, device: Any = None, copy: bool = False) -> Any:
    """A host array as one of the backend's; with ``copy``, never sharing memory."""
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    return xp.asarray(array, dtype=dtype, device=device, copy=True if copy else None)


def read_only_view(xp: Any, data: Any) -> Any:
    """The array on the host, in a view that cannot be written through."""
    view = _numpy.asarray(xp.to_numpy(data)).view()
    view.flags.writeable = False
    return view


def to_dlpack(_xp: Any, data: Any, **options: Any) -> Any:
    """The capsule by which another library shares the array's memory."""
    return data.__dlpack__(**options)


def item(xp: Any, data: Any) -> Any:
    """The one element of the array, as a Python number."""
    return _numpy.asarray(xp.to_numpy(data)).item()


def lock(_xp: Any, data: Any) -> None:
    """Keep the caller from writing to an array that unigrad shares, where the library has such a lock: NumPy has."""
    if isinstance(data, _numpy.ndarray):
        data.flags.writeable = False


def copy(xp: Any, data: Any) -> Any:
    """The same numbers in memory of their own."""
    return xp.asarray(data, copy=True)


def buffer_of(xp: Any, data: Any) -> tuple[int, int]:
    """What tells the array's memory from others, and its size in bytes: a view keeps the whole of it alive."""
    while isinstance(getattr(data, "base", None), type(data)):
        data = data.base
    size = getattr(data, "nbytes", None)
    return id(data), int(math.prod(data.shape) * _bytes_of(xp, data.dtype) if size is None else size)


def _bytes_of(xp: Any, native: Any) -> int:
    """The size of an element, of a library that does not say how many bytes an array has."""
    return int(_numpy.dtype(xp.dtype_name(native)).itemsize)


def native_dtype(xp: Any, name: str) -> Any:
    """The library's dtype of this name; raises `DTypeError` where it has none."""
    try:
        return getattr(xp, name)
    except AttributeError:
        raise DTypeError(f"backend {xp.__backend__.name!r} has no dtype {name!r}") from None


def dtype_name(_xp: Any, native: Any) -> str:
    """The name of one of the library's dtypes: ``"float32"``."""
    return str(native).rpartition(".")[2]


def callback(xp: Any, operands: Any, *, of: Any) -> tuple[Any, ...]:
    """What a `unigrad.callbacks.Callback` gives of the arrays."""
    device = next((xp.device_of(x) for x in operands), None)
    return tuple(xp.from_numpy(each, device=device, copy=True) for each in of(*map(xp.to_numpy, operands)))


def number_beside(_xp: Any, _value: float, *, dtype: Any) -> Any:
    """A Python number as the library takes it fastest beside arrays of this dtype; None where that is the number itself."""
    return None


def is_traced(_xp: Any, _data: Any) -> bool:
    """Whether the array is a stand-in whose numbers are not known yet."""
    return False


def device_of(_xp: Any, data: Any) -> Any:
    """The device that holds the array."""
    return getattr(data, "device", None)


def to_device(xp: Any, data: Any, device: Any) -> Any:
    """The array on another device."""
    return data.to_device(named_device(import_module(xp.__backend__.array_module), device))


def devices(xp: Any) -> tuple[str, ...]:
    """The names of the devices, the default one first, as the standard's inspection tells."""
    library = import_module(xp.__backend__.array_module)
    if not hasattr(library, "__array_namespace_info__"):
        return ("cpu",)
    info = library.__array_namespace_info__()
    first = info.default_device()
    return (str(first), *(str(each) for each in info.devices() if each != first))


def abstractly(_xp: Any, function: Any, arrays: Any) -> None:
    """Call ``function(*arrays)`` for what it does; a library that can do so without computing anything does."""
    function(*arrays)


def compiled(_xp: Any, function: Any, _arrays: Any) -> Any:
    """A function of arrays, made of kernels, as the library's own compiler makes it; ``_arrays`` are such as it will get."""
    return function


def fuses(_xp: Any) -> bool:
    """Whether ``compiled`` joins elementwise functions into loops, which may make an array's elements where they are used."""
    return False


def takes_out(_xp: Any, _kernel: Any) -> bool:
    """Whether a kernel takes an array as a further argument, and writes its result there, element by element."""
    return False


def is_worth_a_loop(_xp: Any, _name: str, _dtype: str) -> bool:
    """Whether one of the ``scalar_forms`` is faster in a loop of its own than the kernel of its name is."""
    return False


def scalar_forms(_xp: Any) -> dict[str, str]:
    """The elementwise functions that ``looped`` can make one loop of, as expressions of their operands: none without such a kernel."""
    return {}
