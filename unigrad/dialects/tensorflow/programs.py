"""Programs of functions that read and assign Variables: written once for a signature, and then only run."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any

import optree

import unigrad as ug
from unigrad.dialects.tensorflow.conversion import adopted, convert, read
from unigrad.dialects.tensorflow.holding import Run, running
from unigrad.dialects.tensorflow.recording import active_tapes
from unigrad.dialects.tensorflow.signatures import Call, Static
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.dialects.tensorflow.variable import Variable
from unigrad.errors import TraceError
from unigrad.graph import Tensor
from unigrad.transforms.compiling import Compiled, CompiledPull
from unigrad.transforms.jit import kind_of


class Outcome:
    """What a run gives: the leaves of the result, and the values that Variables have been assigned."""

    def __init__(self, leaves: Iterable[Any], structure: Any, values: Iterable[Any], variables: tuple[Variable, ...]):
        self.leaves = list(leaves)
        self.structure = structure
        self.values = list(values)
        self.variables = variables

    def done(self) -> Any:
        """The result, once the Variables hold what they were assigned."""
        for variable, value in zip(self.variables, self.values, strict=True):
            variable.assign(value)
        return optree.tree_unflatten(self.structure, self.leaves)


ug.register_container(
    Outcome,
    lambda outcome: ((outcome.leaves, outcome.values), (outcome.structure, outcome.variables)),
    lambda rest, parts: Outcome(*_ordered(rest, parts)),
)


def _ordered(rest: Any, parts: Iterable[Any]) -> tuple[Any, ...]:
    (structure, variables), (leaves, values) = rest, parts
    return leaves, structure, values, variables


def as_result(value: Any) -> Any:
    """A leaf of a function's value as the function is to give it: numbers and Variables as tensors."""
    if isinstance(value, Variable):
        return read(value)
    return convert(value) if isinstance(value, (bool, int, float)) or hasattr(value, "dtype") else value


class _Body:
    """A function of tensors alone: those of a call and, once they are known, the values of the Variables that it touches."""

    def __init__(self, func: Callable[..., Any], static: Static, count: int) -> None:
        self._func = func
        self._static = static
        self._count = count
        self.variables: list[Variable] | None = None
        self.reads: list[bool] = []

    def __call__(self, *tensors: Any) -> Outcome:
        given, values = tensors[: self._count], [_as_own(each) for each in tensors[self._count :]]
        run = Run(self.variables, values)
        with running(run, any(each.node is not None for each in tensors)):
            args, kwargs = self._static.joined([_as_own(each) for each in given])
            leaves, structure = optree.tree_flatten(self._func(*args, **kwargs))
            leaves = [_tensor(as_result(leaf)) for leaf in leaves]
        if self.variables is None:
            self.variables, self.reads = map(list, zip(*run.touched(), strict=True)) if run.touched() else ([], [])
        variables, values = run.assigned()
        return Outcome(leaves, structure, values, variables)


def _as_own(tensor: Any) -> EagerTensor:
    return tensor if type(tensor) is EagerTensor else adopted(tensor)


def _tensor(leaf: Any) -> EagerTensor:
    if not isinstance(leaf, Tensor):
        raise TraceError(f"a function that gives a '{type(leaf).__name__}' is no program")
    return convert(leaf)


def _outcome(given: Any) -> Outcome:
    outcome: Outcome = given
    return outcome


class Program:
    """The program of a function for the signature of one call, and for gradients those that pull cotangents back.

    The first is written when this is made, whatever goes wrong then is raised, and Variables and random streams are as before.
    """

    def __init__(self, func: Callable[..., Any], call: Call, xp: ModuleType, compile: bool) -> None:
        self._name = getattr(func, "__name__", "the function")
        self._xp = xp
        self._compile = compile
        self._body = _Body(func, call.static, len(call.tensors))
        self._plain = Compiled(self._body, call.tensors, xp, self._name, compile)
        self.variables: list[Variable] = self._body.variables or []
        if any(each.own.value.xp is not xp for each in self.variables):
            raise TraceError("a program is of arrays of one library")
        self._kinds = [kind_of(each.own.value) for each in self.variables]
        self._pulls: dict[tuple[int, ...], CompiledPull | None] = {}

    def fits(self) -> bool:
        """Whether the Variables are of the shapes that they had when it was written."""
        return all(kind_of(each.own.value) == kind for each, kind in zip(self.variables, self._kinds, strict=True))

    def is_stale(self) -> bool:
        """Whether it holds the values of tensors from outside that are others now."""
        return self._plain.is_stale()

    def run(self, tensors: list[EagerTensor]) -> Outcome | None:
        """What the function gives; None where a tape outside asks for a gradient that a program has not."""
        if not active_tapes():
            return _outcome(self._plain(tensors))
        if any(x.node is not None for x in self._plain.from_outside()):
            return None
        values = [
            read(v) if is_read else v.own.value for v, is_read in zip(self.variables, self._body.reads, strict=True)
        ]
        every = [*tensors, *values]
        tracked = tuple([place for place, each in enumerate(every) if each.node is not None])
        if not tracked:
            return _outcome(self._plain(tensors))
        if tracked not in self._pulls:
            self._pulls[tracked] = self._pull(every, tracked)
        pull = self._pulls[tracked]
        if pull is None:
            return None
        with ug.record():
            return _outcome(pull(every))

    def _pull(self, tensors: list[Any], tracked: tuple[int, ...]) -> CompiledPull | None:
        try:
            return CompiledPull(self._body, tensors, tracked, self._xp, self._name, self._compile, self._again)
        except Exception:  # noqa: BLE001 - whatever cannot be a program is run as it is, which has the last word
            return None

    def _again(self, function: Callable[..., Any]) -> Callable[..., Any]:
        jitted: Callable[..., Any] = ug.jit(function, compile=self._compile, strict=False)
        return jitted
