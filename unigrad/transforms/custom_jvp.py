"""custom_jvp: a function whose pushforward is written by hand."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from unigrad import primitives
from unigrad.conversion import NUMBERS, lifted_to, namespace_of
from unigrad.errors import ArgumentError, MissingRule, NotRecorded
from unigrad.graph import Tensor, ancestors, next_id
from unigrad.leaving import watch
from unigrad.recording import pause, recording_flag
from unigrad.transforms.arguments import Arguments, Parameters
from unigrad.transforms.differentiation import Differentiation, zeros_of
from unigrad.transforms.results import CLOSED_OVER, Results, unrecorded, untracked
from unigrad.transforms.rule import Rule, is_once_differentiable, once_differentiable

Function = Callable[..., Any]


class custom_jvp:  # noqa: N801 - JAX's name, read as a decorator
    """A function with a pushforward of its own; ``@f.defjvp`` gives it.

    The rule takes the primals and their tangents, each a tuple with an entry for each argument, and gives
    ``(value, tangent)``, of one structure, shapes and dtypes. The tangent has to be linear in the tangents; gradients are
    its transpose. The tangent of an argument that does not change is zeros, of what is no array None. The arguments of
    ``nondiff_argnums`` (or ``nondiff_argnames``) come before the primals, as they are. Arguments and results may be nested
    containers; keywords are taken by position where `f` allows it, and are constants elsewhere.

    The rule runs once for a value, however its derivatives are then asked for, and again where it is itself differentiated.
    Errors: `MissingRule` where no rule was given, `ArgumentError`, `ShapeError` and `DTypeError` for what it gives,
    `NotRecorded` where it cannot be differentiated, or transposed.
    """

    def __init__(
        self, f: Function, nondiff_argnums: int | Sequence[int] = (), nondiff_argnames: str | Sequence[str] = ()
    ) -> None:
        if not callable(f):
            raise ArgumentError(f"custom_jvp needs a function, not {f!r}")
        functools.update_wrapper(self, f)
        self.f = f
        self._parameters = Parameters(f, nondiff_argnums, nondiff_argnames)
        self._rule: Function | None = None

    def defjvp(self, rule: Function) -> Function:
        """Set the rule, and return it, as a decorator does."""
        self._rule = rule
        return rule

    def defjvps(self, *jvps: Function | None) -> None:
        """Set a rule for each argument: ``rule(tangent, value, *primals)``; None where the derivative is zero."""
        what = self._parameters.what
        if self._parameters.fixed:
            raise ArgumentError(
                f"defjvps of {what} takes no nondiff_argnums, as its rules have a place for each argument"
            )

        def together(primals: tuple[Any, ...], tangents: tuple[Any, ...]) -> Any:
            if len(jvps) != len(primals):
                raise ArgumentError(
                    f"defjvps of {what} has {len(jvps)} rules for {len(primals)} arguments; give one, or None, for each"
                )
            value = self(*primals)
            terms = [rule(t, value, *primals) for rule, t in zip(jvps, tangents, strict=True) if rule is not None]
            return value, functools.reduce(primitives.add, terms) if terms else None

        self._rule = together

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The value of the function, recorded with the rule where an argument is tracked."""
        given = Arguments(self._parameters, args, kwargs)
        if not given.tracked:
            return untracked(lambda: self.f(*args, **kwargs), given.leaves)
        if self._rule is None:
            raise MissingRule(f"custom_jvp: {self._parameters.what} has no rule; give it one with defjvp(rule)")
        return self._recorded(given, self._rule)

    def _recorded(self, given: Arguments, rule: Function) -> Any:
        label = f"the jvp rule of {self._parameters.what}"
        name: str = self.__name__  # type: ignore[attr-defined]
        linear = _Linear(given, rule, label)
        if is_once_differentiable(rule):  # it is never transposed, and so need not run for a value
            results = Results(
                unrecorded(lambda: self.f(*given.filled(given.stand_ins), **given.keywords)), given, label
            )
            linear.results = results
            push = once_differentiable(lambda kept, *tangents: linear.pushed(kept, tangents))
            return results.recorded(given, Rule(name, label, pushforward=push), given.stand_ins)
        with pause():
            first = linear.at(given.stand_ins, next_id())
        linear.check_closed(first)

        def pullback(kept: Any, *cotangents: Any) -> list[Any]:
            return linear.pulled(linear.at(kept, 0) if recording_flag.get() else first, cotangents)

        def pushforward(kept: Any, *tangents: Any) -> list[Any]:
            if recording_flag.get():
                return linear.pushed(kept, tangents)
            return first.push(first.out, linear.tracked(tangents))

        return linear.results.recorded(given, Rule(name, label, pullback, pushforward), given.stand_ins)


