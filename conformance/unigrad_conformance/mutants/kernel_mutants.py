"""Kernel mutants: each kernel of a backend with one mistake around it, whatever library it comes from."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import AbstractContextManager
from functools import partial
from typing import Any, Final

from unigrad import plugins
from unigrad.card import REGISTRY
from unigrad_conformance.mutants.installing import with_attribute
from unigrad_conformance.mutants.mutant import Mutant
from unigrad_conformance.mutants.rule_mutants import numbered
from unigrad_conformance.mutants.wrappers import of_result, wrappers

CREATED: Final = ("arange", "eye", "linspace", "ones", "ones_like", "zeros")
"""The kernels that have no card, and are called under their own names."""


def kernel_mutants(backend: str) -> list[Mutant]:
    """All mutants of the kernels of a backend that can run here."""
    return numbered(_around(backend))


def _around(backend: str) -> Iterator[tuple[str, dict[str, Any]]]:
    xp = plugins.backend(backend).xp
    named = [card.name for card in REGISTRY.values() if card.kind != "composition"]
    for name in (*named, *CREATED):
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
