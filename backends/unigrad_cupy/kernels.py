"""The CuPy backend's own kernels: NumPy's spelling is taken care of, so these are the devices and CuPy's own gaps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

import cupy

moveaxis, repeat = cupy.moveaxis, cupy.repeat


def unavailable() -> str | None:
    """`None` where there is a GPU, else CUDA's word for what is wrong."""
    try:
        count = cupy.cuda.runtime.getDeviceCount()
    except cupy.cuda.runtime.CUDARuntimeError as error:
        return f"no GPU: {str(error).partition(':')[0]}"
    return None if count else "no GPU: no CUDA device"


def _on_device(create: Callable[..., Any]) -> Callable[..., Any]:
    """A function of CuPy's that makes an array on the current device, taking the name of one."""

    def kernel(*args: Any, device: Any = None, **options: Any) -> Any:
        with _device(device):
            return create(*args, **options)

    kernel.__name__ = kernel.__qualname__ = create.__name__
    kernel.__doc__ = f"``cupy.{create.__name__}``, on the device of this name."
    return kernel


def _device(name: Any) -> AbstractContextManager[Any]:
    """The scope in which arrays are made on this device: ``"cuda:1"``, a number, or CuPy's own object."""
    if name is None:
        return nullcontext()
    if isinstance(name, str):
        platform, _, place = name.partition(":")
        if platform != "cuda":
            raise ValueError(f"no device {name!r}; known: {', '.join(devices())}")
        name = int(place or 0)
    scope: AbstractContextManager[Any] = cupy.cuda.Device(name)
    return scope


asarray, zeros, ones, full = map(_on_device, (cupy.asarray, cupy.zeros, cupy.ones, cupy.full))
linspace = _on_device(cupy.linspace)


@_on_device
def arange(start: Any, stop: Any = None, step: Any = 1, *, dtype: Any = None) -> Any:
    """Numbers from ``start`` (or 0) up to ``stop``, ``step`` apart."""
    return cupy.arange(start, stop, step, dtype=dtype)


@_on_device
def eye(n_rows: int, n_cols: int | None = None, *, k: int = 0, dtype: Any = float) -> Any:
    """Ones on the ``k``-th diagonal of a matrix, zeros elsewhere."""
    return cupy.eye(n_rows, n_cols, k=k, dtype=dtype)


def to_numpy(data: Any) -> Any:
    """The array on the host, in memory of its own."""
    return cupy.asnumpy(data)


def from_numpy(array: Any, *, dtype: Any = None, device: Any = None, copy: bool = False) -> Any:
    """A host array on a device; moving it copies it, whether ``copy`` asks for it or not."""
    return asarray(array, dtype=dtype, device=device)


def device_of(data: Any) -> str:
    """The name of the device that holds the array: ``"cuda:0"``."""
    return f"cuda:{data.device.id}"


def to_device(data: Any, device: Any) -> Any:
    """The array on another device."""
    with _device(device):
        return cupy.asarray(data)


def devices() -> tuple[str, ...]:
    """The names of the devices, the current one first."""
    first = cupy.cuda.runtime.getDevice()
    return (f"cuda:{first}", *(f"cuda:{n}" for n in range(cupy.cuda.runtime.getDeviceCount()) if n != first))
