"""The transforms: functions of functions, over the one graph."""

from unigrad.transforms.custom import custom_rule
from unigrad.transforms.gradient import grad, value_and_grad
from unigrad.transforms.jacobian import hessian, hvp, jacfwd, jacobian, jacrev
from unigrad.transforms.mapping import vmap
from unigrad.transforms.pullback import vjp
from unigrad.transforms.pushforward import jvp, linearize

__all__ = [
    "custom_rule",
    "grad",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jvp",
    "linearize",
    "value_and_grad",
    "vjp",
    "vmap",
]
