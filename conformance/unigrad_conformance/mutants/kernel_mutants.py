"""Kernel mutants: a backend's kernels broken, from around each one and, where they are unigrad's own Python, from within."""

from __future__ import annotations

import functools
from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from types import CodeType, FunctionType
from typing import Any, Final

from unigrad import plugins
from unigrad.card import REGISTRY
from unigrad_conformance.mutants.installing import with_attribute, with_code
from unigrad_conformance.mutants.mutant import Mutant
from unigrad_conformance.mutants.mutations import Mutation, mutations, words
from unigrad_conformance.mutants.reach import Reached, note, reach
from unigrad_conformance.mutants.rule_mutants import keyed, numbered, numeric, place
from unigrad_conformance.mutants.source import compiled
from unigrad_conformance.mutants.wrappers import of_result, wrappers


CREATED: Final = ("arange", "eye", "linspace", "ones", "ones_like", "zeros")
"""The kernels that have no card, and are called under their own names."""
FAMILIES: Final = frozenset(
    {"sign", "factor", "dropped term", "swapped operands", "missing sum", "transpose", "axis", "off by one", "option"}
)
"""The mistakes made within kernels: those of arithmetic. Which of two ways to the same numbers is taken is left alone."""


def kernel_mutants(backend: str) -> list[Mutant]:
    """All mutants of the kernels of a backend that can run here."""
    return numbered([*_around(backend), *_within(backend)])


def _names() -> list[str]:
    return [card.name for card in REGISTRY.values() if card.kind != "composition"]


def _around(backend: str) -> Iterator[tuple[str, dict[str, Any]]]:
    xp = plugins.backend(backend).xp
    for name in (*_names(), *CREATED):
        card = REGISTRY.get(name)
        for family, text, make in of_result(name, precise=False) if card is None else wrappers(card):
            fields = {
                "suite": "kernels",
                "family": family,
                "place": f"{backend}.{name}",
                "where": plugins.backend(backend).kernels or plugins.backend(backend).array_module,
                "before": f"{name}(…)",
                "after": text,
                "cards": (name,),
                "install": partial(_wrapped, xp, name, make),
                "backend": backend,
            }
            yield f"kernel of {backend} | {name}: {family}: {text}", fields


def _wrapped(xp: Any, name: str, make: Any) -> AbstractContextManager[None]:
    return with_attribute(xp, name, make(xp, getattr(xp, name)))


def _within(backend: str) -> Iterator[tuple[str, dict[str, Any]]]:
    for code, piece in _pieces(backend).items():
        for mutation in _mutations(piece):
            install = partial(with_code, piece.functions, compiled(mutation.node, code))
            fields = {"suite": "kernels", "cards": tuple(piece.cards), "install": install, "backend": backend}
            yield keyed(mutation, f"kernel of {backend} | {place(piece)}", code, **fields)


def _mutations(piece: Reached) -> list[Mutation]:
    cards = [card for card in piece.cards.values() if card is not None]
    options = [name for card in cards for name in card.options]
    found = mutations(piece.node, words(piece.node, options, [name for card in cards for name in numeric(card)]))
    return [mutation for mutation in found if mutation.family in FAMILIES]


def _pieces(backend: str) -> dict[CodeType, Reached]:
    """The backend's own functions, and unigrad's fallbacks as far as it uses them, with the kernels that run them."""
    found: dict[CodeType, Reached] = {}
    for name in (*_names(), *CREATED):
        kernel = getattr(plugins.backend(backend).xp, name, None)
        function = kernel.func if isinstance(kernel, functools.partial) else kernel
        if isinstance(function, FunctionType) and _is_own(function, backend):
            for each in reach(function, partial(_is_own, backend=backend)):
                note(found, each).cards.setdefault(name, REGISTRY.get(name))
    return found


def _is_own(function: FunctionType, backend: str) -> bool:
    module = plugins.backend(backend).kernels or "unigrad.fallbacks"
    return function.__module__.startswith((module.partition(".")[0] + ".", "unigrad.fallbacks"))
