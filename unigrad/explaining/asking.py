"""`explain`: the recorded graph of a value, or of a call of a function, as an explanation."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import optree

from unigrad.conversion import NUMBERS, constant, format_of
from unigrad.errors import ArgumentError, UnigradError
from unigrad.explaining.explanation import Explanation
from unigrad.explaining.gathering import Sources, gather
from unigrad.explaining.walking import heads_of
from unigrad.explaining.watching import Watch, in_words
from unigrad.graph import Tensor, make_tensor
from unigrad.imperative import weights_for
from unigrad.observing import observed
from unigrad.transforms.differentiation import Differentiation

__all__ = ["explain", "explain_heads", "explain_watched", "names_into", "variables"]


def explain(
    target: Any,
    *args: Any,
    weights: Any = None,
    names: Mapping[str, Any] | None = None,
    tangents: Mapping[str, Any] | None = None,
    limit: int = 5000,
) -> Explanation:
    """The recorded graph that `target` was computed by, with each node's rule and both sweeps, step by step.

    `target` is a recorded Tensor, or a sequence of them; nothing is freed or changed. Or it is a function: then it is called
    with `args`, as `grad` would, and each node's value and line are known too. The reverse sweep starts with ones, or with
    `weights`, which complex values need; the forward sweep with ones at every leaf, or with `tangents`, by the names of
    leaves. `names` says what Tensors are called; others go by the names of the caller's variables. Graphs of more than
    `limit` nodes are shown from their young end. In a notebook the result shows itself; see `Explanation` for its page,
    picture and text. What is not recorded, has been freed or ends in an exception is shown as far as it goes, with the
    reason. Raises `ArgumentError` for what is neither a Tensor nor a function.
    """
    given = {id(x): (name, x) for name, x in (names or {}).items()}
    if callable(target):
        return _explain_call(target, args, weights, given, tangents, limit)
    if args:
        raise ArgumentError("explain() takes arguments behind a function only; pass the Tensors as a list")
    caller = sys._getframe(1)
    found = {**variables(caller.f_globals), **variables(caller.f_locals), **given}
    outputs = _outputs(target)
    sources = Sources(_title(outputs, found), limit=limit)
    names_into(sources, found.values())
    return explain_heads(outputs, _each(weights, target), sources, tangents)


def explain_heads(outputs: Sequence[Any], weights: Any, sources: Sources, tangents: Any = None) -> Explanation:
    """The explanation of what `outputs` were made from; of none, and of constants, it says why there is nothing to see."""
    for y in outputs:
        if isinstance(y, Tensor) and y.node is not None:
            sources.values.setdefault(y.node, y)
    try:
        heads = heads_of(outputs, weights, "explain")
    except UnigradError as error:
        if weights is not None:
            raise
        sources.endings.append(str(error))
        heads = {y.node: make_tensor(y.xp.ones_like(y.raw), y.xp) for y in outputs if y.node is not None}
    sources.tangents = _tangents(tangents, sources)
    return gather(heads, sources)


def explain_watched(watch: Watch, sources: Sources, reason: str) -> Explanation:
    """What a run had recorded when it ended for a `reason`."""
    ends = [watch.values[node] for node in watch.ends() if node in watch.values]
    sources.endings.append(reason)
    sources.values |= watch.values
    return explain_heads(ends, None if not any(map(_is_complex, ends)) else [_ones(y) for y in ends], sources)


def _explain_call(
    f: Callable[..., Any],
    args: tuple[Any, ...],
    weights: Any,
    given: dict[int, tuple[str, Any]],
    tangents: Any,
    limit: int,
) -> Explanation:
    """The graph of one call of `f`, which is watched."""
    watch = Watch()
    sources = Sources(_name(f), limit=limit)
    argnums = tuple(place for place, arg in enumerate(args) if _is_floating(arg))
    run: Any = None
    try:
        with observed(watch):
            run = Differentiation(_noting(f, argnums, sources), args, {}, argnums, False, "explain", copy=True)
    except Exception as error:  # noqa: BLE001 - the program's own: what it had recorded is shown, with the reason
        return explain_watched(watch, sources, f"{_name(f)} raised {in_words(error)}")
    names_into(sources, given.values())
    sources.values = watch.values | sources.values
    outputs = [out for out in optree.tree_leaves(run.out) if isinstance(out, Tensor)]
    if not outputs:
        sources.endings.append(f"{_name(f)} gave a '{type(run.out).__name__}', and no Tensor")
    return explain_heads(outputs, _each(weights, run.out), sources, tangents)


def _noting(f: Callable[..., Any], argnums: Sequence[int], sources: Sources) -> Callable[..., Any]:
    """`f`, which first notes what its inputs are called, and their values."""
    parameters = _parameters(f)

    def noting(*args: Any) -> Any:
        for place in argnums:
            name = parameters[place] if place < len(parameters) else f"argument {place}"
            paths, leaves, _ = optree.tree_flatten_with_path(args[place])
            for path, x in zip(paths, leaves, strict=True):
                sources.names[x.node] = name + "".join(f"[{key!r}]" for key in path)
                sources.values[x.node] = x
        return f(*args)

    return noting


def _parameters(f: Callable[..., Any]) -> list[str]:
    try:
        return list(inspect.signature(f).parameters)
    except (TypeError, ValueError):  # some functions written in C
        return []


def _is_floating(argument: Any) -> bool:
    """Whether a gradient with respect to an argument makes sense: floating arrays and numbers, in whatever containers."""
    leaves = optree.tree_leaves(argument)
    return bool(leaves) and all(
        type(each) in (float, complex) if type(each) in NUMBERS else _floating_dtype(each) for each in leaves
    )


def _floating_dtype(x: Any) -> bool:
    return hasattr(x, "dtype") and format_of(x.raw.dtype if isinstance(x, Tensor) else x.dtype).kind in (
        "real",
        "complex",
    )


def _outputs(target: Any) -> list[Any]:
    outputs = list(target) if isinstance(target, (tuple, list)) else [target]
    for each in outputs:
        if not isinstance(each, Tensor):
            raise ArgumentError(
                f"explain() needs a Tensor, several, or a function, not a '{type(each).__name__}'; "
                "give it what unigrad's functions returned"
            )
    return outputs


def _each(weights: Any, target: Any) -> Any:
    """The weights as a sequence with an entry for each output."""
    return [weights] if weights is not None and isinstance(target, Tensor) else weights


def variables(scope: Mapping[str, Any]) -> dict[int, tuple[str, Any]]:
    """The Tensors among a frame's variables, with their names."""
    return {id(x): (name, x) for name, x in list(scope.items()) if isinstance(x, Tensor) and not name.startswith("_")}


