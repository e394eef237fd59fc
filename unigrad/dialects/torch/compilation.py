"""torch.compile and torch.jit: functions as they are, which is what a compiled one computes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from unigrad.errors import ArgumentError

Function = Callable[..., Any]


def compile(
    model: Function | None = None,
    *,
    fullgraph: bool = False,
    dynamic: bool | None = None,
    backend: Any = "inductor",
    mode: str | None = None,
    options: Any = None,
    disable: bool = False,
) -> Any:
    """`model` as it is; without it, a decorator that leaves a function as it is. The options have no effect.

    Torch's programs ask at each call whether anything of Python's that they depend on has changed. Those of `unigrad.jit`, which
    makes programs of functions of their arguments alone, do not: so nothing is made one that was not written for it.
    """
    if model is None:
        return as_it_is
    return as_it_is(model)


def as_it_is(function: Any, *_: Any, **__: Any) -> Any:
    """A function, or an object that can be called, itself; raises `ArgumentError`, a TypeError, for anything else."""
    if not callable(function):
        raise ArgumentError(f"torch.compile and torch.jit take a function, not a '{type(function).__name__}'")
    return function
