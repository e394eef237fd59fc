"""Operators: Python's, given to the class Array when this module is imported."""

from __future__ import annotations

from typing import Any

from unigrad import arrayclass
from unigrad.dialects.jax.arrays import Array, F, is_arraylike
from unigrad.dialects.jax.elementwise import binary, described, operator, unary
from unigrad.dialects.jax.numpy import (
    products,
)
from unigrad.errors import ArgumentError

FLOATING = ("divide",)
"""The operators that make floats of integers."""


def _give_operators() -> None:
    for word, name in arrayclass.OPERATORS.items():
        forward, reflected = operator(
            name, products.matmul if name == "matmul" else binary(name, None, name in FLOATING)
        )
        if name == "matmul":  # arrays of one form may not fit still
            forward = _matmul
        for stem, function in ((word, forward), (f"r{word}", reflected), (f"i{word}", forward)):
            setattr(Array, f"__{stem}__", described(function, f"__{stem}__", getattr(F, name).__doc__))
    for word, name in arrayclass.OTHERS.items():
        if word in ("neg", "pos", "abs", "invert"):
            setattr(Array, f"__{word}__", unary(name))
        else:
            setattr(Array, f"__{word}__", _comparison(word, name))


def _matmul(self: Any, other: Any) -> Any:
    return products.matmul(self, other) if is_arraylike(other) else NotImplemented


def _comparison(word: str, name: str) -> Any:
    forward, _ = operator(name, binary(name))

    def compared(self: Any, other: Any) -> Any:
        if isinstance(other, (list, tuple)):
            raise ArgumentError(f"an array cannot be compared with a {type(other).__name__}; use jnp.array(…) on it")
        return forward(self, other) if is_arraylike(other) else NotImplemented

    return described(compared, f"__{word}__", getattr(F, name).__doc__)


_give_operators()
