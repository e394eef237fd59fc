"""Custom rules: results of any computation, recorded with a pullback that its author writes."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from typing import Any

from unigrad import primitives
from unigrad.conversion import is_complex
from unigrad.errors import ArgumentError, ShapeError
from unigrad.forward import transpose
from unigrad.graph import Node, Pull, Tensor, make_tensor
from unigrad.recorder import add_node
from unigrad.recording import pause, recording_flag
from unigrad.reverse import add_to, conjugate

Pullback = Callable[..., Sequence[Tensor | None]]
Facts = tuple[tuple[int, ...], Any, Any]


def custom_rule(outs: Any, inputs: Sequence[Any], pullback: Pullback, name: str = "custom") -> Any:
    """`outs` as results of `inputs`: in a reverse sweep ``pullback(*cotangents)`` gives a cotangent, or None, for each input.

    `outs` is a Tensor or a sequence of Tensors, computed under `pause`; they come back recorded, as a Tensor or a tuple.
    The pullback gets a Tensor for each of them, zeros where none arrived: gradients, as users see them. Where it is written
    with Tensor functions it can be differentiated in turn, and is transposed to push tangents. Raises `ArgumentError` where
    it gives another number of cotangents than there are inputs, `ShapeError` for one that has not its input's shape.
    """
    single = isinstance(outs, Tensor)
    results: list[Tensor] = [outs] if single else list(outs)
    tracked = [i for i, x in enumerate(inputs) if isinstance(x, Tensor) and x.node is not None]
    if not tracked or not recording_flag.get():
        return outs if single else tuple(results)
    rule = _CustomPull(name, pullback, inputs, tracked, results)
    bundle = add_node(rule, tuple(inputs[i].node for i in tracked), (), results[0].xp)
    recorded = []
    for place, out in enumerate(results):
        result = make_tensor(out.raw, out.xp, add_node(_Pick(place), (bundle,), (), out.xp))
        result.form = out.form
        recorded.append(result)
    return recorded[0] if single else tuple(recorded)


class _Bundle:
    """The cotangents of several outputs, by their place: what arrives at the node that stands for all of them."""

    __slots__ = ("parts",)

    def __init__(self, parts: dict[int, Any]) -> None:
        self.parts = parts

    def __add__(self, other: _Bundle) -> _Bundle:
        both = dict(self.parts)
        for place, part in other.parts.items():
            both[place] = both[place] + part if place in both else part
        return _Bundle(both)


class _Pick(Pull):
    """The pull of one output: its cotangent takes its place in the bundle."""

    __slots__ = ()

    def __init__(self, place: int) -> None:
        super().__init__("output", {}, {}, (), ("outs",))
        self.run = lambda xp, g, saved: (_Bundle({place: g}),)
        self.push = lambda xp, tangents, saved, options: tangents[0][place]
        self.step = lambda node, g: add_to(node.first, _Bundle({place: g}))


class _CustomPull(Pull):
    """The pull of all outputs: the author's, on Tensors in either sweep."""

    __slots__ = ()

    def __init__(
        self, name: str, pullback: Pullback, inputs: Sequence[Any], tracked: list[int], outs: Sequence[Tensor]
    ) -> None:
        super().__init__(name, {}, {}, (), tuple(f"input {i}" for i in tracked))
        made = [_facts(out) for out in outs]
        wanted = {i: _facts(inputs[i]) for i in tracked}
        count = len(inputs)

        def run(_xp: Any, g: _Bundle, _saved: Any) -> tuple[Tensor, ...]:
            weights = (conjugate(g.parts[i]) if i in g.parts else _zeros(fact) for i, fact in enumerate(made))
            given = pullback(*weights)
            parts = tuple(given) if isinstance(given, (tuple, list)) else (given,)
            if len(parts) != count:
                raise ArgumentError(f"the pullback of '{name}' gave {len(parts)} cotangents for {count} inputs")
            return tuple(conjugate(_fitting(parts[i], fact, name, i)) for i, fact in wanted.items())

        def step(node: Node, g: _Bundle) -> None:
            with pause():
                tensors = {place: make_tensor(part, made[place][2]) for place, part in g.parts.items()}
                parts = run(None, _Bundle(tensors), ())
            for parent, part in zip(node.parents, parts, strict=True):
                add_to(parent, part.raw)

        def push(xp: Any, tangents: tuple[Any, ...], _saved: Any, _options: Any) -> list[Any]:
            outs = [(xp, shape, xp.native_dtype(dtype.name)) for shape, dtype, xp in made]
            transposed = functools.partial(transpose, lambda *g: run(None, _Bundle(dict(enumerate(g))), ()), outs)
            if xp is primitives:
                return transposed(tangents)
            with pause():
                pushed = transposed([None if t is None else make_tensor(t, xp) for t in tangents])
            return [each.raw for each in pushed]

        self.run, self.step, self.push = run, step, push


def _facts(x: Tensor) -> Facts:
    return tuple(x.raw.shape), x.dtype, x.xp


def _zeros(facts: Facts) -> Tensor:
    shape, dtype, xp = facts
    return make_tensor(xp.zeros(shape, dtype=xp.native_dtype(dtype.name)), xp)


def _fitting(part: Tensor | None, facts: Facts, name: str, place: int) -> Tensor:
    if part is None:
        return _zeros(facts)
    if not isinstance(part, Tensor):
        raise ArgumentError(
            f"the pullback of '{name}' gave a '{type(part).__name__}' for input {place}; it is to give Tensors, or None"
        )
    if tuple(part.raw.shape) != facts[0]:
        raise ShapeError(
            f"the pullback of '{name}' gave a cotangent of shape {tuple(part.shape)} for input {place} of shape {facts[0]}"
        )
    drops = is_complex(part.raw.dtype) and facts[1].kind == "real"
    return primitives.astype(primitives.real(part) if drops else part, facts[1])
