"""Torch's own differentiation, to compare unigrad's rules with."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import torch


def own_vjp(
    function: Callable[..., Sequence[Any]], primals: Sequence[Any], cotangents: Sequence[Any]
) -> tuple[list[Any], list[Any]]:
    """The values of ``function``, a sequence of tensors, and by Torch's autograd the gradient for each of ``primals``."""
    leaves = [x.detach().clone().requires_grad_() for x in primals]
    with torch.enable_grad():
        outs = list(function(*leaves))
    pairs = [(out, g) for out, g in zip(outs, cotangents, strict=True) if out.requires_grad]
    values = [out.detach() for out in outs]
    if not pairs:
        return values, [torch.zeros_like(x) for x in primals]
    heads, weights = zip(*pairs, strict=True)
    return values, list(torch.autograd.grad(heads, leaves, weights, allow_unused=True, materialize_grads=True))
