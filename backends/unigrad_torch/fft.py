"""Fourier transforms on Torch, which calls axes ``dim``, and refuses tensors without elements."""

from __future__ import annotations

from typing import Any

import torch.fft


def _of_nothing(x: Any, s: Any, axes: Any, dtype: Any) -> Any:
    """The transform of a tensor without elements: zeros, where there is anything at all."""
    shape = list(x.shape)
    for axis, length in zip(axes, s, strict=True):
        shape[axis] = length
    return x.new_zeros(shape, dtype=dtype)


def fftn(x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The discrete Fourier transform over ``axes``."""
    if x.numel() == 0:
        return _of_nothing(x, s, axes, x.dtype.to_complex())
    return torch.fft.fftn(x, s=s, dim=axes, norm=norm)


def ifftn(x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The inverse transform over ``axes``."""
    if x.numel() == 0:
        return _of_nothing(x, s, axes, x.dtype.to_complex())
    return torch.fft.ifftn(x, s=s, dim=axes, norm=norm)


def rfftn(x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The transform of a real tensor, half of the last axis."""
    if x.numel() == 0:
        return _of_nothing(x, (*s[:-1], s[-1] // 2 + 1), axes, x.dtype.to_complex())
    return torch.fft.rfftn(x, s=s, dim=axes, norm=norm)


def irfftn(x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The inverse of `rfftn`."""
    if x.numel() == 0:
        return _of_nothing(x, s, axes, x.dtype.to_real())
    return torch.fft.irfftn(x, s=s, dim=axes, norm=norm)
