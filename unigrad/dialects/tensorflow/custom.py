"""Functions of functions: rules of one's own, and values that are computed again."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad.dialects.tensorflow import nest
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.errors import ConversionError, InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.recording import recorded_as, recording, watched_variables
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.dialects.tensorflow.variable import Variable


def custom_gradient(f: Callable[..., Any] | None = None) -> Any:
    """`f`, which gives ``(result, grad)``, as a function whose gradient is ``grad(*upstream)``: one for each argument.

    Where `f` reads Variables that are no arguments, ``grad`` has a parameter ``variables``, and gives a pair: the gradients
    of the arguments, and a list with those of the Variables. What `f` computes for ``grad`` is recorded, for derivatives of
    ``grad`` itself; keywords are constants.
    """
    return custom_gradient if f is None else functools.wraps(f)(_CustomGradient(f))


class _CustomGradient:
    """A function with a gradient of its own; in a class it is a method."""

    def __init__(self, f: Callable[..., Any]) -> None:
        self._f = f

    def __get__(self, owner: Any, kind: Any = None) -> Any:
        return self if owner is None else _CustomGradient(self._f.__get__(owner, kind))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """The result, recorded with the gradient where a tape is recording."""
        leaves = nest.flatten(args)
        inputs = [convert(each) for each in leaves]
        passed = [each if isinstance(each, Variable) else x for each, x in zip(leaves, inputs, strict=True)]
        given = nest.pack_sequence_as(args, passed)
        if not recording():
            return self._f(*given, **kwargs)[0]
        (result, grad), read = watched_variables(lambda: self._f(*given, **kwargs))
        variables = [each for each in read if all(each is not x for x in leaves)]
        if variables and not _takes_variables(grad):
            raise ConversionError(
                "the function of tf.custom_gradient reads Variables, so its gradient function needs a parameter "
                "'variables' and gives a pair: the gradients of the arguments, and a list with those of the Variables"
            )

        def pullback(*cotangents: ug.Tensor) -> list[Any]:
            with recorded_as(ug.is_recording()):
                return _checked(grad, F.adopt(list(cotangents)), len(inputs), variables)

        outs = [_plain(convert(each)) for each in nest.flatten(result)]
        with ug.record():
            recorded = ug.custom_rule(
                outs, [*inputs, *map(_tracked, variables)], pullback, getattr(self._f, "__name__", "custom")
            )
        return nest.pack_sequence_as(result, F.adopt(list(recorded)))


def _takes_variables(grad: Callable[..., Any]) -> bool:
    parameters = inspect.signature(grad).parameters
    return "variables" in parameters or any(each.kind is each.VAR_KEYWORD for each in parameters.values())


def _tracked(variable: Variable) -> EagerTensor:
    return variable._read()


def _plain(x: EagerTensor) -> ug.Tensor:
    return ug.stop_gradient(x)


def _checked(grad: Callable[..., Any], cotangents: list[Any], count: int, variables: list[Variable]) -> list[Any]:
    own, of_variables = grad(*cotangents, variables=variables) if variables else (grad(*cotangents), [])
    parts = nest.flatten(own)
    if len(parts) != count:
        raise InvalidArgumentError(
            f"custom_gradient function expected to return {count} gradients, but returned {len(parts)} instead"
        )
    if len(of_variables) != len(variables):
        raise InvalidArgumentError(
            f"Must return gradient for each variable from @custom_gradient grad_fn: {len(variables)} of them, "
            f"not {len(of_variables)}"
        )
    return [None if each is None else convert(each) for each in (*parts, *of_variables)]


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, whose values between are not kept for the gradient but computed again; so less is remembered, and more computed."""

    @ug.checkpoint
    @functools.wraps(f)
    def run(*args: Any, **kwargs: Any) -> Any:
        return watched_variables(lambda: f(*args, **kwargs))[
            0
        ]  # afterwards no Variable keeps the tapes of the first run

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        if not recording():
            return f(*args, **kwargs)
        with ug.record():
            return run(*args, **kwargs)

    return decorated


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` with the gradient of the identity: an upstream gradient for each argument, none for Variables."""

    @custom_gradient
    def through(*args: Any, **kwargs: Any) -> tuple[Any, Callable[..., Any]]:
        def grad(*upstream: Any, variables: Any = None) -> Any:
            return (upstream, [None] * len(variables)) if variables else upstream

        return f(*args, **kwargs), grad

    return functools.wraps(f)(through)
