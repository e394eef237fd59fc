"""The transforms: functions of functions, over the one graph."""

from unigrad.transforms.abstract import Cost, ShapeDtype, cost, eval_shape
from unigrad.transforms.callback import pure_callback
from unigrad.transforms.checking import check_grads
from unigrad.transforms.collectives import all_gather, axis_index, axis_size, pmean, psum
from unigrad.transforms.comparing import compare
from unigrad.transforms.custom import custom_rule
from unigrad.transforms.custom_jvp import custom_jvp
from unigrad.transforms.custom_vjp import custom_vjp
from unigrad.transforms.derivative import deriv, elementwise_grad, grad_and_aux, make_jvp, make_vjp
from unigrad.transforms.function import Function
from unigrad.transforms.gradient import grad, value_and_grad
from unigrad.transforms.jacobian import hessian, hvp, jacfwd, jacobian, jacrev, vhp
from unigrad.transforms.jit import disable_jit, jit
from unigrad.transforms.mapping import vmap
from unigrad.transforms.pullback import vjp
from unigrad.transforms.pushforward import jvp, linearize
from unigrad.transforms.rule import once_differentiable
from unigrad.transforms.sequential import sequential_vmap

__all__ = [
    "Cost",
    "Function",
    "ShapeDtype",
    "all_gather",
    "axis_index",
    "axis_size",
    "check_grads",
    "compare",
    "cost",
    "custom_jvp",
    "custom_rule",
    "custom_vjp",
    "deriv",
    "disable_jit",
    "elementwise_grad",
    "eval_shape",
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
    "once_differentiable",
    "pmean",
    "psum",
    "pure_callback",
    "sequential_vmap",
    "value_and_grad",
    "vhp",
    "vjp",
    "vmap",
]
