"""Tracing: one run of a function that is watched, so that a program remains of it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass
from types import ModuleType
from typing import Any

import optree

from unigrad import draws, settings
from unigrad.conversion import NUMBERS, form_of, lifted_to
from unigrad.errors import ArgumentError
from unigrad.graph import UNRECORDED, Form, Tensor, make_tensor
from unigrad.observing import ObservedNode, Observer, observed
from unigrad.recording import recording_flag
from unigrad.transforms.captures import Captured, captures_stand_in
from unigrad.virtual.levels import levels_of, opened, whole_run
from unigrad.virtual.program import Program
from unigrad.virtual.trace import Taken, TraceLevel, as_operand, changed_in_place


class Renewed:
    """The arrays that a program takes besides its arguments, had anew for each run: random ones, and what may be assigned.

    The run that was watched drew ahead: so a stream gives the program's runs what it gives to the function itself.
    """

    def __init__(self, makers: list[Callable[[], Tensor]]) -> None:
        self._makers = makers

    def __len__(self) -> int:
        return len(self._makers)

    def examples(self) -> list[Any]:
        """Arrays as the next run will get them."""
        with draws.ahead():
            return [make().raw for make in self._makers]

    def next(self) -> tuple[list[Any], draws.Draws | None]:
        """The arrays for the next run, and what makes the function itself draw the same."""
        if not self._makers:
            return [], None
        with draws.remembered() as made:
            return [make().raw for make in self._makers], made


@dataclass(frozen=True)
class Traced:
    """The program of one run, and how its outputs become the function's results."""

    program: Program
    structure: Any
    leaves: list[Any]
    """For each leaf of the result a `Result`, or what it is in every run."""
    taken: list[Taken]
    """The Tensors from outside that the program depends on."""
    renewed: Renewed

    def results(self, arrays: Sequence[Any]) -> Any:
        """The function's results, given the program's first outputs."""
        flat = self.flat(arrays)
        return flat[0] if self.structure is None else optree.tree_unflatten(self.structure, flat)

    def flat(self, arrays: Sequence[Any]) -> list[Any]:
        """The leaves of the function's results, given the program's first outputs."""
        given = iter(arrays)
        return [leaf.tensor(next(given)) if type(leaf) is Result else leaf for leaf in self.leaves]

    def is_stale(self) -> bool:
        """Whether a Tensor from outside was changed or dropped since: the program might be another one today."""
        return any(each.has_changed() for each in self.taken)

    @property
    def count(self) -> int:
        """The number of arrays among the results."""
        return sum(type(leaf) is Result for leaf in self.leaves)


class Result:
    """What one of the program's outputs becomes: an array of some class, with its form where it has one, at its place."""

    __slots__ = ("array_class", "form", "node", "xp")

    def __init__(self, array_class: type[Tensor], form: Form | None, xp: ModuleType, node: Any) -> None:
        self.array_class = array_class
        self.form = form
        self.xp = xp
        self.node = node

    def tensor(self, raw: Any) -> Tensor:
        """The array `raw` as the function gives it."""
        tensor = self.array_class()
        tensor.raw = raw
        tensor.xp = self.xp
        tensor.node = self.node
        tensor.form = self.form
        return tensor


