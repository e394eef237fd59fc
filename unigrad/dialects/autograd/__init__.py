"""autograd: the interface of HIPS autograd over unigrad, so that a program moves to another backend by an import.

::

    from unigrad.dialects.autograd import grad
    import unigrad.dialects.autograd.numpy as np
"""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.autograd import (
    builtins,
    core,
    differential_operators,
    extend,
    misc,
    numpy,
    scipy,
    test_util,
    tracer,
    wrap_util,
)
from unigrad.dialects.autograd.builtins import dict, isinstance, list, tuple, type
from unigrad.dialects.autograd.differential_operators import (
    checkpoint,
    deriv,
    elementwise_grad,
    grad,
    grad_and_aux,
    grad_named,
    hessian,
    hessian_tensor_product,
    hessian_vector_product,
    holomorphic_grad,
    jacobian,
    make_ggnvp,
    make_hvp,
    make_jvp,
    make_vjp,
    multigrad_dict,
    tensor_jacobian_product,
    value_and_grad,
    vector_jacobian_product,
)
from unigrad.dialects.autograd.extend import primitive
from unigrad.dialects.autograd.notes import MISSING

egrad = elementwise_grad

__all__ = [
    "builtins",
    "checkpoint",
    "core",
    "deriv",
    "dict",
    "differential_operators",
    "egrad",
    "elementwise_grad",
    "extend",
    "grad",
    "grad_and_aux",
    "grad_named",
    "hessian",
    "hessian_tensor_product",
    "hessian_vector_product",
    "holomorphic_grad",
    "isinstance",
    "jacobian",
    "list",
    "make_ggnvp",
    "make_hvp",
    "make_jvp",
    "make_vjp",
    "misc",
    "multigrad_dict",
    "numpy",
    "primitive",
    "scipy",
    "tensor_jacobian_product",
    "test_util",
    "tracer",
    "tuple",
    "type",
    "value_and_grad",
    "vector_jacobian_product",
    "wrap_util",
]

__getattr__ = absent("autograd", lambda: __all__, MISSING)
