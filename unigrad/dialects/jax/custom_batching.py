"""jax.custom_batching: functions that are mapped in a way of their own."""

from __future__ import annotations

import functools
import inspect
from typing import Any

import unigrad as ug
from unigrad.dialects.absence import absent
from unigrad.dialects.jax import notes
from unigrad.dialects.jax.arrays import F
from unigrad.dialects.jax.differentiation import callable_only
from unigrad.dialects.jax.pytrees import tree_flatten
from unigrad.dialects.jax.refusals import NoRule
from unigrad.dialects.jax.transforms import Function
from unigrad.errors import ShapeError
from unigrad.transforms.batching import as_example, innermost_map, over_examples

__all__ = ["custom_vmap", "sequential_vmap"]


class custom_vmap:  # noqa: N801 - JAX's name, read as a decorator
    """A function with a rule of its own for `vmap`: ``@f.def_vmap``.

    ``rule(axis_size, in_batched, *args)`` gets the arguments of all examples, along axis 0 where ``in_batched``, which has
    their structure, says so; it gives the value and, in its structure, which parts differ from example to example.
    Derivatives go through the rule, and elsewhere through the function.
    """

    vmap_rule: Function | None = None

    def __init__(self, fun: Function) -> None:
        callable_only(fun)
        functools.update_wrapper(self, fun, updated=())
        self.fun = fun

    def def_vmap(self, vmap_rule: Function) -> Function:
        """Set the rule; a decorator."""
        self.vmap_rule = vmap_rule
        return vmap_rule

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's value, by the rule where an argument is mapped."""
        name, rule = getattr(self.fun, "__name__", self.fun), self.vmap_rule
        if rule is None:
            raise NoRule(f"No batching rule defined for custom_vmap function {name} using def_vmap")
        bound = inspect.signature(self.fun).bind(*args, **kwargs)
        bound.apply_defaults()
        given = bound.args
        leaves, tree = tree_flatten(given)
        level = innermost_map(leaves)
        if level is None:
            return self.fun(*given)

        def run(mapped: list[bool], arrays: list[Any]) -> Any:
            return rule(level.count, list(tree.unflatten(mapped)), *tree.unflatten(F.adopt(arrays)))

        value, batched = over_examples(level, leaves, run)
        outs, structure = tree_flatten(value)
        flags, other = tree_flatten(batched)
        if other != structure:
            raise ShapeError(
                "structure of output value and output batching specification returned by custom vmap rule "
                f"({name}) do not match: {structure} and {other}"
            )
        return structure.unflatten(
            F.adopt(as_example(out, level)) if there else out for out, there in zip(outs, flags, strict=True)
        )


def sequential_vmap(f: Function) -> Function:
    """`f`, which under `vmap` is called once for each example; derivatives pass through."""
    callable_only(f)

    def adopted(*args: Any, **kwargs: Any) -> Any:
        return f(*F.adopt(args), **F.adopt(kwargs))

    run = ug.sequential_vmap(adopted)

    @functools.wraps(f)
    def one_by_one(*args: Any, **kwargs: Any) -> Any:
        return F.adopt(run(*args, **kwargs))

    return one_by_one


__getattr__ = absent("jax.custom_batching", lambda: __all__, notes.MISSING)
