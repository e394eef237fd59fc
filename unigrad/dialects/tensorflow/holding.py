"""What Variables hold: their own values or, in a run of a function that is made a program, values of that run.

While a program is written, the Variables themselves stay as they are, and other threads see nothing of it. The run has for
each Variable that is touched an array of its own, which the function reads, assigns and differentiates as it would.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, Final

from unigrad.conversion import open_levels
from unigrad.dialects.tensorflow.conversion import adopted
from unigrad.dialects.tensorflow.recording import apart
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.errors import TraceError
from unigrad.graph import Leaf, Node, make_tensor
from unigrad.places import at_line

if TYPE_CHECKING:
    from unigrad.dialects.tensorflow.variable import Variable


class Held:
    """The value of a Variable, its ``place`` in the graph, and what its last read gave.

    ``outside`` is the place that all values have in a run that is differentiated as a whole; None: they are constants.
    """

    __slots__ = ("cached", "outside", "place", "read", "value")

    def __init__(self, value: EagerTensor) -> None:
        self.value = value
        self.place: Node | Leaf | None = value.node
        self.outside: Node | Leaf | None = value.node
        self.cached: Any = None
        self.read = False
        """Whether the value was read, and not only assigned."""


class Run:
    """One run of a function, and what its Variables hold in it: the `values` of the `variables` that are known.

    Without them, those that the function touches are found, and are further inputs of the program that is being written.
    """

    def __init__(self, variables: Sequence[Variable] | None, values: Sequence[EagerTensor] = ()) -> None:
        self._finds = variables is None
        self._held: dict[int, Held] = {}
        self._touched: list[tuple[Variable, EagerTensor]] = []  # and what each held in the beginning
        for variable, value in zip(variables or (), values, strict=True):
            self._begin(variable, value)

    def _begin(self, variable: Variable, value: EagerTensor) -> Held:
        held = self._held[id(variable)] = Held(value)
        self._touched.append((variable, value))
        return held

    def held(self, variable: Variable) -> Held:
        """What `variable` holds in this run."""
        held = self._held.get(id(variable))
        if held is None:
            if not self._finds:
                raise TraceError(
                    f"the function touches '{variable.name}', which it did not when its program was written"
                )
            level = next(level for level in open_levels.get() if hasattr(level, "renewed"))
            held = self._begin(variable, adopted(level.renewed(lambda: variable.own.value)))
        return held

    def touched(self) -> list[tuple[Variable, bool]]:
        """The Variables in the order in which they came, and whether each was read."""
        return [(variable, self._held[id(variable)].read) for variable, _ in self._touched]

    def assigned(self) -> tuple[tuple[Variable, ...], list[EagerTensor]]:
        """The Variables that hold something else than in the beginning, and what, as constants."""
        changed = [
            (variable, self._held[id(variable)].value)
            for variable, first in self._touched
            if self._held[id(variable)].value is not first
        ]
        return tuple(variable for variable, _ in changed), [adopted(make_tensor(x.raw, x.xp)) for _, x in changed]


_run: Final[ContextVar[Run | None]] = ContextVar("unigrad tensorflow run", default=None)

current_run: Final = _run.get
"""The run of a function that is made a program, if this is one."""


@contextmanager
def running(run: Run, recorded: bool) -> Iterator[None]:
    """A scope in which Variables hold what `run` says, and no tape outside records; all is recorded where `recorded`."""
    token = _run.set(run)
    try:
        with apart(recorded):
            yield
    finally:
        _run.reset(token)


class VariableMade(TraceError):
    """A Variable was made while a program was being written."""


def no_program(what: str) -> None:
    """Raise `TraceError` while a program is written that could not do `what` in each run, so that the function runs as it is."""
    if current_run() is not None:
        raise TraceError(f"{what} is no part of a program{at_line()}")
