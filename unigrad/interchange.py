"""Interchange: Tensors as Python's numbers, NumPy's arrays, text, files, and as arrays of other libraries and devices."""

from __future__ import annotations

import importlib
from typing import Any, cast

from unigrad import primitives, settings
from unigrad.backend import Backend
from unigrad.errors import ArgumentError, DTypeError, NotRecorded, ShapeError
from unigrad.graph import Leaf, Tensor, add_members, as_tensor, make_tensor
from unigrad.leaving import check_value
from unigrad.observing import observers
from unigrad.recording import recording_flag

#: The versions of the array API standard whose functions `unigrad.numpy` has, each being contained in the next.
_VERSIONS = ("2021.12", "2022.12", "2023.12", "2024.12")


class Interchange:
    """The members that every Tensor gets to leave unigrad, or its backend."""

    __slots__ = ()

    def __bool__(self) -> bool:
        """The truth of the one element; `ShapeError` where there are more."""
        return bool(_one_value(as_tensor(self), "bool()", "; use .any() or .all()"))

    def __int__(self) -> int:
        """The one element as an integer."""
        return int(_one_value(as_tensor(self), "int()"))

    def __float__(self) -> float:
        """The one element as a float."""
        return float(_left_value(as_tensor(self), "float()"))

    def __complex__(self) -> complex:
        """The one element as a complex number."""
        return complex(_left_value(as_tensor(self), "complex()"))

    def __index__(self) -> int:
        """The one element of an integer array."""
        x = as_tensor(self)
        if x.dtype.kind != "integer" or x.ndim:
            raise DTypeError(
                f"only an integer without axes can stand for an index; this has dtype '{x.dtype}' and shape {x.shape}"
            )
        return int(_one_value(x, "index"))

    def __format__(self, spec: str) -> str:
        return format(_one_value(as_tensor(self), "format()"), spec) if spec else str(self)

    def item(self) -> Any:
        """The one element as a Python number."""
        return _left_value(as_tensor(self), "item()")

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        return _values(as_tensor(self), "tolist()").tolist()

    def numpy(self) -> Any:
        """The values as a NumPy array that cannot be written; a copy only where the array lies elsewhere. Not recorded."""
        return _values(as_tensor(self), "numpy()")

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        """For NumPy's implicit conversions; refused where it would cut a graph without a word."""
        x = as_tensor(self)
        if x.node and recording_flag.get():
            raise NotRecorded(
                "NumPy functions are not recorded: converting a recorded Tensor would cut its graph; "
                "use unigrad.numpy, or x.detach() or x.numpy() where a constant is meant"
            )
        array = self.numpy()
        if dtype is not None and array.dtype != dtype:
            return array.astype(dtype)
        return array.copy() if copy else array

    def __dlpack__(
        self,
        *,
        stream: Any = None,
        max_version: tuple[int, int] | None = None,
        dl_device: tuple[Any, int] | None = None,
        copy: bool | None = None,
    ) -> Any:
        """For other libraries' ``from_dlpack``; writing to what they make of it is at the writer's risk."""
        x = as_tensor(self)
        if x.node and recording_flag.get():
            raise NotRecorded("other libraries' functions are not recorded; use x.detach() where a constant is meant")
        given = {"stream": stream, "max_version": max_version, "dl_device": dl_device, "copy": copy}
        return x.xp.to_dlpack(x.raw, **{name: value for name, value in given.items() if value is not None})

    def __dlpack_device__(self) -> Any:
        return as_tensor(self).raw.__dlpack_device__()

    def __array_namespace__(self, *, api_version: str | None = None) -> Any:
        """`unigrad.numpy`, so that code written for the array API standard finds its functions.

        Raises `ArgumentError` for a version of the standard that it does not follow.
        """
        if api_version not in (None, *_VERSIONS):
            raise ArgumentError(
                f"unigrad.numpy follows the array API standard of {', '.join(_VERSIONS)}; got api_version={api_version!r}"
            )
        return importlib.import_module("unigrad.numpy")

    def to_backend(self, name: str | Backend, device: Any = None) -> Tensor:
        """The values as a constant on another backend, by DLPack where both know it; itself where it is there already."""
        x = as_tensor(self)
        chosen = settings.choose(name, device)
        if chosen.xp is x.xp:
            return self.to(device) if device is not None else x
        if x.node and recording_flag.get():
            raise NotRecorded(
                f"a gradient cannot cross from '{_backend(x).name}' to '{chosen.backend.name}'; use x.detach().to_backend(…)"
            )
        return make_tensor(_moved(x, chosen), chosen.xp, recording_flag.get() if x.node else x.node)

    def to(self, device: Any) -> Tensor:
        """The array on another device of its backend, recorded."""
        return primitives.to_device(as_tensor(self), device=device)

    def to_device(self, device: Any, /, *, stream: Any = None) -> Tensor:
        """`to`, in the standard's spelling. Raises `ArgumentError` for a ``stream``: the libraries choose it themselves."""
        if stream is not None:
            raise ArgumentError(f"to_device() takes no stream, as each library has its current one; got {stream!r}")
        return self.to(device)

    def __repr__(self) -> str:
        x = as_tensor(self)
        place = "" if x.node is None else ", leaf" if isinstance(x.node, Leaf) else f", recorded by {x.node.pull.name}"
        if x.xp.is_traced(x.raw):
            return f"Tensor({x.raw}, backend={_backend(x).name}{place})"
        values = str(settings.host().array2string(_view(x), separator=", ", prefix="Tensor("))
        empty = f", shape={x.shape}" if not x.size else ""
        return f"Tensor({values}{empty}, dtype={x.dtype}, backend={_backend(x).name}{place})"

    def __str__(self) -> str:
        x = as_tensor(self)
        return repr(self) if x.xp.is_traced(x.raw) else str(_view(x))

    def __copy__(self) -> Tensor:
        return as_tensor(self).copy()

    def __deepcopy__(self, memo: dict[int, Any]) -> Tensor:
        x = _constant_only(as_tensor(self), "copy.deepcopy")
        return make_tensor(x.xp.copy(x.raw), x.xp, x.node)

    def __reduce__(self) -> Any:
        x = _constant_only(as_tensor(self), "pickle")
        return _unpickled, (_backend(x).name, x.dtype.name, x.xp.to_numpy(x.raw))


