"""Retained gradients: what recorded tensors keep on request, and hooks on their gradients.

Both stand as an identity operation above the tensor's place in the graph: what uses the tensor from then on goes through it.
"""

from __future__ import annotations

import warnings
import weakref
from collections.abc import Callable
from typing import Any, Final

import unigrad as ug
from unigrad.dialects.torch.errors import GradientError, LibraryError
from unigrad.dialects.torch.history import is_leaf_place, operation_name

_kept: Final[dict[int, _Kept]] = {}


class _Kept:
    """What is to happen when a recorded tensor's gradient arrives: its hooks are called in turn, then it may be kept."""

    def __init__(self, array_class: type) -> None:
        self.array_class = array_class
        self.hooks: list[Callable[[Any], Any]] = []
        self.retained = False
        self.gradient: Any = None

    def pull(self, g: Any) -> tuple[Any]:
        for hook in tuple(self.hooks):
            given = hook(self._own(g))
            g = g if given is None else given
        if self.retained:
            with ug.pause():
                self.gradient = self._own(g) if self.gradient is None else self.gradient + g
        return (g,)

    def _own(self, g: Any) -> Any:
        """The gradient as a tensor of the dialect's, of the place in the graph that it has."""
        passed = ug.Tensor.__pos__(g) if type(g) is ug.Tensor else g
        passed.__class__ = self.array_class
        return passed


def gradient(tensor: Any) -> Any:
    """What `retain_grad` kept of a recorded tensor, None before a gradient arrives; None with a warning where it was not called."""
    if id(tensor) in _kept and _kept[id(tensor)].retained:
        return _kept[id(tensor)].gradient
    warnings.warn(
        "the .grad of a tensor that is not a leaf is not kept; call .retain_grad() on it before backward()",
        UserWarning,
        stacklevel=3,
    )
    return None


def retains(tensor: Any) -> bool:
    """Whether a recorded tensor keeps its gradient."""
    return id(tensor) in _kept and _kept[id(tensor)].retained


def retain_grad(tensor: Any) -> None:
    """Keep the gradient of a recorded tensor in its ``grad``, as that of a leaf is; uses from now on count."""
    if tensor.node is None:
        raise GradientError("can't retain_grad on a Tensor that has requires_grad=False")
    if not is_leaf_place(tensor.node):
        _passing(tensor).retained = True


def register_hook(tensor: Any, hook: Callable[[Any], Any]) -> RemovableHandle:
    """Call `hook` with the gradient of a recorded tensor when it arrives; what it returns, unless None, goes on instead.

    Uses from now on count. Raises `LibraryError` for a leaf, whose gradient does not pass through an operation.
    """
    if tensor.node is None:
        raise GradientError("cannot register a hook on a tensor that doesn't require gradient")
    if is_leaf_place(tensor.node):
        raise LibraryError("unigrad has no hooks on leaves; register the hook on x * 1 and compute with that")
    hooks = _passing(tensor).hooks
    hooks.append(hook)
    return RemovableHandle(hooks, hook)


class RemovableHandle:
    """What takes a hook away again."""

    def __init__(self, hooks: list[Any], hook: Any) -> None:
        self._hooks, self._hook = hooks, hook

    def remove(self) -> None:
        """Call the hook no more."""
        if self._hook in self._hooks:
            self._hooks.remove(self._hook)


def _passing(tensor: Any) -> _Kept:
    """What happens at this tensor; an identity operation is put above its place in the graph the first time."""
    found = _kept.get(id(tensor))
    if found is None:
        found = _kept[id(tensor)] = _Kept(type(tensor))
        weakref.finalize(tensor, _kept.pop, id(tensor), None)
        place = ug.custom_rule(ug.stop_gradient(tensor), [tensor], found.pull, operation_name(tensor.node))
        tensor.node = place.node
    return found
