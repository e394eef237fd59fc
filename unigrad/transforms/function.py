"""Function: an operation with a gradient of its own, as a class."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any, ClassVar, Final

import optree

from unigrad.errors import MissingRule
from unigrad.graph import Tensor
from unigrad.leaving import watch
from unigrad.transforms.arguments import Arguments, Parameters
from unigrad.transforms.results import Results, repeatable, residuals, untracked
from unigrad.transforms.rule import Rule, is_once_differentiable, once_differentiable


class Context:
    """What ``forward`` leaves for ``backward`` and ``jvp``: Tensors by `save_for_backward`, anything else as attributes."""

    def __init__(self, needs_input_grad: tuple[bool, ...]) -> None:
        self.needs_input_grad = needs_input_grad
        self._saved: tuple[Any, ...] = ()
        self._constants: tuple[Any, ...] = ()
        self._gaps = False

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep `tensors`, which may be in containers, as ``saved_tensors``."""
        self._saved = tensors

    @property
    def saved_tensors(self) -> tuple[Any, ...]:
        """What `save_for_backward` was given; in a sweep that is recorded, at its place in the graph."""
        return self._saved

    def mark_non_differentiable(self, *outputs: Any) -> None:
        """Say that these results are constants."""
        self._constants = outputs

    def set_materialize_grads(self, value: bool) -> None:
        """Say whether cotangents that did not arrive are zeros, as they are unless this is False, or None."""
        self._gaps = not value


class Function:
    """An operation of one's own: a subclass has the static methods ``forward`` and ``backward``, and is called by ``apply``.

    ``forward(ctx, *inputs)`` gives the value; it sees constants, so that outside code can be called in it. Without a first
    parameter ``ctx``, ``setup_context(ctx, inputs, output)`` does the saving. ``backward(ctx, *cotangents)`` gets one
    cotangent for each result (for a value that is a tuple, else one) and gives one, or None, for each input, a tuple where
    there are several. ``jvp(ctx, *tangents)`` gets a tangent, or None, for each input and gives one for each result; without
    it ``backward`` is transposed. Inputs and results may be nested containers.

    Saved inputs and results come back at their places in the graph, so that a rule written with unigrad's functions is
    differentiated in turn; what else was saved is then computed again by ``forward``, recorded. Where the rule cannot be
    differentiated, that is `NotRecorded`, or with `once_differentiable` on ``backward`` `MissingRule`.
    """

    _parameters: ClassVar[Parameters]
    _with_context: ClassVar[bool] = False

    def __init_subclass__(cls) -> None:
        super().__init_subclass__()
        cls._with_context = hasattr(cls, "setup_context")
        cls._parameters = Parameters(cls.forward, name=cls.__name__, skip=not cls._with_context, defaults=False)

    @staticmethod
    def forward(ctx: Any, *inputs: Any) -> Any:
        """The value; a subclass writes it."""
        raise NotImplementedError("a Function defines forward")

    @staticmethod
    def backward(ctx: Any, *cotangents: Any) -> Any:
        """A cotangent, or None, for each input; a subclass writes it."""
        raise NotImplementedError("a Function defines backward")

    @staticmethod
    def jvp(ctx: Any, *tangents: Any) -> Any:
        """A tangent, or None, for each result; a subclass may write it."""
        raise NotImplementedError("a Function defines jvp")

    @classmethod
    def apply(cls, *inputs: Any, **keywords: Any) -> Any:
        """The value of ``forward``, recorded with the rule where an input is tracked.

        Raises `MissingRule` without a rule, `NotRecorded` where ``forward`` depends on a tracked Tensor that is no input, and
        `ArgumentError`, `ShapeError` and `DTypeError` for what the rule gives.
        """
        given = Arguments(cls._parameters, inputs, keywords)
        context = Context(tuple(given.tracked and _tracked(x) for x in given.args))
        if not given.tracked:
            return untracked(lambda: cls._forward(context, given.args, given.keywords), given.leaves)
        return _Applied(cls, given, context).value()

    @classmethod
    def _forward(cls, context: Context, inputs: Sequence[Any], keywords: dict[str, Any]) -> Any:
        if not cls._with_context:
            return cls.forward(context, *inputs, **keywords)
        output = cls.forward(*inputs, **keywords)
        cls.setup_context(context, tuple(inputs), output)  # type: ignore[attr-defined]
        return output


