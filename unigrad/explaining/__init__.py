"""Explaining: the recorded graph as a page, a picture and a text, and the sweeps over it step by step."""

from unigrad.explaining.explain import explain
from unigrad.explaining.explanation import Explanation

__all__ = ["Explanation", "explain"]
