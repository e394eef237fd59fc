"""The pushforward of a function at a point: Jacobian times vector, by the forward sweep over what was recorded."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import optree

from unigrad.conversion import constant, mixed
from unigrad.errors import ArgumentError, DTypeError, ShapeError
from unigrad.graph import Tensor
from unigrad.transforms.arguments import parts_of
from unigrad.transforms.differentiation import Differentiation, output_tensors, tensor_of


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
    out, push, *aux = _linearized(f, primals, has_aux, "jvp", copy=False)
    return (out, push(*tangents), *aux)


def linearize(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """``(out, push)`` of `f` at `primals`: ``push(*tangents)`` gives the product of the Jacobian with the tangents, as often as asked.

    With ``has_aux`` `f` gives ``(out, aux)``, and the result is ``(out, push, aux)``. Errors are those of `jvp`.
    """
    return _linearized(f, primals, has_aux, "linearize", copy=True)


def _linearized(f: Callable[..., Any], primals: Sequence[Any], has_aux: bool, what: str, copy: bool) -> tuple[Any, ...]:
    run = Differentiation(f, primals, {}, range(len(primals)), has_aux, what, copy=copy)
    outs, structure = output_tensors(run.out, what)
    released = optree.tree_unflatten(structure, [run.released(each) for each in outs])
    push = push_of(run, primals, what)
    return (released, push, run.aux) if has_aux else (released, push)


def push_of(run: Differentiation, primals: Sequence[Any], what: str) -> Callable[..., Any]:
    """The pushforward of a run of a function at `primals`; errors name the transform `what`."""
    outs, structure = output_tensors(run.out, what)
    arguments: Any = tuple(primals)
    leaves, inputs = optree.tree_flatten(arguments)

    def push(*tangents: Any) -> Any:
        if len(tangents) != len(primals):
            raise ArgumentError(
                f"{what} needs a tangent for each primal; got {len(primals)} primals and {len(tangents)} tangents"
            )
        given = parts_of(tangents, inputs, f"{what} got tangents", "for the primals")
        fitting = [_tangent_for(primal, tangent, what) for primal, tangent in zip(leaves, given, strict=True)]
        return optree.tree_unflatten(structure, run.push(outs, fitting))

    return push


def _tangent_for(primal: Any, tangent: Any, what: str) -> Tensor:
    x = tensor_of(primal)
    if tangent is None:
        raise ArgumentError(f"{what} needs a tangent for each primal, and got None; give zeros")
    untyped = isinstance(tangent, (int, float, list))
    t = tangent if isinstance(tangent, Tensor) else constant(tangent, x.xp, dtype=x.dtype if untyped else None)
    if t.xp.__backend__ is not x.xp.__backend__:
        raise mixed(x.xp, t.xp)
    if tuple(t.raw.shape) != tuple(x.raw.shape):
        raise ShapeError(f"{what} needs a tangent of its primal's shape {tuple(x.shape)}, not {tuple(t.shape)}")
    if t.raw.dtype != x.raw.dtype:
        raise DTypeError(f"{what} needs a tangent of its primal's dtype '{x.dtype}', not '{t.dtype}'; cast with astype")
    return t
