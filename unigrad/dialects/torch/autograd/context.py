"""Context: what the ``forward`` of an operation leaves for its ``backward`` and ``jvp``."""

from __future__ import annotations

import copy
from collections.abc import Callable, Sequence
from typing import Any

import unigrad as ug
from unigrad.transforms.function import Context as NativeContext


class Context(NativeContext):
    """The native one, with torch's members: tensors through `save_for_backward`, anything else as attributes."""

    dirty: tuple[Any, ...] = ()

    def save_for_backward(self, *tensors: Any) -> None:
        """Keep `tensors`, or None, as ``saved_tensors``; inputs among them stay differentiable."""
        for i, each in enumerate(tensors):
            if each is not None and not isinstance(each, ug.Tensor):
                raise ug.ArgumentError(
                    f"save_for_backward can only save variables, but argument {i} is of type {type(each).__name__}; "
                    "keep it as an attribute"
                )
        super().save_for_backward(*tensors)

    def save_for_forward(self, *tensors: Any) -> None:
        """Keep `tensors` for ``jvp``, as ``saved_tensors``: there is one set for both."""
        self.save_for_backward(*tensors)

    def mark_dirty(self, *tensors: Any) -> None:
        """These inputs were changed in place; ``forward`` returns them."""
        self.dirty = tensors

    @property
    def gaps(self) -> bool:
        """Whether cotangents and tangents that did not arrive are None, and not zeros."""
        return self._gaps

    def is_constant(self, output: Any) -> bool:
        """Whether an output was marked as not differentiable."""
        return any(output is each for each in self._constants)

    def emptied(self) -> tuple[list[Any], Callable[[Sequence[Any]], Context]]:
        """The tensors that are kept, which the context lets go, and a function that makes a context with them."""
        names = [name for name, value in vars(self).items() if isinstance(value, ug.Tensor)]
        count = len(self._saved)
        kept = [*self._saved, *(getattr(self, name) for name in names)]
        self._saved = self._constants = self.dirty = ()
        vars(self).update(dict.fromkeys(names))

        def filled(tensors: Sequence[Any]) -> Context:
            made = copy.copy(self)
            made._saved = tuple(tensors[:count])
            vars(made).update(zip(names, tensors[count:], strict=True))
            return made

        return kept, filled
