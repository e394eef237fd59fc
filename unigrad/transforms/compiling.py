"""Compiling: programs of functions, and of functions with their gradients, made ready to run."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from contextlib import nullcontext
from types import ModuleType
from typing import Any, Final

import optree

from unigrad.conversion import format_of
from unigrad.draws import repeated
from unigrad.errors import InPlaceError, TraceError
from unigrad.graph import Leaf, Tensor, ancestors, make_tensor, placed
from unigrad.recording import Scope, recording_flag, training_flag
from unigrad.transforms.captures import captures_stand_in
from unigrad.transforms.custom import custom_rule
from unigrad.transforms.differentiation import Differentiation
from unigrad.transforms.tracing import Result, stand_in_for, trace
from unigrad.virtual.fusion import fused
from unigrad.virtual.levels import none_opened
from unigrad.virtual.program import Program
from unigrad.virtual.recipes import with_recipes
from unigrad.virtual.straight_line import Run, straight_line
from unigrad.virtual.trace import TraceLevel

Function = Callable[..., Any]


def _made(program: Program, xp: ModuleType, examples: Sequence[Any], what: str, compile: bool) -> Run:
    """`program` as a function of raw arrays like `examples`."""
    if compile and xp.fuses():
        program = with_recipes(program)
    run = straight_line(program, xp, what)
    if not compile:
        return run
    loops = fused(program, xp)
    if loops is not None:
        run = _faster(run, straight_line(loops, xp, what), examples)
    made: Run = xp.compiled(run, examples)
    return made


_TRIALS: Final = 9
"""How often each of two functions runs before one is chosen, if that takes no more than `_PATIENCE` seconds."""
_PATIENCE: Final = 2.0


def _faster(one: Run, other: Run, examples: Sequence[Any]) -> Run:
    """The one of two equal functions that takes less time for these arrays, run by turns, as machines change their pace."""

    def seconds(run: Run) -> float:
        start = time.perf_counter()
        run(*examples)
        return time.perf_counter() - start

    seconds(one)
    seconds(other)  # a loop is compiled when it first runs
    begun = time.perf_counter()
    spent: list[tuple[float, float]] = []
    while len(spent) < _TRIALS and (not spent or time.perf_counter() - begun < _PATIENCE):
        spent.append((seconds(one), seconds(other)))
    first, second = map(min, zip(*spent, strict=True))
    return other if second < first else one


def _simplified(program: Program, xp: ModuleType) -> Program:
    def number_in(array: Any) -> float | None:
        """The number that all elements of an array are; zero may have either sign."""
        if xp.is_traced(array):
            return None
        # On the host: within jax.jit, which unigrad's programs may be called in, JAX computes nothing itself.
        elements = xp.to_numpy(array)
        number = (float(elements.flat[0]) if format_of(array.dtype).kind == "real" else 1) if elements.size else 0
        return number if number and elements.flat[-1] == number and (elements == number).all() else None

    return program.simplified(number_in)


class Compiled:
    """A function of Tensors as a program, for arrays of the shapes and dtypes of `tensors`."""

    def __init__(self, function: Function, tensors: Sequence[Tensor], xp: ModuleType, what: str, compile: bool) -> None:
        self.xp = xp
        traced = trace(lambda level, *given: function(*given), tensors, xp, what)
        self.program = _simplified(traced.program, xp)
        self.renewed, self.taken = traced.renewed, traced.taken
        self.results, self.is_stale = traced.results, traced.is_stale
        self.only: Result | None = traced.leaves[0] if traced.structure is None else None
        """The result, of a function that gives one Tensor."""
        self.shortcut: Callable[[tuple[Any, ...]], Any] | None = None  # written when it is called again
        self.was_called = False
        self.run = _made(self.program, xp, [*(each.raw for each in tensors), *traced.renewed.examples()], what, compile)

    def from_outside(self) -> list[Tensor]:
        """The Tensors besides the arguments that the program depends on."""
        return [x for each in self.taken if (x := each.reference()) is not None]

    def __call__(self, tensors: Sequence[Tensor]) -> Any:
        """The function's results."""
        further, _ = self.renewed.next()
        return self.results(self.run(*[each.raw for each in tensors], *further))