def names_into(sources: Sources, named: Iterable[tuple[str, Any]]) -> None:
    """Take the names of recorded Tensors, and their values, into `sources`."""
    for name, x in named:
        if isinstance(x, Tensor) and x.node is not None:
            sources.names[x.node] = name
            sources.values.setdefault(x.node, x)


def _title(outputs: Sequence[Any], found: Mapping[int, tuple[str, Any]]) -> str:
    return ", ".join(found[id(y)][0] if id(y) in found else "a Tensor" for y in outputs)


def _name(f: Callable[..., Any]) -> str:
    return getattr(f, "__qualname__", type(f).__name__)


def _tangents(given: Mapping[str, Any] | None, sources: Sources) -> dict[Any, Tensor] | None:
    if given is None:
        return None
    places = {name: place for place, name in sources.names.items()}
    return dict(_tangent(name, value, places, sources) for name, value in given.items())


def _tangent(name: str, value: Any, places: dict[str, Any], sources: Sources) -> tuple[Any, Tensor]:
    place = places.get(name)
    if place is None or place not in sources.values:
        raise ArgumentError(f"explain(): tangents={{{name!r}: …}} names no leaf; known: {', '.join(places) or 'none'}")
    return place, weights_for(sources.values[place], value, "a tangent")


def _is_complex(y: Tensor) -> bool:
    return format_of(y.raw.dtype).kind == "complex"


def _ones(y: Tensor) -> Tensor:
    return constant(1.0, y.xp, dtype=y.dtype) if not y.shape else make_tensor(y.xp.ones_like(y.raw), y.xp)
