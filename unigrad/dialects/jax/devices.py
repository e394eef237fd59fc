"""Devices: where arrays lie, in JAX's words, and moving them there."""

from __future__ import annotations

from typing import Any

from unigrad import settings
from unigrad.dialects.jax.arrays import Array, F, operand
from unigrad.errors import ArgumentError


class Device:
    """A device by its platform and number; equal to any other with the same."""

    __slots__ = ("id", "native", "platform")

    def __init__(self, native: str) -> None:
        self.native = native
        kind, _, number = native.lower().partition(":")
        self.platform = "cpu" if kind.startswith("cpu") else "gpu"
        self.id = int(number) if number.isdigit() else 0

    @property
    def device_kind(self) -> str:
        """The platform's name."""
        return self.platform

    @property
    def process_index(self) -> int:
        """The number of the process: there is one."""
        return 0

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Device) and (self.platform, self.id) == (other.platform, other.id)

    def __hash__(self) -> int:
        return hash((self.platform, self.id))

    def __repr__(self) -> str:
        return f"CpuDevice(id={self.id})" if self.platform == "cpu" else f"CudaDevice(id={self.id})"

    def __str__(self) -> str:
        return f"{'cpu' if self.platform == 'cpu' else 'cuda'}:{self.id}"


def device_of(x: Array) -> Device:
    """Where an array lies."""
    return Device(str(x.xp.device_of(x.raw)))


def devices(backend: str | None = None) -> list[Device]:
    """The devices of the backend in force, or those of one platform."""
    found = [device_of(F.zeros(()))]
    return [each for each in found if backend in (None, each.platform)] or _no_platform(backend)


def _no_platform(backend: str | None) -> list[Device]:
    if backend == "cpu":
        return [Device("cpu")]
    raise ArgumentError(
        f"there is no platform {backend!r} here; unigrad.set_backend(name, device=…) says where new arrays go"
    )


def local_devices(
    process_index: int | None = None, backend: str | None = None, host_id: int | None = None
) -> list[Device]:
    """`devices`: there is one process."""
    return devices(backend)


def device_count(backend: str | None = None) -> int:
    """The number of devices."""
    return len(devices(backend))


local_device_count = device_count


def process_index() -> int:
    """The number of this process: there is one."""
    return 0


def process_count() -> int:
    """The number of processes: one."""
    return 1


def default_backend() -> str:
    """The platform that new arrays go to: "cpu" or "gpu"."""
    return devices()[0].platform


def device_put(x: Any, device: Any = None, *, src: Any = None, **_: Any) -> Any:
    """Every leaf of `x` as an array on `device`, recorded; where new arrays go unless one is given."""
    from unigrad.dialects.jax.pytrees import tree_map

    native = device.native if isinstance(device, Device) else device
    return tree_map(lambda leaf: _put(leaf, native), x)


def _put(leaf: Any, native: Any) -> Array:
    x = operand(leaf, "device_put")
    if native is None or Device(str(native)) == device_of(x):
        return x
    moved: Array = F.to_device(x, device=native)
    return moved


def device_get(x: Any) -> Any:
    """Every array in `x` as a NumPy array that can be written."""
    from unigrad.dialects.jax.pytrees import tree_map

    return tree_map(lambda leaf: leaf.numpy().copy() if isinstance(leaf, Array) else settings.host().asarray(leaf), x)


def block_until_ready(x: Any) -> Any:
    """`x`, once the values of every array in it are there."""
    from unigrad.dialects.jax.pytrees import tree_map

    tree_map(lambda leaf: leaf.block_until_ready() if isinstance(leaf, Array) else leaf, x)
    return x
