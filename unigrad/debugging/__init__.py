"""Debugging: what to ask when a gradient is not what it should be."""

from unigrad.debugging.nonfinite import debug

__all__ = ["debug"]