def _tracked(x: Any) -> bool:
    return any(isinstance(leaf, Tensor) and leaf.node is not None for leaf in optree.tree_leaves(x))


class _Applied:
    """One call of a Function some of whose inputs are tracked."""

    def __init__(self, function: type[Function], given: Arguments, context: Context) -> None:
        self.function = function
        self.given = given
        self.name = function.__name__
        self.context = context
        self.several = False

    def value(self) -> Any:
        """The value, recorded."""
        function, given, context = self.function, self.given, self.context
        output, self._as_then = repeatable(
            lambda: function._forward(context, given.filled(given.stand_ins), given.keywords)
        )
        self.several = isinstance(output, tuple)
        self.results = Results(output, given, f"the forward of {self.name!r}", context._constants)
        once = is_once_differentiable(function.backward)
        saved, restore = residuals(_kept(context), given, self.results, None if once else self._again)
        backward, jvp = self._rule("backward", self._pullback), self._rule("jvp", self._pushforward)
        if backward is None and jvp is None:
            raise MissingRule(f"the Function {self.name!r} has no rule; give it a backward(ctx, *cotangents)")
        rule = Rule(
            self.name,
            f"the {'jvp' if backward is None else 'backward'} of {self.name!r}",
            once_differentiable(backward) if once and backward else backward,
            jvp,
            lambda saved: _with(context, restore(saved)),
            context._gaps,
        )
        return self.results.recorded(given, rule, saved)

    def _rule(self, name: str, use: Callable[..., Any]) -> Callable[..., Any] | None:
        return None if getattr(self.function, name) is getattr(Function, name) else use

    def _again(self, leaves: Sequence[Any]) -> Any:
        def run() -> Any:
            context = Context(self.context.needs_input_grad)
            self.function._forward(context, self.given.filled(leaves), self.given.keywords)
            return _kept(context)

        remedy = "save inputs and results only, or mark the backward with once_differentiable"
        return watch(f"the forward of {self.name!r}", [], 0, lambda: self._as_then(run), remedy)

    def _pullback(self, context: Context, *cotangents: Any) -> list[Any]:
        g = self.results.whole(cotangents, context._gaps)
        found = self.function.backward(context, *(g if self.several else (g,)))
        label, inputs = f"the backward of {self.name!r}", self.given.structure.num_children
        parts = found if isinstance(found, tuple) and not (inputs == 1 and self._is_part(found)) else (found,)
        while len(parts) > inputs and parts[-1] is None:
            parts = parts[:-1]
        return self.given.cotangents(parts, label)

    def _is_part(self, found: tuple[Any, ...]) -> bool:
        """Whether a tuple is the cotangent of the one input, which is a tuple itself."""
        (structure,) = self.given.structure.children()
        return structure.type is tuple and len(found) == structure.num_children

    def _pushforward(self, context: Context, *tangents: Any) -> list[Any]:
        like = next(t for t in tangents if t is not None)
        leaves = [
            t if t is not None or fact is None else fact.zeros(like)
            for t, fact in zip(tangents, self.given.facts, strict=True)
        ]
        parts = self.given.parts(leaves)
        found = self.function.jvp(context, *parts)
        return self.results.tangents(found, f"the jvp of {self.name!r}", like)


_OWN: Final = frozenset(vars(Context(())))


def _kept(context: Context) -> tuple[Any, dict[str, Any]]:
    """What ``forward`` left in a context, which its copies in the sweeps get back from the node."""
    return context._saved, {name: value for name, value in vars(context).items() if name not in _OWN}


def _with(context: Context, kept: tuple[Any, dict[str, Any]]) -> Context:
    made = copy.copy(context)
    made._saved = kept[0]
    vars(made).update(kept[1])
    return made
