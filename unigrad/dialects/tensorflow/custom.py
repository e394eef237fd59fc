"""Functions of functions: rules of one's own, and values that are computed again."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad.dialects.tensorflow import nest
from unigrad.dialects.tensorflow.conversion import convert
from unigrad.dialects.tensorflow.errors import ConversionError, InvalidArgumentError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.recording import no_tapes, recorded_as, recording
from unigrad.dialects.tensorflow.tape import GradientTape
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.dialects.tensorflow.variable import Variable


def custom_gradient(f: Callable[..., Any] | None = None) -> Any:
    """`f`, which gives ``(result, grad)``, as a function whose gradient is ``grad(*upstream)``: one for each argument.

    Where `f` reads Variables, ``grad`` has a parameter ``variables``, and gives a pair: the gradients of the arguments,
    and a list with those of the Variables.
    """
    if f is None:
        return custom_gradient

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        given = [convert(each) for each in args]
        if not recording():
            return f(*given, **kwargs)[0]
        result, grad, variables = _watched_run(f, given, kwargs)
        outs = [convert(each) for each in nest.flatten(result)]
        inputs = [*given, *(_tracked(each) for each in variables)]

        def pullback(*cotangents: ug.Tensor) -> tuple[Any, ...]:
            with recorded_as(ug.is_recording()):
                return _checked(grad, [F.adopt(g) for g in cotangents], len(given), variables)

        with ug.record():
            recorded = ug.custom_rule(tuple(map(_plain, outs)), inputs, pullback, getattr(f, "__name__", "custom"))
        return nest.pack_sequence_as(result, [F.adopt(each) for each in recorded])

    return decorated


def _watched_run(f: Callable[..., Any], given: list[Any], kwargs: dict[str, Any]) -> tuple[Any, Any, list[Variable]]:
    """What `f` gives, unrecorded by the tapes outside, and the Variables that it read."""
    with no_tapes():
        with GradientTape() as watcher:
            result, grad = f(*given, **kwargs)
        variables = list(watcher.watched_variables())
    return nest.map_structure(lambda each: F.adopt(_plain(convert(each))), result), grad, variables


def _tracked(variable: Variable) -> EagerTensor:
    return variable._read()


def _plain(x: EagerTensor) -> ug.Tensor:
    return ug.stop_gradient(x)


def _checked(grad: Callable[..., Any], cotangents: list[Any], count: int, variables: list[Variable]) -> tuple[Any, ...]:
    if variables:
        try:
            own, of_variables = grad(*cotangents, variables=variables)
        except TypeError as error:
            raise ConversionError(
                "the function of tf.custom_gradient reads Variables, so its gradient function needs a parameter "
                f"'variables' and gives a pair: {error}"
            ) from error
        parts = [*nest.flatten(own), *of_variables]
    else:
        parts = nest.flatten(grad(*cotangents))
    if len(parts) != count + len(variables):
        raise InvalidArgumentError(
            f"custom_gradient function expected to return {count} gradients, but returned {len(parts) - len(variables)} instead"
        )
    return tuple(None if each is None else convert(each) for each in parts)


def recompute_grad(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f`, whose values between are not kept for the gradient but computed again; so less is remembered, and more computed."""

    @functools.wraps(f)
    def decorated(*args: Any, **kwargs: Any) -> Any:
        @custom_gradient
        def inner(*tensors: Any) -> tuple[Any, Callable[..., Any]]:
            def grad(*upstream: Any, variables: Any = None) -> Any:
                fresh = [F.adopt(_plain(each)) for each in tensors]
                with GradientTape() as tape:
                    tape.watch(fresh)
                    again = f(*fresh, **kwargs)
                wanted = [*fresh, *(variables or [])]
                found = tape.gradient(nest.flatten(again), wanted, list(upstream))
                parts, rest = found[: len(fresh)], found[len(fresh) :]
                return (parts, rest) if variables else parts

            return f(*tensors, **kwargs), grad

        return inner(*args)

    return decorated


def grad_pass_through(f: Callable[..., Any]) -> Callable[..., Any]:
    """`f` with the gradient of the identity."""

    @custom_gradient
    def through(x: Any, *args: Any, **kwargs: Any) -> tuple[Any, Callable[..., Any]]:
        return f(x, *args, **kwargs), lambda g, variables=None: (g, *[None] * len(args))

    passing: Callable[..., Any] = through
    return passing
