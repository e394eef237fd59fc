"""Formats: MXNet's dtypes, which are float32 unless said otherwise, and Python's ``float`` is float64."""

from __future__ import annotations

from typing import Any

from unigrad import dtypes
from unigrad.dtypes import DType


def format_for(dtype: Any, default: str | None = "float32") -> DType | None:
    """The DType for an argument ``dtype``; `default` for None. Raises `DTypeError`."""
    if dtype is None:
        return None if default is None else dtypes.dtype(default)
    return dtypes.float64 if dtype is float else dtypes.dtype(dtype)
