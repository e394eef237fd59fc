"""Custom pushforwards: functions whose tangents are written by hand."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.jax.arrays import Array, alias, dtype_of, operand
from unigrad.dialects.jax.custom import Call, Custom, Function
from unigrad.dialects.jax.differentiation import nothing
from unigrad.dialects.jax.precision import INEXACT
from unigrad.dialects.jax.pytrees import tree_flatten, tree_map
from unigrad.dialects.jax.refusals import IncompatibleShapes
from unigrad.dialects.jax.symbolic import SymbolicZero, zero_from_primal
from unigrad.errors import ArgumentError


class custom_jvp(Custom):  # noqa: N801 - JAX's name, read as a decorator
    """A function with a pushforward of its own: ``@f.defjvp``.

    The rule takes primals and tangents and gives the value and its tangent, in which it is linear; gradients are its transpose.
    """

    kind = "JVP"
    jvp: Function | None = None
    _symbolic = False

    def defjvp(self, jvp: Function, symbolic_zeros: bool = False) -> Function:
        """Set the rule; a decorator. With ``symbolic_zeros`` the tangent of what does not change is a `SymbolicZero`."""
        self.jvp, self._symbolic = jvp, symbolic_zeros
        self._run = ug.custom_jvp(self._value(), nondiff_argnums=(0,))
        self._run.defjvp(functools.partial(self._pushed, jvp))
        return jvp

    def defjvps(self, *jvps: Function | None) -> None:
        """Set a rule for each argument: ``rule(tangent, value, *primals)``, or None where the derivative is zero."""
        if self.nondiff_argnums:
            raise ArgumentError("Can't use defjvps with nondiff_argnums; use defjvp.")

        def together(primals: Any, tangents: Any) -> Any:
            value = self(*primals)
            terms = [rule(t, value, *primals) for rule, t in zip(jvps, tangents, strict=True) if rule is not None]
            zero = tree_map(zero_from_primal, value)
            return value, functools.reduce(functools.partial(tree_map, lambda a, b: a + b), terms) if terms else zero

        self.defjvp(together)

    def _ruled(self) -> Function:
        return super()._ruled() if self.jvp is None else self._run

    def _pushed(
        self, jvp: Function, call: Call, primals: Sequence[Any], tangents: Sequence[Any]
    ) -> tuple[list[Array], list[Any]]:
        given = map(self._tangent, tangents, primals, call.perturbed)
        found = jvp(*call.fixed.values(), call.trees(primals), call.trees(list(given)))
        rule = f"Custom JVP rule for function {self.name}"
        if not isinstance(found, (tuple, list)) or len(found) != 2:
            raise ArgumentError(
                f"{rule} must produce a pair (list or tuple of length two) representing primal and tangent outputs, "
                f"but got {found!r}"
            )
        outs, call.out_tree = tree_flatten(found[0])
        parts, tree = tree_flatten(found[1])
        if tree != call.out_tree:
            raise ArgumentError(
                f"{rule} must produce primal and tangent outputs with equal container (pytree) structures, "
                f"but got {call.out_tree} and {tree}"
            )
        values = [operand(each, "a value") for each in outs]
        return values, list(map(_fitting, parts, values))

    def _tangent(self, t: Any, primal: Any, perturbed: bool) -> Any:
        """A tangent of an argument as JAX has it."""
        if not isinstance(primal, Array):
            return t
        if self._symbolic and not perturbed:
            return SymbolicZero(primal)
        return alias(t) if dtype_of(primal).kind in INEXACT else nothing(primal)


def _fitting(t: Any, value: Array) -> Array | None:
    if isinstance(t, SymbolicZero) or dtype_of(value).kind not in INEXACT:
        return None
    given = operand(t, "a tangent")
    if given.shape != value.shape:
        raise IncompatibleShapes(
            "Custom JVP rule must produce primal and tangent outputs with corresponding shapes and dtypes; "
            f"expected a tangent of shape {value.shape}, but got one of shape {given.shape}"
        )
    return given
