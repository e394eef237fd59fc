"""Symbolic zeros: what a rule that asks for them gets in the place of arrays that have, or are, no derivative."""

from __future__ import annotations

from typing import Any

from unigrad.dialects.jax.arrays import Array, F, dtype_of, operand
from unigrad.dialects.jax.differentiation import nothing
from unigrad.dialects.jax.precision import INEXACT, public_dtype
from unigrad.dialects.jax.pytrees import tree_map


class CustomVJPPrimal:
    """A leaf of the arguments of a ``fwd``: its ``value``, and whether a gradient with respect to it is asked for."""

    def __init__(self, value: Any, perturbed: bool) -> None:
        self.value = value
        self.perturbed = perturbed

    def __repr__(self) -> str:
        return f"CustomVJPPrimal(value={self.value!r}, perturbed={self.perturbed})"


class SymbolicZero:
    """A cotangent or tangent that is zero throughout, and is no array."""

    def __init__(self, like: Array) -> None:
        self.shape = tuple(like.shape)
        self.dtype = public_dtype(dtype_of(like)) if dtype_of(like).kind in INEXACT else nothing(like).dtype

    def __repr__(self) -> str:
        return f"SymbolicZero({self.dtype}{list(self.shape)})"


def custom_vjp_primal_tree_values(tree: Any) -> Any:
    """`tree` with the values of the `CustomVJPPrimal` leaves in it."""
    return tree_map(lambda leaf: leaf.value, tree)


def zero_from_primal(x: Any, symbolic_zeros: bool = False) -> Any:
    """The zero cotangent of `x`: an array, or a `SymbolicZero`; of integers one that says nothing."""
    given = operand(x, "zero_from_primal")
    if symbolic_zeros:
        return SymbolicZero(given)
    return F.zeros_like(given) if dtype_of(given).kind in INEXACT else nothing(given)
