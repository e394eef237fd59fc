"""The transforms: functions of functions, over the one graph."""

from unigrad.transforms.gradient import grad, value_and_grad
from unigrad.transforms.pullback import vjp

__all__ = ["grad", "value_and_grad", "vjp"]
