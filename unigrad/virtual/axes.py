"""Named axes: what the examples of the maps that are being run are called, so that a function of one may ask for all."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from types import MappingProxyType
from typing import Any, Final

from unigrad.virtual.batch import BatchLevel

Axes = Mapping[Any, BatchLevel]

_axes: Final[ContextVar[Axes]] = ContextVar("unigrad named axes", default=MappingProxyType({}))
named_axes: Final = _axes.get
"""The levels that have a name here, by name."""


@contextmanager
def knowing(axes: Axes) -> Iterator[None]:
    """A scope in which these names are known, and no others: as where a rule was called that runs later."""
    token = _axes.set(axes)
    try:
        yield
    finally:
        _axes.reset(token)


@contextmanager
def named(axis_name: Any, level: BatchLevel) -> Iterator[None]:
    """A scope in which the examples of `level` have a name besides all that is known; None is no name."""
    if axis_name is None:
        yield
        return
    with knowing({**named_axes(), axis_name: level}):
        yield