def _backend(x: Tensor) -> Backend:
    return cast(Backend, x.xp.__backend__)


def _moved(x: Tensor, chosen: settings.Choice) -> Any:
    """The array of `x` on another backend, in memory of its own."""
    try:
        # Copied on both sides, as a library whose arrays cannot change copies nothing, and would share the other's buffer.
        data = chosen.xp.copy(chosen.xp.from_dlpack(x.xp.copy(x.raw)))
    except (AttributeError, TypeError, ValueError, RuntimeError, BufferError):
        # No DLPack for this array: a NumPy scalar, a read-only buffer, a dtype or a device that one of the two lacks.
        native = chosen.xp.native_dtype(x.dtype.name)
        return chosen.xp.from_numpy(x.xp.to_numpy(x.raw), dtype=native, device=chosen.device, copy=True)
    return data if chosen.device is None else chosen.xp.to_device(data, chosen.device)


def _constant_only(x: Tensor, what: str) -> Tensor:
    if x.node:
        raise NotRecorded(
            f"{what} cannot take a graph along; use it on x.detach(), and attach_grad() to what comes out"
        )
    return x


def _unpickled(name: str, dtype: str, array: Any) -> Tensor:
    xp = settings.choose(name, None).xp
    return make_tensor(xp.from_numpy(array, dtype=xp.native_dtype(dtype), device=None, copy=True), xp)


def _view(x: Tensor) -> Any:
    return x.xp.read_only_view(x.raw)


def _values(x: Tensor, how: str) -> Any:
    """The values as a NumPy array, where they may leave the graph."""
    check_value(x, how)
    for observer in observers.get():
        observer.left(how, x)
    return _view(x)


def _left_value(x: Tensor, how: str) -> Any:
    """The one element, where it may leave the graph."""
    check_value(x, how)
    return _one_value(x, how)


def _one_value(x: Tensor, what: str, remedy: str = "; take one with x[…]") -> Any:
    if x.xp.is_traced(x.raw):
        if hasattr(x.raw, "__level__"):
            raise x.raw.no_value(what)
        raise ArgumentError(
            f"{what} needs a value, but this Tensor holds a tracer of '{_backend(x).name}'; use where, or leave the jit out"
        )
    if x.size != 1:
        raise ShapeError(f"{what} needs an array of one element, not of shape {tuple(x.shape)}{remedy}")
    for observer in observers.get():
        observer.left(what, x)
    return x.xp.item(x.raw)


add_members(Tensor, Interchange)
