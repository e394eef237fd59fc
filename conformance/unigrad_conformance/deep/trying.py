"""Trying: ``unigrad conformance --deep``, from the options to the results."""

from __future__ import annotations

import random
import shlex
import time
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final

import click

from unigrad_conformance.case import Outcome, obstacle
from unigrad_conformance.deep.call import BadCall, Call, parse
from unigrad_conformance.deep.examining import Discarded, examine
from unigrad_conformance.progress import bar
from unigrad_conformance.results import Results, Row, column
from unigrad_conformance.tally import Tally
from unigrad_conformance.transforms.composition import Composition, read_composition
from unigrad_conformance.transforms.composition import examine as examine_composition

if TYPE_CHECKING:  # made with hypothesis, which is asked for only where calls are drawn
    from unigrad_conformance.deep.searching import Search
    from unigrad_conformance.deep.targets import Target

COMPOSITIONS: Final = "compositions"
"""The name of the target that is no function: transforms one around the other."""

SECONDS: Final = 60.0
"""How long it takes where nobody says so."""
EXAMPLES: Final = (3, 10)
"""How many calls a function has in the first round, and in each later one."""


def search(
    backends: Sequence[str], select: str, seed: int, seconds: float, named: Sequence[str]
) -> tuple[Results, list[str]]:
    """What calls of the functions show within so many seconds, an equal part for each backend; and what was done, in words."""
    if find_spec("hypothesis") is None:
        raise click.ClickException(
            "--deep draws calls with hypothesis, which is not installed; try: pip install 'unigrad[test]'"
        )
    from unigrad_conformance.deep.searching import nothing_kept
    from unigrad_conformance.deep.targets import targets

    chosen = {name: target for name, target in targets().items() if select in f"deep/{name}"}
    if not chosen:
        raise click.UsageError(f"no differentiable function's name contains '{select}'")
    rows = {name: Row("deep", name, {}) for name in chosen}
    able, said = [backend for backend in backends if not obstacle(backend)], []
    with bar() as start, nothing_kept():
        show = start(int(seconds))
        for backend in able:
            outcomes, words = _search(chosen, backend, seed, time.perf_counter() + seconds / len(able), show)
            said.append(words)
            for name, outcome in outcomes.items():
                rows[name].outcomes[backend] = outcome
    reached = [row for row in rows.values() if row.outcomes] or list(rows.values())
    return _results(reached, backends, seed, named, "the time was over"), said


def replay(text: str, backends: Sequence[str], named: Sequence[str]) -> Results:
    """The results of the one call, or composition of transforms, that `text` stands for."""
    try:
        call, name, examined = _read(text)
    except BadCall as error:
        raise click.UsageError(str(error)) from error
    row = Row("deep", name, {})
    for backend in backends:
        if not obstacle(backend):
            row.outcomes[backend] = _again(call, examined, backend)
    return _results([row], backends, call.seed, named, "")


def _read(text: str) -> tuple[Call | Composition, str, Callable[[str], Tally]]:
    """What `text` stands for, what it is a call of, and how it is examined on a backend; raises BadCall."""
    composition = read_composition(text)
    if composition is not None:
        return composition, COMPOSITIONS, lambda backend: examine_composition(composition, backend)
    call, subject = parse(text)
    return call, subject.name, lambda backend: examine(call, subject, backend)


def command_line(call: Call | Composition, backend: str) -> str:
    """What runs the call again."""
    return f"unigrad conformance --deep --replay {shlex.quote(call.text())} --backend {backend}"


def _again(call: Call | Composition, examined: Callable[[str], Tally], backend: str) -> Outcome:
    start = time.perf_counter()
    try:
        tally = examined(backend)
    except Discarded as error:
        return Outcome("not run", reason=str(error))
    return _outcome(tally, call, backend, time.perf_counter() - start)


def _outcome(tally: Tally, call: Call | Composition | None, backend: str, seconds: float) -> Outcome:
    if not tally.findings or call is None:
        return Outcome("passed", tally.checks, tally.error, tally.sample, seconds=seconds, share=tally.share)
    again = f"again: {command_line(call, backend)}"
    return Outcome("failed", tally.checks, tally.error, tally.sample, tally.ranked(), again, seconds, tally.share)


def _search(
    chosen: Mapping[str, Target], backend: str, seed: int, stop: float, show: Callable[..., None]
) -> tuple[dict[str, Outcome], str]:
    """Rounds through the functions, in an order of the seed's, until the time is over or all of them have failed."""
    searches: dict[str, Search] = {}
    took: dict[str, float] = {}
    rounds = 0
    for number, name in _turns(list(chosen), seed):
        start = time.perf_counter()
        current = searches.get(name) or chosen[name](backend)
        if start > stop or (all(each.failed for each in searches.values()) and len(searches) == len(chosen)):
            break
        if current.failed:
            continue
        searches[name], rounds = current, number
        current.run(zlib.crc32(f"{seed} {number} {name}".encode()), EXAMPLES[min(number, 1)], stop)
        seconds = time.perf_counter() - start
        took[name] = took.get(name, 0.0) + seconds
        show(f"{backend} deep/{name}", seconds)
    outcomes = {
        name: _outcome(each.tally, each.failed, backend, took[name])
        if each.tally.checks or each.failed
        else Outcome("not run", reason="no call that was drawn is one that NumPy takes")
        for name, each in searches.items()
    }
    examined, discarded = (sum(getattr(each, what) for each in searches.values()) for what in ("examined", "discarded"))
    return outcomes, (
        f"deep on {backend}, seed {seed}: {examined} calls of {len(searches)} of {len(chosen)} functions in {rounds + 1} rounds, "
        f"and {discarded} that were discarded"
    )


def _turns(names: Sequence[str], seed: int) -> Iterator[tuple[int, str]]:
    """The functions again and again, with the number of the round."""
    order = random.Random(seed).sample(names, len(names))
    number = 0
    while True:
        yield from ((number, name) for name in order)
        number += 1


def _results(rows: Sequence[Row], backends: Sequence[str], seed: int, named: Sequence[str], otherwise: str) -> Results:
    """Results whose rows have an outcome on every backend: that it could not run, or `otherwise` what was in its way."""
    for row in rows:
        for backend in backends:
            row.outcomes.setdefault(backend, Outcome("not run", reason=obstacle(backend) or otherwise))
        ordered = {backend: row.outcomes[backend] for backend in backends}
        row.outcomes.clear()
        row.outcomes.update(ordered)
    return Results(seed, tuple(map(column, backends)), tuple(rows), frozenset(named), depth="deep")
