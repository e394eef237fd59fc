"""What shape rules are written with: options with their defaults, axes from the front, broadcasting."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from unigrad.card import REGISTRY
from unigrad.errors import ShapeError
from unigrad.primitives.axes import axis_in_range
from unigrad.virtual.shape import Call, Shape


def option(call: Call, word: str) -> Any:
    """An option of a call, the card's default without one."""
    if word in call.options:
        return call.options[word]
    parameter = REGISTRY[call.name].signature.parameters[word]
    return None if parameter.default is parameter.empty else parameter.default


def axes_of(axis: Any, ndim: int) -> tuple[int, ...]:
    """An axis, several, or None for all, counted from the front."""
    if axis is None:
        return tuple(range(ndim))
    return tuple(axis_in_range(each, ndim) for each in (axis if isinstance(axis, (tuple, list)) else (axis,)))


def broadcast(name: str, shapes: Sequence[Shape]) -> Shape:
    """The shape that several broadcast to; raises `ShapeError`."""
    ndim = max((len(shape) for shape in shapes), default=0)
    out = []
    for column in zip(*((1,) * (ndim - len(shape)) + tuple(shape) for shape in shapes), strict=True):
        lengths = {n for n in column if n != 1}
        if len(lengths) > 1:
            listed = " and ".join(str(tuple(shape)) for shape in shapes)
            raise ShapeError(f"'{name}' cannot broadcast the shapes {listed} together")
        out.append(lengths.pop() if lengths else 1)
    return tuple(out)


def without(shape: Shape, axes: Sequence[int]) -> Shape:
    """The shape less some axes."""
    return tuple(n for i, n in enumerate(shape) if i not in axes)
