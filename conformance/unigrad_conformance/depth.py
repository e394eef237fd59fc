"""Depth: how much of what there is to run is run.

At its default depth the suite runs every sample, but for four suites, as a rule is the same text on every backend: *batching*
and *compiling* take one sample a function on other backends than NumPy; and on a backend that compiles every shape anew
*rules* takes one of those that differ in shape alone, with all arguments tracked, *transforms* one program for each
transform, and *kernels* one sample a function in float32. A quick run takes one sample a function everywhere, and nothing in
float32; and on such a backend, which needs a second for each, a part of the functions.

Where several processes share the cases, those of the suites that look at derivatives have such a backend compile in a hurry:
the rules are unigrad's, and what the library makes of each kernel is seen by the other suites, in the code that users get.
"""

from __future__ import annotations

import zlib
from typing import Final

import numpy

from unigrad.samples import Array, Sample
from unigrad_conformance.subject import Subject

ONE_IN: Final = {"jax": 16}
"""The backends that compile every shape anew; there a quick run takes one in so many functions, another seed others."""
COMPILERS: Final[dict[str, dict[str, str]]] = {
    "jax": {"XLA_FLAGS": "--xla_backend_optimization_level=0 --xla_cpu_use_fusion_emitters=false"}
}
"""Environment variables that have a backend's compiler finish sooner, with code that is slower to run and rounds otherwise."""
AS_COMPILED: Final = frozenset({"chapter", "conventions", "kernels"})
"""The suites that take the code which users get all the same: they show that a kernel's values are right."""
SAID: Final = (
    "quick: one sample a function, the largest; nothing in float32; "
    + ", ".join(f"on {backend} one function in {count}" for backend, count in ONE_IN.items())
    + ", others with another --seed"
)


def samples(subject: Subject, one: bool) -> list[tuple[int, Sample]]:
    """The samples of a subject with their numbers: all, or `one`, the largest of those that differences can be taken of."""
    every = list(enumerate(subject.samples))
    return [max(every, key=lambda each: _worth(subject, each[1]))] if one and every else every


def spared(name: str, backend: str, seed: int) -> str:
    """Why a quick run leaves out what is checked of the function `name`; empty where it does not."""
    count = ONE_IN.get(backend, 1)
    if zlib.crc32(name.encode()) % count == seed % count:
        return ""
    return f"a quick run takes one function in {count} here"


def hurried(suite: str) -> bool:
    """Whether the suite's cases are for processes with the variables of `COMPILERS`."""
    return suite not in AS_COMPILED


def _worth(subject: Subject, sample: Sample) -> tuple[bool, bool, int]:
    parts = [
        (position, part)
        for position, spec in enumerate(sample.arrays)
        for part in (spec if isinstance(spec, tuple) else (spec,))
        if isinstance(part, Array)
    ]
    tracked = any(subject.tracks(position, part) for position, part in parts)
    return tracked, sample.smooth, sum(int(numpy.prod(part.shape)) for _, part in parts)
