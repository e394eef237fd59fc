"""Operands of a formula: Python numbers beside arrays made arrays, and numbers outside of a domain replaced."""

from __future__ import annotations

from typing import Any


def as_arrays(xp: Any, *operands: Any) -> tuple[Any, ...]:
    """The operands, with Python numbers as arrays like the array beside them."""
    like = next(each for each in operands if hasattr(each, "dtype"))
    return tuple(each if hasattr(each, "dtype") else xp.zeros_like(like) + each for each in operands)


def filled(xp: Any, inside: Any, *operands: Any) -> list[Any]:
    """The operands, with ½ wherever one of them is outside of the domain, in their common shape."""
    return [xp.where(inside, each, 0.5) for each in operands]
