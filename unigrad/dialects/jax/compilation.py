"""Compilation: ``jit`` and its kin, which run functions as they are, and the shapes of their results."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable
from typing import Any

from unigrad.dialects.jax.arrays import is_arraylike, operand
from unigrad.dialects.jax.differentiation import callable_only
from unigrad.dialects.jax.notes import MISSING
from unigrad.dialects.jax.pytrees import tree_map
from unigrad.errors import ArgumentError, MissingName, ShapeError

Function = Callable[..., Any]


class Jitted:
    """A function that `jit` was given: run as it is, on arrays made of its arguments, with arrays made of its value."""

    def __init__(self, fun: Function, static_argnums: Any, static_argnames: Any) -> None:
        functools.update_wrapper(self, fun)
        self._fun = fun
        self._names = (static_argnames,) if isinstance(static_argnames, str) else tuple(static_argnames or ())
        self._places = (static_argnums,) if isinstance(static_argnums, int) else tuple(static_argnums or ())
        self._resolve()

    def _resolve(self) -> None:
        """Check the static arguments against the signature, and know each by its place and by its name."""
        try:
            parameters = list(inspect.signature(self._fun).parameters.values())
        except (TypeError, ValueError):  # a function written in C: nothing is known of its arguments
            return
        kinds = {each.kind for each in parameters}
        positional = [
            each.name for each in parameters if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)
        ]
        if inspect.Parameter.VAR_KEYWORD not in kinds:
            wrong = set(self._names) - {each.name for each in parameters}
            if wrong:
                raise ShapeError(
                    f"Jitted function has invalid argnames {wrong} in static_argnames. Function does not take these args."
                )
        if inspect.Parameter.VAR_POSITIONAL not in kinds:
            for place in self._places:
                if not -len(positional) <= place < len(positional):
                    raise ShapeError(
                        f"Jitted function has static_argnums={self._places}, but only accepts {len(positional)} positional arguments."
                    )
            self._places = tuple(place % len(positional) for place in self._places)
        known = {name: place for place, name in enumerate(positional)}
        more = tuple(known[name] for name in self._names if name in known)
        self._names += tuple(name for name, place in known.items() if place in self._places)
        self._places += more

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The function's value, its leaves as arrays."""
        given = [_static(x) if i in self._places else _dynamic(x, self._fun) for i, x in enumerate(args)]
        named = {name: _static(x) if name in self._names else _dynamic(x, self._fun) for name, x in kwargs.items()}
        return tree_map(functools.partial(_result, self._fun), self._fun(*given, **named))

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return self if owner is None else types.MethodType(self, owner)

    def clear_cache(self) -> None:
        """Nothing: nothing is compiled."""

    def __getattr__(self, name: str) -> Any:
        if name in ("lower", "trace", "eval_shape"):
            raise MissingName(f"'{name}' is missing from jitted functions: {MISSING['lower']}", name=name)
        raise AttributeError(f"a jitted function has no attribute '{name}'")


def _static(x: Any) -> Any:
    try:
        hash(x)
    except TypeError as error:
        raise ShapeError(
            f"Non-hashable static arguments are not supported: {x!r} of type {type(x)}; pass it as an array argument"
        ) from error
    return x


def _dynamic(x: Any, fun: Function) -> Any:
    return tree_map(functools.partial(_array, fun), x)


def _array(fun: Function, leaf: Any) -> Any:
    if is_arraylike(leaf):
        return operand(leaf, "jit")
    if hasattr(leaf, "dtype"):  # a typed key
        return leaf
    raise ArgumentError(
        f"Error interpreting argument to {fun} as an abstract array: {leaf!r} of type {type(leaf)} is none; "
        "mark it with static_argnums or static_argnames"
    )


def _result(fun: Function, leaf: Any) -> Any:
    if is_arraylike(leaf):
        return operand(leaf, "jit")
    if hasattr(leaf, "dtype"):
        return leaf
    raise ArgumentError(f"{fun} returned a value of type {type(leaf)}, which is not a valid JAX type")


def jit(
    fun: Any = None,
    /,
    *,
    static_argnums: Any = None,
    static_argnames: Any = None,
    donate_argnums: Any = None,
    donate_argnames: Any = None,
    keep_unused: bool = False,
    device: Any = None,
    backend: Any = None,
    inline: bool = False,
    **_: Any,
) -> Any:
    """`fun`, run as it is: what comes out is what JAX's compiled function gives, at the speed of the plain one.

    Static arguments are checked as JAX checks them; the others become arrays. Without `fun`, a decorator.
    """
    if fun is None:
        return functools.partial(jit, static_argnums=static_argnums, static_argnames=static_argnames)
    callable_only(fun)
    return Jitted(fun, static_argnums, static_argnames)


def checkpoint(
    fun: Any = None,
    /,
    *,
    prevent_cse: bool = True,
    policy: Any = None,
    static_argnums: Any = (),
    concrete: bool = False,
) -> Any:
    """`fun` as it is: the gradients are the same, and nothing is computed twice to save memory."""
    if fun is None:
        return functools.partial(checkpoint, static_argnums=static_argnums)
    callable_only(fun)

    @functools.wraps(fun)
    def plain(*args: Any, **kwargs: Any) -> Any:
        return tree_map(functools.partial(_result, fun), fun(*args, **kwargs))

    return plain


remat = checkpoint


class disable_jit:  # noqa: N801 - JAX's name, read as a verb
    """A scope without jit, which is no different from one with it."""

    def __init__(self, disable: bool = True) -> None:
        self._disable = disable

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None


class ensure_compile_time_eval(disable_jit):  # noqa: N801 - JAX's name
    """A scope in which functions run at once, as they always do here."""
