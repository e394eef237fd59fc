"""ndarray: the array class of ``mx.np``, its operators, and how NumPy's own functions find their way here."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from typing import Any, Final

import unigrad as ug
from unigrad.dialects.mxnet.arithmetic import give_operators
from unigrad.dialects.mxnet.array import Array
from unigrad.dialects.mxnet.context import cpu
from unigrad.dialects.mxnet.errors import ArrayTypeError, ArrayValueError
from unigrad.dialects.mxnet.flags import recording
from unigrad.dialects.mxnet.legacy import NDArray
from unigrad.errors import MissingName
from unigrad.settings import host

_UNNAMED: Final = ("float32", "bool")
"""The dtypes that the printed form leaves out."""


class ndarray(Array):  # noqa: N801 - MXNet's name
    """An array of ``mx.np``: NumPy's behaviour, float32 unless another dtype is given, arrays without axes for numbers."""

    __slots__ = ()

    def item(self, *args: Any) -> Any:
        """The one element, or the one at a place, as a Python number; raises `ArrayValueError` where there are several."""
        if args:
            place = args[0] if len(args) == 1 and isinstance(args[0], tuple) else args
            return self[place].item() if len(place) > 1 else self.reshape(-1)[place[0]].item()
        if self.size != 1:
            raise ArrayValueError(f"only an array of one element is a number, not one of shape {self.shape}")
        return self.xp.item(self.raw)

    def as_nd_ndarray(self) -> NDArray:
        """The same values as an array of ``mx.nd``, recorded."""
        return as_class(self, NDArray)  # type: ignore[no-any-return]

    def as_np_ndarray(self) -> ndarray:
        """Itself."""
        return self

    def tostype(self, stype: str) -> ndarray:
        """Itself: there are no sparse arrays."""
        if stype != "default":
            raise ArrayValueError(f"there are no sparse arrays: stype must be 'default', not {stype!r}")
        return self

    def __iter__(self) -> Iterator[Array]:
        return (self[i] for i in range(len(self)))

    def __format__(self, spec: str) -> str:
        if not spec:
            return str(self)
        if self.ndim:
            raise ArrayTypeError(f"only an array without axes takes a format such as {spec!r}; use item()")
        return format(self.item(), spec)

    def __repr__(self) -> str:
        if self.xp.is_traced(self.raw):
            return f"array({self.raw})"
        values = str(host().array2string(self.numpy(), separator=", ", prefix="array("))
        shape = f", shape={self.shape}" if not self.size and self.shape != (0,) else ""
        dtype = "" if self.dtype.name in _UNNAMED else f", dtype={self.dtype}"
        place = "" if self.ctx == cpu() else f", ctx={self.ctx}"
        return f"array({values}{shape}{dtype}{place})"

    def __array_ufunc__(  # type: ignore[override]
        self, ufunc: Any, method: str, *inputs: Any, **options: Any
    ) -> Any:
        """NumPy's ufuncs on arrays of this class are this dialect's functions, recorded."""
        if method != "__call__":
            raise ArrayTypeError(f"numpy.{ufunc.__name__}.{method} has no counterpart here; use the functions of np")
        if options.get("out"):
            raise ArrayTypeError("a NumPy function cannot write into these arrays; leave out= away")
        return getattr(_namespace("numpy"), _SPELLINGS.get(ufunc.__name__, ufunc.__name__))(*inputs)

    def __array_function__(self, function: Any, types: Any, args: Any, options: Any) -> Any:
        """NumPy's other functions are this dialect's; one that it lacks takes NumPy arrays, where no gradient is lost."""
        try:
            found = getattr(_namespace(function.__module__ or "numpy"), function.__name__)
        except MissingName:
            if recording.get():
                raise
            args, options = _as_numpy(args), _as_numpy(options)
            return function(*args, **options)
        return found(*args, **options)


_SPELLINGS: Final = {"divide": "true_divide", "bitwise_invert": "invert"}

F: Final = ug.Functions(ndarray, recording=recording.get)
"""The primitives, taking and giving these arrays, recorded where the dialect's flag says so."""
ndarray._functions = F
BINARY: Final = give_operators(ndarray, F)


def as_class(x: Array, array_class: type[Array]) -> Any:
    """A recorded copy of `x` in another class."""
    return array_class._functions.adopt(type(x)._functions.positive(x))


def _namespace(module: str) -> Any:
    """The dialect's module for one of NumPy's."""
    tail = "linalg" if "linalg" in module else ""
    return importlib.import_module("unigrad.dialects.mxnet.numpy" + (f".{tail}" if tail else ""))


def _as_numpy(value: Any) -> Any:
    if isinstance(value, ug.Tensor):
        return value.numpy().copy()
    if isinstance(value, (tuple, list)):
        return type(value)(map(_as_numpy, value))
    return {name: _as_numpy(each) for name, each in value.items()} if isinstance(value, dict) else value