class _Linear:
    """A jvp rule as a linear function: from the tangents of the tracked arguments to those of the results."""

    results: Results

    def __init__(self, given: Arguments, rule: Function, label: str) -> None:
        self.given = given
        self.rule = rule
        self.label = label
        self.places = [i for i, fact in enumerate(given.facts) if fact is not None]
        self.zeros: list[Any] = [
            zeros_of(x) if isinstance(x, Tensor) else 0.0 if type(x) in NUMBERS else None for x in given.leaves
        ]

    def at(self, primals: Sequence[Any], floor: int) -> Differentiation:
        """A run of the rule at `primals`; values that are not older than `floor` must not leave the graph.

        The tangents are at all levels of primals and results, so that the cotangents that come back are not yet summed over
        the examples of any.
        """
        self._lift([x for x in primals if isinstance(x, Tensor)])

        def run(*tangents: Tensor) -> list[Tensor]:
            return watch(self.label, list(tangents), floor, lambda: self._run(primals, tangents))

        made = self._differentiated(run)
        return self._differentiated(run) if self._lift(made.out) else made

    def _differentiated(self, run: Function) -> Differentiation:
        zeros = self.tracked(self.zeros)
        return Differentiation(run, zeros, {}, range(len(zeros)), False, self.label, copy=False)

    def _lift(self, others: Sequence[Tensor]) -> bool:
        """Bring the tangents to the levels of others; whether they were not there."""
        zeros = self.tracked(self.zeros)
        xp = namespace_of([*zeros, *others])
        if all(t.xp is xp for t in zeros):
            return False
        for i, t in zip(self.places, zeros, strict=True):
            self.zeros[i] = lifted_to(xp, t)
        return True

    def tracked(self, tangents: Sequence[Any]) -> list[Tensor]:
        """The tangents of the tracked arguments, zeros where there is none."""
        return [self.zeros[i] if tangents[i] is None else tangents[i] for i in self.places]

    def pushed(self, primals: Sequence[Any], tangents: Sequence[Any]) -> list[Tensor]:
        """The tangents of the results, by running the rule."""
        return self._run(primals, self.tracked(tangents))

    def pulled(self, run: Differentiation, cotangents: Sequence[Tensor]) -> list[Any]:
        """The cotangents of all arguments' leaves, by a sweep back through a run."""
        heads = [(out.node, g) for out, g in zip(run.out, cotangents, strict=True) if out.node is not None]
        parts: list[Any] = [None] * len(self.zeros)
        for i, part in zip(self.places, run.pull(heads, keep=True), strict=True):
            parts[i] = part
        return parts

    def check_closed(self, run: Differentiation) -> None:
        """Raise `NotRecorded` where the tangents depend on something tracked that is no argument."""
        roots = [t.node for t in run.out if t.node is not None]
        oldest: Any = run.inputs[0].node
        if ancestors(roots, oldest.id)[2]:
            raise NotRecorded(CLOSED_OVER.format(label=self.label))

    def _run(self, primals: Sequence[Any], tangents: Sequence[Tensor]) -> list[Tensor]:
        full = list(self.zeros)
        for i, t in zip(self.places, tangents, strict=True):
            full[i] = t
        given = self.given
        found = self.rule(*given.fixed, given.parts(primals), given.parts(full), **given.keywords)
        if not isinstance(found, (tuple, list)) or len(found) != 2:
            raise ArgumentError(f"{self.label} gave a '{type(found).__name__}'; give a pair, the value and its tangent")
        if not hasattr(self, "results"):  # the first run
            self.results = Results(found[0], given, self.label)
        return self.results.tangents(found[1], self.label, tangents[0])
