"""`why`: the question where a gradient has gone."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import optree

from unigrad.conversion import is_complex
from unigrad.debugging.dependence import Run
from unigrad.debugging.edges import Edge, Explanation, Verdict
from unigrad.debugging.slopes import Slopes, zeros_and_size
from unigrad.errors import ArgumentError
from unigrad.graph import Tensor, make_tensor
from unigrad.observing import observed
from unigrad.reverse import conjugate
from unigrad.transforms.differentiation import Differentiation, positions
from unigrad.transforms.jit import disable_jit


def why(of: Any, *inputs: Any, argnums: int | Sequence[int] = 0, **kwargs: Any) -> Explanation:
    """Why a gradient is zero, or missing: the edge that cuts it, with the line of the program.

    ``why(f, *args, argnums=0)`` runs the function with these arguments, as `grad` would, and follows what becomes of those
    at ``argnums`` even where nothing is recorded. A result that is no scalar counts as its sum. It finds what is detached,
    paused, cast to integers, compared or rounded, used as an index, or handed to another library; and, where the graph is
    whole, branches of `where` that are not taken, saturated `clip`, the inactive side of `relu` and `maximum`, multiplication
    by zero, slopes that are zero, and contributions that cancel.

    ``why(y, *xs)`` asks the same of Tensors, as far as the recorded graph tells: lines are known where it was recorded under
    `unigrad.debug`, and what is not recorded cannot be seen. The graph is kept.

    The result is a tuple with a `Verdict` for each input, which has ``status`` (``"flows"``, ``"partly zero"``, ``"zero"``,
    ``"missing"``), ``gradient`` and ``edges``; it prints as sentences. Raises `ArgumentError` for anything else, and what
    `grad` raises for arguments that cannot have a gradient.
    """
    if isinstance(of, Tensor):
        return _of_tensors(of, inputs)
    if not callable(of):
        raise ArgumentError(
            f"why takes a function and its arguments, or a Tensor and those it was made of; got a '{type(of).__name__}'"
        )
    return _of_function(of, inputs, argnums, kwargs)


def _of_function(
    f: Callable[..., Any], args: Sequence[Any], argnums: int | Sequence[int], kwargs: dict[str, Any]
) -> Explanation:
    steps = Run()
    places = positions(argnums, len(args), "why")
    given = [_apart(x) if place in places else x for place, x in enumerate(args)]
    with observed(steps), disable_jit():  # a program has no lines
        run = Differentiation(f, given, kwargs, argnums, False, "why", copy=True)
    outs = [leaf for leaf in optree.tree_leaves(run.out) if isinstance(leaf, Tensor)]
    oldest: Any = run.inputs[0].node if run.inputs else None
    slopes = Slopes([out for out in outs if out.node is not None], 0 if oldest is None else oldest.id)
    named = zip(_names(args, places), run.inputs, strict=True)
    return Explanation([_verdict(name, x, slopes, steps.cuts(x, outs)) for name, x in named])


def _apart(tree: Any) -> Any:
    """The Tensors of an argument with arrays of their own, by which they are told apart."""
    return optree.tree_map(lambda x: make_tensor(x.xp.copy(x.raw), x.xp, x.node) if isinstance(x, Tensor) else x, tree)


def _names(args: Sequence[Any], places: Sequence[int]) -> list[str]:
    """The names of the leaves of the chosen arguments."""
    names = []
    for place in places:
        if isinstance(args[place], Tensor) or hasattr(args[place], "dtype"):
            names.append(f"argument {place}")
            continue
        tree: Any = args[place]
        paths = optree.tree_accessors(tree)
        names += [f"argument {place}" + "".join(entry.codify("") for entry in path) for path in paths]
    return names


def _of_tensors(y: Tensor, xs: Sequence[Any]) -> Explanation:
    if not xs or not all(isinstance(x, Tensor) for x in xs):
        raise ArgumentError(
            "why(y, x) takes the Tensors whose gradients are asked for after the one that is differentiated; "
            "or ask why(f, *args)"
        )
    slopes = None if y.node is None else Slopes([y])
    return Explanation([_of_tensor(f"input {place}", y, x, slopes) for place, x in enumerate(xs)])


def _of_tensor(name: str, y: Tensor, x: Tensor, slopes: Slopes | None) -> Verdict:
    if x.node is None:
        return Verdict(name, "missing", None, 0, (_outside("it is a constant: call attach_grad() before it is used"),))
    if slopes is None:
        return Verdict(name, "missing", None, 0, (_outside(f"the result was not recorded at all; {_ASK}"),))
    if x.node not in slopes.arrived:
        return Verdict(
            name, "missing", None, 0, (_outside(f"no recorded operation leads from it to the result; {_ASK}"),)
        )
    return _verdict(name, x, slopes, [])


_ASK = "ask why(f, *args), which follows what is not recorded too"


def _outside(sentence: str) -> Edge:
    return Edge("outside", "", "", None, sentence)


def _verdict(name: str, x: Tensor, slopes: Slopes, cuts: list[Edge]) -> Verdict:
    arrived = slopes.arrived.get(x.node)
    if arrived is None:
        return Verdict(name, "missing", None, 0, tuple(cuts))
    g = conjugate(arrived) if is_complex(x.raw.dtype) else arrived
    zeros, size = zeros_and_size(g)
    if zeros == 0:
        return Verdict(name, "flows", g, 0, tuple(edge for edge in cuts if edge.kind in ("detach", "pause", "cast")))
    whole = zeros == size
    flat = slopes.zero_edges(x, partly=not whole)
    return Verdict(name, "zero" if whole else "partly zero", g, zeros, (*flat, *_telling(cuts)))


def _telling(cuts: list[Edge]) -> list[Edge]:
    """The cuts that are worth a word where a gradient does arrive: not that there is nothing more to say."""
    return [edge for edge in cuts if edge.kind not in ("unread", "unused", "left")]
