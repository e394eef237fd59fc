"""Fourier transforms by the library's own ``fft``, which the standard has as an extension."""

from __future__ import annotations

from importlib import import_module
from typing import Any

__all__ = ["fftn", "ifftn", "irfftn", "rfftn"]


def _transform(xp: Any, name: str, x: Any, s: Any, axes: Any, norm: str) -> Any:
    return getattr(import_module(xp.__backend__.array_module).fft, name)(x, s=s, axes=axes, norm=norm)


def fftn(xp: Any, x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The discrete Fourier transform over ``axes``."""
    return _transform(xp, "fftn", _complex(xp, x), s, axes, norm)


def ifftn(xp: Any, x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The inverse transform over ``axes``."""
    return _transform(xp, "ifftn", _complex(xp, x), s, axes, norm)


def rfftn(xp: Any, x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The transform of a real array, half of the last axis."""
    return _transform(xp, "rfftn", x, s, axes, norm)


def irfftn(xp: Any, x: Any, *, s: Any, axes: Any, norm: str) -> Any:
    """The inverse of `rfftn`."""
    return _transform(xp, "irfftn", _complex(xp, x), s, axes, norm)


def _complex(xp: Any, x: Any) -> Any:
    """The standard's transforms of complex arrays take no real ones."""
    name = str(x.dtype).rpartition(".")[2]
    return x if name.startswith("complex") else xp.astype(x, dtype=xp.native_dtype(_WIDER.get(name, "complex64")))


_WIDER = {"float64": "complex128"}
