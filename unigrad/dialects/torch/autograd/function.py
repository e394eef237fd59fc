"""Function: an operation with a gradient of its own."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import unigrad as ug
from unigrad.dialects.torch.errors import GradientError
from unigrad.dialects.torch.tensor import F
from unigrad.transforms.rule import is_once_differentiable

once_differentiable = ug.once_differentiable


class Context:
    """What ``forward`` leaves for ``backward``: tensors through `save_for_backward`, anything else as attributes."""

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad
        self.saved_tensors: tuple[Any, ...] = ()
        self.constant_outputs: tuple[Any, ...] = ()

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep `tensors` as ``saved_tensors``; inputs among them stay differentiable."""
        self.saved_tensors = tensors

    @contextmanager
    def restored(self, saved: Any) -> Iterator[None]:
        """A scope in which ``saved_tensors`` are what a sweep hands over; outside it the node keeps them."""
        self.saved_tensors = tuple(F.adopt(saved))
        try:
            yield
        finally:
            self.saved_tensors = ()

    def save_for_forward(self, *tensors: Any) -> None:
        """Keep `tensors` for ``jvp``, as ``saved_tensors``: there is one set for both."""
        self.saved_tensors = tensors

    def mark_non_differentiable(self, *outputs: Any) -> None:
        """These outputs are constants."""
        self.constant_outputs = outputs

    def set_materialize_grads(self, value: bool) -> None:
        """Cotangents that did not arrive are zeros; there is no other way."""
        if not value:
            raise GradientError(
                "set_materialize_grads(False) is not in unigrad: cotangents that did not arrive are zeros"
            )


class Function:
    """An operation of one's own: static methods ``forward(ctx, *inputs)`` and ``backward(ctx, *cotangents)``.

    ``apply`` runs and records it. ``forward`` may also be without ``ctx``, with ``setup_context(ctx, inputs, output)``.
    """

    @staticmethod
    def forward(*args: Any, **kwargs: Any) -> Any:
        """The values; to be defined by the operation."""
        raise NotImplementedError("an autograd.Function defines forward")

    @staticmethod
    def backward(ctx: Any, *cotangents: Any) -> Any:
        """A cotangent, or None, for each input of ``forward``; to be defined by the operation."""
        raise NotImplementedError("an autograd.Function defines backward to be differentiated")

    @classmethod
    def apply(cls, *inputs: Any) -> Any:
        """Run ``forward`` and record it."""
        context = Context(tuple(isinstance(each, ug.Tensor) and bool(each.node) for each in inputs))
        with ug.pause():
            outputs = cls._run(context, inputs)
        given = outputs if isinstance(outputs, tuple) else (outputs,)
        results = [each.detach() if isinstance(each, ug.Tensor) else each for each in given]
        constants = {id(each) for each in context.constant_outputs}
        able = [i for i, each in enumerate(given) if isinstance(each, ug.Tensor) and id(each) not in constants]
        places = {id(given[i]): i for i in able}
        recorded = ug.custom_rule(
            tuple(results[i] for i in able),
            list(inputs),
            cls._pullback(context, len(inputs), len(given), able),
            cls.__name__ + "Backward",
            pushforward=cls._pushforward(context, able) if hasattr(cls, "jvp") else None,
            saved=[results[places[id(each)]] if id(each) in places else each for each in context.saved_tensors],
        )
        for i, each in zip(able, recorded, strict=True):
            results[i] = F.adopt(each)
        context.saved_tensors = ()  # the node keeps them
        return tuple(results) if isinstance(outputs, tuple) else results[0]

    @classmethod
    def _run(cls, context: Context, inputs: tuple[Any, ...]) -> Any:
        if "setup_context" in vars(cls):
            outputs = cls.forward(*inputs)
            cls.setup_context(context, inputs, outputs)  # type: ignore[attr-defined]
            return outputs
        return cls.forward(context, *inputs)

    @classmethod
    def _pullback(cls, context: Context, inputs: int, count: int, able: list[int]) -> Any:
        def pullback(saved: Any, *cotangents: Any) -> tuple[Any, ...]:
            arrived: list[Any] = [None] * count
            for i, g in zip(able, cotangents, strict=True):
                arrived[i] = F.adopt(g)
            with context.restored(saved):
                found = cls.backward(context, *arrived)
            parts = found if isinstance(found, tuple) else (found,)
            if len(parts) < inputs or any(each is not None for each in parts[inputs:]):
                raise GradientError(
                    f"{cls.__name__}.backward gave {len(parts)} gradients for {inputs} inputs; give None for constants"
                )
            return tuple(parts[:inputs])

        return ug.once_differentiable(pullback) if is_once_differentiable(cls.backward) else pullback

    @classmethod
    def _pushforward(cls, context: Context, able: list[int]) -> Any:
        def pushforward(saved: Any, *tangents: Any) -> list[Any]:
            with context.restored(saved):
                found = cls.jvp(context, *(None if t is None else F.adopt(t) for t in tangents))  # type: ignore[attr-defined]
            parts = found if isinstance(found, tuple) else (found,)
            return [parts[i] for i in able]

        return pushforward