class CompiledPull:
    """A function of Tensors, some of which are tracked, as two programs: for its results, and for pulling cotangents back.

    They are one program at first, forward and backward, which is split where the cotangents come in; what the second part
    needs of the first is carried over. Where the reverse sweep is itself recorded, the pullback is a jitted function of the
    inputs and the cotangents, made by `again`: gradients of any order are programs too.
    """

    def __init__(
        self,
        function: Function,
        tensors: Sequence[Tensor],
        tracked: Sequence[int],
        xp: ModuleType,
        what: str,
        compile: bool,
        again: Callable[[Function], Function],
    ) -> None:
        self._xp, self._tracked, self._name = xp, tracked, f"jit of {what}"
        self._able: list[int] = []  # the leaves of the results that depend on a tracked input
        self._reached: list[int] = []  # the tracked inputs that one of them depends on
        late: list[Any] = []

        def both(level: TraceLevel, *given: Tensor) -> Any:
            run, outs = self._run_of(function, given)
            self._able[:] = [
                place for place, out in enumerate(outs) if isinstance(out, Tensor) and out.node is not None
            ]
            weights = [stand_in_for(xp.ones_like(_innermost(outs[place])), level, xp) for place in self._able]
            late[:] = [each.raw.value for each in weights]
            heads = [(outs[place].node, g) for place, g in zip(self._able, weights, strict=True)]
            nodes, ends, _ = ancestors(node for node, _ in heads)
            reached = {*nodes, *ends}
            self._reached[:] = [i for i, x in enumerate(run.inputs) if x.node in reached]
            return run.out, run.pull(heads, keep=False)

        self._traced = trace(both, tensors, xp, what)
        self._count = self._traced.count - len(tracked)
        head, tail = _simplified(self._traced.program, xp).split(late, self._count)
        arrays = [*(each.raw for each in tensors), *self._traced.renewed.examples()]
        self._head = _made(head, xp, arrays, what, compile)
        first = self._head(*arrays)
        flat, _ = self._leaves(first)
        ones = [xp.ones_like(flat[place].raw) for place in self._able]
        self._tail = _made(tail, xp, [*first[self._count :], *ones], what, compile)
        self._pullback = again(lambda given, weights: self._pulled(function, given, weights))

    def _run_of(self, function: Function, given: Sequence[Tensor]) -> tuple[Differentiation, list[Any]]:
        """A run of the function, differentiated with respect to the tracked inputs, and the leaves of its result."""

        def of_tracked(*inputs: Tensor) -> Any:
            every = list(given)
            for place, x in zip(self._tracked, inputs, strict=True):
                every[place] = x
            return function(*every)

        inputs = [given[place] for place in self._tracked]
        run = Differentiation(of_tracked, inputs, {}, range(len(inputs)), False, "jit", copy=False)
        if any(isinstance(x.node, Leaf) and x.node.grad is not None for x in run.inputs):
            raise TraceError(
                "a function under jit calls backward() for an argument, or reads its grad, and no run of its program would "
                "change that; call backward() on what it gives, or use grad() in it"
            )
        return run, optree.tree_flatten(run.out)[0]

    def _pulled(self, function: Function, given: Sequence[Tensor], weights: Sequence[Tensor]) -> list[Tensor]:
        with captures_stand_in():
            run, outs = self._run_of(function, given)
            heads = [(outs[place].node, g) for place, g in zip(self._able, weights, strict=True)]
            return run.pull(heads, keep=False)

    def is_stale(self) -> bool:
        """Whether the programs hold what is no longer so."""
        return self._traced.is_stale()

    def __call__(self, tensors: list[Tensor]) -> Any:
        """The function's results, recorded."""
        further, draws = self._traced.renewed.next()
        given = self._head(*[each.raw for each in tensors], *further)
        carried = given[self._count :]
        flat, structure = self._leaves(given)
        if not self._reached:
            return optree.tree_unflatten(structure, flat)
        tensors = [placed(x, x.node) for x in tensors]  # whose values nobody else changes
        inputs = [tensors[self._tracked[i]] for i in self._reached]
        count, trained = len(tensors), training_flag.get()

        def pullback(saved: Sequence[Any], *weights: Tensor) -> Sequence[Tensor]:
            if recording_flag.get() or any(g.xp is not self._xp for g in weights):
                self._check_taken()
                drawn = nullcontext() if draws is None else repeated(draws)
                with none_opened(), Scope(training_flag, trained), drawn:
                    parts: Sequence[Tensor] = self._pullback(list(saved[:count]), list(weights))
                return [parts[i] for i in self._reached]
            pulled = self._tail(*saved[count:], *[g.raw for g in weights])
            return [make_tensor(pulled[i], self._xp) for i in self._reached]

        recorded = custom_rule(
            [flat[place] for place in self._able], inputs, pullback, self._name, saved=[*tensors, *carried]
        )
        for place, out in zip(self._able, recorded, strict=True):
            flat[place] = out
        return optree.tree_unflatten(structure, flat)

    def _check_taken(self) -> None:
        """Raise `InPlaceError` where the function would not do today what its program did."""
        if self.is_stale():
            raise InPlaceError(
                f"{self._name} is to be differentiated once more, and a Tensor from outside that it uses was changed or "
                "replaced since; pass it as an argument"
            )

    def _leaves(self, given: Sequence[Any]) -> tuple[list[Any], Any]:
        """The leaves of the function's result, and their structure, which lies before that of the gradients."""
        out, _ = self._traced.results([*given[: self._count], *[None] * len(self._tracked)])
        return optree.tree_flatten(out)


def _innermost(tensor: Tensor) -> Any:
    """The array of the run that is watched."""
    return tensor.raw.data
