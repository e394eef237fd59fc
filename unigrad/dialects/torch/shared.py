"""Shared: ``tensor.data``, a constant that shares the values of a tensor in both directions."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.torch.tensor import Tensor


def _read(self: Any) -> Any:
    """These values as a constant that shares them: what is changed in place in one is changed in both."""
    return shared(self)


def _write(self: Any, value: Any) -> None:
    leaf = self.node if self.requires_grad and self.is_leaf else None
    self.raw, self.form = value.raw, value.form
    if leaf is not None and (tuple(leaf.shape), leaf.dtype) != (tuple(self.raw.shape), self.raw.dtype):
        ug.Tensor.attach_grad(self)


setattr(Tensor, "data", property(_read, _write))  # noqa: B010 - natively a property without a setter


class _Shared(Tensor):
    """What ``tensor.data`` gives: the values of another tensor, in both directions."""

    __slots__ = ("owner",)
    owner: Tensor

    raw = property(lambda self: self.owner.raw, lambda self, array: setattr(self.owner, "raw", array))
    form = property(lambda self: self.owner.form, lambda self, form: setattr(self.owner, "form", form))
    xp = property(lambda self: self.owner.xp)

    @property
    def data(self) -> Any:
        """The same values."""
        return self

    @data.setter
    def data(self, value: Any) -> None:
        self.owner.raw = value.raw


_Shared.__name__ = _Shared.__qualname__ = "Tensor"


def shared(owner: Tensor) -> Tensor:
    """The tensor that shares the values of `owner` and is not recorded."""
    made = _Shared()
    made.owner = owner
    made.node = None
    return made
