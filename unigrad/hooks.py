"""Hooks: what happens when a gradient arrives at a Tensor, recorded or a leaf.

At a recorded Tensor the node's own pull is wrapped, so that what used the Tensor before counts as well, and a step of a sweep
costs nothing more anywhere else. At a leaf hooks run when the sweep has finished, before and after its ``grad`` is written.
"""

from __future__ import annotations

import itertools
import weakref
from collections.abc import Callable, Iterable
from types import ModuleType
from typing import Any, Final

from unigrad.errors import ArgumentError, DTypeError, NotRecorded, ShapeError
from unigrad.graph import HookedPull, Leaf, Tensor, make_tensor
from unigrad.recording import pause
from unigrad.reverse import conjugate

Hook = Callable[[Tensor], Any]

_keys: Final = itertools.count()


class Handle:
    """What takes a hook away again: by `remove`, or at the end of a ``with`` block."""

    def __init__(self, hooks: dict[int, Hook], hook: Hook) -> None:
        if not callable(hook):
            raise ArgumentError(f"a hook is a function, not a '{type(hook).__name__}'")
        self._hooks = hooks
        self._key = next(_keys)
        hooks[self._key] = hook

    def remove(self) -> None:
        """Call the hook no more."""
        self._hooks.pop(self._key, None)

    def __enter__(self) -> Handle:
        return self

    def __exit__(self, *error: object) -> None:
        self.remove()


class Hooks:
    """The hooks at one place in the graph, in their order, and the gradient that is kept there, if it is to be."""

    def __init__(self) -> None:
        self.before: dict[int, Hook] = {}
        self.after: dict[int, Hook] = {}
        self.retains = False
        self.grad: Tensor | None = None
        self.tensor: weakref.ref[Tensor] | None = None

    def arrived(self, g: Tensor) -> Tensor:
        """The cotangent that goes on, given the one that arrived; hooks see gradients."""
        gradient = self.replaced(conjugate(g))
        if self.retains:
            self._keep(gradient)
        return conjugate(gradient)

    def _keep(self, gradient: Tensor) -> None:
        if self.grad is None:
            self.grad = make_tensor(gradient.raw, gradient.xp, gradient.node)
        else:  # in the Tensor that ``grad`` has been giving, as at a leaf
            total = self.grad + gradient
            self.grad.raw, self.grad.node = total.raw, total.node

    def arrived_raw(self, g: Any, xp: ModuleType) -> Any:
        """The same on raw arrays, unrecorded."""
        with pause():
            return self.arrived(make_tensor(g, xp)).raw

    def replaced(self, gradient: Tensor) -> Tensor:
        """What the hooks make of a gradient."""
        for hook in tuple(self.before.values()):
            try:
                given = hook(gradient)
            except Exception as error:
                error.add_note("raised by a hook, which gets the gradient before the rule does")
                raise
            if given is not None:
                gradient = _fitting(given, gradient)
        return gradient


def _fitting(given: Any, gradient: Tensor) -> Tensor:
    if not isinstance(given, Tensor):
        raise ArgumentError(
            f"a hook gave a '{type(given).__name__}'; it is to give a Tensor, or None to change nothing"
        )
    if tuple(given.raw.shape) != tuple(gradient.raw.shape):
        raise ShapeError(
            f"a hook gave a gradient of shape {tuple(given.shape)} in place of one of shape {tuple(gradient.shape)}"
        )
    if given.raw.dtype != gradient.raw.dtype:
        raise DTypeError(
            f"a hook gave a gradient of dtype '{given.dtype}' in place of one of dtype '{gradient.dtype}'; cast with astype"
        )
    return given


def hooks_at(x: Tensor, what: str) -> Hooks:
    """The hooks at the place of `x`, which gets them where it has none."""
    place = x.node
    if not place:
        raise NotRecorded(
            f"{what} on a Tensor that no gradient arrives at: it does not depend on any Tensor with attach_grad(), "
            "or it was computed under pause() or detached"
        )
    if isinstance(place, Leaf):
        if place.hooks is None:
            place.hooks = Hooks()
    elif not isinstance(place.pull, HookedPull):
        place.pull = HookedPull(place.pull, Hooks())
    found: Hooks = place.hooks if isinstance(place, Leaf) else place.pull.hooks  # type: ignore[attr-defined]
    return found


_retained: Final[dict[int, tuple[int, Hooks]]] = {}
"""By the identity of a recorded Tensor that keeps its gradient: the number of its node, and the hooks that were there.

They are not found through the node, which lets go of them when a sweep frees the graph.
"""


def retain(x: Tensor) -> None:
    """Keep the gradient of `x` when it arrives; see `Tensor.retain_grad`."""
    hooks = hooks_at(x, "retain_grad()")
    if isinstance(x.node, Leaf) or x.node is None:
        return
    hooks.retains = True
    if id(x) not in _retained:
        weakref.finalize(x, _retained.pop, id(x), None).atexit = False
    _retained[id(x)] = (x.node.id, hooks)


def retained(x: Tensor) -> Hooks | None:
    """The hooks that keep the gradient of a recorded Tensor; None where it is not kept."""
    found = _retained.get(id(x))
    return found[1] if found and x.node is not None and found[0] == x.node.id else None


def replaced_at(leaf: Any, gradient: Tensor) -> Tensor:
    """What the hooks of a leaf make of the gradient that has arrived there."""
    return gradient if leaf.hooks is None else leaf.hooks.replaced(gradient)


def run_after(leaves: Iterable[Any]) -> None:
    """Call the hooks that wait for the ``grad`` of these leaves to be written, with the Tensors of those that are alive."""
    for leaf in leaves:
        if leaf.hooks is not None and leaf.hooks.after:
            x = leaf.hooks.tensor()
            for hook in tuple(leaf.hooks.after.values()) if x is not None else ():
                hook(x)
