"""Retained gradients, and hooks: unigrad's own, with this dialect's tensors."""

from __future__ import annotations

import warnings
from collections.abc import Callable
from typing import Any

import unigrad as ug
from unigrad import hooks
from unigrad.dialects.torch.errors import GradientError
from unigrad.graph import make_tensor


def gradient(tensor: Any) -> Any:
    """What `retain_grad` kept of a recorded tensor, None before a gradient arrives; None with a warning where it was not called."""
    found = hooks.retained(tensor)
    if found is None:
        warnings.warn(
            "the .grad of a tensor that is not a leaf is not kept; call .retain_grad() on it before backward()",
            UserWarning,
            stacklevel=3,
        )
        return None
    if found.grad is not None:
        found.grad.__class__ = type(tensor)
    return found.grad


def retains(tensor: Any) -> bool:
    """Whether a recorded tensor keeps its gradient."""
    return hooks.retained(tensor) is not None


def retain_grad(tensor: Any) -> None:
    """Keep the gradient of a recorded tensor in its ``grad``, as that of a leaf is."""
    if not tensor.node:
        raise GradientError("can't retain_grad on a Tensor that has requires_grad=False")
    hooks.retain(tensor)


def register_hook(tensor: Any, hook: Callable[[Any], Any]) -> hooks.Handle:
    """Call `hook` with the gradient of a tensor when it arrives; what it returns, unless None, goes on instead."""
    if not tensor.node:
        raise GradientError("cannot register a hook on a tensor that doesn't require gradient")
    array_class = type(tensor)

    def on_tensors(g: ug.Tensor) -> Any:
        given = hook(_alias(g, array_class))
        return _alias(given, ug.Tensor) if isinstance(given, ug.Tensor) else given

    return ug.Tensor.register_hook(tensor, on_tensors)


def register_post_accumulate_grad_hook(tensor: Any, hook: Callable[[Any], Any]) -> hooks.Handle:
    """Call `hook` with this leaf when a backward() has written its ``grad``."""
    if not tensor.requires_grad or not tensor.is_leaf:
        raise GradientError("post accumulate grad hooks cannot be registered on non-leaf tensors")
    return ug.Tensor.register_post_accumulate_grad_hook(tensor, hook)


def _alias(x: ug.Tensor, array_class: type) -> Any:
    """The same values at the same place in the graph, as a tensor of a class."""
    made = make_tensor(x.raw, x.xp, x.node)
    made.form = x.form
    made.__class__ = array_class
    return made
