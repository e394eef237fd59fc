"""tf.config: which devices there are, and whether functions are programs."""

from __future__ import annotations

from typing import Final, NamedTuple

from unigrad import settings
from unigrad.dialects.absence import absent

__all__ = [
    "PhysicalDevice",
    "functions_run_eagerly",
    "list_logical_devices",
    "list_physical_devices",
    "run_functions_eagerly",
]


class PhysicalDevice(NamedTuple):
    """A device that arrays can lie on."""

    name: str
    device_type: str


def list_physical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The processor, and the card that unigrad's backend has been told to use, if any."""
    found = [PhysicalDevice("/physical_device:CPU:0", "CPU")]
    chosen = str(settings.choice().device or "").lower()
    if "cuda" in chosen or "gpu" in chosen or settings.choice().backend.name == "cupy":
        found.append(PhysicalDevice("/physical_device:GPU:0", "GPU"))
    return [each for each in found if device_type in (None, each.device_type)]


def list_logical_devices(device_type: str | None = None) -> list[PhysicalDevice]:
    """The same devices, under the names of tensors' devices."""
    return [
        PhysicalDevice(each.name.replace("physical_device", "device"), each.device_type)
        for each in list_physical_devices(device_type)
    ]


_choices: Final = {"eagerly": False}


def run_functions_eagerly(run_eagerly: bool) -> None:
    """Have all functions of `tf.function` run as they are from now on, or as programs again: for looking into them."""
    _choices["eagerly"] = bool(run_eagerly)


def functions_run_eagerly() -> bool:
    """Whether functions of `tf.function` run as they are."""
    return _choices["eagerly"]


__getattr__ = absent("tensorflow.config", lambda: __all__)
