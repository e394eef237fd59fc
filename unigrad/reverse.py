"""The reverse sweep: cotangents pulled back through the graph, youngest node first.

A cotangent is what multiplies a tangent: pulling it back is the transpose of pushing a tangent forward, whether numbers
are real or complex, and the real part of their product says by how much the outcome changes. The *gradient* of complex
numbers points where the outcome rises fastest, which is the cotangent's conjugate: see `conjugate`.

The sweep is iterative. A cotangent is dropped as soon as it is used, and unless the graph is kept, what a node saved is
dropped as soon as its turn is over. Contributions are added up in place only in buffers that the sweep itself made.
"""

from __future__ import annotations

import inspect
import threading
from collections.abc import Collection, Iterable, Sequence
from typing import Any, Final, NoReturn

from unigrad import primitives
from unigrad.conversion import is_complex
from unigrad.errors import GraphFreed, MissingKernel, NonFiniteValue
from unigrad.graph import CONSTANT, GONE, NUMBER, OUT, PLAIN, HookedPull, Leaf, Node, Pull, Tensor, make_tensor
from unigrad.observing import observers, place_of
from unigrad.recording import pause

Cotangents = dict[Any, Any]
_on_the_nodes: Final = threading.Lock()
"""Who holds it may leave cotangents on nodes and leaves."""


def sweep(nodes: Sequence[Node], ends: Iterable[Node | Leaf], cotangents: Cotangents, keep: bool) -> Cotangents:
    """Pull `cotangents` (raw arrays, by node) through `nodes`, youngest first; returns what arrives at the `ends` behind them.

    Without `keep` each node gives back what it saved. While the sweep is under way a node's cotangent lies on the node
    itself, which is faster than a table. A sweep that comes while another is under way, from another thread or from
    within a rule, has a table, and so has one that is observed. An exception raised by a rule carries a note that names the rule.
    """
    if observers.get() or not _on_the_nodes.acquire(blocking=False):
        return sweep_by_table(nodes, cotangents, keep)
    done, node = False, None
    try:
        for root, g in cotangents.items():
            root.g = g
        for node in nodes:
            g = node.g
            if g is None:
                continue
            node.g = None
            node.pull.step(node, g)
            if keep:
                node.own = False
            else:
                node.pull = FREED
                node.first = GONE
                node.rest = None
                node.held = ()
        done = True
        return {end: end.g for end in ends if end.g is not None}
    except Exception as error:
        explain(error, node)
        raise
    finally:
        for place in ends if done else (*nodes, *ends):
            place.g = None
            place.own = False
        _on_the_nodes.release()


def sweep_by_table(
    nodes: Sequence[Node], cotangents: Cotangents, keep: bool, goals: Collection[Any] = ()
) -> Cotangents:
    """The same, by the sweep for recorded gradients with recording off, whose cotangents are in a table of its own.

    It also says what arrives at the nodes among `goals`.
    """
    with pause():
        heads = {root: make_tensor(g, root.xp) for root, g in cotangents.items()}
        arrived = sweep_recorded(nodes, heads, goals, through=True)
    for node in () if keep else nodes:
        free(node)
    return {end: g.raw for end, g in arrived.items()}


def sweep_recorded(
    nodes: Iterable[Node], cotangents: dict[Any, Tensor], goals: Collection[Any], through: bool = False
) -> dict[Any, Tensor]:
    """The same sweep with the rules run on Tensors, so that it is itself recorded: gradients of gradients.

    Saved arrays are handed to the rules as Tensors at their place in the graph, which is kept. It ends at `goals`, unless
    it goes `through` them.
    """
    arrived: dict[Any, Tensor] = {}
    node: Any = None
    watching = observers.get()
    try:
        for observer in watching:
            observer.began(cotangents)
        for node in nodes:
            if node not in cotangents:
                continue
            g = cotangents.pop(node)
            run = node.pull.run
            if node in goals:
                if type(node.pull) is HookedPull:
                    g, run = node.pull.hooks.arrived(g), node.pull.inner.run
                arrived[node] = g
                if not through:
                    continue
            for observer in watching:
                observer.pulling(node, g)
            parts = run(primitives, g, lifted(node))
            for observer in watching:
                observer.pulled(node, g, parts)
            for parent, part in zip(node.parents, parts, strict=True):
                cotangents[parent] = cotangents[parent] + part if parent in cotangents else part
    except Exception as error:
        explain(error, node)
        raise
    return cotangents | arrived


def free(node: Node) -> None:
    """Give back what `node` saved, and let go of its parents."""
    node.pull = FREED
    node.first, node.rest, node.held = GONE, None, ()


def conjugate(x: Tensor) -> Tensor:
    """A gradient as the cotangent that the sweep carries, or a cotangent as the gradient that users see."""
    return primitives.conj(x) if is_complex(x.raw.dtype) else x


def add_to(parent: Any, part: Any) -> None:
    """Add `part` to what `parent` has got in the sweep that is under way."""
    parent.g = part if parent.g is None else parent.g + part


def lifted(node: Node) -> tuple[Any, ...]:
    """What `node` saved, its arrays as Tensors at their place in the graph."""
    return tuple(_lift(value, kept, node) for value, kept in zip(node.saved, node.pull.kept, strict=True))


def _lift(value: Any, kept: Any, node: Node) -> Any:
    if isinstance(kept, tuple):
        places = dict(zip(kept, node.parents, strict=True))
        return tuple(make_tensor(array, node.xp, places.get(position)) for position, array in enumerate(value))
    if kept == PLAIN or not hasattr(value, "dtype"):  # a Python number beside an array stays one
        return value
    if kept == NUMBER:
        return node.xp.item(value)
    place = node if kept == OUT else None if kept == CONSTANT else node.parents[kept]
    return make_tensor(value, node.xp, place)


def explain(error: Exception, node: Any, sweep: str = "pull") -> None:
    """Add a note that names the rule: a traceback through a rule shows its text, not whose it is."""
    if not isinstance(node, Node) or node.pull is FREED:
        return
    if isinstance(error, AttributeError) and error.obj is node.xp:  # the rule asked for a kernel that no card declares
        raise MissingKernel(node.xp.__backend__.missing(error.name)) from error
    if isinstance(error, NonFiniteValue):  # it has said it all
        return
    names = node.pull.argument_names
    error.add_note(f"in the {sweep} of '{node.pull.name}' with respect to {' and '.join(repr(name) for name in names)}")
    for name in names:
        rule = (sweep == "push" and node.pull.scope.get(f"j{name}")) or node.pull.scope.get(f"d{name}")
        if callable(rule):
            error.add_note(
                f"its rule for '{name}' is in {inspect.getsourcefile(rule)}, line {rule.__code__.co_firstlineno}"
            )

    place = place_of(node)
    if place is not None:
        error.add_note(f"recorded by {place}")


def _freed(*_: Any) -> NoReturn:
    raise GraphFreed(
        "this graph has been swept already and has given its saved values back; "
        "pass retain_graph=True to the first backward() to keep them"
    )


FREED: Final = Pull("freed", {}, {}, (), ())
"""What a node pulls with once its saved values are gone."""
FREED.run = FREED.step = _freed
