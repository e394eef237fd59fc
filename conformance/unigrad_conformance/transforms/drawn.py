"""Drawn: compositions of transforms that hypothesis draws."""

from __future__ import annotations

from typing import Final

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

from unigrad_conformance.transforms.composition import LAYERS, SQUARE, Composition

ORDER: Final = 4
"""The highest derivative: one more takes several times as long, and shows nothing else."""


def compositions(seed: int | None = None) -> SearchStrategy[Composition]:
    """Up to four transforms around a program, at the numbers of a seed, or of one that is drawn; the simplest is one, of the first."""
    programs = st.sampled_from([program.name for program in SQUARE])
    layers = st.lists(st.sampled_from(list(LAYERS)), min_size=1, max_size=4).map(tuple).filter(_computable)
    seeds = st.integers(0, 99) if seed is None else st.just(seed)
    return st.builds(Composition, programs, layers, seeds)


def _computable(layers: tuple[str, ...]) -> bool:
    return sum(2 if name == "hessian" else name != "vmap" for name in layers) <= ORDER
