"""Operands: the array arguments of a composition, as Tensors of one backend."""

from __future__ import annotations

from typing import Any

from unigrad.conversion import NUMBERS, constant, format_of, namespace_of
from unigrad.errors import DTypeError, ShapeError
from unigrad.graph import Tensor

__all__ = ["as_operands", "same_shape", "whole_numbers"]


def as_operands(*arrays: Any) -> list[Any]:
    """The `arrays` as Tensors of the backend that one of them brings; None stays None, foreign buffers are copied.

    A Python number takes the floating dtype of the first Tensor that has one.
    """
    xp = namespace_of([array for array in arrays if array is not None])
    formats = (format_of(array.raw.dtype) for array in arrays if isinstance(array, Tensor))
    beside = next((each for each in formats if each.kind == "real"), None)
    return [
        array
        if array is None or isinstance(array, Tensor)
        else constant(array, xp, dtype=beside if type(array) in NUMBERS else None, copy=True)
        for array in arrays
    ]


def same_shape(function: str, one: str, x1: Tensor, two: str, x2: Tensor) -> None:
    """Raise `ShapeError` unless both arrays have one shape: a loss that broadcast would hide a mistake."""
    if tuple(x1.shape) != tuple(x2.shape):
        raise ShapeError(
            f"'{function}' needs {one} and {two} of one shape; got {tuple(x1.shape)} and {tuple(x2.shape)}; "
            "reshape one of them"
        )


def whole_numbers(function: str, name: str, x: Tensor) -> None:
    """Raise `DTypeError` unless the array holds integers."""
    if format_of(x.raw.dtype).kind != "integer":
        raise DTypeError(f"'{function}' needs {name} of integers, not of '{format_of(x.raw.dtype)}'")
