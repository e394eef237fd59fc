"""custom_vjp: a function whose pullback is written by hand."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from unigrad.errors import ArgumentError, MissingRule
from unigrad.leaving import watch
from unigrad.transforms.arguments import Arguments, Parameters
from unigrad.transforms.results import Results, repeatable, residuals, untracked
from unigrad.transforms.rule import Rule, is_once_differentiable, once_differentiable

Function = Callable[..., Any]


class custom_vjp:  # noqa: N801 - JAX's name, read as a decorator
    """A function with a pullback of its own; ``f.defvjp(fwd, bwd)`` gives it.

    ``fwd`` takes the arguments of `f` and gives ``(value, residuals)``; ``bwd(residuals, g)`` gives a tuple: for each
    argument a cotangent of its structure, shapes and dtypes, or None for zero. ``g`` has the structure of the value, zeros
    where no gradient arrives, with ``defvjp(fwd, bwd, gaps=True)`` None; gradients of complex numbers are as `vjp` has
    them. Both get the arguments of ``nondiff_argnums`` (or ``nondiff_argnames``) as they are, ``bwd`` in front of its own.
    Arguments and results may be nested containers; keywords are taken by position where `f` allows it, and are constants
    elsewhere.

    ``fwd`` sees constants, so that outside code can be called in it. The rule is differentiated where a second derivative
    asks for it, and transposed for `jvp`. Residuals that are arguments or results of the call then are what they were;
    others are computed again by ``fwd``, recorded. Where the rule cannot be differentiated, that is `NotRecorded`, or with
    `once_differentiable` on ``bwd`` `MissingRule`. Errors: `MissingRule` where no rule was given, `ArgumentError`,
    `ShapeError` and `DTypeError` for what ``fwd`` or ``bwd`` gives.
    """

    def __init__(
        self, f: Function, nondiff_argnums: int | Sequence[int] = (), nondiff_argnames: str | Sequence[str] = ()
    ) -> None:
        if not callable(f):
            raise ArgumentError(f"custom_vjp needs a function, not {f!r}")
        functools.update_wrapper(self, f)
        self.f = f
        self._parameters = Parameters(f, nondiff_argnums, nondiff_argnames)
        self._rule: tuple[Function, Function, bool] | None = None

    def defvjp(self, fwd: Function, bwd: Function, *, gaps: bool = False) -> None:
        """Set the rule: see the class."""
        self._rule = (fwd, bwd, gaps)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The value of the function, recorded with the rule where an argument is tracked."""
        given = Arguments(self._parameters, args, kwargs)
        if not given.tracked:
            return untracked(lambda: self.f(*args, **kwargs), given.leaves)
        if self._rule is None:
            raise MissingRule(f"custom_vjp: {self._parameters.what} has no rule; give it one with defvjp(fwd, bwd)")
        return self._recorded(given, *self._rule)

    def _recorded(self, given: Arguments, fwd: Function, bwd: Function, gaps: bool) -> Any:
        what = self._parameters.what

        def forward(leaves: Sequence[Any]) -> Any:
            pair = fwd(*given.filled(leaves), **given.keywords)
            if not isinstance(pair, (tuple, list)) or len(pair) != 2:
                raise ArgumentError(
                    f"the fwd of {what} gave a '{type(pair).__name__}'; give a pair, the value and the residuals"
                )
            return pair

        def again(leaves: Sequence[Any]) -> Any:
            label, remedy = (
                f"the fwd of {what}",
                "keep arguments and results only, or mark the bwd with once_differentiable",
            )
            return watch(label, [], 0, lambda: as_then(lambda: forward(leaves)[1]), remedy)

        def pullback(kept: Any, *cotangents: Any) -> list[Any]:
            found = bwd(*given.fixed, kept, results.whole(cotangents, gaps))
            if not isinstance(found, (tuple, list)):
                raise ArgumentError(
                    f"the bwd of {what} gave a '{type(found).__name__}'; give a tuple with a cotangent for each argument"
                )
            return given.cotangents(found, f"the bwd of {what}")

        (value, kept), as_then = repeatable(lambda: forward(given.stand_ins))
        results = Results(value, given, f"the fwd of {what}")
        once = is_once_differentiable(bwd)
        saved, restore = residuals(kept, given, results, None if once else again)
        pull = once_differentiable(pullback) if once else pullback
        rule = Rule(self.__name__, f"the bwd of {what}", pull, restore=restore, gaps=gaps)  # type: ignore[attr-defined]
        return results.recorded(given, rule, saved)
