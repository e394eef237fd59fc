"""The transforms: functions of functions, over the one graph."""

from unigrad.transforms.checking import check_grads
from unigrad.transforms.custom import custom_rule
from unigrad.transforms.derivative import deriv, elementwise_grad, grad_and_aux, make_jvp, make_vjp
from unigrad.transforms.gradient import grad, value_and_grad
from unigrad.transforms.jacobian import hessian, hvp, jacfwd, jacobian, jacrev, vhp
from unigrad.transforms.jit import disable_jit, jit
from unigrad.transforms.mapping import vmap
from unigrad.transforms.pullback import vjp
from unigrad.transforms.pushforward import jvp, linearize

__all__ = [
    "check_grads",
    "custom_rule",
    "deriv",
    "disable_jit",
    "elementwise_grad",
    "grad",
    "grad_and_aux",
    "hessian",
    "hvp",
    "jacfwd",
    "jacobian",
    "jacrev",
    "jit",
    "jvp",
    "linearize",
    "make_jvp",
    "make_vjp",
    "value_and_grad",
    "vhp",
    "vjp",
    "vmap",
]
