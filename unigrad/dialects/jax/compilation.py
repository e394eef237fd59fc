"""Compilation: ``jit`` and its kin, and the shapes of functions' results."""

from __future__ import annotations

import functools
import inspect
import types
from collections.abc import Callable, Iterable
from typing import Any, Final

import unigrad as ug
from unigrad.dialects.jax.arrays import alias, is_arraylike, operand
from unigrad.dialects.jax.differentiation import callable_only
from unigrad.dialects.jax.errors import as_jax_raises
from unigrad.dialects.jax.forward_mode import pushes, running
from unigrad.dialects.jax.jaxprs import ClosedJaxpr, jaxpr_of
from unigrad.dialects.jax.pytrees import PyTreeDef, tree_flatten, tree_map
from unigrad.dialects.jax.random.keys import KeyArray, words_as_array
from unigrad.errors import ArgumentError, ShapeError, TraceError
from unigrad.graph import make_tensor

Function = Callable[..., Any]
disable_jit = ug.disable_jit


_ARRAY: Final = object()
_KEY: Final = object()
"""What stands for an array, and for the words of typed keys, among the leaves of what is static."""


class _Tree:
    """A function's result taken apart by the dialect's rules, as a container for those of the library."""

    def __init__(self, arrays: Iterable[Any], static: _Static) -> None:
        self.arrays = arrays
        self.static = static


ug.register_container(_Tree, lambda tree: (tree.arrays, tree.static), lambda static, arrays: _Tree(arrays, static))


class _Static:
    """A container without its arrays; equal for calls that are one program."""

    def __init__(self, structure: PyTreeDef, leaves: list[Any], forward: bool) -> None:
        self._structure = structure
        self._leaves = leaves
        self.forward = forward
        self._facts = (structure, forward, tuple((type(leaf), leaf) for leaf in leaves))

    def joined(self, arrays: Iterable[Any]) -> Any:
        """The container, given the arrays in order."""
        given = iter(arrays)
        return self._structure.unflatten(
            next(given) if leaf is _ARRAY else KeyArray(next(given)) if leaf is _KEY else leaf for leaf in self._leaves
        )

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Static) and self._facts == other._facts

    def __hash__(self) -> int:
        return hash(self._facts)


class Jitted:
    """A function that `jit` was given, as a program of arrays made of its arguments, with arrays made of its value.

    Where the program of it would need numbers, it raises as JAX does; where JAX has a loop or a branch for that, as in
    ``lax.while_loop`` and ``lax.cond``, it is run as it is.
    """

    def __init__(self, fun: Function, static_argnums: Any, static_argnames: Any) -> None:
        functools.update_wrapper(self, fun, updated=())
        self._fun = fun
        # XLA compiles in milliseconds what takes Torch's compiler seconds, and most programs of lessons run once.
        self._program = ug.jit(self._of_leaves, static_argnums=0, compile=ug.get_backend().name == "jax")
        self._runs_as_it_is = False
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
        given, named = self._arguments(args, kwargs)
        if not self._runs_as_it_is:
            static, arrays = _taken_apart((given, named))
            try:
                result: _Tree = self._program(static, *arrays)
            except TraceError as error:
                refused = as_jax_raises(error)
                if refused is not None:
                    raise refused from error
                self._runs_as_it_is = True
            else:
                return result.static.joined(result.arrays)
        return self._run(given, named)

    def _arguments(self, args: Any, kwargs: dict[str, Any]) -> tuple[tuple[Any, ...], dict[str, Any]]:
        given = [_static(x) if i in self._places else _dynamic(x, self._fun) for i, x in enumerate(args)]
        named = {name: _static(x) if name in self._names else _dynamic(x, self._fun) for name, x in kwargs.items()}
        return tuple(given), named

    def trace(self, *args: Any, **kwargs: Any) -> Traced:
        """The program for such arguments, written and not run; raises as a call does where there can be none."""
        static, arrays = _taken_apart(self._arguments(args, kwargs))
        try:
            return Traced(self, self._program.lower(static, *arrays), arrays)
        except TraceError as error:
            raise as_jax_raises(error) or error from error

    def lower(self, *args: Any, **kwargs: Any) -> Lowered:
        """The same, to be shown or compiled."""
        return self.trace(*args, **kwargs).lower()

    def _run(self, args: Any, kwargs: dict[str, Any]) -> Any:
        return tree_map(functools.partial(_result, self._fun), self._fun(*args, **kwargs), is_leaf=_is_key)

    def _of_leaves(self, static: _Static, *arrays: Any) -> _Tree:
        with running(static.forward, None):
            found, kept = _taken_apart(self._run(*static.joined(arrays)))
        return _Tree(kept, found)

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return self if owner is None else types.MethodType(self, owner)

    def clear_cache(self) -> None:
        """Forget all programs."""
        self._program.clear_cache()


