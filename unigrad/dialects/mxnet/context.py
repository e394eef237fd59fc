"""Contexts: MXNet's names for devices, ``cpu()`` and ``gpu(0)``, over the devices of the backend in force."""

from __future__ import annotations

from types import TracebackType
from typing import Any

import unigrad as ug
from unigrad.backend import Backend
from unigrad.dialects.mxnet.errors import MXNetError

_GPUS = ("cuda", "gpu", "rocm", "mps")


class Context:
    """A device by type and number. As a scope (``with mx.gpu(0):``) it is where new arrays are made."""

    __slots__ = ("_scopes", "device_id", "name")

    def __init__(self, device_type: str | Context, device_id: int = 0) -> None:
        if isinstance(device_type, Context):
            device_id = device_type.device_id
            device_type = device_type.name
        if device_type not in ("cpu", "gpu", "cpu_pinned", "cpu_shared"):
            raise MXNetError(f"there is no device type {device_type!r}; there are cpu and gpu")
        self.name: str = device_type
        self.device_id: int = int(device_id)
        self._scopes: list[ug.use_backend] = []

    @property
    def device_type(self) -> str:
        """The type of the device: ``"cpu"`` or ``"gpu"``."""
        return self.name

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Context) and (self.name, self.device_id) == (other.name, other.device_id)

    def __hash__(self) -> int:
        return hash((self.name, self.device_id))

    def __repr__(self) -> str:
        return f"{self.name}({self.device_id})"

    def __enter__(self) -> Context:
        scope = ug.use_backend(ug.get_backend(), device=device_name(self))
        scope.__enter__()
        self._scopes.append(scope)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._scopes.pop().__exit__(kind, error, trace)

    def empty_cache(self) -> None:
        """Nothing: the backend keeps its own memory."""


def cpu(device_id: int = 0) -> Context:
    """The host."""
    return Context("cpu", device_id)


def cpu_pinned(device_id: int = 0) -> Context:
    """The host: unigrad pins no memory of its own."""
    return Context("cpu", device_id)


def gpu(device_id: int = 0) -> Context:
    """The GPU of this number; whether there is one shows when an array is made on it."""
    return Context("gpu", device_id)


def num_gpus() -> int:
    """How many GPUs the backend in force has."""
    return len(_gpus(ug.get_backend()))


def current_context() -> Context:
    """Where arrays are made unless a context is given."""
    device = ug.settings.choice().device
    return context_of(ug.get_backend().default_device() if device is None else device)


def context_of(device: Any) -> Context:
    """The context that stands for a backend's device name (``"cpu"``, ``"cuda:0"``)."""
    name, _, number = str(device).lower().partition(":")
    return gpu(int(number or 0)) if name in _GPUS else cpu()


def device_name(ctx: Any, backend: Backend | None = None) -> Any:
    """The backend's own name for a context; None (the backend's choice) for None.

    Raises `MXNetError` where the backend has no such device.
    """
    if ctx is None:
        return None
    if not isinstance(ctx, Context):
        raise MXNetError(f"a context is cpu() or gpu(0), not {ctx!r}")
    backend = ug.get_backend() if backend is None else backend
    if ctx.device_type != "gpu":
        names = [name for name in backend.devices() if name not in _gpus(backend)]
        # Every number of a CPU is the same host in MXNet too.
        if names:
            return names[0]
    elif ctx.device_id < len(_gpus(backend)):
        return _gpus(backend)[ctx.device_id]
    raise MXNetError(
        f"backend '{backend.name}' has no device {ctx}; its devices are {', '.join(backend.devices())}; "
        "choose another backend with unigrad.set_backend, or try npx.num_gpus() first"
    )


def _gpus(backend: Backend) -> list[str]:
    return sorted(name for name in backend.devices() if name.lower().partition(":")[0] in _GPUS)
