"""The second run of a checkpointed function: what it takes, and the sweeps over what it records."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Sequence
from types import ModuleType
from typing import Any, NamedTuple

import optree

from unigrad import draws, primitives
from unigrad.conversion import format_of
from unigrad.errors import InPlaceError, ShapeError
from unigrad.forward import push, push_recorded
from unigrad.graph import CONSTANT, PLAIN, Leaf, Node, Pull, Tensor, ancestors, make_tensor, next_id
from unigrad.memory.policies import Keeper, nothing_saveable
from unigrad.observing import observed, observers
from unigrad.recording import record
from unigrad.reverse import add_to, explain, free, sweep_recorded
from unigrad.transforms.bundles import Bundle


class Given(NamedTuple):
    """An argument that is a Tensor: its class and namespace, as what is saved of it is the bare array."""

    array_class: type[Tensor]
    xp: ModuleType


class Call(NamedTuple):
    """What it takes to run a function again as it was run: all but the arrays among its arguments."""

    function: Callable[..., Any]
    structure: Any
    given: tuple[Given | None, ...]
    context: contextvars.Context
    draws: draws.Draws
    kept: dict[int, Any] | None
    name: str

    def again(self, saved: Sequence[Any]) -> list[Tensor]:
        """The recorded results of a second run, with the arguments that the node saved, as Tensors at their places."""
        leaves = [
            value if given is None else _as_given(value, given) for value, given in zip(saved, self.given, strict=True)
        ]
        given: Any = optree.tree_unflatten(self.structure, leaves)
        args, kwargs = given
        watching = observers.get()

        def run() -> Any:
            observers.set(watching)
            with record(), draws.repeated(self.draws):
                if self.kept is None:
                    return self.function(*args, **kwargs)
                with observed(Keeper(nothing_saveable, self.kept)):
                    return self.function(*args, **kwargs)

        # A copy, as no context can be entered while it is entered.
        return _tensors(self.context.copy().run(run))


def _as_given(value: Tensor, given: Given) -> Tensor:
    tensor = make_tensor(value.raw, given.xp, value.node)
    if given.array_class is not Tensor:
        tensor.__class__ = given.array_class
    return tensor


def _tensors(tree: Any) -> list[Tensor]:
    return [leaf for leaf in optree.tree_leaves(tree) if isinstance(leaf, Tensor)]


Facts = tuple[tuple[int, ...], Any]


def facts_of(x: Tensor) -> Facts:
    """The shape and native dtype of a result."""
    return tuple(x.raw.shape), x.raw.dtype


class CheckpointPull(Pull):
    """The pull of a checkpoint: the function runs again, and what that records is swept."""

    __slots__ = ()

    def __init__(self, rerun: Rerun, name: str) -> None:
        inputs = tuple(f"input {place}" for place in range(len(rerun.parents)))
        saved = tuple(f"argument {place}" for place in range(len(rerun.kept)))
        super().__init__(f"checkpoint of {name}", {}, {}, rerun.kept, inputs, saved)
        # Methods of the run and not of the pull, which would be a cycle.
        self.run, self.step, self.push = rerun.run, rerun.step, rerun.push


class Rerun(NamedTuple):
    """The second run of a call, and the sweeps over it; ``facts`` are those of the results at ``places`` in the first one."""

    call: Call
    kept: tuple[Any, ...]
    parents: tuple[Node | Leaf, ...]
    places: list[int]
    facts: list[Facts]

    def again(self, saved: Sequence[Any]) -> tuple[list[Tensor], list[Node]]:
        """The results of a second run, and the nodes that it recorded, youngest first; they end at the parents."""
        floor = next_id()
        results = self.call.again(saved)
        outs = [results[place] for place in self.places] if max(self.places) < len(results) else []
        found = [facts_of(out) for out in outs]
        if found != self.facts or any(out.node is None or out.node.id < floor for out in outs):
            raise ShapeError(
                f"checkpoint ran '{self.call.name}' again and got {_listed(found)}, where it first gave "
                f"{_listed(self.facts)}; it must do the same each time"
            )
        nodes, ends, _ = ancestors([out.node for out in outs if out.node is not None], floor)
        if not set(ends) <= set(self.parents):
            raise InPlaceError(
                f"checkpoint ran '{self.call.name}' again and it reached other Tensors than at first: one that it has from "
                "elsewhere was replaced in between; hand it over as an argument"
            )
        return outs, nodes

    def lifted(self, saved: Sequence[Any], xp: ModuleType) -> list[Any]:
        """The arguments that a node saved, as Tensors at their places."""
        return [
            value if kept == PLAIN else make_tensor(value, xp, None if kept == CONSTANT else self.parents[kept])
            for value, kept in zip(saved, self.kept, strict=True)
        ]

    def step(self, node: Node, g: Any) -> None:
        """Sweep over the second run with its cotangents on the nodes: the parents, where it ends, are those of the sweep outside."""
        outs, nodes = self.again(self.lifted(node.saved, node.xp))
        for place, out in enumerate(outs):
            part = g.parts.get(place) if isinstance(g, Bundle) else g
            if part is not None:
                add_to(out.node, part)
        inner: Any = None
        try:
            for inner in nodes:
                part = inner.g
                if part is not None:
                    inner.g = None
                    inner.pull.step(inner, part)
                free(inner)
        except Exception as error:
            explain(error, inner)
            raise

    def run(self, _xp: Any, g: Any, saved: tuple[Any, ...]) -> tuple[Tensor, ...]:
        """The same on Tensors, with the cotangents in a table."""
        outs, nodes = self.again(saved)
        parts = [g.parts.get(place) if isinstance(g, Bundle) else g for place in range(len(outs))]
        heads: dict[Any, Tensor] = {}
        for out, part in zip(outs, parts, strict=True):
            g = make_tensor(out.xp.zeros_like(out.raw), out.xp) if part is None else part
            heads[out.node] = heads[out.node] + g if out.node in heads else g
        arrived = sweep_recorded(nodes, heads, set(self.parents))
        return tuple(arrived[parent] for parent in self.parents)

    def push(self, xp: Any, tangents: Sequence[Any], saved: Sequence[Any], _options: Any) -> Any:
        """The tangents of the results, one or a list of several, on raw arrays or on Tensors."""
        given = {parent: t for parent, t in zip(self.parents, tangents, strict=True) if t is not None}
        recorded = xp is primitives
        outs, nodes = self.again(saved if recorded else self.lifted(saved, xp))
        pushed = (push_recorded if recorded else push)(reversed(nodes), given)
        found = [_tangent(pushed, out, recorded) for out in outs]
        return found[0] if len(found) == 1 else found


def _tangent(pushed: dict[Any, Any], out: Tensor, recorded: bool) -> Any:
    if out.node in pushed:
        return pushed[out.node]
    zeros = out.xp.zeros_like(out.raw)
    return make_tensor(zeros, out.xp) if recorded else zeros


def _listed(facts: Sequence[Facts]) -> str:
    return ", ".join(f"{format_of(dtype)}{list(shape)}" for shape, dtype in facts) or "nothing recorded"
