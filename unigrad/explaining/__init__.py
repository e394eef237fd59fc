"""Explaining: the recorded graph as a page, a picture and a text, and the sweeps over it step by step."""

from unigrad.explaining.asking import explain
from unigrad.explaining.explanation import Explanation
from unigrad.explaining.stepping import Stepper, step

__all__ = ["Explanation", "Stepper", "explain", "step"]
