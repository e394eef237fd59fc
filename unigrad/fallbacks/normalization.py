"""Fallback for normalization."""

from __future__ import annotations

from typing import Any

__all__ = ["standardize"]


def standardize(xp: Any, x: Any, *, axis: Any, eps: float) -> Any:
    """``x`` less its mean over ``axis``, divided by the root of its variance and ``eps``."""
    centred = x - xp.mean(x, axis=axis, keepdims=True)
    return centred / xp.sqrt(xp.mean(centred * centred, axis=axis, keepdims=True) + eps)