class Traced:
    """A program that is written; ``jaxpr`` shows it in JAX's notation."""

    def __init__(self, jitted: Jitted, lowered: Any, arrays: list[ug.Tensor]) -> None:
        self._jitted = jitted
        self._lowered = lowered
        self._arrays = arrays

    @property
    def jaxpr(self) -> ClosedJaxpr:
        """The program as equations of unigrad's primitives."""
        xp = self._lowered.xp
        return jaxpr_of(self._lowered.program, lambda raw: alias(make_tensor(raw, xp)))

    def lower(self) -> Lowered:
        """The program, to be shown or compiled."""
        return Lowered(self._jitted, self._lowered.text())


class Lowered:
    """A program to be looked at; ``compile()`` gives the function that runs it."""

    def __init__(self, jitted: Jitted, text: str) -> None:
        self._jitted = jitted
        self._text = text

    def as_text(self, dialect: str | None = None) -> str:
        """The program in unigrad's words, a line an instruction."""
        return self._text

    def compile(self) -> Function:
        """The jitted function, which has the program or makes it when it is called."""
        return self._jitted


def _taken_apart(tree: Any) -> tuple[_Static, list[ug.Tensor]]:
    """A container without its arrays, and its arrays in order, among them the words of typed keys."""
    leaves, structure = tree_flatten(tree, _is_key)
    fixed: list[Any] = []
    arrays: list[ug.Tensor] = []
    for leaf in leaves:
        if isinstance(leaf, KeyArray):
            fixed.append(_KEY)
            arrays.append(words_as_array(leaf))
        elif isinstance(leaf, ug.Tensor):
            fixed.append(_ARRAY)
            arrays.append(leaf)
        else:
            fixed.append(leaf)
    return _Static(structure, fixed, pushes(arrays)), arrays


def _is_key(x: Any) -> bool:
    return isinstance(x, KeyArray)


def _static(x: Any) -> Any:
    try:
        hash(x)
    except TypeError as error:
        raise ShapeError(
            f"Non-hashable static arguments are not supported: {x!r} of type {type(x)}; pass it as an array argument"
        ) from error
    return x


def _dynamic(x: Any, fun: Function) -> Any:
    return tree_map(functools.partial(_array, fun), x, is_leaf=_is_key)


def _array(fun: Function, leaf: Any) -> Any:
    if isinstance(leaf, KeyArray):
        return leaf
    if is_arraylike(leaf):
        return operand(leaf, "jit")
    raise ArgumentError(
        f"Error interpreting argument to {fun} as an abstract array: {leaf!r} of type {type(leaf)} is none; "
        "mark it with static_argnums or static_argnames"
    )


def _result(fun: Function, leaf: Any) -> Any:
    if isinstance(leaf, KeyArray):
        return leaf
    if is_arraylike(leaf):
        return operand(leaf, "jit")
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
    """`fun` as a program, by `unigrad.jit`: written once for each kind of arguments, and then only run.

    Static arguments are checked as JAX checks them; the others become arrays. Raises the errors of ``jax.errors`` where the
    function asks for numbers that only a run has. Without `fun`, a decorator.
    """
    if fun is None:
        return functools.partial(jit, static_argnums=static_argnums, static_argnames=static_argnames)
    callable_only(fun)
    return Jitted(fun, static_argnums, static_argnames)


class ensure_compile_time_eval:  # noqa: N801 - JAX's name
    """A scope in which functions run at once, as they always do here."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, *_: object) -> None:
        return None
