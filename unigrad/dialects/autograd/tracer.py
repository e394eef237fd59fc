"""autograd.tracer: what a value is apart from being tracked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.arrays import F, handle
from unigrad.dialects.autograd.arrays import ndarray as Box  # noqa: N812 - autograd's name
from unigrad.dialects.autograd.extend import notrace_primitive, primitive

__all__ = ["Box", "getval", "isbox", "notrace_primitive", "primitive"]


def isbox(x: Any) -> bool:
    """Whether `x` is an array that is being differentiated."""
    return isinstance(x, ug.Tensor) and x.node is not None


def getval(x: Any) -> Any:
    """The values of a tracked array as a constant; anything else as it is."""
    return F.stop_gradient(handle(x)) if isinstance(x, ug.Tensor) and x.node is not None else x


REASONS = {"trace": "autograd's own tracing is not imitated", "Node": "unigrad's graph has nodes of its own, at x.node"}
__getattr__: Callable[[str], Any] = absent("autograd.tracer", lambda: __all__, REASONS)
