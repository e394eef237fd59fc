"""The public functions: each once, with all names that it goes by, the card behind it, and the family that it belongs to."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from types import ModuleType
from typing import Any, NamedTuple

import unigrad.nn
import unigrad.numpy as np
import unigrad.special
from unigrad.card import REGISTRY, Card
from unigrad.dtypes import DType

NAMESPACES: dict[str, ModuleType] = {
    "unigrad.numpy": np,
    "unigrad.numpy.linalg": np.linalg,
    "unigrad.numpy.fft": np.fft,
    "unigrad.numpy.random": np.random,
    "unigrad.special": unigrad.special,
    "unigrad.nn": unigrad.nn,
}
SECTIONS: dict[str, dict[str, str]] = {
    "Elementwise": {
        "arithmetic": "Arithmetic",
        "exponentials": "Exponentials and logarithms",
        "trigonometry": "Trigonometry",
        "magnitudes": "Magnitudes and signs",
        "choices": "Choices",
        "rounding": "Rounding",
        "constant": "Constant functions",
        "closeness": "Closeness",
    },
    "Arrays": {
        "creation": "Creation",
        "ranges": "Ranges",
        "grids": "Grids",
        "manipulation": "Shapes, axes, joining",
        "layout": "Layout",
        "assembly": "Assembly",
        "editing": "Editing",
        "padding": "Padding",
        "indexing": "Indexing",
        "choosing": "Choosing elements",
        "spelling": "NumPy's further spellings",
        "inspection": "Inspection",
        "random": "Random numbers",
    },
    "Reductions and order": {
        "reduction": "Reductions",
        "spreads": "Spreads",
        "running": "Running sums and products",
        "gaps": "Reductions over gaps",
        "sorting": "Sorting and neighbours",
        "quantiles": "Quantiles",
        "statistics": "Statistics",
        "sets": "Sets",
    },
    "Linear algebra": {
        "linalg": "Products",
        "products": "Further products",
        "matrices": "Matrices",
        "solving": "Equations and matrix functions",
        "norms": "Norms",
        "decomposition": "Factorizations",
        "spectra": "Spectra",
        "eigen": "Eigenvalues",
    },
    "Calculus and signals": {
        "calculus": "Calculus",
        "curves": "Curves",
        "polynomials": "Polynomials",
        "fft": "Fourier transforms",
    },
    "Special functions": {
        "special": "Entropies and logits",
        "errorfunctions": "Error functions",
        "gammas": "Gamma functions",
        "incomplete": "Incomplete functions",
        "bessel": "Bessel functions",
    },
    "Networks": {
        "activation": "Activations",
        "layers": "Layers",
        "attention": "Attention",
        "convolution": "Convolution",
        "pooling": "Pooling",
        "sliding": "Windows",
        "normalization": "Normalization",
        "nn": "Softmax and dropout",
        "loss": "Losses",
    },
}
"""The families, which are files of `unigrad.primitives` as a rule, by the part of the reference that they are in."""


class Entry(NamedTuple):
    """A function, its full names with the one that it is documented under in front, its card, and its family."""

    names: tuple[str, ...]
    function: Callable[..., Any]
    card: Card | None
    family: str

    @property
    def module(self) -> str:
        """The module that says what the family is."""
        return self.card.module if self.card is not None else self.function.__module__


@cache
def entries() -> tuple[Entry, ...]:
    """Every public function, then every card without a public function of its own, by name."""
    names: dict[int, list[str]] = {}
    functions: dict[int, Callable[..., Any]] = {}
    for namespace, module in NAMESPACES.items():
        for name in _public(module):
            function = getattr(module, name)
            functions[id(function)] = function
            names.setdefault(id(function), []).append(f"{namespace}.{name}")
    found = [_entry(functions[key], each) for key, each in names.items()]
    shown = {entry.card.name for entry in found if entry.card is not None}
    found += [
        _entry(card.function, [f"{card.module}.{card.name}"]) for card in REGISTRY.values() if _hidden(card, shown)
    ]
    return tuple(sorted(found, key=lambda entry: (entry.names[0].rpartition(".")[2].lower(), entry.names[0])))


def families() -> dict[str, dict[str, tuple[str, list[Entry]]]]:
    """The title and the functions of each family, by section; a family that `SECTIONS` does not place comes last."""
    found: dict[str, dict[str, tuple[str, list[Entry]]]] = {section: {} for section in SECTIONS}
    by_family: dict[str, list[Entry]] = {}
    for entry in entries():
        by_family.setdefault(entry.family, []).append(entry)
    for section, titles in SECTIONS.items():
        found[section] = {name: (title, by_family.pop(name)) for name, title in titles.items() if name in by_family}
    rest = {name: (name.capitalize(), group) for name, group in sorted(by_family.items())}
    return found | ({"More": rest} if rest else {})


def _public(module: ModuleType) -> list[str]:
    listed = getattr(module, "__all__", None) or [name for name in dir(module) if not name.startswith("_")]
    return [name for name in listed if _is_function(getattr(module, name))]


def _is_function(each: Any) -> bool:
    return callable(each) and not isinstance(each, (type, ModuleType, DType))


def _hidden(card: Card, shown: set[str]) -> bool:
    return card.name not in shown and card.module.startswith("unigrad.")


def _entry(function: Callable[..., Any], names: list[str]) -> Entry:
    own = function.__name__
    names.sort(key=lambda name: name.rpartition(".")[2] != own)  # its own name before its aliases
    card = REGISTRY.get(own)
    if card is not None and card.function is not function and own not in names[0]:
        card = None
    home = card.module if card is not None else function.__module__
    family = {"totals": "reduction", "settings": "inspection"}.get(home.rpartition(".")[2], home.rpartition(".")[2])
    return Entry(tuple(names), function, card, family)
