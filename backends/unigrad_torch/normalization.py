"""Normalization on Torch: its fused kernels, where the axes are those that they are made for."""

from __future__ import annotations

from typing import Any

import torch
from torch.nn import functional


def standardize(x: Any, *, axis: Any, eps: float) -> Any:
    """``x`` less its mean over ``axis``, divided by the root of its variance and ``eps``."""
    if axis == tuple(range(x.ndim - len(axis), x.ndim)):
        return functional.layer_norm(x, x.shape[x.ndim - len(axis) :], eps=eps)
    if axis == (0, *range(2, x.ndim)) and x.numel():
        return torch.batch_norm(x, None, None, None, None, True, 0.0, eps, False)
    variance, mean = torch.var_mean(x, axis, correction=0, keepdim=True)
    return (x - mean) * torch.rsqrt(variance + eps)
