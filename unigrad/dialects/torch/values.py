"""Values: what a tensor gives to Python: numbers, lists, text."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import unigrad as ug
from unigrad.dialects.torch import printing
from unigrad.dialects.torch.errors import FormatError, SizeError, StepError


class Values(ug.Tensor):
    """The members of a tensor that give its values to Python."""

    __slots__ = ()

    raw: Any
    numel: Any

    def item(self) -> Any:
        """The one element as a Python number."""
        if self.numel() != 1:
            raise SizeError(
                f"a Tensor with {self.numel()} elements cannot be converted to a number; take one with x[…]"
            )
        return self.xp.item(self.raw)

    def tolist(self) -> Any:
        """The elements as nested lists of Python numbers."""
        return self.xp.to_numpy(self.raw).tolist()

    def _one(self) -> Any:
        if self.numel() != 1:
            raise StepError("only one element tensors can be converted to Python numbers; take one with x[…]")
        return self.xp.item(self.raw)

    def _real(self) -> Any:
        value = self._one()
        if isinstance(value, complex):
            if value.imag:
                raise FormatError(f"{value} cannot be converted to a real number; take .real, .imag or abs()")
            return value.real
        return value

    def __float__(self) -> float:
        return float(self._real())

    def __int__(self) -> int:
        return int(self._real())

    def __complex__(self) -> complex:
        return complex(self._one())

    def __index__(self) -> int:
        if self.dtype.kind not in ("integer", "bool") or self.numel() != 1:
            raise ug.ArgumentError("only integer tensors of a single element can be converted to an index")
        return int(self._one())

    def __bool__(self) -> bool:
        if self.numel() != 1:
            raise SizeError(
                "the truth of a Tensor with more or fewer than one element is ambiguous; use .any() or .all()"
            )
        return bool(self.xp.item(self.raw))

    def __len__(self) -> int:
        if not self.raw.shape:
            raise ug.ArgumentError("len() of a 0-d tensor; use numel(), or item() for its value")
        return int(self.raw.shape[0])

    def __iter__(self) -> Iterator[Any]:
        if not self.raw.shape:
            raise ug.ArgumentError("iteration over a 0-d tensor; use item() for its value")
        return (self[i] for i in range(len(self)))

    def __repr__(self) -> str:
        return printing.text(self)

    __str__ = __repr__

    def __format__(self, spec: str) -> str:
        if not self.raw.shape:
            return format(self.item(), spec)
        if spec:
            raise ug.ArgumentError("a Tensor with axes takes no format; take an element with x[…]")
        return repr(self)
