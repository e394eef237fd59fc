"""torch.cuda: what there is of GPUs, by the backend in force."""

from __future__ import annotations

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.torch.formats import device_of

__all__ = ["current_device", "device_count", "is_available", "synchronize"]


def device_count() -> int:
    """How many GPUs the backend in force can use."""
    return sum(device_of(name).type == "cuda" for name in ug.get_backend().devices())


def is_available() -> bool:
    """Whether there is one."""
    return device_count() > 0


def current_device() -> int:
    """The number of the GPU that tensors are made on."""
    return 0


def synchronize(device: object = None) -> None:
    """Nothing: reading a value waits for it."""


__getattr__ = absent("torch.cuda", lambda: __all__)
