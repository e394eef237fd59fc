"""Crossing: Tensors that pass into a level and out of it, as nodes of the graph like any other.

The transpose of passing into a level with an axis is passing out of it with that axis, and the other way round; what all
examples share gets the sum of their cotangents.
"""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

from unigrad import primitives
from unigrad.graph import Pull, Tensor, make_tensor
from unigrad.observing import observers
from unigrad.recorder import add_node
from unigrad.recording import recording_flag
from unigrad.reverse import add_to
from unigrad.virtual.batch import BatchLevel
from unigrad.virtual.levels import Level, Namespace, levels_of, lift_raw, namespace_at

Move = Callable[[Tensor], Tensor]


def enter(x: Tensor, level: BatchLevel) -> Tensor:
    """`x` with the first axis as the examples of `level`."""
    raw, xp = _entered(x.raw, x.xp, level, 0)
    return _crossed(x, raw, xp, lambda g: leave(g, level), lambda t: enter(t, level), "enter")


def leave(x: Tensor, level: BatchLevel) -> Tensor:
    """`x` with the examples of `level` along a new first axis; what they share is repeated."""
    x = _at(x, level)
    raw, xp = _left(x.raw, x.xp, level, _spread)
    return _crossed(x, raw, xp, lambda g: enter(g, level), lambda t: leave(t, level), "leave")


def lift(x: Tensor, target: ModuleType | Namespace) -> Tensor:
    """`x` in the namespace `target`, which has its levels and others: shared by the examples of those."""
    source: Any = x.xp
    if source is target:
        return x
    added = levels_of(target) - levels_of(source)
    for level in added:
        level.take_in(x)
    raw = lift_raw(x.raw, source, target)
    return _crossed(x, raw, target, lambda g: _summed_over(g, added), lambda t: _lifted_to(t, target), "lift")


def _at(x: Tensor, level: Level) -> Tensor:
    """`x` as an array that is at `level` too: where it was not, its examples share it, and so it gets the sum of their cotangents."""
    levels = levels_of(x.xp)
    return x if level in levels else lift(x, namespace_at(x.xp.__backend__.xp, levels | {level}))


def _lifted_to(x: Tensor, target: Any) -> Tensor:
    return lift(x, namespace_at(target.__backend__.xp, levels_of(x.xp) | levels_of(target)))


def _summed_over(x: Tensor, levels: frozenset[Any]) -> Tensor:
    """The sum of `x` over the examples of `levels`."""
    for level in sorted(levels, key=lambda level: level.id):
        x = summed(x, level)
    return x


def summed(x: Tensor, level: Level) -> Tensor:
    """The sum of `x` over the examples of `level`; what they share is counted once for each."""
    x = _at(x, level)
    raw, xp = _left(x.raw, x.xp, level, _total)
    source: Any = x.xp
    return _crossed(x, raw, xp, lambda g: _lifted_to(g, source), lambda t: summed(t, level), "sum of the examples")


class _Crossing(Pull):
    """The pull of a crossing, on Tensors in either sweep: the crossing back."""

    __slots__ = ()

    def __init__(self, name: str, back: Move, forth: Move, outer: Any, inner: Any) -> None:
        super().__init__(name, {}, {}, (), ("x",))
        self.run = lambda xp, g, saved: (back(g),)
        self.step = lambda node, g: add_to(node.first, back(make_tensor(g, inner)).raw)
        self.push = lambda xp, tangents, saved, options: (
            forth(tangents[0]) if xp is primitives else forth(make_tensor(tangents[0], outer)).raw
        )


def _crossed(x: Tensor, raw: Any, xp: Any, back: Move, forth: Move, name: str) -> Tensor:
    result = make_tensor(raw, xp)
    if x.node is not None:
        on = recording_flag.get()
        result.node = add_node(_Crossing(name, back, forth, x.xp, xp), (x.node,), (), xp) if on else on
    for observer in observers.get():
        observer.changed(name, x, result)
    return result


def _entered(raw: Any, xp: Any, level: BatchLevel, axis: int) -> tuple[Any, Any]:
    """An array with `axis` as the examples of a level, below the levels that are younger."""
    if isinstance(xp, Namespace) and xp.level.id > level.id:
        data, inner = _entered(raw.data, xp.__inner__, level, axis + raw.mapped)
        target: Any = xp.level.namespace(inner)
        return raw.replaced(data, target), target
    batch: Any = level.namespace(xp)
    moved = raw if axis == 0 else xp.moveaxis(raw, source=axis, destination=0)
    return batch.mapped(moved), batch


Shared = Callable[[Any, Any, Any, bool], Any]


def _left(raw: Any, xp: Any, level: Level, outcome: Shared) -> tuple[Any, Any]:
    """What `outcome` makes of an array's data and of whether the examples differ, the younger levels kept above."""
    if isinstance(xp, Namespace) and xp.level is level:
        return outcome(raw.data, xp.__inner__, level, raw.mapped), xp.__inner__
    if isinstance(xp, Namespace) and xp.level.id > level.id:
        data, inner = _left(raw.data, xp.__inner__, level, outcome)
        if raw.mapped and outcome is _spread:  # the examples of the younger level stay in front
            data = inner.moveaxis(data, source=0, destination=1)
        target: Any = xp.level.namespace(inner)
        return raw.replaced(data, target), target
    return outcome(raw, xp, level, False), xp


def _spread(data: Any, xp: Any, level: BatchLevel, mapped: bool) -> Any:
    return data if mapped else xp.broadcast_to(data, shape=(level.count, *data.shape))


def _total(data: Any, xp: Any, level: Level, mapped: bool) -> Any:
    return level.total(data, xp, mapped)
