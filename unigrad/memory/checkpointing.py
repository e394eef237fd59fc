"""Checkpoints: functions whose values between are not kept for the reverse sweep, but computed again when it comes to them.

One node stands for the whole call. It keeps the arguments; its parents are whatever the call reached, be it an argument or
a Tensor that the function has from elsewhere. To pull a cotangent back it runs the function anew, with recording on, and
sweeps over what that records, which ends at those very parents.
"""

from __future__ import annotations

import contextvars
import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import optree

from unigrad import draws, plugins
from unigrad.conversion import NUMBERS
from unigrad.errors import ArgumentError
from unigrad.graph import CONSTANT, PLAIN, Tensor, ancestors, class_beside, next_id, placed
from unigrad.memory.policies import Keeper, Policy, everything_saveable, nothing_saveable
from unigrad.memory.rerun import Call, CheckpointPull, Given, Rerun, facts_of
from unigrad.observing import observed
from unigrad.recorder import add_node
from unigrad.recording import recording_flag
from unigrad.transforms.bundles import Pick


def checkpoint(function: Any = None, /, policy: Policy | None = None) -> Any:
    """`function`, whose values between are not kept for the reverse sweep but computed again: less memory for more time.

    A decorator too, ``@checkpoint`` or ``@checkpoint(policy=...)``. Arguments and results may be nested containers, and the
    function may use Tensors from elsewhere; gradients of any order, forward mode, `vmap` and checkpoints within checkpoints
    work. ``policy`` says which results to keep all the same (`unigrad.checkpoint_policies`). What the function draws from
    `unigrad.numpy.random` comes again; whatever else it does that is no function of its arguments happens twice: an array
    from elsewhere has to hold in the sweep what it held before, or be an argument.

    Where nothing is tracked, or recording is off, the function runs as it is. Raises `ArgumentError` for what cannot be
    called; a sweep raises `ShapeError` where the second run gives other results than the first.
    """
    if function is None:
        return functools.partial(checkpoint, policy=policy)
    if not callable(function):
        raise ArgumentError(f"checkpoint takes a function, not a '{type(function).__name__}'")
    if policy is not None and not callable(policy):
        raise ArgumentError(f"checkpoint takes a policy that can be called, or None; got {policy!r}")
    if policy is everything_saveable:
        return function

    @functools.wraps(function)
    def checkpointed(*args: Any, **kwargs: Any) -> Any:
        if not recording_flag.get():
            return function(*args, **kwargs)
        return _first_run(function, None if policy is nothing_saveable else policy, args, kwargs)

    return checkpointed


def checkpoint_sequential(
    functions: Sequence[Callable[[Any], Any]], segments: int | None = None, *, policy: Policy | None = None
) -> Callable[[Any], Any]:
    """The functions one after the other, each with the result of the last, as one function with a checkpoint a segment.

    They are divided into so many ``segments`` of nearly one length, by default the square root of their number: then memory
    grows with the square root too. The last segment is kept, as the sweep begins with it. Raises `ArgumentError` where there
    are no functions, or other than 1 to ``len(functions)`` segments.
    """
    chain = list(functions)
    if not chain:
        raise ArgumentError("checkpoint_sequential needs at least one function")
    count = round(len(chain) ** 0.5) if segments is None else segments
    if not isinstance(count, int) or not 1 <= count <= len(chain):
        raise ArgumentError(
            f"checkpoint_sequential takes 1 to {len(chain)} segments for as many functions; got {segments!r}"
        )
    bounds = [len(chain) * place // count for place in range(count + 1)]
    parts = [_composed(chain[start:stop]) for start, stop in itertools.pairwise(bounds)]
    return _composed([*(checkpoint(part, policy) for part in parts[:-1]), parts[-1]])


def _composed(functions: Sequence[Callable[[Any], Any]]) -> Callable[[Any], Any]:
    def composed(x: Any) -> Any:
        for function in functions:
            x = function(x)
        return x

    return composed


def _first_run(function: Callable[..., Any], policy: Policy | None, args: Any, kwargs: Any) -> Any:
    arguments: Any = (args, kwargs)
    leaves, structure = optree.tree_flatten(arguments)
    leaves = [_own(leaf) for leaf in leaves]
    context = contextvars.copy_context()
    keeper = None if policy is None else Keeper(policy)
    arguments = optree.tree_unflatten(structure, [_alias(leaf) for leaf in leaves])
    args, kwargs = arguments
    floor = next_id()
    with draws.remembered() as drawn:
        if keeper is None:
            out = function(*args, **kwargs)
        else:
            with observed(keeper):
                out = function(*args, **kwargs)
    results, shape = optree.tree_flatten(out)
    made = [place for place, each in enumerate(results) if _is_new(each, floor)]
    if not made:
        return out
    given = tuple(Given(class_beside(type(each)), each.xp) if isinstance(each, Tensor) else None for each in leaves)
    name = getattr(function, "__name__", type(function).__name__)
    call = Call(function, structure, given, context, drawn, None if keeper is None else keeper.finish(), name)
    places = [sum(isinstance(each, Tensor) for each in results[:place]) for place in made]
    recorded = _recorded(call, leaves, [results[place] for place in made], places, floor)
    for place, result in zip(made, recorded, strict=True):
        results[place] = result
    return optree.tree_unflatten(shape, results)


def _is_new(value: Any, floor: int) -> bool:
    return isinstance(value, Tensor) and value.node is not None and value.node.id > floor


def _own(leaf: Any) -> Any:
    """An argument that nobody else can change: a caller's buffer is copied."""
    if isinstance(leaf, Tensor) or type(leaf) in NUMBERS:
        return leaf
    backend = plugins.backend_of_type(type(leaf))
    return leaf if backend is None else backend.xp.copy(leaf)


def _alias(leaf: Any) -> Any:
    """A Tensor of its own, so that what the function does to it in place stays within."""
    return placed(leaf, leaf.node) if isinstance(leaf, Tensor) else leaf


def _recorded(call: Call, leaves: list[Any], outs: list[Tensor], places: list[int], floor: int) -> list[Tensor]:
    """`outs` as results of one node, whose parents are what they were made from."""
    _, ends, _ = ancestors([out.node for out in outs if out.node is not None], floor)
    parents = tuple(sorted(ends, key=lambda end: end.id))
    where = {id(parent): place for place, parent in enumerate(parents)}
    kept = tuple(
        PLAIN if not isinstance(leaf, Tensor) else where.get(id(leaf.node), CONSTANT) if leaf.node else CONSTANT
        for leaf in leaves
    )
    held = tuple(leaf.raw if isinstance(leaf, Tensor) else leaf for leaf in leaves)
    rule = CheckpointPull(Rerun(call, kept, parents, places, [facts_of(out) for out in outs]), call.name)
    node = add_node(rule, parents, held[0] if len(held) == 1 else held, outs[0].xp)
    single = len(outs) == 1
    return [
        placed(out, node if single else add_node(Pick(place), (node,), (), out.xp)) for place, out in enumerate(outs)
    ]
