"""Debugging: what to ask when a gradient is not what it should be."""

from unigrad.debugging.edges import Edge, Explanation, Verdict
from unigrad.debugging.nonfinite import debug
from unigrad.debugging.question import why

__all__ = ["Edge", "Explanation", "Verdict", "debug", "why"]
