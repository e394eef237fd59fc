"""torch.nn, as far as lessons from scratch use it: parameters and functions."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.absence import absent
from unigrad.dialects.torch.nn import functional
from unigrad.dialects.torch.notes import MISSING

__all__ = ["Parameter", "functional"]


def Parameter(data: Any, requires_grad: bool = True) -> Any:  # noqa: N802 - torch's name
    """A leaf with the values of `data`, that requires grad."""
    return data.detach().requires_grad_(requires_grad)


__getattr__ = absent("torch.nn", lambda: __all__, MISSING)
