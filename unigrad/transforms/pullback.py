"""The pullback of a function at a point: vector times Jacobian, as often as asked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import optree

from unigrad.imperative import weights_for
from unigrad.transforms.arguments import parts_of
from unigrad.transforms.differentiation import Differentiation, output_tensors


def vjp(f: Callable[..., Any], *primals: Any, has_aux: bool = False) -> Any:
    """``(out, pullback)`` of `f` at `primals`: ``pullback(g)`` gives a tuple, for each primal the product of ``g`` with the Jacobian.

    ``g`` has the structure, shapes and dtypes of ``out``; a number or nested lists take the dtype. The pullback can be called
    again, and recorded; foreign buffers among the primals are copied. With ``has_aux`` `f` gives ``(out, aux)``, and the
    result is ``(out, pullback, aux)``. Raises `ShapeError` and `DTypeError` for a cotangent that does not fit.
    """
    run, out, pullback = pulled(f, primals, has_aux, "vjp")
    return (out, pullback, run.aux) if has_aux else (out, pullback)


def pulled(
    f: Callable[..., Any], primals: Sequence[Any], has_aux: bool, what: str
) -> tuple[Differentiation, Any, Callable[[Any], tuple[Any, ...]]]:
    """The run of `f` at `primals`, its output as the caller may have it, and its pullback; errors name the transform `what`."""
    run = Differentiation(f, primals, {}, range(len(primals)), has_aux, what, copy=True)
    outs, structure = output_tensors(run.out, what)

    def pullback(g: Any) -> tuple[Any, ...]:
        if len(outs) == 1 and not isinstance(run.out, (tuple, list, dict)):
            cotangents = [g]
        else:
            cotangents = parts_of(g, structure, f"{what} got a cotangent", "for the value")
        pairs = [(out, weights_for(out, each, "a cotangent")) for out, each in zip(outs, cotangents, strict=True)]
        heads = [(out.node, weights) for out, weights in pairs if out.node is not None]
        result: tuple[Any, ...] = run.shaped(run.pull(heads, keep=True), single=False)
        return result

    return run, optree.tree_unflatten(structure, [run.released(each) for each in outs]), pullback
