"""The reverse sweep: cotangents pulled back through the graph, youngest node first.

The sweep is iterative. A cotangent is dropped as soon as it is used, and unless the graph is kept, what a node saved is
dropped as soon as its turn is over. Contributions are added up in place only in buffers that the sweep itself made.
"""

from __future__ import annotations

import inspect
from collections.abc import Collection, Iterable
from types import ModuleType
from typing import Any, Final, NoReturn

from unigrad import primitives
from unigrad.errors import GraphFreed
from unigrad.graph import CONSTANT, OUT, PLAIN, Node, Pull, Tensor, make_tensor

Cotangents = dict[Any, Any]


def sweep(nodes: Iterable[Node], cotangents: Cotangents, keep: bool) -> Cotangents:
    """Pull `cotangents` (raw arrays, by node) through `nodes`, youngest first; returns what arrives at the leaves behind them.

    Without `keep` each node gives back what it saved. An exception raised by a rule carries a note that names the rule.
    """
    own: set[Any] = set()  # the nodes whose cotangent is a buffer made here
    take = cotangents.pop
    node: Any = None
    try:
        for node in nodes:
            g = take(node, None)
            if g is None:
                continue
            parts = node.pull.run(node.xp, g, node.saved)
            place = 0  # counted by hand: zip costs a tenth of a step
            for parent in node.parents:
                if parent not in cotangents:
                    cotangents[parent] = parts[place]
                elif parent in own:
                    cotangents[parent] += parts[place]
                else:
                    cotangents[parent] = cotangents[parent] + parts[place]
                    own.add(parent)
                place += 1  # noqa: SIM113
            if not keep:
                node.pull = FREED
                node.parents = node.saved = ()
    except Exception as error:
        _explain(error, node)
        raise
    return cotangents


def sweep_recorded(nodes: Iterable[Node], cotangents: dict[Any, Tensor], goals: Collection[Any]) -> dict[Any, Tensor]:
    """The same sweep with the rules run on Tensors, so that it is itself recorded: gradients of gradients.

    Saved arrays are handed to the rules as Tensors at their place in the graph, which is kept. It ends at `goals`.
    """
    arrived: dict[Any, Tensor] = {}
    node: Any = None
    try:
        for node in nodes:
            if node not in cotangents:
                continue
            g = cotangents.pop(node)
            if node in goals:
                arrived[node] = g
                continue
            parts = node.pull.run(primitives, g, _lifted(node))
            for parent, part in zip(node.parents, parts, strict=True):
                cotangents[parent] = cotangents[parent] + part if parent in cotangents else part
    except Exception as error:
        _explain(error, node)
        raise
    return cotangents | arrived


def _lifted(node: Node) -> tuple[Any, ...]:
    return tuple(_lift(value, kept, node) for value, kept in zip(node.saved, node.pull.kept, strict=True))


def _lift(value: Any, kept: Any, node: Node) -> Any:
    if isinstance(kept, tuple):
        places = dict(zip(kept, node.parents, strict=True))
        return tuple(make_tensor(array, node.xp, places.get(position)) for position, array in enumerate(value))
    if kept == PLAIN or not hasattr(value, "dtype"):  # a Python number beside an array stays one
        return value
    place = node if kept == OUT else None if kept == CONSTANT else node.parents[kept]
    return make_tensor(value, node.xp, place)


def _explain(error: Exception, node: Any) -> None:
    """Add a note that names the rule: a traceback through a rule shows its text, not whose it is."""
    if not isinstance(node, Node) or node.pull is FREED:
        return
    names = node.pull.argument_names
    error.add_note(f"in the pull of '{node.pull.name}' with respect to {' and '.join(repr(name) for name in names)}")
    for name in names:
        rule = node.pull.scope.get(f"d{name}")
        if callable(rule):
            error.add_note(
                f"its rule for '{name}' is in {inspect.getsourcefile(rule)}, line {rule.__code__.co_firstlineno}"
            )


def _freed(xp: ModuleType, g: Any, saved: tuple[Any, ...]) -> NoReturn:
    raise GraphFreed(
        "this graph has been swept already and has given its saved values back; "
        "pass retain_graph=True to the first backward() to keep them"
    )


FREED: Final = Pull("freed", "", {}, (), ())
"""What a node pulls with once its saved values are gone."""
FREED.run = _freed
