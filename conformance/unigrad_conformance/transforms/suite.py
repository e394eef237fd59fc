"""The cases: one a transform, whose rows are tried on each program that they fit."""

from __future__ import annotations

import functools
import time
import zlib
from collections.abc import Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, Final

import numpy

from unigrad_conformance import depth, tolerances
from unigrad_conformance.case import Case, default_dtype
from unigrad_conformance.tally import Tally
from unigrad_conformance.transforms.composition import examine
from unigrad_conformance.transforms.derivatives import DERIVATIVES
from unigrad_conformance.transforms.known import Known
from unigrad_conformance.transforms.mapping import MAPPING
from unigrad_conformance.transforms.nesting import NESTING
from unigrad_conformance.transforms.programs import PROGRAMS, Program
from unigrad_conformance.transforms.rewriting import REWRITING
from unigrad_conformance.transforms.row import Point, Row
from unigrad_conformance.transforms.sides import NUMPY, UNIGRAD, Side, peer
from unigrad_conformance.transforms.training import TRAINING

TOLERANCES: Final[Mapping[int, float]] = {0: tolerances.ROUNDING, **tolerances.DIFFERENCES}
"""By the order of the derivatives."""

ROWS: Final[Mapping[str, Sequence[Row]]] = {**DERIVATIVES, **NESTING, **MAPPING, **REWRITING, **TRAINING}
"""By the transform, or by what is composed."""
RANDOM: Final = 8
"""How many compositions are drawn; in a quick run, or where every shape is compiled anew, a part:"""
FEW: Final = 3
TAKING_TURNS: Final = 2
"""How many programs the transforms share among themselves where each is tried on one, other ones with another seed."""
PATIENCE: Final = 120.0
"""Seconds after which no further one is: a backend that needs so long has shown what it can."""


def cases(quick: bool = False) -> Iterator[Case]:
    """A case a transform."""
    for name, rows in ROWS.items():
        yield Case("transforms", name, functools.partial(_check, name, rows, quick))
    yield Case("transforms", "random compositions", functools.partial(_check_random, quick))


def _check(name: str, rows: Sequence[Row], quick: bool, tally: Tally, backend: str, seed: int) -> None:
    start, other = zlib.crc32(name.encode()) % TAKING_TURNS + seed, peer(backend)
    with default_dtype("float64"):
        for row in rows:
            chosen = _one(row, start)
            for program in [chosen] if quick or row.once or backend in depth.ONE_IN else PROGRAMS:
                if not row.fits(program):
                    continue
                label = f"{row.what}: {program.name}"
                with tally.guarded(label, "result"):
                    check_row(row, label, known(program, seed), other, tally)


def _one(row: Row, start: int) -> Program:
    """The one program that a row is tried on where every shape is compiled anew, or in a quick run: in a case all the same."""
    turned = [*PROGRAMS[start % len(PROGRAMS) :], *PROGRAMS]
    return next(program for program in turned if row.fits(program))


def check_row(row: Row, label: str, point: Known, other: Side | None, tally: Tally) -> None:
    """What a row gives at a point, against what is known there, and against what another engine gives."""
    got = UNIGRAD.left(row.run(UNIGRAD.transforms, Point(UNIGRAD, point)))
    _compare(tally, label, "result", got, NUMPY.left(row.want(point)), TOLERANCES[row.order])
    if other is not None and row.trusts(other, point.program):
        theirs = other.left(_by_another(row, point, other))
        _compare(tally, label, f"result, against that of {other.name}", got, theirs, tolerances.ENGINE)


def _by_another(row: Row, point: Known, other: Side) -> Any:
    there = Point(other, point)
    run = lambda: row.run(other.transforms, there)
    return run() if point.program.branches else other.compile(run)()


def _check_random(quick: bool, tally: Tally, backend: str, seed: int) -> None:
    """Compositions of transforms, drawn as the seed says; the simplest that fails."""
    if find_spec("hypothesis") is None:
        tally.reason = (
            "compositions are drawn with hypothesis, which is not installed; try: pip install 'unigrad[test]'"
        )
        return
    from unigrad_conformance.deep.searching import Search, nothing_kept
    from unigrad_conformance.transforms.drawn import compositions

    search = Search(compositions(seed), lambda composition: examine(composition, backend))
    count = FEW if quick or backend in depth.ONE_IN else RANDOM
    with nothing_kept():
        search.run(seed, count, time.perf_counter() + PATIENCE)
    tally.add(search.tally)


def _compare(
    tally: Tally,
    label: str,
    what: str,
    got: Sequence[numpy.ndarray],
    want: Sequence[numpy.ndarray],
    tolerance: float,
) -> None:
    tally.same(label, f"number of arrays of the {what}", len(got), len(want))
    for place, (one, other) in enumerate(zip(got, want, strict=False)):
        name = what if len(got) == 1 else f"{what}, array {place + 1}"
        tally.same(label, f"dtype of the {name}", str(one.dtype), str(other.dtype))
        tally.close(label, name, one, other, tolerance)


@functools.cache
def known(program: Program, seed: int) -> Known:
    """What is known of a program at the numbers of a seed, worked out once a process."""
    return Known(program, *program.numbers(seed), seed)
