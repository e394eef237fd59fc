"""Callbacks on Torch: one operator of Torch's own, so that its compiler leaves the call where it is."""

from __future__ import annotations

import functools
from typing import Any, Final
from weakref import WeakValueDictionary

import torch

from unigrad_torch.glue import device_of, from_numpy, to_numpy

_known: Final[WeakValueDictionary[int, Any]] = WeakValueDictionary()
"""Callbacks by their identity, which a graph can hold as a number; a program keeps those that it calls."""


def callback(operands: Any, *, of: Any) -> tuple[Any, ...]:
    """What a callback of unigrad's gives of the tensors, called by Torch in each run of a compiled graph."""
    _known[id(of)] = of
    return tuple(_operator()(list(operands), id(of)))


def _called(operands: list[torch.Tensor], place: int) -> list[torch.Tensor]:
    device = device_of(operands[0]) if operands else None
    return [from_numpy(each, device=device, copy=True) for each in _known[place](*map(to_numpy, operands))]


def _announced(operands: list[torch.Tensor], place: int) -> list[torch.Tensor]:
    device = operands[0].device if operands else None
    return [
        torch.empty(shape, dtype=getattr(torch, dtype.name), device=device) for shape, dtype in _known[place].results
    ]


@functools.cache
def _operator() -> Any:
    """The operator, made when it is first called for: to import what makes it takes long."""
    operator = torch.library.custom_op(
        "unigrad::callback", _called, mutates_args=(), schema="(Tensor[] operands, int place) -> Tensor[]"
    )
    operator.register_fake(_announced)
    return operator
