"""Forward mode: which transforms are running, and whether tangents will be pushed through what is computed now."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Final, NamedTuple

from unigrad import Tensor
from unigrad.graph import ancestors


class _Running(NamedTuple):
    """A transform under way: its direction, and its inputs; of a program that is being written all arrays are inputs."""

    forward: bool
    inputs: Sequence[Any] | None


_running: Final[ContextVar[tuple[_Running, ...]]] = ContextVar("unigrad jax transforms", default=())


@contextmanager
def running(forward: bool, inputs: Sequence[Any] | None) -> Iterator[None]:
    """A scope for the function that a transform calls with `inputs`."""
    token = _running.set((*_running.get(), _Running(forward, inputs)))
    try:
        yield
    finally:
        _running.reset(token)


def pushes(leaves: Sequence[Any]) -> bool:
    """Whether the innermost of the transforms on whose inputs `leaves` depend is one of forward mode."""
    transforms = _running.get()
    if not any(each.forward for each in transforms):
        return False
    nodes: list[Any] = [x.node for x in leaves if isinstance(x, Tensor) and x.node]
    reached = {id(each) for part in ancestors(nodes)[:2] for each in part}
    found = (
        each.forward
        for each in reversed(transforms)
        if nodes and (each.inputs is None or any(id(x.node) in reached for x in each.inputs))
    )
    return next(found, False)
