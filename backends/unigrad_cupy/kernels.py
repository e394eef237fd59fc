"""The CuPy backend's own kernels: NumPy's spelling is taken care of, so these are the devices and CuPy's own gaps."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from importlib import import_module
from typing import Any

import cupy
import numpy

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


def pinv(x: Any, *, rtol: float) -> Any:
    """The pseudo-inverse; singular values up to ``rtol`` times the largest count as 0."""
    return cupy.linalg.pinv(x, rcond=rtol)


def svdvals(x: Any) -> Any:
    """The singular values, descending."""
    return cupy.linalg.svd(x, compute_uv=False)


def solve(x1: Any, x2: Any) -> Any:
    """The solution of ``x1 @ x = x2``; CuPy would take a matrix for a stack of vectors where the shapes allow it."""
    if x2.ndim == 1:
        return cupy.linalg.solve(x1, cupy.broadcast_to(x2[:, None], (*x1.shape[:-1], 1)))[..., 0]
    stack = numpy.broadcast_shapes(x1.shape[:-2], x2.shape[:-2])
    x1, x2 = (cupy.broadcast_to(each, (*stack, *each.shape[-2:])) for each in (x1, x2))
    return cupy.linalg.solve(x1, x2)


def _special(name: str) -> Callable[..., Any]:
    """A special function of CuPy's, which is imported when it is first called; numbers are made arrays of the other's dtype."""

    def kernel(*operands: Any) -> Any:
        like = next(each for each in operands if hasattr(each, "dtype"))
        given = [each if hasattr(each, "dtype") else cupy.asarray(each, dtype=like.dtype) for each in operands]
        return getattr(import_module("cupyx.scipy.special"), name)(*given)

    kernel.__name__ = kernel.__qualname__ = name
    kernel.__doc__ = f"``cupyx.scipy.special.{name}``."
    return kernel


beta, betaln = map(_special, ("beta", "betaln"))
digamma, gamma, gammaln = map(_special, ("digamma", "gamma", "gammaln"))
betainc, gammainc, gammaincc, zeta = map(_special, ("betainc", "gammainc", "gammaincc", "zeta"))
erfcinv, erfcx, kl_div, log_expit = map(_special, ("erfcinv", "erfcx", "kl_div", "log_expit"))
j0, j1 = map(_special, ("j0", "j1"))
entr, rel_entr, xlog1py, xlogy = map(_special, ("entr", "rel_entr", "xlog1py", "xlogy"))
erf, erfc, erfinv, logit = map(_special, ("erf", "erfc", "erfinv", "logit"))
i0, i0e, i1, i1e = map(_special, ("i0", "i0e", "i1", "i1e"))
log_ndtr, ndtr, ndtri = map(_special, ("log_ndtr", "ndtr", "ndtri"))


def polygamma(x: Any, *, n: int) -> Any:
    """The ``n``-th derivative of `digamma`."""
    return import_module("cupyx.scipy.special").polygamma(n, x).astype(x.dtype)


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
