"""torch.autograd.graph: what becomes of the tensors that a graph saves."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.torch.notes import MISSING
from unigrad.dialects.torch.tensor import F

__all__ = ["save_on_cpu", "saved_tensors_hooks"]


class saved_tensors_hooks(ug.saved_hooks):  # noqa: N801 - torch's name
    """A scope: what is saved in it is kept as `pack_hook` makes it, and used as `unpack_hook` gives it back."""

    def __init__(self, pack_hook: Callable[[Any], Any], unpack_hook: Callable[[Any], Any]) -> None:
        super().__init__(lambda x: pack_hook(F.adopt(x)), unpack_hook)


class save_on_cpu(ug.offload):  # noqa: N801 - torch's name
    """A scope: what is saved in it waits on the host. The arguments change nothing."""

    def __init__(self, pin_memory: bool = False, device_type: str = "cuda") -> None:
        super().__init__()


__getattr__ = absent("torch.autograd.graph", lambda: __all__, MISSING)
