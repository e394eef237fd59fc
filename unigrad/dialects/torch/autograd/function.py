"""Function: an operation with a gradient of its own."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, ClassVar, NamedTuple

import unigrad as ug
from unigrad import graph
from unigrad.dialects.torch.autograd.context import Context
from unigrad.dialects.torch.errors import GradientError
from unigrad.dialects.torch.tensor import F
from unigrad.transforms.batching import as_example, innermost_map, is_differentiated_within, over_examples
from unigrad.transforms.custom import is_tracked, recorded
from unigrad.transforms.rule import Facts, Rule, facts_of, is_once_differentiable

once_differentiable = ug.once_differentiable
FunctionCtx = Context


class VmapInfo(NamedTuple):
    """What the ``vmap`` of an operation is told of the map: the number of examples, and what random numbers are to be."""

    batch_size: int
    randomness: str


class Function:
    """An operation of one's own: static methods ``forward(ctx, *inputs)`` and ``backward(ctx, *cotangents)``.

    ``apply`` runs and records it. ``forward`` may also be without ``ctx``, with ``setup_context(ctx, inputs, output)``.
    ``jvp(ctx, *tangents)`` pushes tangents, where it is not to be the transpose of ``backward``. Under `vmap` it is computed
    as any function is, unless ``vmap(info, in_dims, *inputs)`` gives ``(output, out_dims)`` of all examples.
    """

    generate_vmap_rule: ClassVar[bool] = False

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
        level = innermost_map(inputs) if hasattr(cls, "vmap") else None
        if level is not None and cls.generate_vmap_rule:
            raise GradientError(
                f"You tried to vmap over {cls.__name__}, but it has both generate_vmap_rule=True and a vmap staticmethod; "
                "leave one of them out"
            )
        if level is not None and not is_differentiated_within(inputs, level):
            return cls._mapped(level, inputs)
        context = Context(tuple(isinstance(each, ug.Tensor) and bool(each.node) for each in inputs))
        before = [graph.placed(each, each.node) if isinstance(each, ug.Tensor) else each for each in inputs]
        with ug.pause():
            outputs = cls._run(context, inputs, level)
        return _Applied(cls, context, inputs, before).results(outputs)

    @classmethod
    def _run(cls, context: Context, inputs: tuple[Any, ...], level: Any) -> Any:
        if not hasattr(cls, "setup_context"):
            return cls.forward(context, *inputs)
        outputs = cls.forward(*inputs) if level is None else cls._mapped(level, inputs)
        cls.setup_context(context, inputs, outputs)
        return outputs

    @classmethod
    def _mapped(cls, level: Any, inputs: tuple[Any, ...]) -> Any:
        """The results of the operation's own ``vmap``."""

        def run(mapped: list[bool], arrays: list[Any]) -> Any:
            info = VmapInfo(level.count, level.randomness)
            return cls.vmap(info, tuple(0 if there else None for there in mapped), *F.adopt(arrays))  # type: ignore[attr-defined]

        outputs, dims = over_examples(level, inputs, run)

        def example(out: Any, dim: int | None) -> Any:
            return out if dim is None else F.adopt(as_example(F.moveaxis(out, dim, 0), level))

        if not isinstance(outputs, tuple):
            return example(outputs, dims)
        return tuple(map(example, outputs, dims if isinstance(dims, tuple) else (dims,) * len(outputs)))


class _Applied:
    """One call of an operation: its inputs as they are, and as they were before ``forward``."""

    def __init__(
        self, function: type[Function], context: Context, inputs: tuple[Any, ...], before: Sequence[Any]
    ) -> None:
        self.function, self.context, self.inputs, self.before = function, context, inputs, before

    def results(self, outputs: Any) -> Any:
        """The operation's results, recorded where an input is tracked."""
        context = self.context
        given = outputs if isinstance(outputs, tuple) else (outputs,)
        dirty = [x for x in context.dirty if isinstance(x, ug.Tensor)]
        self._check_dirty(dirty, given)
        made = [each.detach() if isinstance(each, ug.Tensor) else each for each in given]
        able = [i for i, each in enumerate(given) if _is_floating(each) and not context.is_constant(each)]
        self.facts: list[Facts | None] = [facts_of(each) if isinstance(each, ug.Tensor) else None for each in given]
        self.able = able
        places = {id(given[i]): i for i in able}
        kept, filled = context.emptied()
        if able and is_tracked(self.before):
            saved = [made[places[id(each)]] if id(each) in places else each for each in kept]
            rule = self._rule(filled)
            outs = recorded([made[i] for i in able], self.before, rule, saved, self.inputs)
            for i, out in zip(able, outs, strict=True):
                made[i] = out
        for i, each in enumerate(given):
            if any(each is x for x in dirty) and (made[i].node is not None or each.node is None):
                each.raw, each.node, each.form = made[i].raw, made[i].node, made[i].form
                made[i] = each
        self.inputs = self.before = ()  # the node keeps what it needs
        return tuple(made) if isinstance(outputs, tuple) else made[0]

    def _check_dirty(self, dirty: list[Any], given: tuple[Any, ...]) -> None:
        for x in dirty:
            if not any(x is each for each in given):
                raise GradientError(
                    "Some elements marked as dirty during the forward method were not returned as output"
                )
            if ug.is_recording() and x.node and x.is_leaf:
                raise ug.InPlaceError("a leaf Variable that requires grad has been used in an in-place operation.")

    def _rule(self, filled: Any) -> Rule:
        function, name = self.function, self.function.__name__
        pullback = ug.once_differentiable(self._pulled) if is_once_differentiable(function.backward) else self._pulled
        push = self._pushed if hasattr(function, "jvp") else None
        self.count = len(self.inputs)
        self.ins = [facts_of(x) if isinstance(x, ug.Tensor) else None for x in self.before]
        self.gaps = self.context.gaps
        return Rule(
            f"{name}Backward",
            f"the backward of {name}",
            pullback,
            push,
            lambda saved: filled(F.adopt(saved)),
            self.gaps,
        )

    def _pulled(self, context: Context, *cotangents: Any) -> tuple[Any, ...]:
        like = next(g for g in cotangents if g is not None)
        arrived = self._filled(dict(zip(self.able, cotangents, strict=True)), self.facts, like)
        found = self.function.backward(context, *arrived)
        parts = found if isinstance(found, tuple) else (found,)
        if len(parts) < self.count or any(each is not None for each in parts[self.count :]):
            raise GradientError(
                f"function {self.function.__name__}Backward returned an incorrect number of gradients "
                f"(expected {self.count}, got {len(parts)}); give None for constants"
            )
        return tuple(parts[: self.count])

    def _pushed(self, context: Context, *tangents: Any) -> list[Any]:
        like = next(t for t in tangents if t is not None)
        known = {i: t for i, t in enumerate(tangents) if t is not None}
        found = self.function.jvp(context, *self._filled(known, self.ins, like))  # type: ignore[attr-defined]
        parts = found if isinstance(found, tuple) else (found,)
        return [parts[i] for i in self.able]

    def _filled(self, known: dict[int, Any], facts: Sequence[Facts | None], like: Any) -> list[Any]:
        """An entry for each place: what is known, else None, or zeros of a tensor unless gaps are to stay."""
        return [
            F.adopt(known.get(i)) if i in known or fact is None or self.gaps else F.adopt(fact.zeros(like))
            for i, fact in enumerate(facts)
        ]


def _is_floating(x: Any) -> bool:
    return isinstance(x, ug.Tensor) and x.dtype.kind in ("real", "complex")
