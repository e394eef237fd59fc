"""``jax.custom_derivatives``: functions with rules of their own, and the symbolic zeros that these may ask for."""

from __future__ import annotations

from unigrad.dialects.absence import absent
from unigrad.dialects.jax.custom import custom_gradient, custom_vjp
from unigrad.dialects.jax.custom_pushforward import custom_jvp
from unigrad.dialects.jax.notes import MISSING
from unigrad.dialects.jax.symbolic import (
    CustomVJPPrimal,
    SymbolicZero,
    custom_vjp_primal_tree_values,
    zero_from_primal,
)

__all__ = [
    "CustomVJPPrimal",
    "SymbolicZero",
    "custom_gradient",
    "custom_jvp",
    "custom_vjp",
    "custom_vjp_primal_tree_values",
    "zero_from_primal",
]

__getattr__ = absent("jax.custom_derivatives", lambda: __all__, MISSING)
