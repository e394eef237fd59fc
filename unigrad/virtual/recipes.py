"""Recipes: how a program's larger known arrays are made of next to nothing, such as rows of an identity matrix.

A library whose compiler joins elementwise functions into loops makes such an array element by element in the loop that uses
it. That is less work than to read it, and the program holds no copy of it: the basis of a Jacobian has as many elements as
the input's have squares.
"""

from __future__ import annotations

from math import prod
from typing import Any, Final

from unigrad.virtual.program import Instruction, Known, Program, Value, replaced

_LIGHT: Final = frozenset(
    "eye zeros ones full arange zeros_like ones_like full_like reshape broadcast_to permute_dims expand_dims squeeze astype "
    "copy enter getitem scatter negative add subtract multiply where equal less less_equal greater greater_equal".split()
)
"""Kernels that take no more than an instruction or two of the processor for an element."""

_FEW: Final = 1024
"""Elements that a program holds as they are."""
_MOST: Final = 16
"""Calls of kernels after which an array is better held than made."""


class Recipe:
    """The call that makes an array of numbers, few elements, and what other recipes make."""

    __slots__ = ("call", "steps")

    def __init__(self, call: Instruction, steps: int) -> None:
        self.call = call
        self.steps = steps


def recipe_of(kernel: str, operands: tuple[Any, ...], options: dict[str, Any], made: Any) -> Recipe | None:
    """The recipe for `made`, which a kernel has given for known arrays (`Known`) and numbers; None where it takes more."""
    if kernel not in _LIGHT:
        return None
    steps = 1

    def ingredient(leaf: Any) -> Any:
        nonlocal steps
        if isinstance(leaf, Value):  # whose numbers do not matter, but it may be in another part of the program
            steps += _MOST
        elif isinstance(leaf, Known) and leaf.recipe is not None:
            steps += leaf.recipe.steps
            return leaf.recipe
        elif isinstance(leaf, Known) and prod(leaf.array.shape) > _FEW:
            steps += _MOST
        return leaf

    parts, words = replaced(operands, ingredient), replaced(options, ingredient)
    if steps > _MOST:
        return None
    return Recipe(Instruction(kernel, parts, words, (Value(tuple(made.shape), made.dtype),)), steps)


def with_recipes(program: Program) -> Program:
    """The program with larger known arrays made by their recipes, where there are any."""
    made: dict[Recipe, Value] = {}
    instructions: list[Instruction] = []

    def make(leaf: Any) -> Any:
        if isinstance(leaf, Known) and leaf.recipe is not None and prod(leaf.array.shape) > _FEW:
            leaf = leaf.recipe
        if not isinstance(leaf, Recipe):
            return leaf
        if leaf not in made:
            call = leaf.call
            made[leaf] = call.outs[0]
            instructions.append(
                Instruction(call.kernel, replaced(call.operands, make), replaced(call.options, make), call.outs)
            )
        return made[leaf]

    for each in program.instructions:
        operands, options = replaced(each.operands, make), replaced(each.options, make)
        instructions.append(Instruction(each.kernel, operands, options, each.outs, each.several, each.function))
    outputs = [make(each) for each in program.outputs]
    return Program(program.inputs, outputs, instructions).simplified() if made else program
