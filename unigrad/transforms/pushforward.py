"""The pushforward of a function at a point: Jacobian times vector, by transposing the pullback.

A pullback is linear in its cotangent, so its own pullback is the Jacobian's product with a tangent. Every rule serves both
directions that way, and the result can be differentiated again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import optree

from unigrad.conversion import constant, mixed, namespace_of
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.graph import Tensor
from unigrad.transforms.differentiation import zeros_of
from unigrad.transforms.pullback import pulled, vjp


def jvp(f: Callable[..., Any], primals: Sequence[Any], tangents: Sequence[Any], has_aux: bool = False) -> Any:
    """``(out, tangent)`` of `f` at `primals`: the product of its Jacobian with `tangents`, which has the structure of ``out``.

    Primals and tangents are sequences of one length; each tangent has its primal's structure, shapes and dtypes. With
    ``has_aux`` `f` gives ``(out, aux)``, and the result is ``(out, tangent, aux)``. Raises `ArgumentError`, `ShapeError`
    and `DTypeError` for tangents that do not fit.
    """
    if not isinstance(primals, (tuple, list)) or not isinstance(tangents, (tuple, list)):
        raise ArgumentError(
            "jvp needs its primals and its tangents as tuples, one entry for each argument of the function"
        )
    if len(primals) != len(tangents):
        raise ArgumentError(
            f"jvp needs a tangent for each primal; got {len(primals)} primals and {len(tangents)} tangents"
        )
    out, push, *aux = _linearized(f, primals, has_aux, "jvp")
    return (out, push(*tangents), *aux)


def linearize(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """``(out, push)`` of `f` at `primals`: ``push(*tangents)`` gives the product of the Jacobian with the tangents, as often as asked.

    With ``has_aux`` `f` gives ``(out, aux)``, and the result is ``(out, push, aux)``. Errors are those of `jvp`.
    """
    return _linearized(f, primals, has_aux, "linearize")


def _linearized(f: Callable[..., Any], primals: Sequence[Any], has_aux: bool, what: str) -> tuple[Any, ...]:
    run, out, pullback = pulled(f, primals, has_aux, what)
    _, transposed = vjp(pullback, optree.tree_map(zeros_of, out))
    arguments: Any = tuple(primals)
    leaves, structure = optree.tree_flatten(arguments)

    def push(*tangents: Any) -> Any:
        trees: Any = tangents
        given = structure.flatten_up_to(trees)
        fitting = [_tangent_for(primal, tangent, what) for primal, tangent in zip(leaves, given, strict=True)]
        (pushed,) = transposed(optree.tree_unflatten(structure, fitting))
        return optree.tree_map(run.released, pushed)

    return (out, push, run.aux) if has_aux else (out, push)


def _tangent_for(primal: Any, tangent: Any, what: str) -> Tensor:
    x = primal if isinstance(primal, Tensor) else constant(primal, namespace_of((primal,)))
    untyped = isinstance(tangent, (int, float, list))
    t = tangent if isinstance(tangent, Tensor) else constant(tangent, x.xp, dtype=x.dtype if untyped else None)
    if t.xp is not x.xp:
        raise mixed(x.xp, t.xp)
    if tuple(t.raw.shape) != tuple(x.raw.shape):
        raise ShapeError(f"{what} needs a tangent of its primal's shape {tuple(x.shape)}, not {tuple(t.shape)}")
    if t.raw.dtype != x.raw.dtype:
        raise DTypeError(f"{what} needs a tangent of its primal's dtype '{x.dtype}', not '{t.dtype}'; cast with astype")
    return t
