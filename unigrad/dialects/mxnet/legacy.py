"""NDArray: the array class of ``mx.nd``, whose functions and methods are in the package `ndarray`."""

from __future__ import annotations

from typing import Any, Final

import unigrad as ug
from unigrad.dialects.mxnet.array import Array
from unigrad.dialects.mxnet.flags import recording


class NDArray(Array):
    """An array of ``mx.nd``: at least one axis for what is computed, comparisons in float32, printed with shape and device."""

    __slots__ = ()

    def __getitem__(self, key: Any) -> Array:
        part = super().__getitem__(key)
        return part if part.raw.shape or not self.raw.shape else type(self)._functions.reshape(part, (1,))

    def __repr__(self) -> str:
        return f"\n{self.numpy()}\n<NDArray {'x'.join(map(str, self.shape))} @{self.ctx}>"

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        return format(str(self), spec)

    def asscalar(self) -> Any:
        """The one element as a Python number; raises an error where there are several."""
        return self._scalar()


G: Final = ug.Functions(NDArray, recording=recording.get)
"""The primitives, taking and giving these arrays, recorded where the dialect's flag says so."""
NDArray._functions = G
