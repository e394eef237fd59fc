"""To and from the host, dtypes by name, devices: Torch's side of the glue."""

from __future__ import annotations

from typing import Any

import numpy
import torch


def enter(data: Any) -> Any:
    """The tensor as unigrad takes it in: detached, so that Torch records nothing of what follows; memory is shared."""
    return data.detach() if data.requires_grad or type(data) is not torch.Tensor else data


def to_numpy(data: Any) -> Any:
    """The tensor on the host; memory is shared where it lies there."""
    host = data.detach().cpu().resolve_conj().resolve_neg()
    # NumPy has no bfloat16; single precision holds its numbers exactly.
    return (host.float() if host.dtype is torch.bfloat16 else host).numpy()


def from_numpy(array: Any, *, dtype: Any = None, device: Any = None, copy: bool = False) -> Any:
    """A host array as a tensor; with ``copy``, never sharing memory."""
    if not array.dtype.isnative:
        array = array.astype(array.dtype.newbyteorder("="))
    # Torch has no read-only tensors and no negative strides: such an array is copied in any case.
    if not array.flags.writeable or min(array.strides, default=0) < 0:
        array, copy = numpy.array(array, order="C"), False
    tensor = torch.from_numpy(array)
    moved = tensor.to(device=device, dtype=dtype)
    return moved.clone() if copy and moved is tensor else moved


def copy(data: Any) -> Any:
    """The same numbers in memory of their own."""
    return data.clone()


def buffer_of(data: Any) -> tuple[int, int]:
    """What tells the tensor's storage from others, and its size in bytes."""
    storage = data.untyped_storage()
    return storage.data_ptr(), storage.nbytes()


def native_dtype(name: str) -> Any:
    """The dtype of this name: every one of unigrad's is there."""
    return getattr(torch, name)


def dtype_name(native: Any) -> str:
    """The name of a dtype: ``"float32"``."""
    return str(native).removeprefix("torch.")


def number_beside(value: float, *, dtype: Any) -> Any:
    """A tensor without axes on the host, which goes with every device: Torch takes it faster than a Python number."""
    return torch.tensor(value, dtype=dtype)


def device_of(data: Any) -> str:
    """The name of the device that holds the tensor."""
    return str(data.device)


def to_device(data: Any, device: Any) -> Any:
    """The tensor on another device."""
    return data.to(device)


def devices() -> tuple[str, ...]:
    """The names of the devices, the one that new tensors are made on first."""
    first = str(torch.get_default_device())
    known = ["cpu", *(f"cuda:{place}" for place in range(torch.cuda.device_count()))]
    if torch.backends.mps.is_available():
        known.append("mps")
    return (first, *(each for each in known if each != first))
