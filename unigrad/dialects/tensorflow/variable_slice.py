"""VariableSlice: a part of a Variable, through which the Variable can be changed."""

from __future__ import annotations

from typing import Any

import unigrad as ug
from unigrad.dialects.tensorflow.conversion import READABLE, adopted, convert, read
from unigrad.dialects.tensorflow.errors import InvalidArgumentError, OpError
from unigrad.dialects.tensorflow.functions import F
from unigrad.dialects.tensorflow.holding import no_program
from unigrad.dialects.tensorflow.tensor import EagerTensor
from unigrad.graph import make_tensor
from unigrad.virtual.levels import Namespace


class VariableSlice(EagerTensor):
    """A part of a Variable, ``v[key]``: a tensor, through which the variable can be changed."""

    __slots__ = ("key", "variable")

    key: Any
    variable: Any

    def _read(self) -> EagerTensor:
        if not isinstance(self.xp, Namespace):
            no_program("a part of a Variable that was read outside")
        return adopted(again(self))

    def assign(self, value: Any, use_locking: bool = False, name: Any = None, read_value: bool = True) -> Any:
        """Put `value` at the part's place in the variable. Raises `InvalidArgumentError` where it does not fit."""
        whole = self.variable._value
        try:
            changed = F.index_set(whole, convert(value, dtype=whole.dtype), key=_key(self.key))
        except (ValueError, IndexError) as error:
            if isinstance(error, OpError):
                raise
            raise InvalidArgumentError(f"the value does not fit the slice of shape {self.shape}: {error}") from error
        self.variable._assign(changed)
        return self.variable


def _key(key: Any) -> Any:
    return tuple(map(read, key)) if isinstance(key, tuple) else read(key)


def again(tensor: ug.Tensor) -> ug.Tensor:
    """The same array at the same place in the graph, in another Tensor."""
    same = make_tensor(tensor.raw, tensor.xp, tensor.node)
    same.form = tensor.form
    return same


READABLE.add(VariableSlice)
