"""The arguments of a call of a function with a rule of its own: those that are differentiated, as leaves, and the others."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any

import optree

from unigrad.conversion import NUMBERS, constant, format_of, namespace_of
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.graph import Tensor, placed
from unigrad.leaving import check_array
from unigrad.transforms.custom import is_tracked
from unigrad.transforms.rule import Facts, facts_of


class Parameters:
    """How a function names its arguments, and which of them are never differentiated.

    With `skip` the first parameter is none of the arguments; without `defaults` those that are not given stay away.
    """

    def __init__(
        self,
        f: Callable[..., Any],
        nondiff_argnums: int | Sequence[int] = (),
        nondiff_argnames: str | Sequence[str] = (),
        *,
        name: str | None = None,
        skip: bool = False,
        defaults: bool = True,
    ) -> None:
        self.what = repr(name or getattr(f, "__name__", type(f).__name__))
        self.defaults = defaults
        try:
            self.signature: inspect.Signature | None = inspect.signature(functools.partial(f, None) if skip else f)
        except (TypeError, ValueError):  # some functions written in C have none
            self.signature = None
        every = self.signature.parameters.values() if self.signature else ()
        self.names = [each.name for each in every if each.kind in (each.POSITIONAL_ONLY, each.POSITIONAL_OR_KEYWORD)]
        endless = self.signature is None or any(each.kind is each.VAR_POSITIONAL for each in every)
        self._count = None if endless else len(self.names)
        argnums = (nondiff_argnums,) if isinstance(nondiff_argnums, int) else nondiff_argnums
        argnames = (nondiff_argnames,) if isinstance(nondiff_argnames, str) else nondiff_argnames
        self.fixed = tuple(dict.fromkeys([*map(self._place, argnums), *map(self._named, argnames)]))

    def _place(self, argnum: Any) -> int:
        if not isinstance(argnum, int) or argnum < 0:
            raise ArgumentError(f"nondiff_argnums of {self.what} must be positions counted from 0; got {argnum!r}")
        if self._count is not None and argnum >= self._count:
            raise ArgumentError(
                f"nondiff_argnums of {self.what}: {argnum} is out of range, there are {self._count} positional arguments"
            )
        return argnum

    def _named(self, name: Any) -> int:
        if name not in self.names:
            raise ArgumentError(
                f"nondiff_argnames of {self.what}: {name!r} is none of its arguments {', '.join(self.names)}"
            )
        return self.names.index(name)

    def name(self, place: int) -> str:
        """What errors call the argument at a position."""
        return self.names[place] if place < len(self.names) else f"argument {place}"

    def bound(self, args: tuple[Any, ...], kwargs: dict[str, Any]) -> tuple[list[Any], dict[str, Any]]:
        """The arguments by position, defaults included, and those that can only be given by keyword."""
        if self.signature is None or (not kwargs and len(args) == len(self.signature.parameters)):
            return list(args), kwargs
        found = self.signature.bind(*args, **kwargs)
        if self.defaults:
            found.apply_defaults()
        return list(found.args), found.kwargs


class Arguments:
    """The arguments of one call; ``leaves`` are those of the differentiable ones, arrays among them as Tensors.

    ``stand_ins`` are the leaves as constants, for the run whose rule is the author's, ``facts`` those of the tracked ones.
    """

    stand_ins: Sequence[Any] = ()
    facts: Sequence[Facts | None] = ()

    def __init__(self, parameters: Parameters, args: tuple[Any, ...], kwargs: dict[str, Any]) -> None:
        self.parameters = parameters
        self.args, self.keywords = parameters.bound(args, kwargs)
        self.places = [i for i in range(len(self.args)) if i not in parameters.fixed]
        given: Any = tuple([self.args[i] for i in self.places])
        self.leaves, self.structure = optree.tree_flatten(given)
        self.tracked = is_tracked(self.leaves)
        self._check_fixed()
        if self.tracked:
            xp = namespace_of([x for x in self.leaves if isinstance(x, Tensor)])
            self.leaves = [
                constant(x, xp, copy=True) if is_array(x) and not isinstance(x, Tensor) else x for x in self.leaves
            ]
            self.stand_ins = [placed(x, None) if isinstance(x, Tensor) else x for x in self.leaves]
            self.facts = [facts_of(x) if isinstance(x, Tensor) and x.node is not None else None for x in self.leaves]

    def _check_fixed(self) -> None:
        fixed = {self.parameters.name(i): self.args[i] for i in self.parameters.fixed if i < len(self.args)}
        kinds = [("is among nondiff_argnums", fixed), ("can only be given by keyword", self.keywords)]
        for why, arguments in kinds:
            for name, value in arguments.items():
                if is_tracked(optree.tree_leaves(value)):
                    raise ArgumentError(
                        f"{self.parameters.what} got a tracked Tensor for {name!r}, which {why} and so has no derivative; "
                        "detach() it, or make the argument a differentiable one"
                    )

    @property
    def fixed(self) -> list[Any]:
        """The arguments that are never differentiated, in the order in which ``nondiff_argnums`` gives them."""
        return [self.args[i] for i in self.parameters.fixed]

    def numbers(self) -> list[Any]:
        """The Python numbers among the arguments that are never differentiated."""
        tree: Any = (self.fixed, self.keywords)
        return [x for x in optree.tree_leaves(tree) if type(x) in NUMBERS]

    def parts(self, leaves: Sequence[Any]) -> tuple[Any, ...]:
        """The differentiable arguments, of these leaves."""
        parts: Any = optree.tree_unflatten(self.structure, leaves)
        return tuple(parts)

    def filled(self, leaves: Sequence[Any]) -> list[Any]:
        """All arguments by position, with these leaves."""
        given = list(self.args)
        for place, part in zip(self.places, self.parts(leaves), strict=True):
            given[place] = part
        return given

    def cotangents(self, found: Any, label: str) -> list[Any]:
        """What a rule gave, one entry for each differentiable argument, as an entry for each leaf; checked.

        Raises `ArgumentError` for another number or structure or for what is no array, `ShapeError`, `DTypeError`.
        """
        names = [self.parameters.name(i) for i in self.places]
        parts = tuple(found) if isinstance(found, (tuple, list)) else (found,)
        if len(parts) != len(names):
            raise ArgumentError(
                f"{label} gave {len(parts)} cotangents, and there are {len(names)} differentiable arguments: "
                f"{', '.join(map(repr, names))}; give one, or None, for each"
            )
        leaves: list[Any] = []
        for part, name, structure in zip(parts, names, self.structure.children(), strict=True):
            leaves += matched(part, structure, f"{label} gave a cotangent", f"for {name!r}")
        return [
            None
            if part is None or fact is None
            else fitted(part, fact, f"{label} gave a cotangent", f"for {self._leaf_name(k)}")
            for k, (part, fact) in enumerate(zip(leaves, self.facts, strict=True))
        ]

    def forget(self) -> None:
        """Let go of the arrays that are differentiated: what a rule needs of them, it has saved."""
        self.leaves, self.stand_ins = [], []
        for place in self.places:
            self.args[place] = None

    def _leaf_name(self, k: int) -> str:
        first, *rest = self.structure.paths()[k]
        return repr(self.parameters.name(self.places[first])) + "".join(f"[{each!r}]" for each in rest)


def is_array(x: Any) -> bool:
    """Whether `x` is an array of some library: classes of numbers and modules have a dtype too, and are none."""
    return hasattr(x, "dtype") and hasattr(x, "shape") and not isinstance(x, (type, ModuleType))


def matched(tree: Any, structure: Any, what: str, of: str) -> list[Any]:
    """The parts of `tree` for the leaves of `structure`; None stands for no part of any. Raises `ArgumentError`."""
    return [None] * structure.num_leaves if tree is None else parts_of(tree, structure, what, of)


def parts_of(tree: Any, structure: Any, what: str, of: str) -> list[Any]:
    """The parts of `tree` for the leaves of `structure`. Raises `ArgumentError`."""
    try:
        return list(structure.flatten_up_to(tree))
    except ValueError as error:
        raise ArgumentError(
            f"{what} of the structure {optree.tree_structure(tree)} {of}, which has the structure {structure}"
        ) from error


def fitted(part: Any, fact: Facts, what: str, of: str) -> Any:
    """`part` as a Tensor that fits. Raises `ArgumentError`, `ShapeError`, `DTypeError`."""
    dtype = format_of(fact.dtype)
    if not isinstance(part, Tensor):
        if type(part) not in NUMBERS and not is_array(part):
            raise ArgumentError(
                f"{what} that is a '{type(part).__name__}' {of}; give a Tensor, an array, or None for zero"
            )
        if is_array(part):
            check_array(type(part).__name__)
        part = constant(part, fact.xp, dtype=dtype if type(part) in NUMBERS else None, copy=True)
    if tuple(part.raw.shape) != fact.shape:
        raise ShapeError(
            f"{what} of shape {tuple(part.shape)} {of} of shape {fact.shape}; give that shape, or None for zero"
        )
    if part.dtype != dtype:
        raise DTypeError(f"{what} of dtype '{part.dtype}' {of} of dtype '{dtype}'; cast it with astype('{dtype}')")
    return part
