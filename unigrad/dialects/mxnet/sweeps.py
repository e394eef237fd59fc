"""Reverse sweeps as MXNet asks for them: several heads, head gradients, and its errors."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import unigrad as ug
from unigrad.dialects.mxnet.errors import ArrayTypeError, LengthError, MXNetError, as_mxnet
from unigrad.dialects.mxnet.flags import FlagScope
from unigrad.graph import Leaf, Tensor

NOT_RECORDED = (
    "cannot differentiate an array that is not in a computational graph: compute it under autograd.record(), from arrays "
    "with attach_grad(); after one backward the graph is gone, unless that was given retain_graph=True"
)


def heads_and_weights(heads: Any, head_grads: Any) -> tuple[list[Tensor], list[Any]]:
    """The heads as a list, and as many head gradients, None for ones; raises `LengthError` where the numbers differ."""
    if isinstance(heads, Tensor):
        heads, head_grads = [heads], [head_grads]
    heads = list(heads)
    weights = [None] * len(heads) if head_grads is None else list(head_grads)
    if len(weights) != len(heads):
        raise LengthError(
            f"there are {len(heads)} heads and {len(weights)} head_grads; give one, or None, for each head"
        )
    for head in heads:
        if not isinstance(head, Tensor):
            raise ArrayTypeError(f"a head is an array, not a '{type(head).__name__}'")
        if head.node is None:
            raise MXNetError(NOT_RECORDED)
    return heads, weights


def backward(heads: Any, head_grads: Any, retain_graph: bool, train_mode: bool) -> None:
    """Leave the gradients of `heads` in the arrays with ``attach_grad``; raises `MXNetError`."""
    outputs, weights = heads_and_weights(heads, head_grads)
    try:
        with FlagScope(False, train_mode):
            ug.backward(outputs, weights, retain_graph=retain_graph)
    except ug.GraphFreed as error:
        raise MXNetError(NOT_RECORDED) from error
    except ug.UnigradError as error:
        raise as_mxnet(error) from error


def gradients(
    heads: Any, variables: Sequence[Tensor], head_grads: Any, retain_graph: bool, create_graph: bool, train_mode: bool
) -> list[Tensor]:
    """The gradient for each variable, no ``grad`` touched; recorded with `create_graph`. Raises `MXNetError`."""
    outputs, weights = heads_and_weights(heads, head_grads)
    for place, x in enumerate(variables, 1):
        if not isinstance(x.node, Leaf):
            raise MXNetError(
                f"cannot differentiate with respect to variable {place}: it does not require a gradient; "
                "call attach_grad() on it before record()"
            )
    try:
        with FlagScope(create_graph, train_mode), ug.record():
            found = ug.gradients(
                outputs, variables, weights, allow_unused=True, retain_graph=retain_graph, create_graph=create_graph
            )
    except ug.GraphFreed as error:
        raise MXNetError(NOT_RECORDED) from error
    except ug.UnigradError as error:
        raise as_mxnet(error) from error
    for place, g in enumerate(found, 1):
        if g is None:
            raise MXNetError(f"cannot differentiate with respect to variable {place}: no head depends on it")
    return [g for g in found if g is not None]
