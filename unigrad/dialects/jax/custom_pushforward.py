"""Custom pushforwards: functions whose tangents are written by hand."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.jax.arrays import Array, alias, dtype_of, operand
from unigrad.dialects.jax.custom import Arguments, Custom, Function, recorded_value
from unigrad.dialects.jax.precision import INEXACT
from unigrad.dialects.jax.pytrees import tree_flatten
from unigrad.errors import ArgumentError, NotRecorded


class custom_jvp(Custom):  # noqa: N801 - JAX's name, read as a decorator
    """A function with a pushforward of its own: ``@f.defjvp``.

    The rule takes primals and tangents and gives the value and its tangent, in which it is linear; gradients are its transpose.
    """

    rule: Function | None = None

    def defjvp(self, jvp: Function, symbolic_zeros: bool = False) -> Function:
        """Set the rule; a decorator."""
        if symbolic_zeros:
            raise ArgumentError("defjvp here knows no symbolic_zeros; tangents are arrays")
        self.rule = jvp
        return jvp

    def defjvps(self, *jvps: Function | None) -> None:
        """Set a rule for each argument: ``rule(tangent, value, *primals)``, or None where the derivative is zero."""
        if self.nondiff_argnums:
            raise ArgumentError("Can't use defjvps with nondiff_argnums; use defjvp.")

        def together(primals: Any, tangents: Any) -> Any:
            value = self(*primals)
            terms = [rule(t, value, *primals) for rule, t in zip(jvps, tangents, strict=True) if rule is not None]
            zero = operand(value, "a value").detach() * 0
            return value, functools.reduce(lambda a, b: a + b, terms, zero)

        self.rule = together

    def _recorded(self, given: Arguments) -> Any:
        if self.rule is None:
            raise NotRecorded(f"No JVP defined for custom_jvp function {self.__name__} using defjvp.")  # type: ignore[attr-defined]
        fixed = [given.args[i] for i in self.nondiff_argnums]
        inexact = [i for i, x in enumerate(given.leaves) if isinstance(x, Array) and dtype_of(x).kind in INEXACT]

        def push(leaves: Sequence[Any], tangents: Sequence[Any]) -> tuple[Any, Any]:
            found = self.rule(*fixed, tuple(given.parts(leaves)), tuple(given.parts(tangents))) if self.rule else None
            if not isinstance(found, (tuple, list)) or len(found) != 2:
                raise ArgumentError(f"the JVP rule of {self.fun} must give a pair: the value and its tangent")
            return found[0], found[1]

        with ug.pause():
            zeros = [leaf.detach() * 0 if isinstance(leaf, Array) else leaf for leaf in given.leaves]
            value = push(given.constants(), zeros)[0]
        outs, tree = tree_flatten(value)

        def pullback(*g: Any) -> list[Any]:
            leaves = given.leaves if ug.is_recording() else given.constants()

            def linear(*tangents: Any) -> list[Any]:
                filled = list(zeros)
                for i, each in zip(inexact, tangents, strict=True):
                    filled[i] = alias(each)
                return [operand(each, "a tangent") for each in tree.flatten_up_to(push(leaves, filled)[1])]

            found = ug.vjp(linear, *(zeros[i] for i in inexact))[1](list(map(alias, g)))
            parts: list[Any] = [None] * len(given.leaves)
            for i, each in zip(inexact, found, strict=True):
                parts[i] = each
            return parts

        return recorded_value([operand(each, "a value") for each in outs], tree, given, pullback, self.__name__)  # type: ignore[attr-defined]
