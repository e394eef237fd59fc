"""Fourier transforms on Torch, which calls axes ``dim``."""

from __future__ import annotations

from typing import Any

import torch.fft


def fftn(x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The discrete Fourier transform over ``axes``."""
    return torch.fft.fftn(x, s=s, dim=axes, norm=norm)


def ifftn(x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The inverse transform over ``axes``."""
    return torch.fft.ifftn(x, s=s, dim=axes, norm=norm)


def rfftn(x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The transform of a real tensor, half of the last axis."""
    return torch.fft.rfftn(x, s=s, dim=axes, norm=norm)


def irfftn(x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The inverse of `rfftn`."""
    return torch.fft.irfftn(x, s=s, dim=axes, norm=norm)
