"""autograd.core: the operators on functions of one argument, and the extension interface under its older name."""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.autograd.extend import (
    Box,
    VSpace,
    def_linear,
    defjvp,
    defjvp_argnum,
    defjvp_argnums,
    defvjp,
    defvjp_argnum,
    defvjp_argnums,
    primitive,
    vspace,
)
from unigrad.dialects.autograd.notes import MISSING
from unigrad.dialects.autograd.tracer import getval, isbox
from unigrad.dialects.autograd.tracing import jvp as make_jvp
from unigrad.dialects.autograd.tracing import vjp as make_vjp

__all__ = [
    "Box",
    "VSpace",
    "def_linear",
    "defjvp",
    "defjvp_argnum",
    "defjvp_argnums",
    "defvjp",
    "defvjp_argnum",
    "defvjp_argnums",
    "getval",
    "isbox",
    "make_jvp",
    "make_vjp",
    "primitive",
    "vspace",
]

__getattr__ = absent("autograd.core", lambda: __all__, MISSING)