class _Uses(Observer):
    """Who takes note of each Tensor from outside that a watched run uses, and of those whose gradient somebody waits for."""

    def __init__(self, level: TraceLevel, recording: bool) -> None:
        self._level = level
        self._recording = recording
        self._parents: set[Any] = set()
        self._captured: dict[int, Tensor] = {}

    def called(self, card: Any, operands: Sequence[Any], options: dict[str, Any], result: Tensor) -> None:
        """A primitive was called."""
        given: Any = (operands, options)
        for operand in optree.tree_leaves(given):
            self._note(operand)
            self._capture(operand)

    def changed(self, name: str, x: Any, result: Tensor) -> None:
        """Something was made of `x`."""
        self._note(x)
        if result.node is not None:
            self._capture(x)

    def ruled(self, inputs: Sequence[Any]) -> None:
        """A rule of the program's own was recorded for `inputs`."""
        for x in inputs:
            self._note(x)
            self._capture(x)

    def left(self, name: str, x: Tensor) -> None:
        """The values of `x` were read."""
        self._note(x)

    def recorded(self, node: ObservedNode) -> None:
        """A node was made."""
        if self._recording:
            self._parents.update(each for each in node.parents if self._is_outside(each))

    def end(self, leaves: Sequence[Any]) -> None:
        """The function gave these. Raises `Captured` where it used what is being differentiated."""
        for leaf in leaves:
            self._note(leaf)
            self._capture(leaf)
        if self._captured or self._parents:
            raise Captured(list(self._captured.values()))

    def _note(self, x: Any) -> None:
        if isinstance(x, Tensor) and self._level not in levels_of(x.xp):
            self._level.use(x)

    def _capture(self, x: Any) -> None:
        flows = self._recording and recording_flag.get()  # else, as in a sweep that nobody records, it is a constant
        if flows and isinstance(x, Tensor) and x.node is not None and self._is_outside(x.node):
            self._captured[id(x)] = x

    def _is_outside(self, node: Any) -> bool:
        return bool(node.id < self._level.id)


def trace(function: Callable[..., Any], tensors: Sequence[Tensor], xp: ModuleType, what: str) -> Traced:
    """The program of ``function(level, *tensors)``, run once on stand-ins for `tensors`, and nothing else remains of the run.

    `level` can be asked for further inputs. Errors name the transform and function `what`. Raises `Captured` where the
    function uses Tensors from outside that are being differentiated.
    """
    level = TraceLevel()
    uses = _Uses(level, recording_flag.get() is True)
    made: list[Traced] = []

    def watched(*raws: Any) -> None:
        given = [_stand_in(each, raw, level, xp) for each, raw in zip(tensors, raws, strict=True)]
        arguments = [x.raw for x in given]
        with whole_run(level, changed_in_place):
            with opened(level), _in_force(xp), observed(uses), captures_stand_in():
                out = function(level, *given)
            leaves, structure = optree.tree_flatten(out)
            if any(x.raw is not argument for x, argument in zip(given, arguments, strict=True)):
                raise changed_in_place("an argument")
            uses.end(leaves)
            results = [_result(leaf, level, xp, what) for leaf in leaves]
            single = isinstance(out, Tensor)
            del given, out, leaves
        made.append(Traced(level.program, None if single else structure, results, level.taken(), Renewed(level.makers)))

    with draws.ahead():
        xp.abstractly(watched, [tensor.raw for tensor in tensors])
    return made[0]


def _in_force(xp: ModuleType) -> AbstractContextManager[Any]:
    """A scope with the backend of `xp` in force; where it is already, the chosen device stays."""
    return nullcontext() if settings.choice().backend is xp.__backend__ else settings.use_backend(xp.__backend__)


def stand_in_for(raw: Any, level: TraceLevel, xp: ModuleType) -> Tensor:
    """A further input of the program that `level` writes, which in this run is `raw`."""
    return make_tensor(level.new_input(raw, xp), level.namespace(xp))  # type: ignore[arg-type]


def _stand_in(tensor: Tensor, raw: Any, level: TraceLevel, xp: ModuleType) -> Tensor:
    made = stand_in_for(raw, level, xp)
    made.__class__ = type(tensor)
    if tensor.node is not None and recording_flag.get() is UNRECORDED:
        made.node = UNRECORDED
    return made


def _result(leaf: Any, level: TraceLevel, xp: ModuleType, what: str) -> Any:
    if isinstance(leaf, Tensor):
        raw = lifted_to(level.namespace(xp), leaf.detach()).raw  # type: ignore[arg-type]
        level.program.outputs.append(as_operand(raw))
        known = make_tensor(raw.data, xp)
        return Result(type(leaf), form_of(known), xp, UNRECORDED if leaf.node is UNRECORDED else None)
    if type(leaf) in NUMBERS:
        return leaf
    raise ArgumentError(
        f"{what} gave a '{type(leaf).__name__}'; a function under jit is to give Tensors, numbers and containers of them"
    )
