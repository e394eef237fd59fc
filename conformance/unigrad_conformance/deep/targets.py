"""Targets: what calls are drawn of, each function that can be differentiated, and compositions of transforms."""

from __future__ import annotations

import functools
from collections.abc import Callable

from unigrad_conformance.deep.examining import examine
from unigrad_conformance.deep.searching import Search
from unigrad_conformance.deep.strategies import calls
from unigrad_conformance.deep.trying import COMPOSITIONS
from unigrad_conformance.listing import recorded
from unigrad_conformance.subject import Subject, subjects
from unigrad_conformance.transforms.composition import examine as examine_composition
from unigrad_conformance.transforms.drawn import compositions

Target = Callable[[str], Search]
"""A new search on the backend of this name."""


def targets() -> dict[str, Target]:
    """All of them by their names."""
    functions = {each.name: functools.partial(_of_function, each) for each in subjects() if recorded(each)}
    return {**functions, COMPOSITIONS: _of_compositions}


def _of_function(subject: Subject, backend: str) -> Search:
    return Search(calls(subject), lambda call: examine(call, subject, backend))


def _of_compositions(backend: str) -> Search:
    return Search(compositions(), lambda composition: examine_composition(composition, backend))
